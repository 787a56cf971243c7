use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// The error underneath a [`StoreError`]. Shared: a group of commits fails as one.
pub(crate) type Cause = Arc<dyn Error + Send + Sync>;

/// Why a store did not do what it was asked. Whatever the error, the call changed nothing.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease was lost to another, or was released. What was fetched under it is dropped; the tasks still wait.
    #[error("the lease of {host} is no longer ours")]
    Fenced {
        /// The host.
        host: String,
    },
    /// The disk is full, or can't be written. Nothing is lost: make room and run again.
    #[error(
        "the disk of the crawl's state is full or can't be written; make room and run again, nothing is lost"
    )]
    DiskFull(#[source] Cause),
    /// Another process has the state open.
    #[error("another crawl is using the state {}; wait for it to end, or name another with --state", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The state's file is no database, or a damaged one.
    #[error("the state {} is damaged; restore it, or start again with --fresh", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: Cause,
    },
    /// The state's file is a database of something else.
    #[error("{} is not a crawl's state; name another folder with --state", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program made the state.
    #[error("the state {} was made by a later version (format {found}, known is {known}); use that version", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format of the file.
        found: i64,
        /// The latest format that this version knows.
        known: i64,
    },
    /// The state belongs to another crawl.
    #[error(
        "the state belongs to another crawl: its {what} is {stored}, this one's is {given}; name another with --state, or start again with --fresh"
    )]
    Mismatch {
        /// What differs.
        what: &'static str,
        /// What the state says.
        stored: String,
        /// What this crawl says.
        given: String,
    },
    /// An outcome for a task that doesn't wait, or isn't the leased host's. A fault of the caller.
    #[error("task {task} does not wait on {host}")]
    NotWaiting {
        /// The task's number.
        task: i64,
        /// The leased host.
        host: String,
    },
    /// The sink was not registered.
    #[error("no sink is registered as {name}")]
    UnknownSink {
        /// The name that was given.
        name: String,
    },
    /// A file or folder of the state could not be used.
    #[error("can't use {}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// What the state holds can't be understood.
    #[error("the state holds {what} that can't be read")]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// Why not.
        #[source]
        cause: Cause,
    },
    /// The store was closed, or its thread has ended.
    #[error("the crawl's state is closed")]
    Closed,
    /// Any other fault of the database.
    #[error("the database of the crawl's state failed")]
    Database(#[source] Cause),
}

impl StoreError {
    /// Whether the lease was lost: drop the page and claim again.
    #[must_use]
    pub fn is_fenced(&self) -> bool {
        matches!(self, Self::Fenced { .. })
    }
}
