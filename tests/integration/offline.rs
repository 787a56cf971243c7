//! The main job on the recorded pages that ship with the profile: every article once, with every fact that it was made
//! from; again and again without doubles; and refusals that touch nothing.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::program::{Program, json_lines, project, project_text, run, text};

const OFFLINE: [&str; 3] = ["--profile", "koreatimes", "--offline"];
const WHOLE: &str = "koreatimes.jsonl";
const INCOMPLETE: &str = "koreatimes.incomplete.jsonl";

/// The site's sources: its articles with their facts, and its other pages.
fn articles() -> Vec<Value> {
    let file: Value = serde_json::from_str(&project_text("tests/site/koreatimes/articles.json")).unwrap();
    file["articles"].as_array().unwrap().clone()
}

fn site() -> Value {
    serde_json::from_str(&project_text("tests/site/koreatimes/site.json")).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value}"))
}

fn url(value: &Value) -> &str {
    value["url"].as_str().unwrap()
}

fn offline<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&OFFLINE, more].concat()
}

/// A record in the words of an article's `expected`, each of its keys.
fn facts(record: &Value) -> Value {
    let body = record["body"].as_str().unwrap_or_default();
    let words: Vec<&str> = body.split_whitespace().collect();
    let blocks = |kind: &str| list(record, "blocks").iter().filter(|block| block["kind"] == kind).count();
    let of = |key: &str, names: &[&str]| -> Vec<Value> {
        let pick = |item: &Value| {
            names.iter().map(|name| ((*name).to_owned(), item[name].clone())).collect::<Value>()
        };
        list(record, key).iter().map(pick).collect()
    };
    json!({
        "title": record["title"],
        "authors": of("authors", &["name", "email"]),
        "section": record["section"],
        "published": record["published"],
        "updated": record["updated"],
        "paragraphs": blocks("paragraph"),
        "headings": blocks("heading"),
        "words": words.len(),
        "first_words": words[..words.len().min(5)].join(" "),
        "last_words": words[words.len().saturating_sub(5)..].join(" "),
        "images": of("images", &["caption", "credit"]),
        "related": list(record, "related").iter().map(|item| item["title"].clone()).collect::<Vec<_>>(),
        "complete": record["missing"] == json!([]),
        "missing": record["missing"],
    })
}

/// The layout that an era's pages are read with.
fn layout(era: &Value) -> &'static str {
    match era.as_str().unwrap() {
        "L1" => "view-page-news",
        "L2" | "L3" => "view-headline",
        _ => "editor-contents",
    }
}

/// By URL, and fails where one comes twice.
fn by_url(records: &[Value]) -> BTreeMap<&str, &Value> {
    let map: BTreeMap<&str, &Value> = records.iter().map(|record| (url(record), record)).collect();
    assert_eq!(map.len(), records.len(), "a URL comes twice");
    map
}

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn every_article_comes_once_with_all_its_facts() {
    let program = Program::new();
    let first = program.run(&OFFLINE).expect(0);
    assert_eq!(first.stdout, "", "without --json nothing goes to standard output");
    let (whole, incomplete) = (program.records(WHOLE), program.records(INCOMPLETE));
    let (whole, incomplete) = (by_url(&whole), by_url(&incomplete));
    let articles = articles();
    for article in &articles {
        let (url, mut expected) = (url(article), article["expected"].clone());
        let era = expected.as_object_mut().unwrap().remove("era").unwrap();
        let (output, name) =
            if expected["complete"] == true { (&whole, WHOLE) } else { (&incomplete, INCOMPLETE) };
        let record = output.get(url).unwrap_or_else(|| panic!("{url} is not in {name}"));
        assert_eq!(facts(record), expected, "{url}");
        assert_eq!(record["layout"], layout(&era), "{url}");
        assert_eq!((&record["kind"], &record["revision"]), (&json!("article"), &json!(1)), "{url}");
        assert_eq!(record["profile"], "koreatimes");
    }
    assert_eq!(whole.len() + incomplete.len(), articles.len(), "records of pages that are no articles");
    let ids: BTreeSet<&str> =
        whole.values().chain(incomplete.values()).map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), articles.len(), "each record has an id of its own");
}

