use std::path::Path;

use masthead_crawler::discover::{Found, Kind, read};
use serde_json::Value;
use url::Url;

use super::shared;

/// Real RSS and Atom feeds, against what another reader made of them: as many entries, the same links and titles.
#[test]
fn feeds_that_another_reader_reads() {
    let base = Url::parse("https://example.com/feed").unwrap();
    let (mut feeds, mut entries, mut guids) = (0, 0, 0);
    for folder in ["atom", "rss0", "rss1", "rss2"] {
        let Some(folder) = shared::path(&format!("feeds/feed-rs/{folder}")) else { return };
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            // A lone `<entry>` is a document of the publishing protocol, no feed.
            let is_feed = path.extension().is_some_and(|extension| extension == "xml")
                && !path.ends_with("atom_entry_1.xml");
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
    assert!(feeds >= 33 && entries >= 56, "{feeds} feeds, {entries} entries");
    assert_eq!(guids, 2, "entries whose identity stands for their link");
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
