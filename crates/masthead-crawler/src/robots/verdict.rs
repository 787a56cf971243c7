use std::fmt;

use super::decision::{Decision, Reason};
use super::rules::{AgentRules, Robots};

/// What the answer to a request for robots.txt means for its host (RFC 9309 §2.3.1).
#[derive(Clone, Debug)]
pub enum RobotsVerdict {
    /// The file's rules hold.
    Rules {
        /// What it says to the crawler.
        rules: AgentRules,
        /// The URLs of its `Sitemap` lines, as written.
        sitemaps: Vec<String>,
    },
    /// The host has no robots.txt: everything is allowed.
    AllowAll {
        /// The status that says so.
        status: u16,
    },
    /// The host's robots.txt can't be read: nothing is allowed until it can.
    DisallowAll(Closed),
}

/// Why nothing may be fetched from a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The server answered with this status: 429, 5xx, or one that is no answer.
    Status(u16),
    /// There was no answer.
    Unreachable,
}

impl RobotsVerdict {
    /// Reads the final answer, redirects followed: 2xx gives the rules for the crawler of the given name, 4xx allows
    /// everything, 429 and all else nothing. A redirect left over (too many of them) counts as a missing file
    /// (§2.3.1.2).
    ///
    /// 429 as unreachable is stricter than the RFC: the host has just asked to be left alone.
    #[must_use]
    pub fn from_response(status: u16, body: &[u8], agent: &str) -> Self {
        match status {
            200..=299 => {
                let robots = Robots::parse(body);
                Self::Rules { rules: robots.agent(agent), sitemaps: robots.sitemaps().to_vec() }
            }
            429 => Self::DisallowAll(Closed::Status(status)),
            300..=499 => Self::AllowAll { status },
            _ => Self::DisallowAll(Closed::Status(status)),
        }
    }

    /// There was no answer at all.
    #[must_use]
    pub fn unreachable() -> Self {
        Self::DisallowAll(Closed::Unreachable)
    }

    /// Whether the URL may be fetched, and why.
    #[must_use]
    pub fn decide(&self, url: &str) -> Decision {
        match self {
            Self::Rules { rules, .. } => rules.decide(url),
            Self::AllowAll { status } => Decision { allowed: true, reason: Reason::Missing(*status) },
            Self::DisallowAll(closed) => Decision { allowed: false, reason: Reason::Closed(*closed) },
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "robots.txt can't be read (status {status})"),
            Self::Unreachable => f.write_str("robots.txt can't be reached"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_decides() {
        let body = b"User-agent: *\nDisallow: /a\nSitemap: /s.xml";
        for (status, page, other) in [
            (200, false, true),
            (204, false, true),
            (404, true, true),
            (410, true, true),
            (401, true, true),
            (429, false, false),
            (500, false, false),
            (503, false, false),
            (301, true, true),
            (0, false, false),
        ] {
            let verdict = RobotsVerdict::from_response(status, body, "masthead");
            assert_eq!(verdict.decide("https://example.com/a").allowed, page, "{status}");
            assert_eq!(verdict.decide("https://example.com/b").allowed, other, "{status}");
        }
        assert!(!RobotsVerdict::unreachable().decide("/").allowed);
        let reason = RobotsVerdict::from_response(503, b"", "x").decide("/").reason;
        assert_eq!(reason.to_string(), "robots.txt can't be read (status 503)");
    }
}
