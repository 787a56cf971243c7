//! A crawl that is run again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::server::{Answer, Server};
use super::site::{Crawl, all, article, list, site, title};

const DELAY: [&str; 2] = ["--delay", "10ms"];
const LAST_MODIFIED: &str = "Tue, 05 Mar 2024 08:15:00 GMT";

/// Of the site's three articles the first has an ETag, the second a date, the third neither; all answer 304 where they
/// are asked with what they gave.
fn site_with_validators(changed: &Arc<AtomicBool>) -> Server {
    let (usual, changed) = (site(3), Arc::clone(changed));
    Server::start(1, move |asked| match asked.path.as_str() {
        "/article/1" if changed.load(Ordering::SeqCst) => {
            Answer::html(article("Harbour note 1, corrected")).header("ETag", "\"second\"")
        }
        "/article/1" => match asked.header("if-none-match") {
            Some("\"first\"") => Answer::status(304).header("ETag", "\"first\""),
            _ => usual(asked).header("ETag", "\"first\""),
        },
        "/article/2" => match asked.header("if-modified-since") {
            Some(LAST_MODIFIED) => Answer::status(304),
            _ => usual(asked).header("Last-Modified", LAST_MODIFIED),
        },
        _ => usual(asked),
    })
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = site_with_validators(&Arc::default());
    let crawl = Crawl::of(&server, 1, "");
    let first = crawl.run(&DELAY).expect(0).json();
    assert_eq!(first["articles"]["whole"], 3);
    crawl.expect_all(&server, 1, 3);
    let before = server.log().len();
    let second = crawl.run(&DELAY).expect(0).json();
    crawl.expect_all(&server, 1, 3);
    let asked: Vec<_> = server.log().split_off(before);
    let conditions = |path: &str| {
        let logged = asked.iter().find(|logged| logged.path == path).unwrap_or_else(|| panic!("no {path}"));
        let of = |name: &str| logged.header(name).map(str::to_owned);
        (of("if-none-match"), of("if-modified-since"), logged.status)
    };
    assert_eq!(conditions("/article/1"), (Some("\"first\"".to_owned()), None, 304));
    assert_eq!(conditions("/article/2"), (None, Some(LAST_MODIFIED.to_owned()), 304));
    assert_eq!(conditions("/article/3"), (None, None, 200));
    let pages = asked.iter().filter(|logged| logged.path != "/robots.txt").count();
    assert_eq!(pages, 4, "the list and its articles");
    assert_eq!((&second["round"], &second["articles"]["whole"]), (&json!(2), &json!(0)));
}

#[test]
fn a_changed_article_is_a_revision() {
    let changed = Arc::new(AtomicBool::new(false));
    let server = site_with_validators(&changed);
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&DELAY).expect(0);
    changed.store(true, Ordering::SeqCst);
    let report = crawl.run(&DELAY).expect(0).json();
    assert_eq!(report["articles"]["revised"], 1);
    let records = crawl.records();
    assert_eq!(records.len(), 4, "the revision is appended");
    let url = server.url(1, "/article/1");
    let of_one: Vec<_> = records.iter().filter(|record| record["url"] == url.as_str()).collect();
    assert_eq!(of_one[0]["id"], of_one[1]["id"]);
    assert_eq!((&of_one[0]["revision"], &of_one[1]["revision"]), (&json!(1), &json!(2)));
    assert_eq!(of_one[1]["title"], "Harbour note 1, corrected");
    assert_eq!(records.last(), Some(of_one[1]));
    crawl.run(&DELAY).expect(0);
    assert_eq!(crawl.records().len(), 4, "and once only");
}

#[test]
fn an_unfinished_crawl_goes_on() {
    const ARTICLES: usize = 20;
    let server = Server::start(1, site(ARTICLES));
    let crawl = Crawl::of(&server, 1, "");
    let report = crawl.run(&["--delay", "10ms", "--limit", "7"]).expect(0).json();
    assert_eq!(report["end"], json!({"why": "limit", "articles": 7}));
    assert_eq!(crawl.urls().len(), 7);
    crawl.run(&DELAY).expect(0);
    crawl.expect_all(&server, 1, ARTICLES);
    let paths = server.paths();
    let different: BTreeSet<&String> = paths.iter().collect();
    assert_eq!(paths.len(), different.len(), "something was asked for twice: {paths:?}");
    assert_eq!(paths.len(), ARTICLES + 2);
}

