use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use masthead_crawler::robots::{MAX_BYTES, Robots};
use serde::Deserialize;
use serde_json::Value;

use super::shared;

#[derive(Deserialize)]
struct Case {
    name: String,
    robots_txt: Option<String>,
    robots_b64: Option<String>,
    user_agent: Value,
    url: String,
    allowed: bool,
    consensus: bool,
}

fn body(text: Option<String>, base64: Option<String>) -> Vec<u8> {
    match (text, base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(base64)) => STANDARD.decode(base64).unwrap(),
        (None, None) => panic!("a case without a file"),
    }
}

fn agent(value: &Value) -> &str {
    value.as_str().or_else(|| value.get(0)?.as_str()).unwrap_or_default()
}

/// How many of the 90 dialect cases we decide otherwise than their authors; `docs/robots.md` says why.
const OWN_DIALECT: usize = 40;

#[test]
fn all_cases_on_which_the_parsers_agree() {
    let Some(text) = shared::read("robots/cases.json") else { return };
    let cases: Vec<Case> = serde_json::from_slice(&text).unwrap();
    let (mut agreed, mut wrong, mut dialect) = (0, Vec::new(), Vec::new());
    for case in cases {
        let robots = Robots::parse(&body(case.robots_txt, case.robots_b64));
        let decision = robots.agent(agent(&case.user_agent)).decide(&case.url);
        match (case.consensus, decision.allowed == case.allowed) {
            (true, true) => agreed += 1,
            (true, false) => wrong.push((case.name, decision)),
            (false, true) => {}
            (false, false) => dialect.push(case.name),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(agreed, 489);
    assert_eq!(dialect.len(), OWN_DIALECT, "a dialect changed: {dialect:#?}");
}

#[derive(Deserialize)]
struct Fact {
    name: String,
    kind: String,
    robots_txt: Option<String>,
    user_agent: Option<Value>,
    seconds: Option<f64>,
    requests: Option<u32>,
    sitemaps: Option<Vec<String>>,
}

#[test]
fn delays_rates_and_sitemaps() {
    let Some(text) = shared::read("robots/other-facts.json") else { return };
    let facts: Vec<Fact> = serde_json::from_slice(&text).unwrap();
    let mut checked = 0;
    for fact in facts {
        let Some(text) = fact.robots_txt else { continue };
        let robots = Robots::parse(text.as_bytes());
        let rules = robots.agent(fact.user_agent.as_ref().map(agent).unwrap_or_default());
        match fact.kind.as_str() {
            "crawl_delay" => {
                let delay = rules.crawl_delay().map(|delay| delay.as_secs_f64());
                assert_eq!(delay, fact.seconds, "{}", fact.name);
            }
            "request_rate" => {
                let rate = rules.request_rate().map(|rate| (rate.requests, rate.per.as_secs_f64()));
                assert_eq!(rate, fact.requests.zip(fact.seconds), "{}", fact.name);
            }
            "sitemaps" => assert_eq!(Some(robots.sitemaps()), fact.sitemaps.as_deref(), "{}", fact.name),
            _ => continue,
        }
        checked += 1;
    }
    assert!(checked >= 25, "{checked}");
}

#[derive(Deserialize)]
struct Site {
    host: String,
    robots_txt: Option<String>,
    robots_b64: Option<String>,
    #[serde(default)]
    checks: Vec<(String, String, bool)>,
    crawl_delay_examplebot_protego: Option<f64>,
    sitemaps_protego: Option<Vec<String>>,
}

/// What sets a file apart from those whose truth can be believed, told by its first bytes or its length alone.
///
/// The truth of a check is what two other parsers agree on, an older Protego and the Rust port of Google's matcher.
/// It is wrong where both have the same fault:
/// - They were given text in which U+FEFF stands before the first line, and neither skips it (Google's own parser
///   does, as bytes), so both lose that line, mostly `User-agent: *`.
/// - Neither has a limit of length. RFC 9309 §2.5 asks for 500 KiB at least, and Google says that it reads no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Plain,
    BeginsWithMark,
    OverTheLimit,
}

impl Kind {
    fn of(body: &[u8]) -> Self {
        if body.starts_with(b"\xEF\xBB\xBF") {
            Self::BeginsWithMark
        } else if body.len() > MAX_BYTES {
            Self::OverTheLimit
        } else {
            Self::Plain
        }
    }
}

/// All files, each with the bytes of its robots.txt.
fn sites() -> Option<Vec<(Site, Vec<u8>)>> {
    let text = shared::read("robots/real.jsonl.gz")?;
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let sites = lines.map(|line| {
        let mut site: Site = serde_json::from_slice(line).unwrap();
        let body = body(site.robots_txt.take(), site.robots_b64.take());
        (site, body)
    });
    Some(sites.collect())
}

/// The checks that the file decides otherwise, and by which line.
fn disagreements<'a>(site: &'a Site, body: &[u8]) -> impl Iterator<Item = String> + use<'a> {
    let robots = Robots::parse(body);
    let checks = site.checks.iter();
    checks.filter_map(move |(agent, url, allowed)| {
        let decision = robots.agent(agent).decide(url);
        (decision.allowed != *allowed).then(|| format!("{agent} {url}: {}", decision.reason))
    })
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    files: usize,
    checks: usize,
    disagreements: usize,
}

