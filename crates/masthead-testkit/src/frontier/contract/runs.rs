use std::path::PathBuf;
use std::time::Duration;

use masthead_frontier::{
    CrawlMode, Discovered, Done, HostClock, Identity, Idle, LookAgain, Outcome, Purpose, RunKind, RunStart,
    StoreError, TaskId, TaskState, Validators,
};

use super::{Broken, Kept, must, same};
use crate::frontier::{Bench, article, discovered, fetched, record};

const LIST: &str = "https://a.example/";
const A: &str = "https://a.example/1";
const B: &str = "https://a.example/2";
const LATER: &str = "https://a.example/3";

fn start(kind: RunKind, round: u32, waiting: u64) -> RunStart {
    RunStart { kind, round, waiting }
}

/// A page that names others.
fn naming(task: TaskId, urls: &[&str]) -> Done {
    Done { found: urls.iter().map(|url| discovered(Purpose::Article, url)).collect(), ..fetched(task) }
}

/// A finished crawl: a list that names A, and A names B.
async fn finish(bench: &Bench) -> Kept {
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    bench.store.add(&[discovered(Purpose::List, LIST)]).await?;
    bench.work_off(|task, _| naming(task, &[A])).await?;
    bench.work_off(|task, _| Done { items: vec![article(A, "One")], ..naming(task, &[B]) }).await?;
    bench.work_off(|task, _| fetched(task)).await?;
    same!(bench.idle().await?, Idle::Finished, "the first round");
    Ok(())
}

pub(super) async fn a_first_run_is_first(bench: Bench) -> Kept {
    same!(bench.store.begin_run(LookAgain::WhenFinished).await?, start(RunKind::First, 1, 0), "start");
    same!(bench.idle().await?, Idle::Finished, "an empty store");
    Ok(())
}

pub(super) async fn an_unfinished_crawl_goes_on(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::List, LIST), discovered(Purpose::Article, A)]).await?;
    let work = bench.claim_one().await?;
    let done = work.tasks.iter().filter(|task| task.purpose == Purpose::List).map(|task| fetched(task.id));
    bench.store.commit(&work.lease, done.collect(), HostClock::default()).await?;
    let bench = bench.reopen();
    same!(bench.store.begin_run(LookAgain::WhenFinished).await?, start(RunKind::GoesOn, 1, 1), "start");
    same!(
        bench.store.add(&[discovered(Purpose::List, LIST)]).await?,
        0,
        "a seed that was done in this round"
    );
    let urls: Vec<String> = bench.claim_one().await?.tasks.into_iter().map(|task| task.url).collect();
    same!(urls, [A], "what is left");
    Ok(())
}

pub(super) async fn a_finished_crawl_looks_again(bench: Bench) -> Kept {
    finish(&bench).await?;
    let bench = bench.reopen();
    same!(bench.store.begin_run(LookAgain::WhenFinished).await?, start(RunKind::LooksAgain, 2, 1), "start");
    same!(bench.store.add(&[discovered(Purpose::List, LIST)]).await?, 0, "a seed that is due already");
    bench.work_off(|task, _| naming(task, &[A])).await?;
    let work = bench.claim_one().await?;
    same!(work.tasks.iter().map(|task| task.url.as_str()).collect::<Vec<_>>(), [A], "the article it names");
    let previous = work.tasks.first().and_then(|task| task.previous.clone());
    let records = previous.map(|previous| previous.records).unwrap_or_default();
    same!(records, [(record(A, "").id, A.to_owned())], "what it gave before");
    Ok(())
}

pub(super) async fn only_pages_that_name_articles_renew_them(bench: Bench) -> Kept {
    finish(&bench).await?;
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    bench.work_off(|task, _| naming(task, &[A])).await?;
    bench.work_off(|task, _| naming(task, &[A, B])).await?;
    same!(bench.idle().await?, Idle::Finished, "an article that only another article names");
    same!(bench.store.add(&[discovered(Purpose::Article, B)]).await?, 1, "one that the caller names");
    same!(bench.store.add(&[discovered(Purpose::Article, A)]).await?, 0, "one that was done in this round");
    Ok(())
}

pub(super) async fn a_finished_crawl_may_stay_finished(bench: Bench) -> Kept {
    finish(&bench).await?;
    same!(bench.store.begin_run(LookAgain::Never).await?, start(RunKind::GoesOn, 1, 0), "start");
    same!(bench.idle().await?, Idle::Finished, "nothing to do");
    Ok(())
}

