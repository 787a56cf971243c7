use std::path::{Path, PathBuf};

use masthead_crawler::discover::{Cut, Found, Kind, read};
use serde_json::Value;
use url::Url;

use super::shared;

/// Real RSS and Atom feeds, against what another reader made of them: as many entries, the same links and titles.
#[test]
fn feeds_that_another_reader_reads() {
    let base = base();
    let (mut feeds, mut entries, mut guids) = (0, 0, 0);
    for folder in ["atom", "rss0", "rss1", "rss2", "jsonfeed"] {
        let Some(folder) = shared::path(&format!("feeds/feed-rs/{folder}")) else { return };
        for path in files(&folder) {
            // A lone `<entry>` is a document of the publishing protocol, no feed.
            let is_feed =
                !path.to_string_lossy().ends_with(".serde.json") && !path.ends_with("atom_entry_1.xml");
            let Some(expected) = dump(&path).filter(|_| is_feed) else { continue };
            let found = read(&std::fs::read(&path).unwrap(), &base).unwrap();
            let name = path.display();
            assert_eq!(
                (found.kind, found.entries.len() + found.unusable),
                (Kind::Feed, expected.len()),
                "{name}"
            );
            feeds += 1;
            // Where an entry has no usable link the two lists differ in length, so that only the count is checked.
            if found.unusable == 0 {
                entries += found.entries.len();
                guids += compare(&found, &expected, &base, &path);
            }
        }
    }
    eprintln!("feeds of feed-rs: {feeds} feeds, {entries} entries");
    assert!(feeds >= 36 && entries >= 60, "{feeds} feeds, {entries} entries");
    assert_eq!(guids, 2, "entries whose identity stands for their link");
}

pub(super) fn base() -> Url {
    Url::parse("https://example.com/feed").unwrap()
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn dump(path: &Path) -> Option<Vec<Value>> {
    let dump: Value =
        serde_json::from_slice(&std::fs::read(path.with_extension("serde.json")).ok()?).unwrap();
    dump["entries"].as_array().cloned()
}

/// How many entries the other reader found no link for.
fn compare(found: &Found, expected: &[Value], base: &Url, path: &Path) -> usize {
    let mut guids = 0;
    for (entry, expected) in found.entries.iter().zip(expected) {
        let links = expected["links"].as_array().unwrap();
        let is_link =
            |link: &Value| base.join(link["href"].as_str().unwrap()).is_ok_and(|link| link == entry.url);
        assert!(links.is_empty() || links.iter().any(is_link), "{}: {}", path.display(), entry.url);
        guids += usize::from(links.is_empty());
        let title = expected["title"]["content"].as_str();
        let title = title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(title, entry.title, "{}", path.display());
    }
    guids
}

/// Every file of the three suites is read or refused, and nothing but what is no feed is refused: a document of
/// another kind, an empty one, and UTF-32, which the Encoding Standard leaves out.
#[test]
fn no_feed_is_refused() {
    let mut refused = Vec::new();
    let mut count = 0;
    for suite in ["feedparser", "gofeed", "trafilatura"] {
        let Some(folder) = shared::path(&format!("feeds/{suite}")) else { return };
        for path in files(&folder).into_iter().filter(|path| !is_truth(path)) {
            count += 1;
            if read(&std::fs::read(&path).unwrap(), &base()).is_err() {
                refused.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    eprintln!("feeds of three suites: {} of {count} files are feeds", count - refused.len());
    refused.sort();
    let expected = [
        "empty_feed.xml",
        "invalid.json",
        "rss_empty_document.xml",
        "unknown_feed.xml",
        "utf-32be-bom.xml",
        "utf-32be.xml",
        "utf-32le-autodetect.xml",
        "utf-32le-bom.xml",
        "utf_32.xml",
    ];
    assert_eq!(refused, expected);
    assert!(count >= 1128, "{count} files");
}

pub(super) fn is_truth(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    let is_feed = [
        "version_json_11.json",
        "version_json_11_deprecated_author.json",
        "json10_full.json",
        "invalid.json",
    ];
    name.ends_with(".json") && !is_feed.contains(&&*name)
}

/// What breaks off gives the entries before the break, and says so.
#[test]
fn a_feed_that_breaks_off_keeps_what_came_before() {
    let Some(folder) = shared::path("feeds/feed-rs/rss2") else { return };
    let (mut feeds, mut kept) = (0, 0);
    for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "xml")) {
        let bytes = std::fs::read(&path).unwrap();
        let whole = read(&bytes, &base()).unwrap();
        if whole.entries.is_empty() || whole.cut.is_some() {
            continue;
        }
        // In the middle of the last item.
        let Some(last) = memmem(&bytes, b"<item") else { continue };
        feeds += 1;
        let broken = read(&bytes[..last + 8], &base()).unwrap();
        assert_eq!(broken.cut, Some(Cut::Broken), "{}", path.display());
        assert_eq!(broken.entries, whole.entries[..whole.entries.len() - 1], "{}", path.display());
        kept += broken.entries.len();
    }
    assert!(feeds >= 14 && kept >= 1, "{feeds} feeds, {kept} entries");
}

fn memmem(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}
