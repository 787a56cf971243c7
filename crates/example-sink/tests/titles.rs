//! The sink keeps its contract, and the program that has it keeps the titles of a crawl.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Output};

use masthead::record::{RecordId, Sink};
use masthead_example_sink::Titles;
use masthead_testkit::sink::{Kept, SinkUnderTest, article, assert_sink_contract, removed};
use tempfile::TempDir;

/// A file of titles in a folder of its own.
struct InFolder(TempDir);

impl InFolder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("news.tsv")
    }
}

impl SinkUnderTest for InFolder {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(Titles::new(self.path()))
    }

    /// The whole lines of the file: the suite tears the last one, as a crash does.
    fn read_back(&self) -> Vec<Kept> {
        let text = String::from_utf8_lossy(&fs::read(self.path()).unwrap()).into_owned();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| kept(line.split('\t'))).collect()
    }

    fn length(&self) -> Option<u64> {
        Some(fs::metadata(self.path()).map_or(0, |metadata| metadata.len()))
    }

    fn tear(&self, length: u64) {
        File::options().write(true).open(self.path()).unwrap().set_len(length).unwrap();
    }
}

fn kept<'a>(mut fields: impl Iterator<Item = &'a str>) -> Kept {
    let id: RecordId = serde_json::from_value(fields.next().unwrap().into()).unwrap();
    (id, fields.next().unwrap().parse().unwrap())
}

#[test]
fn it_keeps_the_contract() {
    assert_sink_contract(&|| Box::new(InFolder::new()));
}

#[test]
fn a_line_has_five_fields_whatever_stands_in_them() {
    use masthead::record::{Delivery, StreamId, When};
    let output = InFolder::new();
    let mut sink = output.sink();
    sink.open(&StreamId("a".to_owned()), None).unwrap();
    let url = "https://herald.example/1";
    let items = [article(url, 1, "Fog\tand\r\nno ferry", "Fog."), removed(url, 2)];
    let batch: Vec<_> = (1..).zip(items).map(|(n, item)| Delivery { n, item: item.into() }).collect();
    sink.write(&batch).unwrap();
    sink.checkpoint(When::Last).unwrap();
    let id = batch[0].item.id();
    let expected = format!("{id}\t1\t\tFog and  no ferry\t{url}\n{id}\t2\t\t\t{url}\n");
    assert_eq!(fs::read_to_string(output.path()).unwrap(), expected);
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let output = InFolder::new();
    fs::write(output.path(), "a shopping list\n").unwrap();
    assert!(output.sink().open(&masthead::record::StreamId("a".to_owned()), None).is_err());
    assert_eq!(fs::read_to_string(output.path()).unwrap(), "a shopping list\n");
}

fn crawl(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead-example-sink"));
    command
        .args(arguments)
        .current_dir(folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .env_remove("RUST_LOG");
    command.output().unwrap()
}

#[test]
fn a_crawl_keeps_each_title_once() {
    let folder = TempDir::new().unwrap();
    let arguments = ["--profile", "koreatimes", "--offline", "--sink", "titles:news.tsv"];
    for _ in 0..2 {
        let run = crawl(&folder, &arguments);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let text = fs::read_to_string(folder.path().join("news.tsv")).unwrap();
        // Of 41 articles two lack their title or body.
        assert_eq!(text.lines().count(), 39);
        let ferry = "\t1\t2013-06-11T10:24:00+09:00\tIsland ferry gains a late boat after two winters of petitions\t\
                     https://www.koreatimes.co.kr/www/news/nation/2013/06/113_138210.html\n";
        assert_eq!(text.matches(ferry).count(), 1);
        let incomplete = fs::read_to_string(folder.path().join("news.incomplete.jsonl")).unwrap();
        assert_eq!(incomplete.lines().count(), 2);
    }
}

#[test]
fn the_program_lists_it() {
    let run = crawl(&TempDir::new().unwrap(), &["sinks"]);
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(said.contains("titles:news.tsv"), "{said}");
}
