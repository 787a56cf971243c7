//! robots.txt in the life of a crawl: asked for before the first page of an origin, kept in the state, obeyed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use masthead_crawler::robots::RobotsVerdict;
use masthead_frontier::{Discovered, Frontier, KnownRobots, Purpose, Robots, RobotsRule, StoreError};
use url::Url;

/// How long a robots.txt holds (RFC 9309 §2.4), and how long an unreachable one is not asked for again.
const HOLDS: Duration = Duration::from_secs(24 * 60 * 60);
const UNREACHABLE_HOLDS: Duration = Duration::from_secs(30 * 60);

/// What the origins of this crawl allow.
pub(super) struct Rules {
    agent: String,
    known: Mutex<HashMap<String, Arc<RobotsVerdict>>>,
}

impl Rules {
    pub(super) fn new(agent: &str) -> Self {
        Self { agent: agent.to_owned(), known: Mutex::default() }
    }

    /// What holds for the URL's origin; `None` where its robots.txt has to be asked for first.
    pub(super) async fn of(
        &self,
        frontier: &dyn Frontier,
        url: &Url,
    ) -> Result<Option<Arc<RobotsVerdict>>, StoreError> {
        let origin = origin(url);
        if let Some(verdict) = self.known().get(&origin) {
            return Ok(Some(Arc::clone(verdict)));
        }
        let stored = frontier.robots(&origin).await?.filter(holds);
        Ok(stored.map(|stored| self.learn(&stored.robots)))
    }

    /// Remembers what a robots.txt says.
    pub(super) fn learn(&self, robots: &Robots) -> Arc<RobotsVerdict> {
        let verdict = Arc::new(match robots.rule {
            RobotsRule::Text => RobotsVerdict::from_response(200, robots.text.as_bytes(), &self.agent),
            RobotsRule::Everything => RobotsVerdict::AllowAll { status: 404 },
            RobotsRule::Nothing => RobotsVerdict::unreachable(),
        });
        self.known().insert(robots.origin.clone(), Arc::clone(&verdict));
        verdict
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<RobotsVerdict>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn holds(known: &KnownRobots) -> bool {
    let time = if known.robots.rule == RobotsRule::Nothing { UNREACHABLE_HOLDS } else { HOLDS };
    known.age < time
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

/// What an answer to the request for a robots.txt means (RFC 9309 §2.3.1). `None`: there was no answer.
pub(super) fn read(origin: String, answer: Option<(u16, &[u8])>) -> Robots {
    let (rule, text) = match answer {
        Some((200..=299, body)) => (RobotsRule::Text, String::from_utf8_lossy(body).into_owned()),
        Some((status, body)) => match RobotsVerdict::from_response(status, body, "") {
            RobotsVerdict::DisallowAll(_) => (RobotsRule::Nothing, String::new()),
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
    fn an_origin_has_a_port_and_a_pace_has_none() {
        let url = Url::parse("https://example.com:8443/a").unwrap();
        assert_eq!((origin(&url).as_str(), host(&url).as_str()), ("https://example.com:8443", "example.com"));
        assert_eq!(task(&url).url, "https://example.com:8443/robots.txt");
    }
}