#[test]
fn a_new_article_is_found_and_one_that_is_gone_is_removed() {
    let later = Arc::new(AtomicBool::new(false));
    let is_later = Arc::clone(&later);
    let server = Server::start(1, move |asked| {
        let later = is_later.load(Ordering::SeqCst);
        match asked.path.as_str() {
            "/" if later => Answer::html(list(["/article/1", "/article/2", "/article/3"].map(str::to_owned))),
            "/" => Answer::html(list(["/article/1", "/article/2"].map(str::to_owned))),
            "/article/2" if later => Answer::status(410),
            path if path.starts_with("/article/") => Answer::html(article(&title(asked))),
            _ => Answer::status(404),
        }
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&DELAY).expect(0);
    assert_eq!(crawl.urls(), all(&server, 1, 2));
    later.store(true, Ordering::SeqCst);
    let report = crawl.run(&DELAY).expect(0).json();
    let articles = &report["articles"];
    assert_eq!(
        (&articles["whole"], &articles["unchanged"], &articles["removed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let records = crawl.records();
    let removed: Vec<_> = records.iter().filter(|record| record["kind"] == "removed").collect();
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0]["url"], server.url(1, "/article/2").as_str());
    assert_eq!(removed[0]["revision"], 2);
    assert_eq!(records.len(), 4);
}

/// The list itself has not changed, and still leads to the articles, of which one has.
#[test]
fn a_list_that_has_not_changed_leads_on() {
    let changed = Arc::new(AtomicBool::new(false));
    let is_changed = Arc::clone(&changed);
    let usual = site(3);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        "/" if asked.header("if-none-match") == Some("\"list\"") => Answer::status(304),
        "/" => usual(asked).header("ETag", "\"list\""),
        "/article/2" if is_changed.load(Ordering::SeqCst) => {
            Answer::html(article("Harbour note 2, corrected"))
        }
        _ => usual(asked),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&DELAY).expect(0);
    for round in [2, 3] {
        changed.store(round == 3, Ordering::SeqCst);
        let report = crawl.run(&DELAY).expect(0).json();
        assert_eq!(server.count("/article/2"), round, "each run looks at it once");
        assert_eq!(report["articles"]["revised"], u64::from(round == 3));
    }
    let answers: Vec<u16> =
        server.log().iter().filter(|logged| logged.path == "/").map(|logged| logged.status).collect();
    assert_eq!(answers, [200, 304, 304]);
}

/// Begun anew, everything is asked for again, and the output is replaced.
#[test]
fn fresh_begins_anew() {
    let server = Server::start(1, site(3));
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&DELAY).expect(0);
    crawl.run(&["--delay", "10ms", "--fresh"]).expect(0);
    crawl.expect_all(&server, 1, 3);
    assert_eq!((server.count("/article/1"), server.count("/robots.txt")), (2, 2));
}

/// Both articles answer 304, and the second one's title is not where the profile first looks for it.
#[test]
fn what_has_not_changed_is_read_again_where_it_was_incomplete_or_the_profile_has_changed() {
    let usual = site(2);
    let server = Server::start(1, move |asked| match asked.path.as_str() {
        path if path.starts_with("/article/") && asked.header("if-none-match").is_some() => {
            Answer::status(304)
        }
        "/article/2" => {
            let page = article(&title(asked)).replace("h1>", "h2>");
            Answer::html(page).header("ETag", "\"same\"")
        }
        _ => usual(asked).header("ETag", "\"same\""),
    });
    let crawl = Crawl::of(&server, 1, "");
    let profile = crawl.program.read("harbour.yaml");
    let conditions = |crawl: &Crawl| {
        let before = server.log().len();
        let report = crawl.run(&DELAY).json();
        let asked = server.log().split_off(before);
        let conditional = |path: &str| {
            let logged = asked.iter().find(|logged| logged.path == path).unwrap();
            logged.header("if-none-match").is_some()
        };
        (report["articles"].clone(), [conditional("/article/1"), conditional("/article/2")])
    };
    let (first, _) = conditions(&crawl);
    assert_eq!((&first["whole"], &first["incomplete"]), (&json!(1), &json!(1)));
    let (_, again) = conditions(&crawl);
    assert_eq!(again, [true, false], "the incomplete one is asked for in full");
    crawl.program.write("harbour.yaml", profile.replace("title: h1", "title: [h1, h2]"));
    let (mended, again) = conditions(&crawl);
    assert_eq!(again, [false, false], "another profile may see other things");
    assert_eq!(mended["revised"], 1, "{mended}");
    assert_eq!(conditions(&crawl).1, [true, true], "and once only");
}
