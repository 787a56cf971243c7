//! Sources, options and types of single values.

use serde_json::{Value, json};

use super::{HEAD, body, reading, record, texts};
use crate::extract::{Options, Outcome, Page, read};
use crate::profile::{NoBases, Source, load};

/// The fields of one's own that these rules find on a page.
fn extra(rules: &str, html: &str) -> Value {
    let rules: String = rules.lines().map(|line| format!("    {}\n", line.trim())).collect();
    Value::Object(record(&format!("article:\n  body: p\n  extra:\n{rules}"), html).content.extra)
}

fn findings(article: &str, html: &str) -> Vec<String> {
    let found = reading(article, html).findings;
    found
        .iter()
        .map(|found| format!("{}: {}", found.field.as_deref().unwrap_or("-"), found.message))
        .collect()
}

#[test]
fn white_space_is_tidied_of_every_kind() {
    let found = extra("a: .a", "<i class=a>\u{3000} One\u{a0}\u{a0}two\u{200b} \n\u{feff}three </i>");
    assert_eq!(found, json!({"a": "One two three"}));
}

#[test]
fn every_source_gives_its_value() {
    let html = r#"<meta name=m content=name><meta property=p:q content=property>
        <script type="application/ld+json">{"@type": "NewsArticle", "author": [{"name": "Ann"}, {"name": "Bo"}], "isPartOf": {"name": "Paper"}}</script>
        <div itemscope><b itemprop=job>Baker</b><time itemprop=since datetime=2026-01-02>x</time></div>
        <script id=data>{"a": {"list": [{"x": 1}, {"x": 2}]}}</script>
        <script>var one = {"k": 1}; window.STATE = {"deep": {"word": "found"}};</script><p>t</p>"#;
    let found = extra(
        "meta: {meta: m}\nproperty: {meta: 'p:q'}\nnames: {jsonld: 'author[].name', all: true}\npart: {jsonld: isPartOf.name}\n\
         job: {microdata: job}\nsince: {microdata: since, type: date}\nby_id: {script: data, path: 'a.list[1].x', type: int}\n\
         by_word: {script: window.STATE, path: deep.word}\naddress: {url: '/news/(\\d+)/'}\nconstant: {value: fixed}\nnumber: {value: 7, type: int}",
        html,
    );
    assert_eq!(
        found,
        json!({"meta": "name", "property": "property", "names": ["Ann", "Bo"], "part": "Paper", "job": "Baker",
            "since": "2026-01-02", "by_id": 2, "by_word": "found", "address": "2026", "constant": "fixed", "number": 7})
    );
}

#[test]
fn a_layouts_script_is_the_root_of_the_paths_below_it() {
    let found = record(
        "article:\n  script: {id: data, at: page.article}\n  title: {script: head}\n  published: {script: 'dates[0]'}\n  body: {script: text, as: html}",
        r#"<script id=data>{"page": {"article": {"head": "T", "dates": ["2026-07-01T09:00:00Z"], "text": "<p>One.</p><p>Two.</p>"}}}</script>"#,
    );
    assert_eq!((found.content.title.as_deref(), texts(&found)), (Some("T"), vec!["One.", "Two."]));
    assert_eq!(found.content.published.as_deref(), Some("2026-07-01T09:00:00+00:00"));
}

#[test]
fn a_page_that_is_json_is_read_by_paths() {
    let found = record(
        "article:\n  title: {json: data.title}\n  published: {json: data.at}\n  tags: {json: 'data.tags[].name'}\n  body: {json: data.html, as: html}\n  extra: {id: {json: data.id, type: int}}",
        r#"{"data": {"id": 12, "title": "T & <b>", "at": "2026-07-01T09:00:00+09:00", "tags": [{"name": "x"}, {"name": "y"}], "html": "<p>One.</p><h2>Two</h2>"}}"#,
    );
    assert_eq!((found.content.title.as_deref(), texts(&found)), (Some("T & <b>"), vec!["One.", "Two"]));
    assert_eq!(
        (found.content.tags.as_slice(), found.content.missing.len()),
        (["x".to_owned(), "y".to_owned()].as_slice(), 0)
    );
    assert_eq!(found.content.extra["id"], 12);
}

