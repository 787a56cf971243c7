//! Measurements on pages that others have annotated. They read a page with patterns, not with a parser, so the figures
//! are those of the rules here and a little below what the engine reaches.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use regex::Regex;
use serde_json::Value;

use super::signals::Time;
use super::text::{decode_entities, tidy};
use super::{Metadata, Signals, Witness, jsonld};
use crate::decode::decode;

fn corpus(part: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = shared.join("corpus").join(part);
    if !folder.is_dir() {
        eprintln!("SKIPPED: metadata on {part} (../shared is absent)");
        return None;
    }
    Some(folder)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    let stored = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        GzDecoder::new(stored.as_slice()).read_to_end(&mut plain).unwrap();
        return plain;
    }
    stored
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// A page's signals, found with patterns; microdata is left out.
struct Scan {
    metas: Vec<(String, String)>,
    jsonld: Vec<String>,
    lang: Option<String>,
    title: Option<String>,
    h1: Vec<String>,
    times: Vec<(String, bool)>,
    canonical: Option<String>,
}

static TAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?is)<(meta|html|time|link)\b((?:[^>"']|"[^"]*"|'[^']*')*)>"#));
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?is)([a-z:_-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#));
static LD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?is)<script[^>]*\btype\s*=\s*["']?application/ld\+json[^>]*>(.*?)</script"#)
});
static TITLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)<title[^>]*>(.*?)</title"));
static H1: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)<h1\b[^>]*>(.*?)</h1"));
static MARKUP: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<[^>]*>"));
static HIDDEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)<script\b.*?</script|<style\b.*?</style|<svg\b.*?</svg|<!--.*?-->"));

fn scan(page: &str) -> Scan {
    let visible = HIDDEN.replace_all(page, "");
    let text = |markup: &str| tidy(&MARKUP.replace_all(markup, ""));
    let mut scan = Scan {
        metas: Vec::new(),
        jsonld: LD.captures_iter(page).map(|found| found[1].to_owned()).collect(),
        lang: None,
        title: TITLE.captures(&visible).map(|found| text(&found[1])),
        h1: H1.captures_iter(&visible).map(|found| text(&found[1])).collect(),
        times: Vec::new(),
        canonical: None,
    };
    for tag in TAG.captures_iter(&visible) {
        let attributes: Vec<(String, String)> = ATTRIBUTE
            .captures_iter(&tag[2])
            .map(|found| {
                let value = (2..=4).find_map(|group| found.get(group)).map_or("", |value| value.as_str());
                (found[1].to_lowercase(), decode_entities(value).into_owned())
            })
            .collect();
        let get =
            |name: &str| attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        match tag[1].to_lowercase().as_str() {
            "meta" => {
                for name in ["name", "property", "itemprop", "http-equiv"].into_iter().filter_map(get) {
                    scan.metas.push((name, get("content").unwrap_or_default()));
                }
            }
            "html" => scan.lang = scan.lang.or(get("lang")),
            "time" => {
                let marked = tag[2].contains("pubdate") || tag[2].contains("datePublished");
                scan.times.extend(get("datetime").map(|datetime| (datetime, marked)));
            }
            _ if get("rel").as_deref() == Some("canonical") => scan.canonical = get("href"),
            _ => {}
        }
    }
    scan
}

impl Scan {
    fn signals<'a>(&'a self, url: &'a str) -> Signals<'a> {
        Signals {
            url,
            metas: self.metas.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect(),
            jsonld: self.jsonld.iter().map(String::as_str).collect(),
            html_lang: self.lang.as_deref(),
            title: self.title.as_deref(),
            h1: self.h1.clone(),
            times: self
                .times
                .iter()
                .map(|(datetime, is_published)| Time { datetime, is_published: *is_published })
                .collect(),
            canonical: self.canonical.as_deref(),
            ..Signals::default()
        }
    }
}

/// A time as metadata writes it: RFC 3339 in its looser spellings.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    Instant(jiff::Timestamp),
    Clock(jiff::civil::DateTime),
}

