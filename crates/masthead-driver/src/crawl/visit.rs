//! One task to one answer: redirects are followed by hand, each hop through scope, skips, robots.txt and pace.

use std::collections::HashSet;
use std::time::Duration;

use masthead_crawler::fetch::{FetchError, FetchErrorKind, Request, Response, Validators};
use masthead_crawler::pace::{HostPace, retry_after};
use masthead_crawler::robots::RobotsVerdict;
use masthead_frontier::{Discovered, Outcome, Purpose, StoreError, Task};
use url::Url;

use super::health::{Page, Wait};
use super::memory::Share;
use super::robots::Known;
use super::work::LONGEST_KEPT_WAIT;
use super::{Crawl, robots, seeds};

/// The largest bodies, in decoded bytes.
const MAX_PAGE: u64 = 5 << 20;
const MAX_LIST_OF_URLS: u64 = 50 << 20;
/// As much of a robots.txt as counts (RFC 9309 §2.5), and a little more, so that no rule is cut in its middle.
const MAX_ROBOTS: u64 = 512 << 10;
/// How long a host is left alone while another is asked for its robots.txt.
const WHILE_AWAITED: Duration = Duration::from_secs(1);
/// A silence from which on a person is told of it.
const WORTH_SAYING: Duration = Duration::from_secs(5);
/// The longest that a page waits at once for a robots.txt that can't be read, and how often it waits.
const LONGEST_PUT_OFF: Duration = Duration::from_secs(8 * 60 * 60);
const MOST_PUT_OFFS: u32 = 8;

/// What a visit came to.
pub(super) enum Visit {
    /// An answer that is no redirect.
    Answer(Answered),
    /// The task ends without one.
    Settled(Outcome, Option<Closed>),
    /// A redirect to another host: a task there.
    Elsewhere(Outcome, Box<Discovered>),
    /// The URL's origin must be asked for its robots.txt first.
    NeedsRobots(Url),
    /// The host is left alone for a moment, and the task waits.
    HostWaits,
    /// No answer, perhaps for now.
    NoAnswer(NoAnswer),
}

/// An answer, the memory that it takes, and what it means for the host's next requests.
pub(super) struct Answered {
    pub(super) response: Response,
    pub(super) share: Share,
    /// Where it is a plea for silence.
    pub(super) wait: Option<Wait>,
}

/// No answer, and what that means.
pub(super) enum NoAnswer {
    /// The request failed; with a wait where the same request may succeed later.
    Failed(FetchError, Option<Wait>),
    /// It was not sent: the crawl is halted, or the host must be left alone for longer than a lease is kept for.
    NotAsked,
}

/// The rule of robots.txt that closes a page.
pub(super) struct Closed(pub(super) String);

/// May a URL be asked for?
enum Permission {
    Granted,
    Denied(Box<Visit>),
}

impl Permission {
    fn denied(visit: Visit) -> Self {
        Self::Denied(Box::new(visit))
    }
}

impl Crawl {
    /// Fetches a task's page.
    pub(super) async fn visit(&self, pace: &HostPace, host: &str, task: &Task) -> Result<Visit, StoreError> {
        let Ok(mut url) = Url::parse(&task.url) else {
            return Ok(settled(Outcome::Failed { reason: "not a URL".to_owned(), retry_in: None }));
        };
        let mut hops = seeds::hops(&task.witnesses);
        let mut seen = HashSet::new();
        loop {
            if let Permission::Denied(visit) = self.permission(pace, host, task, (&url, hops)).await? {
                return Ok(*visit);
            }
            seen.insert(url.clone());
            let answered = match self.ask(pace, host, task, &url).await {
                Ok(answered) => answered,
                Err(none) => return Ok(Visit::NoAnswer(none)),
            };
            let Some(next) = answered.response.redirect() else { return Ok(Visit::Answer(answered)) };
            hops += 1;
            let most = self.profile.politeness().max_redirects;
            let failed = |reason| Ok(settled(Outcome::Failed { reason, retry_in: None }));
            if hops > most {
                let circle = if seen.contains(&next) { ", in a circle" } else { "" };
                return failed(format!("more than {most} redirects{circle}"));
            }
            url = next;
        }
    }

