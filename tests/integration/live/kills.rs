//! kill -9, again and again, in a live crawl of several hosts: each record once, each host at its pace.

use std::time::Duration;

use super::server::{Server, most_in_flight, shortest_gap};
use super::site::{Crawl, cut_off, site};

const HOSTS: u8 = 4;
const ARTICLES: usize = 12;
const DELAY: Duration = Duration::from_millis(200);

#[test]
fn many_kills_lose_nothing_and_hurry_nobody() {
    let usual = site(ARTICLES);
    // So slow that requests are in flight at most kills.
    let server = Server::start(HOSTS, move |asked| usual(asked).after(Duration::from_millis(60)));
    let crawl = Crawl::of(&server, HOSTS, "");
    let mut kills = 0;
    for requests in [1, 3, 7, 12, 18, 25, 33, 42] {
        let child = crawl.start(&["--delay", "200ms"]);
        server.wait_until(|log| log.len() >= requests);
        cut_off(child);
        kills += 1;
    }
    crawl.run(&["--delay", "200ms"]).expect(0);
    crawl.expect_all(&server, HOSTS, ARTICLES);
    let asked = server.log().len();
    let shortest = (1..=HOSTS).map(|number| shortest_gap(&server.log_of(number))).min().unwrap();
    eprintln!(
        "{kills} kills, {HOSTS} hosts, {asked} requests for {} pages, shortest gap on one host {shortest:.1?}, tolerance {:.1?}",
        usize::from(HOSTS) * (ARTICLES + 2),
        server.tolerance()
    );
    assert!(shortest >= DELAY.saturating_sub(server.tolerance()), "{shortest:?}");
    assert!(
        asked <= usize::from(HOSTS) * (ARTICLES + 2 + kills),
        "a kill repeats one request of a host at most"
    );
    for number in 1..=HOSTS {
        assert_eq!(most_in_flight(&server.log_of(number)), 1);
    }
}

/// Several requests of one host in flight at each kill.
#[test]
fn kills_with_several_requests_in_flight() {
    const MANY: usize = 60;
    let usual = site(MANY);
    let server = Server::start(1, move |asked| usual(asked).after(Duration::from_millis(100)));
    let crawl = Crawl::of(&server, 1, "");
    let arguments = ["--delay", "10ms", "--concurrency", "6"];
    for requests in [5, 14, 20, 37, 50] {
        let child = crawl.start(&arguments);
        server.wait_until(|log| log.len() >= requests);
        cut_off(child);
    }
    crawl.run(&arguments).expect(0);
    crawl.expect_all(&server, 1, MANY);
    eprintln!("5 kills with up to 6 in flight: {} requests for {} pages", server.log().len(), MANY + 2);
    assert!(server.log().len() <= MANY + 2 + 5 * 6, "{}", server.log().len());
}
