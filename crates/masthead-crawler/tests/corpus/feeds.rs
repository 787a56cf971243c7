use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use masthead_crawler::discover::{Cut, Entry, Found, Kind, read, read_labelled};
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

fn base() -> Url {
    Url::parse("https://example.com/feed").unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
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

fn is_truth(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    let is_feed = [
        "version_json_11.json",
        "version_json_11_deprecated_author.json",
        "json10_full.json",
        "invalid.json",
    ];
    name.ends_with(".json") && !is_feed.contains(&&*name)
}

/// A fact about one entry of a file.
#[derive(Debug)]
struct Fact {
    file: String,
    entry: usize,
    field: &'static str,
    value: String,
}

/// What the suites of feedparser and gofeed say of entries' links, titles, times, summaries, authors and tags. Markup is
/// left out of the comparison on both sides, since some readers clean it and ours leaves it as it is. Most of their
/// entries have no link, without which an entry leads nowhere; these get one.
#[test]
fn facts_about_entries() {
    let (Some(mut facts), Some(more)) = (feedparser(), gofeed()) else { return };
    facts.extend(more);
    let charsets = charsets();
    let mut read_so_far: BTreeMap<&str, Option<Found>> = BTreeMap::new();
    let (mut right, mut wrong) = (0, Vec::new());
    for fact in &facts {
        let found = read_so_far.entry(&fact.file).or_insert_with(|| {
            let bytes = std::fs::read(shared::path(&fact.file).unwrap()).unwrap();
            let charset = charsets.get(&fact.file).map(String::as_str);
            read_labelled(&with_links(&bytes), charset, &base()).ok()
        });
        let entry = found.as_ref().and_then(|found| found.entries.get(fact.entry));
        if entry.is_some_and(|entry| fact.holds(entry)) {
            right += 1;
        } else {
            wrong.push(format!("{} {}", fact.file.rsplit('/').next().unwrap(), fact.field));
        }
    }
    eprintln!("facts about feeds' entries: {right} of {} hold", facts.len());
    wrong.sort();
    wrong.dedup();
    assert_eq!(wrong, UNDERSTOOD);
    assert!(right >= 180, "{right} of {}", facts.len());
}

/// Facts that are deliberately not so here, in order of the files' names.
const UNDERSTOOD: &[&str] = &[
    // Atom 0.3 could pack a text in base64. Such a text is left out, not shown packed.
    "atom03_feed_entry_summary_base64.xml summary",
    "atom03_feed_entry_summary_base64_escaped_markup.xml summary",
    "atom03_feed_entry_title_base64_escaped_markup.xml title",
    "atom10_feed_entry_summary_base64_escaped_markup.xml summary",
    "atom10_feed_entry_title_base64_escaped_markup.xml title",
    // A drawing has no text.
    "atomxlink.xml summary",
    // A control character stays one: only its number is read as HTML reads it.
    "demoronize-1.xml summary",
    "entry_summary_base64.xml summary",
    "entry_title_base64_2.xml title",
    // Keywords for podcasts, and a date that is both published and updated.
    "feed_item_fallbacks_-_rss_channel_item_extensions.xml tag",
    "feed_item_fallbacks_-_rss_channel_item_extensions.xml updated",
    // The first link counts, not the last.
    "feed_item_links_-_rss_channel_item_links.xml url",
    "http_entry_summary_base64_base_content_location.xml summary",
    // Relative to the address where that suite had its server.
    "http_item_link_base_docuri.xml url",
    // `dc:date` is when an item was published.
    "item_dc_date.xml updated",
    // The link that this test added counts before the `guid`.
    "item_guid_map_link.xml url",
    // CDF, which nobody writes any more.
    "item_href_map_link.xml url",
    // The title of a picture.
    "item_media_title1.xml title",
    "item_title.xml title",
    "itunes_item_category_nested.xml tag",
    "rss_channel_item_links.xml url",
];

impl Fact {
    fn holds(&self, entry: &Entry) -> bool {
        let same = |text: Option<&str>| text.map(plain) == Some(plain(&self.value));
        match self.field {
            "url" => Url::parse(&self.value).is_ok_and(|url| url == entry.url),
            "title" => same(entry.title.as_deref()),
            "summary" => same(entry.summary.as_deref()),
            "published" => same(entry.published.as_deref()),
            "updated" => same(entry.updated.as_deref()),
            "author" => {
                let name = self.value.split(" (").next().unwrap();
                entry.authors.iter().any(|author| plain(author) == plain(name))
            }
            _ => entry.tags.iter().any(|tag| plain(tag) == plain(&self.value)),
        }
    }
}

/// The text without tags, entities resolved, white space tidied.
fn plain(text: &str) -> String {
    let resolve = |text: &str| {
        let text =
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        text.replace("&amp;", "&")
    };
    let text = resolve(text);
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        kept.push_str(before);
        match after.split_once('>') {
            Some((_, after)) => rest = after,
            None => {
                kept.push('<');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    resolve(&kept).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn with_links(feed: &[u8]) -> Vec<u8> {
    let feed = before_each(feed, b"</item>", b"<link>https://example.com/added</link>");
    before_each(&feed, b"</entry>", b"<link href=\"https://example.com/added\"/>")
}

fn before_each(bytes: &[u8], place: &[u8], added: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        if bytes[at..].starts_with(place) {
            output.extend(added);
        }
        output.push(*byte);
    }
    output
}

fn feedparser() -> Option<Vec<Fact>> {
    let cases: Value = serde_json::from_slice(&shared::read("feeds/feedparser/expected.json")?).unwrap();
    let mut facts = Vec::new();
    for (file, case) in cases.as_object().unwrap() {
        for check in case["expect"].as_array().into_iter().flatten().filter(|check| check["op"] == "eq") {
            let path: Vec<String> = check["path"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part.to_string().replace('"', ""))
                .collect();
            let [first, entry, rest @ ..] = path.as_slice() else { continue };
            let (true, Ok(entry), Some(value)) = (first == "entries", entry.parse(), check["value"].as_str())
            else {
                continue;
            };
            let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
            let field = match rest.as_slice() {
                ["title"] => "title",
                ["link"] => "url",
                ["author"] | ["author_detail", "name"] | ["authors", _, "name"] => "author",
                ["tags", _, "term"] => "tag",
                ["summary" | "description"] => "summary",
                ["published"] => "published",
                ["updated"] => "updated",
                _ => continue,
            };
            facts.push(Fact {
                file: format!("feeds/feedparser/{file}"),
                entry,
                field,
                value: value.to_owned(),
            });
        }
    }
    Some(facts)
}

/// The `charset` of the answers that feedparser's suite pretends, by file.
fn charsets() -> BTreeMap<String, String> {
    let cases: Value =
        serde_json::from_slice(&shared::read("feeds/feedparser/expected.json").unwrap()).unwrap();
    let charset = |case: &Value| {
        let headers = case["http_headers"].as_object()?;
        let (_, charset) = headers.values().find_map(|value| value.as_str()?.split_once("charset="))?;
        Some(charset.trim_matches('"').to_owned())
    };
    let cases = cases.as_object().unwrap().iter();
    cases.filter_map(|(file, case)| Some((format!("feeds/feedparser/{file}"), charset(case)?))).collect()
}

fn gofeed() -> Option<Vec<Fact>> {
    let mut facts = Vec::new();
    let root = shared::path("feeds/gofeed")?;
    for path in files(&root) {
        let (truth, feed) = match path.to_string_lossy().strip_suffix("_expected.json") {
            Some(start) => (path.clone(), PathBuf::from(format!("{start}.json"))),
            None if is_truth(&path) => (path.clone(), path.with_extension("xml")),
            None => continue,
        };
        if !feed.exists() {
            continue;
        }
        let truth: Value = serde_json::from_slice(&std::fs::read(truth).unwrap()).unwrap_or_default();
        let file = format!("feeds/gofeed/{}", feed.strip_prefix(&root).unwrap().display());
        let entries = truth["entries"].as_array().or_else(|| truth["items"].as_array());
        for (entry, said) in entries.into_iter().flatten().enumerate() {
            facts.extend(said_of(said).into_iter().map(|(field, value)| Fact {
                file: file.clone(),
                entry,
                field,
                value,
            }));
        }
    }
    Some(facts)
}

fn said_of(said: &Value) -> Vec<(&'static str, String)> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| said[key].as_str()).filter(|text| !text.is_empty());
    let list = |key: &str| said[key].as_array().cloned().unwrap_or_default();
    let link = text(&["link", "url"]).map(str::to_owned).or_else(|| {
        let is_page = |link: &Value| matches!(link["rel"].as_str(), None | Some("alternate"));
        list("links").iter().find(|link| is_page(link))?["href"].as_str().map(str::to_owned)
    });
    let mut facts: Vec<(&'static str, String)> = Vec::new();
    facts.extend(link.filter(|link| link.starts_with("http")).map(|link| ("url", link)));
    for (field, keys) in [
        ("title", &["title"][..]),
        ("summary", &["summary", "description"]),
        ("published", &["pubDate", "published", "date_published"]),
        ("updated", &["updated", "date_modified"]),
    ] {
        facts.extend(text(keys).map(|text| (field, text.to_owned())));
    }
    for author in list("authors") {
        facts.extend(author["name"].as_str().map(|name| ("author", name.to_owned())));
    }
    for tag in list("categories").into_iter().chain(list("tags")) {
        let tag = tag.as_str().or_else(|| tag["term"].as_str()).or_else(|| tag["value"].as_str());
        facts.extend(tag.map(|tag| ("tag", tag.to_owned())));
    }
    facts
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
