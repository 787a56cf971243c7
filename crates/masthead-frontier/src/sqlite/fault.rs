use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::StoreError;

/// What goes wrong inside: an error of SQLite's, before the file is named that it is about.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    Sql(Arc<rusqlite::Error>),
    Store(StoreError),
}

pub(super) type Attempt<T> = Result<T, Fault>;

impl Fault {
    /// Something that the store holds and that doesn't have its form.
    pub(super) fn unreadable(
        what: &'static str,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Store(StoreError::Unreadable { what, cause: Arc::new(cause) })
    }

    pub(super) fn in_file(self, path: &Path) -> StoreError {
        let cause = match self {
            Self::Store(error) => return error,
            Self::Sql(cause) => cause,
        };
        let path = || path.to_path_buf();
        match cause.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => StoreError::DiskFull(cause),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Corrupt { path: path(), cause }
            }
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                StoreError::Io { path: path(), cause }
            }
            _ => StoreError::Database(cause),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
