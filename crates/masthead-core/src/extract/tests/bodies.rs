//! Bodies: what is visible, what makes a block, who claims what.

use masthead_record::BlockKind;

use super::{body, reading, record, texts};

fn findings(rules: &str, html: &str) -> Vec<String> {
    let found = reading(&format!("article:\n  {rules}\n"), html).findings;
    found.into_iter().map(|found| found.message).collect()
}

#[test]
fn only_what_a_reader_sees_counts() {
    let record = body(
        "body: '#a'",
        "<div id=a><p>seen</p><script>no</script><style>no</style><noscript>no</noscript><template>no</template><button>no</button>
            <select><option>no</select><textarea>no</textarea><input value=no><p hidden>no</p><p style='color: red; Display : None'>no</p>
            <p class='hidden d-none'>classes never count</p></div>",
    );
    assert_eq!(texts(&record), ["seen", "classes never count"]);
    assert_eq!(record.ledger.as_ref().unwrap().residual, 0);
}

#[test]
fn more_than_one_match_is_a_warning_and_the_container_is_the_smallest_around_all() {
    let page =
        "<main><div class=a><p>one</p></div>between<div class=a><p>two</p></div></main><p>outside of it</p>";
    let said = findings("body: .a", page);
    assert!(said[0].contains("2 nodes match `.a`; the first was taken"), "{said:?}");
    let all = body("body: {css: .a, all: true}", page);
    let ledger = all.ledger.as_ref().unwrap();
    assert_eq!((texts(&all), ledger.residual, ledger.outside), (vec!["one", "two"], 1, 3));
}

#[test]
fn keep_takes_more_as_blocks_and_split_makes_paragraphs_of_lines() {
    let page = "<div id=a>bare<br>lines<figure><figcaption>of a table</figcaption></figure><p>p</p></div>";
    let plain = body("images: []\n  body: '#a'", page);
    assert_eq!((texts(&plain), plain.ledger.as_ref().unwrap().residual), (vec!["p"], 5));
    let kept = body("images: []\n  body: {css: '#a', keep: [figure]}", page);
    assert_eq!((texts(&kept), kept.ledger.as_ref().unwrap().residual), (vec!["of a table", "p"], 2));
    let lines = body("images: []\n  body: {css: '#a', split: br}", page);
    assert_eq!(
        (texts(&lines), lines.ledger.as_ref().unwrap().residual),
        (vec!["bare", "lines", "of a table", "p"], 0)
    );
}

#[test]
fn words_of_blocks_that_are_all_link_are_counted() {
    let page = "<div id=a><p>Some <a href=/x>text</a>.</p><p><a href=/1>Read this</a> <a href=/2>and that</a></p><p><a name=x>no link</a></p></div>";
    let record = body("body: '#a'", page);
    assert_eq!(record.ledger.as_ref().unwrap().linked, 4);
    assert!(findings("body: '#a'", page).contains(&"4 words are in blocks that are all link".to_owned()));
}

#[test]
fn fields_of_ones_own_claim_and_metadata_never_does() {
    let page = "<meta name=lead content='A lead.'><div id=a><p class=lead>A lead.</p><p class=tag>Sea</p><p>Text.</p></div>";
    let record = body("summary: {meta: lead}\n  extra: {tag: .tag}\n  body: '#a'", page);
    assert_eq!(
        (texts(&record), record.ledger.as_ref().unwrap().claimed["extra.tag"]),
        (vec!["A lead.", "Text."], 1)
    );
    let record = body("extra: {tag: {css: .tag, claim: false}}\n  body: '#a'", page);
    assert_eq!(texts(&record), ["A lead.", "Sea", "Text."]);
}

#[test]
fn an_item_in_the_body_is_claimed_whole_and_one_around_it_by_its_fields() {
    let page =
        "<figure id=a><p>Text.</p><div class=pic>label<img src=/1.jpg></div><em>A caption.</em></figure>";
    let inside = body("images: {each: .pic}\n  body: '#a'", page);
    let ledger = inside.ledger.as_ref().unwrap();
    assert_eq!((ledger.claimed["images"], ledger.residual), (1, 2));
    let around = body("images: {each: figure, caption: em}\n  body: '#a'", page);
    let ledger = around.ledger.as_ref().unwrap();
    assert_eq!((texts(&around), ledger.claimed["images"], ledger.residual), (vec!["Text."], 2, 1));
}

#[test]
fn two_fields_on_one_node_are_a_finding_and_the_first_keeps_it() {
    let said =
        findings("subtitle: .x\n  summary: .x\n  body: '#a'", "<div id=a><p class=x>Both.</p><p>t</p></div>");
    assert!(
        said.iter().any(|text| text.contains("`summary` and `subtitle` claim the same node")),
        "{said:?}"
    );
}

