use masthead_crawler::discover::{Cut, Kind, read};
use serde_json::Value;
use url::Url;

use super::shared;

/// Each file gives the kind, the number of URLs, the URLs in order and the fields that the suites expect; and where
/// Python's ElementTree reads entries with a location, at least as many.
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
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(cases.len() >= 22);
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
    let located =
        elementtree["entries"].as_array().into_iter().flatten().filter(|entry| entry["loc"].is_string());
    let located = located.count();
    if found.entries.len() < located {
        faults.push(format!("{file}: {} entries, ElementTree reads {located}", found.entries.len()));
    }
    faults
}
