//! What servers should not do, each beside good pages, all in one crawl: the good pages are all there, and every
//! failure is counted by its name.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::server::{Answer, Asked, Page, Server, host};
use super::site::{Crawl, OPEN, all, article, counted, list, title};

/// The good articles of each host.
const GOOD: usize = 4;
/// The largest page that the profile takes.
const MAX_BODY: u64 = 200_000;
/// What may stand in the buffers of both ends of a connection on Linux by default (tcp_wmem and tcp_rmem).
const BUFFERS: u64 = 12 << 20;
const MORE: &str = "politeness: {timeout: 1s, retries: 1, max_body: 200kB}\n";

/// A fault: its name, what the server does, where the report counts it, and under which word.
struct Fault {
    path: &'static str,
    answer: fn(&Asked) -> Answer,
    list: &'static str,
    word: &'static str,
    /// How often it is asked for: a failure that may pass is tried once more.
    asked: usize,
}

const fn fault(
    path: &'static str,
    answer: fn(&Asked) -> Answer,
    list: &'static str,
    word: &'static str,
    asked: usize,
) -> Fault {
    Fault { path, answer, list, word, asked }
}

const FAILED: &str = "failures";
const SKIPPED: &str = "skipped";

const FAULTS: [Fault; 17] = [
    fault("/article/endless", endless, FAILED, "more than 200000 bytes", 1),
    fault("/article/bomb", bomb, FAILED, "more than 200000 bytes", 1),
    fault("/article/declared-large", declared_large, FAILED, "more than 200000 bytes", 1),
    fault("/article/cut", |_| cut(), FAILED, "the connection broke off", 2),
    fault(
        "/article/circle",
        |_| Answer::redirect("/article/circle"),
        FAILED,
        "more than 10 redirects, in a circle",
        11,
    ),
    fault(
        "/article/away",
        |_| Answer::redirect("http://news.example/"),
        SKIPPED,
        "leads away from the profile's hosts",
        1,
    ),
    fault("/article/404", |_| Answer::status(404), SKIPPED, "not there (status 404)", 1),
    fault("/article/410", |_| Answer::status(410), SKIPPED, "not there (status 410)", 1),
    fault("/article/403", |_| Answer::status(403), FAILED, "status 403", 1),
    fault("/article/500", |_| Answer::status(500), FAILED, "status 500", 2),
    fault("/article/pdf", |_| pdf(), FAILED, "not a page but application/pdf", 1),
    fault("/article/empty", |_| Answer::html(""), FAILED, "the page is empty", 1),
    fault(
        "/article/drip",
        |_| Answer::Drip(Duration::from_millis(50)),
        FAILED,
        "no complete answer within 1s",
        2,
    ),
    fault("/article/hang", |_| Answer::Hang, FAILED, "no complete answer within 1s", 2),
    fault("/article/dropped", |_| Answer::Nothing, FAILED, "the connection broke off", 2),
    fault("/article/garbage", |_| garbage(), FAILED, "not a valid HTTP answer", 1),
    fault("/article/broken-gzip", |_| broken_gzip(), FAILED, "not a valid HTTP answer", 1),
];

fn endless(_: &Asked) -> Answer {
    Answer::Endless(b"The tide comes in, and goes out again. ".repeat(200))
}

/// A page of 100 MB that is 100 kB on the wire.
fn bomb(_: &Asked) -> Answer {
    let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![b' '; 1 << 20];
    for _ in 0..100 {
        coder.write_all(&piece).unwrap();
    }
    let page = Page::new(200, coder.finish().unwrap());
    Answer::Page(page.header("Content-Type", "text/html").header("Content-Encoding", "gzip"))
}

fn declared_large(_: &Asked) -> Answer {
    Answer::Bytes(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n<p>".to_vec(),
    )
}

/// It ends before the length that it declares.
fn cut() -> Answer {
    let page = article("A page that is cut");
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", page.len() + 100);
    Answer::Bytes([head.as_bytes(), page.as_bytes()].concat())
}

fn pdf() -> Answer {
    Answer::Page(Page::new(200, "%PDF-1.7").header("Content-Type", "application/pdf"))
}

fn garbage() -> Answer {
    Answer::Bytes(b"\x16\x03\x01 this is no HTTP\r\n\r\n".to_vec())
}

fn broken_gzip() -> Answer {
    let page = Page::new(200, article("Not compressed at all"));
    Answer::Page(page.header("Content-Type", "text/html").header("Content-Encoding", "gzip"))
}

