//! Where pages come from: feeds, sitemaps, lists with a next page, and redirects, all at the hosts' pace.

use std::collections::BTreeSet;
use std::time::Duration;

use super::server::{Answer, Asked, Page, Server, host, shortest_gap};
use super::site::{Crawl, all, article, article_path, counted, list, site, title};

fn base(asked: &Asked) -> String {
    format!("http://{}", asked.header("host").unwrap())
}

fn xml(body: String) -> Answer {
    Answer::Page(Page::new(200, body).header("Content-Type", "application/xml"))
}

/// A profile that is given whole, with the server's addresses for `{1}` and `{2}`.
fn crawl_of(server: &Server, discover: &str) -> Crawl {
    let discover = discover.replace("{1}", &server.url(1, "")).replace("{2}", &server.url(2, ""));
    Crawl::new(&format!(
        "profile: harbour\nversion: 1\nhosts: [127.0.0.1, 127.0.0.2]\ntimezone: Europe/Dublin\n\
         article: {{title: h1, published: time@datetime, body: .text}}\n{discover}"
    ))
}

#[test]
fn sitemaps_that_robots_txt_names() {
    let usual = site(6);
    let server = Server::start(2, move |asked| match asked.path.as_str() {
        "/robots.txt" => {
            Answer::text(format!("User-agent: *\nAllow: /\nSitemap: {}/index.xml\n", base(asked)))
        }
        "/index.xml" => xml(format!(
            "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>{}/map.xml</loc></sitemap></sitemapindex>",
            base(asked)
        )),
        "/map.xml" => {
            let pages: String = (1..=6)
                .map(|number| format!("<url><loc>{}{}</loc></url>", base(asked), article_path(number)))
                .collect();
            xml(format!(
                "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{pages}<url><loc>{}/about</loc></url></urlset>",
                base(asked)
            ))
        }
        _ => usual(asked),
    });
    let crawl =
        crawl_of(&server, "discover: {seeds: ['{1}/none'], sitemaps: [robots], articles: ['^/article/']}\n");
    crawl.run(&["--delay", "20ms"]).expect(0);
    crawl.expect_all(&server, 1, 6);
    assert_eq!(server.count("/about"), 0, "it matches nothing that the profile wants");
    assert_eq!(server.count("/index.xml") + server.count("/map.xml"), 2);
}

#[test]
fn a_feed_and_a_list_with_a_next_page() {
    let usual = site(9);
    let server = Server::start(2, move |asked| match asked.path.as_str() {
        "/feed" => {
            let items: String = (1..=3)
                .map(|number| {
                    format!(
                        "<item><title>x</title><link>{}{}</link></item>",
                        base(asked),
                        article_path(number)
                    )
                })
                .collect();
            xml(format!("<rss version=\"2.0\"><channel><title>Harbour</title>{items}</channel></rss>"))
        }
        "/list" => {
            Answer::html(list((3..=6).map(article_path)) + "<a class=next href='/list?page=2'>next</a>")
        }
        "/list?page=2" => {
            Answer::html(list((6..=9).map(article_path)) + "<a class=next href='/list?page=3'>next</a>")
        }
        // A list that never ends: every later page names nothing.
        path if path.starts_with("/list?page=") => {
            Answer::html("<p>nothing here</p><a class=next href='/list?page=4'>next</a>")
        }
        _ => usual(asked),
    });
    let crawl = crawl_of(
        &server,
        "discover: {seeds: ['{1}/list'], feeds: ['{1}/feed'], articles: ['^/article/'], next: a.next}\n",
    );
    crawl.run(&["--delay", "20ms"]).expect(0);
    crawl.expect_all(&server, 1, 9);
    assert_eq!(server.count("/list?page=4"), 0, "a page that names nothing ends the list");
    assert_eq!(server.log().len(), 1 + 1 + 3 + 9, "each once: {:?}", server.paths());
}

