//! The loop: workers claim hosts, and go through their tasks at the host's pace.

use std::sync::Arc;
use std::time::Duration;

use masthead_crawler::pace::HostPace;
use masthead_frontier::{Claimed, HostClock, HostLease, HostWork, Idle, Purpose, StoreError, Task, Want};
use tokio::task::JoinSet;

use super::Crawl;
use super::quota::Place;
use super::settle::{Settled, Turn};
use crate::crash_point::crash_point;
use crate::report::End;

/// How many tasks of a host are claimed at once.
const TASKS_PER_HOST: usize = 8;
/// How long a host is kept while its pace asks to wait; for longer waits its clock in the store serves.
const LONGEST_KEPT_WAIT: Duration = Duration::from_secs(10);
/// How long a full outbox is left alone.
const SPOOL_PAUSE: Duration = Duration::from_millis(50);

/// What to do with the tasks of a host that were claimed beside one.
enum After {
    /// Take the next.
    GoOn,
    /// Claim again: something with a higher priority was found, or the host must wait.
    ClaimAgain,
}

impl Crawl {
    /// Claims and works until nothing is left or the crawl is halted.
    pub(super) async fn work(self: Arc<Self>) -> Result<(), StoreError> {
        while !self.halt.is_set() {
            if self.quota.is_reached() {
                self.limit_reached();
                break;
            }
            match self.claim().await? {
                Some(work) => self.work_on(work).await?,
                None => continue,
            }
        }
        Ok(())
    }

    /// A host that is due; `None` after a wait for one, or where there is none any more.
    async fn claim(&self) -> Result<Option<HostWork>, StoreError> {
        let released = self.released.notified();
        tokio::pin!(released);
        released.as_mut().enable();
        // One at a time: whether nothing is left, and whether nobody is at work, are asked together.
        let mut at_work = self.at_work.lock().await;
        let want = Want { hosts: 1, tasks_per_host: TASKS_PER_HOST, pace: self.delay(), ..Want::default() };
        let idle = match self.frontier.claim(want).await? {
            Claimed::Work(mut work) => {
                crash_point("at-claim");
                *at_work += 1;
                return Ok(work.pop());
            }
            Claimed::Nothing(idle) => idle,
        };
        let alone = *at_work == 0;
        drop(at_work);
        let pause = match idle {
            Idle::Finished if alone => {
                self.halt.set(End::Finished);
                return Ok(None);
            }
            Idle::Finished => Duration::MAX,
            Idle::OutboxFull { length, limit } => {
                tracing::debug!(length, limit, "the outputs are behind; waiting for them");
                SPOOL_PAUSE
            }
            Idle::Wait { host, next_in, .. } => {
                if alone && next_in > self.profile.politeness().max_wait {
                    self.end_in_silence(host, next_in);
                    return Ok(None);
                }
                next_in.max(Duration::from_millis(1))
            }
        };
        self.show("").await?;
        tokio::select! {
            () = self.halt.halted() => {}
            () = released => {}
            () = tokio::time::sleep(pause) => {}
        }
        Ok(None)
    }

    /// From one request to a host to the next, as the job and the profile wish; robots.txt may ask for more.
    fn delay(&self) -> Duration {
        let usual = if self.replays { Duration::ZERO } else { self.profile.politeness().delay };
        self.delay.unwrap_or(usual)
    }

    async fn work_on(self: &Arc<Self>, work: HostWork) -> Result<(), StoreError> {
        let lease = work.lease.clone();
        let places = self.concurrency.unwrap_or(self.profile.politeness().concurrency).max(1) as usize;
        let pace = self.paces.of(&lease.host, self.delay(), places);
        let worked = self.work_through(&lease, &pace, work.tasks, places).await;
        let released = match worked {
            Ok(()) => self.frontier.release(lease, clock(&pace, None)).await,
            Err(error) => Err(error),
        };
        *self.at_work.lock().await -= 1;
        self.released.notify_waiters();
        match released {
            // Another has the host now; what we fetched is dropped, and it fetches it.
            Err(error) if error.is_fenced() => {
                tracing::debug!(%error, "a lease was lost");
                Ok(())
            }
            other => other,
        }
    }

