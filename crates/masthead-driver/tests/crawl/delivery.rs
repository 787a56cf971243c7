//! Sinks that fail in the middle of a crawl.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use masthead_driver::{End, Job, Registry, SinkKind};
use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use crate::site::{Desk, Site};

/// A sink that keeps urls, each durable at once, and has troubles.
#[derive(Clone, Default)]
struct Kept {
    urls: Arc<Mutex<Vec<(u64, String)>>>,
    writes: Arc<AtomicU64>,
    /// The write at which it fails for good, and those at which it is absent; 0: never.
    fatal_at: u64,
    absent_at: u64,
}

impl Sink for Kept {
    fn open(&mut self, _stream: &StreamId, _known: Option<&Position>) -> Result<Position, SinkError> {
        Ok(self.position())
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        let write = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        if write == self.fatal_at {
            return Err(SinkError::fatal("the disk is full"));
        }
        if write == self.absent_at {
            return Err(SinkError::Unavailable(Duration::ZERO, "away for lunch".into()));
        }
        let mut urls = self.urls.lock().unwrap();
        urls.extend(batch.iter().map(|delivery| (delivery.n, delivery.item.id().to_string())));
        Ok(Vec::new())
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        Ok(self.position())
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

impl Kept {
    fn position(&self) -> Position {
        Position { n: self.urls.lock().unwrap().last().map_or(0, |(n, _)| *n), token: Vec::new() }
    }

    /// How many items it has, and how many of them are different ones.
    fn counts(&self) -> (usize, usize) {
        let mut urls: Vec<String> = self.urls.lock().unwrap().iter().map(|(_, url)| url.clone()).collect();
        let all = urls.len();
        urls.sort();
        urls.dedup();
        (all, urls.len())
    }
}

fn job(desk: &Desk, sink: &Kept) -> Job {
    let mut job = desk.job();
    let sink = sink.clone();
    let mut registry = Registry::builtin();
    registry.register(SinkKind::new("kept", move |_| Ok(Box::new(sink.clone())))).unwrap();
    job.registry = Arc::new(registry);
    let spec = job.registry.parse("kept:here", desk.folder.path()).unwrap();
    job.sinks.push(spec);
    job
}

#[test]
fn a_sink_that_fails_ends_the_crawl_cleanly_and_loses_nothing() {
    let desk = Desk::new(&Site::with_articles(0..40));
    let broken = Kept { fatal_at: 1, ..Kept::default() };
    let report = desk.run(job(&desk, &broken));
    assert_eq!(report.exit_code(), 3);
    let End::Failed { message } = &report.end else { panic!("{:?}", report.end) };
    assert!(message.contains("the disk is full"), "{message}");
    assert_eq!(
        report.outputs[0].delivered,
        desk.records("out.jsonl").len() as u64,
        "the other output has all"
    );
    assert_eq!(report.outputs[1].behind, report.total.whole);

    let repaired = Kept::default();
    let report = desk.run(job(&desk, &repaired));
    assert_eq!((report.exit_code(), report.total.whole), (0, 40));
    assert_eq!(repaired.counts(), (40, 40));
    assert_eq!(desk.records("out.jsonl").len(), 40);
}

#[test]
fn an_absent_sink_gets_everything_when_it_is_back() {
    let desk = Desk::new(&Site::with_articles(0..40));
    let sink = Kept { absent_at: 1, ..Kept::default() };
    let report = desk.run(job(&desk, &sink));
    assert_eq!((report.exit_code(), sink.counts()), (0, (40, 40)));
}

#[test]
fn a_full_outbox_only_slows_the_crawl() {
    let desk = Desk::new(&Site::with_articles(0..40));
    let mut job = desk.job();
    job.max_spool = 1;
    let report = desk.run(job);
    assert_eq!((report.end, report.articles.whole), (End::Finished, 40));
    assert_eq!(desk.records("out.jsonl").len(), 40);
}

#[test]
fn a_sink_added_later_gets_what_is_found_from_then_on() {
    let mut site = Site::with_articles(0..3);
    let desk = Desk::new(&site);
    desk.run(desk.job());
    site.page("https://lantern.example/2024/1", &crate::site::article(100, "2024-05-06"));
    desk.record(&site);
    let sink = Kept::default();
    desk.run(job(&desk, &sink));
    assert_eq!(sink.counts(), (1, 1));
}
