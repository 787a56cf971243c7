//! What can go wrong, one type an operation.

use std::io;
use std::path::PathBuf;

/// Reading a record failed.
#[derive(Debug, thiserror::Error)]
#[error("record at byte {offset} can't be read")]
#[non_exhaustive]
pub struct ReadError {
    /// Where in the file: the record's first byte or, in a compressed file, the first byte of its gzip member.
    pub offset: u64,
    /// What is wrong.
    #[source]
    pub kind: ReadErrorKind,
}

/// What is wrong with a record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The file could not be read, or its compression is broken. Nothing after this place can be read.
    #[error("the bytes can't be read or unpacked")]
    Io(#[source] io::Error),
    /// The file or the gzip member ends before the record does.
    #[error("the record is cut short")]
    Truncated,
    /// The bytes are not a record's header. Reading goes on at the next line that begins one.
    #[error("not a WARC record: {0}")]
    Malformed(&'static str),
    /// The record is larger than [`ReadOptions::max_record_bytes`](crate::ReadOptions); it is skipped.
    #[error("the record has {length} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Bytes of the record's block, as its header says.
        length: u64,
        /// The limit.
        limit: u64,
    },
}

/// Writing a record failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A header's value holds a line break or a control character.
    #[error("the header field {name} holds a control character")]
    InvalidField {
        /// The field's name.
        name: String,
    },
    /// `WARC-Date` must be a UTC time such as `2026-03-02T03:00:00Z`.
    #[error("{0:?} is no WARC date: write a UTC time such as 2026-03-02T03:00:00Z")]
    InvalidDate(String),
    /// The disk or stream refused the bytes.
    #[error("the record can't be written")]
    Io(#[from] io::Error),
}

/// Opening a WARC file for appending failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The file can't be opened, read or cut.
    #[error("{path} can't be opened for appending")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process (or this one) has the file open for appending.
    #[error("{path} is being written by another process; wait for it, or choose another file")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else. It is left as it is.
    #[error("{path} is not a gzip-compressed WARC file; it is left untouched, choose another name")]
    NotWarc {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged before its end: whole records follow the damage. It is left as it is.
    #[error("{path} is damaged at byte {offset}, before its end; it is left untouched, choose another name")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damage begins.
        offset: u64,
    },
}

/// An archive can't be opened, or a page of it can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A file or folder can't be read.
    #[error("{path} can't be read")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder has no `.warc` or `.warc.gz` files.
    #[error("{path} holds no .warc or .warc.gz file")]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The record of a page can't be read.
    #[error("the record of {url} in {path} can't be read")]
    Record {
        /// The page.
        url: String,
        /// The file (`(built in)` for embedded bytes).
        path: PathBuf,
        /// Why.
        #[source]
        source: ReadError,
    },
    /// The record does not hold an HTTP response that we understand.
    #[error("the response of {url} in {path} can't be understood")]
    Http {
        /// The page.
        url: String,
        /// The file (`(built in)` for embedded bytes).
        path: PathBuf,
        /// Why.
        #[source]
        source: HttpError,
    },
    /// A revisit record says "as before", and the earlier response is not in the archive.
    #[error("the archive says that {url} was as before, but lacks the earlier response")]
    OriginalMissing {
        /// The page.
        url: String,
    },
}

/// A recorded HTTP response can't be understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// There is no status line.
    #[error("no HTTP status line")]
    NoStatusLine,
    /// The body is compressed in a way that this crate can't undo.
    #[error("content coding {0:?} is not supported (gzip and deflate are)")]
    UnsupportedCoding(String),
}
