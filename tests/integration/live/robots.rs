//! robots.txt in the life of a crawl.

use std::sync::OnceLock;
use std::time::Duration;

use super::server::{Answer, Server, host, shortest_gap};
use super::site::{Crawl, OPEN, all, article_path, counted, profile_of, site};

const DELAY: [&str; 2] = ["--delay", "20ms"];

/// A site of six articles with this answer for its robots.txt, and what a crawl of it asks for.
fn asked_with(robots: impl Fn() -> Answer + Send + Sync + 'static) -> (Server, Crawl) {
    let usual = site(6);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/robots.txt" => robots(),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    (server, crawl)
}

#[test]
fn where_robots_txt_answers_503_nothing_else_is_asked_for() {
    let (server, crawl) = asked_with(|| Answer::status(503));
    let report = crawl.run(&DELAY).expect(1).json();
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert_eq!(report["end"]["why"], "silence");
    assert_eq!(report["end"]["because"], "its robots.txt can't be read: status 503");
    assert_eq!(report["waiting"], 1, "the seed");
    crawl.run(&DELAY).expect(1);
    assert_eq!(server.paths(), ["/robots.txt"], "it is not asked for at every run");
}

#[test]
fn where_there_is_none_all_is_open() {
    let (server, crawl) = asked_with(|| Answer::status(404));
    crawl.run(&DELAY).expect(0);
    crawl.expect_all(&server, 1, 6);
    assert_eq!(server.count("/robots.txt"), 1);
}

#[test]
fn what_is_closed_is_not_asked_for() {
    let (server, crawl) = asked_with(|| Answer::text("User-agent: *\nDisallow: /article/4\n"));
    let report = crawl.run(&DELAY).expect(0).json();
    let mut expected = all(&server, 1, 6);
    expected.remove(&server.url(1, "/article/4"));
    assert_eq!(crawl.urls(), expected);
    assert_eq!(server.count("/article/4"), 0);
    assert_eq!(counted(&report, "disallowed", ""), 1, "{}", report["disallowed"]);
}

