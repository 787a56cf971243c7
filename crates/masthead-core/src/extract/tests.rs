//! The language's meaning, shown on small pages.

use masthead_record::{Block, BlockKind, Record};
use serde_json::{Value, json};
use url::Url;

use super::read::{Options, Outcome, Page, Reading, read};
use crate::profile::{NoBases, Source, load};

mod bodies;
mod values;

const HEAD: &str = "profile: test\nversion: 1\nhosts: [paper.example]\ntimezone: Asia/Seoul\n";

fn reading(article: &str, html: &str) -> Reading {
    let profile = load(Source::new("test.yaml", format!("{HEAD}{article}")), &NoBases)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let url = Url::parse("https://paper.example/news/2026/07/a.html?id=7").unwrap();
    let page = Page { url: &url, text: html, fetched: None, witness: None };
    read(&profile, &page, &Options { explain: true, only_articles: false })
}

fn record(article: &str, html: &str) -> Record {
    match reading(article, html).outcome {
        Outcome::Article(record) => *record,
        other => panic!("no article: {other:?}"),
    }
}

fn body(rule: &str, html: &str) -> Record {
    record(&format!("article:\n  {rule}\n"), html)
}

fn texts(record: &Record) -> Vec<&str> {
    record.content.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn five_lines_are_a_profile() {
    let page = "<html lang=en><head><meta property=og:title content='A title | Paper'><meta property=og:site_name content=Paper>
        <meta property=article:published_time content=2026-07-01T09:00:00+09:00></head>
        <body><div class=entry-content><p>One.</p><p>Two.</p></div>";
    let record = record("article: {body: .entry-content}", page);
    assert_eq!(record.content.title.as_deref(), Some("A title"));
    assert_eq!(record.content.published.as_deref(), Some("2026-07-01T09:00:00+09:00"));
    assert_eq!(record.content.body.as_deref(), Some("One.\n\nTwo."));
    assert_eq!(record.content.missing, [""; 0]);
    assert_eq!(record.provenance.unwrap()["title"].source.as_deref(), Some("auto:og"));
}

#[test]
fn provenance_names_the_line_also_where_auto_won_or_nothing_was_found() {
    let page = "<meta property=og:title content=T><p>x</p><figure><img src=/a.jpg></figure>";
    let record = record(
        "article:\n  title: [.none, auto]\n  published: .none\n  images: {each: figure}\n  body: p",
        page,
    );
    let sources = record.provenance.unwrap();
    let told = |field: &str| {
        (sources[field].rule.as_deref(), sources[field].alternative, sources[field].source.as_deref())
    };
    assert_eq!(told("title"), (Some("test.yaml:6"), Some(2), Some("auto:og")));
    assert_eq!(told("published"), (Some("test.yaml:7"), None, None));
    assert_eq!(told("images"), (Some("test.yaml:8"), Some(1), Some("css")));
}

#[test]
fn a_date_chain_does_not_stop_at_an_advertisement() {
    let record = record(
        "article: {published: [{css: .date, format: '%Y-%m-%d %H:%M'}, time@datetime], body: p}",
        "<div class=date>Advertisement</div><div class=date>Posted 2026-07-01\u{a0} 10:30</div><p>x</p>",
    );
    assert_eq!(record.content.published.as_deref(), Some("2026-07-01T10:30:00+09:00"));
}

#[test]
fn what_a_field_took_is_not_body() {
    let page = "<div id=a><figure><img src=/i.jpg><figcaption>A ship. Photo Desk</figcaption></figure>
        By Kim Min and Lee Ha<br><br>First line.<br>Second <b>line</b>.<br><div class=ad>Buy</div></div>";
    let record = body(
        "byline: {css: '#a', line: '^By (.+)$'}\n  images: {each: figure, caption: {css: figcaption, match: '^(?<caption>.+[.]) (?<credit>.+)$'}}\n  body: {css: '#a', split: br, drop: [.ad]}",
        page,
    );
    assert_eq!(record.content.byline.as_deref(), Some("Kim Min, Lee Ha"));
    assert_eq!(texts(&record), ["First line.", "Second line."]);
    let image = &record.content.images[0];
    assert_eq!(image.url.as_deref(), Some("https://paper.example/i.jpg"));
    assert_eq!((image.caption.as_deref(), image.credit.as_deref()), (Some("A ship."), Some("Photo Desk")));
    let ledger = record.ledger.unwrap();
    assert_eq!(json!(ledger.claimed), json!({"body": 4, "byline": 6, "images": 4}));
    assert_eq!((json!(ledger.dropped), ledger.residual), (json!({".ad": 1}), 0));
}

#[test]
fn text_in_no_block_is_residual_and_the_sums_add_up() {
    let page = "<div id=a><p>One two.</p>loose words here<ul><li>x<li>y</ul><p class=ad>ad ad</p>
        <aside hidden>unseen</aside><script>no</script></div>";
    let record = body("body: {css: '#a', drop: [.ad]}", page);
    let ledger = record.ledger.clone().unwrap();
    assert_eq!(ledger.residual_text, ["loose words here"]);
    assert_eq!(ledger.claimed["body"] + ledger.dropped[".ad"] + ledger.residual, 2 + 2 + 3 + 2);
    assert_eq!(
        record.content.blocks[1],
        Block {
            kind: BlockKind::List,
            text: "x\ny".into(),
            level: None,
            items: vec!["x".into(), "y".into()],
            rows: vec![]
        }
    );
}

#[test]
fn a_claim_inside_a_sentence_makes_no_hole() {
    let found = reading(
        "article: {byline: .author, body: '#a'}",
        "<div id=a><p>Said <b class=author>Kim Min</b> today.</p></div>",
    );
    let Outcome::Article(record) = found.outcome else { panic!("no article") };
    assert_eq!(texts(&record), ["Said Kim Min today."]);
    assert!(found.findings.iter().any(|finding| finding.message.contains("longer line")));
}

#[test]
fn every_css_alternative_claims_also_where_an_earlier_one_won() {
    let page = "<meta name=author content='Kim Min'><div id=a>By Kim Min<p>Text.</p></div>";
    let record = body("byline: [{meta: author}, {css: '#a', line: '^By (.+)$'}]\n  body: '#a'", page);
    assert_eq!(record.provenance.as_ref().unwrap()["byline"].source.as_deref(), Some("meta"));
    assert_eq!((texts(&record), record.ledger.as_ref().unwrap().residual), (vec!["Text."], 0));
}

#[test]
fn the_deeper_node_wins_and_the_container_loses_nothing_to_a_claim_around_it() {
    let page = "<main><h1>T</h1><div id=a><p>One.</p></div></main>";
    let record = body("title: main\n  body: '#a'", page);
    assert_eq!(texts(&record), ["One."]);
}

#[test]
fn allow_list_start_and_stop() {
    let page = "<div id=a><p class=t>a</p><p>b</p><h2 class=t>c</h2><p class=t>d</p><p class=t id=end>e</p><p class=t>f</p></div>";
    let record = body("body: {css: '#a', blocks: [.t], stop_at: '#end'}", page);
    assert_eq!(texts(&record), ["a", "c", "d"]);
    assert_eq!(json!(record.ledger.unwrap().dropped), json!({"blocks": 1, "stop_at": 2}));
    let record = body("body: {css: '#a', start_after: h2}", page);
    assert_eq!(texts(&record), ["d", "e", "f"]);
}

#[test]
fn all_joins_containers_and_what_lies_between_is_residual() {
    let record = body(
        "body: {css: .part, all: true}",
        "<div><div class=part><p>a</p></div>between<div class=part><p>b</p></div></div>",
    );
    assert_eq!((texts(&record), record.ledger.as_ref().unwrap().residual), (vec!["a", "b"], 1));
}

#[test]
fn blocks_of_every_kind() {
    let page = "<div id=a><h3>H</h3><blockquote><p>q1</p><p>q2</p></blockquote><pre>x\n  y</pre>
        <table><tr><th>n<th>m<tr><td>1<td>2</table><ol><li>o<ul><li>i</ul></ol><p>a<br>b</p></div>";
    let record = body("body: '#a'", page);
    let kinds: Vec<_> = record.content.blocks.iter().map(|block| block.kind).collect();
    use BlockKind as Kind;
    assert_eq!(kinds, [Kind::Heading, Kind::Quote, Kind::Code, Kind::Table, Kind::List, Kind::Paragraph]);
    assert_eq!(texts(&record), ["H", "q1\nq2", "x\n  y", "n\tm\n1\t2", "o\ni", "a\nb"]);
}

#[test]
fn a_drop_cap_is_glued_and_wrappers_are_unwrapped() {
    let record = body(
        "body: {css: '#a', glue: [.cap], unwrap: [blockquote]}",
        "<div id=a><p><span class=cap>W</span> ashington</p><blockquote><p>own</p></blockquote></div>",
    );
    assert_eq!(texts(&record), ["Washington", "own"]);
    assert_eq!(record.content.blocks[1].kind, BlockKind::Paragraph);
}

#[test]
fn a_body_of_html_in_a_script_is_part_of_the_page() {
    let page = r#"<h1 class=x>Page</h1><script>window.S = {"q":[{"body":"<figure><img src='/a.png'></figure><p class='p'>One.</p>$$AD$$"}]};</script>"#;
    let record = body(
        "title: .x\n  images: {each: figure}\n  body: {script: window.S, path: 'q[0].body', as: html, drop: [{line: '^\\$\\$'}]}",
        page,
    );
    assert_eq!(texts(&record), ["One."]);
    assert_eq!(record.content.images[0].url.as_deref(), Some("https://paper.example/a.png"));
    assert_eq!(record.ledger.unwrap().residual, 0);
}

#[test]
fn layouts_are_chosen_by_evidence_and_none_is_an_alarm() {
    let profile = "layouts:\n  - {id: new, when: {has: '#n'}, body: '#n', seen: {from: 2027}}\n  - {id: old, when: {has: '#o', meta: {kind: ^art}}, body: '#o'}\n";
    let old = record(profile, "<meta name=kind content=article><div id=o><p>x</p></div>");
    assert_eq!(old.layout.as_deref(), Some("old"));
    let found = reading(profile, "<title>Service Error</title>");
    assert!(
        matches!(&found.outcome, Outcome::NoLayout { why } if why.contains("Service Error")),
        "{:?}",
        found.outcome
    );
    let found = reading(profile, "<meta name=date content=2026-01-02T03:04:05Z><div id=n><p>x</p></div>");
    assert!(found.findings.iter().any(|finding| finding.message.contains("when layout `new` was seen")));
}

#[test]
fn required_fields_that_are_missing_say_what_was_tried() {
    let found = reading(
        "article: {title: .none, published: [.date, {meta: date}], body: '#a'}",
        "<i class=date>soon</i><div id=a></div>",
    );
    let Outcome::Article(record) = found.outcome else { panic!("no article") };
    assert_eq!(record.content.missing, ["title", "published", "body"]);
    let said: Vec<_> = found.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(
        said.iter().any(|text| text.contains("`.date` (1 matched, none valid), `meta: date` (no match)")),
        "{said:?}"
    );
}

#[test]
fn extra_fields_have_types_and_lists_split() {
    let record = record(
        "article:\n  tags: .tags\n  extra:\n    id: {url: 'id=(\\d+)', type: int}\n    when: {css: .d, type: date}\n    links: {css: a@href, all: true, type: url}\n    none: {css: .no, all: true}\n  body: p",
        "<p>x</p><i class=tags>a; b, a</i><i class=d>2026-01-02</i><a href=/x>1</a><a href='javascript:1'>2</a>",
    );
    assert_eq!(record.content.tags, ["a", "b"]);
    assert_eq!(
        Value::Object(record.content.extra),
        json!({"id": 7, "when": "2026-01-02", "links": ["https://paper.example/x"], "none": []})
    );
}

#[test]
fn relative_selectors_look_below_and_beside_the_item() {
    let page = "<div id=a><p>t</p><div class=pic><img src=/1.jpg></div><em>Beside.</em></div>";
    let record =
        body("images: {each: .pic, url: '> img@src', caption: '+ em', alt: '@class'}\n  body: '#a'", page);
    let image = &record.content.images[0];
    assert_eq!((image.caption.as_deref(), image.alt.as_deref()), (Some("Beside."), Some("pic")));
    assert_eq!((texts(&record), record.ledger.as_ref().unwrap().residual), (vec!["t"], 0));
}

#[test]
fn prose_beside_the_container_is_a_finding() {
    let prose = "word ".repeat(45);
    let found = reading(
        "article: {body: '#a'}",
        &format!("<main><div id=a><p>half</p></div><div id=b><p>{prose}</p></div></main>"),
    );
    assert!(
        found.findings.iter().any(|finding| finding.message.contains("45 words stands beside")),
        "{:?}",
        found.findings
    );
}

#[test]
fn a_canonical_link_to_the_front_page_is_ignored() {
    let rules = "discover: {articles: ['^/news/']}\narticle: {body: p}";
    let own = record(rules, "<link rel=canonical href=/><p>x</p>");
    assert_eq!(own.url, "https://paper.example/news/2026/07/a.html?id=7");
    let named = record(rules, "<link rel=canonical href=/news/b?utm_source=x><p>x</p>");
    assert_eq!(named.url, "https://paper.example/news/b");
}

#[test]
fn hostile_pages_end_soon_and_are_marked() {
    let deep = format!("<div id=a><p>kept</p>{}", "<div>".repeat(100_000));
    assert_eq!(body("body: '#a'", &deep).truncated, ["depth"]);
    let flat = format!("<div id=a><p>kept</p></div>{}", "<i></i>".repeat(60_000));
    let record = body("title: 'b ~ i ~ i'\n  body: '#a'", &flat);
    assert_eq!(
        (record.truncated.as_slice(), texts(&record)),
        (["selection".to_owned()].as_slice(), vec!["kept"])
    );
}

#[test]
fn people_with_addresses() {
    let page = "<div id=a>By Kim Min<p>x</p></div><a href='mailto:min@paper.example?subject=hi'><img alt=Email>min@paper.example</a><map><area href='mailto:desk@paper.example'></map>";
    let record = body(
        "byline: {name: {css: '#a', line: '^By (.+)$'}, email: 'a[href^=\"mailto:\"]@href'}\n  body: '#a'",
        page,
    );
    assert_eq!(
        json!(record.content.authors),
        json!([{"name": "Kim Min", "email": "min@paper.example", "url": null}])
    );
}

#[test]
fn skipped_pages_say_why() {
    let found = reading(
        "skip: [{why: gallery, has: .gallery}]\narticle: {body: p}",
        "<div class=gallery></div><p>x</p>",
    );
    assert!(matches!(found.outcome, Outcome::Skipped { why } if why == "gallery"));
}

#[test]
fn a_value_that_is_html_gives_its_text_and_an_item_may_leave_parts_out() {
    let page = r#"<script id=state>{"deck":"One <b>two</b>&amp;<br>three"}</script>
        <figure><img src=/1.jpg><figcaption>A ship.<button>zoom</button> <i class=by>Desk</i></figcaption></figure><p>x</p>"#;
    let record = body(
        "summary: {script: state, path: deck, as: html}\n  images: {each: figure, drop: [.by], caption: figcaption}\n  body: p",
        page,
    );
    assert_eq!(record.content.summary.as_deref(), Some("One two& three"));
    assert_eq!(record.content.images[0].caption.as_deref(), Some("A ship."));
}

#[test]
fn where_any_page_may_be_an_article_the_page_tells() {
    let tell = |article: &str, html: &str| {
        let profile = load(Source::new("test.yaml", format!("{HEAD}{article}")), &NoBases).unwrap();
        let url = Url::parse("https://paper.example/").unwrap();
        let page = Page { url: &url, text: html, fetched: None, witness: None };
        matches!(
            read(&profile, &page, &Options { explain: false, only_articles: true }).outcome,
            Outcome::Article(_)
        )
    };
    assert!(tell("article: {body: p}", "<meta property=og:type content=article><p>x</p>"));
    assert!(tell(
        "article: {body: p}",
        r#"<script type="application/ld+json">{"@type":"NewsArticle"}</script><p>x</p>"#
    ));
    assert!(!tell("article: {body: p}", "<meta property=og:type content=website><p>x</p>"));
    let layouts = "layouts: [{id: a, when: {has: .story}, body: p}]";
    assert!(tell(layouts, "<div class=story><p>x</p></div>"));
    assert!(!tell(layouts, "<p>x</p>"));
}

/// Every part of the engine at once.
const EVERYTHING: &str = r##"
layouts:
  - id: one
    when: {lacks: .never}
    title: [h1, {meta: 'og:title'}, auto]
    byline: {name: {css: '#a, body', line: '^By (.+)$'}, email: 'a[href^="mailto:"]@href'}
    published: [{css: .d, format: '%Y-%m-%d %H:%M'}, auto]
    tags: {css: .tags, nth: -1}
    images: {each: ':has(> img)', caption: {css: ':scope', match: '^(?<caption>.+[.]) (?<credit>.+)$'}, alt: '+ p', drop: [.ad]}
    related: {each: 'a:not(:has(img))', summary: '~ p'}
    extra: {all: {css: 'p:nth-child(2n)', all: true}, state: {script: id, path: 'a.b', as: html}}
    body:
      - {css: '#a', all: true, split: br, blocks: [p, div, li], drop: [.ad, {line: '^ad'}], unwrap: [b], glue: [.cap], start_after: h1, stop_at: .end, keep: [figure]}
      - {css: body, drop: [{css: i, having: x}]}
      - {script: id, path: a.b, as: html}
      - {jsonld: articleBody}
"##;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Pages made of the pieces that the rules look for, in any order: no panic, and the ledger's sums are those of
    /// the words in the container.
    #[test]
    fn any_page_is_read_and_every_word_is_accounted_for(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<div id=a>", "</div>", "<p>", "</p>", "<br>", "By Kim Min", " ", "word ", "<b>", "</b>", "<span class=cap>W</span>",
            "<figure>", "</figure>", "<img src=/x.jpg>", "A ship. Desk", "<a href=/l>", "</a>", "<a href='mailto:a@b.example'>",
            "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<h1>", "</h1>", "<i class=d>2026-01-02 03:04</i>",
            "<div class=ad>", "ad line", "<div class=end>", "<script id=id>{\"a\":{\"b\":\"<p>in<br>side</p>\"}}</script>",
            "<script type='application/ld+json'>{\"@type\":\"Article\",\"articleBody\":\"x y\"}</script>", "\u{a0}", "\u{200b}",
            "<pre>", "</pre>", "<blockquote>", "</blockquote>", "<svg>", "</svg>", "<template>", "</template>", "<select>",
            "<!-- ", " -->", "<p hidden>", "<i class=tags>a, b</i>", "\u{f8f0}0\u{f8f0}", "<style>", "</style>", "<noscript>",
        ]), 0..60)
    ) {
        let found = reading(EVERYTHING, &pieces.concat());
        if let Outcome::Article(record) = found.outcome {
            let ledger = record.ledger.unwrap();
            let in_blocks: usize = record.content.blocks.iter().map(|block| block.text.split_whitespace().count()).sum();
            let body = ledger.claimed.get("body").copied().unwrap_or(0);
            // A drop cap that is glued makes one word of two.
            proptest::prop_assert!(in_blocks <= body && body <= in_blocks + pieces.len(), "{in_blocks} words in blocks, {body} in the ledger");
        }
    }
}

#[test]
fn a_text_of_several_matches_is_one_text() {
    let record = body(
        "summary: {css: .deck, all: true}\n  body: p",
        "<i class=deck>One.</i><i class=deck>Two.</i><p>x</p>",
    );
    assert_eq!(record.content.summary.as_deref(), Some("One. Two."));
}