#[test]
fn what_a_feed_said_is_a_source_and_claims_nothing() {
    let rules = "article: {title: {feed: title}, published: {feed: published}, summary: {feed: summary}, byline: {feed: author}, tags: {feed: tags}, body: p}";
    let profile = load(Source::new("test.yaml", format!("{HEAD}{rules}")), &NoBases).unwrap();
    let url = url::Url::parse("https://paper.example/a").unwrap();
    let said = json!({"feed": {"title": "From the feed", "published": "Wed, 01 Jul 2026 09:00:00 +0900",
        "summary": "Short.", "author": "Kim Min", "tags": ["a, b", "c"]}});
    let page = Page { url: &url, text: "<p>From the feed</p>", fetched: None, witness: Some(&said) };
    let Outcome::Article(found) = read(&profile, &page, &Options::default()).outcome else {
        panic!("no article")
    };
    let content = &found.content;
    assert_eq!(
        (content.title.as_deref(), content.summary.as_deref()),
        (Some("From the feed"), Some("Short."))
    );
    assert_eq!(
        (content.published.as_deref(), content.byline.as_deref()),
        (Some("2026-07-01T09:00:00+09:00"), Some("Kim Min"))
    );
    assert_eq!((content.tags.len(), content.body.as_deref()), (2, Some("From the feed")));
}

#[test]
fn options_choose_among_the_matches() {
    let html = "<ul><li>one 1</li><li>two <s>22</s></li><li>three 3</li></ul><p>x</p>";
    let found = extra(
        "second: {css: li, nth: 2}\nlast: {css: li, nth: -1}\nnone: {css: li, nth: 9}\nhaving: {css: li, having: '^th'}\n\
         all: {css: li, all: true, match: '^(\\w+)'}\ndropped: {css: li, nth: 2, drop: [s]}\nnot_dropped: {css: li, having: '22', drop: [s]}",
        html,
    );
    assert_eq!(
        found,
        json!({"second": "two 22", "last": "three 3", "none": null, "having": "three 3",
            "all": ["one", "two", "three"], "dropped": "two", "not_dropped": null})
    );
}

#[test]
fn options_go_one_after_the_other() {
    let html = "<div class=a>Ad<br>Updated: 02.07.2026 noon | x<br>Posted: 01.07.2026 noon</div><p>x</p>";
    let found = extra(
        "day: {css: .a, drop: [{line: '^Updated'}], line: '\\d', match: 'ed: (.*)', then: [{before: ' noon'}, {replace: ['\\.', '/']}], format: '%d/%m/%Y', type: date}",
        html,
    );
    assert_eq!(found, json!({"day": "2026-07-01"}));
}

#[test]
fn every_step() {
    let one = |steps: &str| {
        extra(&format!("v: {{css: .a, then: [{steps}]}}"), "<i class=a>Sea: Salt / Wind</i><p>x</p>")["v"]
            .clone()
    };
    for (steps, expected) in [
        ("{after: 'Sea: '}", json!("Salt / Wind")),
        ("{before: ':'}", json!("Sea")),
        ("{match: '(\\w+)$'}", json!("Wind")),
        ("{match: 'none'}", Value::Null),
        ("{replace: [' / ', '+']}", json!("Sea: Salt+Wind")),
        ("{after: ': '}, {split: '/'}", json!(["Salt", "Wind"])),
        ("{after: ': '}, {split: '/'}, {lower: true}, {join: '-'}", json!("salt-wind")),
        ("{prefix: '<'}, {suffix: '>'}", json!("<Sea: Salt / Wind>")),
        ("{before: ':'}, {map: {Sea: ocean}}", json!("ocean")),
        ("{map: {Sea: ocean}}, {upper: true}", json!("SEA: SALT / WIND")),
    ] {
        assert_eq!(one(steps), expected, "{steps}");
    }
    let query =
        extra("v: {css: a@href, then: [{query: u}], type: url}", "<a href='/go?u=%2Fb'>x</a><p>x</p>");
    assert_eq!(query, json!({"v": "https://paper.example/b"}));
}

