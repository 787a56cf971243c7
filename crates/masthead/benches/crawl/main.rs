//! A whole crawl beside a floor of `reqwest` and `scraper` that does the same work, in turn: the ratio of their processor
//! times is what counts, and the peak of their memory.
//!
//!     cargo bench -p masthead --bench crawl [-- --rounds 5] [--binary PATH]
//!
//! Both read 5,000 generated pages from one server on loopback, find their URLs on its list pages, apply six rules, and
//! write JSON Lines to a folder on disk. `--binary` measures another build of `crawl`.

mod floor;
mod measure;
mod server;
mod site;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use measure::Cost;
use serde_json::Value;
use server::Server;

const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => server::serve(),
        ["floor", base, output] => floor::crawl(base, Path::new(output)),
        words => compare(
            option(words, "--rounds").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds")),
            Path::new(option(words, "--binary").unwrap_or(env!("CARGO_BIN_EXE_crawl"))),
        ),
    }
}

fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn compare(rounds: usize, binary: &Path) {
    let server = Server::start();
    let bytes = (0..site::PAGES).step_by(50).map(|number| site::article(number).len()).sum::<usize>() * 50;
    println!("{} pages, {} MB; the first round warms up", site::PAGES, bytes / 1_000_000);
    println!("{:>9} {:>9} {:>6} {:>14} {:>14}", "crawl", "floor", "ratio", "peak MB", "pages/s");
    let mut ratios = Vec::new();
    for round in 0..=rounds {
        let (crawl, floor) = (crawl(binary, &server.address), run_floor(&server.address));
        let ratio = crawl.processor.as_secs_f64() / floor.processor.as_secs_f64();
        println!(
            "{:>7.2} s {:>7.2} s {ratio:>6.2} {:>6.1} / {:<5.1} {:>6.0} / {:<5.0}",
            crawl.processor.as_secs_f64(),
            floor.processor.as_secs_f64(),
            crawl.peak,
            floor.peak,
            rate(&crawl),
            rate(&floor),
        );
        if round > 0 {
            ratios.push(ratio);
        }
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        println!("median: {median:.2} × the floor");
    }
}

fn rate(cost: &Cost) -> f64 {
    site::PAGES as f64 / cost.wall.as_secs_f64()
}

/// A folder on disk, as a person's would be: a state in memory would spare the crawl its syncs.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

fn crawl(binary: &Path, address: &str) -> Cost {
    let folder = folder();
    let (profile, output) = (folder.path().join("paper.yaml"), folder.path().join("paper.jsonl"));
    std::fs::write(&profile, profile_for(address)).expect("a profile");
    let cost = measure::run(
        Command::new(binary)
            .current_dir(folder.path())
            .args(["--quiet", "--delay", "0ms", "--concurrency", "8", "--allow-private", "127.0.0.1"])
            .arg("--profile")
            .arg(&profile)
            .arg("--sink")
            .arg(format!("jsonl:{}", output.display()))
            .stdout(Stdio::null()),
    );
    check(&output);
    cost
}

/// Six rules; all else is left to the page's metadata, as people leave it.
fn profile_for(address: &str) -> String {
    format!(
        "profile: paper
version: 1
hosts: [127.0.0.1]
timezone: Europe/Paris
discover:
  seeds: ['http://{address}/']
  articles: ['^/news/\\d+$']
  follow: ['^/list/\\d+$']
article:
  title: h1.headline
  byline: .byline a
  published: time.published@datetime
  body: .article-body
  images: {{each: figure.photo, url: img@src, caption: figcaption}}
  tags: {{css: .tags a, all: true}}
"
    )
}

fn run_floor(address: &str) -> Cost {
    let folder = folder();
    let output: PathBuf = folder.path().join("floor.jsonl");
    let program = std::env::current_exe().expect("this program's path");
    let base = format!("http://{address}");
    let cost = measure::run(Command::new(program).arg("floor").arg(base).arg(&output));
    check(&output);
    cost
}

/// Every page once, with its own title, all of its text, three pictures and six tags.
fn check(output: &Path) {
    let text =
        std::fs::read_to_string(output).unwrap_or_else(|error| panic!("{}: {error}", output.display()));
    let mut records: BTreeMap<usize, Value> = BTreeMap::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).expect("a record");
        let number = record["url"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
        let before = records.insert(number.expect("an article's URL"), record);
        assert!(before.is_none(), "{} twice", before.unwrap_or_default()["url"]);
    }
    assert_eq!(records.len(), site::PAGES, "records in {}", output.display());
    for (number, record) in records {
        assert_eq!(record["title"], site::title(number).as_str(), "record {number}");
        let body = record["body"].as_str().unwrap_or_default();
        assert_eq!(body.split("\n\n").count(), site::PARAGRAPHS, "paragraphs of {number}");
        assert_eq!(record["images"].as_array().map(Vec::len), Some(3), "images of {number}");
        assert!(record["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "tags of {number}");
    }
}