#[test]
fn failures_are_counted_with_their_reasons_and_closed_pages_not_requested() {
    let program = Program::new();
    let report = program.run(&offline(&["--json"])).expect(0).json();
    let site = site();
    let counted = |key: &str, url: &str| -> Option<String> {
        let entry = list(&report, key)
            .iter()
            .find(|entry| list(entry, "examples").iter().any(|example| example == url))?;
        Some(entry["what"].as_str().unwrap().to_owned())
    };
    for failure in list(&site, "failures") {
        let (url, status) = (url(failure), failure["status"].as_u64().unwrap());
        let reason = counted("failures", url)
            .or_else(|| counted("skipped", url))
            .unwrap_or_else(|| panic!("{url} is not counted"));
        let said = if status == 200 { "no layout matches".to_owned() } else { status.to_string() };
        assert!(reason.contains(&said), "{url}: {reason}");
    }
    for page in list(&site, "never_requested") {
        for output in [WHOLE, INCOMPLETE] {
            assert!(
                program.records(output).iter().all(|record| record["url"] != page["url"]),
                "{}",
                page["url"]
            );
        }
        match page["why"].as_str().unwrap() {
            "robots.txt disallows it" => {
                assert!(
                    counted("disallowed", url(page))
                        .is_some_and(|rule| rule.contains("Disallow: /www/nation/2019/03/"))
                );
            }
            _ => assert!(!report.to_string().contains(url(page)), "{}", page["url"]),
        }
    }
    // Each article, each page that fails, a redirect and what it leads to, and a copy on another host.
    let copies = list(&site, "copies")
        .iter()
        .filter(|copy| !url(copy).starts_with("https://www.koreatimes.co.kr/"))
        .count();
    let most = articles().len() + list(&site, "failures").len() + 2 * list(&site, "redirects").len() + copies;
    let asked = report["pages"]["article"].as_u64().unwrap();
    assert!(asked <= most as u64, "{asked} pages were asked for, where {most} are all that may be");
    assert_eq!(
        (&report["end"]["why"], &report["waiting"], &report["mode"]),
        (&json!("finished"), &json!(0), &json!("offline"))
    );
    assert_eq!(report["articles"]["whole"], program.records(WHOLE).len());
    assert_eq!(report["articles"]["incomplete"], program.records(INCOMPLETE).len());
}

#[test]
fn a_finished_crawl_looks_again_and_emits_nothing_new() {
    let program = Program::new();
    program.run(&OFFLINE).expect(0);
    let before = (program.read(WHOLE), program.read(INCOMPLETE));
    let report = program.run(&offline(&["--json"])).expect(0).json();
    assert_eq!(before, (program.read(WHOLE), program.read(INCOMPLETE)));
    assert_eq!((&report["round"], &report["articles"]["whole"]), (&json!(2), &json!(0)));
    assert_eq!(report["articles"]["unchanged"], articles().len());
}

#[test]
fn a_limit_ends_a_crawl_that_later_goes_on() {
    let program = Program::new();
    let report = program.run(&offline(&["--limit", "5", "--json"])).expect(0).json();
    assert_eq!((&report["end"]["why"], &report["end"]["articles"]), (&json!("limit"), &json!(5)));
    let first = program.read(WHOLE);
    assert_eq!(first.lines().count(), 5);
    program.run(&OFFLINE).expect(0);
    assert!(program.read(WHOLE).starts_with(&first), "what stood there stays");
    let whole = articles().iter().filter(|article| article["expected"]["complete"] == true).count();
    assert_eq!(by_url(&program.records(WHOLE)).len(), whole);
}

#[test]
fn fresh_replaces_what_the_crawl_wrote() {
    let program = Program::new();
    program.run(&OFFLINE).expect(0);
    let before = program.read(WHOLE);
    let again = program.run(&offline(&["--fresh"])).expect(0);
    assert!(again.stderr.contains("is replaced"), "{}", again.stderr);
    let after = program.read(WHOLE);
    assert_eq!(sorted(&before), sorted(&after));
    // A first round again, not a second look.
    assert_eq!(
        program.run(&["status", "--state", ".crawl/koreatimes", "--json"]).expect(0).json()["round"],
        1
    );
}

