use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use masthead_record::{Content, Item, Record, RecordId};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{claim, file};
use crate::{
    Claimed, Discovered, Done, Emitted, Frontier, Hook, HostClock, HostWork, Outbox, Outcome, Purpose,
    SqliteStore, StoreError, StoreOptions, Validators, Want,
};

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn open(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(folder.path(), StoreOptions::default()).unwrap()
}

fn page(host: &str, n: usize) -> Discovered {
    let url = format!("https://{host}/{n}");
    Discovered::new(Purpose::Article, host, &url, &url)
}

fn record(url: &str, body: &str) -> Item {
    Item::Record(Box::new(Record {
        id: RecordId::new("article", url, ""),
        revision: 0,
        kind: "article".to_owned(),
        profile: "example".to_owned(),
        layout: None,
        url: url.to_owned(),
        fetched: None,
        content: Content { body: Some(body.to_owned()), ..Content::default() },
        truncated: Vec::new(),
        provenance: None,
        ledger: None,
    }))
}

async fn claim_all(store: &SqliteStore) -> Vec<HostWork> {
    match store.claim(Want { hosts: 1_000, ..Want::default() }).await.unwrap() {
        Claimed::Work(work) => work,
        Claimed::Nothing(_) => Vec::new(),
    }
}

async fn commit_first(store: &SqliteStore, work: &HostWork, body: &str) -> Result<Vec<Emitted>, StoreError> {
    let task = work.tasks.first().unwrap();
    let outcome = Outcome::Fetched { status: 200, bytes: 1, validators: Validators::default() };
    let done = Done { items: vec![record(&task.url, body)], ..Done::new(task.id, outcome) };
    store.commit(&work.lease, vec![done], HostClock::default()).await
}

/// Every step of a query's plan.
fn plan(store: &SqliteStore, query: &str) -> String {
    let query = format!("EXPLAIN QUERY PLAN {query}");
    let steps = store.look(|sql| {
        let mut statement = sql.prepare(&query)?;
        let count = statement.parameter_count();
        let rows = statement.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get(3))?;
        Ok(rows.collect::<Result<Vec<String>, _>>()?)
    });
    steps.unwrap().join("\n")
}

#[test]
fn no_query_of_a_claim_reads_a_whole_table_or_sorts() {
    let folder = folder();
    let store = open(&folder);
    let waiting = claim::waiting();
    for (query, index) in [
        (claim::DUE, "host_due"),
        (claim::WAKE, "task_delayed"),
        (claim::FIRST_HOST, "host_due"),
        (claim::FIRST_RETRY, "task_delayed"),
        (waiting.as_str(), "task_waiting"),
    ] {
        let plan = plan(&store, query);
        assert!(plan.contains(index), "{query}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorts: {query}\n{plan}");
        // The first row of an index in order is no scan of it: these end after one.
        let reads_all = plan.lines().any(|step| step.starts_with("SCAN") && !query.ends_with("LIMIT 1"));
        assert!(!reads_all, "reads all: {query}\n{plan}");
    }
}

#[tokio::test]
async fn a_second_crawl_on_one_state_is_refused() {
    let folder = folder();
    let store = open(&folder);
    let second = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap_err();
    assert!(matches!(second, StoreError::InUse { .. }), "{second}");
    let removed = SqliteStore::remove(folder.path()).unwrap_err();
    assert!(matches!(removed, StoreError::InUse { .. }), "{removed}");
    store.add(&[page("a.example", 1)]).await.unwrap();
    drop(store);
    assert_eq!(open(&folder).stats().await.unwrap().waiting(), 1);
}

#[tokio::test]
async fn a_state_that_was_removed_is_empty() {
    let folder = folder();
    assert!(!SqliteStore::exists(folder.path()));
    open(&folder).add(&[page("a.example", 1)]).await.unwrap();
    assert!(SqliteStore::exists(folder.path()));
    SqliteStore::remove(folder.path()).unwrap();
    assert!(!SqliteStore::exists(folder.path()));
    assert_eq!(open(&folder).stats().await.unwrap().waiting(), 0);
}