#[test]
fn types_of_ones_own_refuse_what_they_are_not() {
    let html = r#"<i class=n>1,250</i><i class=d>12.5</i><i class=b>Yes</i><i class=t>1 July 2026, 09:30</i><i class=j>{"a": [1]}</i><i class=w>word</i><p>x</p>"#;
    let found = extra(
        "int: {css: .n, type: int}\ndecimal: {css: .d, type: decimal}\nbool: {css: .b, type: bool}\ntime: {css: .t, type: time, locale: en}\njson: {css: .j, type: json}\n\
         chain: [{css: .w, type: int}, {css: .n, type: int}]\nnone: {css: .w, type: decimal}",
        html,
    );
    assert_eq!(
        found,
        json!({"int": 1250, "decimal": 12.5, "bool": true, "time": "2026-07-01T09:30:00+09:00", "json": {"a": [1]}, "chain": 1250, "none": null})
    );
}

#[test]
fn what_is_not_as_expected_is_a_finding() {
    let html = "<h1>T</h1><i class=a>x1</i><i class=a>x2</i><p>x</p>";
    let said = findings(
        "article:\n  title: {css: h1, expect: {count: 1, matches: '^T'}}\n  section: {css: .a, expect: {count: 1}}\n  summary: {css: .a, expect: {matches: '^y'}}\n  related: {each: .a, title: ':scope', expect: {count: 3..}}\n  body: p",
        html,
    );
    let about = |field: &str| said.iter().filter(|text| text.starts_with(field)).cloned().collect::<Vec<_>>();
    assert_eq!(about("title"), [""; 0]);
    assert_eq!(about("section"), ["section: 2 matches where 1..1 are expected"]);
    assert_eq!(about("summary"), ["summary: a value that `^y` does not match"]);
    assert!(about("related")[0].starts_with("related: 2 items where 3.."), "{said:?}");
}

#[test]
fn groups_fill_fields_by_name_or_by_into() {
    let html = "<figure><img src=/a.jpg><figcaption>A ship. (Photo: Bo)</figcaption></figure><div class=by>Kim Min kim@paper.example</div><p>x</p>";
    for pattern in [
        "match: '^(?<caption>.+) \\(Photo: (?<credit>.+)\\)$'",
        "match: '^(.+) \\(Photo: (.+)\\)$', into: [caption, credit]",
    ] {
        let found = record(
            &format!(
                "article:\n  images: {{each: figure, caption: {{css: figcaption, {pattern}}}}}\n  byline: {{css: .by, match: '^(?<name>.+) (?<email>\\S+@\\S+)$'}}\n  body: p"
            ),
            html,
        );
        let image = &found.content.images[0];
        assert_eq!(
            (image.caption.as_deref(), image.credit.as_deref()),
            (Some("A ship."), Some("Bo")),
            "{pattern}"
        );
        let author = &found.content.authors[0];
        assert_eq!((author.name.as_str(), author.email.as_deref()), ("Kim Min", Some("kim@paper.example")));
    }
}

#[test]
fn authors_may_be_an_element_each() {
    let found = body(
        "byline: {each: .by, name: a, url: a@href, email: '.m'}\n  body: p",
        "<i class=by><a href=/p/ann>Ann Ek</a> <b class=m>ann@paper.example</b></i><i class=by><a href=/p/bo>By Bo Lund</a></i><p>x</p>",
    );
    assert_eq!(
        json!(found.content.authors),
        json!([{"name": "Ann Ek", "email": "ann@paper.example", "url": "https://paper.example/p/ann"},
            {"name": "Bo Lund", "email": null, "url": "https://paper.example/p/bo"}])
    );
}

#[test]
fn tags_part_by_themselves_unless_then_is_written() {
    let page = "<i class=t>a; b、c，d, a</i><p>x</p>";
    assert_eq!(body("tags: .t\n  body: p", page).content.tags, ["a", "b", "c", "d"]);
    assert_eq!(
        body("tags: {css: .t, then: [{split: ';'}]}\n  body: p", page).content.tags,
        ["a", "b、c，d, a"]
    );
}

