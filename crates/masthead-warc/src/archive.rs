//! A folder of WARC files as a store of pages.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Cursor, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::date::sort_key;
use crate::error::{ArchiveError, HttpError, ReadError};
use crate::http::HttpResponse;
use crate::index::{Capture, Index};
use crate::reader::{ReadOptions, RecordReader};
use crate::record::{Record, RecordType};

/// A recorded answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The URL as recorded.
    pub url: String,
    /// When it was recorded: UTC, RFC 3339, as written in the file.
    pub date: String,
    /// The HTTP status code.
    pub status: u16,
    /// Headers as recorded. Those about codings and length tell of the recorded bytes, not of `body`.
    pub headers: Vec<(String, String)>,
    /// The body, its transfer and content codings undone.
    pub body: Vec<u8>,
    /// Whether the body is not whole: it passed the limit, or its recorded bytes end too early.
    pub truncated: bool,
}

impl Exchange {
    /// The first value of a header; names know no upper and lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// WARC files with an index of their answers in memory: about 150 bytes an answer, and its URL.
///
/// A URL's *latest* answer counts, by `WARC-Date`; of equal dates the later one, files in the order of their names.
/// Answers of every status count: an error page that was recorded last is what the site said last.
///
/// [`get`](Self::get) reads one gzip member at its place; in a file that was compressed as a whole it has to unpack all
/// that comes before.
#[derive(Debug)]
pub struct Archive {
    sources: Vec<Source>,
    index: Index,
    faults: Vec<(PathBuf, ReadError)>,
    options: ReadOptions,
    max_body_bytes: usize,
}

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Static(&'static [u8]),
}

impl Archive {
    /// Opens a WARC file, or all files in a folder (not in folders below it) whose names end in `.warc` or `.warc.gz`.
    ///
    /// # Errors
    /// The path can't be read, or the folder holds no such file. Damaged records are no error here; see
    /// [`faults`](Self::faults).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = path.as_ref();
        let failed = |source| ArchiveError::Io { path: path.to_owned(), source };
        let is_folder = fs::metadata(path).map_err(failed)?.is_dir();
        let files = if is_folder { warc_files(path).map_err(failed)? } else { vec![path.to_owned()] };
        if files.is_empty() {
            return Err(ArchiveError::Empty { path: path.to_owned() });
        }
        Self::index(files.into_iter().map(Source::File).collect())
    }

    /// An archive in memory, such as one that `include_bytes!` built into the program.
    pub fn from_static(bytes: &'static [u8]) -> Self {
        let mut archive = Self::empty(vec![Source::Static(bytes)]);
        archive.add(0, RecordReader::new(Cursor::new(bytes)));
        archive
    }

    /// Sets the size of the largest body that [`get`](Self::get) returns, after unpacking. Default: 64 MiB.
    #[must_use]
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    fn index(sources: Vec<Source>) -> Result<Self, ArchiveError> {
        let mut archive = Self::empty(sources);
        for file in 0..archive.sources.len() {
            let reader = archive
                .reader(file, 0)
                .map_err(|source| ArchiveError::Io { path: archive.name(file), source })?;
            archive.add(file, reader);
        }
        Ok(archive)
    }

    fn empty(sources: Vec<Source>) -> Self {
        Archive {
            sources,
            index: Index::default(),
            faults: Vec::new(),
            options: ReadOptions::default(),
            max_body_bytes: 64 * 1024 * 1024,
        }
    }

    fn add<R: BufRead>(&mut self, file: usize, reader: RecordReader<R>) {
        let faults = self.index.add_file(file, reader.with_options(self.options));
        let name = self.name(file);
        self.faults.extend(faults.into_iter().map(|fault| (name.clone(), fault)));
    }

    /// Damage found while indexing, at most 100 a file. What could be read around it is in the archive.
    pub fn faults(&self) -> &[(PathBuf, ReadError)] {
        &self.faults
    }

