//! Where a crawl stands: the traits of its store, and the store on SQLite.
//!
//! One store holds the whole state of a crawl: what is to be fetched ([`Frontier`]), and what was read and not yet
//! delivered ([`Outbox`]). A page's outcome, the links found on it, its host's clock and the records made from it
//! commit together, so that a crash at any moment loses nothing and doubles nothing.
//!
//! The life of a crawl, in calls:
//! 1. [`Frontier::bind`] refuses a state that belongs to another crawl; [`Frontier::begin_run`] says whether this run
//!    is the first, goes on, or looks again; [`Outbox::register`] names each sink.
//! 2. [`Frontier::add`] the seeds, then [`Frontier::claim`] hosts, fetch, [`Frontier::commit`] each page, and
//!    [`Frontier::release`] the host, until `claim` answers [`Idle::Finished`].
//! 3. Meanwhile each sink's thread calls [`Outbox::read`], writes, and [`Outbox::save_cursor`]; [`Outbox::prune`]
//!    forgets what every sink has.

mod claim;
mod clock;
mod content_hash;
mod error;
mod frontier;
mod history;
mod outbox;
mod outcome;
mod run;
mod sqlite;
mod stats;
mod task;

pub use claim::{Claimed, HostLease, HostWork, Idle, Want};
pub use clock::{Clock, SystemClock};
pub use content_hash::content_hash;
pub use error::StoreError;
pub use frontier::Frontier;
pub use history::{KeptSample, Observation, Observed, SPANS, Sample, Seen};
pub use outbox::{Bounds, DeadLetter, Outbox, Registered};
pub use outcome::{Done, Emitted, HostClock, KnownRobots, Outcome, Robots, RobotsRule};
pub use run::{CrawlMode, Identity, LookAgain, RunKind, RunStart};
pub use sqlite::{Glimpse, History, Hook, SqliteStore, StoreOptions};
pub use stats::{HostStatus, Reason, RecordCounts, Stats, TaskCount};
pub use task::{Discovered, Previous, Purpose, Task, TaskId, TaskState, Validators};
