//! Reads records one after another, in bounded memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::error::{ReadError, ReadErrorKind};
use crate::member::Members;
use crate::record::{Record, RecordHeader};

/// A header larger than this is not one.
const MAX_HEADER_BYTES: usize = 256 * 1024;

/// First letters of a record, and of nothing else that matters here.
const RECORD_START: &[u8] = b"WARC/";

/// Limits of a reader.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ReadOptions {
    /// A larger record is reported and skipped; it is never held in memory. Default: 64 MiB.
    pub max_record_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { max_record_bytes: 64 * 1024 * 1024 }
    }
}

impl ReadOptions {
    /// Sets the size of the largest record, in bytes of its block.
    #[must_use]
    pub fn with_max_record_bytes(mut self, bytes: u64) -> Self {
        self.max_record_bytes = bytes;
        self
    }
}

/// Where a record is: enough to find it again without reading what is before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// File offset of the record or, in a compressed file, of its gzip member.
    pub offset: u64,
    /// Unpacked bytes before it in its member: 0 in a file with one member a record.
    pub within: u64,
}

/// An iterator over the records of a `.warc` or `.warc.gz` file: one gzip member a record, or all in one member.
///
/// It is tolerant of what crawlers write: WARC/1.0, lines that end in LF, missing digests, URIs in angle brackets.
/// After a fault it goes on with the next record where one can be found; broken compression ends it.
#[derive(Debug)]
pub struct RecordReader<R> {
    members: Members<R>,
    options: ReadOptions,
    /// Bytes of the last record's block that nobody read yet.
    pending: u64,
    location: Location,
    /// A version line found while looking for the next record after a fault, and its place.
    found_line: Option<(Location, Vec<u8>)>,
    ended: bool,
}

impl RecordReader<BufReader<File>> {
    /// Opens a file.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self::new(BufReader::new(File::open(path)?)))
    }
}

impl<R: BufRead> RecordReader<R> {
    /// Reads from a source that stands at the file's beginning.
    pub fn new(source: R) -> Self {
        Self::starting_at(source, 0)
    }

    /// Reads from a source that stands at file offset `offset`, where a record or a gzip member begins.
    pub fn starting_at(source: R, offset: u64) -> Self {
        RecordReader {
            members: Members::new(source, offset),
            options: ReadOptions::default(),
            pending: 0,
            location: Location { offset, within: 0 },
            found_line: None,
            ended: false,
        }
    }

    /// Sets limits.
    #[must_use]
    pub fn with_options(mut self, options: ReadOptions) -> Self {
        self.options = options;
        self
    }

    /// Place of the record read last.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Reads the next record's header and stands before its block, which [`read_block`](Self::read_block) reads and the
    /// next call skips. `None` at the end.
    ///
    /// # Errors
    /// See [`ReadErrorKind`]. Calling again goes on behind the fault, if that is possible.
    pub fn next_header(&mut self) -> Option<Result<RecordHeader, ReadError>> {
        if self.ended {
            return None;
        }
        let result = self.try_next_header();
        if matches!(&result, Err(ReadError { kind: ReadErrorKind::Io(_), .. })) {
            self.ended = true;
        }
        result.transpose()
    }

    /// Reads the block of the record whose header was read last.
    ///
    /// # Errors
    /// The record is cut short, or its compression is broken.
    pub fn read_block(&mut self) -> Result<Vec<u8>, ReadError> {
        let result = self.try_read_block();
        self.ended |= matches!(&result, Err(ReadErrorKind::Io(_)));
        result.map_err(|kind| self.fault(kind))
    }

    /// Steps over unpacked bytes of the first member, to a record inside it.
    pub(crate) fn skip_within_member(&mut self, count: u64) -> Result<(), ReadError> {
        let skipped = self.members.advance().and_then(|_| self.members.skip(count));
        match skipped {
            Ok(skipped) if skipped == count => Ok(()),
            Ok(_) => Err(self.fault(ReadErrorKind::Truncated)),
            Err(error) => Err(self.fault(ReadErrorKind::Io(error))),
        }
    }

    fn try_next_header(&mut self) -> Result<Option<RecordHeader>, ReadError> {
        self.skip_pending().map_err(|kind| self.fault(kind))?;
        let Some((location, version_line)) = self.version_line()? else {
            return Ok(None);
        };
        self.location = location;
        self.header(&version_line).map(Some).map_err(|kind| self.fault(kind))
    }

    /// The first line of the next record, or `None` at the file's end.
    fn version_line(&mut self) -> Result<Option<(Location, Vec<u8>)>, ReadError> {
        if let Some(found) = self.found_line.take() {
            return Ok(Some(found));
        }
        let Some((location, line)) = self.next_line_with_text()? else {
            return Ok(None);
        };
        if is_version_line(&line) {
            return Ok(Some((location, line)));
        }
        let what = match line.starts_with(b"filedesc:") {
            true => "this is an ARC file, WARC's forerunner; convert it (warcio recompress can)",
            false => "a record begins with WARC/1.1 or WARC/1.0",
        };
        self.location = location;
        let fault = self.fault(ReadErrorKind::Malformed(what));
        self.find_next_record()?;
        Err(fault)
    }

    /// After a fault: reads on to the next line that begins a record.
    fn find_next_record(&mut self) -> Result<(), ReadError> {
        while let Some((location, line)) = self.next_line_with_text()? {
            if is_version_line(&line) {
                self.found_line = Some((location, line));
                break;
            }
        }
        Ok(())
    }

