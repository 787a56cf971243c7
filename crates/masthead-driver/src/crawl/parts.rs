//! The other parts of an article that is spread over several pages: fetched in the host's turns, within one task.

use std::sync::Arc;
use std::time::Duration;

use masthead_core::More;
use masthead_crawler::fetch::{FetchErrorKind, Response};
use masthead_crawler::pace::HostPace;
use masthead_frontier::{HostLease, Outcome, StoreError, Task};
use serde_json::Value;

use super::health::Wait;
use super::settle::{Settled, Turn, settle_wait};
use super::visit::{Answered, NoAnswer, Visit, reason};
use super::work::LONGEST_KEPT_WAIT;
use super::{Crawl, robots};

/// So many articles at once are gathered from their parts: what was read of them is held beside the budget for bodies.
pub(super) const GATHERED_AT_ONCE: usize = 16;
/// How long is waited for a turn before the lease is extended. Far below what a lease lasts.
const BETWEEN_EXTENSIONS: Duration = Duration::from_secs(60);
/// So many turns may go to other pages of the host before the task is given back.
const MOST_TURNS_MISSED: u32 = 8;

/// What became of an article's other parts.
pub(super) enum Gathered {
    /// Those that could be had, in their order, and why there are no more where there should be.
    Parts(Vec<Arc<Response>>, Option<String>),
    /// The whole task waits.
    Waits(Turn),
}

/// What became of one part.
enum Part {
    Here(Response),
    /// It can't be had, and why.
    Lacking(String),
    Waits(Turn),
}

impl Crawl {
    /// Fetches the parts after the first, one after the other, each as a page of its own would be: through scope, `skip`,
    /// robots.txt and pace. All of them together may be as large as one page.
    pub(super) async fn gather(
        &self,
        pace: &HostPace,
        lease: &HostLease,
        task: &Task,
        first: More,
    ) -> Result<Gathered, StoreError> {
        // The semaphore is never closed.
        let _place = self.gathering.acquire().await.ok();
        let mut free = self.largest(task);
        let mut parts = Vec::new();
        let mut more = Some(first);
        while let Some(next) = more.take() {
            let part = match self.part(pace, lease, task, &next).await? {
                Part::Here(part) => Arc::new(part),
                Part::Lacking(why) => return Ok(Gathered::Parts(parts, Some(format!("{} {why}", next.url)))),
                Part::Waits(turn) => return Ok(Gathered::Waits(turn)),
            };
            let Some(rest) = free.checked_sub(part.body.len() as u64) else {
                let why = format!("{} makes the article larger than one page may be", next.url);
                return Ok(Gathered::Parts(parts, Some(why)));
            };
            free = rest;
            let read = Arc::clone(&part);
            more = match self.read(move |reader| reader.after(next, &read)).await {
                Ok(Ok(more)) => more,
                Ok(Err(why)) | Err(why) => return Ok(Gathered::Parts(parts, Some(why))),
            };
            parts.push(part);
        }
        Ok(Gathered::Parts(parts, None))
    }

    async fn part(
        &self,
        pace: &HostPace,
        lease: &HostLease,
        task: &Task,
        more: &More,
    ) -> Result<Part, StoreError> {
        let url = more.url.to_string();
        let part = Task { url, previous: None, witnesses: Value::Null, ..task.clone() };
        let mut turns_missed = 0;
        loop {
            self.frontier.extend(lease).await?;
            if self.halt.is_set() || turns_missed > MOST_TURNS_MISSED {
                return Ok(Part::Waits(Turn::Later));
            }
            // The task keeps its host while the pace asks to wait, however long: given back, it would begin anew.
            let due = pace.due_in();
            if due > LONGEST_KEPT_WAIT / 2 && !self.replays {
                tokio::select! {
                    biased;
                    () = self.halt.halted() => {}
                    () = tokio::time::sleep(due.min(BETWEEN_EXTENSIONS)) => {}
                }
                continue;
            }
            return Ok(match self.visit(pace, &lease.host, &part).await? {
                Visit::NoAnswer(NoAnswer::NotAsked) => {
                    turns_missed += 1;
                    continue;
                }
                Visit::Answer(Answered { response, wait, .. }) => self.answered(pace, task, response, wait),
                Visit::NoAnswer(NoAnswer::Failed(error, wait)) => match (&error.kind, wait) {
                    (FetchErrorKind::NotInArchive | FetchErrorKind::OutOfScope(_), _)
                    | (_, None | Some(Wait::GiveUp)) => {
                        Part::Lacking(format!("can't be had: {}", reason(&error)))
                    }
                    (_, wait) => put_off(pace, task, reason(&error), wait),
                },
                Visit::Settled(outcome @ Outcome::Failed { retry_in: Some(_), .. }, _) => {
                    Part::Waits(Turn::settled(Settled::new(task, outcome)))
                }
                Visit::Settled(Outcome::Skipped { reason } | Outcome::Failed { reason, .. }, _) => {
                    Part::Lacking(format!("can't be had: {reason}"))
                }
                Visit::Settled(..) => Part::Lacking("can't be had".to_owned()),
                Visit::Elsewhere(..) => Part::Lacking("can't be had: it is on another host".to_owned()),
                Visit::NeedsRobots(url) => Part::Waits(Turn::After(Box::new(robots::task(&url)))),
                Visit::HostWaits => Part::Waits(Turn::Later),
            });
        }
    }

    fn answered(&self, pace: &HostPace, task: &Task, answer: Response, wait: Option<Wait>) -> Part {
        let status = answer.status;
        let wait = match status {
            200..=299 => return Part::Here(answer),
            408 | 500..=599 if !self.replays => wait.or_else(|| Some(self.page(task, false).own())),
            _ => wait,
        };
        match wait {
            None | Some(Wait::GiveUp) => Part::Lacking(format!("can't be had: status {status}")),
            wait => put_off(pace, task, format!("status {status}"), wait),
        }
    }
}

fn put_off(pace: &HostPace, task: &Task, why: String, wait: Option<Wait>) -> Part {
    Part::Waits(Turn::settled(settle_wait(pace, task, format!("a part of the article: {why}"), wait)))
}
