//! What a JSON Lines file refuses, cuts and writes.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use masthead_record::{Delivery, Item, Position, Sink, SinkError, StreamId, When};
use masthead_sinks::jsonl::{FileError, JsonLinesFile, JsonLinesStream, StreamError};
use masthead_testkit::sink::{article, removed};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("news.jsonl")
    }

    fn open(&self, known: Option<&Position>) -> Result<(JsonLinesFile, Position), FileError> {
        let mut sink = JsonLinesFile::new(self.path());
        match sink.open(&stream(), known) {
            Ok(position) => Ok((sink, position)),
            Err(error) => Err(file_error(error)),
        }
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// A file with the items 1 to `count`, and its position.
    fn written(&self, count: u64) -> Position {
        let (mut sink, _) = self.open(None).unwrap();
        sink.write(&deliveries(1, count)).unwrap();
        sink.checkpoint(When::Last).unwrap()
    }
}

fn stream() -> StreamId {
    StreamId("s".to_owned())
}

fn file_error(error: SinkError) -> FileError {
    match error {
        SinkError::Fatal(cause) => *cause.downcast().expect("a FileError"),
        other => panic!("{other:?}"),
    }
}

fn item(n: u64) -> Item {
    article(&format!("https://herald.example/{n}"), 1, "배가 늦다", "The ferry\nis “late”.\u{2028}")
}

fn deliveries(from: u64, to: u64) -> Vec<Delivery> {
    (from..=to).map(|n| Delivery { n, item: Arc::new(item(n)) }).collect()
}

fn lines(to: u64) -> String {
    (1..=to).map(|n| serde_json::to_string(&item(n)).unwrap() + "\n").collect()
}

#[test]
fn one_item_a_line_in_utf_8() {
    let folder = Folder::new();
    let position = folder.written(2);
    let (mut sink, opened) = folder.open(Some(&position)).unwrap();
    assert_eq!(opened, position);
    let gone = Arc::new(removed("https://herald.example/1", 2));
    sink.write(&[Delivery { n: 9, item: gone.clone() }]).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 9);
    assert_eq!(folder.text(), lines(2) + &serde_json::to_string(&gone).unwrap() + "\n");
    assert!(folder.text().contains("배가 늦다"));
}

#[test]
fn folders_are_made() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a/b/c.jsonl");
    JsonLinesFile::new(&path).open(&stream(), None).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[test]
fn a_file_without_a_position_is_refused_unless_it_is_empty() {
    let folder = Folder::new();
    fs::write(folder.path(), "notes\n").unwrap();
    let error = folder.open(None).unwrap_err();
    assert!(matches!(error, FileError::NotOurs(_)), "{error}");
    assert!(error.to_string().ends_with("move it away, or name another file"), "{error}");
    assert_eq!(folder.text(), "notes\n");
    fs::write(folder.path(), "").unwrap();
    folder.open(None).unwrap();
}

#[test]
fn a_sink_that_joins_late_begins_a_new_file() {
    let folder = Folder::new();
    let late = Position { n: 2, token: Vec::new() };
    let (mut sink, position) = folder.open(Some(&late)).unwrap();
    assert_eq!(position.n, 2);
    sink.write(&deliveries(3, 3)).unwrap();
    drop(sink);
    assert!(matches!(folder.open(Some(&late)), Err(FileError::NotOurs(_))));
    assert_eq!(folder.open(Some(&position)).unwrap().1.n, 2);
    assert_eq!(folder.text(), "");
}

#[test]
fn lines_from_before_the_first_checkpoint_are_cut() {
    let folder = Folder::new();
    let (mut sink, first) = folder.open(None).unwrap();
    sink.write(&deliveries(1, 3)).unwrap();
    drop(sink);
    assert_eq!(folder.text(), lines(3));
    let (_sink, position) = folder.open(Some(&first)).unwrap();
    assert_eq!((position, folder.text().as_str()), (first, ""));
}

#[test]
fn a_stranger_in_place_of_an_empty_file_is_refused() {
    let folder = Folder::new();
    let first = folder.open(None).unwrap().1;
    for text in ["notes\n", "{\"id\":4}\n", "["] {
        fs::write(folder.path(), text).unwrap();
        assert!(matches!(folder.open(Some(&first)), Err(FileError::NotOurs(_))));
        assert_eq!(folder.text(), text);
    }
}

#[test]
fn an_older_output_in_place_of_an_empty_file_is_refused() {
    let folder = Folder::new();
    let first = folder.open(None).unwrap().1;
    let backup = folder.0.path().join("backup.jsonl");
    fs::write(&backup, lines(2)).unwrap();
    if fs::metadata(&backup).unwrap().created().is_err() {
        eprintln!("SKIPPED: this file system does not say when a file was made");
        return;
    }
    fs::rename(&backup, folder.path()).unwrap();
    assert!(matches!(folder.open(Some(&first)), Err(FileError::NotOurs(_))));
    assert_eq!(folder.text(), lines(2));
}

#[test]
fn a_file_that_is_gone_is_not_made_anew() {
    let folder = Folder::new();
    let position = folder.written(2);
    fs::remove_file(folder.path()).unwrap();
    let error = folder.open(Some(&position)).unwrap_err();
    assert!(matches!(error, FileError::Missing { .. }), "{error}");
    assert!(!folder.path().exists());
}

#[test]
fn a_shorter_file_is_refused() {
    let folder = Folder::new();
    let position = folder.written(3);
    fs::write(folder.path(), lines(2)).unwrap();
    let error = folder.open(Some(&position)).unwrap_err();
    assert!(matches!(error, FileError::Shorter { .. }), "{error}");
    assert_eq!(folder.text(), lines(2));
}

