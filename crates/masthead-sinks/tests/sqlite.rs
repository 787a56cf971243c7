//! What a SQLite database holds, finds and refuses.

#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use masthead_record::{Author, Content, Delivery, Item, Position, Record, Sink, SinkError, StreamId, When};
use masthead_sinks::sqlite::{SqliteError, SqliteFile};
use masthead_testkit::sink::{article, removed};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("news.db")
    }

    fn open(&self, stream: &str, known: Option<&Position>) -> Result<(SqliteFile, Position), SqliteError> {
        open(&self.path(), stream, known)
    }

    fn sql(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Delivers all, and gives the last position.
    fn written(&self, items: Vec<Item>) -> Position {
        let (mut sink, first) = self.open("a", None).unwrap();
        sink.write(&deliveries(first.n, items)).unwrap();
        sink.checkpoint(When::Last).unwrap()
    }

    fn rows(&self) -> Vec<(String, u32, Option<String>, bool)> {
        let sql = self.sql();
        let mut rows =
            sql.prepare("SELECT url, revision, title, removed FROM records ORDER BY number").unwrap();
        let rows =
            rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The URLs of what a search finds.
    fn found(&self, words: &str) -> Vec<String> {
        let sql = self.sql();
        let query = "SELECT url FROM records WHERE number IN (SELECT rowid FROM records_fts WHERE records_fts MATCH ?1) \
            ORDER BY url";
        let mut rows = sql.prepare(query).unwrap();
        rows.query_map([words], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn delivered(&self) -> Vec<(String, i64)> {
        let sql = self.sql();
        let mut rows = sql.prepare("SELECT stream, n FROM delivery ORDER BY stream").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn open(path: &Path, stream: &str, known: Option<&Position>) -> Result<(SqliteFile, Position), SqliteError> {
    let mut sink = SqliteFile::new(path).patience(Duration::ZERO);
    match sink.open(&StreamId(stream.to_owned()), known) {
        Ok(position) => Ok((sink, position)),
        Err(error) => Err(sqlite_error(error)),
    }
}

fn sqlite_error(error: SinkError) -> SqliteError {
    match error {
        SinkError::Fatal(cause) => *cause.downcast().expect("a SqliteError"),
        other => panic!("{other:?}"),
    }
}

fn deliveries(after: u64, items: Vec<Item>) -> Vec<Delivery> {
    (after + 1..).zip(items).map(|(n, item)| Delivery { n, item: Arc::new(item) }).collect()
}

fn url(i: u64) -> String {
    format!("https://herald.example/{i}")
}

fn news(i: u64, revision: u32, title: &str, body: &str) -> Item {
    article(&url(i), revision, title, body)
}

fn changed(item: Item, change: impl FnOnce(&mut Record)) -> Item {
    match item {
        Item::Record(mut record) => {
            change(&mut record);
            Item::Record(record)
        }
        other => other,
    }
}

#[test]
fn a_record_is_a_row_with_a_column_a_field() {
    let folder = Folder::new();
    let item = changed(news(1, 1, "배가 늦다", "The ferry\nis \"late\"."), |record| {
        record.content.tags = vec!["항구".to_owned()];
        record.content.authors = vec![Author { name: "Kim Hana".to_owned(), ..Author::default() }];
        record.content.paywalled = true;
        record.content.extra.insert("article_id".to_owned(), 4711.into());
        record.truncated = vec!["depth".to_owned()];
    });
    folder.written(vec![item.clone()]);
    let sql = folder.sql();
    let value = |column: &str| -> Value {
        sql.query_row(&format!("SELECT {column} FROM records"), [], |row| row.get(0)).unwrap()
    };
    let text = |text: &str| Value::Text(text.to_owned());
    for (column, expected) in [
        ("id", text(item.id().as_str())),
        ("revision", Value::Integer(1)),
        ("kind", text("article")),
        ("profile", text("harbour-herald")),
        ("layout", Value::Null),
        ("url", text(&url(1))),
        ("fetched", text("2024-05-06T07:08:09Z")),
        ("title", text("배가 늦다")),
        ("subtitle", Value::Null),
        ("authors", text(r#"[{"name":"Kim Hana","email":null,"url":null}]"#)),
        ("tags", text(r#"["항구"]"#)),
        ("body", text("The ferry\nis \"late\".")),
        ("images", text("[]")),
        ("paywalled", Value::Integer(1)),
        ("extra ->> '$.article_id'", Value::Integer(4711)),
        ("missing", text("[]")),
        ("removed", Value::Integer(0)),
        ("removed_at", Value::Null),
        ("record", text(&serde_json::to_string(&item).unwrap())),
        ("blocks ->> '$[0].kind'", text("paragraph")),
        ("truncated", text(r#"["depth"]"#)),
        ("ledger", Value::Null),
    ] {
        assert_eq!(value(column), expected, "{column}");
    }
}

#[test]
fn a_record_of_a_kind_of_ones_own_is_a_row_with_its_fields() {
    let folder = Folder::new();
    let item = changed(news(1, 1, "", ""), |record| {
        let fields = serde_json::json!({ "text": "To be", "tags": ["a"] });
        record.kind = "quotes".to_owned();
        record.content = Content { fields: fields.as_object().cloned(), ..Content::default() };
    });
    folder.written(vec![item.clone()]);
    let sql = folder.sql();
    let row: (String, Option<String>, String, String) = sql
        .query_row("SELECT kind, title, extra ->> '$.text', record FROM records", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(row, ("quotes".into(), None, "To be".into(), serde_json::to_string(&item).unwrap()));
    let articles: i64 = sql.query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap();
    assert_eq!(articles, 0);
}

#[test]
fn a_higher_revision_takes_the_place_and_a_lower_one_does_not() {
    let folder = Folder::new();
    folder.written(vec![
        news(1, 2, "Second", "b"),
        news(2, 1, "Other", "o"),
        news(1, 3, "Third", "c"),
        news(1, 1, "First", "a"),
    ]);
    let title = |text: &str| Some(text.to_owned());
    assert_eq!(folder.rows(), [(url(1), 3, title("Third"), false), (url(2), 1, title("Other"), false)]);
}

#[test]
fn of_equal_revisions_the_one_seen_later_counts() {
    let seen = |title: &str, fetched: Option<&str>| {
        changed(news(1, 1, title, "x"), |record| record.fetched = fetched.map(str::to_owned))
    };
    let folder = Folder::new();
    folder.written(vec![
        seen("new", Some("2024-02-01T00:00:00Z")),
        seen("archive", Some("2019-01-01T00:00:00Z")),
    ]);
    assert_eq!(folder.rows()[0].2.as_deref(), Some("new"));
    folder.written(vec![seen("timeless", None)]);
    assert_eq!(folder.rows()[0].2.as_deref(), Some("new"));
    folder.written(vec![seen("newer", Some("2024-03-01T00:00:00Z"))]);
    assert_eq!(folder.rows()[0].2.as_deref(), Some("newer"));
}

#[test]
fn an_article_that_is_gone_keeps_its_text_and_may_come_back() {
    let folder = Folder::new();
    folder.written(vec![news(1, 1, "Tides", "High."), removed(&url(1), 2), removed(&url(2), 2)]);
    let title = Some("Tides".to_owned());
    assert_eq!(folder.rows(), [(url(1), 2, title.clone(), true), (url(2), 2, None, true)]);
    let kinds: String = folder
        .sql()
        .query_row("SELECT group_concat(kind) FROM (SELECT kind FROM records ORDER BY number)", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(kinds, "article,removed");
    assert_eq!(folder.found("high"), [url(1)]);
    let articles =
        || -> i64 { folder.sql().query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap() };
    assert_eq!(articles(), 0);
    folder.written(vec![news(1, 3, "Tides", "Low."), news(2, 3, "Again", "x")]);
    assert_eq!(folder.rows(), [(url(1), 3, title, false), (url(2), 3, Some("Again".to_owned()), false)]);
    assert_eq!(articles(), 2);
}

#[test]
fn words_of_title_and_body_are_found_and_no_longer_once_they_are_replaced() {
    let folder = Folder::new();
    folder.written(vec![
        news(1, 1, "Ferry to Incheon", "The café at the quay opens."),
        news(2, 1, "부산항에서 배가 늦었다", "오늘 서울시청에서는 회의가 열렸다. 박물관이 문을 닫는다."),
        news(3, 1, "Sports", "No boats."),
    ]);
    for (words, expected) in [
        ("ferry", vec![1]),
        ("QUAY", vec![1]),
        ("cafe", vec![1]),
        ("boat*", vec![3]),
        ("the OR boats", vec![1, 3]),
        ("title : quay", vec![]),
        ("부산*", vec![2]),
        ("부산항*", vec![2]),
        ("배*", vec![2]),
        ("회의*", vec![2]),
        ("서울* AND 박물관*", vec![2]),
        ("시청*", vec![]),
    ] {
        assert_eq!(folder.found(words), expected.into_iter().map(url).collect::<Vec<_>>(), "{words}");
    }
    folder.written(vec![news(1, 2, "Ferry to Jeju", "Closed."), news(2, 2, "인천", "비가 온다.")]);
    for gone in ["quay", "incheon", "cafe", "부산*", "박물관*"] {
        assert_eq!(folder.found(gone), [""; 0], "{gone}");
    }
    for (words, there) in [("jeju", 1), ("closed", 1), ("인천*", 2), ("비*", 2)] {
        assert_eq!(folder.found(words), [url(there)], "{words}");
    }
    let sql = folder.sql();
    sql.execute_batch("DELETE FROM records WHERE url LIKE '%/3'; VACUUM").unwrap();
    assert_eq!((folder.found("boats"), folder.found("jeju")), (vec![], vec![url(1)]));
    // 1 as rank: compares the index with the rows themselves.
    sql.execute_batch("INSERT INTO records_fts (records_fts, rank) VALUES ('integrity-check', 1)").unwrap();
}

#[test]
fn rows_and_position_come_together_or_not_at_all() {
    let folder = Folder::new();
    let first = folder.written(vec![news(1, 1, "One", "x")]);
    let (mut sink, _) = folder.open("a", Some(&first)).unwrap();
    sink.write(&deliveries(1, vec![news(2, 1, "Two", "x")])).unwrap();
    drop(sink);
    assert_eq!((folder.rows().len(), folder.delivered()), (1, vec![("a".to_owned(), 1)]));

    // The second row of a batch breaks the transaction in its middle.
    folder
        .sql()
        .execute_batch(
            "CREATE TRIGGER stop BEFORE INSERT ON records WHEN NEW.title = 'Three' BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let (mut sink, opened) = folder.open("a", Some(&first)).unwrap();
    assert_eq!(opened, first);
    sink.write(&deliveries(1, vec![news(2, 1, "Two", "x"), news(3, 1, "Three", "x")])).unwrap();
    let error = sqlite_error(sink.checkpoint(When::Now).unwrap_err());
    assert!(matches!(error, SqliteError::Other { .. }), "{error:?}");
    assert!(matches!(sqlite_error(sink.write(&[]).unwrap_err()), SqliteError::NotOpen(_)));
    assert_eq!((folder.rows().len(), folder.delivered()), (1, vec![("a".to_owned(), 1)]));

    folder.sql().execute_batch("DROP TRIGGER stop").unwrap();
    let (mut sink, _) = folder.open("a", Some(&first)).unwrap();
    sink.write(&deliveries(1, vec![news(2, 1, "Two", "x"), news(3, 1, "Three", "x")])).unwrap();
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, 3);
    assert_eq!((folder.rows().len(), folder.delivered()), (3, vec![("a".to_owned(), 3)]));
}

#[test]
fn a_big_batch_is_committed_without_a_checkpoint() {
    let folder = Folder::new();
    let (mut sink, first) = folder.open("a", None).unwrap();
    let body = "The tide table. ".repeat(65_536);
    let items = (1..=5).map(|i| news(i, 1, "Tides", &body)).collect();
    sink.write(&deliveries(0, items)).unwrap();
    drop(sink);
    let n = folder.delivered()[0].1;
    assert!((1..5).contains(&n), "{n}");
    assert_eq!(folder.rows().len() as i64, n);
    assert_eq!(folder.open("a", Some(&first)).unwrap().1.n as i64, n, "the database's number is right");
}

#[test]
fn the_driver_s_number_counts_where_it_is_ahead_by_items_for_others() {
    let folder = Folder::new();
    let mut position = folder.written(vec![news(1, 1, "One", "x")]);
    position.n = 7; // 2 to 7 were incomplete
    assert_eq!(folder.open("a", Some(&position)).unwrap().1.n, 7);
    let late = Position { n: 40, token: Vec::new() };
    assert_eq!(folder.open("late", Some(&late)).unwrap().1.n, 40);
    assert_eq!(folder.delivered(), [("a".to_owned(), 7), ("late".to_owned(), 40)]);
}

#[test]
fn a_database_put_back_from_a_copy_says_what_it_lacks() {
    let folder = Folder::new();
    folder.written(vec![news(1, 1, "One", "x")]);
    let copy = folder.0.path().join("copy");
    fs::copy(folder.path(), &copy).unwrap();
    let position = folder.written(vec![news(2, 1, "Two", "x")]);
    assert_eq!(position.n, 2);
    fs::rename(&copy, folder.path()).unwrap();
    assert_eq!(folder.open("a", Some(&position)).unwrap().1.n, 1);
}

#[test]
fn a_database_that_is_gone_or_another_is_refused() {
    let folder = Folder::new();
    let position = folder.written(vec![news(1, 1, "One", "x")]);
    fs::remove_file(folder.path()).unwrap();
    let error = folder.open("a", Some(&position)).unwrap_err();
    assert!(matches!(error, SqliteError::Missing(_)), "{error}");
    assert!(!folder.path().exists());
    folder.open("b", None).unwrap();
    let error = folder.open("a", Some(&position)).unwrap_err();
    assert!(matches!(error, SqliteError::Another(_)), "{error}");
    assert_eq!(folder.delivered(), [("b".to_owned(), 0)]);
    let bad = Position { n: 1, token: b"?".to_vec() };
    assert!(matches!(folder.open("a", Some(&bad)), Err(SqliteError::Token { .. })));
}

#[test]
fn a_database_of_somebody_else_s_is_refused_and_left_alone() {
    let bytes_of = |make: &dyn Fn(&Folder)| {
        let folder = Folder::new();
        make(&folder);
        let before = fs::read(folder.path()).unwrap();
        let error = folder.open("a", None).unwrap_err();
        assert_eq!(fs::read(folder.path()).unwrap(), before);
        assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1, "nothing beside it");
        error
    };
    let foreign: [&dyn Fn(&Folder); 4] = [
        &|folder| folder.sql().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap(),
        &|folder| folder.sql().execute_batch("PRAGMA application_id = 1297306696").unwrap(), // a crawl's state
        &|folder| folder.sql().execute_batch("PRAGMA user_version = 1").unwrap(),
        &|folder| fs::write(folder.path(), "{\"id\":\"no database, but a text of some length\"}\n").unwrap(),
    ];
    for make in foreign {
        let error = bytes_of(make);
        assert!(matches!(error, SqliteError::Foreign(_)), "{error:?}");
        assert!(error.to_string().ends_with("is no database of records: move it away, or name another file"));
    }
    let newer = bytes_of(&|folder| {
        folder.open("b", None).unwrap();
        folder.sql().execute_batch("PRAGMA user_version = 99").unwrap();
    });
    assert!(matches!(newer, SqliteError::Newer { found: 99, known: 1, .. }), "{newer:?}");
}

#[test]
fn an_empty_file_becomes_a_database_and_folders_are_made() {
    let folder = Folder::new();
    fs::write(folder.path(), "").unwrap();
    folder.written(vec![news(1, 1, "One", "x")]);
    let deep = folder.0.path().join("a/b/c.db");
    open(&deep, "a", None).unwrap();
    let pragma = |name| -> i64 {
        Connection::open(&deep).unwrap().pragma_query_value(None, name, |row| row.get(0)).unwrap()
    };
    assert_eq!((pragma("application_id"), pragma("user_version")), (0x4d53_5452, 1));
    assert!(matches!(open(folder.0.path(), "a", None), Err(SqliteError::NotAFile(_))));
    let below = folder.path().join("x.db");
    assert!(matches!(open(&below, "a", None), Err(SqliteError::Folder(_))), "a file is no folder");
}

#[test]
fn two_streams_share_one_database() {
    let folder = Folder::new();
    let (mut a, _) = folder.open("a", None).unwrap();
    let (mut b, _) = folder.open("b", None).unwrap();
    for i in 0..4 {
        a.write(&deliveries(i, vec![news(i, 1, "From a", "x")])).unwrap();
        b.write(&deliveries(i, vec![news(i + 2, 2, "From b", "x")])).unwrap();
        assert_eq!(a.checkpoint(When::Now).unwrap().n, i + 1);
        assert_eq!(b.checkpoint(When::Now).unwrap().n, i + 1);
    }
    assert_eq!(folder.delivered(), [("a".to_owned(), 4), ("b".to_owned(), 4)]);
    let mut titles: Vec<_> = folder.rows().into_iter().map(|row| (row.0, row.2.unwrap())).collect();
    titles.sort();
    let expected = [(0, "From a"), (1, "From a"), (2, "From b"), (3, "From b"), (4, "From b"), (5, "From b")];
    assert_eq!(titles, expected.map(|(i, title)| (url(i), title.to_owned())));
}

#[test]
fn two_writers_of_one_stream_are_noticed() {
    let folder = Folder::new();
    let (mut one, _) = folder.open("a", None).unwrap();
    let (mut two, _) = folder.open("a", None).unwrap();
    one.write(&deliveries(0, vec![news(1, 1, "One", "x")])).unwrap();
    two.write(&deliveries(0, vec![news(1, 1, "Two", "x"), news(2, 1, "Two", "x")])).unwrap();
    one.checkpoint(When::Now).unwrap();
    let error = sqlite_error(two.checkpoint(When::Now).unwrap_err());
    assert!(matches!(error, SqliteError::Disturbed(_)), "{error}");
    assert_eq!(folder.rows().len(), 1);
}

#[test]
fn a_lock_of_somebody_else_s_passes() {
    let folder = Folder::new();
    let (mut sink, first) = folder.open("a", None).unwrap();
    sink.write(&deliveries(0, vec![news(1, 1, "One", "x")])).unwrap();
    let other = folder.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = sink.checkpoint(When::Now).unwrap_err();
    let SinkError::Unavailable(wait, cause) = error else { panic!("{error:?}") };
    assert!(wait > Duration::ZERO);
    assert!(matches!(cause.downcast_ref(), Some(SqliteError::Busy { .. })), "{cause}");
    assert_eq!(folder.open("a", Some(&first)).unwrap().1, first, "what is there already needs no lock");
    let new = SqliteFile::new(folder.path()).patience(Duration::ZERO).open(&StreamId("b".to_owned()), None);
    assert!(matches!(new, Err(SinkError::Unavailable(..))), "a new stream must be noted");
    other.execute_batch("COMMIT").unwrap();
    let (mut sink, opened) = folder.open("a", Some(&first)).unwrap();
    sink.write(&deliveries(opened.n, vec![news(1, 1, "One", "x")])).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 1);
}

#[test]
fn the_database_is_one_file_between_transactions_and_may_be_read_meanwhile() {
    let folder = Folder::new();
    let (mut sink, _) = folder.open("a", None).unwrap();
    sink.write(&deliveries(0, vec![news(1, 1, "One", "x")])).unwrap();
    sink.checkpoint(When::Now).unwrap();
    sink.write(&deliveries(1, vec![news(2, 1, "Two", "x")])).unwrap();
    assert_eq!(folder.rows().len(), 1, "a reader waits for nobody");
    let copy = folder.0.path().join("copy.db");
    fs::copy(folder.path(), &copy).unwrap();
    let count: i64 = Connection::open(&copy)
        .unwrap()
        .query_row("SELECT count(*) FROM articles", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1);
    fs::remove_file(copy).unwrap();
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1, "no log and no journal beside it");
}

#[test]
fn a_write_ahead_log_that_somebody_prefers_is_kept() {
    let folder = Folder::new();
    folder.open("a", None).unwrap();
    let mode: String = folder.sql().query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    folder.written(vec![news(1, 1, "One", "x")]);
    let mode: String = folder.sql().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!((mode.as_str(), folder.rows().len()), ("wal", 1));
}

#[test]
fn a_damaged_database_is_told_from_a_foreign_one() {
    let folder = Folder::new();
    let items = (0..50).map(|i| news(i, 1, "Tides", &"High. ".repeat(200))).collect();
    let position = folder.written(items);
    let mut bytes = fs::read(folder.path()).unwrap();
    let root: u32 = folder
        .sql()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'delivery'", [], |row| row.get(0))
        .unwrap();
    let page = root as usize * 4096;
    bytes[page - 4096..page].fill(0xee);
    fs::write(folder.path(), &bytes).unwrap();
    let error = folder.open("a", Some(&position)).unwrap_err();
    assert!(matches!(error, SqliteError::Damaged { .. }), "{error:?}");
    assert_eq!(fs::read(folder.path()).unwrap(), bytes);
}

#[test]
fn a_fresh_start_takes_back_one_streams_rows_alone() {
    let folder = Folder::new();
    let (mut mine, _) = folder.open("a", None).unwrap();
    let (mut theirs, _) = folder.open("b", None).unwrap();
    mine.write(&deliveries(0, vec![news(1, 1, "Tides", "High.")])).unwrap();
    mine.checkpoint(When::Last).unwrap();
    theirs.write(&deliveries(0, vec![news(2, 1, "Cranes", "Back.")])).unwrap();
    theirs.checkpoint(When::Last).unwrap();
    assert!(mine.erase().unwrap(), "the file stays");
    let titles: Vec<_> = folder.rows().into_iter().map(|(_, _, title, _)| title.unwrap()).collect();
    assert_eq!(titles, ["Cranes"]);
    assert_eq!(folder.delivered(), [("b".to_owned(), 1)]);
    assert_eq!((folder.found("tides").len(), folder.found("cranes").len()), (0, 1));
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_where_nobody_may_write_is_refused() {
    let error = open(Path::new("/proc/news.db"), "a", None).unwrap_err();
    assert!(matches!(error, SqliteError::Folder(_)), "{error:?}");
    assert_eq!(error.to_string(), "can't make /proc/news.db");
}

/// The child of [`a_full_disk_leaves_a_good_database`]: writes until the system lets it write no more.
#[test]
#[ignore = "runs as a child, under a limit"]
fn child_that_fills_the_disk() {
    let path = PathBuf::from(std::env::var_os("MASTHEAD_TEST_OUTPUT").expect("run by its parent"));
    let (mut sink, mut position) = open(&path, "a", None).unwrap();
    let error = loop {
        let items = vec![news(position.n + 1, 1, "Tides", &"High. ".repeat(500))];
        sink.write(&deliveries(position.n, items)).unwrap();
        match sink.checkpoint(When::Now) {
            Ok(next) => position = next,
            Err(error) => break sqlite_error(error),
        }
    };
    assert!(matches!(error, SqliteError::Full { .. } | SqliteError::Io { .. }), "{error:?}");
    fs::write(path.with_extension("position"), serde_json::to_vec(&position).unwrap()).unwrap();
}

/// A limit on the size of files stands for the full disk: the same refusal in the middle of a transaction.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_a_good_database() {
    let folder = Folder::new();
    let status = std::process::Command::new("sh")
        .args(["-c", r#"trap '' XFSZ; ulimit -f 512; exec "$0" --exact child_that_fills_the_disk --ignored"#])
        .arg(std::env::current_exe().unwrap())
        .env("MASTHEAD_TEST_OUTPUT", folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let note = fs::read(folder.path().with_extension("position")).unwrap();
    let position: Position = serde_json::from_slice(&note).unwrap();
    assert!(position.n > 1);
    let (mut sink, opened) = folder.open("a", Some(&position)).unwrap();
    assert_eq!((opened.n, folder.rows().len() as u64), (position.n, position.n));
    sink.write(&deliveries(opened.n, vec![news(1000, 1, "Room", "x")])).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, position.n + 1);
    let check: String = folder.sql().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}