#[test]
fn a_rule_that_fails_does_not_fall_to_auto() {
    let page = "<meta property=og:title content=Meta><meta name=description content=D><p>x</p>";
    let title = |rule: &str| body(&format!("{rule}\n  body: p"), page).content.title;
    assert_eq!(title("title: .none"), None);
    assert_eq!(title("title: [.none, auto]").as_deref(), Some("Meta"));
    assert_eq!(title("section: .x").as_deref(), Some("Meta"), "what is not written is auto");
}

#[test]
fn the_first_format_that_parses_wins_and_a_zone_wins_over_the_offset() {
    let page = "<i class=d>Advertisement</i><i class=d>Changed : 2026-07-02  10:00</i><i class=d>Posted : 2026-07-01  09:30</i><time datetime=2026-07-01T09:30:00Z></time><i class=k>2026-07-01 09:30 CEST</i><i class=g>1. Juli 2026, 09:30</i><p>x</p>";
    let published = |rule: &str| {
        let found = body(&format!("published: {rule}\n  body: p"), page);
        let zone = found.provenance.unwrap()["published"].zone_from;
        (found.content.published.unwrap_or_default(), zone.map(|zone| json!(zone)))
    };
    let by = |zone: &str| Some(json!(zone));
    let seoul = "2026-07-01T09:30:00+09:00".to_owned();
    assert_eq!(published("{css: .d, format: 'Posted : %Y-%m-%d %H:%M'}"), (seoul.clone(), by("profile")));
    assert_eq!(published("time@datetime"), ("2026-07-01T09:30:00+00:00".to_owned(), by("page")));
    assert_eq!(published("{css: time@datetime, zone: Asia/Seoul}"), (seoul.clone(), by("profile")));
    assert_eq!(
        published("{css: .k, format: ['%d/%m/%Y', '%Y-%m-%d %H:%M %Z']}"),
        ("2026-07-01T09:30:00+02:00".to_owned(), by("page"))
    );
    assert_eq!(published("{css: .g, locale: de}"), (seoul.clone(), by("profile")));
    assert_eq!(published("{css: .g, format: '%d. %B %Y, %H:%M', locale: de}"), (seoul, by("profile")));
}

#[test]
fn whether_it_is_behind_a_paywall() {
    let paid = |rule: &str, page: &str| body(&format!("{rule}body: p"), page).content.paywalled;
    let flag = r#"<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script><p>x</p>"#;
    assert!(paid("", flag) && !paid("", "<p>x</p>"));
    assert!(!paid("paywalled: {has: .wall}\n  ", flag), "a condition of the profile's own counts alone");
    assert!(paid(
        "paywalled: {has: .wall, url: news, meta: {tier: paid}}\n  ",
        "<meta name=tier content=paid><i class=wall></i><p>x</p>"
    ));
}

#[test]
fn all_parts_of_a_condition_must_hold() {
    let holds = |when: &str| {
        let page = "<meta name=a content=one><meta name=a content=two><div class=in></div><p>x</p>";
        matches!(
            reading(&format!("layouts: [{{id: l, when: {when}, body: p}}]"), page).outcome,
            Outcome::Article(_)
        )
    };
    for when in [
        "{has: .in}",
        "{lacks: .out}",
        "{url: '^/news/'}",
        "{url: '^https://paper.example/'}",
        "{meta: {a: ^two$}}",
        "{has: .in, lacks: .out, url: 'id=7', meta: {A: one}}",
    ] {
        assert!(holds(when), "{when}");
    }
    for when in [
        "{has: .out}",
        "{lacks: .in}",
        "{url: '^/sport/'}",
        "{meta: {a: three}}",
        "{meta: {b: .}}",
        "{has: .in, lacks: .in}",
        "{has: .in, url: sport}",
        "{has: .in, meta: {a: one, b: one}}",
    ] {
        assert!(!holds(when), "{when}");
    }
}

