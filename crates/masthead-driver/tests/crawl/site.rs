//! A fictional paper, recorded into a WARC file.

use masthead_core::profile::{NoBases, Source, load};
use masthead_driver::{CrawlReport, Job, Pages, Progress};
use masthead_warc::{RecordIds, WarcWriter, http_response};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The profile of the paper.
pub(crate) const PROFILE: &str = r"
profile: lantern
version: 1
hosts: [lantern.example]
timezone: Europe/Paris
discover:
  seeds: ['https://lantern.example/']
  feeds: ['https://lantern.example/feed']
  sitemaps: [robots]
  articles: ['^/\d{4}/']
  follow: ['^/section/']
  next: a.next
skip: [{why: photo gallery, url: '/photos/'}]
article:
  title: h1
  published: time@datetime
  body: .text
";

/// The answers of a site.
pub(crate) struct Site {
    answers: Vec<(String, Vec<u8>)>,
}

impl Site {
    /// A front page with these links, and nothing else.
    pub(crate) fn new(links: &[&str]) -> Self {
        let mut site = Self { answers: Vec::new() };
        site.page("https://lantern.example/", &list(links));
        site
    }

    pub(crate) fn page(&mut self, url: &str, html: &str) {
        self.answer(url, 200, &[("Content-Type", "text/html; charset=utf-8")], html);
    }

    pub(crate) fn answer(&mut self, url: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        self.answers.retain(|(known, _)| known != url);
        self.answers.push((url.to_owned(), http_response(status, headers, body.as_bytes())));
    }

    pub(crate) fn redirect(&mut self, url: &str, to: &str) {
        self.answer(url, 301, &[("Location", to)], "");
    }

    /// An article, by its number.
    pub(crate) fn article(&mut self, number: u32) -> String {
        let url = format!("https://lantern.example/2024/{number}");
        self.page(&url, &article(number, "2024-05-06T07:08:09+02:00"));
        url
    }

    /// Articles that the front page names.
    pub(crate) fn with_articles(numbers: std::ops::Range<u32>) -> Self {
        let links: Vec<String> = numbers.clone().map(|number| format!("/2024/{number}")).collect();
        let mut site = Self::new(&links.iter().map(String::as_str).collect::<Vec<_>>());
        numbers.for_each(|number| drop(site.article(number)));
        site
    }

    pub(crate) fn record(&self, path: &Path) {
        let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("lantern"));
        for (url, message) in &self.answers {
            writer.response(url, "2026-03-02T03:00:00Z", message).unwrap();
        }
        std::fs::write(path, writer.into_inner()).unwrap();
    }
}

pub(crate) fn list(links: &[&str]) -> String {
    let links: String = links.iter().map(|link| format!("<li><a href='{link}'>x</a>")).collect();
    format!("<!doctype html><title>The Lantern</title><ul>{links}</ul>")
}

pub(crate) fn article(number: u32, published: &str) -> String {
    format!(
        "<!doctype html><title>{number}</title><h1>Lantern number {number} is lit</h1>\
         <time datetime='{published}'>then</time><div class=text><p>The keeper of lantern {number} was glad.</p></div>"
    )
}

/// A folder with the archive, the state and the output of a crawl.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new(site: &Site) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.record(site);
        desk
    }

    /// Replaces the archive.
    pub(crate) fn record(&self, site: &Site) {
        site.record(&self.path("site.warc.gz"));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn job(&self) -> Job {
        self.job_of(PROFILE)
    }

    pub(crate) fn job_of(&self, profile: &str) -> Job {
        let profile = load(Source::new("lantern.yaml", profile), &NoBases).unwrap();
        let mut job = Job::new(profile, Pages::Archive(vec![self.path("site.warc.gz")]));
        job.sinks.push(job.registry.parse("jsonl:out.jsonl", self.folder.path()).unwrap());
        job
    }

    pub(crate) fn run(&self, job: Job) -> CrawlReport {
        masthead_driver::run(job, &()).unwrap()
    }

    pub(crate) fn run_with(&self, job: Job, progress: &dyn Progress) -> CrawlReport {
        masthead_driver::run(job, progress).unwrap()
    }

    /// The records of an output, in order.
    pub(crate) fn records(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// One field of all records of the main output, sorted.
    pub(crate) fn field(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = self
            .records("out.jsonl")
            .iter()
            .map(|record| record[name].as_str().unwrap_or("-").to_owned())
            .collect();
        values.sort();
        values
    }
}
