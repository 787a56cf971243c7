use url::Url;

use super::{AlternativeTrace, Trace};
use crate::extract::{Options, Outcome, Page, Reading, read, read_traced};
use crate::profile::{NoBases, Profile, Source, load};

const HEAD: &str = "profile: test\nversion: 1\nhosts: [paper.example]\ntimezone: Asia/Seoul\n";

fn profile(rest: &str) -> Profile {
    load(Source::new("test.yaml", format!("{HEAD}{rest}")), &NoBases)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn traced(rest: &str, html: &str) -> (Reading, Trace) {
    let url = Url::parse("https://paper.example/news/a.html").unwrap();
    read_traced(&profile(rest), &Page { url: &url, text: html, fetched: None, witness: None })
}

/// Matched, valid, chosen, and why it was refused.
fn told(alternative: &AlternativeTrace) -> (usize, usize, usize, &str) {
    let why = alternative.refused.as_ref().map_or("", |refused| refused.why.as_str());
    (alternative.matched, alternative.valid, alternative.chosen, why)
}

fn of<'a>(trace: &'a Trace, field: &str) -> Vec<(usize, usize, usize, &'a str)> {
    trace.field(field).unwrap_or_else(|| panic!("{field}")).alternatives.iter().map(told).collect()
}

const DATES: &str = "<h1>Title</h1><i class=d>Posted : yesterday</i><i class=d>Updated : 2026-07-01 09:30</i>
    <b>7 days</b><article><p>One two.</p></article>";

#[test]
fn each_alternative_says_what_it_matched_and_why_it_was_refused() {
    let rest = "article:
  title: [.none, h1, h1, auto]
  published: [{css: .d, format: 'Posted : %Y-%m-%d'}, {css: .d, format: 'Updated : %Y-%m-%d %H:%M'}]
  extra:
    days: [{css: b, type: int}, {css: b, match: '^\\d+$', type: int}, {css: b, then: [{match: '^\\d+'}], type: int}]
  body: [.none, article, p]";
    let (_, trace) = traced(rest, DATES);
    assert_eq!(of(&trace, "title"), [(0, 0, 0, ""), (1, 1, 1, ""), (1, 1, 0, ""), (1, 1, 0, "")]);
    assert_eq!(of(&trace, "published"), [(2, 0, 0, "`format` finds no time in it"), (2, 1, 1, "")]);
    let refused = trace.field("published").unwrap().alternatives[0].refused.as_ref().unwrap();
    assert_eq!(refused.text, "Posted : yesterday");
    assert_eq!(
        of(&trace, "extra.days"),
        [(1, 0, 0, "it is no whole number"), (1, 0, 0, "`match` does not match"), (1, 1, 1, "")]
    );
    assert_eq!(of(&trace, "body"), [(0, 0, 0, ""), (1, 1, 1, ""), (1, 1, 0, "")]);
    let title = &trace.field("title").unwrap().alternatives;
    assert_eq!((title[1].rule.as_str(), title[1].source.as_str()), ("test.yaml:6", "h1"));
}

#[test]
fn options_that_leave_nothing_say_so() {
    let rest = "article:
  title: [{css: .d, having: ^Never}, {css: .d, nth: 5}, {css: .d, line: ^Never}, h1@lang]
  body: article";
    let (_, trace) = traced(rest, DATES);
    assert_eq!(
        of(&trace, "title"),
        [
            (0, 0, 0, "2 would match but for `having`"),
            (0, 0, 0, "2 would match but for `nth`"),
            (0, 0, 0, "2 would match but for `line`"),
            (0, 0, 0, "1 would match but for the attribute"),
        ]
    );
}

#[test]
fn fields_of_items_are_summed_over_the_items() {
    let rest = "article:
  images: {each: figure, caption: [b, i]}
  body: article";
    let figures = "<figure><img src=/a><b>One</b></figure><figure><img src=/b><i>Two</i></figure><figure><img src=/c></figure>";
    let (_, trace) = traced(rest, &format!("<article><p>Text.</p>{figures}</article>"));
    let caption = trace.field("images.caption").unwrap();
    assert_eq!(caption.asked, 3);
    assert_eq!(of(&trace, "images.caption"), [(1, 1, 1, ""), (1, 1, 1, "")]);
}

#[test]
fn layouts_say_which_parts_of_their_conditions_held() {
    let rest = "layouts:
  - {id: new, when: {has: .new, url: ^/news/}, title: h1, body: article}
  - {id: old, when: {has: h1, lacks: .new}, title: h1, body: article}
  - {id: oldest, when: {has: h1}, title: h1, body: article}";
    let (_, trace) = traced(rest, DATES);
    let shown: Vec<_> = trace
        .layouts
        .iter()
        .map(|layout| {
            let parts = layout.parts.iter().map(|part| (part.text.as_str(), part.held));
            (layout.id.as_deref().unwrap(), layout.held, parts.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("new", false, vec![("url: ^/news/", true), ("has: .new", false)]),
            ("old", true, vec![("has: h1", true), ("lacks: .new", true)]),
            ("oldest", true, vec![("has: h1", true)]),
        ]
    );
    let (reading, trace) = traced("skip: [{why: gallery, has: .d}]\narticle: {body: p}", DATES);
    assert!(matches!(reading.outcome, Outcome::Skipped { .. }));
    assert_eq!((trace.skip[0].text.as_str(), trace.skip[0].held), ("has: .d", true));
}

#[test]
fn drops_say_their_line_and_what_they_matched() {
    let rest = "article:
  body:
    css: article
    drop:
      - .ad
      - {line: ^Read also}
      - .none";
    let html = "<article><p>Text.</p><p class=ad>Buy</p><p class=ad>Sell</p><p>Read also this</p></article>";
    let (_, trace) = traced(rest, html);
    let drops: Vec<_> =
        trace.drops.iter().map(|drop| (drop.rule.as_str(), drop.text.as_str(), drop.matched)).collect();
    assert_eq!(
        drops,
        [("test.yaml:9", ".ad", 2), ("test.yaml:10", "line: ^Read also", 1), ("test.yaml:11", ".none", 0)]
    );
}

#[test]
fn the_record_is_the_same_with_and_without_a_trace() {
    let rest = "article: {title: [.none, h1], published: {css: .d, format: 'Updated : %Y-%m-%d %H:%M'}, body: [.none, article, p]}";
    let (reading, _) = traced(rest, DATES);
    let url = Url::parse("https://paper.example/news/a.html").unwrap();
    let page = Page { url: &url, text: DATES, fetched: None, witness: None };
    let plain = read(&profile(rest), &page, &Options { explain: true, only_articles: false });
    let (Outcome::Article(traced), Outcome::Article(plain)) = (reading.outcome, plain.outcome) else {
        panic!("no article");
    };
    assert_eq!(traced, plain);
}
