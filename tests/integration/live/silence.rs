//! A host that asks for silence gets it, and nothing is lost.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::server::{Answer, Asked, Server, most_in_flight, span};
use super::site::{Crawl, counted, cut_off, ended, signal, site, status};

const ARTICLES: usize = 300;
const IN_FLIGHT: usize = 4;

/// From a request of this number on, for a time, the server wants silence.
struct Window {
    from: usize,
    length: Duration,
    opened: OnceLock<Instant>,
}

impl Window {
    fn new(from: usize, length: Duration) -> Arc<Self> {
        Arc::new(Self { from, length, opened: OnceLock::new() })
    }

    fn covers(&self, asked: &Asked) -> bool {
        asked.before + 1 >= self.from && self.opened.get_or_init(Instant::now).elapsed() < self.length
    }
}

/// A server with a window of two seconds, in which it gives this answer.
fn server_that_says(status: u16, plea: &'static [(&'static str, &'static str)]) -> Server {
    let (usual, window) = (site(ARTICLES), Window::new(31, Duration::from_secs(2)));
    Server::start(1, move |asked| match window.covers(asked) {
        true => plea.iter().fold(Answer::status(status), |answer, (name, value)| answer.header(name, value)),
        // Slow enough for requests to be in flight side by side.
        false => usual(asked).after(Duration::from_millis(20)),
    })
}

fn keeps_silent(status: u16, plea: &'static [(&'static str, &'static str)]) {
    let server = server_that_says(status, plea);
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "0ms", "--concurrency", "4"]).expect(0).json();
    crawl.expect_all(&server, 1, ARTICLES);
    let inside = server.log().iter().filter(|logged| logged.status == status).count();
    eprintln!(
        "{status} with {plea:?}: {inside} requests in the window, {} in all, {ARTICLES} of {ARTICLES} records, {:.1} s",
        server.log().len(),
        report["seconds"].as_f64().unwrap()
    );
    assert_eq!(most_in_flight(&server.log()), IN_FLIGHT);
    assert!((1..=IN_FLIGHT + 1).contains(&inside), "{inside} requests while the host wanted silence");
    assert_eq!(server.log().len(), ARTICLES + 2 + inside, "each page is asked for again once for each plea");
    assert_eq!(report["articles"]["whole"], ARTICLES);
}

#[test]
fn a_host_that_answers_429_is_left_alone() {
    keeps_silent(429, &[("Retry-After", "2")]);
}

/// The date is read against the server's own, which here is thirty years behind.
#[test]
fn the_silence_may_end_at_a_date() {
    keeps_silent(
        429,
        &[("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:39 GMT")],
    );
}

#[test]
fn a_host_that_answers_503_is_left_alone() {
    keeps_silent(503, &[("Retry-After", "2")]);
}

