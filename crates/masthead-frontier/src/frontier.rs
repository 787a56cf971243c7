use async_trait::async_trait;

use crate::{
    Claimed, Discovered, Done, Emitted, HostClock, HostLease, HostStatus, Identity, KeptSample, KnownRobots,
    LookAgain, Observed, Reason, RunStart, Seen, Stats, StoreError, Want,
};

/// Where the crawl stands. No `now` among the arguments: the store's clock rules, only durations cross.
///
/// Everything that touches a host is a task with a purpose and a priority. The host is leased, not the URL: while a
/// lease lasts its owner alone sends requests to that host, at its own pace; at rest the store's row is the truth.
///
/// Each method is all or nothing: after an error nothing has changed. When one returns, what it did is durable.
#[async_trait]
pub trait Frontier: Send + Sync {
    /// Ties the state to one crawl. The first call writes the identity down, later ones compare.
    ///
    /// # Errors
    /// [`StoreError::Mismatch`] where the state belongs to another crawl.
    async fn bind(&self, identity: &Identity) -> Result<(), StoreError>;

    /// Begins a run. An unfinished crawl goes on. Where nothing waits and `again` allows it, a new round begins: pages
    /// that name articles become due again at once, and articles when one of those pages, or [`add`](Self::add), names
    /// them again.
    ///
    /// # Errors
    /// Where the store can't be written.
    async fn begin_run(&self, again: LookAgain) -> Result<RunStart, StoreError>;

    /// Adds what isn't known yet and returns how many tasks are due by it: new ones, and those to be looked at again.
    ///
    /// # Errors
    /// Where the store can't be written.
    async fn add(&self, found: &[Discovered]) -> Result<u64, StoreError>;

    /// Leases hosts that are due, each with a few tasks: the host that is due longest first.
    ///
    /// # Errors
    /// Where the store can't be written.
    async fn claim(&self, want: Want) -> Result<Claimed, StoreError>;

    /// Lets the lease last for its time once more.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where the lease is lost.
    async fn extend(&self, lease: &HostLease) -> Result<(), StoreError>;

    /// One transaction: outcomes, links, host clock and items. Unchanged content emits nothing, changed content the
    /// next revision ([`content_hash`](crate::content_hash)). A second page that gives a record which another page
    /// gave in this round emits nothing either, unless it makes an incomplete record whole. Extends the lease.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where the lease is lost; [`StoreError::NotWaiting`] for a task that isn't the host's or
    /// has its outcome.
    async fn commit(
        &self,
        lease: &HostLease,
        done: Vec<Done>,
        clock: HostClock,
    ) -> Result<Vec<Emitted>, StoreError>;

    /// Gives the host back. Its tasks without an outcome still wait.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where the lease is lost.
    async fn release(&self, lease: HostLease, clock: HostClock) -> Result<(), StoreError>;

    /// The robots.txt of an origin, as a task of purpose robots last found it.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn robots(&self, origin: &str) -> Result<Option<KnownRobots>, StoreError>;

    /// Where the crawl stands.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn stats(&self) -> Result<Stats, StoreError>;

    /// The hosts that have the most to be fetched, at most `max`.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn hosts(&self, max: usize) -> Result<Vec<HostStatus>, StoreError>;

    /// Why tasks failed or were skipped, the commonest first, at most `max`. Reads every such task: for the end.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn reasons(&self, max: usize) -> Result<Vec<Reason>, StoreError>;

    /// What was written down under this name.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// Writes something down under a name.
    ///
    /// # Errors
    /// Where the store can't be written.
    async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError>;

    /// Remembers what was seen on pages. Counts of one moment and one key add up; what grows old is folded into hours
    /// and days ([`SPANS`](crate::SPANS)). Of the samples the newest of each group are kept, as many as
    /// [`Sample::most`](crate::Sample::most) says, in all at most
    /// [`Sample::MOST_BYTES_TOGETHER`](crate::Sample::MOST_BYTES_TOGETHER).
    ///
    /// # Errors
    /// Where the store can't be written.
    async fn observe(&self, seen: Seen) -> Result<(), StoreError>;

    /// What was counted, the oldest first.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn observations(&self) -> Result<Vec<Observed>, StoreError>;

    /// The pages that were kept, the oldest first.
    ///
    /// # Errors
    /// Where the store can't be read.
    async fn samples(&self) -> Result<Vec<KeptSample>, StoreError>;
}
