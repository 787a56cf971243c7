//! A robots.txt: asked for along redirects, and what is made of the answer or of its absence.

use std::time::Duration;

use masthead_crawler::fetch::{FetchError, FetchErrorKind, Response};
use masthead_crawler::pace::HostPace;
use masthead_frontier::{Outcome, Robots, RobotsRule, StoreError, Task, Validators};
use url::Url;

use super::health::Wait;
use super::settle::{Settled, Turn};
use super::visit::{Answered, NoAnswer, reason};
use super::{Crawl, robots};

/// What asking for a robots.txt came to.
enum Asked {
    Answer(Response),
    /// A redirect to another host, where it is asked for in that host's turn.
    Elsewhere(Url, u32),
    /// To be asked for again after so long; the host is left alone meanwhile.
    Again(String, Duration),
    /// It was not asked for yet.
    Later,
    /// It can't be read.
    Unreachable(String),
    /// Its host's address may not be reached.
    Private(String),
}

impl Crawl {
    pub(super) async fn settle_robots(
        &self,
        pace: &HostPace,
        host: &str,
        task: &Task,
    ) -> Result<Turn, StoreError> {
        let Ok(url) = Url::parse(&task.url) else {
            let outcome = Outcome::Failed { reason: "not a URL".to_owned(), retry_in: None };
            return Ok(Turn::settled(Settled::new(task, outcome)));
        };
        let (origin, hops) = robots::asked_for(&task.witnesses, &url);
        let settled = match self.ask_for_robots(pace, host, task, (url, hops)).await {
            Asked::Later => return Ok(Turn::Later),
            Asked::Answer(answer) => self.learn(pace, task, origin, &answer).await?,
            Asked::Elsewhere(there, hops) => {
                let reason = "a redirect to another host, which is asked in its turn".to_owned();
                let mut settled = Settled::new(task, Outcome::Skipped { reason });
                settled.done.found.push(robots::task_elsewhere(&origin, &there, hops));
                self.robots.awaits(&origin);
                settled
            }
            Asked::Again(reason, time) => {
                pace.silence(time);
                let outcome = Outcome::Failed { reason, retry_in: Some(time) };
                Settled { silence: Some(time), ..Settled::new(task, outcome) }
            }
            Asked::Private(reason) => {
                let nothing_to_obey = robots::read(origin, Some((404, &[])));
                self.robots.learn(&nothing_to_obey, robots::UNREACHABLE_HOLDS);
                Settled::new(task, Outcome::Skipped { reason })
            }
            Asked::Unreachable(reason) => self.closed(pace, task, robots::read(origin, None), reason).await?,
        };
        Ok(Turn::settled(settled))
    }

    /// Asks along redirects, to whatever public host they lead: the fetcher knows which are.
    async fn ask_for_robots(
        &self,
        pace: &HostPace,
        host: &str,
        task: &Task,
        (mut url, mut hops): (Url, u32),
    ) -> Asked {
        loop {
            let Answered { response, wait, .. } = match self.ask(pace, host, task, &url).await {
                Ok(answered) => answered,
                Err(NoAnswer::NotAsked) => return Asked::Later,
                Err(NoAnswer::Failed(error, wait)) => return self.unanswered_robots(task, &error, wait),
            };
            if let Some(Wait::Host(time)) = wait
                && task.attempts < self.profile.politeness().retries
            {
                return Asked::Again(format!("status {}", response.status), time);
            }
            let next = match response.redirect() {
                Some(next) if hops < robots::MAX_HOPS => next,
                // Too many redirects are as good as no file (RFC 9309 §2.3.1.2).
                _ => return Asked::Answer(response),
            };
            hops += 1;
            if robots::host(&next) != host && !self.replays {
                return Asked::Elsewhere(next, hops);
            }
            url = next;
        }
    }

    fn unanswered_robots(&self, task: &Task, error: &FetchError, wait: Option<Wait>) -> Asked {
        let why = reason(error);
        match wait {
            Some(Wait::Page(time) | Wait::Host(time))
                if task.attempts < self.profile.politeness().retries =>
            {
                Asked::Again(why, time)
            }
            // An address that may not be reached is no host's silence: its pages are refused one by one.
            None if matches!(error.kind, FetchErrorKind::OutOfScope(_)) => Asked::Private(why),
            _ => Asked::Unreachable(why),
        }
    }

    async fn learn(
        &self,
        pace: &HostPace,
        task: &Task,
        origin: String,
        answer: &Response,
    ) -> Result<Settled, StoreError> {
        let found = robots::read(origin, Some((answer.status, &answer.body)));
        if found.rule == RobotsRule::Nothing {
            return self.closed(pace, task, found, format!("status {}", answer.status)).await;
        }
        let verdict = self.robots.learn(&found, robots::HOLDS);
        self.keep_crawl_delay(pace, &verdict);
        let outcome = Outcome::Fetched {
            status: answer.status,
            bytes: answer.body.len() as u64,
            validators: Validators::default(),
        };
        let mut settled = Settled::new(task, outcome);
        settled.done.found = self.sitemaps_of(&verdict, task);
        settled.done.robots = Some(found);
        Ok(settled)
    }

    /// It can't be read: the last good copy serves, or nothing is fetched.
    async fn closed(
        &self,
        pace: &HostPace,
        task: &Task,
        found: Robots,
        reason: String,
    ) -> Result<Settled, StoreError> {
        self.waits.note(&host_of(&found.origin), &format!("its robots.txt can't be read: {reason}"));
        let mut settled = Settled::new(task, Outcome::Failed { reason, retry_in: None });
        match robots::last_good(self.frontier.as_ref(), &found.origin).await? {
            Some((copy, age)) => {
                tracing::warn!(
                    origin = copy.origin,
                    hours = age.as_secs() / 3_600,
                    "its robots.txt can't be read; the last copy serves"
                );
                let verdict = self.robots.learn(&copy, robots::UNREACHABLE_HOLDS);
                self.keep_crawl_delay(pace, &verdict);
            }
            None => {
                self.robots.learn(&found, robots::UNREACHABLE_HOLDS);
                settled.done.robots = Some(found);
            }
        }
        Ok(settled)
    }
}

/// The host of an origin, by which pages wait.
fn host_of(origin: &str) -> String {
    Url::parse(origin).map(|url| robots::host(&url)).unwrap_or_default()
}
