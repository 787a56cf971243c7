//! The contract suite on every sink of this crate.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use masthead_record::{Item, Sink};
use masthead_sinks::jsonl::{JsonLinesFile, JsonLinesStream};
use masthead_testkit::sink::{Kept, SinkUnderTest, assert_sink_contract};
use tempfile::TempDir;

/// The whole lines of a JSON Lines output.
fn kept(bytes: &[u8]) -> Vec<Kept> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| {
            let item: Item = serde_json::from_slice(line).expect("every whole line is an item");
            (item.id().clone(), item.revision())
        })
        .collect()
}

struct InFolder {
    _folder: TempDir,
    path: PathBuf,
}

impl InFolder {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { path: folder.path().join("news.jsonl"), _folder: folder }
    }
}

impl SinkUnderTest for InFolder {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(JsonLinesFile::new(&self.path))
    }

    fn read_back(&self) -> Vec<Kept> {
        kept(&fs::read(&self.path).unwrap())
    }

    fn length(&self) -> Option<u64> {
        Some(fs::metadata(&self.path).map_or(0, |metadata| metadata.len()))
    }

    fn tear(&self, length: u64) {
        File::options().write(true).open(&self.path).unwrap().set_len(length).unwrap();
    }
}

#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SinkUnderTest for Pipe {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(JsonLinesStream::new(self.clone()))
    }

    fn read_back(&self) -> Vec<Kept> {
        kept(&self.0.lock().unwrap())
    }
}

#[test]
fn a_json_lines_file_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(InFolder::new()));
}

#[test]
fn a_json_lines_stream_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(Pipe::default()));
}
