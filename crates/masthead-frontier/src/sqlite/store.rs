use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use super::fault::Attempt;
use super::options::StoreOptions;
use super::writer::{Job, Moment, Reply, Signal, Writer, in_savepoint, milliseconds};
use super::{file, outbox, run, schema};
use crate::StoreError;

/// Frontier and outbox in one SQLite database, `crawl.db` in the state's folder.
///
/// One process at a time holds a state. Leases that a dead process left are free at once when the next one opens it.
pub struct SqliteStore {
    pub(super) max_spool: u64,
    pub(super) signal: Arc<Signal>,
    path: PathBuf,
    jobs: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    reader: Mutex<Connection>,
    /// The last to be dropped: nobody else opens the files before they are closed.
    _lock: File,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the state in a folder; makes both where they aren't there. Blocking.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process has it; [`StoreError::Corrupt`], [`StoreError::Foreign`] and
    /// [`StoreError::Newer`] for a file that this version can't use; [`StoreError::DiskFull`] and [`StoreError::Io`].
    pub fn open(folder: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let lock = file::lock(folder)?;
        let path = folder.join(file::DATABASE);
        let signal = Arc::new(Signal::default());
        let opened = || -> Attempt<(Writer, Connection)> {
            let connection = file::writer(&path)?;
            schema::migrate(&connection, &path)?;
            let latest = run::clock(&connection)?;
            let present = milliseconds(options.clock.now());
            run::free_leases(&connection, latest.max(present))?;
            signal.set(outbox::last(&connection)?);
            let ahead = latest.saturating_sub(present).max(0);
            let (path, signal) = (path.clone(), Arc::clone(&signal));
            let reader = file::reader(&path)?;
            let (clock, hook) = (options.clock, options.hook);
            Ok((Writer { connection, path, clock, ahead, latest, hook, signal }, reader))
        };
        let (writer, reader) = opened().map_err(|fault| fault.in_file(&path))?;
        let (jobs, received) = mpsc::channel();
        let thread = Builder::new().name("frontier".to_owned()).spawn(move || writer.run(&received));
        Ok(Self {
            max_spool: options.max_spool,
            signal,
            writer: Some(thread.map_err(|cause| file::io_error(&path, cause))?),
            path,
            jobs: Some(jobs),
            reader: Mutex::new(reader),
            _lock: lock,
        })
    }

    /// Whether a folder holds a state.
    #[must_use]
    pub fn exists(folder: &Path) -> bool {
        folder.join(file::DATABASE).is_file()
    }

    /// Forgets the state in a folder. What the sinks have stays theirs.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a process has it; [`StoreError::Io`].
    pub fn remove(folder: &Path) -> Result<(), StoreError> {
        let _lock = file::lock(folder)?;
        file::remove(folder)
    }

    /// Hands a call to the writing thread, and awaits its commit.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Moment<'_>) -> Attempt<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        // A caller that was cancelled doesn't listen any more: what it asked for is done all the same.
        self.submit(work, move |outcome| drop(reply.send(outcome)))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Like [`call`](Self::call), for the sinks' threads.
    pub(super) fn call_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Moment<'_>) -> Attempt<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.submit(work, move |outcome| drop(reply.send(outcome)))?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    pub(super) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Moment<'_>) -> Attempt<T> + Send + 'static,
        tell: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let job: Job = Box::new(move |moment| {
            let outcome = in_savepoint(moment, work);
            let fault = outcome.as_ref().err().cloned();
            let reply: Reply = Box::new(move |committed| {
                // Where the group was lost, that is the cause, whatever the call met itself.
                tell(committed.and_then(|()| outcome.map_err(|fault| fault.in_file(&path))));
            });
            (reply, fault)
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(job).map_err(|_| StoreError::Closed)
    }

    /// Reads what is committed, without waiting for the writing thread.
    pub(super) fn look<T>(&self, work: impl FnOnce(&Connection) -> Attempt<T>) -> Result<T, StoreError> {
        work(&self.reader()).map_err(|fault| fault.in_file(&self.path))
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SqliteStore {
    /// Ends the writing thread: what was asked for is committed before.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the frontier's thread has panicked");
        }
    }
}
