use url::Url;

use crate::discover::{Cut, Found, Kind, MAX_ENTRIES, ReadError, read};

fn found(text: &str) -> Result<Found, ReadError> {
    read(text.as_bytes(), &Url::parse("https://example.com/feeds/all.json").unwrap())
}

fn urls(found: &Found) -> Vec<&str> {
    found.entries.iter().map(|entry| entry.url.as_str()).collect()
}

#[test]
fn all_that_an_item_says() {
    let found = found(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "The Harbour Post", "home_page_url": "/",
        "authors": [{"name": "The Harbour Post"}],
        "items": [{"id": 17, "url": "../2026/fog?a=1&b=2#top", "external_url": "https://other.example/", "title": " Fog\n at sea ",
          "content_html": "<p>Boats stay in.</p>", "summary": "Boats.", "date_published": "2026-01-01T08:00:00+09:00",
          "date_modified": "2026-01-02T08:00:00-03:30", "authors": [{"name": "Mina Okafor", "url": "/mina"}, {"avatar": "/x.png"}],
          "tags": ["sea", "fog", 7, null], "attachments": [{"url": "/a.mp3", "title": "no", "name": "no"}], "_own": {"deep": [{}]}}]}"#,
    )
    .unwrap();
    assert_eq!((found.kind, found.cut, found.unusable), (Kind::Feed, None, 0));
    let [entry] = found.entries.as_slice() else { panic!("one entry") };
    assert_eq!(entry.url.as_str(), "https://example.com/2026/fog?a=1&b=2#top");
    assert_eq!(entry.title.as_deref(), Some("Fog at sea"));
    assert_eq!(entry.published.as_deref(), Some("2026-01-01T08:00:00+09:00"), "as written");
    assert_eq!(entry.updated.as_deref(), Some("2026-01-02T08:00:00-03:30"));
    assert_eq!(entry.summary.as_deref(), Some("Boats."));
    assert_eq!(entry.authors, ["Mina Okafor"]);
    assert_eq!(entry.tags, ["sea", "fog", "7"]);
}

#[test]
fn what_stands_for_what_is_missing() {
    let found = found(
        "\u{feff}{\"items\": [
        {\"external_url\": \"https://example.com/a\", \"author\": {\"name\": \"Mina Okafor\"}, \"content_text\": \"All of it.\", \"content_html\": \"<p>\"},
        {\"id\": \"https://example.com/b\", \"content_html\": \"<p>B\", \"authors\": []},
        {\"id\": \"c\", \"title\": \"Without an address\"}, {\"url\": [\"d\"]}, \"no item\", null,
        {\"url\": \"mailto:desk@example.com\"}]}",
    )
    .unwrap();
    assert_eq!(urls(&found), ["https://example.com/a", "https://example.com/b"]);
    assert_eq!((found.unusable, found.cut), (5, None));
    let said: Vec<_> =
        found.entries.iter().map(|entry| (entry.summary.as_deref(), entry.authors.concat())).collect();
    assert_eq!(said, [(Some("All of it."), "Mina Okafor".to_owned()), (Some("<p>B"), String::new())]);
}

#[test]
fn what_breaks_off_keeps_what_came_before() {
    for broken in [
        r#"{"items": [{"url": "/a"}, {"url": "/b"}, {"url": "/c", "ti"#,
        r#"{"items": [{"url": "/a"}, {"url": "/b"}, {"url": "/c", "title": "\x"}]}"#,
        r#"{"items": [{"url": "/a"}, {"url": "/b"}], "#,
        r#"{"items": [{"url": "/a"}, {"url": "/b"}]} <script>"#,
    ] {
        let found = found(broken).unwrap();
        assert_eq!(urls(&found), ["https://example.com/a", "https://example.com/b"], "{broken}");
        assert_eq!(found.cut, Some(Cut::Broken), "{broken}");
    }
}

#[test]
fn other_json_is_refused() {
    for other in ["{}", r#"{"entries": []}"#, "{", r#"{"@context": "https://schema.org"}"#] {
        assert_eq!(found(other).unwrap_err(), ReadError::OtherJson, "{other}");
    }
    assert_eq!(found(r#"{"items": []}"#).unwrap().entries.len(), 0);
}

/// Depth ends the reading, breadth is not kept, and the list ends at its limit.
#[test]
fn hostile_items_cost_no_more_than_their_length() {
    let deep = format!("{{\"items\": [{{\"url\": \"/a\"}}, {{\"x\": {}", "[".repeat(1_000_000));
    assert_eq!(urls(&found(&deep).unwrap()), ["https://example.com/a"]);
    let wide = format!("{{\"items\": [{{\"url\": \"/a\", \"tags\": [{}\"z\"]}}]}}", "\"t\",".repeat(100_000));
    assert_eq!(found(&wide).unwrap().entries[0].tags.len(), super::MOST_NAMES);
    let long = format!("{{\"items\": [{}{{\"url\": \"/z\"}}]}}", "{\"url\": \"/a\"},".repeat(MAX_ENTRIES));
    let found = found(&long).unwrap();
    assert_eq!((found.entries.len(), found.cut), (MAX_ENTRIES, Some(Cut::Entries)));
}