/// `docs/robots.md` says what the disagreements are and why they stand.
#[test]
fn real_files_give_the_verdicts_that_two_other_parsers_give() {
    let Some(sites) = sites() else { return };
    let mut counts: HashMap<Kind, Count> = HashMap::new();
    let mut disputed = Vec::new();
    for (site, body) in sites.iter().filter(|(site, _)| !site.checks.is_empty()) {
        let kind = Kind::of(body);
        let found: Vec<String> = disagreements(site, body).collect();
        let count = counts.entry(kind).or_default();
        count.files += 1;
        count.checks += site.checks.len();
        count.disagreements += found.len();
        if kind == Kind::Plain {
            disputed.extend(found);
        }
    }
    let plain = &counts[&Kind::Plain];
    assert!(plain.disagreements * 1000 <= plain.checks, "{plain:?}: {disputed:#?}");
    let facts = [Kind::Plain, Kind::BeginsWithMark, Kind::OverTheLimit].map(|kind| {
        let Count { files, checks, disagreements } = counts[&kind];
        (files, checks, disagreements)
    });
    assert_eq!(facts, [(2495, 48_108, 14), (42, 880, 222), (1, 20, 12)], "{disputed:#?}");
}

/// What is said of the marks, shown: where a space keeps us from seeing the mark, its line is lost to us as it was to
/// the two parsers, and every one of the disagreements is gone.
#[test]
fn the_truth_of_files_with_a_mark_is_that_of_a_lost_first_line() {
    let Some(sites) = sites() else { return };
    let mut found = Vec::new();
    for (site, body) in sites.iter().filter(|(_, body)| Kind::of(body) == Kind::BeginsWithMark) {
        found.extend(disagreements(site, &[b" ", body.as_slice()].concat()));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The most that the truth lists of a file.
const SITEMAPS_LISTED: usize = 20;

#[test]
fn real_files_name_the_delays_and_sitemaps_that_protego_reads() {
    let Some(sites) = sites() else { return };
    let (mut delays, mut sitemaps) = (0, 0);
    for (site, body) in sites.iter().filter(|(_, body)| Kind::of(body) == Kind::Plain) {
        let Some(listed) = &site.sitemaps_protego else { continue };
        let robots = Robots::parse(body);
        let delay = robots.agent("examplebot").crawl_delay().map(|delay| delay.as_secs_f64());
        assert_eq!(delay, site.crawl_delay_examplebot_protego, "{}", site.host);
        let mut seen = HashSet::new();
        let known: Vec<_> = listed.iter().filter(|url| seen.insert(*url)).cloned().collect();
        assert!(robots.sitemaps().starts_with(&known), "{}: {:?}", site.host, robots.sitemaps());
        if listed.len() < SITEMAPS_LISTED {
            assert_eq!(robots.sitemaps(), known, "{}", site.host);
        }
        delays += usize::from(delay.is_some());
        sitemaps += known.len();
    }
    assert_eq!((delays, sitemaps), (329, 3472));
}
