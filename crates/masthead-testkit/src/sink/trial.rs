use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;

use masthead_record::{Delivery, Guarantee, Position, Sink, SinkError, StreamId, When};

use super::random::Random;
use super::{Check, Keeps, Kept, SinkUnderTest, Violation};

/// What the driver does next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Writes so many items, fewer where fewer are left.
    Write(usize),
    /// Asks for a checkpoint and saves its position.
    Checkpoint,
    /// Dies. The last `forget` positions were not saved, but for the first; `torn` seeds where the output is cut.
    Crash { forget: usize, torn: Option<u64> },
}

/// One output, the driver that feeds it, and what the driver knows.
pub(super) struct Trial<'a> {
    scenario: &'static str,
    target: &'a dyn SinkUnderTest,
    outbox: &'a [Delivery],
    stream: StreamId,
    sink: Option<Box<dyn Sink>>,
    guarantee: Guarantee,
    /// Positions that the driver saved, with the output's length at that time; the last counts.
    saved: Vec<(Position, Option<u64>)>,
    /// How many items of the outbox the sink has, with those from before it was opened.
    next: usize,
    /// The highest number that any sink on this output was given.
    highest: u64,
    /// The highest number that the sink acknowledged since it was opened, or in opening.
    acknowledged: u64,
    rejected: BTreeSet<u64>,
    log: String,
}

type Outcome<T = ()> = Result<T, Violation>;

impl<'a> Trial<'a> {
    pub(super) fn new(scenario: &'static str, target: &'a dyn SinkUnderTest, outbox: &'a [Delivery]) -> Self {
        Self {
            scenario,
            target,
            outbox,
            stream: StreamId("contract".to_owned()),
            sink: None,
            guarantee: Guarantee::AtLeastOnce,
            saved: Vec::new(),
            next: 0,
            highest: 0,
            acknowledged: 0,
            rejected: BTreeSet::new(),
            log: String::new(),
        }
    }

    /// Takes the steps, opening the sink where it isn't.
    pub(super) fn run(&mut self, steps: &[Step]) -> Outcome {
        for step in steps {
            self.open()?;
            match *step {
                Step::Write(count) => self.write(count)?,
                Step::Checkpoint => self.checkpoint(When::Now)?,
                Step::Crash { forget, torn } => self.crash(forget, torn)?,
            }
        }
        Ok(())
    }

    /// Delivers the rest, ends the run as a driver does, and looks at the output.
    pub(super) fn finish(mut self) -> Outcome {
        self.open()?;
        while self.next < self.outbox.len() {
            self.write(3)?;
        }
        self.checkpoint(When::Last)?;
        if self.acknowledged != self.highest {
            let found =
                format!("the last position is {}, and {} was written", self.acknowledged, self.highest);
            return Err(self.violation(Check::Complete, &found));
        }
        self.sink = None;
        let kept = self.target.read_back();
        self.check_all_there(&kept, self.highest, Check::Complete)?;
        self.check_once(&kept)?;
        self.check_order(&kept)
    }

    /// The last position that was saved.
    pub(super) fn position(&self) -> Option<&Position> {
        self.saved.last().map(|(position, _)| position)
    }

    /// The log, so far, with what was found.
    pub(super) fn violation(&self, check: Check, found: &str) -> Violation {
        Violation { scenario: self.scenario, check, detail: format!("{found}; after{}", self.log) }
    }

