//! The recorded pages that ship with the project are what their sources say.

#![expect(clippy::unwrap_used, reason = "a test stops where its preparation fails")]

#[path = "../examples/record_site/site/mod.rs"]
mod site;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use masthead_warc::{Archive, Record, RecordReader};
use serde_json::Value;
use site::Site;

fn project(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn committed() -> PathBuf {
    project("profiles/recorded/koreatimes.warc.gz")
}

fn site() -> Site {
    Site::load(&project("tests/site/koreatimes")).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(project("tests/site/koreatimes").join(name)).unwrap()).unwrap()
}

fn strings<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

const REMEDY: &str = "run: cargo run -p masthead-warc --example record_site -- tests/site/koreatimes profiles/recorded/koreatimes.warc.gz";

/// Records, not bytes, are compared: another version of the compressor may pack them otherwise.
#[test]
fn the_committed_recording_is_what_the_sources_make() {
    let unpack = |bytes: &[u8]| -> Vec<Record> { RecordReader::new(bytes).map(Result::unwrap).collect() };
    let fresh = site().record("koreatimes.warc.gz").unwrap();
    assert_eq!(fresh, site().record("koreatimes.warc.gz").unwrap(), "the same bytes each time");
    let committed = fs::read(committed()).unwrap();
    let same = committed == fresh || without_ids(unpack(&committed)) == without_ids(unpack(&fresh));
    assert!(same, "the recording is out of date; {REMEDY}");
    assert!(committed.len() < 300 * 1024, "{} bytes", committed.len());
}

/// Ids stem from offsets, and so from the compressor.
fn without_ids(mut records: Vec<Record>) -> Vec<Record> {
    for record in &mut records {
        record.header.fields.retain(|(name, _)| !name.ends_with("-ID") && name != "WARC-Refers-To");
    }
    records
}

#[test]
fn the_committed_facts_are_what_the_sources_make() {
    let committed = fs::read_to_string(project("tests/site/koreatimes/articles.json")).unwrap();
    assert!(committed == site().articles_with_facts().unwrap(), "articles.json is out of date; {REMEDY}");
}

#[test]
fn every_address_of_the_sources_has_an_answer() {
    let archive = Archive::open(committed()).unwrap();
    assert!(archive.faults().is_empty());
    let (articles, site) = (json("articles.json"), json("site.json"));
    let mut urls = strings(&articles["articles"], "url");
    assert!(urls.len() >= 36);
    assert_eq!(
        urls.iter().collect::<BTreeSet<_>>().len(),
        urls.len(),
        "each article has an address of its own"
    );
    for list in ["lists", "feeds", "sitemaps", "copies"] {
        urls.extend(strings(&site[list], "url"));
    }
    for url in urls {
        let page = archive.get(url).unwrap().unwrap_or_else(|| panic!("{url} was not recorded"));
        assert_eq!((page.status, page.truncated), (200, false), "{url}");
        assert!(!page.body.is_empty(), "{url}");
    }
    for failure in site["failures"].as_array().unwrap() {
        let page = archive.get(failure["url"].as_str().unwrap()).unwrap().unwrap();
        assert_eq!(Some(u64::from(page.status)), failure["status"].as_u64());
    }
    for redirect in site["redirects"].as_array().unwrap() {
        let page = archive.get(redirect["from"].as_str().unwrap()).unwrap().unwrap();
        assert_eq!(page.status, 301);
        assert_eq!(archive.get(page.header("location").unwrap()).unwrap().unwrap().status, 200);
    }
}

#[test]
fn every_link_of_a_list_leads_to_a_recorded_page() {
    let archive = Archive::open(committed()).unwrap();
    let site = json("site.json");
    for list in strings(&site["lists"], "url") {
        let page = archive.get(list).unwrap().unwrap();
        let text = String::from_utf8(page.body).unwrap();
        for href in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let href = href.replace("&amp;", "&");
            let url =
                if href.starts_with('/') { format!("https://www.koreatimes.co.kr{href}") } else { href };
            // The site's own programs are closed to crawlers by its robots.txt.
            assert!(url.contains("/www2/common/") || archive.contains(&url), "{list} links to {url}");
        }
    }
}

#[test]
fn every_page_says_that_it_is_fictional() {
    for record in RecordReader::open(committed()).unwrap().map(Result::unwrap) {
        assert_eq!(record.block_digest_matches(), Some(true));
        assert_ne!(record.payload_digest_matches(), Some(false));
    }
    let archive = Archive::open(committed()).unwrap();
    for url in archive.urls() {
        let page = archive.get(url).unwrap().unwrap();
        if page.header("content-type").is_some_and(|value| value.starts_with("text/html")) {
            assert!(String::from_utf8_lossy(&page.body).contains("fictional and made for tests"), "{url}");
        }
    }
}

#[test]
fn bodies_hold_their_articles_texts() {
    let archive = Archive::open(committed()).unwrap();
    for article in json("articles.json")["articles"].as_array().unwrap() {
        let page = archive.get(article["url"].as_str().unwrap()).unwrap().unwrap();
        let declares_euc_kr = page.header("content-type") == Some("text/html");
        let text = match declares_euc_kr {
            true => encoding_rs::EUC_KR.decode(&page.body).0.into_owned(),
            false => String::from_utf8(page.body).unwrap(),
        };
        for part in article["body"].as_array().unwrap() {
            if let Some(paragraph) = part["paragraph"].as_str() {
                assert!(text.contains(paragraph), "{}: {paragraph}", article["id"]);
            }
        }
    }
}
