use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use masthead_frontier::{Outbox, StoreError};
use masthead_record::{Delivery, Position, SinkError, When};

use super::control::Control;
use super::output::{Output, Remembered, Route};
use super::{BATCH_BYTES, BATCH_ITEMS, Pace};
use crate::crash_point::{crash_in_line, crash_point};
use crate::report::OutputReport;

/// How long the outbox is waited for before the lane looks whether the crawl has ended.
const GLANCE: Duration = Duration::from_millis(50);

/// How long items are left to gather after a batch that was not full.
const GATHER: Duration = Duration::from_millis(20);

/// One output at work, on a thread of its own.
pub(super) struct Lane {
    outbox: Arc<dyn Outbox>,
    output: Output,
    control: Arc<Control>,
    pace: Pace,
    tell: Sender<()>,
    report: OutputReport,
    /// What the open sink was last known to have, durably; `None` while it isn't open.
    position: Option<Position>,
    /// The last item that was looked at, and the last one that was written.
    seen: u64,
    written: u64,
    /// Items looked at and written since the store last remembered.
    unsaved: u64,
    undelivered: u64,
    saved_at: Instant,
}

/// Why a lane stopped its work.
enum Break {
    /// The sink is gone for now.
    Absent(Duration, String),
    /// A person is needed.
    Failed(String),
}

impl From<SinkError> for Break {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::Unavailable(wait, cause) => Self::Absent(wait, in_full(cause.as_ref())),
            SinkError::Fatal(cause) => Self::Failed(in_full(cause.as_ref())),
            other => Self::Failed(in_full(&other)),
        }
    }
}

impl From<StoreError> for Break {
    fn from(error: StoreError) -> Self {
        Self::Failed(format!("{:#}", anyhow::Error::new(error)))
    }
}

