//! How far a live crawl goes, and that a later run goes on.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::server::{Answer, Server};
use super::site::{Crawl, OPEN, article_of, counted, list, site, title};

const ARTICLES: usize = 12;
const DELAY: [&str; 2] = ["--delay", "10ms"];

fn with_delay<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&DELAY, more].concat()
}

/// Fails unless a second run without limits gets the rest, and nothing twice.
#[track_caller]
fn expect_the_rest(server: &Server, crawl: &Crawl) {
    crawl.run(&DELAY).expect(0);
    crawl.expect_all(server, 1, ARTICLES);
    let mut paths = server.paths();
    paths.retain(|path| path.starts_with("/article/"));
    assert_eq!(paths.len(), ARTICLES, "an article was asked for twice: {paths:?}");
}

#[test]
fn only_the_pages_that_are_named() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let (three, five) = (server.url(1, "/article/3"), server.url(1, "/article/5"));
    crawl.run(&with_delay(&["--url", &three, "--url", &five])).expect(0);
    assert_eq!(server.paths(), ["/robots.txt", "/article/3", "/article/5"]);
    assert_eq!(crawl.urls(), BTreeSet::from([three.clone(), five]));
    crawl.run(&with_delay(&["--url", &three])).expect(0);
    assert_eq!(server.count("/article/3"), 2, "a page that is named is looked at again");
    let foreign = crawl.run(&with_delay(&["--url", "http://news.example/"])).expect(2);
    assert!(foreign.stderr.contains("http://news.example/"), "{}", foreign.stderr);
}

#[test]
fn so_many_pages() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&with_delay(&["--max-pages", "5"])).expect(0).json();
    assert_eq!(report["end"], json!({"why": "budget", "flag": "--max-pages"}));
    assert_eq!(server.log().len(), 5);
    assert_eq!(crawl.urls().len(), 3, "after robots.txt and the list");
    expect_the_rest(&server, &crawl);
}

#[test]
fn so_many_bytes() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&with_delay(&["--max-bytes", "2500"])).expect(0).json();
    assert_eq!(report["end"], json!({"why": "budget", "flag": "--max-bytes"}));
    let (asked, bytes) = (server.log().len(), report["bytes"].as_u64().unwrap());
    eprintln!("{asked} requests, {bytes} bytes");
    assert!((2500..3500).contains(&bytes), "it ends with the page that reaches the limit: {bytes}");
    assert!(asked < ARTICLES + 2);
    expect_the_rest(&server, &crawl);
}

#[test]
fn so_long() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "300ms", "--max-time", "1s"]).expect(0).json();
    assert_eq!(report["end"], json!({"why": "budget", "flag": "--max-time"}));
    assert!(server.log().len() <= 1 + 4, "one each 300 ms: {:?}", server.paths());
    expect_the_rest(&server, &crawl);
}

#[test]
fn so_many_articles_with_several_in_flight() {
    let usual = site(ARTICLES);
    let server = Server::start(1, move |asked| usual(asked).after(Duration::from_millis(20)));
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "0ms", "--concurrency", "4", "--limit", "5"]).expect(0);
    assert_eq!(crawl.urls().len(), 5);
    assert_eq!(server.log().len(), 2 + 5, "no article is fetched past the limit");
    expect_the_rest(&server, &crawl);
}

#[test]
fn since_a_day() {
    let server = Server::start(1, |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text(OPEN),
        "/" => Answer::html(list((1..=9).map(|number| format!("/article/{number}")))),
        path => {
            Answer::html(article_of(&format!("2024-03-0{}", path.rsplit('/').next().unwrap()), &title(asked)))
        }
    });
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&with_delay(&["--since", "2024-03-06"])).expect(0).json();
    let expected: BTreeSet<String> =
        (6..=9).map(|number| server.url(1, &format!("/article/{number}"))).collect();
    assert_eq!(crawl.urls(), expected);
    assert_eq!(counted(&report, "skipped", "published before 2024-03-06"), 5);
}
