//! The single pages that the profile's tests read are those of the recording.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use masthead_warc::Archive;

const REMEDY: &str = "run: cargo run -p masthead-warc --example save_pages -- profiles/recorded/koreatimes.warc.gz \
                      tests/pages/koreatimes/pages.txt";

/// Pages, not packed bytes, are compared: another version of the compressor may pack them otherwise.
#[test]
fn each_saved_page_is_the_recorded_one() {
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let archive = Archive::open(project.join("profiles/recorded/koreatimes.warc.gz")).unwrap();
    let folder = project.join("tests/pages/koreatimes");
    let list = fs::read_to_string(folder.join("pages.txt")).unwrap();
    let pages: Vec<(&str, &str)> =
        list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
    assert!(pages.len() >= 8);
    for (file, url) in pages {
        let mut saved = Vec::new();
        let packed =
            File::open(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}; {REMEDY}"));
        GzDecoder::new(packed).read_to_end(&mut saved).unwrap();
        let recorded = archive.get(url).unwrap().unwrap_or_else(|| panic!("{url} was not recorded"));
        assert!(saved == recorded.body, "{file} is out of date; {REMEDY}");
    }
}