fn moment(text: &str) -> Option<Moment> {
    let text = text.replacen(' ', "T", 1).replace(' ', "");
    let instant = text.parse::<jiff::Timestamp>().ok().map(Moment::Instant);
    instant.or_else(|| text.parse().ok().map(Moment::Clock))
}

/// Equal to the second; the clock alone where the truth has no offset.
fn same_moment(truth: &str, found: &str) -> bool {
    let clock = |text: &str| text.get(..19).map(|text| text.replacen(' ', "T", 1));
    match (moment(truth), moment(found)) {
        (Some(Moment::Instant(truth)), Some(Moment::Instant(found))) => {
            truth.as_second() == found.as_second()
        }
        (Some(Moment::Clock(_)), Some(_)) => clock(truth) == clock(found),
        _ => false,
    }
}

fn first<T: Clone + Default>(witnesses: &[Witness<T>]) -> T {
    witnesses.first().map(|witness| witness.value.clone()).unwrap_or_default()
}

fn list(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(tidy)
        .filter(|text| !text.is_empty())
        .collect()
}

/// Of the pages whose truth names a field, how many are right.
#[derive(Default)]
struct Share {
    right: f64,
    all: f64,
}

impl Share {
    fn add(&mut self, is_right: bool) {
        self.all += 1.0;
        self.right += f64::from(u8::from(is_right));
    }

    fn value(&self) -> f64 {
        self.right / self.all.max(1.0)
    }
}

#[test]
fn annotated_news_pages() {
    let Some(folder) = corpus("fundus") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let wanted = std::env::var("MASTHEAD_SHOW").unwrap_or_default();
    let show = |field: &str,
                is_right: bool,
                page: &str,
                truth: &dyn std::fmt::Debug,
                found: &dyn std::fmt::Debug| {
        if !is_right && wanted == field {
            eprintln!("{page}\n  truth {truth:?}\n  found {found:?}");
        }
    };
    let [mut title, mut authors, mut published, mut tags] = [(); 4].map(|()| Share::default());
    for expected in paths.iter().filter(|path| path.ends_with("expected.json")) {
        let facts: Value = serde_json::from_slice(&fs::read(expected).unwrap()).unwrap();
        for case in facts["cases"].as_array().unwrap() {
            let name = case["file"].as_str().unwrap();
            let page = decode(&bytes(&expected.with_file_name(name)), None, None).text;
            let scan = scan(&page);
            let metadata = Metadata::read(scan.signals(case["url"].as_str().unwrap()));
            let truth = &case["expected"];

            let (wanted, found) = (tidy(truth["title"].as_str().unwrap_or_default()), metadata.title());
            title.add(wanted == first(&found));
            show("title", wanted == first(&found), name, &wanted, &found);

            if truth.get("authors").is_some() {
                let (wanted, found) = (list(&truth["authors"]), metadata.authors());
                let names: Vec<String> = first(&found).into_iter().map(|author| author.name).collect();
                authors.add(wanted == names);
                show("authors", wanted == names, name, &wanted, &found);
            }
            let (wanted, found) =
                (truth["publishing_date"].as_str().unwrap_or_default(), metadata.published());
            let valid = found.iter().find(|witness| moment(&witness.value).is_some());
            let is_right = valid.is_some_and(|witness| same_moment(wanted, &witness.value));
            published.add(is_right);
            show("published", is_right, name, &wanted, &found);

            if truth.get("topics").is_some() {
                let (mut wanted, found) = (list(&truth["topics"]), metadata.tags());
                let mut all = first(&found);
                wanted.sort();
                wanted.dedup();
                all.sort();
                tags.add(wanted == all);
                show("tags", wanted == all, name, &wanted, &found);
            }
        }
    }
    let shares = [
        ("title", &title, 0.81),
        ("authors", &authors, 0.85),
        ("published", &published, 0.92),
        ("tags", &tags, 0.54),
    ];
    for (field, share, floor) in shares {
        eprintln!("{field}: {:.3} of {}", share.value(), share.all);
        assert!(share.value() >= floor, "{field}: {:.3}", share.value());
    }
}

fn flatten(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| flatten(item, found)),
        one => found.push(one.clone()),
    }
}

