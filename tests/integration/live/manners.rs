//! One request a delay, one in flight, on every host by itself.

use std::time::Duration;

use super::server::{Answer, Server, most_in_flight, shortest_gap, span};
use super::site::{Crawl, profile_of, site};
use crate::program::run;

/// The longest delay between requests that is asked for below, as a server sees it.
fn at_least(delay: Duration, server: &Server) -> Duration {
    delay.saturating_sub(server.tolerance())
}

#[test]
fn twenty_hosts_are_each_asked_once_a_delay() {
    const HOSTS: u8 = 20;
    const ARTICLES: usize = 6;
    const DELAY: Duration = Duration::from_millis(500);
    let server = Server::start(HOSTS, site(ARTICLES));
    let crawl = Crawl::of(&server, HOSTS, "");
    crawl.run(&["--delay", "500ms"]).expect(0);
    crawl.expect_all(&server, HOSTS, ARTICLES);
    let (log, mut shortest) = (server.log(), Duration::MAX);
    for number in 1..=HOSTS {
        let log = server.log_of(number);
        assert_eq!(log.len(), ARTICLES + 2, "robots.txt, the list and the articles, once each");
        assert_eq!(log[0].path, "/robots.txt");
        shortest = shortest.min(shortest_gap(&log));
        assert_eq!(most_in_flight(&log), 1);
    }
    let ideal = DELAY * (u32::try_from(ARTICLES).unwrap() + 1);
    eprintln!(
        "{HOSTS} hosts, {} requests: span {:.2?}, ideal {ideal:.2?}, ratio {:.3}; shortest gap {shortest:.1?}, \
         tolerance {:.1?}",
        log.len(),
        span(&log),
        span(&log).as_secs_f64() / ideal.as_secs_f64(),
        server.tolerance()
    );
    assert!(shortest >= at_least(DELAY, &server), "{shortest:?}");
}

#[test]
fn what_a_host_asks_for_is_a_floor() {
    const ARTICLES: usize = 4;
    const ASKED: Duration = Duration::from_secs(1);
    let usual = site(ARTICLES);
    let server = Server::start(2, move |asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("127.0.0.2", "/robots.txt") => Answer::text("User-agent: *\nCrawl-delay: 1\n"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 2, "");
    crawl.run(&["--delay", "200ms"]).expect(0);
    crawl.expect_all(&server, 2, ARTICLES);
    let (quick, slow) = (shortest_gap(&server.log_of(1)), shortest_gap(&server.log_of(2)));
    eprintln!("shortest gaps: {quick:.1?} with a delay of 200 ms, {slow:.1?} with a Crawl-delay of 1 s");
    assert!(quick >= at_least(Duration::from_millis(200), &server), "{quick:?}");
    assert!(slow >= at_least(ASKED, &server), "{slow:?}");
    assert!(span(&server.log_of(1)) < ASKED * 5, "the other host keeps its own pace");
}

#[test]
fn a_slow_host_is_asked_when_it_has_answered() {
    const ARTICLES: usize = 5;
    let usual = site(ARTICLES);
    let server = Server::start(1, move |asked| usual(asked).after(Duration::from_millis(250)));
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "50ms"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    assert_eq!(most_in_flight(&server.log()), 1);

    let crawl = Crawl::of(&server, 1, "");
    let before = server.log().len();
    crawl.run(&["--delay", "50ms", "--concurrency", "3"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let log = server.log().split_off(before);
    eprintln!(
        "with --concurrency 3: {} in flight, shortest gap {:.1?}",
        most_in_flight(&log),
        shortest_gap(&log)
    );
    assert!(matches!(most_in_flight(&log), 2 | 3), "{}", most_in_flight(&log));
    assert!(shortest_gap(&log) >= at_least(Duration::from_millis(50), &server), "{:?}", shortest_gap(&log));
}

#[test]
fn two_profiles_of_one_host_share_its_pace() {
    const ARTICLES: usize = 6;
    const DELAY: Duration = Duration::from_millis(300);
    let server = Server::start(2, site(ARTICLES));
    let hosts = ["127.0.0.1".to_owned(), "127.0.0.2".to_owned()];
    let crawl = Crawl::new(&profile_of(&hosts[..1], &[server.url(1, "/")], ""));
    let other = profile_of(&hosts, &[server.url(1, "/"), server.url(2, "/")], "");
    crawl.program.write("ferry.yaml", other.replace("profile: harbour", "profile: ferry"));
    let mut command = crawl.command(&["--profile", "ferry.yaml", "--delay", "300ms"]);
    run(&mut command).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let ferry = crawl.program.records("ferry.jsonl");
    assert_eq!(ferry.len(), 2 * ARTICLES);
    let shared = server.log_of(1);
    eprintln!(
        "{} requests of two crawls to one host: shortest gap {:.1?}",
        shared.len(),
        shortest_gap(&shared)
    );
    assert!(shared.len() >= 2 * (ARTICLES + 1), "each crawl asks for itself");
    assert!(shortest_gap(&shared) >= at_least(DELAY, &server), "{:?}", shortest_gap(&shared));
    assert_eq!(most_in_flight(&shared), 1);
}
