use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::FileError;

/// Gives its lock back when it is dropped. Closing the file would not do: a child process that is being started holds
/// a copy of it for a moment, and the lock with it.
#[derive(Debug)]
pub(super) struct LockedFile(pub(super) File);

impl LockedFile {
    pub(super) fn new(path: &Path, file: File) -> Result<Self, FileError> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FileError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!(path = %path.display(), "no locks on this file system: start no second crawl on this file");
            }
            Err(TryLockError::Error(source)) => return Err(FileError::io("lock", path, source)),
        }
        Ok(Self(file))
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the lock goes when the file is closed");
        }
    }
}