#[test]
fn records_can_go_to_standard_output() {
    let program = Program::new();
    let run = program.run(&offline(&["--sink", "jsonl:-"])).expect(0);
    let records = json_lines(&run.stdout);
    assert_eq!(
        records.len(),
        articles().iter().filter(|article| article["expected"]["complete"] == true).count()
    );
    by_url(&records);
    assert!(!program.path(WHOLE).exists());
}

#[test]
fn the_status_says_what_is_done() {
    let program = Program::new();
    let none = program.run(&["status"]).expect(2);
    assert!(none.stderr.contains("there is no crawl in ./.crawl"), "{}", none.stderr);
    program.run(&offline(&["--limit", "5"])).expect(0);
    let status = program.run(&["status", "--json"]).expect(0).json();
    let [status] = status.as_array().unwrap().as_slice() else { panic!("one crawl: {status}") };
    assert_eq!(
        (&status["profile"], &status["mode"], &status["finished"]),
        (&json!("koreatimes"), &json!("offline"), &json!(false))
    );
    program.run(&OFFLINE).expect(0);
    let status = program.run(&["status", "--state", ".crawl/koreatimes", "--json"]).expect(0).json();
    assert_eq!(
        (&status["finished"], &status["undelivered"], &status["dead_letters"]),
        (&json!(true), &json!(0), &json!(0))
    );
    assert_eq!(status["records"]["whole"], program.records(WHOLE).len());
    assert!(
        list(&status, "reasons")
            .iter()
            .any(|entry| entry["reason"].as_str().unwrap().contains("no layout matches"))
    );
    let words = program.run(&["status"]).expect(0);
    assert!(words.stdout.starts_with("koreatimes (offline): finished"), "{}", words.stdout);
}

#[test]
fn two_crawls_on_one_state_or_one_file_are_refused() {
    let program = Program::new();
    // This one still waits for its pace when the others come; a state that can be read says that it has begun.
    let mut first = program.crawl();
    let mut first = first.args(offline(&["--delay", "60s", "-q"])).spawn().unwrap();
    while !program.run(&["status", "--state", ".crawl/koreatimes", "--json"]).stdout.contains("\"list\"") {
        assert!(first.try_wait().unwrap().is_none(), "it ended too early");
    }
    let state = program.run(&OFFLINE);
    let file = program.run(&offline(&["--state", "another", "--sink", "jsonl:koreatimes.jsonl"]));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(state.expect(3).stderr.contains("another crawl is using the state"));
    let file = file.expect(3).stderr;
    assert!(file.contains("koreatimes.jsonl") && file.contains("another"), "{file}");
    // The one that was killed left nothing in the way; without --fresh its host would keep to the pace that it was given.
    program.run(&offline(&["--fresh"])).expect(0);
}

#[test]
fn a_state_belongs_to_one_mode() {
    let program = Program::new();
    program.run(&OFFLINE).expect(0);
    let before = program.read(WHOLE);
    let archive = project("profiles/recorded/koreatimes.warc.gz");
    let refused = program.run(&["--profile", "koreatimes", "--archive", text(&archive)]).expect(2);
    assert!(refused.stderr.contains("its mode is offline, this one's is archive"), "{}", refused.stderr);
    assert_eq!(program.read(WHOLE), before);
}

#[test]
fn a_file_of_somebody_else_is_refused_and_not_touched() {
    let foreign = "{\"mine\": true}\n";
    let program = Program::new();
    program.write(WHOLE, foreign);
    let refused = program.run(&OFFLINE).expect(3);
    assert!(refused.stderr.contains("holds data that this crawl did not write"), "{}", refused.stderr);
    assert_eq!(program.read(WHOLE), foreign);
    program.run(&offline(&["--fresh"])).expect(2);
    assert_eq!(program.read(WHOLE), foreign);
}