pub(super) async fn an_earlier_look_is_remembered(bench: Bench) -> Kept {
    let again = || Discovered { again: true, ..discovered(Purpose::Article, A) };
    let validators = Validators {
        etag: Some("W/\"x\"".to_owned()),
        last_modified: Some("Tue, 02 Jan 2024 03:04:05 GMT".to_owned()),
    };
    let seen = |bench: &Bench| {
        let store = std::sync::Arc::clone(&bench.store);
        async move {
            store.add(&[again()]).await?;
            let claimed = store.claim(masthead_frontier::Want::default()).await?;
            let masthead_frontier::Claimed::Work(work) = claimed else { return Err(StoreError::Closed) };
            work.into_iter().next().ok_or(StoreError::Closed)
        }
    };
    let outcomes = [
        Outcome::Fetched { status: 200, bytes: 9, validators: validators.clone() },
        Outcome::NotModified,
        Outcome::Failed { reason: "500".to_owned(), retry_in: None },
        Outcome::Gone { status: 410 },
    ];
    let mut found = Vec::new();
    for outcome in outcomes {
        let work = seen(&bench).await?;
        let task = work.tasks.first().ok_or_else(|| Broken("no task".to_owned()))?;
        found.push(task.previous.as_ref().map(|previous| previous.validators.clone()));
        bench.store.commit(&work.lease, vec![Done::new(task.id, outcome)], HostClock::default()).await?;
        bench.store.release(work.lease, HostClock::default()).await?;
    }
    let last = seen(&bench).await?.tasks.into_iter().next().and_then(|task| task.previous);
    found.push(last.map(|previous| previous.validators));
    let known = Some(validators);
    same!(
        found,
        [None, known.clone(), known.clone(), known, Some(Validators::default())],
        "validators before each look"
    );
    Ok(())
}

pub(super) async fn an_unchanged_page_names_what_it_named(bench: Bench) -> Kept {
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    bench.store.add(&[discovered(Purpose::List, LIST)]).await?;
    let named = |url| Discovered { referrer: Some(LIST.to_owned()), ..discovered(Purpose::Article, url) };
    bench.work_off(|task, _| Done { found: vec![named(A), named(B)], ..fetched(task) }).await?;
    bench.work_off(|task, _| fetched(task)).await?;
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    bench.work_off(|task, _| Done::new(task, Outcome::NotModified)).await?;
    let urls: Vec<String> = bench.claim_one().await?.tasks.into_iter().map(|task| task.url).collect();
    same!(urls, [A, B], "articles to be looked at again");
    Ok(())
}

pub(super) async fn what_is_put_off_holds_up_no_new_look(bench: Bench) -> Kept {
    finish(&bench).await?;
    bench.store.add(&[discovered(Purpose::Article, LATER)]).await?;
    let put_off = Outcome::Failed { reason: "503".to_owned(), retry_in: Some(Duration::from_secs(900)) };
    bench.work_off(|task, _| Done::new(task, put_off.clone())).await?;
    let again = bench.store.begin_run(LookAgain::WhenFinished).await?;
    same!(again, start(RunKind::LooksAgain, 2, 2), "before its time has come");
    bench.work_off(|task, _| naming(task, &[])).await?;
    bench.advance(900);
    let later = bench.store.begin_run(LookAgain::WhenFinished).await?;
    same!(later, start(RunKind::GoesOn, 2, 1), "when its time has come");
    let urls: Vec<String> = bench.claim_one().await?.tasks.into_iter().map(|task| task.url).collect();
    same!(urls, [LATER], "it was not lost");
    Ok(())
}

pub(super) async fn a_state_belongs_to_one_crawl(bench: Bench) -> Kept {
    let identity = Identity {
        profile: "example".to_owned(),
        mode: CrawlMode::Live,
        outputs: vec![PathBuf::from("/data/example.jsonl")],
    };
    bench.store.bind(&identity).await?;
    let bench = bench.reopen();
    bench.store.bind(&identity).await?;
    let mut more = identity.clone();
    more.outputs.push(PathBuf::from("/data/example.csv"));
    bench.store.bind(&more).await?;
    let others = [
        ("profile", Identity { profile: "other".to_owned(), ..more.clone() }),
        ("mode", Identity { mode: CrawlMode::Offline, ..more.clone() }),
        ("file output", identity),
        (
            "file output",
            Identity { outputs: vec![PathBuf::from("/elsewhere/example.jsonl")], ..more.clone() },
        ),
    ];
    for (expected, other) in others {
        let refused = bench.store.bind(&other).await;
        must!(
            matches!(&refused, Err(StoreError::Mismatch { what, .. }) if *what == expected),
            "another {expected} gave {refused:?}"
        );
    }
    Ok(bench.store.bind(&more).await?)
}

pub(super) async fn notes_are_kept(bench: Bench) -> Kept {
    same!(bench.store.meta("round").await?, None, "a name that nobody used");
    bench.store.set_meta("round", "x").await?;
    bench.store.set_meta("round", "y").await?;
    let bench = bench.reopen();
    same!(bench.store.meta("round").await?, Some("y".to_owned()), "a note");
    same!(bench.store.stats().await?.round, 1, "the store's own round");
    Ok(())
}

pub(super) async fn everything_outlives_a_crash(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::List, LIST)]).await?;
    bench.work_off(|task, _| naming(task, &[A, B])).await?;
    let work = bench.claim_one().await?;
    let done = work.tasks.iter().filter(|task| task.url == A);
    let done = done.map(|task| Done { items: vec![article(A, "One")], ..fetched(task.id) }).collect();
    bench.store.commit(&work.lease, done, HostClock::default()).await?;
    let mut before = bench.store.stats().await?;
    let bench = bench.reopen();
    before.leased_hosts = 0;
    same!(bench.store.stats().await?, before, "stats");
    same!(before.count(Purpose::Article, TaskState::Waiting), 1, "articles that wait");
    same!(bench.store.read(0, 10, usize::MAX)?.len(), 1, "items");
    Ok(())
}
