//! Stored pages: plain, gzipped, or from standard input.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
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

/// A file's lines, read as they are asked for; `-` is standard input, gzip is undone.
pub(crate) fn lines(path: &Path) -> anyhow::Result<impl Iterator<Item = io::Result<String>>> {
    let file: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).with_context(|| format!("can't read {}", path.display()))?)
    };
    let mut plain = BufReader::new(file);
    let packed = plain.fill_buf().is_ok_and(|start| start.starts_with(&[0x1f, 0x8b]));
    let text: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(plain)) } else { Box::new(plain) };
    Ok(BufReader::new(text).lines())
}
