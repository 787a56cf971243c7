//! The bytes of CSV files, and what one refuses.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use masthead_record::{Author, Content, Delivery, Item, Position, Record, Sink, SinkError, StreamId, When};
use masthead_sinks::append::{FileError, Format};
use masthead_sinks::csv::{Columns, Csv, CsvFile, CsvStream};
use masthead_sinks::{Registry, SpecError};
use masthead_testkit::sink::{article, removed};
use serde_json::json;
use tempfile::TempDir;

const USUAL: &str = "id,revision,kind,profile,layout,url,fetched,title,subtitle,section,summary,byline,authors,\
    published,updated,tags,language,body,images,related,paywalled,extra,missing\r\n";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("news.csv")
    }

    fn open(&self, format: Csv, known: Option<&Position>) -> Result<(CsvFile, Position), FileError> {
        let mut sink = CsvFile::new(self.path(), format);
        match sink.open(&stream(), known) {
            Ok(position) => Ok((sink, position)),
            Err(SinkError::Fatal(cause)) => Err(*cause.downcast().expect("a FileError")),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// A file with these items, and its position.
    fn written(&self, format: Csv, items: Vec<Item>) -> Position {
        let (mut sink, _) = self.open(format, None).unwrap();
        sink.write(&deliveries(items)).unwrap();
        sink.checkpoint(When::Last).unwrap()
    }
}

fn stream() -> StreamId {
    StreamId("s".to_owned())
}

fn deliveries(items: Vec<Item>) -> Vec<Delivery> {
    (1..).zip(items).map(|(n, item)| Delivery { n, item: Arc::new(item) }).collect()
}

fn ferry(revision: u32) -> Item {
    article("https://herald.example/1", revision, "Tides", "High.")
}

/// A record that `change` was done to.
fn changed(change: impl FnOnce(&mut Record)) -> Item {
    match ferry(1) {
        Item::Record(mut record) => {
            change(&mut record);
            Item::Record(record)
        }
        other => other,
    }
}

fn of(columns: &str) -> Csv {
    Csv::with_columns(Columns::parse(columns).unwrap())
}

/// The rows below the header, as bytes of text.
fn rows(format: Csv, items: Vec<Item>) -> String {
    let folder = Folder::new();
    let header = String::from_utf8(format.header()).unwrap();
    folder.written(format, items);
    folder.text().strip_prefix(&header).unwrap().to_owned()
}

#[test]
fn a_record_is_a_row_below_the_usual_header() {
    let folder = Folder::new();
    folder.written(Csv::new(), vec![ferry(1), removed("https://herald.example/1", 2)]);
    let id = ferry(1).id().clone();
    let expected = format!(
        "{USUAL}{id},1,article,harbour-herald,,https://herald.example/1,2024-05-06T07:08:09Z,Tides,,,,,[],,,[],,High.,\
         [],[],false,{{}},[]\r\n{id},2,removed,harbour-herald,,https://herald.example/1,,,,,,,,,,,,,,,,,\r\n"
    );
    assert_eq!(folder.text(), expected);
}

#[test]
fn awkward_texts_are_kept_byte_by_byte() {
    for (title, cell) in [
        ("He said \"no\"", "\"He said \"\"no\"\"\""),
        ("one, two", "\"one, two\""),
        ("one\ntwo\r\nthree", "\"one\ntwo\r\nthree\""),
        ("\r", "\"\r\""),
        ("=1+1", "=1+1"),
        ("-3 degrees", "-3 degrees"),
        ("배가 늦다", "배가 늦다"),
        (" both ends ", " both ends "),
        ("\u{feff}mark", "\u{feff}mark"),
        ("a;b\tc", "a;b\tc"),
    ] {
        let item = article("https://herald.example/1", 1, title, "High.");
        assert_eq!(rows(of("title,revision"), vec![item]), format!("{cell},1\r\n"), "{title:?}");
    }
}

#[test]
fn no_value_is_an_empty_cell_and_an_empty_list_is_a_list() {
    let item = changed(|record| {
        record.content.tags = vec!["항구".to_owned(), "a \"b\"".to_owned()];
        record.content.authors = vec![Author { name: "Kim Hana".to_owned(), ..Author::default() }];
    });
    assert_eq!(
        rows(of("subtitle,authors,tags,images"), vec![item, ferry(1)]),
        ",\"[{\"\"name\"\":\"\"Kim Hana\"\",\"\"email\"\":null,\"\"url\"\":null}]\",\"[\"\"항구\"\",\"\"a \\\"\"b\\\"\"\"\"]\",[]\r\n\
         ,[],[],[]\r\n"
    );
}

#[test]
fn fields_of_the_profile_s_own_are_columns_by_their_path() {
    let item = changed(|record| {
        let extra = json!({ "article_id": 4711, "photo": { "by": "Lee" }, "a.b": "dotted", "list": ["x"], "gone": null });
        record.content.extra = extra.as_object().unwrap().clone();
    });
    let columns =
        of("extra.article_id,extra.photo.by,extra.a.b,extra.list,extra.gone,extra.never,extra.photo");
    assert_eq!(
        rows(columns, vec![item]),
        "4711,Lee,dotted,\"[\"\"x\"\"]\",,,\"{\"\"by\"\":\"\"Lee\"\"}\"\r\n"
    );
}

#[test]
fn a_record_of_a_kind_of_ones_own_is_a_row_with_its_fields() {
    let item = changed(|record| {
        let fields = json!({ "text": "To be", "tags": ["a"] });
        record.kind = "quotes".to_owned();
        record.content = Content { fields: fields.as_object().cloned(), ..Content::default() };
    });
    let columns = of("kind,title,body,extra,extra.text,fields.text,fields.tags,fields.none");
    let all = "\"{\"\"text\"\":\"\"To be\"\",\"\"tags\"\":[\"\"a\"\"]}\"";
    assert_eq!(
        rows(columns, vec![item.clone(), ferry(1)]),
        format!("quotes,,,{all},To be,To be,\"[\"\"a\"\"]\",\r\narticle,Tides,High.,{{}},,,,\r\n")
    );
    assert_eq!(rows(of("fields"), vec![item]), format!("{all}\r\n"));
}

#[test]
fn a_row_whose_only_cell_is_empty_is_a_row() {
    assert_eq!(rows(of("subtitle"), vec![ferry(1), ferry(2)]), "\"\"\r\n\"\"\r\n");
}

#[test]
fn a_changed_article_gives_another_row() {
    assert_eq!(
        rows(of("revision,url"), vec![ferry(1), ferry(2)]),
        "1,https://herald.example/1\r\n2,https://herald.example/1\r\n"
    );
}

#[test]
fn for_excel_formulas_are_text_and_a_mark_says_utf_8() {
    let folder = Folder::new();
    let titles = ["=cmd()", "+1", "-1", "@a", "\tb", "\rc", "＝d", "a=b", "'e", "배"];
    let items = titles.map(|title| article("https://herald.example/1", 1, title, "High."));
    folder.written(of("title,revision").for_excel(), items.to_vec());
    assert_eq!(
        folder.text(),
        "\u{feff}title,revision\r\n'=cmd(),1\r\n'+1,1\r\n'-1,1\r\n'@a,1\r\n'\tb,1\r\n\"'\rc\",1\r\n'＝d,1\r\na=b,1\r\n\
         'e,1\r\n배,1\r\n"
    );
}

#[test]
fn what_a_crash_left_is_cut() {
    let folder = Folder::new();
    let position = folder.written(of("title,body"), vec![ferry(1)]);
    let whole = folder.text();
    for torn in ["T", "Tides,", "Tides,\"High\r", "Tides,High.\r\n"] {
        fs::write(folder.path(), whole.clone() + torn).unwrap();
        let (_sink, opened) = folder.open(of("title,body"), Some(&position)).unwrap();
        assert_eq!((opened.n, folder.text()), (1, whole.clone()), "{torn:?}");
    }
}

#[test]
fn a_crash_in_the_header_or_before_its_position_was_saved_begins_anew() {
    for left in ["", "title,bo", "title,body\r", "title,body\r\n"] {
        let folder = Folder::new();
        fs::write(folder.path(), left).unwrap();
        folder.written(of("title,body"), vec![ferry(1)]);
        assert_eq!(folder.text(), "title,body\r\nTides,High.\r\n", "{left:?}");
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused() {
    for theirs in ["name,age\r\nHana,7\r\n", "title,body\r\nTides,High.\r\n", "title,body\r\nx", "\0\u{1}"] {
        let folder = Folder::new();
        fs::write(folder.path(), theirs).unwrap();
        let error = folder.open(of("title,body"), None).unwrap_err();
        assert!(matches!(error, FileError::NotOurs(_)), "{error}");
        assert_eq!(folder.text(), theirs);
    }
}

#[test]
fn rows_of_another_crawl_in_place_of_a_file_without_rows_are_refused() {
    let folder = Folder::new();
    let first = folder.open(of("title"), None).unwrap().1;
    let backup = folder.0.path().join("backup.csv");
    fs::write(&backup, "title\r\nTides\r\n").unwrap();
    if fs::metadata(&backup).unwrap().created().is_err() {
        eprintln!("SKIPPED: this file system does not say when a file was made");
        return;
    }
    fs::rename(&backup, folder.path()).unwrap();
    let error = folder.open(of("title"), Some(&first)).unwrap_err();
    assert!(matches!(error, FileError::NotOurs(_)), "{error}");
    assert_eq!(folder.text(), "title\r\nTides\r\n");
}

#[test]
fn other_columns_or_options_than_the_file_s_are_refused() {
    let folder = Folder::new();
    let position = folder.written(of("title,body"), vec![ferry(1)]);
    let before = folder.text();
    for other in [of("body,title"), of("title"), of("title,body,url"), of("title,body").for_excel()] {
        let error = folder.open(other, Some(&position)).unwrap_err();
        assert!(matches!(error, FileError::Header { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "{} was begun with another header (title,body): give the same columns and options again, or name \
                 another file",
                folder.path().display()
            )
        );
    }
    let foreign = before.replace("title", "Name!");
    fs::write(folder.path(), &foreign).unwrap();
    let error = folder.open(Csv::new(), Some(&position)).unwrap_err();
    assert!(error.to_string().contains("(Name!,body)"), "{error}");
    assert_eq!(folder.text(), foreign);
}

#[test]
fn where_no_columns_are_chosen_those_of_the_file_go_on() {
    let folder = Folder::new();
    let position = folder.written(of("revision,title"), vec![ferry(1)]);
    let (mut sink, _) = folder.open(Csv::new(), Some(&position)).unwrap();
    sink.write(&[Delivery { n: 2, item: Arc::new(ferry(2)) }]).unwrap();
    sink.checkpoint(When::Last).unwrap();
    assert_eq!(folder.text(), "revision,title\r\n1,Tides\r\n2,Tides\r\n");
}

#[test]
fn a_stream_has_one_header_also_without_rows() {
    let mut bytes = Vec::new();
    let mut sink = CsvStream::new(&mut bytes, of("revision"));
    sink.open(&stream(), None).unwrap();
    sink.checkpoint(When::Now).unwrap();
    sink.checkpoint(When::Last).unwrap();
    sink.open(&stream(), Some(&Position { n: 4, token: Vec::new() })).unwrap();
    sink.write(&[]).unwrap();
    sink.write(&deliveries(vec![ferry(1), ferry(2)])).unwrap();
    drop(sink);
    assert_eq!(String::from_utf8(bytes).unwrap(), "revision\r\n1\r\n2\r\n");
}

fn refusal(text: &str) -> String {
    let registry = Registry::builtin();
    let spec = registry.parse(text, Path::new("/base")).unwrap();
    match registry.make(&spec) {
        Err(SpecError::Refused { kind: "csv", source }) => source.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{text} was made"),
    }
}

#[test]
fn columns_that_are_not_there_are_named_with_the_nearest() {
    let known = "there is id, revision, kind, profile, layout, url, fetched, title, subtitle, section, summary, byline, \
        authors, published, updated, tags, language, body, images, related, paywalled, extra, missing, blocks, fields, \
        truncated, provenance, ledger; a field of the profile's own is `extra.NAME`, or `fields.NAME` in its own records";
    for (columns, expected) in [
        ("id,titl", format!("there is no column `titl` (did you mean `title`?): {known}")),
        ("id,,url", format!("there is no column ``: {known}")),
        ("extra.", format!("there is no column `extra.` (did you mean `extra`?): {known}")),
        ("id,weather", format!("there is no column `weather`: {known}")),
        ("id,url,id", "the column `id` stands twice: leave one out".to_owned()),
    ] {
        assert_eq!(refusal(&format!("csv:a.csv?columns={columns}")), expected);
    }
    assert_eq!(refusal("csv:a.csv?for=word"), "the option `for` is `word`: it can only be `excel`");
}

#[test]
fn a_spec_s_options_reach_the_file() {
    let folder = Folder::new();
    let registry = Registry::builtin();
    let spec = registry.parse("csv:news.csv?columns=title,extra.id&for=excel", folder.0.path()).unwrap();
    assert_eq!(spec.file_outputs(), [folder.path()]);
    assert_eq!(
        spec.incomplete().unwrap().to_string(),
        format!("jsonl:{}", folder.0.path().join("news.incomplete.jsonl").display())
    );
    registry.make(&spec).unwrap().open(&stream(), None).unwrap();
    assert_eq!(folder.text(), "\u{feff}title,extra.id\r\n");
}
