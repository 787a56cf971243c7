//! Stored pages: plain, gzipped, or from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context as _;
use flate2::read::MultiGzDecoder;

/// No page is larger; the engine's own budget is far below.
const MOST: u64 = 64 << 20;

/// The page's bytes; `-` is standard input. Gzip is told by its magic bytes (RFC 1952), not by the name.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let what = || format!("can't read {}", path.display());
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(MOST).read_to_end(&mut bytes).context("can't read standard input")?;
    } else {
        File::open(path).with_context(what)?.take(MOST).read_to_end(&mut bytes).with_context(what)?;
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).take(MOST).read_to_end(&mut plain).with_context(what)?;
        return Ok(plain);
    }
    Ok(bytes)
}
