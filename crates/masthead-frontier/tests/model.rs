//! Random calls on the store on SQLite and on the model in memory: every answer is the same.

use std::sync::Arc;
use std::time::Duration;

use masthead_frontier::{
    Claimed, Discovered, Done, HostClock, HostLease, LookAgain, Outcome, Purpose, SqliteStore, StoreError,
    StoreOptions, TaskId, Validators, Want,
};
use masthead_record::{Item, Position, Rejected};
use masthead_testkit::frontier::{ManualClock, MemoryPlace, Place, Store, article, discovered, record};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

#[derive(Clone, Debug)]
enum Call {
    Advance(u64),
    Reopen,
    Add(Vec<Found>),
    Claim(usize, usize),
    Extend(usize),
    Commit(usize, Vec<Page>, u64, Option<u64>),
    Release(usize, u64),
    BeginRun,
    Register(u8),
    Save(u8, u64),
    Prune,
    Bury(u64),
    Forget(u8),
}

/// Host, page, purpose, and what is said of it.
type Found = (u8, u8, u8, Option<u8>, bool);

#[derive(Clone, Debug)]
struct Page {
    /// Which of the lease's tasks.
    task: usize,
    outcome: u8,
    found: Vec<Found>,
    /// Record and title; no title: removed or incomplete.
    items: Vec<(u8, u8)>,
}

fn found() -> impl Strategy<Value = Found> {
    (0..3_u8, 0..4_u8, 0..5_u8, proptest::option::of(0..4_u8), proptest::bool::weighted(0.1))
}

fn page() -> impl Strategy<Value = Page> {
    let links = proptest::collection::vec(found(), 0..3);
    let items = proptest::collection::vec((0..4_u8, 0..4_u8), 0..3);
    (0..4_usize, 0..8_u8, links, items).prop_map(|(task, outcome, found, items)| Page {
        task,
        outcome,
        found,
        items,
    })
}

fn call() -> impl Strategy<Value = Call> {
    let pages = proptest::collection::vec(page(), 0..4);
    prop_oneof![
        3 => (1..40_u64).prop_map(Call::Advance),
        1 => Just(Call::Reopen),
        3 => proptest::collection::vec(found(), 1..5).prop_map(Call::Add),
        6 => (1..4_usize, 1..4_usize).prop_map(|(hosts, tasks)| Call::Claim(hosts, tasks)),
        1 => (0..4_usize).prop_map(Call::Extend),
        8 => (0..4_usize, pages, 0..5_u64, proptest::option::of(0..60_u64))
            .prop_map(|(lease, pages, next, blocked)| Call::Commit(lease, pages, next, blocked)),
        4 => (0..4_usize, 0..5_u64).prop_map(|(lease, next)| Call::Release(lease, next)),
        1 => Just(Call::BeginRun),
        1 => (0..2_u8).prop_map(Call::Register),
        2 => (0..2_u8, 0..12_u64).prop_map(|(sink, n)| Call::Save(sink, n)),
        2 => Just(Call::Prune),
        1 => (0..12_u64).prop_map(Call::Bury),
        1 => (0..2_u8).prop_map(Call::Forget),
    ]
}

fn link(&(host, page, purpose, says, again): &Found) -> Discovered {
    let purpose = *Purpose::ALL.get(usize::from(purpose)).expect("a purpose");
    let mut found = discovered(purpose, &format!("https://h{host}.example/{page}"));
    found.again = again;
    found.depth = u32::from(page);
    if let Some(word) = says {
        found.witnesses = json!({ format!("w{}", word % 3): word });
    }
    found
}

fn item(&(which, title): &(u8, u8)) -> Item {
    let url = format!("https://h0.example/{which}");
    match title {
        0 => {
            let gone = serde_json::json!({"id": record(&url, "").id, "revision": 0, "kind": "removed",
                "profile": "example", "url": url, "fetched": null});
            serde_json::from_value(gone).expect("an answer")
        }
        1 => {
            let mut record = record(&url, "One");
            record.content.missing.push("body".to_owned());
            Item::Record(Box::new(record))
        }
        title => article(&url, &format!("title {title}")),
    }
}

fn outcome(kind: u8) -> Outcome {
    let reason = format!("reason {kind}");
    match kind {
        0 => Outcome::NotModified,
        1 => Outcome::Gone { status: 404 },
        2 => Outcome::Failed { reason, retry_in: None },
        3 => Outcome::Failed { reason, retry_in: Some(Duration::from_secs(20)) },
        4 => Outcome::Skipped { reason },
        _ => {
            let validators = Validators { etag: Some(reason), last_modified: None };
            Outcome::Fetched { status: 200, bytes: 5, validators }
        }
    }
}

/// A store, and the leases that were ever given: old ones are used as well.
struct Side {
    place: Box<dyn Place>,
    store: Arc<dyn Store>,
}

struct Pair {
    clock: Arc<ManualClock>,
    sides: [Side; 2],
    leases: Vec<(HostLease, Vec<TaskId>)>,
}

struct Folder(TempDir);

impl Place for Folder {
    fn open(&self, clock: Arc<ManualClock>, max_spool: u64) -> Arc<dyn Store> {
        let options = StoreOptions { max_spool, clock, hook: None };
        Arc::new(SqliteStore::open(self.0.path(), options).expect("the store opens"))
    }
}

const SPOOL: u64 = 6;

/// Errors by their kind: causes differ.
fn kind<T>(outcome: Result<T, StoreError>) -> Result<T, String> {
    outcome.map_err(|error| match error {
        StoreError::Mismatch { what, .. } => what.to_owned(),
        error => error.to_string(),
    })
}

