//! What is fetched, and what comes of it.

use masthead_driver::End;

use crate::site::{Desk, PROFILE, Site, article, list};

#[test]
fn lists_feeds_and_sitemaps_lead_to_articles() {
    let mut site = Site::new(&["/section/a", "/2024/1", "/about", "https://elsewhere.example/2024/9"]);
    site.article(1);
    site.answer(
        "https://lantern.example/robots.txt",
        200,
        &[],
        "User-agent: *\nDisallow: /2024/7\nSitemap: https://lantern.example/map.xml\n",
    );
    site.answer(
        "https://lantern.example/feed",
        200,
        &[("Content-Type", "application/rss+xml")],
        "<rss><channel><item><link>https://lantern.example/2024/2</link><title>Two</title></item></channel></rss>",
    );
    site.answer(
        "https://lantern.example/map.xml",
        200,
        &[("Content-Type", "text/xml")],
        "<urlset><url><loc>https://lantern.example/2024/3</loc></url><url><loc>https://lantern.example/about</loc></url>\
         </urlset>",
    );
    site.page("https://lantern.example/section/a", &list(&["/2024/4", "/2024/7", "/2024/photos/8"]));
    for number in 2..=7 {
        site.article(number);
    }
    let desk = Desk::new(&site);
    let report = desk.run(desk.job());
    let titles = [1, 2, 3, 4].map(|number| format!("Lantern number {number} is lit"));
    assert_eq!(desk.field("title"), titles);
    assert_eq!((report.end.clone(), report.articles.whole, report.exit_code()), (End::Finished, 4, 0));
    assert_eq!(report.disallowed.total(), 1);
    let rule = report.disallowed.iter().next().unwrap();
    assert_eq!((rule.what.as_str(), rule.examples.len()), ("line 2: Disallow: /2024/7", 1));
}

#[test]
fn a_redirect_leads_to_one_record_and_never_away() {
    let mut site = Site::new(&["/2024/1", "/2024/old", "/2024/away", "/2024/round", "/2024/mobile"]);
    site.article(1);
    site.redirect("https://lantern.example/2024/old", "/2024/1");
    site.redirect("https://lantern.example/2024/away", "https://elsewhere.example/2024/1");
    site.redirect("https://lantern.example/2024/round", "/2024/round");
    site.redirect("https://lantern.example/2024/mobile", "https://m.lantern.example/2024/2");
    site.page("https://m.lantern.example/2024/2", &article(2, "2024-05-06"));
    let desk = Desk::new(&site);
    let report = desk.run(desk.job());
    assert_eq!(desk.field("url"), ["https://lantern.example/2024/1", "https://m.lantern.example/2024/2"]);
    assert_eq!(report.articles.duplicates, 1);
    let failures: Vec<_> = report.failures.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(failures, ["more than 10 redirects, in a circle"]);
    let skipped: Vec<_> = report.skipped.iter().map(|entry| (entry.what.as_str(), entry.count)).collect();
    assert!(skipped.contains(&("leads away from the profile's hosts", 1)), "{skipped:?}");
}

#[test]
fn bad_pages_are_counted_with_their_reasons_and_never_end_a_crawl() {
    let mut site = Site::with_articles(1..30);
    let links: Vec<String> = (1..36).map(|number| format!("/2024/{number}")).collect();
    site.page("https://lantern.example/", &list(&links.iter().map(String::as_str).collect::<Vec<_>>()));
    site.answer("https://lantern.example/2024/30", 404, &[], "no");
    site.answer("https://lantern.example/2024/31", 500, &[], "no");
    site.answer("https://lantern.example/2024/32", 200, &[("Content-Type", "application/pdf")], "%PDF");
    site.page("https://lantern.example/2024/33", "  ");
    site.page("https://lantern.example/2024/34", "<h1>Service Error</h1>");
    let desk = Desk::new(&site);
    let report = desk.run(desk.job());
    assert_eq!((report.articles.whole, report.articles.incomplete), (29, 1));
    let failures: Vec<_> = report.failures.iter().map(|entry| (entry.what.as_str(), entry.count)).collect();
    assert_eq!(
        failures,
        [("not a page but application/pdf", 1), ("status 500", 1), ("the page is empty", 1)]
    );
    let skipped: Vec<_> = report.skipped.iter().map(|entry| (entry.what.as_str(), entry.count)).collect();
    assert!(skipped.contains(&("not in the archive", 2)), "the feed, and article 35: {skipped:?}");
    let incomplete = desk.records("out.incomplete.jsonl");
    assert_eq!(incomplete[0]["missing"], serde_json::json!(["published", "body"]));
    assert!(incomplete[0]["provenance"]["body"].is_object(), "what was tried is said: {}", incomplete[0]);
    assert_eq!(report.exit_code(), 1, "4 of 33 are more than one in ten");
}

#[test]
fn next_is_followed_until_it_leads_nowhere_new() {
    let mut site = Site::new(&["/section/a"]);
    let page = |number: u32, next: &str| {
        format!("{}<a class=next href='{next}'>next</a>", list(&[&format!("/2024/{number}")]))
    };
    site.page("https://lantern.example/section/a", &page(1, "/section/a?page=2"));
    site.page("https://lantern.example/section/a?page=2", &page(2, "/section/a?page=3"));
    for number in 3..20 {
        let (url, next) = (
            format!("https://lantern.example/section/a?page={number}"),
            format!("/section/a?page={}", number + 1),
        );
        site.page(&url, &page(3, &next));
    }
    for number in 1..=3 {
        site.article(number);
    }
    let desk = Desk::new(&site);
    // The pages are lists by `follow` as well; without it the chain alone leads on.
    let report = desk.run(desk.job_of(&PROFILE.replace("'^/section/'", "'^/section/a$'")));
    assert_eq!(report.articles.whole, 3);
    assert_eq!(report.pages[&masthead_driver::Purpose::List], 1 + 4, "the fourth page repeats the third");
}

#[test]
fn named_pages_alone_and_articles_since_a_day() {
    let mut site = Site::with_articles(1..4);
    site.page("https://lantern.example/2024/9", &article(9, "2023-12-31T10:00:00Z"));
    let desk = Desk::new(&site);
    let mut job = desk.job();
    job.urls =
        ["2024/2", "2024/9"].map(|path| format!("https://lantern.example/{path}").parse().unwrap()).into();
    job.since = Some("2024-01-01".to_owned());
    let report = desk.run(job);
    assert_eq!(desk.field("url"), ["https://lantern.example/2024/2"]);
    assert_eq!(report.skipped.iter().next().unwrap().what, "published before 2024-01-01");
}
