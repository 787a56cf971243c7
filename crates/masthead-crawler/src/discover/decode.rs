//! Bytes to text: a byte order mark, then the label of the transport, then that of the XML declaration, then UTF-8
//! where the bytes agree, then detection.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file the detection looks at.
const LOOKED_AT: usize = 256 * 1024;

/// The bytes as text. `label` is the `charset` of the Content-Type header, which counts more than the declaration
/// (RFC 7303 §3). A label that the bytes contradict is not believed. White space and marks before the document are
/// dropped.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    let bytes = bytes.trim_ascii_start();
    let text = match Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| two_bytes(bytes)) {
        Some(encoding) => encoding.decode(bytes).0,
        None => without_mark(bytes, label),
    };
    let is_blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches(is_blank)),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches(is_blank).to_owned()),
    }
}

fn without_mark<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    let labelled = label.and_then(|label| Encoding::for_label(label.as_bytes())).or_else(|| declared(bytes));
    // Without a mark these are not UTF-16, whatever a label says.
    let labelled = labelled.filter(|encoding| *encoding != UTF_16BE && *encoding != UTF_16LE);
    let encoding = labelled.unwrap_or(UTF_8);
    // The label of a template, over text that is UTF-8 beyond doubt.
    let is_utf8 = std::str::from_utf8(bytes).is_ok_and(|text| !text.is_ascii());
    if encoding != UTF_8 && !is_utf8 {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !(broken && is_mostly_utf8(bytes)) {
            return text;
        }
    }
    let encoding = if is_mostly_utf8(bytes) { UTF_8 } else { detect(bytes) };
    encoding.decode_without_bom_handling(bytes).0
}

/// Whether, read as UTF-8, the characters beyond ASCII outnumber the bytes that are none. What breaks off in the middle
/// of a character is no fault.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
    }
    sound >= broken
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..LOOKED_AT).unwrap_or(bytes), true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a mark, by the zeros around the first `<` (XML 1.0, appendix F).
fn two_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [0, b'<', 0, second] if *second != 0 => Some(UTF_16BE),
        [b'<', 0, second, 0] if *second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// `<?xml … encoding="label"?>`
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let declaration = declaration.get(..declaration.len().min(200))?;
    let declaration = declaration.split(|byte| *byte == b'>').next()?;
    let after = memchr::memmem::find(declaration, b"encoding").and_then(|at| declaration.get(at + 8..))?;
    let label = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start().get(1..)?;
    Encoding::for_label(label.split(|byte| matches!(byte, b'"' | b'\'')).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_count_where_the_bytes_agree() {
        let korean = b"<rss>\xb4\xba\xbd\xba</rss>";
        assert_eq!(decode(korean, Some("euc-kr")), "<rss>뉴스</rss>");
        let declared = [b"<?xml version='1.0' encoding='EUC-KR'?>".as_slice(), korean].concat();
        assert!(decode(&declared, None).ends_with("<rss>뉴스</rss>"));
        assert!(decode(&declared, Some("no such label")).ends_with("<rss>뉴스</rss>"));
        assert_eq!(decode("<rss>뉴스</rss>".as_bytes(), Some("iso-8859-1")), "<rss>뉴스</rss>");
        assert_eq!(decode(b"<rss>a</rss>", Some("utf-16")), "<rss>a</rss>");
        assert_eq!(
            decode(b"<rss>Caf\xe9 \x93au lait\x94</rss>", Some("ISO-8859-1")),
            "<rss>Café “au lait”</rss>"
        );
    }

    #[test]
    fn without_a_label_the_bytes_tell() {
        let korean: String = "뉴스를 전합니다. 오늘 항구에는 안개가 짙습니다. ".repeat(8);
        let (bytes, ..) = encoding_rs::EUC_KR.encode(&korean);
        assert_eq!(decode(&bytes, None), korean);
        assert_eq!(decode(b"<rss>Caf\xe9 ferm\xe9</rss>", None), "<rss>Café fermé</rss>");
        assert_eq!(decode("<rss>é</rss>".as_bytes(), None), "<rss>é</rss>");
        let already_replaced = "<rss>\u{fffd}</rss>";
        assert_eq!(decode(already_replaced.as_bytes(), None), already_replaced);
        assert_eq!(
            decode(b"<rss>\xc3\xa9\xc3\xa9 \xff</rss>", None),
            "<rss>éé \u{fffd}</rss>",
            "one bad byte"
        );
        assert_eq!(decode(b"<rss>\xe2\x82", None), "<rss>\u{fffd}", "a file that breaks off");
    }

    #[test]
    fn marks_and_zeros_tell_utf_16() {
        let wide = |text: &str, little: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect()
        };
        for little in [true, false] {
            assert_eq!(decode(&wide("<rss>é</rss>", little), Some("utf-8")), "<rss>é</rss>");
            assert_eq!(decode(&wide("\u{feff} <rss>é</rss>", little), None), "<rss>é</rss>");
        }
        assert_eq!(decode("\u{feff}\n<rss/>".as_bytes(), Some("windows-1252")), "<rss/>");
    }
}
