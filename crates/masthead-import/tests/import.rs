//! Whole configs, fictional ones, and what comes out; every profile must pass the check of `crawl check`.

use masthead_core::profile::{self, NoBases, Profile};
use masthead_core::{Options, Outcome, Page, read};
use masthead_import::{ImportError, Imported, import};
use proptest::prelude::*;

fn checked(imported: &Imported) -> Profile {
    let source = profile::Source::new("imported.yaml", imported.yaml.as_str());
    profile::load(source, &NoBases).unwrap_or_else(|faults| panic!("{faults}\n{}", imported.yaml))
}

const CONFIG: &str = "\
# the paper's own comment
title: //h1[@class='head line']
title: substring-before(//title, ' | Paper')
author: //a[@rel='author']
author: 'The Editors'
date: //time/@datetime
body: //div[@id='text']
body: (//article)[1]
strip: //p[contains(., 'Read also')]
strip: //ul/li[text()='x']
strip_id_or_class: advert's
strip_image_src: /pixel/
dissolve: //section[@class='box']
next_page_link: //a[@id='next']
single_page_link: //a[@id='print']
find_string: <b>
replace_string: <i>
prune: no
tidy: no
titl: //h2
test_url: https://www.paper.example/2026/a
test_url: https://feeds.other.example/rss
";

const PROFILE: &str = r#"# Made from paper.example.txt by `crawl import`.
# 12 of 16 rules are carried over; 4 are not, and stand at the end with the reason.
profile: 'paper.example'
version: 1
hosts: ['paper.example']
# Tests of the config are on these hosts, too: feeds.other.example
article:
  title:
    # line 2: title: //h1[@class='head line']
    - 'h1[class="head line"]'
    # line 3: title: substring-before(//title, ' | Paper')
    - {css: 'title', nth: 1, then: [{match: '(?s)^(.*?) \| Paper'}]}
    - auto
  byline:
    # line 4: author: //a[@rel='author']
    - {css: 'a[rel="author" s]', all: true}
    # line 5: author: 'The Editors'
    - {value: 'The Editors'}
    - auto
  published:
    # line 6: date: //time/@datetime
    - 'time@datetime'
    - auto
  body:
    # line 7: body: //div[@id='text']
    - css: 'div#text'
      all: true
      split: br
      drop: &drop
        # line 9: strip: //p[contains(., 'Read also')]
        - {css: 'p', having: 'Read also'}
        # line 11: strip_id_or_class: advert's
        - '[class*="adverts"], [id*="adverts"]'
        # line 12: strip_image_src: /pixel/
        - 'img[src*="/pixel/"]'
      unwrap: &unwrap
        # line 13: dissolve: //section[@class='box']
        - 'section[class="box"]'
    # line 8: body: (//article)[1]
    - css: 'article'
      nth: 1
      split: br
      drop: *drop
      unwrap: *unwrap
    - auto
  # line 14: next_page_link: //a[@id='next']
  pages: {next: 'a#next'}
# Pages to try it on:
#   https://www.paper.example/2026/a
#   https://feeds.other.example/rss
# Not carried: 4 of 16 rules.
#   line 10: strip: //ul/li[text()='x']
#     a condition on text, which CSS does not have
#   line 15: single_page_link: //a[@id='print']
#     `pages` takes one link, and there is one before
#   line 16: find_string: <b>
#     a page is read as it was sent: its source is not rewritten
#   line 17: replace_string: <i>
#     a page is read as it was sent: its source is not rewritten
# Not understood:
#   line 20: titl: //h2
#     `titl` is no key; did its author mean `title`?
"#;

#[test]
fn a_config_becomes_a_sound_profile_that_names_every_origin() {
    let imported = import("configs/paper.example.txt", CONFIG).unwrap();
    assert_eq!(imported.yaml, PROFILE);
    checked(&imported);
    let report = &imported.report;
    assert_eq!((report.rules, report.carried.len(), report.not_carried.len()), (16, 12, 4));
    assert_eq!(report.settled.iter().map(|one| one.line).collect::<Vec<_>>(), [18, 19]);
    assert!(!report.is_whole());
}

#[test]
fn an_imported_profile_reads_a_page() {
    let imported = import("paper.example.txt", CONFIG).unwrap();
    let profile = checked(&imported);
    let html = "<title>A headline | Paper</title><a rel=author>Jane Doe</a><a rel=author>Ann Lee</a>\
        <time datetime='2026-01-02T03:04:05Z'>today</time>\
        <div id=text>One.<br>Two.<p>Read also: three</p><section class=box><p>Four.</p></section><p class=adverts>Five</p></div>";
    let url = "https://paper.example/a".parse().unwrap();
    let page = Page { url: &url, text: html, fetched: None, witness: None };
    let Outcome::Article(record) = read(&profile, &page, &Options::default()).outcome else {
        panic!("no article")
    };
    let content = record.content;
    assert_eq!(content.title.as_deref(), Some("A headline"));
    assert_eq!(
        content.authors.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Jane Doe", "Ann Lee"]
    );
    assert_eq!(content.body.as_deref(), Some("One.\n\nTwo.\n\nFour."));
}

#[test]
fn without_a_rule_for_the_body_nothing_can_be_left_out_of_it() {
    let imported = import("paper.example.txt", "strip: //aside\ntitle: //h1\n").unwrap();
    assert_eq!(
        imported.report.not_carried[0].reason,
        "without a rule for the body there is nothing to leave it out of"
    );
    assert!(!imported.yaml.contains("body:"));
    checked(&imported);
}

#[test]
fn auto_ends_the_chains_unless_the_config_says_otherwise() {
    let imported = import("paper.example.txt", "title: //h1\nautodetect_on_failure: no\n").unwrap();
    assert!(!imported.yaml.contains("auto"), "{}", imported.yaml);
    checked(&imported);
}

#[test]
fn a_condition_on_the_page_takes_its_link_with_it() {
    let config = "body: //p\nsingle_page_link: //a[@id='all']\nif_page_contains: //a[@id='more']\n";
    let imported = import("paper.example.txt", config).unwrap();
    assert_eq!(imported.report.not_carried.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 3]);
    checked(&imported);
}

#[test]
fn a_config_that_says_nothing_or_names_no_site_is_refused() {
    assert_eq!(import("paper.example.txt", "# nothing\n").unwrap_err(), ImportError::Empty);
    assert_eq!(import("global.txt", "title: //h1\n").unwrap_err(), ImportError::NoHost);
    assert_eq!(import("co.uk.txt", "title: //h1\n").unwrap_err(), ImportError::NoHost);
}

#[test]
fn what_a_stranger_writes_stays_in_its_comment_or_its_quotes() {
    let config =
        "title: //h1[@id='a\u{2028}b: &x *y']\nbody: //p\u{7}\nstrip: //a[@b='\u{85}']\nauthor: 'a: b # c'\n";
    let imported = import("paper.example.txt", config).unwrap();
    checked(&imported);
    assert!(
        imported.yaml.lines().all(|line| !line.contains('\u{2028}') || line.contains("\\U")),
        "{}",
        imported.yaml
    );
}

proptest! {
    /// Pieces of configs in any order: a profile that comes out is sound.
    #[test]
    fn every_profile_is_sound(pieces in proptest::collection::vec(piece(), 1..60)) {
        if let Ok(imported) = import("paper.example.txt", &pieces.concat()) {
            checked(&imported);
            let report = imported.report;
            prop_assert_eq!(report.rules, report.carried.len() + report.not_carried.len());
        }
    }

    /// Any text: no panic, and a sound profile where there is one.
    #[test]
    fn no_text_breaks_it(key in "title|body|strip|author|date|strip_id_or_class|next_page_link", value in any::<String>()) {
        if let Ok(imported) = import("paper.example.txt", &format!("body: //p\n{key}: {value}")) {
            checked(&imported);
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let words = [
        "title: ",
        "body: ",
        "strip: ",
        "author: ",
        "\n",
        "\n",
        "//",
        "/",
        "a",
        "div",
        "*",
        "[",
        "]",
        "@id",
        "@class",
        "='x'",
        "=\"y'\"",
        "contains(",
        "not(",
        "(",
        ")",
        ", 'z')",
        " and ",
        " or ",
        "|",
        "..",
        ".",
        "text()",
        "[1]",
        "[last()]",
        "position()>2",
        "following-sibling::",
        "ancestor::",
        "preceding::",
        "self::b",
        "substring-after(",
        "-",
        "2",
    ];
    proptest::sample::select(words.to_vec()).prop_map(str::to_owned)
}
