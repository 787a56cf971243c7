//! One task to one answer: redirects are followed by hand, each hop through scope, skips, robots.txt and pace.

use masthead_crawler::fetch::{FetchError, FetchErrorKind, Request, Response, Validators};
use masthead_crawler::pace::HostPace;
use masthead_frontier::{Discovered, Outcome, Purpose, StoreError, Task};
use url::Url;

use super::memory::Share;
use super::{Crawl, robots, seeds};

/// The largest bodies, in decoded bytes.
const MAX_PAGE: u64 = 5 << 20;
const MAX_LIST_OF_URLS: u64 = 50 << 20;
/// How many redirects a robots.txt may take (RFC 9309 §2.3.1.2).
const MAX_ROBOTS_HOPS: u32 = 5;

/// What a visit came to.
pub(super) enum Visit {
    /// An answer that is no redirect, and the memory that it takes.
    Answer(Response, Share),
    /// The task ends without one.
    Settled(Outcome, Option<Closed>),
    /// A redirect to another host: a task there.
    Elsewhere(Outcome, Box<Discovered>),
    /// The URL's origin must be asked for its robots.txt first.
    NeedsRobots(Url),
    /// No answer, perhaps for now.
    NoAnswer(FetchError),
}

/// The rule of robots.txt that closes a page.
pub(super) struct Closed(pub(super) String);

impl Crawl {
    /// Fetches a task's page.
    pub(super) async fn visit(&self, pace: &HostPace, host: &str, task: &Task) -> Result<Visit, StoreError> {
        let Ok(mut url) = Url::parse(&task.url) else {
            return Ok(settled(Outcome::Failed { reason: "not a URL".to_owned(), retry_in: None }));
        };
        let mut hops = seeds::hops(&task.witnesses);
        loop {
            if let Some(reason) = self.unwanted(&url) {
                return Ok(settled(Outcome::Skipped { reason }));
            }
            if robots::host(&url) != host {
                let there = seeds::hop(&self.profile, task.purpose, &url, hops);
                let there = Discovered { depth: task.depth, referrer: Some(task.url.clone()), ..there };
                let reason = "a redirect to another host, which is a page of its own".to_owned();
                return Ok(Visit::Elsewhere(Outcome::Skipped { reason }, Box::new(there)));
            }
            if self.profile.politeness().obey_robots {
                let Some(verdict) = self.robots.of(self.frontier.as_ref(), &url).await? else {
                    return Ok(Visit::NeedsRobots(url));
                };
                self.keep_crawl_delay(pace, &verdict);
                let decision = verdict.decide(url.as_str());
                if !decision.allowed {
                    let rule = decision.reason.to_string();
                    let reason = format!("closed by robots.txt ({rule})");
                    return Ok(Visit::Settled(Outcome::Skipped { reason }, Some(Closed(rule))));
                }
            }
            let (answer, share) = match self.ask(pace, task, &url).await {
                Ok(answered) => answered,
                Err(error) => return Ok(Visit::NoAnswer(error)),
            };
            let Some(next) = answer.redirect() else { return Ok(Visit::Answer(answer, share)) };
            hops += 1;
            let most = self.profile.politeness().max_redirects;
            if hops > most {
                let reason = format!("more than {most} redirects");
                return Ok(settled(Outcome::Failed { reason, retry_in: None }));
            }
            url = next;
        }
    }

    /// Fetches a robots.txt, along redirects to whatever host.
    pub(super) async fn visit_robots(
        &self,
        pace: &HostPace,
        task: &Task,
    ) -> Result<Response, Option<FetchError>> {
        let mut url = Url::parse(&task.url).map_err(|_| None)?;
        let mut hops = 0;
        loop {
            let (answer, _share) = self.ask(pace, task, &url).await.map_err(Some)?;
            match answer.redirect() {
                Some(next) if hops < MAX_ROBOTS_HOPS => url = next,
                // Too many redirects are as good as no file (RFC 9309 §2.3.1.2).
                _ => return Ok(answer),
            }
            hops += 1;
        }
    }

    fn unwanted(&self, url: &Url) -> Option<String> {
        if !self.profile.in_scope(url) {
            return Some("leads away from the profile's hosts".to_owned());
        }
        self.profile.skips_url(url).map(str::to_owned)
    }

    async fn ask(&self, pace: &HostPace, task: &Task, url: &Url) -> Result<(Response, Share), FetchError> {
        let most = match task.purpose {
            Purpose::Feed | Purpose::Sitemap => MAX_LIST_OF_URLS,
            _ => self.profile.politeness().max_body.unwrap_or(MAX_PAGE),
        };
        let request = Request {
            url: url.clone(),
            validators: self.validators(task, url),
            max_body: usize::try_from(most).unwrap_or(usize::MAX),
            timeout: self.profile.politeness().timeout,
        };
        let mut share = self.memory.share(most).await;
        let _turn = pace.turn().await;
        tracing::debug!(%url, purpose = %task.purpose, "fetching");
        let answer = self.fetcher.fetch(&request).await?;
        let bytes = answer.body.len() as u64;
        share.shrink_to(bytes);
        self.tally.answer(task.purpose, bytes);
        self.keep_budgets();
        Ok((answer, share))
    }

    /// An archive has one answer for a URL, and the profile may have changed since it was read last: ask for all of it.
    fn validators(&self, task: &Task, url: &Url) -> Validators {
        match &task.previous {
            Some(previous) if !self.replays && url.as_str() == task.url => Validators {
                etag: previous.validators.etag.clone(),
                last_modified: previous.validators.last_modified.clone(),
            },
            _ => Validators::default(),
        }
    }
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
