use serde_json::{Value, json};

use super::*;
use crate::extract::{Options, Outcome, links_of, read};
use crate::profile::{NoBases, Source, load};

const HEAD: &str = "profile: test\nversion: 1\nhosts: [paper.example]\ntimezone: Asia/Seoul\n";

fn profile(discover: &str) -> Profile {
    load(Source::new("test.yaml", format!("{HEAD}{discover}")), &NoBases)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn on(profile: &Profile, html: &str) -> Vec<Link> {
    let url = Url::parse("https://paper.example/section/sea?page=1").unwrap();
    links_of(profile, &Page { url: &url, text: html, fetched: None, witness: None })
}

/// Path, role and what is said of each link.
fn told(links: &[Link]) -> Vec<(&str, Role, Value)> {
    let said = |link: &Link| link.said.clone().map_or(Value::Null, Value::Object);
    links.iter().map(|link| (link.url.path(), link.role, said(link))).collect()
}

const LIST: &str = "discover:
  articles: ['^/news/']
  follow: ['^/section/']
  list:
    each: .card
    fields:
      teaser: {css: p, drop: .ad}
      published: {css: time, format: '%d.%m.%Y %H:%M'}
      tags: {css: .tag, all: true}
article:
  summary: {list: teaser}
  published: {list: published}
  tags: {list: tags}
  body: article
";

const CARDS: &str = "<a href='/news/top'>Outside of any card</a>
    <div class=card><a href='/section/sea'>Sea</a> <a href='/news/fog?utm_source=list#top'><h2>Fog</h2></a>
      <p>Boats <span class=ad>Buy one</span> stay in.</p><time>02.07.2026 08:30</time>
      <i class=tag>sea</i><i class=tag>weather</i> <a href='/news/older'>See also</a></div>
    <div class=card><a href='/news/tide'><p>High water.</p></a></div>
    <div class=card><p>An advertisement without a link.</p></div>
    <div class=card><a href='/news/fog'>Fog</a><p>A second teaser.</p></div>";

#[test]
fn an_entry_speaks_of_the_article_that_it_links_to() {
    let links = on(&profile(LIST), CARDS);
    let fog = json!({
        "teaser": "Boats stay in.",
        "published": "2026-07-02T08:30:00+09:00",
        "tags": ["sea", "weather"],
    });
    let tide = json!({"teaser": "High water.", "tags": []});
    assert_eq!(
        told(&links),
        [
            ("/news/top", Role::Article, Value::Null),
            ("/section/sea", Role::List, Value::Null),
            ("/news/fog", Role::Article, fog.clone()),
            ("/news/older", Role::Article, Value::Null),
            ("/news/tide", Role::Article, tide),
            // Another spelling of the same page.
            ("/news/fog", Role::Article, fog),
        ]
    );
}

#[test]
fn the_article_takes_what_the_list_said_and_claims_nothing() {
    let profile = profile(LIST);
    let links = on(&profile, CARDS);
    let said = Value::Object(links[2].said.clone().unwrap());
    let witness = json!({ "list": said });
    let url = Url::parse("https://paper.example/news/fog").unwrap();
    let text = "<h1>Fog</h1><article><p>Boats stay in.</p><p>Until noon.</p></article>";
    let page = Page { url: &url, text, fetched: None, witness: Some(&witness) };
    let Outcome::Article(record) =
        read(&profile, &page, &Options { explain: true, only_articles: false }).outcome
    else {
        panic!("no article")
    };
    let content = &record.content;
    assert_eq!(content.summary.as_deref(), Some("Boats stay in."));
    assert_eq!(content.published.as_deref(), Some("2026-07-02T08:30:00+09:00"));
    assert_eq!(content.tags, ["sea", "weather"]);
    assert_eq!(content.body.as_deref(), Some("Boats stay in.\n\nUntil noon."));
    assert_eq!(record.provenance.as_ref().unwrap()["summary"].source.as_deref(), Some("list"));
    let ledger = record.ledger.as_ref().unwrap();
    assert_eq!(ledger.claimed.get("summary"), None);
    assert_eq!(ledger.residual, 0);
}

#[test]
fn without_a_list_page_the_chain_goes_on() {
    let profile = profile(
        "discover: {list: {each: li, fields: {teaser: p}}}\narticle: {summary: [{list: teaser}, .lead], body: article}\n",
    );
    let url = Url::parse("https://paper.example/news/fog").unwrap();
    let text = "<p class=lead>Fog.</p><article><p>Boats stay in.</p></article>";
    let page = Page { url: &url, text, fetched: None, witness: None };
    let Outcome::Article(record) = read(&profile, &page, &Options::default()).outcome else {
        panic!("no article")
    };
    assert_eq!(record.content.summary.as_deref(), Some("Fog."));
}

#[test]
fn entries_about_one_article_add_to_each_other() {
    let profile =
        profile("discover: {articles: ['^/news/'], list: {each: li, fields: {teaser: p, section: b}}}\n");
    let links = on(
        &profile,
        "<li><a href=/news/a>A</a><p>First.</p></li><li><a href='/news/a?fbclid=1'>A</a><p>Second.</p><b>Sea</b></li>",
    );
    let said = json!({"teaser": "First.", "section": "Sea"});
    assert_eq!(told(&links), [("/news/a", Role::Article, said.clone()), ("/news/a", Role::Article, said)]);
}

#[test]
fn the_field_url_names_the_article() {
    let profile = profile(
        "discover: {articles: ['^/news/'], list: {each: .card, fields: {url: '@data-href', teaser: p}}}\n",
    );
    let links = on(
        &profile,
        "<div class=card data-href=/news/b><a href=/news/a>A</a><p>About b.</p></div>
         <div class=card data-href=https://other.example/news/c><p>Elsewhere.</p></div>
         <div class=card data-href=/about><p>No article.</p></div>",
    );
    let said = json!({"url": "https://paper.example/news/b", "teaser": "About b."});
    // The entry leads to its article also where there is no `<a>`, and never out of the site.
    assert_eq!(told(&links), [("/news/a", Role::Article, Value::Null), ("/news/b", Role::Article, said)]);
}

#[test]
fn a_card_may_be_the_link_itself() {
    let profile = profile("discover: {articles: ['^/news/'], list: {each: a.card, fields: {teaser: p}}}\n");
    let links = on(&profile, "<a class=card href=/news/a><p>In the link.</p></a>");
    assert_eq!(told(&links), [("/news/a", Role::Article, json!({"teaser": "In the link."}))]);
}

#[test]
fn where_addresses_do_not_tell_entries_speak_of_pages_that_are_followed() {
    let profile = profile("discover: {follow: ['^/news/'], list: {each: li, fields: {teaser: p}}}\n");
    let links = on(&profile, "<li><a href=/news/a>A</a><p>First.</p></li>");
    assert_eq!(told(&links), [("/news/a", Role::List, json!({"teaser": "First."}))]);
}

#[test]
fn the_next_page_by_a_class_or_by_rel() {
    let next = |selectors: &str, html: &str| {
        let profile = profile(&format!("discover: {{articles: ['^/news/'], next: {selectors}}}\n"));
        let links = on(&profile, html);
        let next = links.into_iter().filter(|link| link.role == Role::Next);
        next.map(|link| link.url.to_string()).collect::<Vec<_>>()
    };
    let second = ["https://paper.example/section/sea?page=2"];
    assert_eq!(next("a.next", "<a class=next href='?page=2'>Next</a>"), second);
    assert_eq!(next("'link[rel=next]'", "<head><link rel=next href='?page=2'></head><p>x"), second);
    assert_eq!(
        next("'a[rel~=next]'", "<a rel='nofollow next' href='/section/sea?page=2#list'>2</a>"),
        second
    );
    let either = "['link[rel=next]', 'a[rel=next]']";
    assert_eq!(next(either, "<link rel=next href='?page=2'><a rel=next href='?page=2'>2</a>"), second);
    assert_eq!(next(either, "<a rel=prev href='?page=0'>0</a>"), [""; 0]);
    assert_eq!(
        next("a.next", "<a class=next href='https://other.example/'>Next</a>"),
        [""; 0],
        "off the site"
    );
    assert_eq!(next("a.next", "<a class=next href='javascript:more()'>Next</a>"), [""; 0]);
}

/// A list of any length costs its length: the entries' parts are looked up in an index, not in the page.
#[test]
fn a_long_list_is_read_to_its_bound() {
    let profile = profile("discover: {articles: ['^/news/'], list: {each: li, fields: {teaser: p}}}\n");
    let html: String = (0..12_000).map(|n| format!("<li><a href=/news/{n}>x</a><p>{n}</p></li>")).collect();
    let links = on(&profile, &html);
    assert_eq!(links.len(), MOST);
    assert_eq!(told(&links)[9_999].2, json!({"teaser": "9999"}));
}
