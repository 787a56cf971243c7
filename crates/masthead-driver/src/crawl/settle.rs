//! An answer to what is committed of it.

use std::time::Duration;

use masthead_crawler::fetch::{FetchErrorKind, Response};
use masthead_crawler::pace::{HostPace, retry_after};
use masthead_frontier::{Discovered, Done, Outcome, Purpose, StoreError, Task, Validators};
use masthead_record::{Item, Removed};

use super::links::Finder;
use super::page::Reading;
use super::tally::Remarks;
use super::visit::{Visit, reason};
use super::{Crawl, robots};

/// What one task came to.
pub(super) struct Settled {
    pub(super) done: Done,
    pub(super) remarks: Remarks,
    /// The host asks for silence.
    pub(super) silence: Option<Duration>,
}

/// A task's turn.
pub(super) enum Turn {
    Settled(Box<Settled>),
    /// To be taken up again when this was fetched.
    After(Box<Discovered>),
}

impl Settled {
    fn new(task: &Task, outcome: Outcome) -> Self {
        Self { done: Done::new(task.id, outcome), remarks: Remarks::default(), silence: None }
    }
}

impl Crawl {
    /// Fetches and reads one task. Nothing of it is committed yet.
    pub(super) async fn turn(&self, pace: &HostPace, host: &str, task: &Task) -> Result<Turn, StoreError> {
        if task.purpose == Purpose::Robots {
            return Ok(Turn::Settled(Box::new(self.settle_robots(pace, task).await)));
        }
        let settled = match self.visit(pace, host, task).await? {
            Visit::NeedsRobots(url) => return Ok(Turn::After(Box::new(robots::task(&url)))),
            Visit::Settled(outcome, closed) => {
                let mut settled = Settled::new(task, outcome);
                settled.remarks.disallowed = closed.map(|closed| closed.0);
                settled
            }
            Visit::Elsewhere(outcome, there) => {
                let mut settled = Settled::new(task, outcome);
                settled.done.found.push(*there);
                settled
            }
            Visit::NoAnswer(error) => {
                let outcome = match error.kind {
                    FetchErrorKind::NotInArchive | FetchErrorKind::OutOfScope(_) => {
                        Outcome::Skipped { reason: reason(&error) }
                    }
                    _ => {
                        let retry_in = error.is_retryable().then(|| self.retry(task)).flatten();
                        Outcome::Failed { reason: reason(&error), retry_in }
                    }
                };
                Settled::new(task, outcome)
            }
            Visit::Answer(answer, share) => {
                let settled = self.settle_answer(task, answer).await;
                drop(share);
                settled
            }
        };
        Ok(Turn::Settled(Box::new(settled)))
    }

    async fn settle_answer(&self, task: &Task, answer: Response) -> Settled {
        let status = answer.status;
        match status {
            200..=299 => self.settle_page(task, answer).await,
            304 => Settled::new(task, Outcome::NotModified),
            404 | 410 => {
                let mut settled = Settled::new(task, Outcome::Gone { status });
                settled.done.items = self.removed(task, &answer);
                settled
            }
            429 | 503 => self.settle_silence(task, &answer),
            408 | 500..=599 => {
                let reason = format!("status {status}");
                Settled::new(task, Outcome::Failed { reason, retry_in: self.retry(task) })
            }
            _ => Settled::new(task, Outcome::Failed { reason: format!("status {status}"), retry_in: None }),
        }
    }

    /// The whole host is silent for as long as it asks, and the page waits. What an archive says stays so.
    fn settle_silence(&self, task: &Task, answer: &Response) -> Settled {
        let reason = format!("status {}", answer.status);
        if self.replays {
            return Settled::new(task, Outcome::Failed { reason, retry_in: None });
        }
        let asked = answer.header("retry-after").and_then(|value| retry_after(value, answer.header("date")));
        let wait = asked.unwrap_or_else(|| self.backoff.after(task.attempts + 1));
        let mut settled = Settled::new(task, Outcome::Failed { reason, retry_in: Some(wait) });
        settled.silence = Some(wait);
        settled
    }