    /// How many URLs have an answer.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether no URL has an answer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All URLs that have an answer, sorted, in the spelling of the URL standard and without fragments.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.index.urls()
    }

    /// Whether the URL has an answer.
    pub fn contains(&self, url: &str) -> bool {
        !self.index.captures(url).is_empty()
    }

    /// The latest answer of a URL, or `None` where it was not recorded. Redirects are answers like others: they are
    /// returned, not followed. "As before" (a revisit record) gives the earlier body under the later date.
    ///
    /// # Errors
    /// The record can't be read, is no HTTP response, is compressed in an unknown way, or refers to an earlier answer
    /// that the archive lacks.
    pub fn get(&self, url: &str) -> Result<Option<Exchange>, ArchiveError> {
        let Some(latest) = self.index.captures(url).last() else {
            return Ok(None);
        };
        let record = self.record(latest, url)?;
        let exchange = match record.header.record_type() {
            RecordType::Revisit => self.revisited(latest, &record, url)?,
            _ => self.exchange(latest, &record, url)?,
        };
        Ok(Some(exchange))
    }

    fn exchange(&self, capture: &Capture, record: &Record, url: &str) -> Result<Exchange, ArchiveError> {
        let (response, body) = self.response(record).map_err(|source| ArchiveError::Http {
            url: url.to_owned(),
            path: self.name(capture.file),
            source,
        })?;
        Ok(Exchange {
            url: record.header.target_uri().unwrap_or(url).to_owned(),
            date: capture.date.clone(),
            status: response.status,
            headers: response.headers,
            body: body.bytes,
            truncated: body.truncated || record.header.field("WARC-Truncated").is_some(),
        })
    }

    fn response(&self, record: &Record) -> Result<(HttpResponse, crate::Body), HttpError> {
        let response = match record.header.record_type() {
            // A resource is a body alone; its type stands in the record's header.
            RecordType::Resource => HttpResponse {
                status: 200,
                headers: record
                    .header
                    .field("Content-Type")
                    .map(|value| ("Content-Type".to_owned(), value.to_owned()))
                    .into_iter()
                    .collect(),
                raw_body: record.block.clone(),
            },
            _ => HttpResponse::parse(&record.block)?,
        };
        let body = response.body(self.max_body_bytes)?;
        Ok((response, body))
    }

    /// Body of the original, head of the revisit; of a "304 not modified" also the original's status and headers.
    fn revisited(&self, capture: &Capture, revisit: &Record, url: &str) -> Result<Exchange, ArchiveError> {
        let original = self.original(capture, revisit, url)?;
        let record = self.record(original, url)?;
        let mut exchange = self.exchange(original, &record, url)?;
        if let Some(head) = HttpResponse::parse(&revisit.block).ok().filter(|head| head.status != 304) {
            exchange.status = head.status;
            exchange.headers = head.headers;
        }
        exchange.url = revisit.header.target_uri().unwrap_or(url).to_owned();
        exchange.date = capture.date.clone();
        Ok(exchange)
    }

    /// The answer that a revisit means: of the date that it names, else the latest before it (WARC/1.1 §6.7).
    fn original(&self, capture: &Capture, revisit: &Record, url: &str) -> Result<&Capture, ArchiveError> {
        let uri = revisit.header.uri("WARC-Refers-To-Target-URI").unwrap_or(url);
        let captures = self.index.captures(uri).iter().filter(|other| !other.is_revisit);
        let named = revisit.header.field("WARC-Refers-To-Date").map(sort_key);
        captures
            .clone()
            .find(|other| Some(sort_key(&other.date)) == named)
            .or_else(|| captures.rev().find(|other| sort_key(&other.date) <= sort_key(&capture.date)))
            .ok_or_else(|| ArchiveError::OriginalMissing { url: url.to_owned() })
    }

    fn record(&self, capture: &Capture, url: &str) -> Result<Record, ArchiveError> {
        let failed = |source| ArchiveError::Io { path: self.name(capture.file), source };
        let reader = self.reader(capture.file, capture.location.offset).map_err(failed)?;
        let mut reader = reader.with_options(self.options);
        let record = reader.skip_within_member(capture.location.within).and_then(|()| match reader.next() {
            Some(record) => record.map(Some),
            None => Ok(None),
        });
        match record {
            Ok(Some(record)) => Ok(record),
            Ok(None) => Err(failed(std::io::ErrorKind::UnexpectedEof.into())),
            Err(source) => {
                Err(ArchiveError::Record { url: url.to_owned(), path: self.name(capture.file), source })
            }
        }
    }

    /// Each call opens the file anew: an archive can be read from many threads.
    fn reader(&self, file: usize, offset: u64) -> std::io::Result<RecordReader<Box<dyn BufRead>>> {
        let source: Box<dyn BufRead> = match self.sources.get(file) {
            Some(Source::File(path)) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Box::new(BufReader::new(file))
            }
            Some(Source::Static(bytes)) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                Box::new(bytes.get(start..).unwrap_or_default())
            }
            None => Box::new(std::io::empty()),
        };
        Ok(RecordReader::starting_at(source, offset))
    }

    fn name(&self, file: usize) -> PathBuf {
        match self.sources.get(file) {
            Some(Source::File(path)) => path.clone(),
            _ => PathBuf::from("(built in)"),
        }
    }
}

fn warc_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if (name.ends_with(".warc") || name.ends_with(".warc.gz")) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
