//! JSON Lines (<https://jsonlines.org>): one item a line, in UTF-8.
//!
//! [`JsonLinesFile`] appends to a file and keeps every item exactly once; [`JsonLinesStream`] writes to a pipe, where
//! an item may come again.

mod line;

use std::path::PathBuf;

use masthead_record::{Guarantee, Sink};

use crate::append::{AppendFile, AppendStream};
pub use crate::append::{FileError, StreamError};
pub use line::JsonLines;

use crate::{SinkKind, Target, TargetForm};

/// The kind's name in a spec.
pub(crate) const NAME: &str = "jsonl";

/// A JSON Lines file: each item exactly once.
pub type JsonLinesFile = AppendFile<JsonLines>;

/// JSON Lines on a pipe or a terminal: each item at least once, as nothing can be taken back.
pub type JsonLinesStream<W> = AppendStream<JsonLines, W>;

impl AppendFile<JsonLines> {
    /// Writes JSON Lines to `path`. Nothing is touched before [`open`](Sink::open).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::with_format(path, JsonLines)
    }
}

impl<W: std::io::Write + Send> AppendStream<JsonLines, W> {
    /// Writes JSON Lines to `output`.
    pub fn new(output: W) -> Self {
        Self::with_format(output, JsonLines)
    }
}

/// The kind `jsonl`.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new(NAME, |spec| match &spec.target {
        Target::File(path) => Ok(Box::new(JsonLinesFile::new(path)) as Box<dyn Sink>),
        Target::Stdout => Ok(Box::new(JsonLinesStream::new(std::io::stdout()))),
        other => Err(format!("`{other}` is neither a file nor `-`").into()),
    })
    .described("JSON Lines: one record a line; `-` writes to stdout, at least once")
    .example("jsonl:news.jsonl")
    .guarantees(Guarantee::ExactlyOnce)
    .writes_to(TargetForm::FileOrStdout)
}
