use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::fault::Attempt;
use crate::StoreError;

/// The database's file in the state's folder.
pub(super) const DATABASE: &str = "crawl.db";
const LOCK: &str = "crawl.lock";

pub(super) fn io_error(path: &Path, cause: io::Error) -> StoreError {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull(Arc::new(cause)),
        _ => StoreError::Io { path: path.to_path_buf(), cause: Arc::new(cause) },
    }
}

/// Makes the folder where it isn't there, and takes its lock, which the system gives back when the process ends.
pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    fs::create_dir_all(folder).map_err(|cause| io_error(folder, cause))?;
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|cause| io_error(&path, cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path }),
        Err(TryLockError::Error(cause)) => Err(io_error(&path, cause)),
    }
}

/// The connection that writes.
pub(super) fn writer(path: &Path) -> Attempt<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    // Full: a store that forgets number n after a power loss, while a sink holds n, would skip records.
    // A log of up to 16 MB: most pages are written again by the next commits, and are copied into the file once for all.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;
         PRAGMA wal_autocheckpoint = 4000;",
    )?;
    Ok(connection)
}

/// A connection that only reads, and sees only what is committed.
pub(super) fn reader(path: &Path) -> Attempt<Connection> {
    let connection = open(path, OpenFlags::empty())?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4000;")?;
    Ok(connection)
}

fn open(path: &Path, extra: OpenFlags) -> Attempt<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Removes the database of a folder whose lock is held. The lock file stays: another may wait for it.
pub(super) fn remove(folder: &Path) -> Result<(), StoreError> {
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal"), format!("{DATABASE}-shm")] {
        let path: PathBuf = folder.join(name);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(io_error(&path, cause)),
            _ => {}
        }
    }
    Ok(())
}