/// Each fault has a host of its own, with good articles around it: a host that leaves several requests in a row
/// without an answer is left alone.
fn serve(asked: &Asked) -> Answer {
    let number: usize = asked.host.rsplit('.').next().unwrap().parse().unwrap();
    let fault = &FAULTS[number - 1];
    match asked.path.as_str() {
        "/robots.txt" => Answer::text(OPEN),
        "/" => {
            let good = |number: usize| format!("/article/{number}");
            let links = (1..=2).map(good).chain([fault.path.to_owned()]).chain((3..=GOOD).map(good));
            Answer::html(list(links))
        }
        path if path == fault.path => (fault.answer)(asked),
        _ => Answer::html(article(&title(asked))),
    }
}

#[test]
fn bad_pages_cost_no_good_ones() {
    let hosts = u8::try_from(FAULTS.len()).unwrap();
    let server = Server::start(hosts, serve);
    let crawl = Crawl::of(&server, hosts, MORE);
    let report = crawl.run(&["--delay", "10ms"]).expect(1).json();
    assert_eq!(report["end"]["why"], "finished", "{report:#}");
    crawl.expect_all(&server, hosts, GOOD);
    assert_eq!(report["waiting"], 0);
    for fault in &FAULTS {
        let same = FAULTS.iter().filter(|other| (other.list, other.word) == (fault.list, fault.word)).count();
        assert_eq!(counted(&report, fault.list, fault.word), same as u64, "{}: {report:#}", fault.path);
        assert_eq!(server.count(fault.path), fault.asked, "{}", fault.path);
    }
    let sent = |path: &str| -> u64 {
        server.log().iter().filter(|logged| logged.path == path).map(|logged| logged.sent).sum()
    };
    let endless = sent("/article/endless");
    eprintln!(
        "{} hosts, {} good pages; {endless} bytes of an endless body were taken, {} of a page of 100 MB",
        hosts,
        all(&server, hosts, GOOD).len(),
        sent("/article/bomb")
    );
    assert!((MAX_BODY..MAX_BODY + BUFFERS).contains(&endless), "{endless}");
    check_retries(&server);
}

/// A second try comes ten seconds later.
fn check_retries(server: &Server) {
    for (fault, number) in FAULTS.iter().zip(1..).filter(|(fault, _)| fault.asked == 2) {
        let mut log = server.log_of(number);
        log.retain(|logged| logged.path == fault.path);
        let waited = log[1].at.duration_since(log[0].at);
        assert!(waited >= Duration::from_secs(10) - server.tolerance(), "{}: {waited:?}", fault.path);
    }
}

/// What stands on the connection beyond the declared length is not taken for the next answer.
#[test]
fn bytes_beyond_the_declared_length_are_nobodys_answer() {
    const ARTICLES: usize = 6;
    let forged = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}",
        article("Forged").len(),
        article("Forged")
    );
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text(OPEN),
        "/" => Answer::html(list((1..=ARTICLES).map(|number| format!("/article/{number}")))),
        _ => {
            let page = article(&title(asked));
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n",
                page.len()
            );
            Answer::BytesAndOn([head.as_bytes(), page.as_bytes(), forged.as_bytes()].concat())
        }
    });
    let crawl = Crawl::of(&server, 1, MORE);
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
}

/// Three requests in a row without an answer: the host is left alone, and its pages wait.
#[test]
fn a_host_that_goes_silent_keeps_its_pages() {
    let server = Server::start(1, |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text(OPEN),
        "/" => Answer::html(list((1..=8).map(|number| format!("/article/{number}")))),
        "/article/1" => Answer::html(article(&title(asked))),
        _ => Answer::Nothing,
    });
    let crawl = Crawl::of(&server, 1, "politeness: {max_wait: 15s}\n");
    let report = crawl.run(&["--delay", "10ms"]).expect(1).json();
    let end: &Value = &report["end"];
    assert_eq!(
        (end["why"].as_str(), end["host"].as_str()),
        (Some("silence"), Some(host(1).as_str())),
        "{end}"
    );
    assert_eq!(end["because"], "the connection broke off");
    assert_eq!(report["articles"]["whole"], 1);
    assert_eq!(report["waiting"].as_u64().unwrap() + counted(&report, FAILED, ""), 7, "{report:#}");
    assert!(server.log().len() <= 2 + 1 + 3, "{:?}", server.paths());
}