    /// Takes up the tasks, `places` at a time.
    async fn work_through(
        self: &Arc<Self>,
        lease: &HostLease,
        pace: &Arc<HostPace>,
        tasks: Vec<Task>,
        places: usize,
    ) -> Result<(), StoreError> {
        let mut waiting = tasks.into_iter();
        let mut running = JoinSet::new();
        let mut goes_on = true;
        loop {
            while goes_on && !self.halt.is_set() && running.len() < places {
                let Some(task) = waiting.next() else { break };
                let (crawl, lease, pace) = (Arc::clone(self), lease.clone(), Arc::clone(pace));
                running.spawn(async move { crawl.work_off(&lease, &pace, task).await });
            }
            match running.join_next().await {
                None => return Ok(()),
                Some(Ok(after)) => goes_on &= matches!(after?, After::GoOn),
                Some(Err(panic)) => {
                    tracing::error!(%panic, "a fault of this program");
                    return Err(StoreError::Closed);
                }
            }
        }
    }

    /// One task, from its fetch to its commit.
    async fn work_off(&self, lease: &HostLease, pace: &HostPace, task: Task) -> Result<After, StoreError> {
        let place = match task.purpose {
            Purpose::Article => match self.place().await {
                Some(place) => Some(place),
                None => return Ok(After::ClaimAgain),
            },
            _ => None,
        };
        let settled = match self.turn(pace, &lease.host, &task).await? {
            Turn::Settled(settled) => *settled,
            Turn::After(first) => {
                self.frontier.add(&[*first]).await?;
                return Ok(After::ClaimAgain);
            }
            Turn::Later => return Ok(After::ClaimAgain),
        };
        self.commit(lease, pace, &task, settled, place).await
    }

    /// The permission to fetch one more article; `None` where the limit is reached.
    async fn place(&self) -> Option<Place> {
        tokio::select! {
            biased;
            () = self.halt.halted() => None,
            place = self.quota.place() => Some(place),
        }
    }

    async fn commit(
        &self,
        lease: &HostLease,
        pace: &HostPace,
        task: &Task,
        settled: Settled,
        place: Option<Place>,
    ) -> Result<After, StoreError> {
        let Settled { done, remarks, silence } = settled;
        let (outcome, items) = (done.outcome.clone(), done.items.clone());
        let found_better = done.found.iter().any(|found| found.priority < task.priority);
        let emitted = self.frontier.commit(lease, vec![done], clock(pace, silence)).await?;
        tracing::debug!(url = task.url, ?outcome, emitted = emitted.len(), "done");
        self.tally.committed(task, &outcome, &items, &emitted, &remarks);
        if emitted.iter().any(|emitted| !emitted.incomplete && emitted.revision == 1) {
            self.quota.keep(place);
            if self.quota.is_reached() {
                self.limit_reached();
            }
        }
        self.show(&task.url).await?;
        let waits = silence.is_some() || pace.due_in() > LONGEST_KEPT_WAIT;
        Ok(if found_better || waits { After::ClaimAgain } else { After::GoOn })
    }

    /// Nothing is due for longer than this crawl may wait. Where nothing at all was answered, the network is gone.
    fn end_in_silence(&self, host: String, next_in: Duration) {
        let because = self.waits.why(&host);
        let end = match &because {
            Some(why) if self.tally.numbers().pages.is_empty() && !self.replays => {
                End::Failed { message: format!("nothing was answered: {host}: {why}") }
            }
            _ => End::Silence { host, seconds: next_in.as_secs(), because },
        };
        self.halt.set(end);
    }

    fn limit_reached(&self) {
        if let Some(articles) = self.quota.limit() {
            self.halt.set(End::Limit { articles });
        }
    }
}

fn clock(pace: &HostPace, silence: Option<Duration>) -> HostClock {
    HostClock { next_in: pace.due_in(), blocked_for: silence, pace: pace.delay() }
}
