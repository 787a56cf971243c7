//! The loop: hosts that are due are claimed, and their tasks worked off at each host's pace.

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

/// How many hosts are worked on side by side, and how many are claimed at once. A host costs little while it waits for
/// its turn; memory is bounded by bytes, parsing by the machine's cores.
const HOSTS: usize = 256;
const HOSTS_PER_CLAIM: usize = 16;
/// How many tasks of a host are claimed at once, for each request that it may have in flight: claims are few beside
/// commits, and a host that is asked slowly still hears soon of what was found meanwhile.
const TASKS_PER_PLACE: usize = 8;
/// How long a host is kept while its pace asks to wait; for longer waits its clock in the store serves.
pub(super) const LONGEST_KEPT_WAIT: Duration = Duration::from_secs(10);
/// The longest pause between two looks at what is due: a person who follows a silence sees that the crawl is alive.
const LONGEST_LOOK_AWAY: Duration = Duration::from_secs(10);
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
    /// Claims hosts and works on them side by side, until nothing is left or the crawl is halted. What was committed
    /// stays, whatever happens.
    pub(crate) async fn run(self: &Arc<Self>) -> Result<(), StoreError> {
        let mut at_work = JoinSet::new();
        let mut outcome = Ok(());
        while outcome.is_ok() && !self.halt.is_set() {
            if self.quota.is_reached() {
                self.limit_reached();
                break;
            }
            let pause = match self.claim(&mut at_work).await {
                Ok(pause) => pause,
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            };
            tokio::select! {
                biased;
                () = self.halt.halted() => {}
                Some(ended) = at_work.join_next() => outcome = ended.unwrap_or(Err(StoreError::Closed)),
                () = self.found.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if let Err(error) = &outcome {
            // The others finish what is in flight; they will meet the same fault where it is the store's.
            self.halt.set(End::Failed { message: format!("{:#}", anyhow::Error::new(error.clone())) });
        }
        while let Some(ended) = at_work.join_next().await {
            outcome = outcome.and(ended.unwrap_or(Err(StoreError::Closed)));
        }
        outcome.and(self.observer.write(self.frontier.as_ref()).await)
    }

    /// Puts hosts that are due to work, as many as there are places for, and says how long to wait before the next
    /// look.
    async fn claim(
        self: &Arc<Self>,
        at_work: &mut JoinSet<Result<(), StoreError>>,
    ) -> Result<Duration, StoreError> {
        let hosts = HOSTS.saturating_sub(at_work.len()).min(HOSTS_PER_CLAIM);
        if hosts == 0 {
            return Ok(Duration::MAX);
        }
        let want = Want {
            hosts,
            tasks_per_host: TASKS_PER_PLACE * self.places(),
            pace: self.delay(),
            ..Want::default()
        };
        let idle = match self.frontier.claim(want).await? {
            Claimed::Work(work) => {
                crash_point("at-claim");
                for host in work {
                    at_work.spawn(Arc::clone(self).work_on(host));
                }
                return Ok(Duration::ZERO);
            }
            Claimed::Nothing(idle) => idle,
        };
        self.show("").await?;
        let alone = at_work.is_empty();
        Ok(match idle {
            Idle::Finished if alone => {
                self.halt.set(End::Finished);
                Duration::ZERO
            }
            Idle::Finished => Duration::MAX,
            Idle::OutboxFull { length, limit } => {
                tracing::debug!(length, limit, "the outputs are behind; waiting for them");
                SPOOL_PAUSE
            }
            Idle::Wait { host, next_in, .. } if alone && next_in > self.profile.politeness().max_wait => {
                self.end_in_silence(host, next_in);
                Duration::ZERO
            }
            Idle::Wait { next_in, .. } => next_in.clamp(Duration::from_millis(1), LONGEST_LOOK_AWAY),
        })
    }

    /// From one request to a host to the next, as the job and the profile wish; robots.txt may ask for more.
    fn delay(&self) -> Duration {
        let usual = if self.replays { Duration::ZERO } else { self.profile.politeness().delay };
        self.delay.unwrap_or(usual)
    }

    /// How many requests a host may have in flight.
    fn places(&self) -> usize {
        self.concurrency.unwrap_or(self.profile.politeness().concurrency).max(1) as usize
    }

    async fn work_on(self: Arc<Self>, work: HostWork) -> Result<(), StoreError> {
        let lease = work.lease.clone();
        let places = self.places();
        let pace = self.paces.of(&lease.host, self.delay(), places);
        let worked = self.work_through(&lease, &pace, work.tasks, places).await;
        let released = match worked {
            Ok(()) => self.frontier.release(lease, clock(&pace, None)).await,
            Err(error) => Err(error),
        };
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
        let settled = match self.turn(pace, lease, &task).await? {
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
        let Settled { done, mut remarks, silence } = settled;
        let (outcome, items) = (done.outcome.clone(), done.items.clone());
        let found_better = done.found.iter().any(|found| found.priority < task.priority);
        let found_elsewhere = done.found.iter().any(|found| found.host != lease.host);
        let emitted = self.frontier.commit(lease, vec![done], clock(pace, silence)).await?;
        if found_elsewhere {
            self.found.notify_one();
        }
        tracing::debug!(url = task.url, ?outcome, emitted = emitted.len(), "done");
        if let Some(seen) = remarks.seen.take() {
            self.observer.remember(self.frontier.as_ref(), *seen).await?;
        }
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
