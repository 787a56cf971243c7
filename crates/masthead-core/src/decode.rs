//! Bytes to text: a byte order mark, then a label that the bytes don't contradict, then detection.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED,
};
use regex::bytes::Regex;

/// A page names its encoding in its first bytes. The HTML standard says 1024; many pages are late.
const LABEL_WITHIN: usize = 4096;
/// A label is believed in spite of broken sequences if there are this many whole ones for each of them.
const WHOLE_PER_BROKEN: usize = 20;
/// So many characters beyond ASCII that are sound UTF-8 are not another encoding by chance.
const SURELY_UTF8: usize = 8;

/// A page's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name as the Encoding Standard writes it, `UTF-8`, `EUC-KR`, ….
    pub encoding: &'static str,
    /// Whether bytes that mean nothing in this encoding became U+FFFD.
    pub replaced: bool,
}

/// Decodes a page.
///
/// `header_charset` is the `charset` of the Content-Type header, `top_level_domain` the host's last label (`kr`), a
/// hint for the detection. Labels are those of the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels);
/// unknown ones count as absent. The header's comes before the page's own (`<meta charset>`, `http-equiv`, an XML
/// declaration). Valid UTF-8 beats a label of another encoding.
#[must_use]
pub fn decode(bytes: &[u8], header_charset: Option<&str>, top_level_domain: Option<&str>) -> Decoded {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return decode_as(bytes, encoding);
    }
    let labels = [header_charset.and_then(encoding_for_label), encoding_in_page(bytes)];
    let utf8 = std::str::from_utf8(bytes).ok();
    for label in labels.into_iter().flatten() {
        if utf8.is_some_and(|text| label == UTF_8 || is_surely_utf8(text)) {
            break;
        }
        let decoded = decode_as(bytes, label);
        if !is_contradicted(bytes, label, &decoded) {
            return decoded;
        }
    }
    match utf8 {
        Some(text) if !text.contains('\u{1B}') => {
            Decoded { text: text.to_owned(), encoding: UTF_8.name(), replaced: false }
        }
        _ => decode_as(bytes, detect(bytes, top_level_domain)),
    }
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, encoding, replaced) = encoding.decode(bytes);
    Decoded { text: text.into_owned(), encoding: encoding.name(), replaced }
}

/// A label's encoding. `replacement` (for encodings that are attacks) is none; `x-user-defined` is what browsers make
/// of it in pages.
fn encoding_for_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    match Encoding::for_label(label.as_bytes())? {
        encoding if encoding == REPLACEMENT => None,
        encoding if encoding == X_USER_DEFINED => Some(WINDOWS_1252),
        encoding => Some(encoding),
    }
}

/// What the page says of itself. A page whose `meta` could be read as ASCII is not UTF-16: the standard takes UTF-8.
fn encoding_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let comment = r"<!--.*?-->";
        let meta = r#"<meta[\s/][^>]*?charset\s*=\s*["']?\s*([a-z0-9_.:+-]{2,40})"#;
        let declaration = r#"^\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([a-z0-9_.:+-]{2,40})"#;
        Regex::new(&format!("(?is-u)(?:{comment}|{meta}|{declaration})")).ok()
    });
    let head = bytes.get(..LABEL_WITHIN).unwrap_or(bytes);
    LABEL
        .as_ref()?
        .captures_iter(head)
        .filter_map(|found| found.get(1).or_else(|| found.get(2)))
        .find_map(|label| encoding_for_label(std::str::from_utf8(label.as_bytes()).ok()?))
        .map(|encoding| if is_utf16(encoding) { UTF_8 } else { encoding })
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn is_surely_utf8(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii()).take(SURELY_UTF8).count() == SURELY_UTF8
}

/// Whether the bytes can't be what the label says.
fn is_contradicted(bytes: &[u8], label: &'static Encoding, decoded: &Decoded) -> bool {
    if is_utf16(label) {
        // Text in UTF-16 has a zero byte for every ASCII character, and markup is ASCII.
        return memchr::memchr(0, bytes.get(..LABEL_WITHIN).unwrap_or(bytes)).is_none();
    }
    // Control characters that no page holds, where a one-byte encoding leaves places free.
    if label.is_single_byte() && decoded.text.chars().any(|c| matches!(c, '\u{80}'..='\u{9F}')) {
        return true;
    }
    if !decoded.replaced {
        return false;
    }
    let beyond_ascii = || decoded.text.chars().filter(|c| !c.is_ascii());
    let broken = beyond_ascii().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    beyond_ascii().count().saturating_sub(broken) < broken.saturating_mul(WHOLE_PER_BROKEN)
}

