//! What a second run does.

use masthead_driver::{End, Job, Pages, Progress, Snapshot, Stop};

use crate::site::{Desk, PROFILE, Site};

#[test]
fn a_limit_is_met_exactly_and_a_higher_one_goes_on() {
    let desk = Desk::new(&Site::with_articles(0..20));
    let limited = |limit| {
        let mut job = desk.job();
        (job.limit, job.concurrency) = (Some(limit), Some(4));
        desk.run(job)
    };
    let report = limited(7);
    assert_eq!(
        (report.end.clone(), report.articles.whole, report.exit_code()),
        (End::Limit { articles: 7 }, 7, 0)
    );
    assert_eq!(limited(7).articles.whole, 0);
    assert_eq!(limited(9).articles.whole, 2);
    let report = desk.run(desk.job());
    assert_eq!((report.end, report.articles.whole, report.total.whole), (End::Finished, 11, 20));
    let mut urls = desk.field("url");
    urls.dedup();
    assert_eq!(urls.len(), 20);
}

/// Stops its crawl at the first page.
struct StopAtOnce(Stop);

impl Progress for StopAtOnce {
    fn update(&self, _now: &Snapshot<'_>) {
        self.0.stop();
    }
}

#[test]
fn a_stopped_crawl_goes_on_where_it_stopped() {
    let desk = Desk::new(&Site::with_articles(0..20));
    let job = desk.job();
    let stop = StopAtOnce(job.stop.clone());
    let report = desk.run_with(job, &stop);
    assert_eq!((report.end.clone(), report.exit_code()), (End::Stopped, 1));
    assert!(report.waiting > 0);
    let rest = desk.run(desk.job());
    assert_eq!((rest.end, rest.total.whole), (End::Finished, 20));
    assert_eq!(desk.records("out.jsonl").len(), 20);
}

#[test]
fn a_budget_ends_a_run_and_the_next_goes_on() {
    let desk = Desk::new(&Site::with_articles(0..20));
    let limited = |change: &dyn Fn(&mut Job)| {
        let mut job = desk.job();
        change(&mut job);
        let report = desk.run(job);
        assert_eq!(report.exit_code(), 0, "it did what was asked for");
        report.end
    };
    assert_eq!(limited(&|job| job.max_pages = Some(5)), End::Budget { flag: "--max-pages" });
    assert_eq!(limited(&|job| job.max_bytes = Some(1)), End::Budget { flag: "--max-bytes" });
    assert_eq!(limited(&|_| {}), End::Finished);
    assert_eq!(desk.records("out.jsonl").len(), 20);
}

#[test]
fn a_finished_crawl_looks_again_and_gives_only_what_changed() {
    let mut site = Site::with_articles(0..3);
    let desk = Desk::new(&site);
    desk.run(desk.job());
    let report = desk.run(desk.job());
    assert_eq!((report.round, report.articles.unchanged, desk.records("out.jsonl").len()), (2, 3, 3));

    site.page("https://lantern.example/2024/1", &crate::site::article(100, "2024-05-06"));
    site.answer("https://lantern.example/2024/2", 410, &[], "gone");
    desk.record(&site);
    let report = desk.run(desk.job());
    assert_eq!((report.articles.unchanged, report.articles.revised, report.articles.removed), (1, 1, 1));
    let records = desk.records("out.jsonl");
    let news: Vec<_> = records.iter().skip(3).map(|record| (&record["kind"], &record["revision"])).collect();
    assert_eq!(news.len(), 2);
    assert!(news.iter().any(|(kind, revision)| *kind == "article" && *revision == 2));
    assert!(news.iter().any(|(kind, revision)| *kind == "removed" && *revision == 2));
}

#[test]
fn a_changed_profile_gives_revisions() {
    let desk = Desk::new(&Site::with_articles(0..3));
    desk.run(desk.job());
    let profile = PROFILE.replace("title: h1", "title: title");
    assert_eq!(desk.run(desk.job_of(&profile)).articles.revised, 3);
}

#[test]
fn fresh_replaces_what_the_state_wrote_and_nothing_else() {
    let desk = Desk::new(&Site::with_articles(0..3));
    let fresh = || Job { fresh: true, ..desk.job() };
    desk.run(desk.job());
    let before = desk.records("out.jsonl");
    assert_eq!(desk.run(fresh()).articles.whole, 3);
    assert_eq!(desk.records("out.jsonl"), before);

    std::fs::write(desk.path("out.jsonl"), "somebody else's\n").unwrap();
    let error = masthead_driver::run(fresh(), &()).unwrap_err();
    assert_eq!(masthead_driver::exit_code(&error), 2, "{error:#}");
    assert_eq!(std::fs::read_to_string(desk.path("out.jsonl")).unwrap(), "somebody else's\n");
}

#[test]
fn a_state_belongs_to_one_crawl() {
    let desk = Desk::new(&Site::with_articles(0..3));
    desk.run(desk.job());
    let status = masthead_driver::status(&desk.path(".crawl/lantern")).unwrap();
    assert_eq!((status.profile.as_deref(), status.finished, status.undelivered), (Some("lantern"), true, 0));
    assert_eq!(status.outputs, [desk.path("out.jsonl")]);

    let mut other = desk.job_of(&PROFILE.replace("profile: lantern", "profile: lamp"));
    other.state = Some(desk.path(".crawl/lantern"));
    let error = masthead_driver::run(other, &()).unwrap_err();
    assert_eq!(masthead_driver::exit_code(&error), 2, "{error:#}");
    assert!(masthead_driver::status(&desk.path("nowhere")).is_err());
}

#[test]
fn jobs_that_cannot_begin_say_what_to_do() {
    let desk = Desk::new(&Site::new(&[]));
    let refused = |change: &dyn Fn(&mut Job)| {
        let mut job = desk.job();
        change(&mut job);
        let error = masthead_driver::run(job, &()).unwrap_err();
        assert_eq!(masthead_driver::exit_code(&error), 2);
        error.to_string()
    };
    let private = |job: &mut Job| {
        *job = desk.job_of(&PROFILE.replace("lantern.example", "127.0.0.1"));
        job.pages = Pages::Live;
    };
    assert!(refused(&private).contains("--allow-private 127.0.0.1"));
    assert!(
        refused(&|job| (job.pages, job.allow_private) = (Pages::Live, vec!["10/8x".to_owned()]))
            .contains("10/8x")
    );
    assert!(
        refused(&|job| job.pages = Pages::Offline)
            .contains("no recorded pages ship with the profile lantern")
    );
    assert!(refused(&|job| job.pages = Pages::Archive(Vec::new())).contains("--archive"));
    assert!(refused(&|job| job.since = Some("yesterday".to_owned())).contains("2019-08-21"));
    assert!(refused(&|job| job.urls = vec!["https://a.example/".parse().unwrap()]).contains("a.example"));
    assert!(refused(&|job| job.sinks.push(job.sinks[0].clone())).contains("two sinks"));
}
