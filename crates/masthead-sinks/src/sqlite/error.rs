use std::path::{Path, PathBuf};
use std::time::Duration;

use masthead_record::{Cause, SinkError};
use rusqlite::ErrorCode;

use crate::append::FileError;

/// How long a driver should wait before it tries again, where somebody else has the database.
const RETRY: Duration = Duration::from_secs(1);

/// Why a SQLite database can't be written. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// A folder, a pipe or a device.
    #[error("{} is not a regular file: name a file for the database", .0.display())]
    NotAFile(PathBuf),
    /// A database of another program, a crawl's state, or no database at all.
    #[error("{} is no database of records: move it away, or name another file", .0.display())]
    Foreign(PathBuf),
    /// A database that a later version wrote.
    #[error(
        "{} has format {found}, and this version knows formats up to {known}: use the version that wrote it, or name \
         another file",
        .path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The last format that is known here.
        known: usize,
    },
    /// The database that was written before is not there.
    #[error(
        "{} is gone, and this crawl had written records to it: put it back, or start afresh (--fresh)",
        .0.display()
    )]
    Missing(PathBuf),
    /// Another database stands where this crawl's was.
    #[error(
        "{} is not the database that this crawl wrote to: put that one back, or start afresh (--fresh)",
        .0.display()
    )]
    Another(PathBuf),
    /// Somebody moved the position of this stream meanwhile.
    #[error("another process delivers the same crawl to {}: stop it and start again", .0.display())]
    Disturbed(PathBuf),
    /// The state's note about the database makes no sense.
    #[error(
        "the state's note about {} can't be read: it comes from another version; start afresh (--fresh) with \
         another file",
        .path.display()
    )]
    Token {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Somebody else has it locked. It passes.
    #[error("{} is locked by another program: close what has a transaction open on it", .path.display())]
    Busy {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// The disk, or what of it the user may have, is full.
    #[error("there is no room left for {}: make room and start again, nothing is lost", .path.display())]
    Full {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// The user may not write there.
    #[error(
        "can't write to {}: the file and its folder must be writable, as a journal is kept beside it",
        .path.display()
    )]
    Denied {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// The file is broken.
    #[error(
        "{} is damaged: put a copy back, or save what `sqlite3 FILE .recover` still reads and name another file",
        .path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// Reading or writing failed: a disk that is full or broken, or a limit on the size of files.
    #[error("the system failed to read or write {}: look at the disk and start again, nothing is lost", .path.display())]
    Io {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// Anything else that SQLite says.
    #[error("can't write to the database {}", .path.display())]
    Other {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: Cause,
    },
    /// Its folder can't be made.
    #[error(transparent)]
    Folder(#[from] FileError),
    /// Used before it was opened, or after an error.
    #[error("{} is not open: open it again after an error", .0.display())]
    NotOpen(PathBuf),
}

impl From<SqliteError> for SinkError {
    fn from(error: SqliteError) -> Self {
        match error {
            SqliteError::Busy { .. } => Self::Unavailable(RETRY, error.into()),
            _ => Self::fatal(error),
        }
    }
}

/// What goes wrong inside, before the file is named that it is about.
#[derive(Debug)]
pub(super) enum Fault {
    Foreign,
    Newer { found: i64, known: usize },
    Another,
    Disturbed,
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Fault {
    pub(super) fn in_file(self, path: &Path) -> SqliteError {
        let path = path.to_owned();
        let cause = match self {
            Self::Foreign => return SqliteError::Foreign(path),
            Self::Newer { found, known } => return SqliteError::Newer { path, found, known },
            Self::Another => return SqliteError::Another(path),
            Self::Disturbed => return SqliteError::Disturbed(path),
            Self::Sql(cause) => cause,
        };
        let code = cause.sqlite_error_code();
        let source: Cause = cause.into();
        match code {
            Some(ErrorCode::NotADatabase) => SqliteError::Foreign(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqliteError::Busy { path, source },
            Some(ErrorCode::DiskFull) => SqliteError::Full { path, source },
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                SqliteError::Denied { path, source }
            }
            Some(ErrorCode::DatabaseCorrupt) => SqliteError::Damaged { path, source },
            Some(ErrorCode::SystemIoFailure) => SqliteError::Io { path, source },
            _ => SqliteError::Other { path, source },
        }
    }
}
