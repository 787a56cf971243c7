use std::io;
use std::path::PathBuf;

/// Why a file that is appended to can't be written. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Another process, or another sink of this one, holds the lock.
    #[error("{} is being written by another crawl: wait until it has ended, or name another file", .0.display())]
    InUse(PathBuf),
    /// A folder, a pipe or a device.
    #[error("{} is not a regular file: name a file, or `-` for stdout", .0.display())]
    NotAFile(PathBuf),
    /// The file holds something, and nothing is known of it.
    #[error("{} holds data that this crawl did not write: move it away, or name another file", .0.display())]
    NotOurs(PathBuf),
    /// The file that was written before is not there.
    #[error(
        "{} is gone, and this crawl had written {offset} bytes to it: put it back, or start afresh (--fresh)",
        .path.display()
    )]
    Missing {
        /// Where it was.
        path: PathBuf,
        /// How many bytes were durable.
        offset: u64,
    },
    /// The file lost bytes that were durable.
    #[error(
        "{} holds {length} bytes, and this crawl had written {offset}: put the whole file back, or move it away and \
         start afresh (--fresh)",
        .path.display()
    )]
    Shorter {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        length: u64,
        /// How many were durable.
        offset: u64,
    },
    /// The last bytes that were durable are others now.
    #[error(
        "{} is not as this crawl left it (the bytes before byte {offset} differ): put the file back, or move it away \
         and start afresh (--fresh)",
        .path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// How many bytes were durable.
        offset: u64,
    },
    /// The file begins in another way than it would be begun now.
    #[error(
        "{} was begun with another header ({found}): give the same columns and options again, or name another file",
        .path.display()
    )]
    Header {
        /// The file.
        path: PathBuf,
        /// What it begins with.
        found: String,
    },
    /// Somebody else wrote into the file while it was open here.
    #[error(
        "{} holds {length} bytes where {expected} were written: something else writes to it; stop that, or name \
         another file, and start again",
        .path.display()
    )]
    Disturbed {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        length: u64,
        /// How many it should hold.
        expected: u64,
    },
    /// The state's note about the file makes no sense.
    #[error(
        "the state's note about {} can't be read: it comes from another version; start afresh (--fresh) with \
         another file",
        .path.display()
    )]
    Token {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The disk, or what of it the user may have, is full.
    #[error("there is no room left for {}: make room and start again, nothing is lost", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system refused.
    #[error("can't {action} {}", .path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Used before it was opened, or after an error.
    #[error("{} is not open: open it again after an error", .0.display())]
    NotOpen(PathBuf),
}

impl FileError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }
}

/// Why a stream can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The reader has gone (`… | head`): no news for a person, so a driver need not say it.
    #[error("nobody reads the output any more")]
    Closed,
    /// The system refused.
    #[error("can't write to the output")]
    Io(#[source] io::Error),
}

impl From<io::Error> for StreamError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Io(error) }
    }
}
