//! robots.txt in the life of a crawl: asked for before the first page of an origin, kept in the state, obeyed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use masthead_crawler::robots::{RobotsVerdict, storable_text};
use masthead_frontier::{Discovered, Frontier, Purpose, Robots, RobotsRule, StoreError};
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

/// How long a robots.txt holds (RFC 9309 §2.4).
pub(super) const HOLDS: Duration = Duration::from_secs(24 * 60 * 60);
/// How long one that can't be read is not asked for again.
pub(super) const UNREACHABLE_HOLDS: Duration = Duration::from_secs(30 * 60);
/// How long the last good copy of one that can't be read serves (RFC 9309 §2.3.1.4).
const LAST_COPY_SERVES: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long an origin waits for another host to answer in its robots.txt's place, before it asks anew.
const AWAITED: Duration = Duration::from_secs(60);
/// How many redirects a robots.txt may take (RFC 9309 §2.3.1.2).
pub(super) const MAX_HOPS: u32 = 5;

/// What the origins of this crawl allow.
pub(super) struct Rules {
    agent: String,
    known: Mutex<HashMap<String, Entry>>,
}

enum Entry {
    Verdict(Arc<RobotsVerdict>, Instant),
    /// Its robots.txt was redirected to another host, which has not been asked yet.
    Awaited(Instant),
}

/// What is known of an origin.
pub(super) enum Known {
    Verdict(Arc<RobotsVerdict>),
    /// Its robots.txt has to be asked for.
    Ask,
    /// Another host has to be asked for it, which is under way.
    Await,
}

impl Rules {
    pub(super) fn new(agent: &str) -> Self {
        Self { agent: agent.to_owned(), known: Mutex::default() }
    }

    /// What holds for the URL's origin.
    pub(super) async fn of(&self, frontier: &dyn Frontier, url: &Url) -> Result<Known, StoreError> {
        let origin = origin(url);
        match self.known().get(&origin) {
            Some(Entry::Verdict(verdict, until)) if Instant::now() < *until => {
                return Ok(Known::Verdict(Arc::clone(verdict)));
            }
            Some(Entry::Awaited(until)) if Instant::now() < *until => return Ok(Known::Await),
            _ => {}
        }
        let Some(stored) = frontier.robots(&origin).await? else { return Ok(Known::Ask) };
        let holds = if stored.robots.rule == RobotsRule::Nothing { UNREACHABLE_HOLDS } else { HOLDS };
        match holds.checked_sub(stored.age) {
            Some(left) if !left.is_zero() => Ok(Known::Verdict(self.learn(&stored.robots, left))),
            _ => Ok(Known::Ask),
        }
    }

    /// Remembers what a robots.txt says, for so long.
    pub(super) fn learn(&self, robots: &Robots, holds: Duration) -> Arc<RobotsVerdict> {
        let verdict = Arc::new(match robots.rule {
            RobotsRule::Text => RobotsVerdict::from_response(200, robots.text.as_bytes(), &self.agent),
            RobotsRule::Everything => RobotsVerdict::AllowAll { status: 404 },
            RobotsRule::Nothing => match robots.text.parse() {
                Ok(status) => RobotsVerdict::from_response(status, &[], &self.agent),
                Err(_) => RobotsVerdict::unreachable(),
            },
        });
        let entry = Entry::Verdict(Arc::clone(&verdict), Instant::now() + holds);
        self.known().insert(robots.origin.clone(), entry);
        verdict
    }

