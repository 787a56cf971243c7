//! `sha1:` digests in base32, as WARC tools write them.

use data_encoding::{BASE32, HEXLOWER_PERMISSIVE};
use sha1::{Digest as _, Sha1};

/// SHA-1 of the bytes.
pub(crate) fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

/// `sha1:` and the digest in base32.
pub(crate) fn labelled(bytes: &[u8]) -> String {
    format!("sha1:{}", BASE32.encode(&sha1(bytes)))
}

/// Whether a digest field fits the bytes: `None` where its algorithm or notation is not known. Base32 is the custom,
/// some crawlers write hexadecimal.
pub(crate) fn matches(field: &str, bytes: &[u8]) -> Option<bool> {
    let (algorithm, value) = field.trim().split_once(':')?;
    if !algorithm.eq_ignore_ascii_case("sha1") && !algorithm.eq_ignore_ascii_case("sha-1") {
        return None;
    }
    let expected = match value.len() {
        40 => HEXLOWER_PERMISSIVE.decode(value.as_bytes()).ok()?,
        _ => BASE32.decode(value.to_ascii_uppercase().as_bytes()).ok()?,
    };
    Some(expected == sha1(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_base32_and_hexadecimal_is_understood() {
        let empty = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"; // SHA-1 of nothing, as the WARC specification prints it
        assert_eq!(labelled(b""), empty);
        assert_eq!(matches(empty, b""), Some(true));
        assert_eq!(matches("sha1:DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", b""), Some(true));
        assert_eq!(matches(empty, b"x"), Some(false));
        assert_eq!(matches("md5:d41d8cd98f00b204e9800998ecf8427e", b""), None);
        assert_eq!(matches("sha1:é", b""), None);
    }
}