    /// Scope, `skip`, the host and robots.txt, in this order.
    async fn permission(
        &self,
        pace: &HostPace,
        host: &str,
        task: &Task,
        (url, hops): (&Url, u32),
    ) -> Result<Permission, StoreError> {
        if let Some(reason) = self.unwanted(url) {
            return Ok(Permission::denied(settled(Outcome::Skipped { reason })));
        }
        if robots::host(url) != host {
            let there = seeds::hop(&self.profile, task, url, hops);
            let reason = "a redirect to another host, which is a page of its own".to_owned();
            let visit = Visit::Elsewhere(Outcome::Skipped { reason }, Box::new(there));
            return Ok(Permission::denied(visit));
        }
        if !self.profile.politeness().obey_robots {
            return Ok(Permission::Granted);
        }
        let verdict = match self.robots.of(self.frontier.as_ref(), url).await? {
            Known::Verdict(verdict) => verdict,
            Known::Ask => return Ok(Permission::denied(Visit::NeedsRobots(url.clone()))),
            Known::Await => {
                pace.silence(WHILE_AWAITED);
                return Ok(Permission::denied(Visit::HostWaits));
            }
        };
        self.keep_crawl_delay(pace, &verdict);
        Ok(self.obey(host, task, url, &verdict))
    }

    fn obey(&self, host: &str, task: &Task, url: &Url, verdict: &RobotsVerdict) -> Permission {
        let decision = verdict.decide(url.as_str());
        if decision.allowed {
            return Permission::Granted;
        }
        let rule = decision.reason.to_string();
        if matches!(verdict, RobotsVerdict::DisallowAll(_)) && !self.replays {
            self.waits.note_where_unknown(host, &rule);
            let retry_in = (task.attempts < MOST_PUT_OFFS).then(|| put_off(task.attempts));
            return Permission::denied(settled(Outcome::Failed { reason: rule, retry_in }));
        }
        let reason = format!("closed by robots.txt ({rule})");
        Permission::denied(Visit::Settled(Outcome::Skipped { reason }, Some(Closed(rule))))
    }

    fn unwanted(&self, url: &Url) -> Option<String> {
        if !self.profile.in_scope(url) {
            return Some("leads away from the profile's hosts".to_owned());
        }
        self.profile.skips_url(url).map(str::to_owned)
    }

    /// One request, in the host's turn.
    pub(super) async fn ask(
        &self,
        pace: &HostPace,
        host: &str,
        task: &Task,
        url: &Url,
    ) -> Result<Answered, NoAnswer> {
        let most = self.largest(task);
        let mut share = self.memory.share(most).await;
        let turn = tokio::select! {
            biased;
            () = self.halt.halted() => return Err(NoAnswer::NotAsked),
            turn = tokio::time::timeout(LONGEST_KEPT_WAIT, pace.turn()) => turn.map_err(|_| NoAnswer::NotAsked)?,
        };
        let request = Request {
            url: url.clone(),
            validators: self.validators(task, url),
            max_body: usize::try_from(most).unwrap_or(usize::MAX),
            cut: task.purpose == Purpose::Robots,
            timeout: self.profile.politeness().timeout,
            departure: Some(turn.departure()),
        };
        tracing::debug!(%url, purpose = %task.purpose, "fetching");
        let response = match self.fetcher.fetch(&request).await {
            Ok(response) => response,
            Err(error) if error.kind == FetchErrorKind::NotKept => return Err(NoAnswer::NotAsked),
            Err(error) => return Err(self.unanswered(pace, host, task, error)),
        };
        let bytes = response.body.len() as u64;
        share.shrink_to(bytes);
        self.tally.answer(host, task.purpose, bytes);
        self.keep_budgets();
        let wait = self.wish_of(pace, host, task, &response);
        Ok(Answered { response, share, wait })
    }

