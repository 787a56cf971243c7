use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use masthead_crawler::robots::Robots;
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
}

/// The truth of these checks is what two other parsers agree on. Both lose the first group of a file that begins with
/// a byte order mark, so such files are counted apart.
#[test]
fn real_files_give_the_verdicts_that_two_other_parsers_give() {
    let Some(text) = shared::read("robots/real.jsonl.gz") else { return };
    let (mut checks, mut wrong) = (0, Vec::new());
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let site: Site = serde_json::from_slice(line).unwrap();
        let body = body(site.robots_txt, site.robots_b64);
        let robots = Robots::parse(&body);
        if body.starts_with(b"\xEF\xBB\xBF") {
            continue;
        }
        checks += site.checks.len();
        for (agent, url, allowed) in site.checks {
            let decision = robots.agent(&agent).decide(&url);
            if decision.allowed != allowed {
                wrong.push((site.host.clone(), agent, url, decision));
            }
        }
        if let Some(seconds) = site.crawl_delay_examplebot_protego {
            let delay = robots.agent("examplebot").crawl_delay().map(|delay| delay.as_secs_f64());
            assert_eq!(delay, Some(seconds), "{}", site.host);
        }
    }
    assert!(checks > 48_000, "{checks}");
    assert!(wrong.len() * 1000 <= checks, "{} of {checks}: {wrong:#?}", wrong.len());
}
