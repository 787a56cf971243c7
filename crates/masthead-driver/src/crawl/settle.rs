//! An answer to what is committed of it.

use std::time::Duration;

use masthead_crawler::fetch::{FetchErrorKind, Response};
use masthead_crawler::pace::HostPace;
use masthead_frontier::{Discovered, Done, Outcome, Purpose, StoreError, Task, Validators};
use masthead_record::{Item, Removed};

use super::health::{self, Wait};
use super::links::Finder;
use super::page::Reading;
use super::tally::Remarks;
use super::visit::{Answered, NoAnswer, Visit, reason};
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
    /// To be taken up again later: the host is left alone.
    Later,
}

impl Turn {
    pub(super) fn settled(settled: Settled) -> Self {
        Self::Settled(Box::new(settled))
    }
}

impl Settled {
    pub(super) fn new(task: &Task, outcome: Outcome) -> Self {
        Self { done: Done::new(task.id, outcome), remarks: Remarks::default(), silence: None }
    }
}

impl Crawl {
    /// Fetches and reads one task. Nothing of it is committed yet.
    pub(super) async fn turn(&self, pace: &HostPace, host: &str, task: &Task) -> Result<Turn, StoreError> {
        if task.purpose == Purpose::Robots {
            return self.settle_robots(pace, host, task).await;
        }
        let settled = match self.visit(pace, host, task).await? {
            Visit::HostWaits => return Ok(Turn::Later),
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
            Visit::NoAnswer(NoAnswer::NotAsked) => return Ok(Turn::Later),
            Visit::NoAnswer(NoAnswer::Failed(error, wait)) => match error.kind {
                FetchErrorKind::NotInArchive | FetchErrorKind::OutOfScope(_) => {
                    Settled::new(task, Outcome::Skipped { reason: reason(&error) })
                }
                _ => settle_wait(pace, task, reason(&error), wait),
            },
            Visit::Answer(Answered { response, share, wait }) => {
                let settled = match wait {
                    Some(_) => settle_wait(pace, task, format!("status {}", response.status), wait),
                    None => self.settle_answer(pace, task, response).await,
                };
                drop(share);
                settled
            }
        };
        Ok(Turn::settled(settled))
    }

    async fn settle_answer(&self, pace: &HostPace, task: &Task, answer: Response) -> Settled {
        let status = answer.status;
        match status {
            200..=299 => self.settle_page(task, answer).await,
            304 => Settled::new(task, Outcome::NotModified),
            404 | 410 => {
                let mut settled = Settled::new(task, Outcome::Gone { status });
                settled.done.items = self.removed(task, &answer);
                settled
            }
            408 | 500..=599 => {
                let wait = (!self.replays).then(|| self.page(task, false).own());
                settle_wait(pace, task, format!("status {status}"), wait)
            }
            _ => Settled::new(task, Outcome::Failed { reason: format!("status {status}"), retry_in: None }),
        }
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
                    Purpose::List => reader.list(&answer, &witness),
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

    /// Reads on a thread that may block. A panic there is a fault of ours, and costs one page.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&super::page::Reader) -> T + Send + 'static,
    ) -> Result<T, String> {
        let reader = std::sync::Arc::clone(&self.reader);
        // The semaphore is never closed.
        let _place = self.readers.acquire().await.ok();
        let read = tokio::task::spawn_blocking(move || work(&reader)).await;
        read.map_err(|_| "a fault of this program while it read the page; please report the URL".to_owned())
    }
}

/// A failed request: put off, or given up.
fn settle_wait(pace: &HostPace, task: &Task, reason: String, wait: Option<Wait>) -> Settled {
    let (retry_in, silence) = match wait {
        Some(Wait::Page(time)) => (Some(time), None),
        // Others of the host go first: where they are answered, it was the page.
        Some(Wait::Host(time)) => {
            let others = time.saturating_add(pace.delay().saturating_mul(2));
            (Some(others.max(health::once_more(task.attempts))), Some(time))
        }
        Some(Wait::GiveUp) | None => (None, None),
    };
    Settled { silence, ..Settled::new(task, Outcome::Failed { reason, retry_in }) }
}