    fn removed(&self, task: &Task, answer: &Response) -> Vec<Item> {
        let records = task.previous.iter().flat_map(|previous| &previous.records);
        let removed = records.map(|(id, url)| {
            Item::Removed(Removed {
                id: id.clone(),
                revision: 1,
                kind: Default::default(),
                profile: self.profile.name().to_owned(),
                url: url.clone(),
                fetched: answer.fetched.clone(),
            })
        });
        removed.collect()
    }

    async fn settle_page(&self, task: &Task, answer: Response) -> Settled {
        let fetched = answer.validators();
        let outcome = Outcome::Fetched {
            status: answer.status,
            bytes: answer.body.len() as u64,
            validators: Validators { etag: fetched.etag, last_modified: fetched.last_modified },
        };
        let url = answer.url.clone();
        let finder = Finder { profile: &self.profile, max_depth: self.max_depth, task, page: &url };
        let mut settled = Settled::new(task, outcome);
        match task.purpose {
            Purpose::Feed | Purpose::Sitemap => {
                let read = self.read(move |reader| reader.entries(&answer)).await.and_then(|read| read);
                match read {
                    Ok(entries) => settled.done.found = finder.of_entries(entries),
                    Err(reason) => settled.done.outcome = Outcome::Failed { reason, retry_in: None },
                }
            }
            purpose => {
                let witness = task.witnesses.clone();
                let read = self.read(move |reader| match purpose {
                    Purpose::List => reader.list(&answer),
                    _ => reader.article(&answer, &witness),
                });
                self.take(&mut settled, read.await.unwrap_or_else(Reading::Unreadable), &finder);
            }
        }
        settled
    }

    fn take(&self, settled: &mut Settled, reading: Reading, finder: &Finder<'_>) {
        match reading {
            Reading::Article { record, findings, auto } => {
                settled.done.items.push(Item::Record(record));
                settled.remarks = Remarks { findings, auto, disallowed: None };
            }
            Reading::Links(links) if self.follows_links => settled.done.found = finder.of_list(&links),
            Reading::Links(_) => {}
            Reading::Skipped(reason) => settled.done.outcome = Outcome::Skipped { reason },
            Reading::Unreadable(reason) => settled.done.outcome = Outcome::Failed { reason, retry_in: None },
        }
    }

    async fn settle_robots(&self, pace: &HostPace, task: &Task) -> Settled {
        let origin = url::Url::parse(&task.url).map(|url| robots::origin(&url)).unwrap_or_default();
        let answer = self.visit_robots(pace, task).await;
        let (found, outcome) = match &answer {
            Ok(answer) => {
                let outcome = Outcome::Fetched {
                    status: answer.status,
                    bytes: answer.body.len() as u64,
                    validators: Validators::default(),
                };
                (robots::read(origin, Some((answer.status, &answer.body))), outcome)
            }
            Err(error) => {
                let reason = error.as_ref().map_or_else(|| "not a URL".to_owned(), reason);
                (robots::read(origin, None), Outcome::Failed { reason, retry_in: None })
            }
        };
        let verdict = self.robots.learn(&found);
        self.keep_crawl_delay(pace, &verdict);
        let mut settled = Settled::new(task, outcome);
        settled.done.found = self.sitemaps_of(&verdict, task);
        settled.done.robots = Some(found);
        settled
    }

    /// Reads on a thread that may block. A panic there is a fault of ours, and costs one page.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&super::page::Reader) -> T + Send + 'static,
    ) -> Result<T, String> {
        let reader = std::sync::Arc::clone(&self.reader);
        let read = tokio::task::spawn_blocking(move || work(&reader)).await;
        read.map_err(|_| "a fault of this program while it read the page; please report the URL".to_owned())
    }

    /// How long a failed task waits for its next try; `None` after the last. What an archive says stays so.
    fn retry(&self, task: &Task) -> Option<Duration> {
        let more = !self.replays && task.attempts < self.profile.politeness().retries;
        more.then(|| self.backoff.after(task.attempts + 1))
    }
}
