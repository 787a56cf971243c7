//! Articles that are spread over several pages, and records of a profile's own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::server::{Answer, Server};
use super::site::{Crawl, list, profile_of};
use crate::program::run;

const QUICK: [&str; 2] = ["--delay", "10ms"];
const HEAD: &str = "<h1>A long note</h1><time datetime=2024-03-05T08:15:00+00:00></time><div class=text><p>Part 1.</p></div>";

fn part(number: usize, next: &str) -> String {
    format!("<div class=text><p>Part {number}.</p></div>{next}")
}

fn next(number: usize) -> String {
    format!("<a class=next href='/article/1?page={number}'>{number}</a>")
}

/// A profile whose articles have these `pages`.
fn profile(server: &Server, pages: &str) -> String {
    let text = profile_of(&[super::server::host(1)], &[server.url(1, "/")], "");
    text.replace("body: .text", &format!("body: .text, pages: {pages}"))
}

fn three_parts(path: &str) -> Answer {
    match path {
        "/robots.txt" => Answer::text("User-agent: *\nDisallow: /article/1?page=9\n"),
        "/" => Answer::html(list(["/article/1".to_owned()])),
        "/article/1" => Answer::html(format!("{HEAD}{}", next(2))),
        "/article/1?page=2" => Answer::html(part(2, &next(3))),
        "/article/1?page=3" => Answer::html(part(3, "")),
        _ => Answer::status(404),
    }
}

fn body(record: &Value) -> &str {
    record["body"].as_str().unwrap()
}

#[test]
fn the_parts_of_an_article_are_one_record_also_from_the_archive() {
    let server = Server::start(1, |asked| three_parts(&asked.path));
    let crawl = Crawl::new(&profile(&server, "{next: a.next}"));
    let sinks = ["--sink", "jsonl:harbour.jsonl", "--sink", "warc:kept"];
    let report = crawl.run(&[&QUICK[..], &sinks].concat()).expect(0).json();
    assert_eq!(
        server.paths(),
        ["/robots.txt", "/", "/article/1", "/article/1?page=2", "/article/1?page=3"],
        "each once, in their order"
    );
    let [record] = crawl.records().try_into().unwrap();
    assert_eq!(body(&record), "Part 1.\n\nPart 2.\n\nPart 3.");
    assert_eq!((&record["truncated"], &record["url"]), (&Value::Null, &json!(server.url(1, "/article/1"))));
    assert_eq!((&report["articles"]["whole"], &report["findings"]), (&json!(1), &json!([])));

    let replay = Crawl::new(&profile(&server, "{next: a.next}"));
    let archive = crawl.program.path("kept");
    replay.run(&["--archive", archive.to_str().unwrap()]).expect(0);
    let [replayed] = replay.records().try_into().unwrap();
    assert_eq!((body(&replayed), &replayed["id"]), (body(&record), &record["id"]));
    assert_eq!(server.paths().len(), 5, "the archive had it all");
}

#[test]
fn parts_that_cant_be_had_are_said_and_the_rest_is_kept() {
    for (last, why) in [("/article/1?page=7", "status N"), ("/article/1?page=9", "closed by robots.txt")] {
        let server = Server::start(1, move |asked| match asked.path.as_str() {
            "/article/1?page=2" => Answer::html(part(2, &format!("<a class=next href='{last}'>n</a>"))),
            path => three_parts(path),
        });
        let crawl = Crawl::new(&profile(&server, "{next: a.next}"));
        let report = crawl.run(&QUICK).expect(0).json();
        let [record] = crawl.records().try_into().unwrap();
        assert_eq!((body(&record), &record["truncated"]), ("Part 1.\n\nPart 2.", &json!(["pages"])));
        let findings = report["findings"].to_string();
        assert!(
            findings.contains(&format!("a part of the article is not there: URL can't be had: {why}")),
            "{findings}"
        );
        assert_eq!(server.count(last), usize::from(why == "status N"), "{last}");
    }
}

