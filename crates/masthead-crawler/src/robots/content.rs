//! From bytes to ASCII-compatible text: the size limit, byte order marks, UTF-16, NULs.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};
use memchr::{memchr, memrchr2};

/// How much of a file is read: 500 KiB, the least that RFC 9309 §2.5 asks for. Of a longer file the line that
/// crosses the limit and all after it are left out.
pub const MAX_BYTES: usize = 500 * 1024;

/// The UTF-8 byte order mark and what is left of it where a file was cut; Google's parser skips the rests too.
const MARKS: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xEF\xBB", b"\xEF"];

/// A robots.txt as text that can be stored: [`Robots::parse`](super::Robots::parse) reads the same rules from it as
/// from the bytes. It is at most [`MAX_BYTES`] of the file, without marks and NULs; UTF-16 is converted. Bytes that
/// are no UTF-8 are percent-encoded, as a replacement character would make another path of them.
#[must_use]
pub fn storable_text(body: &[u8]) -> String {
    let content = content(body);
    let mut text = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push('%');
            let digits =
                [byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16));
            text.extend(digits.map(|digit| digit.to_ascii_uppercase()));
        }
    }
    text
}

/// The file as ASCII-compatible bytes: capped, UTF-16 (by its byte order mark) converted, marks and NULs removed.
pub(super) fn content(body: &[u8]) -> Cow<'_, [u8]> {
    let (capped, cut) = match body.get(..MAX_BYTES) {
        Some(head) if body.len() > MAX_BYTES => (head, true),
        _ => (body, false),
    };
    let mut text: Cow<'_, [u8]> = if capped.starts_with(b"\xFF\xFE") {
        Cow::Owned(UTF_16LE.decode_with_bom_removal(capped).0.into_owned().into_bytes())
    } else if capped.starts_with(b"\xFE\xFF") {
        Cow::Owned(UTF_16BE.decode_with_bom_removal(capped).0.into_owned().into_bytes())
    } else {
        Cow::Borrowed(capped)
    };
    if memchr(0, &text).is_some() {
        text.to_mut().retain(|byte| *byte != 0);
    }
    let start = text.len() - without_marks(&text).len();
    let end = if cut { memrchr2(b'\n', b'\r', &text).unwrap_or(start).max(start) } else { text.len() };
    match text {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(start..end).unwrap_or_default()),
        Cow::Owned(mut bytes) => {
            bytes.truncate(end);
            bytes.drain(..start);
            Cow::Owned(bytes)
        }
    }
}

/// Editors add a mark to a file that has one already, so there may be several. A mark further down belongs to its
/// line, which it makes unreadable, as it does for Google's parser.
fn without_marks(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = MARKS.iter().find_map(|mark| text.strip_prefix(*mark)) {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_nuls_and_utf_16_are_read() {
        assert_eq!(&*content(b"\xEF\xBB\xBFAllow: /"), b"Allow: /");
        assert_eq!(&*content(b"Al\0low: /\0"), b"Allow: /");
        assert_eq!(&*content(b"\xFF\xFEA\0:\0"), b"A:");
        assert_eq!(&*content(b"\xFE\xFF\0A\0:"), b"A:");
    }

    #[test]
    fn marks_at_the_start_are_skipped_whole_cut_or_twice() {
        for mark in [b"\xEF\xBB\xBF".as_slice(), b"\xEF\xBB", b"\xEF", b"\xEF\xBB\xBF\xEF\xBB\xBF"] {
            let body = [mark, b"Allow: /".as_slice()].concat();
            assert_eq!(&*content(&body), b"Allow: /", "{mark:x?}");
        }
        for kept in [b"\xBB\xBFAllow: /".as_slice(), b"#\n\xEF\xBB\xBFAllow: /", b" \xEF\xBB\xBFAllow: /"] {
            assert_eq!(&*content(kept), kept);
        }
    }

    #[test]
    fn a_long_file_is_cut_at_a_line() {
        let mut body = b"Disallow: /aa\n".repeat(MAX_BYTES / 14 + 10);
        let text = content(&body).into_owned();
        assert!(text.len() <= MAX_BYTES && text.ends_with(b"/aa"), "no half rule: it would forbid too much");
        body.truncate(MAX_BYTES);
        assert_eq!(content(&body).len(), MAX_BYTES, "exactly at the limit nothing is cut");
        assert!(content(&vec![b'x'; MAX_BYTES + 1]).is_empty());
    }

    #[test]
    fn stored_text_keeps_the_bytes_that_paths_are_made_of() {
        assert_eq!(storable_text("\u{feff}Allow: /ツ\0".as_bytes()), "Allow: /ツ");
        assert_eq!(storable_text(b"Disallow: /caf\xE9/\xFF"), "Disallow: /caf%E9/%FF");
        assert_eq!(storable_text(b"\xFF\xFEA\0\xE9\x00"), "Aé");
        assert_eq!(storable_text(&vec![b'\n'; MAX_BYTES * 2]).len(), MAX_BYTES - 1);
    }
}