/// The rules count for the host that was asked for them; the other host is asked at its own pace.
#[test]
fn a_redirect_to_another_host_is_followed_and_obeyed() {
    const DELAY: Duration = Duration::from_millis(300);
    let usual = site(5);
    let server = Server::start(2, move |asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("127.0.0.1", "/robots.txt") => {
            let port = asked.header("host").unwrap().rsplit(':').next().unwrap();
            Answer::redirect(&format!("http://127.0.0.2:{port}/rules.txt"))
        }
        (_, "/rules.txt") => Answer::text("User-agent: *\nDisallow: /article/3\n"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 2, "");
    crawl.run(&["--delay", "300ms"]).expect(0);
    let mut expected = all(&server, 2, 5);
    expected.remove(&server.url(1, "/article/3"));
    assert_eq!(crawl.urls(), expected, "closed on the first host, open on the second");
    assert_eq!(server.count("/article/3"), 1, "on the second host only");
    assert_eq!(server.count("/rules.txt"), 1);
    for number in [1, 2] {
        let gap = shortest_gap(&server.log_of(number));
        eprintln!("host {number}: {} requests, shortest gap {gap:.1?}", server.log_of(number).len());
        assert!(gap >= DELAY.saturating_sub(server.tolerance()), "host {number}: {gap:?}");
    }
}

/// A host outside the profile may be asked for a robots.txt, and for nothing else.
#[test]
fn the_other_host_need_not_be_the_profiles() {
    let usual = site(4);
    let server = Server::start(2, move |asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("127.0.0.1", "/robots.txt") => {
            let port = asked.header("host").unwrap().rsplit(':').next().unwrap();
            Answer::redirect(&format!("http://127.0.0.2:{port}/rules.txt"))
        }
        (_, "/rules.txt") => Answer::text("User-agent: *\nDisallow: /article/3\n"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&DELAY).expect(0);
    assert_eq!(crawl.urls().len(), 3);
    let elsewhere: Vec<String> = server.log_of(2).into_iter().map(|logged| logged.path).collect();
    assert_eq!(elsewhere, ["/rules.txt"]);
}

/// Rules are an origin's; the pace is the host's, whatever the port.
#[test]
fn each_port_has_rules_of_its_own() {
    const DELAY: Duration = Duration::from_millis(200);
    let (usual, other) = (site(4), site(4));
    let closed = Server::start(1, move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: *\nDisallow: /article/2\n"),
        _ => usual(asked),
    });
    let open = Server::start(1, other);
    let crawl = Crawl::new(&profile_of(&[host(1)], &[closed.url(1, "/"), open.url(1, "/")], ""));
    crawl.run(&["--delay", "200ms"]).expect(0);
    let mut expected = all(&closed, 1, 4);
    expected.remove(&closed.url(1, "/article/2"));
    expected.extend(all(&open, 1, 4));
    assert_eq!(crawl.urls(), expected);
    assert_eq!((closed.count("/article/2"), open.count("/article/2")), (0, 1));
    let mut log = [closed.log(), open.log()].concat();
    log.sort_by_key(|logged| logged.at);
    let gap = shortest_gap(&log);
    eprintln!("two ports of one host: {} requests, shortest gap {gap:.1?}", log.len());
    assert!(gap >= DELAY.saturating_sub(closed.tolerance().max(open.tolerance())), "{gap:?}");
}

/// At least 500 KiB are read (RFC 9309 §2.5), and what stands there is obeyed.
#[test]
fn a_rule_at_the_end_of_500_kib_is_obeyed() {
    const READ: usize = 500 * 1024;
    let rule = "Disallow: /article/5\n";
    let mut text = "User-agent: *\n".to_owned();
    while text.len() + rule.len() + 64 < READ {
        text.push_str("# The harbour office keeps its notes in this file.\n");
    }
    text += &"#".repeat(READ - text.len() - rule.len() - 1);
    text += "\n";
    text += rule;
    assert_eq!(text.len(), READ);
    text += &format!("Disallow: {}\n# {}\n", article_path(2), "more ".repeat(200_000));
    let (server, crawl) = asked_with(move || Answer::text(text.clone()));
    crawl.run(&DELAY).expect(0);
    let mut expected = all(&server, 1, 6);
    expected.remove(&server.url(1, "/article/5"));
    assert_eq!(crawl.urls(), expected, "what stands beyond is not read");
}

#[test]
fn rules_for_our_name_count_and_not_those_for_all() {
    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: masthead\nDisallow: /article/1\n";
    let (server, crawl) = asked_with(move || Answer::text(rules));
    crawl.run(&DELAY).expect(0);
    assert_eq!(crawl.urls().len(), 5);
    assert_eq!(server.count("/article/1"), 0);
}

/// It is asked for again a day later; a run that follows at once keeps to what it knows.
#[test]
fn a_robots_txt_is_not_asked_for_at_every_run() {
    let (server, crawl) = asked_with(|| Answer::text("User-agent: *\nDisallow: /article/2\n"));
    crawl.run(&DELAY).expect(0);
    crawl.run(&DELAY).expect(0);
    assert_eq!(server.count("/robots.txt"), 1);
    assert_eq!(server.count("/"), 2);
    assert_eq!(server.count("/article/2"), 0);
}

/// The first answer to the request for robots.txt is this one, and the second is the file.
fn at_the_second_try(first: fn() -> Answer) -> Duration {
    let (server, crawl) = {
        let tried = OnceLock::new();
        asked_with(move || if tried.set(()).is_ok() { first() } else { Answer::text(OPEN) })
    };
    crawl.run(&DELAY).expect(0);
    crawl.expect_all(&server, 1, 6);
    let log = server.log();
    assert_eq!((log[0].path.as_str(), log[1].path.as_str()), ("/robots.txt", "/robots.txt"));
    assert_eq!(server.count("/robots.txt"), 2);
    log[1].at.duration_since(log[0].at) + server.tolerance()
}

#[test]
fn a_request_for_robots_txt_that_breaks_off_is_made_again() {
    assert!(at_the_second_try(|| Answer::Nothing) >= Duration::from_secs(10));
}

#[test]
fn a_robots_txt_may_ask_for_silence() {
    assert!(at_the_second_try(|| Answer::status(429).header("Retry-After", "2")) >= Duration::from_secs(2));
    assert!(at_the_second_try(|| Answer::status(503).header("Retry-After", "2")) >= Duration::from_secs(2));
}
