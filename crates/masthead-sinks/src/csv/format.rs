use std::borrow::Cow;

use masthead_record::{Delivery, Rejected};

use super::Columns;
use crate::append::Format;
use crate::fields;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much of a stranger's header is quoted, in characters.
const QUOTED: usize = 200;

/// How rows are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csv {
    columns: Columns,
    /// Whether somebody asked for these columns. Else those of the file rule.
    chosen: bool,
    excel: bool,
}

impl Csv {
    /// The usual columns, every cell exact.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These columns, every cell exact.
    #[must_use]
    pub fn with_columns(columns: Columns) -> Self {
        Self { columns, chosen: true, excel: false }
    }

    /// With a byte order mark, and an apostrophe before each cell that a spreadsheet would take for a formula.
    #[must_use]
    pub fn for_excel(mut self) -> Self {
        self.excel = true;
        self
    }

    /// Appends one row; the header needs no other rules than the cells.
    fn row<'a>(&self, bytes: &mut Vec<u8>, cells: impl Iterator<Item = Cow<'a, str>>) -> csv::Result<()> {
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.terminator(csv::Terminator::CRLF).from_writer(bytes);
        for cell in cells {
            let cell = if self.excel && is_formula(&cell) { format!("'{cell}").into() } else { cell };
            writer.write_field(cell.as_ref())?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(writer.flush()?)
    }

    fn begins(&self, start: &[u8]) -> Option<usize> {
        let header = self.header();
        start.starts_with(&header).then_some(header.len())
    }
}

/// Whether a spreadsheet may take the cell for a formula: its first character is one of those that OWASP lists under
/// "CSV Injection", the full-width forms of East Asian keyboards among them.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

impl Format for Csv {
    fn header(&self) -> Vec<u8> {
        let mut bytes = if self.excel { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
        let written = self.row(&mut bytes, self.columns.names().map(Cow::Borrowed));
        debug_assert!(written.is_ok(), "memory takes every row");
        bytes
    }

    fn adopt(&mut self, start: &[u8]) -> Result<usize, String> {
        if let Some(length) = self.begins(start) {
            return Ok(length);
        }
        let found = first_row(start);
        if !self.chosen
            && let Ok(columns) = Columns::of(found.iter().map(String::as_str))
        {
            let theirs = Self { columns, ..self.clone() };
            if let Some(length) = theirs.begins(start) {
                *self = theirs;
                return Ok(length);
            }
        }
        Err(found.join(",").chars().take(QUOTED).collect())
    }

    fn append(&self, bytes: &mut Vec<u8>, delivery: &Delivery) -> Option<Rejected> {
        let start = bytes.len();
        let why = match fields::of(&delivery.item) {
            Ok(fields) => self.row(bytes, self.columns.cells(&fields)).err()?.to_string(),
            Err(error) => error.to_string(),
        };
        bytes.truncate(start);
        Some(Rejected { n: delivery.n, why })
    }
}

/// The cells of the first row, whatever the file is.
fn first_row(start: &[u8]) -> Vec<String> {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(start);
    let mut row = csv::ByteRecord::new();
    match reader.read_byte_record(&mut row) {
        Ok(_) => row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
        Err(_) => Vec::new(),
    }
}