/// An error with its causes, as one line.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Lane {
    pub(super) fn new(
        outbox: Arc<dyn Outbox>,
        output: Output,
        control: Arc<Control>,
        pace: Pace,
        tell: Sender<()>,
    ) -> Self {
        let report = output.blank_report();
        Self {
            outbox,
            output,
            control,
            pace,
            tell,
            report,
            position: None,
            seen: 0,
            written: 0,
            unsaved: 0,
            undelivered: 0,
            saved_at: Instant::now(),
        }
    }

    pub(super) fn blank_report(&self) -> OutputReport {
        self.output.blank_report()
    }

    fn tell_opened(&self) {
        if self.tell.send(()).is_err() {
            tracing::trace!("the crawl is over");
        }
    }

    /// Delivers until the crawl has ended and nothing is left, or a person is needed.
    pub(super) fn run(mut self) -> OutputReport {
        let mut absent_since: Option<Instant> = None;
        loop {
            let seen = self.seen;
            match self.session() {
                Ok(()) => return self.report,
                Err(Break::Failed(error)) => return self.failed(error),
                Err(Break::Absent(wait, error)) => {
                    let since = *absent_since.filter(|_| self.seen <= seen).get_or_insert_with(Instant::now);
                    absent_since = Some(since);
                    if self
                        .control
                        .finishing_for()
                        .is_some_and(|ended| ended.min(since.elapsed()) >= self.pace.patience)
                    {
                        return self.failed(error);
                    }
                    tracing::warn!(
                        output = self.output.name,
                        error,
                        ?wait,
                        "the output is not available; waiting"
                    );
                    self.tell_opened();
                    self.sleep(wait);
                }
            }
        }
    }

    fn failed(mut self, error: String) -> OutputReport {
        self.report.error = Some(error);
        self.report
    }

    /// An absent sink is asked again at its own time, also after the crawl has ended.
    fn sleep(&self, wait: Duration) {
        match self.control.finishing_for() {
            None => self.control.pause(wait),
            Some(_) => std::thread::sleep(wait.min(self.pace.patience)),
        }
    }

    /// From opening the sink to the end, or to a break.
    fn session(&mut self) -> Result<(), Break> {
        let stored = self.outbox.cursor(&self.output.key)?.unwrap_or_default();
        let remembered = Remembered::from_stored(&stored);
        (self.position, self.seen, self.written) = (None, remembered.n, 0);
        (self.unsaved, self.undelivered, self.saved_at) = (0, 0, Instant::now());
        if self.output.route == Route::Whole || remembered.position.is_some() {
            self.open(&remembered)?;
        }
        self.tell_opened();
        loop {
            // Asked before the outbox is read: what is committed afterwards can't be the last.
            let ended = self.control.finishing_for().is_some();
            let batch = self.outbox.read(self.seen, BATCH_ITEMS, BATCH_BYTES)?;
            if !batch.is_empty() {
                self.deliver(&batch)?;
                if batch.len() < BATCH_ITEMS {
                    // What comes meanwhile comes together: a read for each page would cost more than the page.
                    self.control.pause(GATHER);
                }
            } else if ended {
                return self.save(When::Last);
            } else {
                self.outbox.wait(self.seen, GLANCE);
            }
            let is_time = self.saved_at.elapsed() >= self.pace.time;
            if self.unsaved >= self.pace.items || (is_time && (self.unsaved > 0 || self.lags())) {
                self.save(When::Now)?;
            }
        }
    }

    /// Opens the sink and remembers where it stands at once: a sink that has a file is then never taken for a new one.
    fn open(&mut self, remembered: &Remembered) -> Result<(), Break> {
        let bounds = self.outbox.bounds()?;
        let mut position = self.output.sink.open(&self.outbox.stream()?, remembered.position.as_ref())?;
        if position.n > bounds.last {
            tracing::warn!(
                output = self.output.name,
                "the state is older than the output: a new stream begins"
            );
            let stream = self.outbox.new_stream()?;
            position = self.output.sink.open(&stream, None)?;
            position.n = position.n.max(bounds.pruned).min(bounds.last);
        } else if remembered.position.is_none() {
            position.n = position.n.max(remembered.n);
        } else if position.n < bounds.pruned.min(remembered.n) {
            let lost = bounds.pruned.min(remembered.n) - position.n;
            return Err(Break::Failed(format!(
                "it stands {lost} records behind what it had confirmed, and the state has these no more; restore it, \
                 or crawl again with --fresh"
            )));
        }
        self.seen = position.n;
        self.outbox.save_cursor(&self.output.key, &Remembered::opened(position.n, &position.token))?;
        self.position = Some(position);
        Ok(())
    }

    fn deliver(&mut self, batch: &[Delivery]) -> Result<(), Break> {
        let takes = |delivery: &&Delivery| self.output.route.takes(&delivery.item);
        let wanted: Vec<Delivery> = batch.iter().filter(takes).cloned().collect();
        if let (Some(first), Some(last)) = (wanted.first(), wanted.last()) {
            if self.position.is_none() {
                self.open(&Remembered { n: first.n - 1, position: None })?;
            }
            crash_in_line(self.output.file.as_deref(), &first.item);
            let rejected = self.output.sink.write(&wanted)?;
            crash_point("after-write");
            if !rejected.is_empty() {
                self.outbox.add_dead_letters(&self.output.key, &rejected)?;
                self.report.dead_letters += rejected.len() as u64;
            }
            self.written = last.n;
            self.undelivered += (wanted.len() as u64).saturating_sub(rejected.len() as u64);
        }
        self.seen = batch.last().map_or(self.seen, |last| last.n);
        self.unsaved += batch.len() as u64;
        Ok(())
    }

    /// Whether the sink has not confirmed all that it was given: it is asked again, else a full outbox would wait for it
    /// forever.
    fn lags(&self) -> bool {
        self.position.as_ref().is_some_and(|position| position.n < self.written)
    }

    /// Makes what was written durable, remembers it, and lets the store forget what every output has.
    fn save(&mut self, when: When) -> Result<(), Break> {
        let stored = if self.position.is_some() {
            let position = self.output.sink.checkpoint(when)?;
            crash_point("after-sync-before-save");
            let has_all = position.n >= self.written;
            let n = if has_all { self.seen } else { position.n };
            if has_all {
                self.report.delivered += std::mem::take(&mut self.undelivered);
            }
            self.position = Some(Position { n, token: position.token.clone() });
            Remembered::opened(n, &position.token)
        } else {
            Remembered::unopened(self.seen)
        };
        self.outbox.save_cursor(&self.output.key, &stored)?;
        crash_point("after-save");
        (self.unsaved, self.saved_at) = (0, Instant::now());
        crash_point("at-prune");
        self.outbox.prune()?;
        Ok(())
    }
}
