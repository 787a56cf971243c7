//! Crawls that share what they must not, and outputs that go away.

use std::io::{BufRead as _, BufReader};

use super::server::Server;
use super::site::{Crawl, all, ended, site};
use crate::program::json_lines;

const ARTICLES: usize = 8;

#[test]
fn two_crawls_of_one_state_do_each_other_no_harm() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let first = crawl.start(&["--delay", "200ms"]);
    server.wait_until(|log| log.len() >= 3);
    let second = crawl.run(&["--delay", "200ms"]).expect(3);
    eprintln!("{}", second.stderr.trim());
    assert!(second.stderr.contains("another crawl is using the state"), "{}", second.stderr);
    assert!(second.stderr.contains("--state"), "the remedy: {}", second.stderr);
    ended(first).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let mut paths = server.paths();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), server.log().len(), "the second asked for something");
}

/// Two states, one file: the second crawl would write into the first one's lines.
#[test]
fn two_crawls_into_one_file_do_each_other_no_harm() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let first = crawl.start(&["--delay", "200ms", "--state", "one"]);
    server.wait_until(|log| log.len() >= 4);
    let second = crawl.run(&["--delay", "200ms", "--state", "two"]);
    eprintln!("{:?}: {}", second.code, second.stderr.trim());
    assert!(matches!(second.code, Some(2 | 3)), "{:?}: {}", second.code, second.stderr);
    assert!(second.stderr.contains("harbour.jsonl"), "{}", second.stderr);
    ended(first).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
}

#[test]
fn a_folder_that_can_not_be_written_is_said_before_anything_is_asked() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    // Not even the superuser can make a folder there.
    for arguments in [["--state", "/proc/harbour"], ["--sink", "jsonl:/proc/harbour/out.jsonl"]] {
        let run = crawl.run(&arguments).expect(3);
        eprintln!("{}", run.stderr.trim());
        assert!(run.stderr.contains("/proc/harbour"), "{}", run.stderr);
    }
    assert_eq!(server.paths(), [""; 0]);
}

/// A reader that goes away after a line, as `head -n 1` does.
#[test]
fn a_reader_that_goes_away_loses_nothing() {
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let arguments = ["--delay", "400ms", "--sink", "jsonl:-", "--state", "state"];
    let mut command = crawl.program.crawl();
    command.args([
        "--profile",
        "harbour.yaml",
        "--allow-private",
        "127.0.0.0/8",
        "--contact",
        "test@example.org",
    ]);
    command.args(arguments).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    drop(reader);
    let run = ended(child);
    eprintln!("{:?}: {}", run.code, run.stderr.trim());
    assert!(matches!(run.code, Some(0 | 1 | 3)), "{:?}", run.code);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let rest = {
        let mut command = crawl.program.crawl();
        command.args([
            "--profile",
            "harbour.yaml",
            "--allow-private",
            "127.0.0.0/8",
            "--contact",
            "test@example.org",
        ]);
        crate::program::run(command.args(arguments)).expect(0)
    };
    let records = [json_lines(&first), json_lines(&rest.stdout)].concat();
    let mut urls: Vec<&str> = records.iter().map(|record| record["url"].as_str().unwrap()).collect();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), all(&server, 1, ARTICLES).len(), "{urls:?}");
}