#[test]
fn a_part_that_fails_for_now_puts_the_article_off() {
    let server = Server::start(1, |asked| match asked.path.as_str() {
        "/article/1?page=2" if asked.before < 5 => Answer::status(503).header("Retry-After", "1"),
        path => three_parts(path),
    });
    let crawl = Crawl::new(&profile(&server, "{next: a.next}"));
    crawl.run(&QUICK).expect(0);
    let [record] = crawl.records().try_into().unwrap();
    assert_eq!(body(&record), "Part 1.\n\nPart 2.\n\nPart 3.");
    assert!(
        server.count("/article/1?page=2") >= 2 && server.count("/article/1") >= 2,
        "{:?}",
        server.paths()
    );
}

#[test]
fn the_whole_on_one_page_is_asked_for_once() {
    let server = Server::start(1, |asked| match asked.path.as_str() {
        "/article/1" => Answer::html(format!("{HEAD}<a class=print href=/print/1>print</a>")),
        "/print/1" => Answer::html(part(9, "<a class=print href=/print/2>print</a>")),
        path => three_parts(path),
    });
    let crawl = Crawl::new(&profile(&server, "{single: a.print}"));
    crawl.run(&QUICK).expect(0);
    let [record] = crawl.records().try_into().unwrap();
    assert_eq!((body(&record), &record["title"]), ("Part 9.", &json!("A long note")));
    assert_eq!((server.count("/print/1"), server.count("/print/2")), (1, 0));
}

const QUOTES: &str = "records:\n  quotes:\n    when: {url: '^/$|^/page/'}\n    each: div.quote\n    key: [text]\n    \
    fields: {text: {css: span.text, optional: false}, author: small, tags: {css: a.tag, all: true}}\n";

fn quote(number: usize) -> String {
    format!(
        "<div class=quote><span class=text>Quote {number}</span><small>Ann</small><a class=tag>t</a></div>"
    )
}

fn quotes(server: &Server) -> Crawl {
    let (host, seed) = (super::server::host(1), server.url(1, "/"));
    Crawl::new(&format!(
        "profile: harbour\nversion: 1\nhosts: [{host:?}]\ndiscover: {{seeds: [{seed:?}], next: li.next a}}\n{QUOTES}"
    ))
}

/// Three pages of two quotes each; the last leads to itself.
fn quotes_of(path: &str) -> Answer {
    let page = |number: usize| {
        let next = (number + 1).min(3);
        let quotes = [quote(number * 2), quote(number * 2 + 1)].concat();
        Answer::html(format!("{quotes}<ul><li class=next><a href='/page/{next}'>Next</a></ul>"))
    };
    match path {
        "/robots.txt" => Answer::text("User-agent: *\nAllow: /\n"),
        "/" => page(1),
        "/page/2" => page(2),
        "/page/3" => page(3),
        _ => Answer::status(404),
    }
}

