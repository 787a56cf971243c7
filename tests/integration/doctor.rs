//! A site changes its layout: `crawl doctor` says what broke, since when, and what would serve.

use crate::program::{Program, Run};

const PROFILE: &str = "\
profile: beacon
version: 1
hosts: [beacon.example]
timezone: Europe/Paris
discover:
  seeds: ['https://beacon.example/']
  articles: ['^/note/']
article:
  title: [h1.headline, {meta: 'og:title'}]
  byline: .writer
  published: time.stamp@datetime
  body: .text
";

/// The site before the change.
fn old(number: usize) -> String {
    let title = title(number);
    format!(
        "<!doctype html><html><head><title>{title} - The Beacon</title><meta property='og:title' content='{title}'></head>\
         <body><h2 class=logo>The Beacon</h2><h1 class=headline>{title}</h1><p class=writer>By Ines Marlow</p>\
         <time class=stamp datetime='2026-01-05T08:15:00+01:00'>5 January</time>\
         <div class=text><p>The keeper climbed the stairs of tower {number} and trimmed the wick.</p></div></body></html>"
    )
}

/// The site after it: the headline and the text have other names, and stand beside others of their kind.
fn new(number: usize, text: &str) -> String {
    let title = title(number);
    format!(
        "<!doctype html><html><head><title>{title} - The Beacon</title><meta property='og:title' content='{title}'></head>\
         <body><h2 class='logo'>The Beacon</h2><div class='css-1q9zk4'><h2 class='css-8ab31 art-tit'>{title}</h2>\
         <p class=writer>By Ines Marlow</p><time class=stamp datetime='2026-01-05T08:15:00+01:00'>5 January</time></div>\
         <div class={text}><p>The keeper climbed the stairs of tower {number} and trimmed the wick.</p></div>\
         <h2 class=more>More notes</h2></body></html>"
    )
}

fn title(number: usize) -> String {
    format!("Note {number}: the lamp burns \u{201c}well\u{201d}")
}

/// An archive with a front page that names articles, and the articles.
fn archive(pages: &[(usize, String)]) -> String {
    let links: String = pages.iter().map(|(number, _)| format!("<a href='/note/{number}'>n</a>")).collect();
    let mut warc = record("https://beacon.example/", &format!("<!doctype html><h1>Notes</h1>{links}"));
    for (number, page) in pages {
        warc.push_str(&record(&format!("https://beacon.example/note/{number}"), page));
    }
    warc
}

/// One answer as a WARC record (ISO 28500, section 6.3).
fn record(url: &str, page: &str) -> String {
    let message = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    );
    let id = url.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
        & 0xffff_ffff_ffff;
    let length = message.len();
    format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-27T12:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{id:012x}>\r\nWARC-Target-URI: {url}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{message}\r\n\r\n"
    )
}

fn old_pages(numbers: std::ops::Range<usize>) -> Vec<(usize, String)> {
    numbers.map(|number| (number, old(number))).collect()
}

fn new_pages(numbers: std::ops::Range<usize>, text: &str) -> Vec<(usize, String)> {
    numbers.map(|number| (number, new(number, text))).collect()
}

struct Site {
    program: Program,
}

impl Site {
    fn new(profile: &str) -> Self {
        let program = Program::new();
        program.write("beacon.yaml", profile);
        Self { program }
    }

    fn crawl(&self, pages: &[(usize, String)], more: &[&str]) -> Run {
        self.program.write("site.warc", archive(pages));
        let arguments = ["--profile", "beacon.yaml", "--archive", "site.warc"];
        self.program.run(&[&arguments[..], more].concat())
    }

    fn doctor(&self, more: &[&str]) -> Run {
        self.program.run(&[&["doctor"], more].concat())
    }
}

#[test]
fn a_layout_that_changes_in_the_middle_of_a_crawl_is_an_alarm_with_a_repair() {
    let site = Site::new(PROFILE);
    let pages = [old_pages(1..61), new_pages(61..98, "text")].concat();
    let report = site.crawl(&pages, &[]).expect(0).stderr;
    let short = "title: rule 1 (`h1.headline`, beacon.yaml:9) fell from 100 % to 0 % of the pages since ";
    assert!(report.contains(short), "{report}");

    let said = site.doctor(&[]).expect(1).stdout;
    assert!(said.starts_with("beacon: 97 article pages since "), "{said}");
    assert!(said.contains("; 1 alarm\n"), "{said}");
    assert!(said.contains(short), "{said}");
    let end = "; `meta: og:title` serves instead; the same value is at `h2.art-tit` on 37 of 37 pages that were kept\n";
    assert!(said.ends_with(end), "{said}");

    let found = site.doctor(&["--json", "beacon"]).expect(1).json();
    let alarm = &found[0]["alarms"][0];
    assert_eq!(
        (&alarm["kind"], &alarm["field"], &alarm["layout"]),
        (&"rule".into(), &"title".into(), &().into())
    );
    assert_eq!(
        alarm["rule"],
        serde_json::json!({"number": 1, "place": "beacon.yaml:9", "source": "h1.headline"})
    );
    assert_eq!(alarm["before"], serde_json::json!({"rate": 1.0, "pages": 60}));
    assert_eq!(alarm["after"], serde_json::json!({"rate": 0.0, "pages": 37}));
    assert!(
        alarm["since"].as_str().unwrap().ends_with("+01:00")
            || alarm["since"].as_str().unwrap().ends_with("+02:00")
    );
    assert!(found[0]["first"].as_str() <= alarm["since"].as_str());
    let counts = &found[0]["layouts"]["-"];
    assert_eq!((&counts["pages"], &counts["residual"]), (&97.into(), &0.0.into()));
    assert_eq!(counts["fields"]["title"], serde_json::json!({"h1.headline": 60, "meta: og:title": 37}));
    assert_eq!(counts["fields"]["byline"], serde_json::json!({".writer": 97}));
}