#[test]
fn published_json_ld_cases() {
    let Some(folder) = corpus("structured/extruct") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut cases = 0;
    for expected in
        paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonld"))
    {
        let html = ["html", "html.gz"].map(|extension| expected.with_extension(extension));
        let Some(html) = html.iter().find(|path| path.exists()) else { continue };
        let truth: Value = serde_json::from_slice(&fs::read(expected).unwrap()).unwrap();
        let page = decode(&bytes(html), None, None).text;
        let scan = scan(&page);
        let scripts: Vec<&str> = scan.jsonld.iter().map(String::as_str).collect();
        let found = jsonld::nodes(&scripts);
        let mut wanted = Vec::new();
        flatten(truth.get("json-ld").or_else(|| truth.get("items")).unwrap_or(&truth), &mut wanted);
        assert!(found == wanted, "{}: {} of {} nodes", expected.display(), found.len(), wanted.len());
        cases += 1;
    }
    assert!(cases > 5, "{cases}");
}

#[test]
fn pages_that_people_annotated() {
    let Some(folder) = corpus("trafilatura") else { return };
    let cases: Value = serde_json::from_slice(&fs::read(folder.join("evaldata.json")).unwrap()).unwrap();
    let [mut title, mut authors, mut day] = [(); 3].map(|()| Share::default());
    let shown = std::env::var("MASTHEAD_SHOW").unwrap_or_default();
    for (url, case) in cases.as_object().unwrap() {
        let file = folder.with_file_name("").join(case["file"].as_str().unwrap());
        let page = decode(&bytes(&file), None, None).text;
        let scan = scan(&page);
        let metadata = Metadata::read(scan.signals(url));
        let truth = |field: &str| case[field].as_str().map(tidy).filter(|text| !text.is_empty());
        if let Some(truth) = truth("title") {
            let found = metadata.title();
            title.add(truth == first(&found));
            if shown == "hand-title" && truth != first(&found) {
                eprintln!("{url}\n  truth {truth:?}\n  found {found:?}");
            }
        }
        if let Some(truth) = truth("author") {
            let found = metadata.authors();
            let names: Vec<String> = first(&found).into_iter().map(|author| author.name).collect();
            let right = crate::people::people(&truth) == names;
            authors.add(right);
            if shown == "hand-authors" && !right {
                eprintln!("{url}\n  truth {truth:?}\n  found {found:?}");
            }
        }
        if let Some(truth) = truth("date") {
            let found = metadata.published();
            let right = found.iter().any(|witness| witness.value.starts_with(&truth));
            day.add(right);
            if shown == "hand-date" && !right {
                eprintln!("{url}\n  truth {truth:?}\n  found {found:?}");
            }
        }
    }
    // Most pages of this set name their author and date in the text only.
    for (field, share, floor) in [("title", &title, 0.75), ("authors", &authors, 0.42), ("day", &day, 0.67)] {
        eprintln!("by hand, {field}: {:.3} of {}", share.value(), share.all);
        assert!(share.value() >= floor, "{field}: {:.3}", share.value());
    }
}

#[test]
fn pages_in_many_encodings_decode() {
    let (Some(pages), Some(dated)) = (corpus("trafilatura"), corpus("htmldate")) else { return };
    let mut paths = Vec::new();
    files(&pages, &mut paths);
    files(&dated, &mut paths);
    let (mut clean, mut all) = (0, 0);
    for path in paths.iter().filter(|path| path.to_string_lossy().contains(".html")) {
        let decoded = decode(&bytes(path), None, None);
        all += 1;
        clean += usize::from(!decoded.replaced);
        if decoded.replaced || decoded.encoding != "UTF-8" && std::env::var_os("MASTHEAD_SHOW").is_some() {
            let broken = decoded.text.matches(char::REPLACEMENT_CHARACTER).count();
            eprintln!("{}: {} with {broken} replaced", path.file_name().unwrap().display(), decoded.encoding);
        }
    }
    eprintln!("decoded without replacement: {clean} of {all}");
    assert!(clean * 1000 >= all * 998, "{clean} of {all}");
}
