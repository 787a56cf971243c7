//! An answer to what is committed of it.

use std::sync::Arc;
use std::time::Duration;

use masthead_crawler::fetch::{FetchErrorKind, Response};
use masthead_crawler::pace::HostPace;
use masthead_frontier::{Discovered, Done, HostLease, Outcome, Purpose, StoreError, Task, Validators};
use masthead_record::{Item, Record, Removed};

use super::health::{self, Wait};
use super::links::Finder;
use super::memory::Share;
use super::page::Reading;
use super::parts::Gathered;
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
    pub(super) async fn turn(
        &self,
        pace: &HostPace,
        lease: &HostLease,
        task: &Task,
    ) -> Result<Turn, StoreError> {
        let host = lease.host.as_str();
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
            Visit::Answer(Answered { response, wait: wait @ Some(_), .. }) => {
                settle_wait(pace, task, format!("status {}", response.status), wait)
            }
            Visit::Answer(answered) => return self.settle_answer(pace, lease, task, answered).await,
        };
        Ok(Turn::settled(settled))
    }

    async fn settle_answer(
        &self,
        pace: &HostPace,
        lease: &HostLease,
        task: &Task,
        answered: Answered,
    ) -> Result<Turn, StoreError> {
        let Answered { response: answer, share, .. } = answered;
        let status = answer.status;
        let settled = match status {
            200..=299 if task.purpose == Purpose::Article => {
                return self.settle_article(pace, lease, task, answer, share).await;
            }
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
        };
        drop(share);
        Ok(Turn::settled(settled))
    }

    /// Reads an article, and the other parts that it names.
    async fn settle_article(
        &self,
        pace: &HostPace,
        lease: &HostLease,
        task: &Task,
        answer: Response,
        share: Share,
    ) -> Result<Turn, StoreError> {
        let mut settled = Settled::new(task, fetched(&answer));
        let first = Arc::new(answer);
        let mut reading = self.read_article(task, vec![Arc::clone(&first)], None).await;
        // Others may have the memory while this one waits for its turns.
        drop(share);
        if let Reading::Article { more, .. } = &mut reading
            && let Some(more) = more.take()
        {
            let (others, lacking) = match self.gather(pace, lease, task, more).await? {
                Gathered::Parts(others, lacking) => (others, lacking),
                Gathered::Waits(turn) => return Ok(turn),
            };
            if lacking.is_some() {
                // The first part may stay the same for ever: it must not hide that the others can be had again.
                settled.done.outcome = without_validators(settled.done.outcome);
            }
            let parts = std::iter::once(Arc::clone(&first)).chain(others).collect();
            reading = self.read_article(task, parts, lacking).await;
        }
        let finder = Finder { profile: &self.profile, max_depth: self.max_depth, task, page: &first.url };
        self.take(&mut settled, reading, &finder);
        Ok(Turn::settled(settled))
    }

    async fn read_article(&self, task: &Task, parts: Vec<Arc<Response>>, lacking: Option<String>) -> Reading {
        let witness = task.witnesses.clone();
        let read = self.read(move |reader| reader.article(&parts, &witness, lacking));
        read.await.unwrap_or_else(Reading::Unreadable)
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
        let outcome = fetched(&answer);
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
            _ => {
                let witness = task.witnesses.clone();
                let read = self.read(move |reader| reader.list(&answer, &witness));
                self.take(&mut settled, read.await.unwrap_or_else(Reading::Unreadable), &finder);
            }
        }
        settled
    }

    fn take(&self, settled: &mut Settled, reading: Reading, finder: &Finder<'_>) {
        match reading {
            Reading::Article { record, records, findings, auto, seen, .. } => {
                settled.done.items.push(Item::Record(record));
                settled.done.items.extend(items(records));
                settled.remarks = Remarks { findings, auto, disallowed: None, seen: Some(seen) };
            }
            Reading::Other { links, records, findings } => {
                if self.follows_links {
                    settled.done.found = finder.of_list(&links, &records);
                }
                settled.done.items.extend(items(records));
                settled.remarks.findings = findings;
            }
            Reading::Skipped(reason) => settled.done.outcome = Outcome::Skipped { reason },
            Reading::NoLayout { why: reason, seen } => {
                settled.done.outcome = Outcome::Failed { reason, retry_in: None };
                settled.remarks.seen = Some(seen);
            }
            Reading::Unreadable(reason) => settled.done.outcome = Outcome::Failed { reason, retry_in: None },
        }
    }

    /// Reads on a thread that may block. A panic there is a fault of ours, and costs one page.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&super::page::Reader) -> T + Send + 'static,
    ) -> Result<T, String> {
        let reader = Arc::clone(&self.reader);
        // The semaphore is never closed.
        let _place = self.readers.acquire().await.ok();
        let read = tokio::task::spawn_blocking(move || work(&reader)).await;
        read.map_err(|_| "a fault of this program while it read the page; please report the URL".to_owned())
    }
}

fn fetched(answer: &Response) -> Outcome {
    let said = answer.validators();
    Outcome::Fetched {
        status: answer.status,
        bytes: answer.body.len() as u64,
        validators: Validators { etag: said.etag, last_modified: said.last_modified },
    }
}

fn without_validators(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Fetched { status, bytes, .. } => {
            Outcome::Fetched { status, bytes, validators: Validators::default() }
        }
        other => other,
    }
}

fn items(records: Vec<Record>) -> impl Iterator<Item = Item> {
    records.into_iter().map(|record| Item::Record(Box::new(record)))
}

/// A failed request: put off, or given up.
pub(super) fn settle_wait(pace: &HostPace, task: &Task, reason: String, wait: Option<Wait>) -> Settled {
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
