//! Ctrl-C and kill -9 in the middle of a live crawl: every record once, and no host asked too soon.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::server::{Answer, Server, shortest_gap};
use super::site::{Crawl, cut_off, ended, signal, site};

#[test]
fn ctrl_c_ends_cleanly_and_a_later_run_goes_on() {
    const ARTICLES: usize = 12;
    let usual = site(ARTICLES);
    let server = Server::start(1, move |asked| usual(asked).after(Duration::from_millis(50)));
    let crawl = Crawl::of(&server, 1, "");
    let child = crawl.start(&["--delay", "100ms"]);
    server.wait_until(|log| log.len() >= 6);
    signal(&child, "-INT");
    let report = ended(child).expect(1).json();
    assert_eq!(report["end"]["why"], "stopped");
    let (asked, records) = (server.log().len(), crawl.urls().len());
    eprintln!("stopped after {asked} requests, with {records} records");
    assert!(asked <= 7 && records >= 3, "{asked} requests, {records} records");
    crawl.run(&["--delay", "100ms"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let paths = server.paths();
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len(), "asked for twice: {paths:?}");
}

/// Returns when the child has said this on standard error.
fn heard(child: &mut Child, what: &str) {
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains(what)), "it never said {what:?}");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    const ARTICLES: usize = 5;
    let (usual, hangs) = (site(ARTICLES), Arc::new(AtomicBool::new(true)));
    let hanging = Arc::clone(&hangs);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/2" if hanging.load(Ordering::SeqCst) => Answer::Hang,
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    let mut child = crawl.start(&["--delay", "10ms"]);
    server.wait_until(|log| log.iter().any(|logged| logged.path == "/article/2"));
    signal(&child, "-INT");
    heard(&mut child, "stopping");
    assert_eq!(child.try_wait().unwrap(), None, "it waits for the answer that is under way");
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    hangs.store(false, Ordering::SeqCst);
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
}

/// Killed when a request has just come, and when its answer has just gone.
#[test]
fn a_host_keeps_its_pace_over_kills() {
    const ARTICLES: usize = 6;
    const DELAY: Duration = Duration::from_secs(1);
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    for requests in [1, 2, 4, 5] {
        let child = crawl.start(&["--delay", "1s"]);
        server.wait_until(|log| {
            log.len() >= requests && log.iter().all(|logged| logged.answered.is_some() || requests % 2 == 0)
        });
        cut_off(child);
    }
    crawl.run(&["--delay", "1s"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let log = server.log();
    eprintln!(
        "4 kills, {} requests, shortest gap {:.3?}, tolerance {:.1?}",
        log.len(),
        shortest_gap(&log),
        server.tolerance()
    );
    assert!(log.len() <= ARTICLES + 2 + 4, "a kill repeats one request at most");
    assert!(shortest_gap(&log) >= DELAY.saturating_sub(server.tolerance()), "{:?}", shortest_gap(&log));
}
