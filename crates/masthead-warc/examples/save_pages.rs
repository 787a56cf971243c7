//! Saves single pages of a recording, for the tests that stand in a profile; the same bytes each time:
//!
//! `cargo run -p masthead-warc --example save_pages -- profiles/recorded/koreatimes.warc.gz tests/pages/koreatimes/pages.txt`
//!
//! The list names a page a line, a file and a URL; the files are written beside it. See docs/recorded-pages.md.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::{Compression, GzBuilder};
use masthead_warc::Archive;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(recording), Some(list)) = (arguments.next(), arguments.next()) else {
        return Err("usage: save_pages RECORDING.warc.gz LIST.txt".into());
    };
    let archive = Archive::open(recording)?;
    for line in fs::read_to_string(&list)?.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (file, url) = line.split_once(' ').ok_or_else(|| format!("no file and URL: {line}"))?;
        let page = archive.get(url)?.ok_or_else(|| format!("not in the recording: {url}"))?;
        // No time and no name in the header: the same bytes each time.
        let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
        packed.write_all(&page.body)?;
        fs::write(list.with_file_name(file), packed.finish()?)?;
    }
    Ok(())
}
