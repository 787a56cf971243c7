//! Undoes transfer and content codings of recorded bodies: chunked (RFC 9112 §7.1), gzip and deflate (RFC 9110 §8.4.1).

use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::error::HttpError;

/// A body without its codings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Body {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether something is missing: the limit was reached, or the recorded bytes end too early.
    pub truncated: bool,
}

/// `codings` in the order in which they were applied, as the header lists them.
pub(crate) fn decode(
    raw: &[u8],
    chunked: bool,
    codings: &[&str],
    max_bytes: usize,
) -> Result<Body, HttpError> {
    let mut body = match chunked.then(|| join_chunks(raw)).flatten() {
        Some(joined) => joined,
        None => Body { bytes: raw.to_vec(), truncated: false },
    };
    for coding in codings.iter().rev() {
        body = match coding.to_ascii_lowercase().as_str() {
            "" | "identity" => body,
            "gzip" | "x-gzip" if body.bytes.starts_with(&[0x1f, 0x8b]) => {
                unpack(MultiGzDecoder::new(body.bytes.as_slice()), body.truncated, max_bytes)
            }
            "deflate" if is_zlib(&body.bytes) => {
                unpack(ZlibDecoder::new(body.bytes.as_slice()), body.truncated, max_bytes)
            }
            "deflate" => raw_deflate(body, max_bytes),
            // The archive's writer undid the coding and kept the header.
            "gzip" | "x-gzip" => body,
            other => return Err(HttpError::UnsupportedCoding(other.to_owned())),
        };
    }
    body.truncated |= body.bytes.len() > max_bytes;
    body.bytes.truncate(max_bytes);
    Ok(body)
}

fn unpack(decoder: impl Read, truncated: bool, max_bytes: usize) -> Body {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a body of just the limit from a longer one. An error keeps what came before it.
    let outcome = decoder.take((max_bytes as u64).saturating_add(1)).read_to_end(&mut bytes);
    Body { bytes, truncated: truncated || outcome.is_err() }
}

/// Some servers send deflate without its zlib frame. A body that does not unpack at all is taken as already unpacked.
fn raw_deflate(body: Body, max_bytes: usize) -> Body {
    let unpacked = unpack(DeflateDecoder::new(body.bytes.as_slice()), body.truncated, max_bytes);
    if unpacked.truncated && !body.truncated { body } else { unpacked }
}

/// CMF and FLG of RFC 1950 §2.2: method 8, and both together a multiple of 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [cmf, flg, ..] if cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)).is_multiple_of(31))
}

/// `None` where the bytes are not chunked at all.
fn join_chunks(raw: &[u8]) -> Option<Body> {
    let mut bytes = Vec::with_capacity(raw.len());
    let (mut size, mut rest) = chunk_size(raw)?;
    while size > 0 {
        let Some((chunk, behind)) = rest.split_at_checked(size) else {
            bytes.extend(rest);
            return Some(Body { bytes, truncated: true });
        };
        bytes.extend(chunk);
        let behind = behind.strip_prefix(b"\r").unwrap_or(behind);
        let Some(next) = behind.strip_prefix(b"\n").and_then(chunk_size) else {
            return Some(Body { bytes, truncated: true });
        };
        (size, rest) = next;
    }
    Some(Body { bytes, truncated: false })
}

/// The number on a chunk's first line, and what follows the line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    // A size line is short; extensions behind the semicolon are allowed and ignored.
    let end = bytes.iter().take(1024).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end + 1)?;
    let line = std::str::from_utf8(line).ok()?;
    let digits = line.split(';').next()?.trim();
    Some((usize::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(raw: &[u8], chunked: bool, codings: &[&str]) -> (Vec<u8>, bool) {
        let body = decode(raw, chunked, codings, 1000).unwrap();
        (body.bytes, body.truncated)
    }

    #[test]
    fn chunks_are_joined() {
        let raw = b"4;x=1\r\nWiki\r\n00005\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";
        assert_eq!(decoded(raw, true, &[]), (b"Wikipedia".to_vec(), false));
    }

    #[test]
    fn broken_chunks_give_what_is_there() {
        assert_eq!(decoded(b"ffff\r\nshort", true, &[]), (b"short".to_vec(), true));
        assert_eq!(decoded(b"4\r\nWikiGARBAGE", true, &[]), (b"Wiki".to_vec(), true));
        assert_eq!(decoded(b"<html>plain</html>\n", true, &[]), (b"<html>plain</html>\n".to_vec(), false));
        assert_eq!(decoded(b"ffffffffffffffffff\r\nx", true, &[]).0, b"ffffffffffffffffff\r\nx");
    }

    #[test]
    fn gzip_and_both_kinds_of_deflate_are_unpacked() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"hello hello").unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(b"hello hello").unwrap();
        let expected = (b"hello hello".to_vec(), false);
        assert_eq!(decoded(&gzip(b"hello hello"), false, &["gzip"]), expected);
        assert_eq!(decoded(&zlib.finish().unwrap(), false, &["deflate"]), expected);
        assert_eq!(decoded(&bare.finish().unwrap(), false, &["Deflate"]), expected);
        assert_eq!(decoded(&gzip(&gzip(b"hello hello")), false, &["gzip", "x-gzip"]), expected);
    }

    #[test]
    fn bodies_that_were_unpacked_before_are_left_alone() {
        assert_eq!(decoded(b"<html>", false, &["gzip"]), (b"<html>".to_vec(), false));
        assert_eq!(decoded(b"<html>", false, &["deflate"]), (b"<html>".to_vec(), false));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let body = decode(&gzip(&vec![0; 5_000_000]), false, &["gzip"], 1000).unwrap();
        assert_eq!((body.bytes.len(), body.truncated), (1000, true));
        let exact = decode(&gzip(&[7; 1000]), false, &["gzip"], 1000).unwrap();
        assert_eq!((exact.bytes.len(), exact.truncated), (1000, false));
    }

    #[test]
    fn cut_gzip_gives_its_beginning_and_says_so() {
        let mut packed = gzip(b"hello hello");
        packed.truncate(packed.len() - 6);
        assert_eq!(decoded(&packed, false, &["gzip"]), (b"hello hello".to_vec(), true));
    }

    #[test]
    fn an_unknown_coding_is_named() {
        let error = decode(b"x", false, &["br"], 1000).unwrap_err();
        assert!(error.to_string().contains("\"br\""), "{error}");
    }
}
