//! The contract suite on every sink of this crate.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use masthead_record::{Item, Sink};
use masthead_sinks::append::Format;
use masthead_sinks::csv::{Csv, CsvFile, CsvStream};
use masthead_sinks::jsonl::{JsonLinesFile, JsonLinesStream};
use masthead_sinks::sqlite::SqliteFile;
use masthead_testkit::sink::{Keeps, Kept, SinkUnderTest, assert_sink_contract};
use tempfile::TempDir;

/// The whole lines of a JSON Lines output.
fn kept_lines(bytes: &[u8]) -> Vec<Kept> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| {
            let item: Item = serde_json::from_slice(line).expect("every whole line is an item");
            (item.id().clone(), item.revision())
        })
        .collect()
}

/// The rows of a CSV output, by the names in its header.
fn kept_rows(bytes: &[u8]) -> Vec<Kept> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let column = |name| header.iter().position(|there| there == name).unwrap();
    let (id, revision) = (column("id"), column("revision"));
    let rows = reader.records().map(|row| row.expect("every row is whole"));
    rows.map(|row| (serde_json::from_value(row[id].into()).unwrap(), row[revision].parse().unwrap()))
        .collect()
}

/// A file that is appended to, in one of the formats.
struct InFolder {
    _folder: TempDir,
    path: PathBuf,
    make: fn(&Path) -> Box<dyn Sink>,
    kept: fn(&[u8]) -> Vec<Kept>,
}

impl InFolder {
    fn new(name: &str, make: fn(&Path) -> Box<dyn Sink>, kept: fn(&[u8]) -> Vec<Kept>) -> Self {
        let folder = TempDir::new().unwrap();
        Self { path: folder.path().join(name), _folder: folder, make, kept }
    }

    fn json_lines() -> Self {
        Self::new("news.jsonl", |path| Box::new(JsonLinesFile::new(path)), kept_lines)
    }

    fn csv() -> Self {
        Self::new("news.csv", |path| Box::new(CsvFile::new(path, Csv::new())), kept_rows)
    }

    fn csv_for_excel() -> Self {
        Self::new("news.csv", |path| Box::new(CsvFile::new(path, Csv::new().for_excel())), kept_rows)
    }
}

impl SinkUnderTest for InFolder {
    fn sink(&self) -> Box<dyn Sink> {
        (self.make)(&self.path)
    }

    fn read_back(&self) -> Vec<Kept> {
        (self.kept)(&fs::read(&self.path).unwrap())
    }

    fn length(&self) -> Option<u64> {
        Some(fs::metadata(&self.path).map_or(0, |metadata| metadata.len()))
    }

    fn tear(&self, length: u64) {
        File::options().write(true).open(&self.path).unwrap().set_len(length).unwrap();
    }
}

struct Database(TempDir);

impl Database {
    fn path(&self) -> PathBuf {
        self.0.path().join("news.db")
    }
}

impl SinkUnderTest for Database {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(SqliteFile::new(self.path()))
    }

    fn read_back(&self) -> Vec<Kept> {
        let database = rusqlite::Connection::open(self.path()).unwrap();
        let mut rows = database.prepare("SELECT id, revision FROM records").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).unwrap();
        rows.map(|row| row.map(|(id, revision)| (serde_json::from_value(id.into()).unwrap(), revision)))
            .collect::<Result<_, _>>()
            .unwrap()
    }

    fn keeps(&self) -> Keeps {
        Keeps::LatestRevision
    }
}

#[derive(Clone)]
struct Pipe {
    bytes: Arc<Mutex<Vec<u8>>>,
    make: fn(Pipe) -> Box<dyn Sink>,
    kept: fn(&[u8]) -> Vec<Kept>,
}

impl Pipe {
    fn new(make: fn(Pipe) -> Box<dyn Sink>, kept: fn(&[u8]) -> Vec<Kept>) -> Self {
        Self { bytes: Arc::default(), make, kept }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SinkUnderTest for Pipe {
    fn sink(&self) -> Box<dyn Sink> {
        (self.make)(self.clone())
    }

    fn read_back(&self) -> Vec<Kept> {
        (self.kept)(&self.bytes.lock().unwrap())
    }
}

/// What came out of several processes, one header each.
fn kept_rows_of_several(bytes: &[u8]) -> Vec<Kept> {
    let header = Csv::new().header();
    let text = std::str::from_utf8(bytes).unwrap();
    let parts = text.split(std::str::from_utf8(&header).unwrap()).skip(1);
    parts.flat_map(|rows| kept_rows(&[header.as_slice(), rows.as_bytes()].concat())).collect()
}

#[test]
fn a_json_lines_file_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(InFolder::json_lines()));
}

#[test]
fn a_csv_file_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(InFolder::csv()));
    assert_sink_contract(&|| Box::new(InFolder::csv_for_excel()));
}

#[test]
fn a_database_keeps_the_contract() {
    // Hundreds of databases, each synced at every step: in memory where there is such a folder.
    let folder = || TempDir::new_in("/dev/shm").or_else(|_| TempDir::new());
    assert_sink_contract(&|| Box::new(Database(folder().unwrap())));
}

#[test]
fn a_json_lines_stream_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(Pipe::new(|pipe| Box::new(JsonLinesStream::new(pipe)), kept_lines)));
}

#[test]
fn a_csv_stream_keeps_the_contract() {
    assert_sink_contract(&|| {
        Box::new(Pipe::new(|pipe| Box::new(CsvStream::new(pipe, Csv::new())), kept_rows_of_several))
    });
}
