use std::sync::Mutex;
use std::time::Duration;

use masthead_frontier::{
    Claimed, Discovered, Done, Frontier, HostClock, Outcome, Purpose, SqliteStore, StoreOptions, Validators,
    Want,
};
use masthead_record::{
    Content, Delivery, Guarantee, Item, Position, Record, RecordId, Rejected, Sink, SinkError, StreamId, When,
};

use super::*;

/// A sink whose durable numbers a test can see; what was not checkpointed is gone on open.
#[derive(Default)]
struct Memory {
    durable: Mutex<Vec<u64>>,
    opened: Mutex<Vec<StreamId>>,
    faults: Mutex<Vec<Fault>>,
    /// How many checkpoints confirm nothing.
    hesitations: Mutex<u32>,
}

/// What happens at the next write.
enum Fault {
    Unavailable,
    Fatal,
    Panic,
    Reject,
}

struct MemorySink {
    memory: Arc<Memory>,
    buffer: Vec<u64>,
}

impl Sink for MemorySink {
    fn open(&mut self, stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        self.buffer.clear();
        self.memory.opened.lock().unwrap().push(stream.clone());
        let n = self.memory.durable.lock().unwrap().last().copied().unwrap_or(0);
        // Like a sink that keeps its position with its data: a new stream begins at nothing.
        let is_first = self.memory.opened.lock().unwrap().first() == Some(stream);
        Ok(Position {
            n: if is_first { n.max(known.map_or(0, |known| known.n)) } else { 0 },
            token: Vec::new(),
        })
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        let fault = self.memory.faults.lock().unwrap().pop();
        match fault {
            Some(Fault::Unavailable) => return Err(SinkError::Unavailable(Duration::ZERO, "gone".into())),
            Some(Fault::Fatal) => return Err(SinkError::fatal("broken")),
            Some(Fault::Panic) => panic!("a fault of the sink"),
            Some(Fault::Reject) => {
                return Ok(batch.iter().map(|item| Rejected { n: item.n, why: "no".into() }).collect());
            }
            None => {}
        }
        self.buffer.extend(batch.iter().map(|delivery| delivery.n));
        Ok(Vec::new())
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        let mut durable = self.memory.durable.lock().unwrap();
        let mut hesitations = self.memory.hesitations.lock().unwrap();
        if let Some(fewer) = hesitations.checked_sub(1) {
            *hesitations = fewer;
            return Ok(Position { n: durable.last().copied().unwrap_or(0), token: Vec::new() });
        }
        durable.append(&mut self.buffer);
        Ok(Position { n: durable.last().copied().unwrap_or(0), token: Vec::new() })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

fn output(key: &str, memory: &Arc<Memory>, route: Route) -> Output {
    let sink = Box::new(MemorySink { memory: Arc::clone(memory), buffer: Vec::new() });
    Output { key: key.to_owned(), name: key.to_owned(), file: None, sink, route }
}

fn record(index: usize, whole: bool) -> Item {
    let url = format!("https://example.com/{index}");
    let missing = if whole { Vec::new() } else { vec!["body".to_owned()] };
    Item::Record(Box::new(Record {
        id: RecordId::new("article", &url, ""),
        revision: 1,
        kind: "article".to_owned(),
        profile: "example".to_owned(),
        layout: None,
        url,
        fetched: None,
        content: Content { missing, ..Content::default() },
        truncated: Vec::new(),
        provenance: None,
        ledger: None,
    }))
}

struct Bench {
    _folder: tempfile::TempDir,
    store: Arc<SqliteStore>,
    outbox: Arc<dyn Outbox>,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path(), StoreOptions::default()).unwrap());
        let outbox: Arc<dyn Outbox> = Arc::clone(&store) as Arc<dyn Outbox>;
        Self { _folder: folder, store, outbox, failures: Arc::default() }
    }

    /// Commits items as pages of a crawl.
    fn emit(&self, name: &str, items: Vec<Item>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let url = format!("https://example.com/{name}");
            let page = Discovered::new(Purpose::Article, "example.com", &url, &url);
            self.store.add(&[Discovered { again: true, ..page }]).await.unwrap();
            let Claimed::Work(work) = self.store.claim(Want::default()).await.unwrap() else { panic!() };
            let outcome = Outcome::Fetched { status: 200, bytes: 1, validators: Validators::default() };
            let done = Done { items, ..Done::new(work[0].tasks[0].id, outcome) };
            self.store.commit(&work[0].lease, vec![done], HostClock::default()).await.unwrap();
            self.store.release(work[0].lease.clone(), HostClock::default()).await.unwrap();
        });
    }

    fn start(&self, outputs: Vec<Output>) -> Deliveries {
        self.start_saving_every(Duration::from_secs(60), outputs)
    }

    fn start_saving_every(&self, time: Duration, outputs: Vec<Output>) -> Deliveries {
        let failures = Arc::clone(&self.failures);
        let on_failure: OnFailure = Arc::new(move |message| failures.lock().unwrap().push(message));
        let pace = Pace { items: 2, time, patience: Duration::ZERO };
        let deliveries = Deliveries::start(&self.outbox, outputs, pace, &on_failure).unwrap();
        deliveries.all_opened();
        deliveries
    }

    /// Registers outputs, emits, and delivers to the end.
    fn deliver(&self, outputs: Vec<Output>, items: Vec<Item>) -> Vec<OutputReport> {
        let deliveries = self.start(outputs);
        self.emit("page", items);
        deliveries.finish()
    }
}

