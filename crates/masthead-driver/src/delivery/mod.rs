//! Brings what the store's outbox holds to the sinks: a thread for each, a cursor for each.
//!
//! A lane reads past its cursor, writes, makes durable, and remembers where it stands; what every lane has is
//! forgotten. A lane that dies at any of these steps repeats what was not remembered, and its sink undoes what it has
//! of that ([`masthead_record::Sink::open`]).

mod control;
mod lane;
mod output;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread::{Builder, JoinHandle};

use anyhow::Context as _;
use masthead_frontier::{Outbox, StoreError};

use crate::report::OutputReport;
use control::Control;
use lane::Lane;
pub(crate) use output::{Output, Remembered, Route};

/// What is read from the outbox at once.
const BATCH_ITEMS: usize = 200;
const BATCH_BYTES: usize = 4 << 20;

/// Called when an output can't go on, from its thread, with what is wrong.
pub(crate) type OnFailure = Arc<dyn Fn(String) + Send + Sync>;

/// How often a lane makes durable what it wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// After so many items.
    pub(crate) items: u64,
    /// Or after so long.
    pub(crate) time: std::time::Duration,
    /// How long an absent sink is waited for once the crawl has ended.
    pub(crate) patience: std::time::Duration,
}

impl Default for Pace {
    fn default() -> Self {
        use std::time::Duration;
        Self { items: 200, time: Duration::from_secs(1), patience: Duration::from_secs(30) }
    }
}

/// The outputs' threads at work.
pub(crate) struct Deliveries {
    outbox: Arc<dyn Outbox>,
    control: Arc<Control>,
    /// Each with what the store knows its output by, and what that gets.
    threads: Vec<(String, Route, JoinHandle<OutputReport>)>,
    /// One for each lane: it tells when its sink is open, or absent for now, and is gone when the lane is.
    opened: Vec<Receiver<()>>,
}

impl Deliveries {
    /// Makes every output known to the store and starts its thread. The outputs open their sinks side by side; see
    /// [`all_opened`](Self::all_opened).
    pub(crate) fn start(
        outbox: &Arc<dyn Outbox>,
        outputs: Vec<Output>,
        pace: Pace,
        on_failure: &OnFailure,
    ) -> anyhow::Result<Self> {
        let control = Arc::new(Control::default());
        let (mut threads, mut opened) = (Vec::new(), Vec::new());
        for output in outputs {
            let known = outbox.register(&output.key)?;
            if known.new && known.position.n > 0 {
                tracing::warn!(output = output.name, "a new output: it gets what is found from now on");
            }
            let (tell, told) = mpsc::channel();
            opened.push(told);
            let (key, route) = (output.key.clone(), output.route);
            let lane = Lane::new(Arc::clone(outbox), output, Arc::clone(&control), pace, tell);
            let on_failure = Arc::clone(on_failure);
            let thread = Builder::new().name("sink".to_owned()).spawn(move || attended(lane, &on_failure));
            threads.push((key, route, thread.context("can't start a thread for an output")?));
        }
        Ok(Self { outbox: Arc::clone(outbox), control, threads, opened })
    }

    /// Waits until every sink is open, is known to be absent for now, or has failed.
    pub(crate) fn all_opened(&self) {
        for lane in &self.opened {
            if lane.recv().is_err() {
                tracing::debug!("an output ended before it was open; its report says why");
            }
        }
    }

    /// Says that nothing more will be committed, waits until all that was is delivered, and reports on each output.
    pub(crate) fn finish(mut self) -> Vec<OutputReport> {
        self.control.finish();
        let mut reports = Vec::new();
        for (key, route, thread) in std::mem::take(&mut self.threads) {
            let report = thread.join().unwrap_or_else(|_| panicked(None));
            let behind = behind(self.outbox.as_ref(), &key, route).unwrap_or_else(|error| {
                tracing::warn!(%error, "can't tell what the state still holds for an output");
                0
            });
            reports.push(OutputReport { behind, ..report });
        }
        reports
    }
}

impl Drop for Deliveries {
    /// A crawl that could not begin leaves no thread behind that waits for more.
    fn drop(&mut self) {
        self.control.finish();
    }
}

/// How many items the store still holds for an output.
fn behind(outbox: &dyn Outbox, key: &str, route: Route) -> Result<u64, StoreError> {
    let mut after = outbox.cursor(key)?.unwrap_or_default().n;
    let mut count = 0;
    loop {
        let batch = outbox.read(after, BATCH_ITEMS, BATCH_BYTES)?;
        let Some(last) = batch.last() else { return Ok(count) };
        count += batch.iter().filter(|delivery| route.takes(&delivery.item)).count() as u64;
        after = last.n;
    }
}

/// Runs a lane to its end; whatever ends it early is told, a panic of a stranger's sink as well: otherwise a full
/// outbox would wait for it forever.
fn attended(lane: Lane, on_failure: &OnFailure) -> OutputReport {
    let blank = lane.blank_report();
    let report = catch_unwind(AssertUnwindSafe(|| lane.run())).unwrap_or_else(|_| panicked(Some(blank)));
    if let Some(error) = &report.error {
        tracing::error!(output = report.name, error, "the output can't go on");
        on_failure(format!("{}: {error}", report.name));
    }
    report
}

fn panicked(blank: Option<OutputReport>) -> OutputReport {
    OutputReport {
        error: Some("the sink has a fault: it panicked; nothing is lost, run it again to go on".to_owned()),
        ..blank.unwrap_or_default()
    }
}