#[test]
fn a_site_of_records_is_followed_from_page_to_page() {
    let server = Server::start(1, |asked| quotes_of(&asked.path));
    let crawl = quotes(&server);
    let sinks =
        ["--sink", "jsonl:harbour.jsonl", "--sink", "csv:harbour.csv?columns=kind,url,fields.text,fields"];
    let report = crawl.run(&[&QUICK[..], &sinks].concat()).expect(0).json();
    assert_eq!(server.paths(), ["/robots.txt", "/", "/page/2", "/page/3"]);
    let records = crawl.records();
    let texts: Vec<&str> = records.iter().map(|record| record["fields"]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Quote 2", "Quote 3", "Quote 4", "Quote 5", "Quote 6", "Quote 7"]);
    assert_eq!(records[0]["fields"], json!({"text": "Quote 2", "author": "Ann", "tags": ["t"]}));
    assert_eq!((&records[0]["kind"], &records[0]["title"]), (&json!("quotes"), &Value::Null));
    let ids: BTreeSet<String> = records.iter().map(|record| record["id"].to_string()).collect();
    assert_eq!(ids.len(), 6);
    assert_eq!((&report["records"]["quotes"]["whole"], &report["articles"]["whole"]), (&json!(6), &json!(0)));

    let csv = crawl.program.read("harbour.csv");
    let rows: Vec<&str> = csv.lines().collect();
    let url = server.url(1, "/");
    assert_eq!(rows[0], "kind,url,fields.text,fields");
    assert_eq!(
        rows[1],
        format!(
            "quotes,{url},Quote 2,\"{{\"\"text\"\":\"\"Quote 2\"\",\"\"author\"\":\"\"Ann\"\",\"\"tags\"\":[\"\"t\"\"]}}\""
        )
    );
    let again = crawl.run(&[&QUICK[..], &sinks].concat()).expect(0).json();
    assert_eq!(again["records"]["quotes"]["unchanged"], json!(6));
    assert_eq!(crawl.records().len(), 6, "the same once more is nothing new");
}

#[test]
fn an_incomplete_record_goes_to_the_incomplete_output_and_a_page_that_is_gone_takes_its_records_along() {
    let gone = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_gone = std::sync::Arc::clone(&gone);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/page/2" if is_gone.load(std::sync::atomic::Ordering::SeqCst) => Answer::status(410),
        "/page/3" => Answer::html("<div class=quote><small>Bo</small></div>"),
        path => quotes_of(path),
    });
    let crawl = quotes(&server);
    crawl.run(&QUICK);
    assert_eq!(crawl.records().len(), 4);
    let [incomplete] = crawl.program.records("harbour.incomplete.jsonl").try_into().unwrap();
    assert_eq!((&incomplete["missing"], &incomplete["fields"]["author"]), (&json!(["text"]), &json!("Bo")));
    assert_eq!(incomplete["provenance"]["text"]["alternatives"], json!([0]));
    gone.store(true, std::sync::atomic::Ordering::SeqCst);
    crawl.run(&QUICK);
    let removed: Vec<Value> =
        crawl.records().into_iter().filter(|record| record["kind"] == "removed").collect();
    assert_eq!(removed.len(), 2);
    assert!(removed.iter().all(|note| note["url"] == server.url(1, "/page/2")));
}

#[test]
fn extract_prints_the_records_of_a_page() {
    let server = Server::start(1, |_| Answer::Nothing);
    let crawl = quotes(&server);
    crawl.program.write("page.html", [quote(1), quote(2)].concat());
    crawl.program.write("none.html", "<p>nothing</p>");
    let extract = |more: &[&str]| {
        let mut command = crawl.program.crawl();
        command.args(["extract", "--profile", "harbour.yaml"]).args(more);
        run(&mut command)
    };
    let url = server.url(1, "/page/2");
    let found = extract(&["--url", &url, "page.html"]).expect(0);
    let texts: Vec<Value> = crate::program::json_lines(&found.stdout)
        .iter()
        .map(|record| record["fields"]["text"].clone())
        .collect();
    assert_eq!(texts, ["Quote 1", "Quote 2"]);
    let none = extract(&["--url", &url, "none.html"]).expect(1);
    assert!(none.stderr.contains("none of the profile's own records (quotes) is on it"), "{}", none.stderr);
    let batch = format!(
        "{{\"id\": 7, \"file\": \"page.html\", \"url\": {url:?}}}\n{{\"id\": 8, \"file\": \"none.html\", \"url\": {url:?}}}\n"
    );
    crawl.program.write("batch.jsonl", batch);
    let lines = crate::program::json_lines(&extract(&["--batch", "batch.jsonl"]).expect(1).stdout);
    let told: Vec<(&Value, bool)> =
        lines.iter().map(|line| (&line["id"], line["error"].is_string())).collect();
    assert_eq!(told, [(&json!(7), false), (&json!(7), false), (&json!(8), true)]);
}
