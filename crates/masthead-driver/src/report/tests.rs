use super::*;

fn report() -> CrawlReport {
    CrawlReport {
        profile: "example".into(),
        mode: CrawlMode::Offline,
        state: ".crawl/example".into(),
        round: 1,
        end: End::Finished,
        damaged: Counts::default(),
        robots_ignored: false,
        pages: [(Purpose::Robots, 1), (Purpose::Article, 30), (Purpose::List, 4)].into(),
        bytes: 1_234_567,
        articles: ArticleCounts { whole: 29, incomplete: 1, ..ArticleCounts::default() },
        records: [].into(),
        failures: Counts::default(),
        skipped: Counts::default(),
        disallowed: Counts::default(),
        layouts: [("new".to_owned(), 20), ("old".to_owned(), 10)].into(),
        auto: [("language".to_owned(), 30)].into(),
        findings: Counts::default(),
        alarms: Vec::new(),
        outputs: vec![OutputReport {
            name: "example.jsonl".into(),
            delivered: 29,
            ..OutputReport::default()
        }],
        total: Total { whole: 29, incomplete: 1, ..Total::default() },
        waiting: 0,
        seconds: 1.25,
    }
}

#[test]
fn records_of_ones_own_have_a_line_a_kind() {
    let quotes = ArticleCounts { whole: 40, removed: 2, ..ArticleCounts::default() };
    let total = Total { whole: 69, ..Total::default() };
    let text = CrawlReport { records: [("quotes".to_owned(), quotes)].into(), total, ..report() }.to_string();
    let expected = "\n  articles       29 whole, 1 incomplete\n  quotes         40 whole, 2 removed\n";
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("in all runs"), "{text}");
}

#[test]
fn people_read_it_from_the_top() {
    let mut report = report();
    report.failures.add("soft 404", "https://example.com/x");
    let expected = "\
example (offline): finished
  pages          35 (robots 1, article 30, list 4), 1.2 MB, 1.2 s
  articles       29 whole, 1 incomplete
  layouts        new 20, old 10
  from metadata  language 30
  failed         1
    1 × soft 404 (https://example.com/x)
  example.jsonl  29 records
  state          .crawl/example
";
    assert_eq!(report.to_string(), expected);
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn one_article_in_ten_may_fall_short() {
    let mut report = report();
    report.total.failed = 2;
    assert_eq!(report.exit_code(), 0);
    report.total.failed = 3;
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.shortfalls(), ["4 of 33 pages failed or gave an incomplete record."]);
}

#[test]
fn the_end_decides_the_exit_code() {
    for (end, code) in [
        (End::Finished, 0),
        (End::Limit { articles: 29 }, 0),
        (End::Budget { flag: "--max-pages" }, 0),
        (End::Stopped, 1),
        (End::Silence { host: "example.com".into(), seconds: 900, because: None }, 1),
        (End::Failed { message: "the disk is full".into() }, 3),
    ] {
        let report = CrawlReport { end, ..report() };
        assert_eq!(report.exit_code(), code, "{}", report.end);
    }
}

#[test]
fn a_crawl_without_an_article_falls_short() {
    let report = CrawlReport { total: Total::default(), articles: ArticleCounts::default(), ..report() };
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn programs_read_json() {
    let json = serde_json::to_value(report()).unwrap();
    assert_eq!(json["end"], serde_json::json!({"why": "finished"}));
    assert_eq!(json["pages"], serde_json::json!({"robots": 1, "article": 30, "list": 4}));
    assert_eq!(json["articles"]["whole"], 29);
    assert_eq!(json["outputs"][0]["delivered"], 29);
}