#[test]
fn a_changed_tail_is_refused() {
    let folder = Folder::new();
    let position = folder.written(3);
    let changed = lines(3).replace("late", "soon") + "more";
    fs::write(folder.path(), &changed).unwrap();
    let error = folder.open(Some(&position)).unwrap_err();
    assert!(matches!(error, FileError::Changed { .. }), "{error}");
    assert_eq!(folder.text(), changed);
}

#[test]
fn a_torn_line_is_cut() {
    let folder = Folder::new();
    let position = folder.written(2);
    let torn = lines(3);
    for keep in (lines(2).len()..torn.len()).filter(|end| torn.is_char_boundary(*end)) {
        fs::write(folder.path(), torn.split_at(keep).0).unwrap();
        folder.open(Some(&position)).unwrap();
        assert_eq!(folder.text(), lines(2));
    }
}

#[test]
fn two_writers_on_one_file_are_refused() {
    let folder = Folder::new();
    let (mut sink, first) = folder.open(None).unwrap();
    let error = folder.open(None).unwrap_err();
    assert!(matches!(error, FileError::InUse(_)), "{error}");
    sink.write(&deliveries(1, 1)).unwrap();
    assert_eq!(sink.open(&stream(), Some(&first)).unwrap(), first, "its own lock is no hindrance");
    drop(sink);
    folder.open(Some(&first)).unwrap();
}

#[test]
fn a_second_writer_that_asks_for_no_lock_is_noticed() {
    let folder = Folder::new();
    let (mut sink, _) = folder.open(None).unwrap();
    sink.write(&deliveries(1, 1)).unwrap();
    fs::OpenOptions::new().append(true).open(folder.path()).unwrap().write_all(b"hello\n").unwrap();
    let error = file_error(sink.checkpoint(When::Now).unwrap_err());
    assert!(matches!(error, FileError::Disturbed { .. }), "{error}");
    assert_eq!(folder.text(), lines(1) + "hello\n");
    assert!(matches!(file_error(sink.write(&[]).unwrap_err()), FileError::NotOpen(_)));
}

#[test]
fn folders_and_bad_notes_are_refused() {
    let folder = Folder::new();
    let mut sink = JsonLinesFile::new(folder.0.path());
    assert!(matches!(file_error(sink.open(&stream(), None).unwrap_err()), FileError::NotAFile(_)));
    let known = Position { n: 3, token: b"{}".to_vec() };
    assert!(matches!(folder.open(Some(&known)), Err(FileError::Token { .. })));
    assert!(!folder.path().exists());
}

struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_ends_a_stream() {
    let mut sink = JsonLinesStream::new(Gone);
    let first = sink.open(&stream(), None).unwrap();
    let error = sink.write(&deliveries(1, 1)).unwrap_err();
    assert!(matches!(error.source().unwrap().downcast_ref(), Some(StreamError::Closed)));
    assert_eq!(sink.checkpoint(When::Last).unwrap(), first, "what was not written is not acknowledged");
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_is_no_file_and_a_full_one_ends_a_stream() {
    let full = Path::new("/dev/full");
    let mut sink = JsonLinesFile::new(full);
    assert!(matches!(file_error(sink.open(&stream(), None).unwrap_err()), FileError::NotAFile(_)));
    let mut sink = JsonLinesStream::new(fs::OpenOptions::new().write(true).open(full).unwrap());
    let first = sink.open(&stream(), None).unwrap();
    assert!(matches!(sink.write(&deliveries(1, 1)), Err(SinkError::Fatal(_))));
    assert_eq!(sink.checkpoint(When::Last).unwrap(), first);
}

/// The child of [`a_full_disk_leaves_a_good_file`]: writes until the system lets it write no more.
#[test]
#[ignore = "runs as a child, under a limit"]
fn child_that_fills_the_disk() {
    let path = PathBuf::from(std::env::var_os("MASTHEAD_TEST_OUTPUT").expect("run by its parent"));
    let note = path.with_extension("position");
    let mut sink = JsonLinesFile::new(&path);
    let mut position = sink.open(&stream(), None).unwrap();
    let error = loop {
        let first = position.n + 1;
        if let Err(error) = sink.write(&deliveries(first, first + 6)) {
            break file_error(error);
        }
        position = sink.checkpoint(When::Now).unwrap();
    };
    assert!(matches!(error, FileError::Full { .. }), "{error:?}");
    assert!(matches!(file_error(sink.checkpoint(When::Last).unwrap_err()), FileError::NotOpen(_)));
    fs::write(note, serde_json::to_vec(&position).unwrap()).unwrap();
}

/// A limit on the size of files stands for the full disk: the same refusal in the middle of a line, on a real file.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_a_good_file() {
    let folder = Folder::new();
    let status = std::process::Command::new("sh")
        .args(["-c", r#"trap '' XFSZ; ulimit -f 32; exec "$0" --exact child_that_fills_the_disk --ignored"#])
        .arg(std::env::current_exe().unwrap())
        .env("MASTHEAD_TEST_OUTPUT", folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let note = fs::read(folder.path().with_extension("position")).unwrap();
    let position: Position = serde_json::from_slice(&note).unwrap();
    assert!(position.n > 0);
    assert_eq!(folder.text(), lines(position.n), "nothing torn, even before the next open");
    let (mut sink, opened) = folder.open(Some(&position)).unwrap();
    assert_eq!(opened, position);
    sink.write(&deliveries(position.n + 1, position.n + 9)).unwrap();
    sink.checkpoint(When::Last).unwrap();
    assert_eq!(folder.text(), lines(position.n + 9));
}