fn durable(memory: &Memory) -> Vec<u64> {
    memory.durable.lock().unwrap().clone()
}

#[test]
fn each_output_gets_what_is_meant_for_it_and_the_outbox_is_emptied() {
    let (bench, whole, incomplete) = (Bench::new(), Arc::default(), Arc::default());
    let outputs = vec![output("a", &whole, Route::Whole), output("b", &incomplete, Route::Incomplete)];
    let items = (0..10).map(|index| record(index, index % 5 != 0)).collect();
    let reports = bench.deliver(outputs, items);
    assert_eq!(durable(&whole), [2, 3, 4, 5, 7, 8, 9, 10]);
    assert_eq!(durable(&incomplete), [1, 6]);
    assert_eq!([reports[0].delivered, reports[1].delivered], [8, 2]);
    assert!(bench.outbox.is_empty().unwrap());
}

#[test]
fn the_incomplete_output_is_opened_when_it_is_needed() {
    let (bench, whole, incomplete) = (Bench::new(), Arc::default(), Arc::<Memory>::default());
    let outputs = || vec![output("a", &whole, Route::Whole), output("b", &incomplete, Route::Incomplete)];
    bench.deliver(outputs(), vec![record(1, true)]);
    assert!(incomplete.opened.lock().unwrap().is_empty());
    bench.deliver(outputs(), vec![record(2, false)]);
    assert_eq!(incomplete.opened.lock().unwrap().len(), 1);
    assert_eq!(durable(&incomplete), [2]);
}

#[test]
fn an_absent_sink_is_opened_again_and_gets_each_item_once() {
    let (bench, memory) = (Bench::new(), Arc::<Memory>::default());
    memory.faults.lock().unwrap().extend([Fault::Unavailable, Fault::Unavailable]);
    let deliveries = bench.start(vec![output("a", &memory, Route::Whole)]);
    bench.emit("page", (0..5).map(|index| record(index, true)).collect());
    while durable(&memory).len() < 5 {
        bench.outbox.wait(5, Duration::from_millis(1));
    }
    let reports = deliveries.finish();
    assert_eq!(durable(&memory), [1, 2, 3, 4, 5]);
    assert_eq!(memory.opened.lock().unwrap().len(), 3);
    assert_eq!((reports[0].delivered, &reports[0].error), (5, &None));
}

#[test]
fn a_sink_that_confirms_late_is_asked_again() {
    let (bench, memory) = (Bench::new(), Arc::<Memory>::default());
    *memory.hesitations.lock().unwrap() = 3;
    let deliveries =
        bench.start_saving_every(Duration::from_millis(1), vec![output("a", &memory, Route::Whole)]);
    bench.emit("page", vec![record(1, true)]);
    // Nothing more is found meanwhile: only the sink can empty the outbox.
    while !bench.outbox.is_empty().unwrap() {
        bench.outbox.wait(1, Duration::from_millis(1));
    }
    assert_eq!((durable(&memory), *memory.hesitations.lock().unwrap()), (vec![1], 0));
    assert_eq!(deliveries.finish()[0].delivered, 1);
}

#[test]
fn a_broken_sink_is_told_and_the_others_go_on() {
    for fault in [Fault::Fatal, Fault::Panic] {
        let (bench, broken, sound) = (Bench::new(), Arc::<Memory>::default(), Arc::default());
        broken.faults.lock().unwrap().push(fault);
        let outputs = vec![output("a", &broken, Route::Whole), output("b", &sound, Route::Whole)];
        let reports = bench.deliver(outputs, (0..3).map(|index| record(index, true)).collect());
        assert!(reports[0].error.is_some());
        assert_eq!(reports[1].delivered, 3);
        assert_eq!(bench.failures.lock().unwrap().len(), 1);
        assert_eq!(bench.outbox.len().unwrap(), 3, "nothing is lost");
        let reports = bench.deliver(vec![output("a", &broken, Route::Whole)], Vec::new());
        assert_eq!((reports[0].delivered, durable(&broken)), (3, vec![1, 2, 3]));
    }
}

#[test]
fn refused_items_are_kept_and_counted() {
    let (bench, memory) = (Bench::new(), Arc::<Memory>::default());
    memory.faults.lock().unwrap().push(Fault::Reject);
    let reports = bench.deliver(vec![output("a", &memory, Route::Whole)], vec![record(1, true)]);
    assert_eq!((reports[0].delivered, reports[0].dead_letters), (0, 1));
    assert_eq!(bench.outbox.dead_letters("a", 0, 10).unwrap()[0].why, "no");
}

#[test]
fn a_sink_ahead_of_the_store_begins_a_new_stream() {
    let (bench, memory) = (Bench::new(), Arc::<Memory>::default());
    memory.durable.lock().unwrap().push(1000);
    let reports = bench.deliver(vec![output("a", &memory, Route::Whole)], vec![record(1, true)]);
    let opened = memory.opened.lock().unwrap().clone();
    assert_eq!(opened.len(), 2);
    assert_ne!(opened[0], opened[1]);
    assert_eq!((reports[0].delivered, durable(&memory)), (1, vec![1000, 1]));
}