    fn next_line_with_text(&mut self) -> Result<Option<(Location, Vec<u8>)>, ReadError> {
        let mut line = Vec::new();
        loop {
            let location = self.here();
            line.clear();
            let consumed = self.read_line(&mut line, MAX_HEADER_BYTES).map_err(|error| {
                self.location = location;
                self.fault(ReadErrorKind::Io(error))
            })?;
            if consumed > 0 && !line.is_empty() {
                return Ok(Some((location, line)));
            }
            if consumed == 0 {
                match self.members.advance() {
                    Ok(true) => {}
                    Ok(false) => return Ok(None),
                    Err(error) => {
                        self.location = self.here();
                        return Err(self.fault(ReadErrorKind::Io(error)));
                    }
                }
            }
        }
    }

    /// The named fields, up to the empty line.
    fn header(&mut self, version_line: &[u8]) -> Result<RecordHeader, ReadErrorKind> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut budget = MAX_HEADER_BYTES;
        let mut line = Vec::new();
        loop {
            line.clear();
            let consumed = self.read_line(&mut line, budget).map_err(ReadErrorKind::Io)?;
            if consumed == 0 {
                return Err(ReadErrorKind::Truncated);
            }
            if line.is_empty() {
                break;
            }
            let Some(left) = budget.checked_sub(consumed) else {
                return Err(ReadErrorKind::Malformed("the header is larger than 256 KiB"));
            };
            budget = left;
            add_field(&mut fields, &String::from_utf8_lossy(&line));
        }
        let version = String::from_utf8_lossy(version_line).trim().to_owned();
        let header = RecordHeader { version, fields };
        let Some(length) = header.content_length() else {
            return Err(ReadErrorKind::Malformed("the header has no sound Content-Length"));
        };
        self.pending = length;
        let limit = self.options.max_record_bytes;
        if length > limit {
            return Err(ReadErrorKind::TooLarge { length, limit });
        }
        Ok(header)
    }

    fn try_read_block(&mut self) -> Result<Vec<u8>, ReadErrorKind> {
        let limit = self.options.max_record_bytes;
        if self.pending > limit {
            return Err(ReadErrorKind::TooLarge { length: self.pending, limit });
        }
        // The length is the file's own claim: reserve little, grow with what is really there.
        let mut block = Vec::with_capacity(usize::try_from(self.pending).unwrap_or(0).min(64 * 1024));
        while self.pending > 0 {
            if !self.block_goes_on()? {
                self.pending = 0;
                return Err(ReadErrorKind::Truncated);
            }
            let at_hand = self.members.fill().map_err(ReadErrorKind::Io)?;
            let take = usize::try_from(self.pending).unwrap_or(usize::MAX).min(at_hand.len());
            block.extend(at_hand.iter().take(take));
            self.members.consume(take);
            self.pending -= take as u64;
        }
        Ok(block)
    }

    fn skip_pending(&mut self) -> Result<(), ReadErrorKind> {
        let mut pending = std::mem::take(&mut self.pending);
        while pending > 0 {
            if !self.block_goes_on()? {
                return Err(ReadErrorKind::Truncated);
            }
            pending -= self.members.skip(pending).map_err(ReadErrorKind::Io)?;
        }
        Ok(())
    }

    /// Whether there are more bytes of the current block. Some writers put the header and the block of one record into
    /// two gzip members; a member that begins a record is none of this one.
    fn block_goes_on(&mut self) -> Result<bool, ReadErrorKind> {
        if !self.members.fill().map_err(ReadErrorKind::Io)?.is_empty() {
            return Ok(true);
        }
        if !self.members.is_compressed() || !self.members.advance().map_err(ReadErrorKind::Io)? {
            return Ok(false);
        }
        let next = self.members.fill().map_err(ReadErrorKind::Io)?;
        Ok(!next.is_empty() && !next.starts_with(RECORD_START) && !RECORD_START.starts_with(next))
    }

    /// Reads a line without its CRLF or LF and keeps at most `cap` bytes of it. Returns the bytes consumed, 0 at the
    /// member's end.
    fn read_line(&mut self, line: &mut Vec<u8>, cap: usize) -> io::Result<usize> {
        let mut consumed = 0;
        loop {
            let at_hand = self.members.fill()?;
            let end = at_hand.iter().position(|byte| *byte == b'\n');
            let take = end.map_or(at_hand.len(), |index| index + 1);
            if take == 0 {
                break;
            }
            line.extend(at_hand.iter().take(take.min(cap.saturating_sub(line.len()))));
            self.members.consume(take);
            consumed += take;
            if end.is_some() {
                break;
            }
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        Ok(consumed)
    }

    fn here(&self) -> Location {
        match self.members.is_compressed() {
            true => Location { offset: self.members.start(), within: self.members.consumed() },
            false => Location { offset: self.members.start() + self.members.consumed(), within: 0 },
        }
    }

    fn fault(&self, kind: ReadErrorKind) -> ReadError {
        ReadError { offset: self.location.offset, kind }
    }
}

impl<R: BufRead> Iterator for RecordReader<R> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let header = self.next_header()?;
        Some(header.and_then(|header| Ok(Record { header, block: self.read_block()? })))
    }
}

fn is_version_line(line: &[u8]) -> bool {
    line.starts_with(RECORD_START)
}

/// A line without a colon is left out; one that begins with white space continues the field above it (RFC 2616 §2.2).
fn add_field(fields: &mut Vec<(String, String)>, line: &str) {
    if line.starts_with([' ', '\t']) {
        if let Some((_, value)) = fields.last_mut() {
            value.push(' ');
            value.push_str(line.trim());
        }
    } else if let Some((name, value)) = line.split_once(':') {
        fields.push((name.trim().to_owned(), value.trim().to_owned()));
    }
}
