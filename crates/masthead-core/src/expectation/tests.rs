use serde_json::{Value, json};
use url::Url;

use super::{Mismatch, compare};
use crate::extract::{Options, Outcome, Page, read};
use crate::profile::{NoBases, Source, load};

const PROFILE: &str = "profile: paper\nversion: 1\nhosts: [paper.example]\narticle:\n  title: h1\n  \
    byline: {each: .by, name: b, email: a@href}\n  published: {value: '2026-03-02T09:30:00Z'}\n  tags: {css: i, all: true}\n  \
    body: article\n  images: {each: figure, credit: small}\n  extra: {number: {css: h1@data-number, type: int}}\n";

const PAGE: &str = "<h1 data-number=7>A bridge</h1><p class=by><b>Ida Marsh</b> <a href='mailto:ida@paper.example'>mail</a>
    <p class=by><b>Tom Reed</b><i>sea</i><i>ice</i><article><p>The bridge over the bay is open today.<p>It is wide.</article>
    <figure><img src=/a.jpg><small>Tom Reed</small></figure>";

fn compared_on(page: &str, expect: Value) -> Vec<Mismatch> {
    let profile =
        load(Source::new("paper.yaml", PROFILE), &NoBases).unwrap_or_else(|faults| panic!("{faults}"));
    let url = Url::parse("https://paper.example/a").unwrap();
    let page = Page { url: &url, text: page, fetched: None, witness: None };
    let Outcome::Article(record) =
        read(&profile, &page, &Options { explain: true, only_articles: false }).outcome
    else {
        panic!("no article")
    };
    compare(expect.as_object().unwrap(), &record)
}

fn compared(expect: Value) -> Vec<Mismatch> {
    compared_on(PAGE, expect)
}

/// The key, and what a test would have to say.
fn accepted(expect: Value) -> Vec<(String, Option<Value>)> {
    compared(expect).into_iter().map(|mismatch| (mismatch.key, mismatch.accepted)).collect()
}

#[test]
fn what_holds_is_no_mismatch() {
    let expect = json!({
        "title": "A bridge", "byline": [{"name": "Ida Marsh", "email": "ida@paper.example"}, "Tom Reed"],
        "authors": ["Ida Marsh", "Tom Reed"], "published": "2026-03-02T18:30:00+09:00", "tags": ["sea", "ice"],
        "images": {"count": 1, "first": {"credit": "Tom Reed"}}, "related": null, "extra": {"number": 7},
        "body": {"paragraphs": 2, "starts": "The bridge over", "ends": "It is wide.", "lacks": ["ferry"]},
    });
    assert_eq!(compared(expect), []);
    assert_eq!(compared(json!({"byline": "Ida Marsh, Tom Reed"})), []);
}

#[test]
fn what_differs_is_named_down_to_its_field() {
    let mismatches = compared(
        json!({"images": {"count": 1, "first": {"url": "https://paper.example/a.jpg", "credit": "T."}}}),
    );
    let [mismatch] = mismatches.as_slice() else { panic!("{mismatches:?}") };
    assert_eq!(mismatch.key, "images.first.credit");
    assert_eq!((&mismatch.expected, &mismatch.found), (&json!("T."), &json!("Tom Reed")));
}

#[test]
fn what_is_accepted_has_the_form_of_what_was_expected() {
    let one = |expect: Value, key: &str, value: Value| {
        assert_eq!(accepted(expect), [(key.to_owned(), Some(value))]);
    };
    one(json!({"title": "A ferry"}), "title", json!("A bridge"));
    one(json!({"byline": ["Ida Marsh"]}), "byline", json!(["Ida Marsh", "Tom Reed"]));
    one(json!({"byline": "Ida Marsh"}), "byline", json!("Ida Marsh, Tom Reed"));
    let all =
        json!([{"name": "Ida Marsh", "email": "ida@paper.example"}, {"name": "Tom Reed", "email": null}]);
    one(json!({"byline": [{"name": "A", "email": "b@c.example"}]}), "byline", all);
    let known = json!([{"name": "Ida Marsh", "email": "ida@paper.example"}, {"name": "Tom Reed"}]);
    one(json!({"byline": null}), "byline", known);
    one(json!({"body": {"words": 1}}), "body.words", json!(11));
    one(json!({"body": {"starts": "A ferry over the sea"}}), "body.starts", json!("The bridge over the bay"));
    one(json!({"body": {"ends": "so wide."}}), "body.ends", json!("is wide."));
    one(json!({"extra": {"number": 8}}), "extra.number", json!(7));
    one(json!({"subtitle": "A"}), "subtitle", json!(null));
}

#[test]
fn what_only_a_person_can_say_is_not_accepted() {
    let left = |expect: Value, key: &str| assert_eq!(accepted(expect), [(key.to_owned(), None)]);
    left(json!({"body": {"has": ["ferry"]}}), "body.has");
    left(json!({"body": {"lacks": "bridge"}}), "body.lacks");
    left(json!({"records": {"quotes": {"count": 1}}}), "records");
}

#[test]
fn a_list_that_is_empty_has_no_first_item() {
    let mismatches = compared_on(
        "<h1>A</h1><article><p>One.</article>",
        json!({"images": {"count": 1, "first": {"credit": "A"}}}),
    );
    let [mismatch] = mismatches.as_slice() else { panic!("{mismatches:?}") };
    assert_eq!((mismatch.key.as_str(), &mismatch.accepted), ("images", &Some(json!([]))));
}