    /// Opens a new sink with a position that is not this output's, from one that was given more.
    pub(super) fn open_with_foreign(mut self, foreign: &Position) -> Outcome {
        self.crash(0, None)?;
        let before = self.target.read_back();
        let mut sink = self.target.sink();
        let opened = sink.open(&self.stream, Some(foreign));
        self.log_step(format_args!("open(n = {} of a longer output)", foreign.n));
        drop(sink);
        match opened {
            Ok(position) if position.n > self.highest => {
                let found =
                    format!("open returned {}, and the output holds up to {}", position.n, self.highest);
                Err(self.violation(Check::Refusal, &found))
            }
            Err(SinkError::Unavailable(..)) => {
                Err(self.violation(Check::Refusal, "open says to come again, which will not help"))
            }
            _ if self.target.read_back() != before => {
                Err(self.violation(Check::Refusal, "the output was changed"))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self) -> Outcome {
        if self.sink.is_some() {
            return Ok(());
        }
        let mut sink = self.target.sink();
        self.guarantee = sink.guarantee();
        let known = self.position().cloned();
        let opened = sink.open(&self.stream, known.as_ref());
        self.log_step(format_args!("open({:?})", known.as_ref().map(|known| known.n)));
        let position = opened.map_err(|error| self.failed("open", &error))?;
        if position.n > self.highest {
            return Err(self.violation(Check::Position, &format!("open returned {}", position.n)));
        }
        if known.is_some_and(|known| position.n < known.n) {
            let found =
                format!("open went back to {}, whose successors may be gone from the store", position.n);
            return Err(self.violation(Check::Position, &found));
        }
        self.next = self.outbox.partition_point(|delivery| delivery.n <= position.n);
        // What was acknowledged, not saved and undone is delivered again.
        self.acknowledged = position.n;
        self.saved.push((position, self.target.length()));
        self.sink = Some(sink);
        Ok(())
    }

    fn write(&mut self, count: usize) -> Outcome {
        let batch: Vec<Delivery> = self.outbox.iter().skip(self.next).take(count).cloned().collect();
        self.log_step(format_args!("write({} items)", batch.len()));
        let Some(sink) = self.sink.as_mut() else { return Ok(()) };
        let written = sink.write(&batch);
        let rejected = written.map_err(|error| self.failed("write", &error))?;
        if let Some(stranger) = rejected.iter().find(|one| batch.iter().all(|delivery| delivery.n != one.n)) {
            return Err(
                self.violation(Check::Works, &format!("{} was rejected and not in the batch", stranger.n))
            );
        }
        self.rejected.extend(rejected.iter().map(|one| one.n));
        self.next += batch.len();
        self.highest = self.highest.max(batch.last().map_or(0, |delivery| delivery.n));
        Ok(())
    }

    fn checkpoint(&mut self, when: When) -> Outcome {
        self.log_step(format_args!("checkpoint({when:?})"));
        let Some(sink) = self.sink.as_mut() else { return Ok(()) };
        let reached = sink.checkpoint(when);
        let position = reached.map_err(|error| self.failed("checkpoint", &error))?;
        let written =
            self.next.checked_sub(1).and_then(|last| self.outbox.get(last)).map_or(0, |delivery| delivery.n);
        let before = self.position().map_or(0, |position| position.n);
        if position.n > written || position.n < before {
            let found = format!("the position is {}, not within {before} to {written}", position.n);
            return Err(self.violation(Check::Position, &found));
        }
        self.acknowledged = self.acknowledged.max(position.n);
        self.saved.push((position, self.target.length()));
        Ok(())
    }

    fn crash(&mut self, forget: usize, torn: Option<u64>) -> Outcome {
        self.log_step(format_args!("crash(forget {forget}{})", if torn.is_some() { ", torn" } else { "" }));
        self.sink = None;
        self.check_all_there(&self.target.read_back(), self.acknowledged, Check::Durable)?;
        self.saved.truncate(self.saved.len().saturating_sub(forget).max(1));
        let durable = self.saved.last().and_then(|(_, length)| *length);
        if let (Some(seed), Some(durable), Some(length)) = (torn, durable, self.target.length()) {
            self.target.tear(durable + Random::new(seed).below(length.saturating_sub(durable) + 1));
        }
        Ok(())
    }

    /// What an output must hold of the items up to `n`.
    fn expected(&self, n: u64) -> Vec<Kept> {
        let all =
            self.outbox.iter().filter(|delivery| delivery.n <= n && !self.rejected.contains(&delivery.n));
        let all = all.map(|delivery| (delivery.item.id().clone(), delivery.item.revision()));
        match self.target.keeps() {
            Keeps::EveryRevision => all.collect(),
            Keeps::LatestRevision => all.collect::<BTreeMap<_, _>>().into_iter().collect(),
        }
    }

    fn check_all_there(&self, kept: &[Kept], n: u64, check: Check) -> Outcome {
        let there: BTreeSet<_> = kept.iter().collect();
        let latest: BTreeMap<_, _> = kept.iter().map(|(id, revision)| (id, *revision)).collect();
        let newer_is_there = |(id, revision): &Kept| {
            self.target.keeps() == Keeps::LatestRevision
                && latest.get(id).is_some_and(|there| there >= revision)
        };
        let lost: Vec<_> =
            self.expected(n).into_iter().filter(|one| !there.contains(one) && !newer_is_there(one)).collect();
        let Some((id, revision)) = lost.first() else { return Ok(()) };
        let found = format!(
            "of the items up to {n}, {} are not in the output, first {id} revision {revision}",
            lost.len()
        );
        Err(self.violation(check, &found))
    }

    fn check_once(&self, kept: &[Kept]) -> Outcome {
        let expected: BTreeSet<_> = self.expected(self.highest).into_iter().collect();
        let mut seen = BTreeSet::new();
        for one in kept {
            let what = match (expected.contains(one), seen.insert(one)) {
                (false, _) => "was never delivered, or gave way to a newer one",
                (true, false) if self.guarantee == Guarantee::ExactlyOnce => "is in the output twice",
                (true, _) => continue,
            };
            return Err(self.violation(Check::Once, &format!("{} revision {} {what}", one.0, one.1)));
        }
        Ok(())
    }

    /// Looks at the first time that each item comes: what comes again was delivered again.
    fn check_order(&self, kept: &[Kept]) -> Outcome {
        if self.target.keeps() == Keeps::LatestRevision {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        let firsts: Vec<_> = kept.iter().filter(|one| seen.insert(*one)).collect();
        match firsts.iter().zip(&self.expected(self.highest)).find(|(one, expected)| **one != *expected) {
            None => Ok(()),
            Some((one, _)) => {
                Err(self.violation(Check::Order, &format!("{} revision {} is out of order", one.0, one.1)))
            }
        }
    }

    fn failed(&self, what: &str, error: &SinkError) -> Violation {
        let mut found = format!("{what} failed: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            found.push_str(": ");
            found.push_str(&error.to_string());
            cause = error.source();
        }
        self.violation(Check::Works, &found)
    }

    fn log_step(&mut self, step: std::fmt::Arguments<'_>) {
        let separator = if self.log.is_empty() { ' ' } else { ',' };
        write!(self.log, "{separator}{}{step}", if separator == ',' { " " } else { "" })
            .expect("a String takes every text");
    }
}
