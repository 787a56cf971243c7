mod commit;
mod history;
mod outbox;
mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use masthead_frontier::{
    Claimed, Clock, Discovered, Done, Emitted, Frontier, HostClock, HostLease, HostStatus, Identity,
    KeptSample, KnownRobots, LookAgain, Observed, Purpose, Reason, RunStart, Seen, Stats, StoreError,
    TaskState, Want,
};

use self::state::State;
use super::{ManualClock, Place, Store};

/// What outlives a [`MemoryStore`].
#[derive(Default)]
struct Kept {
    state: Mutex<State>,
    changed: Condvar,
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in memory, for as long as it lives.
#[derive(Default)]
pub struct MemoryPlace(Arc<Kept>);

impl MemoryPlace {
    /// Opens its store, with a clock of any kind.
    #[must_use]
    pub fn store(&self, clock: Arc<dyn Clock>, max_spool: u64) -> MemoryStore {
        let mut state = self.0.lock();
        state.round = state.round.max(1);
        state.ahead = state.now.saturating_sub(clock.now());
        let now = clock.now().max(state.now);
        for host in &mut state.hosts {
            if host.leased_until.take().is_some() {
                host.next_at = host.next_at.max(now.saturating_add(host.pace));
            }
            host.settle();
        }
        drop(state);
        MemoryStore { kept: Arc::clone(&self.0), clock, max_spool }
    }
}

impl Place for MemoryPlace {
    fn open(&self, clock: Arc<ManualClock>, max_spool: u64) -> Arc<dyn Store> {
        Arc::new(self.store(clock, max_spool))
    }
}

/// Frontier and outbox in memory: the contract in its plainest form. Each call copies all of it.
pub struct MemoryStore {
    kept: Arc<Kept>,
    clock: Arc<dyn Clock>,
    max_spool: u64,
}

impl MemoryStore {
    /// Runs a call on a copy, which is kept where the call succeeds.
    fn change<T>(&self, call: impl FnOnce(&mut State) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.kept.lock();
        let mut copy = state.clone();
        copy.now = self.now(&state);
        let outcome = call(&mut copy)?;
        *state = copy;
        drop(state);
        self.kept.changed.notify_all();
        Ok(outcome)
    }

    fn now(&self, state: &State) -> std::time::Duration {
        self.clock.now().saturating_add(state.ahead).max(state.now)
    }
}

#[async_trait]
impl Frontier for MemoryStore {
    async fn bind(&self, identity: &Identity) -> Result<(), StoreError> {
        self.change(|state| state.bind(identity))
    }

    async fn begin_run(&self, again: LookAgain) -> Result<RunStart, StoreError> {
        self.change(|state| Ok(state.begin_run(again)))
    }

    async fn add(&self, found: &[Discovered]) -> Result<u64, StoreError> {
        self.change(|state| Ok(found.iter().filter(|url| state.add(url, true)).count() as u64))
    }

    async fn claim(&self, want: Want) -> Result<Claimed, StoreError> {
        self.change(|state| Ok(state.claim(&want, self.max_spool)))
    }

    async fn extend(&self, lease: &HostLease) -> Result<(), StoreError> {
        self.change(|state| {
            let until = state.now.saturating_add(lease.lasts);
            let host = state.held(lease)?;
            host.leased_until = Some(until);
            host.settle();
            Ok(())
        })
    }

    async fn commit(
        &self,
        lease: &HostLease,
        done: Vec<Done>,
        clock: HostClock,
    ) -> Result<Vec<Emitted>, StoreError> {
        self.change(|state| state.commit(lease, done, clock))
    }

    async fn release(&self, lease: HostLease, clock: HostClock) -> Result<(), StoreError> {
        self.change(|state| state.release(&lease, clock))
    }

    async fn robots(&self, origin: &str) -> Result<Option<KnownRobots>, StoreError> {
        let state = self.kept.lock();
        let now = self.now(&state);
        let known = state.robots.get(origin);
        Ok(known.map(|(robots, at)| KnownRobots { robots: robots.clone(), age: now.saturating_sub(*at) }))
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        Ok(self.kept.lock().stats())
    }

    async fn hosts(&self, max: usize) -> Result<Vec<HostStatus>, StoreError> {
        let state = self.kept.lock();
        Ok(state.hosts(self.now(&state), max))
    }

    async fn reasons(&self, max: usize) -> Result<Vec<Reason>, StoreError> {
        let state = self.kept.lock();
        let mut groups: BTreeMap<(TaskState, Purpose, &str), Reason> = BTreeMap::new();
        for row in
            state.tasks.iter().filter(|row| matches!(row.state, TaskState::Failed | TaskState::Skipped))
        {
            let group = groups.entry((row.state, row.task.purpose, &row.reason)).or_insert_with(|| Reason {
                state: row.state,
                purpose: row.task.purpose,
                reason: row.reason.clone(),
                count: 0,
                example: row.task.url.clone(),
            });
            group.count += 1;
        }
        let mut reasons: Vec<Reason> = groups.into_values().collect();
        reasons.sort_by_key(|group| std::cmp::Reverse(group.count));
        reasons.truncate(max);
        Ok(reasons)
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.kept.lock().meta.get(key).cloned())
    }

    async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.change(|state| {
            state.meta.insert(key.to_owned(), value.to_owned());
            Ok(())
        })
    }

    async fn observe(&self, seen: Seen) -> Result<(), StoreError> {
        self.change(|state| {
            state.observe(&seen);
            Ok(())
        })
    }

    async fn observations(&self) -> Result<Vec<Observed>, StoreError> {
        let state = self.kept.lock();
        let rows = state.observations.iter();
        Ok(rows.map(|((at, key), n)| Observed { at: *at, key: key.clone(), n: *n }).collect())
    }

    async fn samples(&self) -> Result<Vec<KeptSample>, StoreError> {
        Ok(self.kept.lock().samples.clone())
    }
}
