//! Where the corpus of other projects' test data lies.

use std::io::Read;
use std::path::PathBuf;

/// The path of a file of the corpus, or `None`, said loudly, where the corpus is absent.
pub(super) fn path(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = root.join("corpus").join(name);
    if !root.exists() {
        eprintln!("SKIPPED: {name} (../shared is absent)");
        return None;
    }
    Some(path)
}

/// A file of the corpus, uncompressed where its name ends with `.gz`.
pub(super) fn read(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path(name)?).unwrap();
    if !name.ends_with(".gz") {
        return Some(bytes);
    }
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
    Some(text)
}