/// A server that wants six seconds of silence, and a crawl that was told so.
fn told() -> (Server, Crawl, std::process::Child) {
    let (usual, window) = (site(12), Window::new(6, Duration::from_secs(6)));
    let server = Server::start(1, move |asked| match window.covers(asked) {
        true => Answer::status(429).header("Retry-After", "6"),
        false => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    let child = crawl.start(&["--delay", "10ms"]);
    server.wait_until(|log| log.iter().any(|logged| logged.status == 429 && logged.answered.is_some()));
    (server, crawl, child)
}

fn goes_on_in_silence(server: &Server, crawl: &Crawl) {
    let before = server.log().len();
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(server, 1, 12);
    let log = server.log();
    let pleas = log.iter().filter(|logged| logged.status == 429).count();
    let waited = log[before].at.duration_since(log[before - 1].at);
    eprintln!("{pleas} request in the window; the first after the restart came {waited:.2?} after the plea");
    assert_eq!(pleas, 1, "a request while the host wanted silence");
}

#[test]
fn a_silence_outlives_a_stop() {
    let (server, crawl, child) = told();
    signal(&child, "-INT");
    let report = ended(child).expect(1).json();
    assert_eq!(report["end"]["why"], "stopped");
    goes_on_in_silence(&server, &crawl);
}

#[test]
fn a_silence_outlives_a_kill() {
    let (server, crawl, child) = told();
    // The host is let go when the plea is committed, and nobody may take it up again before its time.
    while status(&crawl)["hosts_at_work"] != 0 {}
    cut_off(child);
    goes_on_in_silence(&server, &crawl);
}

#[test]
fn a_silence_that_is_too_long_ends_the_crawl_for_now() {
    let usual = site(3);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/2" => Answer::status(429).header("Retry-After", "3600"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "10ms"]).expect(1).json();
    let end = &report["end"];
    assert_eq!(
        (&end["why"], &end["host"], &end["because"]),
        (&"silence".into(), &"127.0.0.1".into(), &"status 429".into())
    );
    assert!((3590..=3601).contains(&end["seconds"].as_u64().unwrap()), "{end}");
    assert!(report["waiting"].as_u64().unwrap() >= 1);
    let asked = server.log().len();
    let report = crawl.run(&["--delay", "10ms"]).expect(1).json();
    assert_eq!(report["end"]["why"], "silence");
    assert_eq!(server.log().len(), asked, "a later run keeps the silence");
}

/// Only the host that asked is left alone.
#[test]
fn one_hosts_silence_is_no_others() {
    let usual = site(20);
    let told = OnceLock::new();
    let server = Server::start(2, move |asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("127.0.0.1", "/article/1") if told.set(()).is_ok() => Answer::status(429).header("Retry-After", "5"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 2, "");
    crawl.run(&["--delay", "20ms"]).expect(0);
    crawl.expect_all(&server, 2, 20);
    let silent = server.log_of(1);
    let plea = silent.iter().position(|logged| logged.status == 429).unwrap();
    let waited = silent[plea + 1].at.duration_since(silent[plea].at);
    assert!(waited >= Duration::from_secs(5) - server.tolerance(), "{waited:?}");
    let other = span(&server.log_of(2));
    eprintln!("the one host had {waited:.2?} of silence; the other was done in {other:.2?}");
    assert!(other < Duration::from_secs(4), "{other:?}");
}

/// A page that alone answers 503 while its host goes on answering is a broken page: it is given up.
#[test]
fn a_page_that_alone_answers_503_holds_nothing_up() {
    let usual = site(20);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/2" => Answer::status(503).header("Retry-After", "1"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "politeness: {retries: 1}\n");
    let report = crawl.run(&["--delay", "20ms"]).expect(0).json();
    assert_eq!(crawl.urls().len(), 19);
    assert_eq!(counted(&report, "failures", "status 503"), 1);
    eprintln!("a page that always answers 503 was asked for {} times", server.count("/article/2"));
    assert_eq!(report["end"]["why"], "finished");
}

/// The same with 429, which is meant for the crawler: no page is given up, and yet the crawl comes to an end. The page's
/// waits are 1, 10 and 20 seconds.
#[test]
fn a_page_that_always_answers_429_does_not_go_on_for_ever() {
    let usual = site(12);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/2" => Answer::status(429).header("Retry-After", "1"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "politeness: {max_wait: 15s}\n");
    let report = crawl.run(&["--delay", "20ms"]).expect(1).json();
    let end = &report["end"];
    eprintln!("a page that always answers 429 was asked for {} times; {end}", server.count("/article/2"));
    assert_eq!((end["why"].as_str(), end["because"].as_str()), (Some("silence"), Some("status 429")));
    assert_eq!(crawl.urls().len(), 11);
    assert_eq!(server.count("/article/2"), 3);
    assert_eq!(report["waiting"], 1, "a later run asks for it again");
}

/// "Retry after nothing" is no wish to be asked at once, and again and again.
#[test]
fn a_silence_of_no_time_is_not_a_wish_for_more() {
    let usual = site(5);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        path if path.starts_with("/article/") => Answer::status(429).header("Retry-After", "0"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "20ms", "--max-time", "5s"]);
    let pleas = server.log().iter().filter(|logged| logged.status == 429).count();
    eprintln!("{pleas} requests in 5 s to a host that answers each with 429; code {:?}", report.code);
    assert!(pleas <= 10, "{pleas} requests");
}
