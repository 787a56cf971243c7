use masthead_record::{Record, RecordId};
use serde_json::{Value, json};
use url::Url;

use crate::extract::{Finding, Options, Outcome, Page, Reading, read, read_list};
use crate::profile::{NoBases, Profile, Source, load};

const ADDRESS: &str = "https://quotes.example/page/2?utm_source=x";
const QUOTES: &str = r#"records:
  quotes:
    when: {url: '^/$|^/page/'}
    each: div.quote
    fields:
      text: span.text
      author: small.author
      tags: {css: a.tag, all: true}
discover: {seeds: [https://quotes.example/], next: li.next a}
"#;
const PAGE: &str = r#"<meta property=og:type content=article><h1>Quotes</h1>
    <div class=quote><span class=text>To be.</span><small class=author>A. Bee</small><a class=tag>x</a> <a class=tag>y</a></div>
    <div class=quote><span class=text>Not to be.</span></div>
    <ul><li class=next><a href="/page/3">Next</a></ul>"#;

fn profile(rest: &str) -> Profile {
    let head = "profile: test\nversion: 1\nhosts: [quotes.example]\ntimezone: Asia/Seoul\n";
    load(Source::new("test.yaml", format!("{head}{rest}")), &NoBases)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn reading(rest: &str, html: &str) -> Reading {
    let url = Url::parse(ADDRESS).unwrap();
    let page = Page { url: &url, text: html, fetched: Some("2026-07-01T00:00:00Z"), witness: None };
    read(&profile(rest), &page, &Options { explain: false, only_articles: false })
}

fn fields(records: &[Record]) -> Vec<Value> {
    records.iter().map(|record| Value::Object(record.content.fields.clone().unwrap())).collect()
}

fn said(findings: &[Finding], text: &str) -> bool {
    findings.iter().any(|finding| finding.message.contains(text))
}

/// Reads one kind of record, `{each, fields, …}`, from a page.
fn kind(rest: &str, html: &str) -> Reading {
    reading(&format!("records: {{k: {{when: {{url: page}}, {rest}}}}}"), html)
}

#[test]
fn one_record_an_item() {
    let found = reading(QUOTES, PAGE);
    assert!(
        matches!(found.outcome, Outcome::NotAnArticle),
        "metadata makes it no article: {:?}",
        found.outcome
    );
    assert_eq!(
        fields(&found.records),
        [
            json!({"text": "To be.", "author": "A. Bee", "tags": ["x", "y"]}),
            json!({"text": "Not to be.", "author": null, "tags": []}),
        ]
    );
    let first = serde_json::to_value(&found.records[0]).unwrap();
    let keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "revision", "kind", "profile", "url", "fetched", "fields"]);
    assert_eq!(
        (first["kind"].as_str(), first["url"].as_str(), first["fetched"].as_str()),
        (Some("quotes"), Some("https://quotes.example/page/2"), Some("2026-07-01T00:00:00Z"))
    );
    let links: Vec<&str> = found.links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(links, ["https://quotes.example/page/3"]);
    assert_eq!(found.findings, []);
}

#[test]
fn a_list_and_a_page_that_may_be_anything_give_the_same_records() {
    let (profile, url) = (profile(QUOTES), Url::parse(ADDRESS).unwrap());
    let page = Page { url: &url, text: PAGE, fetched: None, witness: None };
    let list = read_list(&profile, &page, &Options::default());
    let any = read(&profile, &page, &Options { explain: false, only_articles: true });
    assert_eq!((list.records.len(), list.links.len()), (2, 1));
    assert_eq!(list.records, any.records);
    let other = Url::parse("https://quotes.example/about").unwrap();
    let elsewhere = Page { url: &other, ..page };
    let found = read(&profile, &elsewhere, &Options::default());
    assert!(matches!(found.outcome, Outcome::NotAnArticle), "the profile says nothing of articles");
    assert_eq!(found.records, []);
}

#[test]
fn one_record_a_page_where_there_is_no_each() {
    let found = kind(
        "fields: {name: h1, price: {css: .price, match: '([0-9.]+)', type: decimal}, shots: {each: img, fields: {url: {css: '@src', type: url}}}}",
        "<h1>Lamp</h1><b class=price>EUR 12.50</b><img src=/a.jpg><img src=/b.jpg>",
    );
    assert_eq!(
        fields(&found.records),
        [json!({"name": "Lamp", "price": 12.5,
            "shots": [{"url": "https://quotes.example/a.jpg"}, {"url": "https://quotes.example/b.jpg"}]})]
    );
}

#[test]
fn fields_nest_to_any_depth_and_look_only_into_their_item() {
    let html = "<div class=q>one<div class=p><b>Ann</b><a href=/a1>1</a><a href=/a2>2</a></div><div class=p><b>Bo</b></div><div class=p></div></div>
        <div class=q>two</div>";
    let found =
        kind("each: .q, drop: [.p], fields: {text: ':scope', people: {each: .p, fields: {name: b}}}", html);
    assert_eq!(
        fields(&found.records),
        [json!({"text": "one", "people": []}), json!({"text": "two", "people": []})],
        "what the item drops is not read"
    );
    let found = kind(
        "each: .q, fields: {people: {each: '> .p', fields: {name: b, links: {each: a, fields: {to: '@href', label: ':scope'}}}}}",
        html,
    );
    assert_eq!(
        fields(&found.records),
        [json!({"people": [
            {"name": "Ann", "links": [{"to": "/a1", "label": "1"}, {"to": "/a2", "label": "2"}]},
            {"name": "Bo", "links": []},
        ]})]
    );
    assert!(said(&found.findings, "1 items have none of the fields"), "{:?}", found.findings);
}

#[test]
fn groups_fill_the_fields_beside_and_items_may_be_chosen() {
    let found = kind(
        "each: li, having: '^[A-Z]', expect: {count: 3}, fields: {name: {css: ':scope', match: '^(?<name>.+), (?<place>.+)$'}, place: .none}",
        "<ul><li>Ann, Oslo<li>Bo, Rome<li>more</ul>",
    );
    assert_eq!(
        fields(&found.records),
        [json!({"name": "Ann", "place": "Oslo"}), json!({"name": "Bo", "place": "Rome"})]
    );
    assert!(said(&found.findings, "2 items where 3..3 are expected"), "{:?}", found.findings);
}

#[test]
fn a_record_without_a_required_field_is_incomplete() {
    let found = kind(
        "each: li, fields: {name: {css: b, optional: false}, with: {each: i, fields: {who: {css: '@id', optional: false}, what: ':scope'}}}",
        "<ul><li><b>Ann</b><li><i id=x>y</i><i>z</i></ul>",
    );
    let missing: Vec<&[String]> =
        found.records.iter().map(|record| record.content.missing.as_slice()).collect();
    assert_eq!(missing, [&[][..], &["with.who".to_owned(), "name".to_owned()]]);
    assert!(!found.records[0].is_incomplete() && found.records[1].is_incomplete());
    assert!(said(&found.findings, "required, and not found; tried `b`"), "{:?}", found.findings);
    assert!(said(&found.findings, "required, and not found; tried `@id`"), "{:?}", found.findings);
}

#[test]
fn the_key_makes_the_id_and_else_the_fields_and_a_counter() {
    let html = "<ul><li><b>1</b><i>old</i><li><b>2</b><i>same</i><li><b>2</b><i>same</i></ul>";
    let rule = "each: li, fields: {number: b, text: i}";
    let plain = kind(rule, html);
    let id = |record: &Record| record.id.clone();
    let url = "https://quotes.example/page/2";
    let fields = |record: &Record| record.content.fields.clone().unwrap();
    let expected: Vec<RecordId> = [(0, 0), (1, 0), (2, 1)]
        .map(|(at, before)| {
            RecordId::new("k", url, &RecordId::key_of_fields(&fields(&plain.records[at]), before))
        })
        .to_vec();
    assert_eq!(plain.records.iter().map(id).collect::<Vec<_>>(), expected);
    assert_ne!(expected[1], expected[2], "equal items are told apart by their place");

    let keyed = kind(&format!("key: [number], {rule}"), html);
    assert_eq!(
        keyed.records.iter().map(id).collect::<Vec<_>>(),
        [RecordId::new("k", url, r#"["1"]"#), RecordId::new("k", url, r#"["2"]"#)]
    );
    assert!(said(&keyed.findings, "stands on the page twice"), "{:?}", keyed.findings);
    let changed = kind(&format!("key: [number], {rule}"), &html.replace("old", "new"));
    assert_eq!(id(&keyed.records[0]), id(&changed.records[0]), "another text, the same record");
}

#[test]
fn a_key_that_tells_nothing_apart_loses_no_record() {
    let html = "<ul><li><b>1</b><i>a</i><li><b>1</b><i>b</i><li><i>c</i><li><i>d</i></ul>";
    let found = kind("key: number, each: li, fields: {number: b, text: i}", html);
    let ids: std::collections::BTreeSet<_> = found.records.iter().map(|record| record.id.clone()).collect();
    assert_eq!((found.records.len(), ids.len()), (4, 4));
    assert!(said(&found.findings, "have the same `key`"), "{:?}", found.findings);
    assert!(said(&found.findings, "no value in any field of `key`"), "{:?}", found.findings);
}

#[test]
fn an_article_may_hold_records_and_they_are_not_its_body() {
    let rules = "article: {title: h1, body: '#a'}\ndiscover: {articles: ['^/page/']}\n\
        records: {comments: {when: {has: .c}, each: .c, fields: {who: b, text: p}}}\n";
    let html = "<h1>T</h1><div id=a><p>Text of it.</p><div class=c><b>Ann</b><p>I agree.</p></div></div>";
    let url = Url::parse(ADDRESS).unwrap();
    let page = Page { url: &url, text: html, fetched: None, witness: None };
    let found = read(&profile(rules), &page, &Options { explain: true, only_articles: false });
    assert_eq!(fields(&found.records), [json!({"who": "Ann", "text": "I agree."})]);
    let Outcome::Article(article) = found.outcome else { panic!("no article") };
    assert_eq!(article.content.body.as_deref(), Some("Text of it."));
    let ledger = article.ledger.unwrap();
    assert_eq!((ledger.claimed["comments"], ledger.residual), (3, 0));
    assert_eq!(found.records[0].provenance.as_ref().unwrap()["who"].rule.as_deref(), Some("test.yaml:7"));
    assert_eq!(found.records[0].url, article.url);
}

#[test]
fn pages_of_records_are_no_articles_unless_their_address_or_a_layout_says_so() {
    let records = "records: {r: {when: {url: page}, fields: {name: h1}}}\n";
    let is_article = |rest: &str| {
        matches!(reading(&format!("{records}{rest}"), "<h1>T</h1><p>x</p>").outcome, Outcome::Article(_))
    };
    assert!(!is_article(""));
    assert!(!is_article("article: {body: p}"));
    assert!(is_article("article: {body: p}\ndiscover: {articles: ['^/page/']}"));
    assert!(is_article("layouts: [{id: a, when: {has: p}, body: p}]"));
    assert!(!is_article("layouts: [{id: a, when: {has: .none}, body: p}]"), "and no alarm either");
}