#[test]
fn a_claim_of_one_line_leaves_the_others() {
    let record = body(
        "byline: {css: '#a', line: '^By (.+)$'}\n  body: {css: '#a', split: br}",
        "<div id=a>First.<br>By Kim Min<br>Last, written By day.</div>",
    );
    assert_eq!(
        (texts(&record), record.content.byline.as_deref()),
        (vec!["First.", "Last, written By day."], Some("Kim Min"))
    );
}

#[test]
fn quotes_lists_tables_headings_and_code_keep_their_parts() {
    let page = "<div id=a><h4>Head</h4><ul><li>one<li>two</ul><table><caption>c</caption><tr><th>a<td>b</table><pre>  x\n\ty</pre><blockquote>said</blockquote></div>";
    let record = body("body: '#a'", page);
    let [heading, list, table, code, quote] = record.content.blocks.as_slice() else {
        panic!("{:?}", record.content.blocks)
    };
    assert_eq!((heading.kind, heading.level), (BlockKind::Heading, Some(4)));
    assert_eq!(list.items, ["one", "two"]);
    assert!(table.rows.contains(&vec!["a".to_owned(), "b".to_owned()]), "{table:?}");
    assert_eq!((code.kind, code.text.as_str()), (BlockKind::Code, "  x\n\ty"));
    assert_eq!((quote.kind, quote.text.as_str()), (BlockKind::Quote, "said"));
}

#[test]
fn a_bodys_chain_goes_on_where_there_is_no_text() {
    let page = r#"<div id=a></div><script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "One.\nTwo."}</script>"#;
    let record = body("body: ['#a', .none, {jsonld: articleBody}]", page);
    assert_eq!(texts(&record), ["One.", "Two."]);
    assert_eq!(record.provenance.unwrap()["body"].alternative, Some(3));
}

#[test]
fn without_a_rule_the_body_is_the_metadatas() {
    let page = r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "T", "articleBody": "One. Two."}</script>"#;
    let record = record("article: {title: {value: T}}", page);
    assert_eq!(
        (texts(&record), record.content.missing.clone()),
        (vec!["One. Two."], vec!["published".to_owned()])
    );
    assert_eq!(record.provenance.unwrap()["body"].source.as_deref(), Some("auto:jsonld"));
}

#[test]
fn an_image_is_the_best_that_its_element_offers() {
    let page = r#"<div id=a><p>t</p>
        <figure><picture><source srcset="/s.webp 400w, /l.webp 1600w"><img src="/m.jpg" alt=" A  ship "></picture></figure>
        <figure><img src="data:image/gif;base64,R0" data-src="/lazy.jpg"></figure>
        <figure><img src="/tiny.jpg" data-srcset="/a.jpg 1x, /b.jpg 2x"></figure>
        <figure><img class=ph><noscript><img src="/twin.jpg"></noscript></figure>
        <figure><img src="javascript:x"></figure></div>"#;
    let images = body("images: figure\n  body: '#a'", page).content.images;
    let urls: Vec<_> = images
        .iter()
        .map(|image| image.url.clone().unwrap_or_default().replace("https://paper.example", ""))
        .collect();
    assert_eq!(urls, ["/l.webp", "/lazy.jpg", "/b.jpg", "/twin.jpg"]);
    assert_eq!(images[0].alt.as_deref(), Some("A ship"));
}

#[test]
fn a_look_has_its_days_also_without_layouts() {
    let said = findings(
        "seen: {from: 2020, until: 2021}\n  published: time@datetime\n  body: p",
        "<time datetime=2026-07-01T00:00:00Z></time><p>x</p>",
    );
    assert!(
        said.iter().any(|text| text.contains("outside of the days when layout `article` was seen")),
        "{said:?}"
    );
}

#[test]
fn a_body_of_microdata_is_the_element() {
    let page = "<article><h1>T</h1><div itemprop='articleBody text'><p class=by>By Kim Min</p><p>One.</p><h2>Two</h2><p class=ad>ad</p></div></article>";
    let record = body("byline: .by\n  body: [{css: .none}, {microdata: articleBody, drop: [.ad]}]", page);
    let ledger = record.ledger.as_ref().unwrap();
    assert_eq!(
        (texts(&record), ledger.claimed["byline"], ledger.dropped[".ad"]),
        (vec!["One.", "Two"], 3, 1)
    );
    assert_eq!(record.provenance.unwrap()["body"].source.as_deref(), Some("microdata"));
}

#[test]
fn steps_map_over_the_blocks_of_a_body() {
    let page = "<div id=a><p>(Agency) One.</p><h2>Two</h2><ul><li>(Agency) a<li>b</ul><table><tr><td>(Agency)<td>c</table><p>(Agency)</p></div>";
    let record = body("body: {css: '#a', then: [{replace: ['^\\(Agency\\)\\s*', '']}]}", page);
    assert_eq!(texts(&record), ["One.", "Two", "a\nb", "\tc"]);
    let ledger = record.ledger.as_ref().unwrap();
    assert_eq!((ledger.claimed["body"], ledger.residual), (9, 0));
}
