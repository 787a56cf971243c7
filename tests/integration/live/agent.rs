//! What the crawler calls itself.

use super::server::{Answer, Server};
use super::site::{Crawl, all, site};
use crate::program::{Run, run};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn crawl_with(crawl: &Crawl, arguments: &[&str]) -> Run {
    let mut command = crawl.program.crawl();
    command.args(["--profile", "harbour.yaml", "--allow-private", "127.0.0.0/8", "--delay", "10ms"]);
    run(command.args(arguments).env_remove("MASTHEAD_CONTACT"))
}

/// The one name on all requests.
#[track_caller]
fn agent(server: &Server) -> String {
    let log = server.log();
    let agent = log[0].header("user-agent").unwrap().to_owned();
    assert!(log.iter().all(|logged| logged.header("user-agent") == Some(&agent)));
    agent
}

#[test]
fn the_agent_says_whom_to_write_to() {
    let server = Server::start(1, site(2));
    let run = crawl_with(&Crawl::of(&server, 1, ""), &["--contact", "https://example.org/bot"]).expect(0);
    assert_eq!(agent(&server), format!("Masthead/{VERSION} (+https://example.org/bot)"));
    assert!(!run.stderr.contains("--contact"), "{}", run.stderr);
}

#[test]
fn without_a_contact_the_person_is_told() {
    let server = Server::start(1, site(2));
    let run = crawl_with(&Crawl::of(&server, 1, ""), &[]).expect(0);
    assert_eq!(agent(&server), format!("Masthead/{VERSION}"));
    assert!(run.stderr.contains("--contact"), "{}", run.stderr);
}

#[test]
fn the_contact_may_come_from_the_environment() {
    let server = Server::start(1, site(2));
    let crawl = Crawl::of(&server, 1, "");
    let mut command = crawl.program.crawl();
    command.args(["--profile", "harbour.yaml", "--allow-private", "127.0.0.0/8", "--delay", "10ms"]);
    run(command.env("MASTHEAD_CONTACT", "night@example.org")).expect(0);
    assert_eq!(agent(&server), format!("Masthead/{VERSION} (+night@example.org)"));
}

#[test]
fn another_name_obeys_the_rules_for_that_name() {
    let rules = "User-agent: *\nDisallow: /article/1\n\nUser-agent: foo\nDisallow: /article/2\n";
    let usual = site(3);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text(rules),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl_with(&crawl, &["--agent", "Foo", "--contact", "test@example.org"]).expect(0);
    assert_eq!(agent(&server), format!("Foo/{VERSION} (+test@example.org)"));
    let mut expected = all(&server, 1, 3);
    expected.remove(&server.url(1, "/article/2"));
    assert_eq!(crawl.urls(), expected);
    assert_eq!(server.count("/article/2"), 0);
}