/// Every article of the one host is a redirect to the other: each hop is a request at its host's pace.
#[test]
fn redirects_between_hosts_keep_both_paces() {
    const DELAY: Duration = Duration::from_millis(200);
    let usual = site(5);
    let server = Server::start(2, move |asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("127.0.0.1", path) if path.starts_with("/article/") => {
            let port = asked.header("host").unwrap().rsplit(':').next().unwrap();
            Answer::redirect(&format!("http://127.0.0.2:{port}{path}"))
        }
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 2, "");
    let report = crawl.run(&["--delay", "200ms"]).expect(0).json();
    let there: BTreeSet<String> =
        all(&server, 2, 5).into_iter().filter(|url| url.contains(&host(2))).collect();
    assert_eq!(crawl.urls(), there);
    assert_eq!(counted(&report, "skipped", "a redirect to another host"), 5);
    for number in [1, 2] {
        let log = server.log_of(number);
        eprintln!("host {number}: {} requests, shortest gap {:.1?}", log.len(), shortest_gap(&log));
        assert!(shortest_gap(&log) >= DELAY.saturating_sub(server.tolerance()), "{:?}", shortest_gap(&log));
        assert_eq!(log.len(), 7, "each article once on each host");
    }
}

/// Redirects on one host are requests like any other.
#[test]
fn hops_on_one_host_keep_its_pace() {
    const DELAY: Duration = Duration::from_millis(150);
    let usual = site(9);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/article/1" => Answer::redirect("/article/1?step=1"),
        "/article/1?step=1" => Answer::redirect("/article/1?step=2"),
        "/article/1?step=2" => Answer::html(article("Harbour note at the end of a chain")),
        "/" => Answer::html(list([article_path(1), article_path(2)])),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "150ms"]).expect(0);
    assert_eq!(
        crawl.urls(),
        BTreeSet::from([server.url(1, "/article/1?step=2"), server.url(1, "/article/2")])
    );
    let log = server.log();
    assert_eq!(log.len(), 6);
    assert!(shortest_gap(&log) >= DELAY.saturating_sub(server.tolerance()), "{:?}", shortest_gap(&log));
}

/// A server that closes after each answer: every request makes a connection of its own, and the pace holds.
#[test]
fn a_server_that_closes_each_connection() {
    const DELAY: Duration = Duration::from_millis(100);
    let server = Server::start(1, |asked| {
        let (kind, body) = match asked.path.as_str() {
            "/robots.txt" => ("text/plain", "User-agent: *\nAllow: /\n".to_owned()),
            "/" => ("text/html", list((1..=8).map(article_path))),
            _ => ("text/html", article(&title(asked))),
        };
        // HTTP/1.0, and a body that ends with the connection.
        Answer::Bytes(format!("HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}").into_bytes())
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "100ms"]).expect(0);
    crawl.expect_all(&server, 1, 8);
    let log = server.log();
    eprintln!("{} connections, shortest gap {:.1?}", log.len(), shortest_gap(&log));
    assert!(shortest_gap(&log) >= DELAY.saturating_sub(server.tolerance()), "{:?}", shortest_gap(&log));
}

/// The same without a word of it: a connection that looks as if it could be used again is gone.
#[test]
fn a_server_that_closes_without_a_word() {
    let server = Server::start(1, |asked| {
        let (kind, body) = match asked.path.as_str() {
            "/robots.txt" => ("text/plain", "User-agent: *\nAllow: /\n".to_owned()),
            "/" => ("text/html", list((1..=20).map(article_path))),
            _ => ("text/html", article(&title(asked))),
        };
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        Answer::Bytes((head + &body).into_bytes())
    });
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "20ms"]).expect(0).json();
    crawl.expect_all(&server, 1, 20);
    eprintln!("{:.1} s for {} requests", report["seconds"].as_f64().unwrap(), server.log().len());
}

/// However a page is named, it is asked for once.
#[test]
fn one_page_under_many_names() {
    let usual = site(1);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/" => {
            let host = asked.header("host").unwrap();
            let port = host.rsplit(':').next().unwrap();
            let names = [
                "/article/1".to_owned(),
                "/article/1#comments".to_owned(),
                "/article/1?utm_source=front&fbclid=7".to_owned(),
                "/news/../article/1".to_owned(),
                format!("http://{host}/article/1"),
                format!("http://127.1:{port}/article/1"),
                format!("//{host}/./article/1"),
            ];
            Answer::html(list(names))
        }
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(&server, 1, 1);
    assert_eq!(server.log().len(), 3, "{:?}", server.paths());
}

/// A seed that fails is tried again later, and all that it leads to is found.
#[test]
fn a_seed_that_fails_once() {
    let (usual, tried) = (site(4), std::sync::OnceLock::new());
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/" if tried.set(()).is_ok() => Answer::status(500),
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "10ms"]).expect(0);
    crawl.expect_all(&server, 1, 4);
    assert_eq!(server.count("/"), 2);
}