#[test]
fn what_a_later_run_misses_is_an_alarm_and_a_mended_profile_ends_it() {
    let site = Site::new(PROFILE);
    site.crawl(&old_pages(1..61), &[]).expect(0);
    let well = site.doctor(&[]).expect(0).stdout;
    assert!(well.contains("nothing has changed for the worse"), "{well}");
    assert_eq!(site.doctor(&["-q"]).expect(0).stdout, "");

    // Four pages are too few for a share, but each of them lacks what none has lacked before.
    site.crawl(&new_pages(61..65, "story"), &[]).expect(0);
    let said = site.doctor(&["-q"]).expect(1).stdout;
    assert!(
        said.contains("body: rule 1 (`.text`, beacon.yaml:12) fell from 100 % to 0 % of the pages since "),
        "{said}"
    );
    assert!(said.contains("; nothing serves instead"), "{said}");
    assert!(!said.contains("title"), "another rule serves the title: that can wait for more pages: {said}");

    site.program
        .write("beacon.yaml", PROFILE.replace("h1.headline", "h2.art-tit").replace(".text", ".story"));
    site.crawl(&new_pages(61..91, "story"), &[]).expect(0);
    let said = site.doctor(&[]).expect(0).stdout;
    assert!(said.contains("94 article pages"), "{said}");
}

#[test]
fn pages_that_no_layout_matches_are_an_alarm() {
    let layouts =
        PROFILE.replace("article:\n", "layouts:\n- id: towers\n  when: {has: h1.headline}\narticle:\n");
    let site = Site::new(&layouts);
    site.crawl(&[old_pages(1..41), new_pages(41..46, "text")].concat(), &[]).expect(1);
    let found = site.doctor(&["--json"]).expect(1).json();
    assert_eq!((&found[0]["pages"], &found[0]["unmatched"]), (&45.into(), &5.into()));
    assert_eq!(found[0]["alarms"].as_array().unwrap().len(), 1);
    let message = found[0]["alarms"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("layouts: none matches 100 % of the pages since "), "{message}");
    assert!(message.ends_with(", 0 % before"), "{message}");
}

#[test]
fn a_rule_that_selects_something_else_is_an_alarm() {
    let site = Site::new(&PROFILE.replace("title: [h1.headline, {meta: 'og:title'}]", "title: h1"));
    let logo =
        |page: &str| page.replace("<h2 class='logo'>The Beacon</h2>", "<h1 class='logo'>The Beacon</h1>");
    let turned = new_pages(41..71, "text").into_iter().map(|(number, page)| (number, logo(&page))).collect();
    site.crawl(&[old_pages(1..41), turned].concat(), &[]).expect(0);
    let said = site.doctor(&[]).expect(1).stdout;
    let begin = "title: rule 1 (`h1`, beacon.yaml:9) gives something else since ";
    assert!(said.contains(begin), "{said}");
    let end = "the page's own metadata agrees with it on 0 % of the pages, on 100 % before; \
               what the page's own og says is at `h2.art-tit` on 30 of 30 pages that were kept\n";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn text_that_belongs_to_nothing_is_an_alarm() {
    let site = Site::new(PROFILE);
    let bare = "<div>Read also what the harbour master said of it</div></div>";
    let page =
        |number: usize| (number, old(number).replace("</p></div></body>", &format!("</p>{bare}</body>")));
    site.crawl(&[old_pages(1..41), (41..81).map(page).collect()].concat(), &[]).expect(0);
    let said = site.doctor(&[]).expect(1).stdout;
    // Twelve words of the paragraph, nine beside it.
    assert!(
        said.contains(
            "  body: text that belongs to nothing rose from 0 % to 43 % of the words on the pages since"
        ),
        "{said}"
    );
    assert!(said.contains("; 1 alarm\n"), "{said}");
}

#[test]
fn no_pages_are_kept_where_nobody_wants_them() {
    let site = Site::new(PROFILE);
    let pages = [old_pages(1..41), new_pages(41..71, "text")].concat();
    site.crawl(&pages, &["--no-samples"]).expect(0);
    let said = site.doctor(&[]).expect(1).stdout;
    assert!(said.contains("`meta: og:title` serves instead; no pages that were kept show where"), "{said}");
}

#[test]
fn a_crawl_that_is_not_there_is_bad_usage() {
    let program = Program::new();
    let run = program.run(&["doctor"]).expect(2);
    assert!(run.stderr.contains("there is no crawl in .crawl"), "{}", run.stderr);
    let site = Site::new(PROFILE);
    site.crawl(&old_pages(1..3), &[]).expect(0);
    let run = site.doctor(&["harbour"]).expect(2);
    assert!(run.stderr.contains("there is no crawl of harbour"), "{}", run.stderr);
    site.doctor(&["--state", ".crawl/beacon", "beacon"]).expect(0);
}
