use masthead_crawler::discover::{Cut, Entry, Kind, read};
use serde_json::Value;
use url::Url;

use super::shared;

/// Each file gives the kind, the number of URLs, the URLs in order and the fields that the suites expect; and where
/// Python's ElementTree reads an entry with a location, the same with the same `lastmod`. A sitemap's place does not bound
/// what it may name (`date-and-scope-facts.json`): the profile's hosts do.
#[test]
fn sitemaps_of_other_projects() {
    let Some(text) = shared::read("sitemaps/expected.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let mut faults = Vec::new();
    for case in &cases {
        let file = case["file"].as_str().unwrap();
        let base = Url::parse(case["sitemap_url"].as_str().unwrap()).unwrap();
        let body = std::fs::read(shared::path(file).unwrap()).unwrap();
        match read(&body, &base) {
            Err(error) => faults.push(format!("{file}: {error}")),
            Ok(found) => faults.extend(differences(&case["expect"], &case["elementtree"], &found, file)),
        }
    }
    eprintln!("sitemaps: {} files, {} facts that do not hold", cases.len(), faults.len());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(cases.len() >= 23);
}

fn differences(
    expect: &Value,
    elementtree: &Value,
    found: &masthead_crawler::discover::Found,
    file: &str,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |what: &str, expected: String, actual: String| {
        if expected != actual {
            faults.push(format!("{file}: {what}: expected {expected}, found {actual}"));
        }
    };
    let kind = match expect["kind"].as_str().unwrap() {
        "index" => Kind::Index,
        "rss" | "atom" => Kind::Feed,
        _ => Kind::Sitemap,
    };
    check("kind", format!("{kind:?}"), format!("{:?}", found.kind));
    if let Some(count) = expect["urls"].as_u64().or(expect["sitemaps"].as_u64()) {
        check("count", count.to_string(), found.entries.len().to_string());
    }
    if let Some(urls) = expect["urls_in_order"].as_array() {
        // crawler-commons sorts query parameters; what is fetched is the URL as found.
        let sorted = |url: &str| {
            let mut url = Url::parse(url).unwrap();
            let mut query: Vec<&str> = url.query().unwrap_or_default().split('&').collect();
            query.sort_unstable();
            let query = query.join("&");
            url.set_query((!query.is_empty()).then_some(&query));
            url.to_string()
        };
        let expected: Vec<String> = urls.iter().map(|url| sorted(url.as_str().unwrap())).collect();
        let actual: Vec<String> = found.entries.iter().map(|entry| sorted(entry.url.as_str())).collect();
        check("URLs", format!("{expected:?}"), format!("{actual:?}"));
    }
    if let Some(dates) = expect["lastmod"].as_array() {
        let expected: Vec<Option<&str>> = dates.iter().map(Value::as_str).collect();
        let actual: Vec<Option<&str>> = found.entries.iter().map(|entry| entry.updated.as_deref()).collect();
        check("lastmod", format!("{expected:?}"), format!("{actual:?}"));
    }
    for (news, entry) in expect["news"].as_array().into_iter().flatten().zip(&found.entries) {
        check("news title", format!("{:?}", news["title"].as_str()), format!("{:?}", entry.title.as_deref()));
        let day = entry.published.as_deref().and_then(|date| date.get(..10));
        check(
            "news date",
            format!("{:?}", news["publication_date"].as_str().and_then(|date| date.get(..10))),
            format!("{day:?}"),
        );
        if let Some(keywords) = news["keywords"].as_array() {
            let keywords: Vec<&str> = keywords.iter().filter_map(Value::as_str).collect();
            check("keywords", format!("{keywords:?}"), format!("{:?}", entry.tags));
        }
    }
    if expect["note"].as_str().is_some_and(|note| note.contains("partial mode")) {
        check("cut", format!("{:?}", Some(Cut::Broken)), format!("{:?}", found.cut));
    }
    if let Some(time) = expect["first_lastmod"].as_str() {
        let first = found.entries.first();
        let said = first.and_then(|entry| entry.updated.as_deref().or(entry.published.as_deref()));
        check("first time", format!("{:?}", moment(time)), format!("{:?}", said.and_then(moment)));
    }
    for entry in elementtree["entries"].as_array().into_iter().flatten() {
        let Some(url) = entry["loc"].as_str().and_then(|loc| Url::parse(loc.trim()).ok()) else { continue };
        let changed = entry["lastmod"].as_str().map(str::trim);
        // Where both speak of `lastmod` the suite is right: ElementTree mixes what is not closed.
        let is_it = |entry: &Entry| {
            entry.url == url && (expect["lastmod"].is_array() || entry.updated.as_deref() == changed)
        };
        check(
            "entry",
            format!("{url} {changed:?}"),
            match found.entries.iter().find(|entry| is_it(entry)) {
                Some(_) => format!("{url} {changed:?}"),
                None => "none".to_owned(),
            },
        );
    }
    faults
}

/// The instant of a feed's time, in either of the two forms that feeds use.
fn moment(time: &str) -> Option<jiff::Timestamp> {
    let mail = jiff::fmt::rfc2822::parse(time).map(|time| time.timestamp());
    mail.or_else(|_| time.parse()).ok()
}
