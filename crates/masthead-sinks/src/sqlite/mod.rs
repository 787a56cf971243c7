//! SQLite: the latest revision of each record as a row, with full-text search.
//!
//! # Tables
//! `records` has one column a field; lists and objects are JSON, which SQLite's JSON functions read, and `record` is the
//! whole record as JSON. A changed article replaces its row, where its `revision` is higher; among equal ones the later
//! `fetched` counts. An article that is gone from its site keeps its row, with `removed` 1 and `removed_at`: what was
//! collected is never deleted. The view `articles` has what people mostly look at, of articles that are still there.
//!
//! # Search
//! `records_fts` finds words of title and body, whatever their case and accents:
//!
//! ```sql
//! SELECT title, url FROM records
//! WHERE number IN (SELECT rowid FROM records_fts WHERE records_fts MATCH '부산* AND ferry');
//! ```
//!
//! A word with `*` finds all that begin with it. Korean wants that: particles are written onto the word, and `부산*`
//! finds `부산항에서`. (An index of trigrams would find parts of words too, but none under three letters, and most Korean
//! nouns have two syllables.) Chinese and Japanese are written without spaces; there `body LIKE '%…%'` finds what a word
//! can't.
//!
//! # Files
//! The database is one file, which may be copied while no crawl writes it: it has a rollback journal, which is there only
//! during a transaction. A write-ahead log would hold the newest rows in a second file, and needs a local disk. Who
//! prefers it all the same (`PRAGMA journal_mode = WAL`) keeps it. Anybody may read meanwhile; several crawls may write
//! to one database.

mod error;
mod file;
mod row;
mod schema;

use masthead_record::{Guarantee, Sink};

pub use error::SqliteError;
pub use file::SqliteFile;

use crate::{SinkKind, Target, TargetForm};

/// The kind `sqlite`.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new("sqlite", |spec| match &spec.target {
        Target::File(path) => Ok(Box::new(SqliteFile::new(path)) as Box<dyn Sink>),
        other => Err(format!("`{other}` is no file").into()),
    })
    .described("SQLite: the latest revision of each record as a row, with full-text search")
    .example("sqlite:news.db")
    .guarantees(Guarantee::ExactlyOnce)
    .writes_to(TargetForm::File)
    .shared()
}