#[tokio::test]
async fn a_state_in_use_can_be_looked_at() {
    let folder = folder();
    assert!(matches!(SqliteStore::glimpse(folder.path()), Err(StoreError::Io { .. })));
    let store = open(&folder);
    store.add(&[page("a.example", 1)]).await.unwrap();
    let glimpse = SqliteStore::glimpse(folder.path()).unwrap();
    assert_eq!(glimpse.stats, store.stats().await.unwrap());
    assert_eq!(glimpse.identity, None);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = folder();
    let path = folder.path().join(file::DATABASE);
    let text = "a letter to the editor, ".repeat(100);
    fs::write(&path, &text).unwrap();
    let error = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_database_of_something_else_is_left_alone() {
    let folder = folder();
    let sql = rusqlite::Connection::open(folder.path().join(file::DATABASE)).unwrap();
    sql.execute_batch("CREATE TABLE letters (id)").unwrap();
    drop(sql);
    let error = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
}

#[test]
fn a_state_of_a_later_version_is_left_alone() {
    let folder = folder();
    drop(open(&folder));
    let sql = rusqlite::Connection::open(folder.path().join(file::DATABASE)).unwrap();
    sql.pragma_update(None, "user_version", 99).unwrap();
    drop(sql);
    let error = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let folder = folder();
    let pages: Vec<Discovered> = (0..2_000).map(|n| page("a.example", n)).collect();
    open(&folder).add(&pages).await.unwrap();
    let path = folder.path().join(file::DATABASE);
    let mut bytes = fs::read(&path).unwrap();
    bytes.iter_mut().skip(4_096).for_each(|byte| *byte = 0xa5);
    fs::write(&path, bytes).unwrap();
    let error = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

/// Lets the database grow no further than so many pages past what it has.
async fn leave_room(store: &SqliteStore, pages: i64) {
    store
        .call(move |moment| {
            let has: i64 = moment.sql.pragma_query_value(None, "page_count", |row| row.get(0))?;
            moment.sql.pragma_update_and_check(None, "max_page_count", has + pages, |_| Ok(()))?;
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let folder = folder();
    let store = open(&folder);
    store.add(&[page("a.example", 1)]).await.unwrap();
    let work = claim_all(&store).await;
    let before = store.stats().await.unwrap();
    leave_room(&store, 2).await;
    let refused = commit_first(&store, &work[0], &"long ".repeat(100_000)).await;
    assert!(matches!(refused, Err(StoreError::DiskFull(_))), "{refused:?}");
    assert_eq!(store.stats().await.unwrap(), before);
    leave_room(&store, 10_000).await;
    let emitted = commit_first(&store, &work[0], &"long ".repeat(100_000)).await.unwrap();
    assert_eq!(emitted.iter().map(|item| item.n).collect::<Vec<_>>(), [1]);
    assert_eq!(store.read(0, 10, 1).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_full_disk_takes_back_was_not_confirmed() {
    let folder = folder();
    let store = Arc::new(open(&folder));
    let pages: Vec<Discovered> = (0..40).map(|n| page(&format!("h{n}.example"), 1)).collect();
    store.add(&pages).await.unwrap();
    let work = claim_all(&store).await;
    leave_room(&store, 40).await;
    let mut calls = JoinSet::new();
    for host in work {
        let store = Arc::clone(&store);
        calls.spawn(async move { commit_first(&store, &host, &"long ".repeat(4_000)).await });
    }
    let outcomes = calls.join_all().await;
    let confirmed: usize = outcomes.iter().flatten().map(Vec::len).sum();
    let full = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::DiskFull(_)))).count();
    assert!(full > 0 && confirmed + full == 40, "{confirmed} confirmed, {full} refused");
    assert_eq!(store.len().unwrap(), confirmed as u64);
    assert_eq!(store.stats().await.unwrap().waiting(), full as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_together_share_one_commit() {
    let commits = Arc::new(AtomicUsize::new(0));
    // The first commit is held until the other calls stand in the queue.
    let gate = Arc::new(Mutex::new(()));
    let (counted, entered) = (Arc::clone(&commits), Arc::clone(&gate));
    let hook: Hook = Arc::new(move |step| {
        if step == "before-commit" {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(entered.lock().unwrap());
        }
    });
    let options = StoreOptions { hook: Some(hook), ..StoreOptions::default() };
    let folder = folder();
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let held = gate.lock().unwrap();
    let mut answers = Vec::new();
    for n in 0..50_i64 {
        let (tell, answer) = std::sync::mpsc::channel();
        let work = move |moment: &super::writer::Moment<'_>| {
            moment.sql.execute("INSERT INTO host (name) VALUES (?1)", [n / 2])?;
            Ok(())
        };
        store.submit(work, move |outcome| tell.send(outcome).unwrap()).unwrap();
        answers.push(answer);
        while n == 0 && commits.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
    }
    drop(held);
    let confirmed = answers.iter().filter(|answer| answer.recv().unwrap().is_ok()).count();
    assert_eq!(confirmed, 25, "every second call breaks a rule of the table, and none takes another with it");
    assert_eq!(commits.load(Ordering::SeqCst), 2, "commits");
    assert_eq!(store.look(|sql| super::stats::tally(sql, "host")).unwrap(), 25, "counted");
}

#[tokio::test]
async fn a_death_before_the_commit_takes_all_of_it_and_one_after_it_nothing() {
    for (step, kept) in [("before-commit", 0), ("after-commit", 1)] {
        let folder = folder();
        {
            let store = open(&folder);
            store.add(&[page("a.example", 1)]).await.unwrap();
        }
        let armed = Arc::new(Mutex::new(false));
        let trigger = Arc::clone(&armed);
        let hook: Hook = Arc::new(move |at| {
            let die = at == step && *trigger.lock().unwrap();
            assert!(!die, "the writer's thread dies here, on purpose");
        });
        let options = StoreOptions { hook: Some(hook), ..StoreOptions::default() };
        let store = SqliteStore::open(folder.path(), options).unwrap();
        let work = claim_all(&store).await;
        *armed.lock().unwrap() = true;
        let unanswered = commit_first(&store, &work[0], "One").await;
        assert!(matches!(unanswered, Err(StoreError::Closed)), "{unanswered:?}");
        drop(store);
        let store = open(&folder);
        assert_eq!(store.len().unwrap(), kept, "{step}");
        assert_eq!(store.stats().await.unwrap().waiting(), 1 - kept, "{step}");
    }
}

#[tokio::test]
async fn a_state_of_an_earlier_version_has_no_history_and_gets_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("crawl.db");
    {
        let sql = super::file::writer(&path).unwrap();
        super::schema::to_format(&sql, &path, 2).unwrap();
        super::run::set_meta(&sql, "rules", "x").unwrap();
    }
    let history = SqliteStore::history(folder.path()).unwrap();
    assert_eq!((history.observations.len(), history.samples.len()), (0, 0));
    assert_eq!(history.notes.get("rules").map(String::as_str), Some("x"));
    let store = SqliteStore::open(folder.path(), StoreOptions::default()).unwrap();
    let seen = crate::Observation { ago: std::time::Duration::from_secs(1), key: "a".to_owned(), n: 2 };
    store.observe(crate::Seen { observations: vec![seen], samples: Vec::new() }).await.unwrap();
    // While the store is open, as a crawl has it.
    let found = SqliteStore::history(folder.path()).unwrap().observations;
    assert_eq!(found.iter().map(|one| (one.key.as_str(), one.n)).collect::<Vec<_>>(), [("a", 2)]);
}
