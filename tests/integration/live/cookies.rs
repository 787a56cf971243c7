//! Sites that insist on a cookie of their own.

use std::collections::BTreeSet;

use super::server::{Answer, Asked, Server};
use super::site::{Crawl, all, site};

fn has_cookie(asked: &Asked) -> bool {
    asked.header("cookie").is_some_and(|cookies| cookies.split("; ").any(|cookie| cookie == "seen=yes"))
}

/// It redirects to itself until the cookie comes back.
#[test]
fn a_site_that_redirects_until_it_sees_its_cookie() {
    const ARTICLES: usize = 5;
    let usual = site(ARTICLES);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/robots.txt" => usual(asked),
        _ if has_cookie(asked) => usual(asked),
        path => Answer::redirect(path).header("Set-Cookie", "seen=yes; Path=/"),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let refused = server.log().iter().filter(|logged| logged.status == 302).count();
    eprintln!("{refused} redirect for {ARTICLES} articles");
    assert_eq!(refused, 1, "the cookie is kept");
}

#[test]
fn a_cookie_goes_to_the_host_that_set_it() {
    let usual = site(2);
    let server = Server::start(2, move |asked| match asked.host.as_str() {
        "127.0.0.1" => usual(asked).header("Set-Cookie", "seen=yes; Path=/"),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 2, "");
    crawl.run(&["--delay", "50ms"]).expect(0);
    assert_eq!(crawl.urls(), all(&server, 2, 2));
    let with = |number: u8| -> BTreeSet<String> {
        let log = server.log_of(number);
        let with = log.iter().filter(|logged| logged.header("cookie").is_some());
        with.map(|logged| logged.path.clone()).collect()
    };
    assert_eq!(with(1).len(), 3, "all but the first request");
    assert_eq!(with(2), BTreeSet::new());
}