impl Pair {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let side = |place: Box<dyn Place>| Side { store: place.open(Arc::clone(&clock), SPOOL), place };
        let sides =
            [side(Box::new(Folder(TempDir::new().expect("a folder")))), side(Box::<MemoryPlace>::default())];
        Self { clock, sides, leases: Vec::new() }
    }

    fn reopen(self) -> Self {
        let Self { clock, sides, leases } = self;
        let sides = sides.map(|Side { place, store }| {
            drop(store);
            Side { store: place.open(Arc::clone(&clock), SPOOL), place }
        });
        Self { clock, sides, leases }
    }

    /// One of the leases, and its tasks; the latest first.
    fn lease(&self, at: usize) -> Option<(HostLease, Vec<TaskId>)> {
        self.leases.iter().rev().nth(at).cloned()
    }

    /// What both answer, as text.
    async fn answers(&mut self, call: &Call) -> [String; 2] {
        let mut answers = [String::new(), String::new()];
        for (side, answer) in self.sides.iter().zip(&mut answers) {
            *answer = self.answer(&*side.store, call).await;
        }
        answers
    }

    async fn answer(&self, store: &dyn Store, call: &Call) -> String {
        match call {
            Call::Advance(_) | Call::Reopen => String::new(),
            Call::Add(found) => {
                let found: Vec<Discovered> = found.iter().map(link).collect();
                format!("{:?}", kind(store.add(&found).await))
            }
            Call::Claim(..) => unreachable!("claims change the leases"),
            Call::Extend(at) => match self.lease(*at) {
                Some((lease, _)) => format!("{:?}", kind(store.extend(&lease).await)),
                None => String::new(),
            },
            Call::Commit(at, pages, next, blocked) => {
                let Some((lease, tasks)) = self.lease(*at) else { return String::new() };
                let done = pages.iter().filter_map(|page| {
                    let mut done = Done::new(*tasks.get(page.task)?, outcome(page.outcome));
                    done.found = page.found.iter().map(link).collect();
                    done.items = page.items.iter().map(item).collect();
                    Some(done)
                });
                let clock = HostClock {
                    next_in: Duration::from_secs(*next),
                    blocked_for: blocked.map(Duration::from_secs),
                    pace: Duration::from_secs(*next / 2),
                };
                format!("{:?}", kind(store.commit(&lease, done.collect(), clock).await))
            }
            Call::Release(at, next) => match self.lease(*at) {
                Some((lease, _)) => {
                    let clock = HostClock { next_in: Duration::from_secs(*next), ..HostClock::default() };
                    format!("{:?}", kind(store.release(lease, clock).await))
                }
                None => String::new(),
            },
            Call::BeginRun => format!("{:?}", kind(store.begin_run(LookAgain::WhenFinished).await)),
            Call::Register(sink) => format!("{:?}", kind(store.register(&sink.to_string()))),
            Call::Save(sink, n) => {
                // No sink has what was never given.
                let n = (*n).min(store.bounds().expect("an answer").last);
                format!("{:?}", kind(store.save_cursor(&sink.to_string(), &Position { n, token: vec![7] })))
            }
            Call::Prune => format!("{:?}", kind(store.prune())),
            Call::Bury(n) => {
                let rejected = Rejected { n: *n, why: "no title".to_owned() };
                format!("{:?}", kind(store.add_dead_letters("0", &[rejected])))
            }
            Call::Forget(sink) => format!("{:?}", kind(store.forget(&sink.to_string()))),
        }
    }

    async fn claim(&mut self, hosts: usize, tasks: usize) -> [String; 2] {
        let want = Want { hosts, tasks_per_host: tasks, lease: Duration::from_secs(30), ..Want::default() };
        let claimed = [
            self.sides[0].store.claim(want.clone()).await.expect("an answer"),
            self.sides[1].store.claim(want).await.expect("an answer"),
        ];
        if let [Claimed::Work(work), _] = &claimed {
            for host in work {
                self.leases.push((host.lease.clone(), host.tasks.iter().map(|task| task.id).collect()));
            }
        }
        claimed.map(|claimed| format!("{claimed:#?}"))
    }

    /// All that can be seen from outside.
    async fn views(&self) -> [String; 2] {
        let mut views = [String::new(), String::new()];
        for (side, view) in self.sides.iter().zip(&mut views) {
            let store = &side.store;
            let items: Vec<String> = store
                .read(0, 1_000, usize::MAX)
                .expect("an answer")
                .iter()
                .map(|one| format!("{} {}", one.n, serde_json::to_string(&*one.item).expect("an answer")))
                .collect();
            let letters = store.dead_letters("0", 0, 100).expect("an answer");
            *view = format!(
                "{:#?}",
                (store.stats().await, store.bounds(), items, store.sinks(), store.cursor("0"), letters.len())
            );
        }
        views
    }
}

async fn run(calls: Vec<Call>) -> Result<(), TestCaseError> {
    let mut pair = Pair::new();
    for call in calls {
        let [real, model] = match &call {
            Call::Claim(hosts, tasks) => pair.claim(*hosts, *tasks).await,
            Call::Advance(seconds) => {
                pair.clock.advance(Duration::from_secs(*seconds));
                [String::new(), String::new()]
            }
            Call::Reopen => {
                pair = pair.reopen();
                [String::new(), String::new()]
            }
            call => pair.answers(call).await,
        };
        prop_assert_eq!(real, model, "the answer to {:?}", call);
        let [real, model] = pair.views().await;
        prop_assert_eq!(real, model, "after {:?}", call);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_the_model_does(calls in proptest::collection::vec(call(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("an answer");
        runtime.block_on(run(calls))?;
    }
}