/// What the bytes look like. UTF-8 with a few broken sequences is still UTF-8.
fn detect(bytes: &[u8], top_level_domain: Option<&str>) -> &'static Encoding {
    let as_utf8 = decode_as(bytes, UTF_8);
    let holds_escape = memchr::memchr(0x1B, bytes).is_some();
    if !holds_escape && !is_contradicted(bytes, UTF_8, &as_utf8) {
        return UTF_8;
    }
    // The detector insists on a lower-case ASCII label without dots.
    let domain =
        top_level_domain.map(|domain| domain.rsplit('.').next().unwrap_or(domain).to_ascii_lowercase());
    let domain = domain.filter(|domain| domain.bytes().all(|byte| byte.is_ascii_graphic()));
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(domain.as_deref().map(str::as_bytes), Utf8Detection::Allow);
    // Plain ASCII is guessed as the region's encoding, which says nothing.
    if bytes.is_ascii() && guess != ISO_2022_JP { UTF_8 } else { guess }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{EUC_KR, SHIFT_JIS, WINDOWS_1251};

    use super::*;

    const KOREAN: &str =
        "<html><body><p>국회는 오늘 새 예산안을 통과시켰다. 시장은 환영했다.</p></body></html>";
    const JAPANESE: &str = "<html><body><p>東京の天気は晴れです。明日は雨が降るでしょう。</p></body></html>";
    const RUSSIAN: &str = "<html><body><p>Сегодня город открыл новый мост через реку.</p></body></html>";
    const FRENCH: &str =
        "<html><body><p>L’été, les élèves français étudient à côté du théâtre.</p></body></html>";

    fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn assert_decodes(bytes: &[u8], header: Option<&str>, domain: Option<&str>, text: &str, encoding: &str) {
        let decoded = decode(bytes, header, domain);
        assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.replaced), (text, encoding, false));
    }

    #[test]
    fn encodings_are_detected_without_a_label() {
        assert_decodes(&encode(KOREAN, EUC_KR), None, Some("kr"), KOREAN, "EUC-KR");
        assert_decodes(&encode(JAPANESE, SHIFT_JIS), None, Some("jp"), JAPANESE, "Shift_JIS");
        assert_decodes(&encode(RUSSIAN, WINDOWS_1251), None, Some("ru"), RUSSIAN, "windows-1251");
        assert_decodes(&encode(FRENCH, WINDOWS_1252), None, Some("FR"), FRENCH, "windows-1252");
        assert_decodes(&encode(JAPANESE, ISO_2022_JP), None, None, JAPANESE, "ISO-2022-JP");
        assert_decodes(KOREAN.as_bytes(), None, None, KOREAN, "UTF-8");
        assert_decodes(b"<p>plain</p>", None, Some("рф.example"), "<p>plain</p>", "UTF-8");
        assert_decodes(b"", None, None, "", "UTF-8");
    }

    #[test]
    fn labels_are_believed() {
        assert_decodes(&encode(KOREAN, EUC_KR), Some("ks_c_5601-1987"), None, KOREAN, "EUC-KR");
        assert_decodes(&encode(JAPANESE, SHIFT_JIS), Some(" \"x-sjis\""), None, JAPANESE, "Shift_JIS");
        for head in [
            "<meta charset=windows-1251>",
            "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=cp1251'>",
            "<!-- <meta charset=utf-8> --><meta charset=\" windows-1251 \">",
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
            "<meta name=a content=b><meta charset=nonsense><meta charset=windows-1251>",
        ] {
            let page = format!("{head}{RUSSIAN}");
            assert_decodes(&encode(&page, WINDOWS_1251), None, None, &page, "windows-1251");
        }
    }

    #[test]
    fn wrong_labels_are_not_believed() {
        assert_decodes(KOREAN.as_bytes(), Some("iso-8859-1"), None, KOREAN, "UTF-8");
        assert_decodes(KOREAN.as_bytes(), Some("euc-kr"), None, KOREAN, "UTF-8");
        assert_decodes(&encode(KOREAN, EUC_KR), Some("utf-8"), Some("kr"), KOREAN, "EUC-KR");
        assert_decodes(&encode(KOREAN, EUC_KR), Some("utf-16"), Some("kr"), KOREAN, "EUC-KR");
        assert_decodes(&encode(KOREAN, EUC_KR), Some("replacement"), Some("kr"), KOREAN, "EUC-KR");
        let page = format!("<meta charset=euc-kr>{KOREAN}");
        assert_decodes(&encode(&page, EUC_KR), Some("utf-8"), None, &page, "EUC-KR");
        let page = format!("<meta charset=utf-16>{KOREAN}");
        assert_decodes(page.as_bytes(), None, None, &page, "UTF-8");
    }

    #[test]
    fn byte_order_marks_win() {
        let mut little = vec![0xFF, 0xFE];
        little.extend(KOREAN.encode_utf16().flat_map(u16::to_le_bytes));
        assert_decodes(&little, Some("utf-8"), None, KOREAN, "UTF-16LE");
        let mut big = vec![0xFE, 0xFF];
        big.extend(KOREAN.encode_utf16().flat_map(u16::to_be_bytes));
        assert_decodes(&big, None, None, KOREAN, "UTF-16BE");
        let marked = [&[0xEF, 0xBB, 0xBF], KOREAN.as_bytes()].concat();
        assert_decodes(&marked, Some("euc-kr"), None, KOREAN, "UTF-8");
        let unmarked: Vec<u8> = KOREAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_decodes(&unmarked, Some("utf-16le"), None, KOREAN, "UTF-16LE");
    }

    #[test]
    fn a_broken_character_does_not_change_the_encoding() {
        let mut bytes = KOREAN.repeat(3).into_bytes();
        bytes.insert(0, 0xFF);
        for header in [None, Some("utf-8")] {
            let decoded = decode(&bytes, header, Some("kr"));
            assert_eq!((decoded.encoding, decoded.replaced), ("UTF-8", true));
            assert_eq!(decoded.text.matches(char::REPLACEMENT_CHARACTER).count(), 1);
        }
    }
}