/// A file of the crawl may not grow beyond so many blocks of 512 bytes: the state first, later the output.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let expected = {
        let program = Program::new();
        program.run(&offline(&["--explain"])).expect(0);
        [program.read(WHOLE), program.read(INCOMPLETE)]
    };
    let mut emitted_before = false;
    for blocks in [8, 200, 1000, 1400] {
        let program = Program::new();
        // Without the trap the system ends the program at once, as a kill does.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = program.command("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_crawl")]).args(offline(&["--explain"]));
        let full = run(&mut command).expect(3);
        assert!(full.stderr.contains("disk"), "{}", full.stderr);
        emitted_before |= !program.records(WHOLE).is_empty();
        program.run(&offline(&["--explain"])).expect(0);
        let found = [program.read(WHOLE), program.read(INCOMPLETE)];
        assert_eq!(
            expected.each_ref().map(|lines| sorted(lines)),
            found.each_ref().map(|lines| sorted(lines)),
            "{blocks} blocks"
        );
    }
    assert!(emitted_before, "no trial had records out when its disk was full");
}

#[test]
fn an_output_that_takes_nothing_ends_the_crawl_and_keeps_its_records() {
    if !fs::exists("/dev/full").unwrap() {
        eprintln!("SKIPPED: this system has no /dev/full");
        return;
    }
    let program = Program::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = program.crawl();
    command
        .args(offline(&["--sink", "jsonl:-", "--state", "state"]))
        .stdout(full)
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(child.status.code(), Some(3));
    let later = program.run(&offline(&["--sink", "jsonl:-", "--state", "state"])).expect(0);
    assert_eq!(
        by_url(&json_lines(&later.stdout)).len(),
        articles().iter().filter(|article| article["expected"]["complete"] == true).count()
    );
}

#[test]
fn an_archive_gives_the_records_of_the_recording() {
    let reference = Program::new();
    reference.run(&OFFLINE).expect(0);
    let warc = project("profiles/recorded/koreatimes.warc.gz");
    let program = Program::new();
    fs::create_dir(program.path("archive")).unwrap();
    fs::copy(&warc, program.path("archive/one.warc.gz")).unwrap();
    for (name, archive) in [("file", text(&warc)), ("folder", "archive")] {
        let sink = format!("jsonl:{name}.jsonl");
        program
            .run(&["--profile", "koreatimes", "--archive", archive, "--sink", &sink, "--state", name])
            .expect(0);
        assert_eq!(sorted(&program.read(&format!("{name}.jsonl"))), sorted(&reference.read(WHOLE)), "{name}");
        assert_eq!(
            sorted(&program.read(&format!("{name}.incomplete.jsonl"))),
            sorted(&reference.read(INCOMPLETE)),
            "{name}"
        );
    }
}

#[test]
fn without_recorded_pages_the_program_says_what_it_can_do() {
    let program = Program::new();
    let refused = program.run(&["--profile", "hankookilbo", "--offline"]).expect(2);
    assert!(!program.path(".crawl").exists(), "nothing was begun");
    assert!(
        refused.stderr.contains("no recorded pages ship with the profile hankookilbo"),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_archive_without_articles_falls_short_and_says_what_to_do() {
    let program = Program::new();
    program.write("noise.warc", "this is no WARC file\n");
    let run = program.run(&["--profile", "koreatimes", "--archive", "noise.warc"]).expect(1);
    assert!(run.stderr.contains("can't be read path=noise.warc"), "{}", run.stderr);
    assert!(run.stderr.contains("not in the archive (https://"), "{}", run.stderr);
    let (_, advice) = run.stderr.split_once("No whole article was found; `crawl ").unwrap();
    program.run(&[advice.split(' ').next().unwrap(), "--help"]).expect(0);
}

#[test]
fn a_damaged_archive_is_counted_and_falls_short() {
    let program = Program::new();
    let whole = fs::read(project("profiles/recorded/koreatimes.warc.gz")).unwrap();
    fs::write(program.path("cut.warc.gz"), &whole[..60_000]).unwrap();
    let run = program.run(&["--profile", "koreatimes", "--archive", "cut.warc.gz", "--json"]).expect(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["damaged"][0]["count"], 1, "{report}");
    assert_eq!(report["damaged"][0]["examples"][0], "cut.warc.gz");
    assert!(report["articles"]["whole"].as_u64().unwrap() > 5, "what can be read is read");
}