#[test]
fn times_that_contradict_each_other_are_findings() {
    let said = |published: &str, updated: &str, fetched: &str| {
        let rules = format!(
            "{HEAD}article: {{title: {{value: T}}, published: {{value: '{published}'}}, updated: {{value: '{updated}'}}, body: p}}"
        );
        let profile = load(Source::new("test.yaml", rules), &NoBases).unwrap();
        let url = url::Url::parse("https://paper.example/news/2026/07/31/a").unwrap();
        let page = Page { url: &url, text: "<p>x</p>", fetched: Some(fetched), witness: None };
        let found = read(&profile, &page, &Options::default()).findings;
        found
            .iter()
            .map(|found| format!("{} {}", found.field.as_deref().unwrap_or("-"), found.message))
            .collect::<Vec<_>>()
    };
    let good = "2026-07-31T10:00:00+09:00";
    assert_eq!(said(good, "2026-07-31T11:00:00+09:00", "2026-08-02T00:00:00Z"), [""; 0]);
    assert_eq!(
        said("2026-08-01", "2026-08-01", "2026-07-31T23:00:00Z"),
        [""; 0],
        "a day of difference is the zones'"
    );
    assert_eq!(
        said(good, "2026-07-31T09:59:00+09:00", "2026-08-02T00:00:00Z"),
        ["updated before `published`"]
    );
    assert_eq!(
        said(good, "2026-07-31T11:00:00+09:00", "2026-07-31T01:30:00Z"),
        ["updated 2026-07-31T11:00:00+09:00 is after 2026-07-31T01:30:00Z when the page was fetched"]
    );
    assert_eq!(
        said("2025-07-31T10:00:00+09:00", "2026-07-31T09:59:00+09:00", "2026-08-02T00:00:00Z"),
        ["published 2025-07-31 is not the month that the address says"]
    );
}

#[test]
fn a_value_may_keep_its_markup() {
    let page = r##"<div class=a><p>One <b>two</b>.<i class=x>no</i></p><ul><li>a</li></ul></div><script id=s>{"html": "<p>One</p>two", "md": "# One\n\n two"}</script><p>x</p>"##;
    let found = extra(
        "html: {css: .a, as: html, drop: [.x]}\nmarkdown: {css: .a, as: markdown, drop: [.x]}\nitems: {css: .a li, as: html, all: true}\n\
         from_html: {script: s, path: html, as: html}\nfrom_markdown: {script: s, path: md, as: markdown}",
        page,
    );
    assert_eq!(
        found,
        json!({"html": "<p>One <b>two</b>.</p><ul><li>a</li></ul>", "markdown": "One **two**.\n\n- a",
            "items": ["a"], "from_html": "One two", "from_markdown": "# One\n\n two"})
    );
}

#[test]
fn a_line_is_left_out_of_any_text() {
    let page = "<div class=a>One.<br>Read <b>also</b>: x<br>Two.</div><figure><img src=/1.jpg><figcaption>A ship.<br>Photo: Bo</figcaption></figure><p>x</p>";
    let found = extra(
        "text: {css: .a, drop: [{line: '^Read also'}]}\nmarkdown: {css: .a, as: markdown, drop: [{line: '^Read'}]}\nhaving: {css: .a, having: also, drop: [{line: '^Read'}]}",
        page,
    );
    assert_eq!(found, json!({"text": "One. Two.", "markdown": "One.\\\nTwo.", "having": null}));
    let record =
        body("images: {each: figure, caption: figcaption, drop: [{line: '^Photo:'}]}\n  body: p", page);
    assert_eq!(record.content.images[0].caption.as_deref(), Some("A ship."));
}

#[test]
fn lines_and_drops_work_on_texts_that_are_no_nodes() {
    let page = r##"<script id=s>{"plain": "By Kim Min\nOne.\nRead: x", "html": "<p>By Lee Ha</p>Two.<br>Three<i class=n>4</i>."}</script><p>x</p>"##;
    let found = extra(
        "line: {script: s, path: plain, line: '^By (.+)$'}\nwithout: {script: s, path: plain, drop: [{line: '^Read'}, {line: '^By'}]}\n\
         html_line: {script: s, path: html, as: html, line: '^By (.+)$'}\nhtml: {script: s, path: html, as: html, drop: [p, .n]}\n\
         having: {script: s, path: html, as: html, having: '4', drop: [.n]}",
        page,
    );
    assert_eq!(
        found,
        json!({"line": "Kim Min", "without": "One.", "html_line": "Lee Ha", "html": "Two. Three.", "having": null})
    );
}