    /// The largest body that a task may bring, in decoded bytes.
    pub(super) fn largest(&self, task: &Task) -> u64 {
        match task.purpose {
            Purpose::Robots => MAX_ROBOTS,
            Purpose::Feed | Purpose::Sitemap => MAX_LIST_OF_URLS,
            _ => self.profile.politeness().max_body.unwrap_or(MAX_PAGE),
        }
    }

    /// What an answer wishes for the host's next requests. What an archive says stays so.
    fn wish_of(&self, pace: &HostPace, host: &str, task: &Task, answer: &Response) -> Option<Wait> {
        if self.replays {
            return None;
        }
        if !matches!(answer.status, 429 | 503) {
            self.health.answered(host);
            return None;
        }
        let asked = answer.header("retry-after").and_then(|value| retry_after(value, answer.header("date")));
        if task.purpose == Purpose::Robots && asked.is_none() {
            // Nothing may be fetched then anyway.
            return None;
        }
        let wait = self.health.silence(host, asked, self.page(task, answer.status == 503));
        self.heed(pace, host, wait, &format!("status {}", answer.status));
        Some(wait)
    }

    fn unanswered(&self, pace: &HostPace, host: &str, task: &Task, error: FetchError) -> NoAnswer {
        if self.replays || !error.is_retryable() {
            return NoAnswer::Failed(error, None);
        }
        let page = self.page(task, false);
        let wait = match task.purpose {
            // It is tried again soon: nothing else may be asked of the host before.
            Purpose::Robots => page.own(),
            _ => self.health.unanswered(host, page),
        };
        self.heed(pace, host, wait, &reason(&error));
        NoAnswer::Failed(error, Some(wait))
    }

    /// The host is left alone from this moment on, before anything is committed.
    fn heed(&self, pace: &HostPace, host: &str, wait: Wait, why: &str) {
        self.waits.note(host, why);
        if let Wait::Host(time) = wait {
            if time >= WORTH_SAYING {
                self.say(&format!("{host} is left alone for {} s: {why}", time.as_secs()));
            }
            pace.silence(time);
        }
    }

    /// A page that failed, as it is judged.
    pub(super) fn page(&self, task: &Task, is_503: bool) -> Page {
        let retries = if self.replays { 0 } else { self.profile.politeness().retries };
        Page { attempts: task.attempts, retries, is_503 }
    }

    /// What asks for the page only where it has changed. A page that gave an incomplete record is read again, and so is
    /// every page with a profile that has changed since. An archive has one answer for a URL.
    fn validators(&self, task: &Task, url: &Url) -> Validators {
        let asks_for_all = self.replays || self.reads_anew;
        match &task.previous {
            Some(previous) if !asks_for_all && !previous.incomplete && url.as_str() == task.url => {
                Validators {
                    etag: previous.validators.etag.clone(),
                    last_modified: previous.validators.last_modified.clone(),
                }
            }
            _ => Validators::default(),
        }
    }
}

/// How long a page waits for a robots.txt that can't be read: half an hour, then an hour, … up to eight.
fn put_off(attempts: u32) -> Duration {
    let factor = 2_u32.checked_pow(attempts).unwrap_or(u32::MAX);
    robots::UNREACHABLE_HOLDS.checked_mul(factor).unwrap_or(LONGEST_PUT_OFF).min(LONGEST_PUT_OFF)
}

fn settled(outcome: Outcome) -> Visit {
    Visit::Settled(outcome, None)
}

/// The reason as a report groups it: without the URL.
pub(super) fn reason(error: &FetchError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(" ({cause})"));
    match &error.kind {
        // The cause of a broken record names its URL.
        FetchErrorKind::BrokenArchive => error.kind.to_string(),
        kind => format!("{kind}{}", cause.unwrap_or_default()),
    }
}
