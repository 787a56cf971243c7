//! One page, outside a crawl, and just as politely: for whoever writes a profile, or asks what a robots.txt allows.

use std::sync::Arc;
use std::time::Duration;

use masthead_core::Profile;
use masthead_crawler::fetch::{Fetch, FetchError, HttpFetcher, Request, Response};
use masthead_crawler::pace::{HostPaces, TokioClock};
use masthead_crawler::robots::RobotsVerdict;
use masthead_crawler::scope::Opened;
use url::Url;

use crate::job::JobError;
use crate::live;

/// The largest page, and as much of a robots.txt as counts (RFC 9309 §2.5), in decoded bytes.
const MAX_PAGE: usize = 5 << 20;
const MAX_ROBOTS: usize = 512 << 10;
/// How many redirects a page and a robots.txt may take.
const MAX_HOPS: u32 = 10;
const MAX_ROBOTS_HOPS: u32 = 5;

/// Looks at single pages, with two seconds between two requests to one host, or as many as a profile asks for.
pub struct Look {
    fetcher: HttpFetcher,
    paces: HostPaces,
    agent: String,
    delay: Duration,
    timeout: Duration,
}

/// Why a page can't be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookError {
    /// No answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// robots.txt closes it.
    #[error("{url} is closed by robots.txt ({rule})")]
    Closed {
        /// The page.
        url: Url,
        /// The rule.
        rule: String,
    },
    /// A redirect away from the profile's hosts.
    #[error("{from} leads to {to}, which is not on a host of the profile")]
    Away {
        /// What was asked for.
        from: Url,
        /// Where it leads.
        to: Url,
    },
    /// An answer that is no page.
    #[error("{url} answered with status {status}")]
    Status {
        /// What was asked for.
        url: Url,
        /// The status.
        status: u16,
    },
    /// Too many redirects.
    #[error("{url} leads on and on: more than {MAX_HOPS} redirects")]
    Redirects {
        /// What was asked for.
        url: Url,
    },
}

impl Look {
    /// Looks with this name and contact, and reaches these hosts although they are not public.
    ///
    /// # Errors
    /// Where one of `allow_private` is no host or network, or the network can't be used at all.
    pub fn new(agent: &str, contact: Option<&str>, allow_private: &[String]) -> Result<Self, JobError> {
        let mut options = masthead_crawler::fetch::HttpOptions::new(live::user_agent(agent, contact));
        options.opened = Opened::new(allow_private)?;
        options.cookies = true;
        let fetcher = HttpFetcher::new(options).map_err(JobError::Network)?;
        let paces = HostPaces::new(Arc::new(TokioClock::new()));
        let (delay, timeout) = (Duration::from_secs(2), Duration::from_secs(30));
        Ok(Self { fetcher, paces, agent: agent.to_owned(), delay, timeout })
    }

    /// What the robots.txt of a URL's origin says; it is followed to whatever public host it is redirected to.
    pub async fn robots(&self, url: &Url) -> RobotsVerdict {
        let Ok(mut at) = url.join("/robots.txt") else { return RobotsVerdict::unreachable() };
        for hop in 0.. {
            match self.ask(&at, MAX_ROBOTS).await {
                Ok(answer) => match answer.redirect() {
                    Some(next) if hop < MAX_ROBOTS_HOPS => at = next,
                    _ => return RobotsVerdict::from_response(answer.status, &answer.body, &self.agent),
                },
                Err(error) => {
                    tracing::warn!(%error, "no answer");
                    return RobotsVerdict::unreachable();
                }
            }
        }
        RobotsVerdict::unreachable()
    }

    /// A page of the profile's, redirects followed, if robots.txt allows it.
    ///
    /// # Errors
    /// See [`LookError`].
    pub async fn page(&self, profile: &Profile, url: &Url) -> Result<Response, LookError> {
        let mut at = url.clone();
        let mut verdict: Option<(String, RobotsVerdict)> = None;
        for _ in 0..=MAX_HOPS {
            if !profile.hosts().is_empty() && !profile.in_scope(&at) {
                return Err(LookError::Away { from: url.clone(), to: at });
            }
            let origin = at.origin().ascii_serialization();
            let rules = match verdict.take() {
                Some((of, rules)) if of == origin => rules,
                _ => self.robots(&at).await,
            };
            let decision = rules.decide(at.as_str());
            if !decision.allowed {
                return Err(LookError::Closed { url: at, rule: decision.reason.to_string() });
            }
            verdict = Some((origin, rules));
            let answer = self.ask(&at, MAX_PAGE).await?;
            match answer.redirect() {
                Some(next) => at = next,
                None if (200..300).contains(&answer.status) => return Ok(answer),
                None => return Err(LookError::Status { url: at, status: answer.status }),
            }
        }
        Err(LookError::Redirects { url: url.clone() })
    }

    async fn ask(&self, url: &Url, most: usize) -> Result<Response, FetchError> {
        let pace = self.paces.of(url.host_str().unwrap_or_default(), self.delay, 1);
        let turn = pace.turn().await;
        let request = Request {
            departure: Some(turn.departure()),
            cut: most == MAX_ROBOTS,
            ..Request::new(url.clone(), most, self.timeout)
        };
        self.fetcher.fetch(&request).await
    }
}
