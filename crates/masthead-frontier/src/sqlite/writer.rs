use std::cell::Cell;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::fault::{Attempt, Fault};
use super::options::Hook;
use crate::{Clock, StoreError};

/// At most so many calls share a transaction: bounds what one power loss can take back.
const GROUP: usize = 256;

/// What a call sees while it runs: the open transaction, and the time.
pub(super) struct Moment<'a> {
    pub(super) sql: &'a Connection,
    /// Milliseconds since 1970.
    pub(super) now: i64,
    /// Set by whoever puts an item into the outbox.
    pub(super) emitted: Cell<bool>,
}

impl Moment<'_> {
    /// The time so much later, in milliseconds.
    pub(super) fn after(&self, wait: Duration) -> i64 {
        self.now.saturating_add(milliseconds(wait))
    }
}

pub(super) fn milliseconds(duration: Duration) -> i64 {
    // Half the range, so that sums of two never reach the end.
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).min(i64::MAX / 2)
}

/// Tells the caller, once it is known whether the group was committed.
pub(super) type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A call: runs inside the open transaction and leaves its reply, and the fault that it met.
pub(super) type Job = Box<dyn FnOnce(&Moment<'_>) -> (Reply, Option<Fault>) + Send>;

/// Lets threads wait for new items.
#[derive(Default)]
pub(super) struct Signal {
    last: Mutex<u64>,
    changed: Condvar,
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, last: u64) {
        *self.lock() = last;
        self.changed.notify_all();
    }

    /// Waits until the highest number is past `after`, and says whether it is.
    pub(super) fn wait(&self, after: u64, timeout: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, |last| *last <= after);
        let (last, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *last > after
    }
}

/// The thread that owns the writing connection.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    /// What the clock lacks to the store's time: the system's was set back since the last run.
    pub(super) ahead: i64,
    /// The store's time never runs backwards.
    pub(super) latest: i64,
    pub(super) hook: Option<Hook>,
    pub(super) signal: Arc<Signal>,
}

impl Writer {
    /// Serves calls until the last sender is gone.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            group.extend(jobs.try_iter().take(GROUP - 1));
            self.commit(group);
        }
        // Best effort: a shorter log at rest. What is in the log is as safe as what is in the file.
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;")
        {
            tracing::debug!(%error, "checkpoint at close failed");
        }
    }

    /// Runs the calls in one transaction, then tells each caller.
    fn commit(&mut self, group: Vec<Job>) {
        let mut replies = Vec::with_capacity(group.len());
        let outcome = self.in_transaction(group, &mut replies);
        let outcome = outcome.map_err(|fault| fault.in_file(&self.path));
        if outcome.is_err()
            && !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::warn!(%error, "rollback failed");
        }
        for reply in replies {
            reply(outcome.clone());
        }
    }

    fn in_transaction(&mut self, group: Vec<Job>, replies: &mut Vec<Reply>) -> Attempt<()> {
        let began = run(&self.connection, "BEGIN IMMEDIATE");
        let before = self.connection.total_changes();
        let moment = Moment { sql: &self.connection, now: self.now(), emitted: Cell::new(false) };
        let now = moment.now;
        let mut lost = began.err();
        for job in group {
            // Where there is no transaction, the call fails by itself at its savepoint's check.
            let (reply, fault) = job(&moment);
            replies.push(reply);
            if lost.is_none() && moment.sql.is_autocommit() {
                // A full disk makes SQLite roll back all of it: whoever ran before is told as well.
                lost = fault.or(Some(Fault::Store(StoreError::Closed)));
            }
        }
        if let Some(fault) = lost {
            return Err(fault);
        }
        let (changed, emitted) = (moment.sql.total_changes() != before, moment.emitted.get());
        self.latest = now;
        self.end(changed, emitted)
    }

    fn end(&self, changed: bool, emitted: bool) -> Attempt<()> {
        if !changed {
            run(&self.connection, "COMMIT")?;
            return Ok(());
        }
        let mut clock = self.connection.prepare_cached("UPDATE meta SET value = ?1 WHERE key = 'clock'")?;
        clock.execute([self.latest.to_string()])?;
        self.step("before-commit");
        run(&self.connection, "COMMIT")?;
        self.step("after-commit");
        if emitted {
            match super::outbox::last(&self.connection) {
                Ok(last) => self.signal.set(last),
                // It is committed all the same: the readers find it when they look next.
                Err(fault) => tracing::warn!(?fault, "readers were not woken"),
            }
        }
        Ok(())
    }

    fn step(&self, name: &'static str) {
        if let Some(hook) = &self.hook {
            hook(name);
        }
    }

    fn now(&self) -> i64 {
        milliseconds(self.clock.now()).saturating_add(self.ahead).max(self.latest)
    }
}

/// A statement of every call or group: compiled once.
fn run(sql: &Connection, statement: &str) -> Attempt<()> {
    sql.prepare_cached(statement)?.execute([])?;
    Ok(())
}

/// Runs a call inside a savepoint of its own: after a fault nothing of it is left.
pub(super) fn in_savepoint<T>(
    moment: &Moment<'_>,
    work: impl FnOnce(&Moment<'_>) -> Attempt<T>,
) -> Attempt<T> {
    if moment.sql.is_autocommit() {
        // The transaction was lost; the caller is told why when the group ends.
        return Err(StoreError::Closed.into());
    }
    run(moment.sql, "SAVEPOINT call")?;
    let outcome = work(moment);
    if outcome.is_ok() {
        run(moment.sql, "RELEASE call")?;
    } else if !moment.sql.is_autocommit() {
        moment.sql.execute_batch("ROLLBACK TO call; RELEASE call")?;
    }
    outcome
}
