use std::sync::Arc;
use std::time::Duration;

use masthead_frontier::{
    Claimed, Discovered, Done, Emitted, Frontier, HostClock, HostWork, Idle, Outbox, Outcome, Purpose,
    StoreError, TaskId, Validators, Want,
};
use masthead_record::{Content, Item, Record, RecordId};

use super::ManualClock;

/// A frontier with its outbox.
pub trait Store: Frontier + Outbox {}
impl<T: Frontier + Outbox> Store for T {}

/// Somewhere a store is kept while it is closed: a folder, a database.
pub trait Place {
    /// Opens the store that is kept here; an empty one the first time. The one before it is dropped already.
    fn open(&self, clock: Arc<ManualClock>, max_spool: u64) -> Arc<dyn Store>;
}

/// A store on trial, with its clock in our hand.
pub struct Bench {
    place: Box<dyn Place>,
    /// The store's clock.
    pub clock: Arc<ManualClock>,
    /// The store.
    pub store: Arc<dyn Store>,
    max_spool: u64,
}

impl Bench {
    /// Opens the store of a new place. Its outbox holds ten items.
    #[must_use]
    pub fn new(place: Box<dyn Place>) -> Self {
        let clock = Arc::new(ManualClock::default());
        let max_spool = 10;
        let store = place.open(Arc::clone(&clock), max_spool);
        Self { place, clock, store, max_spool }
    }

    /// Drops the store without a word, as a dead process would, and opens it again.
    #[must_use]
    pub fn reopen(self) -> Self {
        let Self { place, clock, store, max_spool } = self;
        drop(store);
        let store = place.open(Arc::clone(&clock), max_spool);
        Self { place, clock, store, max_spool }
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Claims up to ten hosts with up to ten tasks each, for 60 seconds. No work: an empty list.
    ///
    /// # Errors
    /// The store's.
    pub async fn claim(&self) -> Result<Vec<HostWork>, StoreError> {
        let want = Want { hosts: 10, tasks_per_host: 10, lease: Duration::from_secs(60), ..Want::default() };
        Ok(match self.store.claim(want).await? {
            Claimed::Work(work) => work,
            Claimed::Nothing(_) => Vec::new(),
        })
    }

    /// Why nothing can be claimed.
    ///
    /// # Errors
    /// The store's; [`StoreError::Closed`] where something could be claimed.
    pub async fn idle(&self) -> Result<Idle, StoreError> {
        match self.store.claim(Want::default()).await? {
            Claimed::Nothing(idle) => Ok(idle),
            Claimed::Work(_) => Err(StoreError::Closed),
        }
    }

    /// Claims the one host that is due.
    ///
    /// # Errors
    /// The store's; [`StoreError::Closed`] where there is not exactly one.
    pub async fn claim_one(&self) -> Result<HostWork, StoreError> {
        let mut work = self.claim().await?;
        match (work.pop(), work.is_empty()) {
            (Some(one), true) => Ok(one),
            _ => Err(StoreError::Closed),
        }
    }

    /// Claims the one host, commits each of its tasks by what `page` makes of it, and releases the host.
    ///
    /// # Errors
    /// The store's.
    pub async fn work_off(&self, page: impl Fn(TaskId, &str) -> Done) -> Result<Vec<Emitted>, StoreError> {
        let work = self.claim_one().await?;
        let done = work.tasks.iter().map(|task| page(task.id, &task.url)).collect();
        let emitted = self.store.commit(&work.lease, done, HostClock::default()).await?;
        self.store.release(work.lease, HostClock::default()).await?;
        Ok(emitted)
    }

    /// Adds an article, fetches it, and commits one item of it.
    ///
    /// # Errors
    /// The store's.
    pub async fn emit(&self, url: &str, item: Item) -> Result<Vec<Emitted>, StoreError> {
        let found = Discovered { again: true, ..discovered(Purpose::Article, url) };
        self.store.add(&[found]).await?;
        self.work_off(|task, _| Done { items: vec![item.clone()], ..fetched(task) }).await
    }
}

/// A URL that was found, its host taken from it, its key the URL itself.
#[must_use]
pub fn discovered(purpose: Purpose, url: &str) -> Discovered {
    let host = url.split('/').nth(2).unwrap_or_default();
    Discovered::new(purpose, host, url, url)
}

/// A page that was fetched, and that nothing came of.
#[must_use]
pub fn fetched(task: TaskId) -> Done {
    Done::new(task, Outcome::Fetched { status: 200, bytes: 1, validators: Validators::default() })
}

/// An article's record.
#[must_use]
pub fn record(url: &str, title: &str) -> Record {
    Record {
        id: RecordId::new("article", url, ""),
        revision: 0,
        kind: "article".to_owned(),
        profile: "example".to_owned(),
        layout: None,
        url: url.to_owned(),
        fetched: Some("2024-01-02T03:04:05Z".to_owned()),
        content: Content { title: Some(title.to_owned()), ..Content::default() },
        truncated: Vec::new(),
        provenance: None,
        ledger: None,
    }
}

/// An article's record as an item.
#[must_use]
pub fn article(url: &str, title: &str) -> Item {
    Item::Record(Box::new(record(url, title)))
}
