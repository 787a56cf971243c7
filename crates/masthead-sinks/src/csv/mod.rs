//! CSV (RFC 4180): one record a row below a header, in UTF-8, lines ended by CR and LF as the RFC has it.
//!
//! A text stands as it is; lists and objects stand as JSON. No value is an empty cell, an empty list is `[]`. A changed
//! article gives another row with the same `id` and a higher `revision`: the last row counts. An article that is gone
//! gives a row whose `kind` is `removed`.
//!
//! The header is fixed when the file is made. Without chosen columns the file's own header rules, so that a later
//! version that knows more columns goes on with those of the file.
//!
//! Cells are exact. A spreadsheet takes a cell that begins with `=` for a formula, and a stranger's page must not write
//! formulas: `for=excel` puts an apostrophe before such a cell, and a byte order mark before the header, without which
//! Excel takes UTF-8 for an older code. That changes data, so it is asked for and not the default.

mod column;
mod format;

use std::path::PathBuf;

use masthead_record::{Cause, Guarantee, Sink};

use crate::append::{AppendFile, AppendStream};
use crate::{SinkKind, SinkSpec, Target, TargetForm};

pub use column::{Columns, ColumnsError};
pub use format::Csv;

/// A CSV file: each item exactly once.
pub type CsvFile = AppendFile<Csv>;

/// CSV on a pipe or a terminal: the header once, and each item at least once.
pub type CsvStream<W> = AppendStream<Csv, W>;

impl AppendFile<Csv> {
    /// Writes CSV to `path`. Nothing is touched before [`open`](Sink::open).
    pub fn new(path: impl Into<PathBuf>, format: Csv) -> Self {
        Self::with_format(path, format)
    }
}

impl<W: std::io::Write + Send> AppendStream<Csv, W> {
    /// Writes CSV to `output`.
    pub fn new(output: W, format: Csv) -> Self {
        Self::with_format(output, format)
    }
}

/// The kind `csv`.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new("csv", |spec| {
        let format = format_of(spec)?;
        match &spec.target {
            Target::File(path) => Ok(Box::new(CsvFile::new(path, format)) as Box<dyn Sink>),
            Target::Stdout => Ok(Box::new(CsvStream::new(std::io::stdout(), format))),
            other => Err(format!("`{other}` is neither a file nor `-`").into()),
        }
    })
    .described("CSV: a header, then one record a row; `-` writes to stdout, at least once")
    .example("csv:news.csv")
    .guarantees(Guarantee::ExactlyOnce)
    .writes_to(TargetForm::FileOrStdout)
    .option("columns", "the columns, in their order, such as `title,url,published,extra.article_id`")
    .option(
        "for",
        "`excel`: a byte order mark, and an apostrophe before cells that a spreadsheet takes for formulas",
    )
}

fn format_of(spec: &SinkSpec) -> Result<Csv, Cause> {
    let columns = spec.options.get("columns").map(|names| Columns::parse(names)).transpose()?;
    let format = columns.map_or_else(Csv::new, Csv::with_columns);
    match spec.options.get("for").map(String::as_str) {
        None => Ok(format),
        Some("excel") => Ok(format.for_excel()),
        Some(other) => Err(format!("the option `for` is `{other}`: it can only be `excel`").into()),
    }
}
