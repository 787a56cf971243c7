//! `crawl try`: what a person who mends a rule sees.

use crate::program::{Program, Run, project, project_text, run, text};

const BRIDGE: &str = "tests/pages/koreatimes/2017-05-11-bridge-opens.html.gz";
const BRIDGE_URL: &str = "https://www.koreatimes.co.kr/www/nation/2017/05/356_229110.html";
const FERRY: &str = "tests/pages/hankookilbo/2026-08-03-night-ferry.html";

/// A page on which something is wrong with every kind of rule.
const PAGE: &str = "<html><head><meta property=og:title content='Another title'></head><body><h1>A bridge</h1>
<i class=day>Posted : yesterday</i>
<article><p>The bridge is open today.</p><div class=ad>Buy a \u{1b}[31mbridge now</div>
<div>Nobody took these words</div><figure><img src=/a.jpg><b>The bridge</b></figure><figure><img src=/b.jpg></figure>
</article></body></html>";

const PROFILE: &str = "profile: paper
version: 1
hosts: [paper.example]
layouts:
  - id: new
    when: {has: .new, url: ^/news/}
    title: .headline
    body: main
  - id: old
    when: {has: article}
    title: [.headline, h1]
    byline: {css: .writer, optional: true}
    published: [.none, {css: .day, format: 'Posted : %Y-%m-%d'}, {css: .day, having: ^Updated}]
    images: {each: figure, caption: b}
    body: {css: article, drop: [.ad, .never]}
";

fn try_page(program: &Program, columns: &str, arguments: &[&str]) -> Run {
    run(program.crawl().env("COLUMNS", columns).arg("try").args(arguments))
}

fn tried(columns: &str) -> Run {
    let program = Program::new();
    program.write("paper.yaml", PROFILE);
    program.write("page.html", PAGE);
    try_page(&program, columns, &["paper.yaml", "page.html", "--url", "https://paper.example/news/1"])
}

/// A line as its words, so that the widths of columns don't matter.
fn lines(output: &str) -> Vec<String> {
    output.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[track_caller]
fn has(output: &str, line: &str) {
    assert!(lines(output).iter().any(|found| found == line), "no line {line:?} in\n{output}");
}

#[test]
fn a_whole_record_shows_each_field_with_its_rule_and_its_alternatives() {
    let program = Program::new();
    let page = project(BRIDGE);
    let output =
        try_page(&program, "160", &["koreatimes", text(&page), "--url", BRIDGE_URL]).expect(0).stdout;
    has(&output, "Layout view-headline: has: .view_headline holds");
    has(&output, "not view-page-news: has: .view_page_news_header_wrapper fails");
    has(&output, &format!("Canonical {BRIDGE_URL} (the same)"));
    has(&output, "field value rule alternatives witnesses");
    let yaml = project_text("profiles/koreatimes.yaml");
    let (before, layout) = yaml.split_once("id: view-headline").unwrap_or_default();
    let rule = |words: &str| {
        let line = before.lines().count() + layout.lines().take_while(|line| !line.contains(words)).count();
        format!("koreatimes.yaml:{line}")
    };
    has(&output, &format!("section Politics {} css 1: 1 ✓ · 2: 0", rule("section:")));
    has(&output, &format!("published 2017-05-11T16:20:00+09:00 {} css 1: 2 ✓", rule("published:")));
    has(
        &output,
        &format!(
            "byline.email bdam.test@koreatimes.co.kr {} 1: 1 ✓ · 2: 1 · 3: 7",
            rule("'.view_mid_div a[")
        ),
    );
    has(&output, "Body 5 paragraphs, 150 words");
    has(&output, "191 words in the container = 190 claimed + 1 dropped + 0 residual");
    has(&output, "claimed 190 body 150, byline 3, images 37");
    has(&output, "1 \"Listen\"");
    assert!(!output.contains("Missing"), "{output}");
}

#[test]
fn what_is_missing_says_what_was_tried_and_why_it_failed() {
    let output = tried("120").expect(1).stdout;
    has(&output, "Layout old: has: article holds");
    has(&output, "not new: url: ^/news/ holds, has: .new fails");
    has(&output, "Record incomplete");
    has(&output, "title A bridge paper.yaml:11 css 1: 0 · 2: 1 ✓ = h1 ≠ og");
    has(&output, "≠ og: Another title");
    has(&output, "byline none paper.yaml:12 1: 0");
    has(&output, "published missing paper.yaml:13 1: 0 · 2: 1 ✗ · 3: 0 ✗");
    has(&output, "Missing 1 required and not found");
    has(&output, "✗ 1 .none (paper.yaml:13) no match");
    has(&output, "✗ 2 .day (paper.yaml:13) 1 matched, `format` finds no time in it: \"Posted : yesterday\"");
    has(&output, "✗ 3 .day (paper.yaml:13) 1 would match but for `having`: \"Posted : yesterday\"");
    has(&output, "images 2: The bridge; https://paper.example/b.jpg paper.yaml:14 css 1: 2 ✓");
    has(&output, "images.caption The bridge paper.yaml:14 1: 1 ✓ 1/2");
}

#[test]
fn the_ledger_shows_what_was_dropped_and_what_nobody_took() {
    let output = tried("120").expect(1).stdout;
    has(&output, "15 words in the container = 7 claimed + 4 dropped + 4 residual");
    has(&output, "claimed 7 body 5, images 2");
    has(&output, ".ad (paper.yaml:15) 1 matched, 4 words");
    has(&output, "4 \"Buy a \\u{1b}[31mbridge now\"");
    has(&output, ".never (paper.yaml:15) no match");
    has(&output, "residual 4");
    has(&output, "4 \"Nobody took these words\"");
    has(&output, "starts The bridge is open today.");
    has(
        &output,
        "note body: 4 words in the container belong to nothing, such as \"Nobody took these words\"",
    );
}

/// Columns of a terminal; what the pages of these tests have of wide characters is Korean.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if ('가'..='힣').contains(&c) { 2 } else { 1 }).sum()
}

#[test]
fn every_line_fits_the_terminal_and_a_pipe_gets_no_colours() {
    let program = Program::new();
    let (bridge, ferry) = (project(BRIDGE), project(FERRY));
    for width in [40, 60, 100, 130] {
        let columns_text = width.to_string();
        let korean = try_page(&program, &columns_text, &["hankookilbo", text(&ferry)]).expect(0).stdout;
        assert!(korean.contains("별무리 항구"), "{korean}");
        let english = try_page(&program, &columns_text, &["koreatimes", text(&bridge)]).stdout;
        for output in [korean, english, tried(&columns_text).stdout] {
            assert!(!output.contains('\u{1b}'), "{output}");
            let long: Vec<&str> = output.lines().filter(|line| columns(line) > width).collect();
            assert!(long.is_empty(), "{width}: {long:#?}");
        }
    }
    let coloured = run(program.crawl().env("CLICOLOR_FORCE", "1").args(["try", "hankookilbo", text(&ferry)]));
    assert!(coloured.expect(0).stdout.contains("\u{1b}[32m"));
}

#[test]
fn a_page_without_a_record_says_why() {
    let program = Program::new();
    program.write("paper.yaml", PROFILE);
    program.write("other.html", "<title>About us</title><p>Hello.</p>");
    let run = try_page(&program, "100", &["paper.yaml", "other.html"]).expect(1);
    has(&run.stdout, "Layout none holds");
    has(&run.stdout, "not old: has: article fails");
    has(&run.stdout, "Record none: no layout matches (tried new, old); the page's title is \"About us\"");
    assert!(run.stdout.contains("the page names none"), "{}", run.stdout);
    let run = try_page(&program, "100", &["paper.yaml", "other.html", "--json"]).expect(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("no layout matches"), "{}", run.stderr);
}

#[test]
fn json_is_what_extract_prints() {
    let program = Program::new();
    let page = project(BRIDGE);
    let at = ["--url", BRIDGE_URL];
    let tried = program.run(&[&["try", "koreatimes", text(&page), "--json"], &at[..]].concat()).expect(0);
    let extract = ["extract", "--profile", "koreatimes", "--explain", text(&page)];
    let extracted = program.run(&[&extract[..], &at[..]].concat()).expect(0);
    assert_eq!(tried.stdout, extracted.stdout);
    assert_eq!(tried.json()["provenance"]["title"]["source"], "css");
}

#[test]
fn standard_input_is_a_page_and_mistakes_are_the_callers() {
    let program = Program::new();
    program.write("paper.yaml", PROFILE);
    let piped = program.run_with_input(&["try", "paper.yaml", "-"], PAGE.as_bytes()).expect(1);
    has(&piped.stdout, "Page standard input");
    program.write("faulty.yaml", PROFILE.replace("when:", "wenn:"));
    let faulty = program.run(&["try", "faulty.yaml", "page.html"]).expect(2);
    let checked = program.run(&["check", "faulty.yaml"]).expect(2);
    assert!(faulty.stderr.contains(checked.stderr.lines().next().unwrap_or("?")), "{}", faulty.stderr);
    assert_eq!(faulty.stdout, "");
    assert!(program.run(&["try", "paper.yaml", "absent.html"]).expect(2).stderr.contains("absent.html"));
    program.run(&["try", "no-such-profile", "page.html"]).expect(2);
    let both = ["try", "paper.yaml", "https://paper.example/1", "--url", "https://paper.example/2"];
    assert!(program.run(&both).expect(2).stderr.contains("leave it out"));
    assert!(program.run(&["try", "--help"]).expect(0).stdout.contains("Examples:"));
}
