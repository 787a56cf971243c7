use async_trait::async_trait;

use super::store::SqliteStore;
use super::tasks::Finder;
use super::{claim, commit, history, run, stats, tasks};
use crate::{
    Claimed, Discovered, Done, Emitted, Frontier, HostClock, HostLease, HostStatus, Identity, KeptSample,
    KnownRobots, LookAgain, Observed, Reason, RunStart, Seen, Stats, StoreError, Want,
};

#[async_trait]
impl Frontier for SqliteStore {
    async fn bind(&self, identity: &Identity) -> Result<(), StoreError> {
        let identity = identity.clone();
        self.call(move |moment| run::bind(moment, &identity)).await
    }

    async fn begin_run(&self, again: LookAgain) -> Result<RunStart, StoreError> {
        self.call(move |moment| run::begin(moment, again)).await
    }

    async fn add(&self, found: &[Discovered]) -> Result<u64, StoreError> {
        let found = found.to_vec();
        self.call(move |moment| {
            let round = run::round(moment.sql)?;
            let mut due = 0;
            for url in &found {
                due += u64::from(tasks::add(moment, round, url, Finder::Renewing)?);
            }
            Ok(due)
        })
        .await
    }

    async fn claim(&self, want: Want) -> Result<Claimed, StoreError> {
        let max_spool = self.max_spool;
        self.call(move |moment| claim::claim(moment, &want, max_spool)).await
    }

    async fn extend(&self, lease: &HostLease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.call(move |moment| claim::extend(moment, claim::holds(moment, &lease)?, &lease)).await
    }

    async fn commit(
        &self,
        lease: &HostLease,
        mut done: Vec<Done>,
        clock: HostClock,
    ) -> Result<Vec<Emitted>, StoreError> {
        let lease = lease.clone();
        self.call(move |moment| commit::commit(moment, &lease, &mut done, clock)).await
    }

    async fn release(&self, lease: HostLease, clock: HostClock) -> Result<(), StoreError> {
        self.call(move |moment| {
            let host = claim::holds(moment, &lease)?;
            commit::set_clock(moment, host, clock)?;
            claim::release(moment, host)
        })
        .await
    }

    async fn robots(&self, origin: &str) -> Result<Option<KnownRobots>, StoreError> {
        let origin = origin.to_owned();
        self.call(move |moment| run::robots(moment, &origin)).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.call(|moment| stats::stats(moment.sql)).await
    }

    async fn hosts(&self, max: usize) -> Result<Vec<HostStatus>, StoreError> {
        self.call(move |moment| stats::hosts(moment.sql, moment.now, max)).await
    }

    async fn reasons(&self, max: usize) -> Result<Vec<Reason>, StoreError> {
        self.call(move |moment| stats::reasons(moment.sql, max)).await
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.to_owned();
        self.call(move |moment| run::meta(moment.sql, &key)).await
    }

    async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.call(move |moment| run::set_meta(moment.sql, &key, &value)).await
    }

    async fn observe(&self, seen: Seen) -> Result<(), StoreError> {
        self.call(move |moment| history::observe(moment, &seen)).await
    }

    async fn observations(&self) -> Result<Vec<Observed>, StoreError> {
        self.call(|moment| history::observations(moment.sql)).await
    }

    async fn samples(&self) -> Result<Vec<KeptSample>, StoreError> {
        self.call(|moment| history::samples(moment.sql)).await
    }
}
