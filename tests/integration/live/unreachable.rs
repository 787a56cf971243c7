//! Hosts at which nobody answers.

use super::server::{Server, closed_port, host};
use super::site::{Crawl, all, profile_of, site};

/// Its robots.txt is asked for three times, half a minute in all.
#[test]
fn where_nothing_listens_the_crawl_can_not_go_on() {
    let seed = format!("http://127.0.0.1:{}/", closed_port());
    let crawl = Crawl::new(&profile_of(&[host(1)], &[seed], ""));
    let run = crawl.run(&["--delay", "10ms"]).expect(3);
    let report = run.json();
    assert_eq!(report["end"]["why"], "failed");
    let message = report["end"]["message"].as_str().unwrap();
    assert!(message.contains("127.0.0.1") && message.contains("connection refused"), "{message}");
    let seconds = report["seconds"].as_f64().unwrap();
    eprintln!("it gave up after {seconds:.1} s: {message}");
    assert!(seconds >= 30.0, "it tries again after 10 and after 20 seconds: {seconds}");
    assert_eq!(report["waiting"], 1, "the seed waits for a later run");
}

#[test]
fn a_dead_host_does_not_keep_the_others_up() {
    const ARTICLES: usize = 12;
    let server = Server::start(1, site(ARTICLES));
    let dead = format!("http://127.0.0.2:{}/", closed_port());
    let crawl = Crawl::new(&profile_of(
        &[host(1), host(2)],
        &[dead, server.url(1, "/")],
        "politeness: {retries: 1}\n",
    ));
    let report = crawl.run(&["--delay", "50ms"]).expect(1).json();
    assert_eq!(crawl.urls(), all(&server, 1, ARTICLES));
    let end = &report["end"];
    eprintln!("{end}");
    assert_eq!((end["why"].as_str(), end["host"].as_str()), (Some("silence"), Some("127.0.0.2")));
    assert_eq!(end["because"], "its robots.txt can't be read: connection refused");
    let span = super::server::span(&server.log());
    assert!(span.as_secs() < 8, "the good host was asked at its own pace: {span:?}");
}