    /// Another host is going to be asked for an origin's robots.txt.
    pub(super) fn awaits(&self, origin: &str) {
        self.known().insert(origin.to_owned(), Entry::Awaited(Instant::now() + AWAITED));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last copy that could be read, where it still serves.
pub(super) async fn last_good(
    frontier: &dyn Frontier,
    origin: &str,
) -> Result<Option<(Robots, Duration)>, StoreError> {
    let stored = frontier.robots(origin).await?;
    let serves =
        stored.filter(|stored| stored.robots.rule != RobotsRule::Nothing && stored.age < LAST_COPY_SERVES);
    Ok(serves.map(|stored| (stored.robots, stored.age)))
}

/// Whose rules a URL is under: scheme, host and port.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The host whose pace a URL follows.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// The task of asking for the robots.txt of a URL's origin.
pub(super) fn task(url: &Url) -> Discovered {
    let address = format!("{}/robots.txt", origin(url));
    Discovered { again: true, ..Discovered::new(Purpose::Robots, &host(url), &address, &address) }
}

/// The task of asking another host for it, where a redirect has led after so many hops.
pub(super) fn task_elsewhere(origin: &str, url: &Url, hops: u32) -> Discovered {
    let key = format!("{origin}/robots.txt by way of {url}");
    Discovered {
        again: true,
        witnesses: json!({ FOR: origin, HOPS: hops }),
        ..Discovered::new(Purpose::Robots, &host(url), url.as_str(), &key)
    }
}

/// Whose robots.txt a task asks for, and how many redirects have led to it.
pub(super) fn asked_for(witnesses: &Value, url: &Url) -> (String, u32) {
    let hops = witnesses.get(HOPS).and_then(Value::as_u64).and_then(|hops| u32::try_from(hops).ok());
    match witnesses.get(FOR).and_then(Value::as_str) {
        Some(origin) => (origin.to_owned(), hops.unwrap_or(0)),
        None => (origin(url), 0),
    }
}

/// Keys among a robots.txt task's witnesses.
const FOR: &str = "for";
const HOPS: &str = "hops";

/// What an answer to the request for a robots.txt means (RFC 9309 §2.3.1). `None`: there was no answer.
pub(super) fn read(origin: String, answer: Option<(u16, &[u8])>) -> Robots {
    let (rule, text) = match answer {
        Some((200..=299, body)) => (RobotsRule::Text, storable_text(body)),
        Some((status, body)) => match RobotsVerdict::from_response(status, body, "") {
            // The status is kept: it tells a person why nothing is fetched.
            RobotsVerdict::DisallowAll(_) => (RobotsRule::Nothing, status.to_string()),
            _ => (RobotsRule::Everything, String::new()),
        },
        None => (RobotsRule::Nothing, String::new()),
    };
    Robots { origin, rule, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_says_what_holds() {
        let rule = |status| read("https://example.com".into(), Some((status, b"User-agent: *"))).rule;
        assert_eq!(
            [200, 404, 403].map(rule),
            [RobotsRule::Text, RobotsRule::Everything, RobotsRule::Everything]
        );
        assert_eq!([500, 429].map(rule), [RobotsRule::Nothing; 2]);
        assert_eq!(read("https://example.com".into(), None).rule, RobotsRule::Nothing);
    }

    #[test]
    fn bytes_of_any_encoding_keep_their_rules() {
        let utf_16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("User-agent: *\nDisallow: /x\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let stored = read("https://a.example".into(), Some((200, &utf_16)));
        let verdict = Rules::new("Masthead").learn(&stored, HOLDS);
        assert!(!verdict.decide("https://a.example/x").allowed);
        assert!(verdict.decide("https://a.example/y").allowed);
    }

    #[test]
    fn an_origin_has_a_port_and_a_pace_has_none() {
        let url = Url::parse("https://example.com:8443/a").unwrap();
        assert_eq!((origin(&url).as_str(), host(&url).as_str()), ("https://example.com:8443", "example.com"));
        assert_eq!(task(&url).url, "https://example.com:8443/robots.txt");
    }

    #[test]
    fn a_task_knows_whose_robots_txt_it_asks_for() {
        let there = Url::parse("https://b.example/r.txt").unwrap();
        let task = task_elsewhere("https://a.example", &there, 2);
        assert_eq!(task.host, "b.example");
        assert_eq!(asked_for(&task.witnesses, &there), ("https://a.example".to_owned(), 2));
        assert_eq!(asked_for(&Value::Null, &there), ("https://b.example".to_owned(), 0));
    }
}
