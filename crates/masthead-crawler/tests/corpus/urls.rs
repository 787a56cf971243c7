use masthead_crawler::discover::{MAX_ENTRIES, read};
use serde_json::{Value, json};
use url::Url;

use super::shared;

/// What a feed makes of an address that stands in it: `None` where it is not to be fetched.
fn resolved(address: &str, base: &Url) -> Option<Url> {
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": address}]});
    let mut found = read(feed.to_string().as_bytes(), base).unwrap();
    assert_eq!(found.entries.len() + found.unusable, 1);
    found.entries.pop().map(|entry| entry.url)
}

/// The table of the web platform tests, which browsers keep: each address with its base leads where they say, or, where
/// that is no http or https URL or none at all, nowhere.
#[test]
fn addresses_lead_where_browsers_say() {
    let Some(bytes) = shared::read("urls/wpt-urltestdata.json") else { return };
    let cases: Vec<Value> = serde_json::from_str(&whole_letters(&String::from_utf8(bytes).unwrap())).unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    for case in &cases {
        let Some((input, base)) = input_and_base(case) else { continue };
        let is_page = |href: &&str| href.starts_with("http:") || href.starts_with("https:");
        let expected = case["href"].as_str().filter(is_page);
        if resolved(input, &base).map(String::from).as_deref() == expected {
            right += 1;
        } else {
            wrong.push(input);
        }
    }
    eprintln!("addresses of the web platform tests: {right} of {} resolved as there", right + wrong.len());
    assert_eq!(wrong, LEFT);
    assert!(right >= 270, "{right}");
}

/// Where the URL library differs from browsers. No site is known to write any of these.
const LEFT: [&str; 7] = [
    // Punycode that stands for nothing: browsers keep it as of late.
    "http://a.b.c.XN--pokxncvks",
    "http://10.0.0.XN--pokxncvks",
    "https://xn--/",
    // Three slashes before a host: browsers read two.
    "///test",
    r"///\//\//test",
    "///example.org/../path",
    "///example.org/../../",
];

/// A case that a feed can show: with a base on the web, or without one and whole. A whole one gets a base of another
/// scheme, for `http:a` is relative to a base of its own.
fn input_and_base(case: &Value) -> Option<(&str, Url)> {
    let input = case["input"].as_str()?;
    match case["base"].as_str() {
        Some(base) if base.starts_with("http") => Some((input, Url::parse(base).ok()?)),
        Some(_) => None,
        None => {
            let scheme =
                input.trim_start_matches(|letter: char| letter <= ' ').get(..5)?.to_ascii_lowercase();
            let is_page = matches!(scheme.as_str(), "http:" | "https");
            is_page.then(|| (input, Url::parse("ftp://other.example/").unwrap()))
        }
    }
}

/// Halves of surrogate pairs are no letters; a browser reads U+FFFD instead.
fn whole_letters(json: &str) -> String {
    let code = |text: &str| u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut output = String::new();
    let mut rest = json;
    while let Some((before, escape)) = rest.find('\\').map(|at| rest.split_at(at)) {
        output.push_str(before);
        let second = escape.get(6..).and_then(code);
        let (kept, width) = match (code(escape), second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (escape.split_at(12).0, 12),
            (Some(0xd800..=0xdfff), _) => ("\\ufffd", 6),
            _ => (escape.split_at(2).0, 2),
        };
        output.push_str(kept);
        rest = escape.split_at(width).1;
    }
    output + rest
}

/// crawler-commons' table of resolutions. It keeps fragments, and so do feeds' links; a crawl's key has none.
#[test]
fn addresses_lead_where_crawler_commons_says() {
    let Some(table) = shared::read("urls/url-resolve.csv") else { return };
    let mut count = 0;
    for line in String::from_utf8(table).unwrap().lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(", ").map(|cell| cell.trim_matches('"')).collect();
        let [input, base, expected] = cells.as_slice() else { continue };
        let base = if base.is_empty() { "https://other.example/" } else { base };
        // A base on a disk is none that a feed can have.
        if base.starts_with("file:") {
            continue;
        }
        let actual = resolved(input, &Url::parse(base).unwrap());
        assert_eq!(actual.map(String::from).as_deref(), Some(*expected), "{input} on {base}");
        count += 1;
    }
    eprintln!("addresses of crawler-commons: all {count} resolved as there");
    assert_eq!(count, 11);
}

/// What is no URL is no entry, and no fault either.
#[test]
fn what_is_no_url_leads_nowhere() {
    let Some(list) = shared::read("urls/invalidUrls.csv") else { return };
    let base = Url::parse("https://other.example/").unwrap();
    let list = String::from_utf8(list).unwrap();
    let urls: Vec<&str> = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(!urls.is_empty() && urls.len() < MAX_ENTRIES);
    for url in &urls {
        assert_eq!(resolved(url, &base), None, "{url}");
    }
    eprintln!("invalid URLs of crawler-commons: all {} refused", urls.len());
}
