//! Addresses that are not public are reached only where somebody opens them.

use std::process::Stdio;

use super::server::{Answer, Server, host};
use super::site::{Crawl, counted, profile_of, site};
use crate::program::{Run, run};

/// The address at which machines in clouds are told their secrets.
const METADATA: &str = "169.254.169.254";

/// A crawl with these hosts opened.
fn with_opened(crawl: &Crawl, opened: &[&str]) -> Run {
    let mut command = crawl.program.crawl();
    command.args(["--profile", "harbour.yaml", "--contact", "test@example.org", "--json", "--delay", "10ms"]);
    for host in opened {
        command.args(["--allow-private", host]);
    }
    run(command.stdin(Stdio::null()))
}

#[test]
fn nothing_private_is_asked_unless_it_is_opened() {
    let server = Server::start(1, site(2));
    let crawl = Crawl::of(&server, 1, "");
    for opened in [&[] as &[&str], &["127.0.0.2"], &["10.0.0.0/8"], &["localhost"]] {
        let refused = with_opened(&crawl, opened).expect(2);
        assert!(refused.stderr.contains("--allow-private 127.0.0.1"), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
    assert_eq!(server.paths(), [""; 0]);
    with_opened(&crawl, &["127.0.0.1"]).expect(0);
    crawl.expect_all(&server, 1, 2);
}

#[test]
fn a_redirect_or_link_to_a_private_address_is_refused_and_counted() {
    let usual = site(3);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/2" => Answer::redirect(&format!("http://{METADATA}/article/latest")),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    let report = with_opened(&crawl, &["127.0.0.0/8"]).expect(0).json();
    assert_eq!(crawl.urls().len(), 2);
    assert_eq!(counted(&report, "skipped", "leads away from the profile's hosts"), 1);

    // The same where the profile itself names the address: a profile alone opens nothing.
    let hosts = [host(1), METADATA.to_owned()];
    let seeds = [server.url(1, "/"), format!("http://{METADATA}/article/seed")];
    let crawl = Crawl::new(&profile_of(&hosts, &seeds, ""));
    let report = with_opened(&crawl, &["127.0.0.0/8"]).expect(0).json();
    assert_eq!(crawl.urls().len(), 2);
    assert_eq!(report["end"]["why"], "finished");
    assert_eq!(
        counted(&report, "skipped", "out of scope: "),
        3,
        "robots.txt, the seed, the redirect: {}",
        report["skipped"]
    );
}

#[test]
fn a_name_for_a_private_address_is_private() {
    let server = Server::start(1, site(3));
    let seed = format!("http://localhost:{}/", server.port());
    let crawl = Crawl::new(&profile_of(&["localhost".to_owned()], &[seed], ""));
    let refused = with_opened(&crawl, &[]).expect(2);
    assert!(refused.stderr.contains("--allow-private localhost"), "{}", refused.stderr);
    assert_eq!(server.paths(), [""; 0]);
    for opened in ["localhost", "127.0.0.0/8"] {
        with_opened(&crawl, &[opened, "::1"]).expect(0);
        assert_eq!(crawl.urls().len(), 3);
    }
    assert_eq!(server.log()[0].header("host"), Some(format!("localhost:{}", server.port()).as_str()));
}
