//! JSON Lines (<https://jsonlines.org>): one item a line, in UTF-8.
//!
//! [`JsonLinesFile`] appends to a file and keeps every item exactly once; [`JsonLinesStream`] writes to a pipe, where
//! an item may come again.

mod error;
mod file;
mod line;
mod stream;
mod token;

use masthead_record::{Guarantee, Sink};

pub use error::{FileError, StreamError};
pub use file::JsonLinesFile;
pub use stream::JsonLinesStream;

use crate::{SinkKind, Target, TargetForm};

/// The kind `jsonl`.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new("jsonl", |spec| match &spec.target {
        Target::File(path) => Ok(Box::new(JsonLinesFile::new(path)) as Box<dyn Sink>),
        Target::Stdout => Ok(Box::new(JsonLinesStream::new(std::io::stdout()))),
        Target::Text(text) => Err(format!("`{text}` is neither a file nor `-`").into()),
    })
    .described("JSON Lines: one record a line; `-` writes to stdout, at least once")
    .example("jsonl:news.jsonl")
    .guarantees(Guarantee::ExactlyOnce)
    .writes_to(TargetForm::FileOrStdout)
}
