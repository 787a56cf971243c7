use std::time::Duration;

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::error::ExecError;
use super::pending::Pending;
use super::running::{Running, Trouble};
use super::{Acknowledgement, ExecCommand};
use crate::append::Format as _;
use crate::jsonl::JsonLines;

/// How many records may be unacknowledged after a checkpoint. A program that acknowledges by its exit has its input
/// closed at the first checkpoint that finds so many. It must be well below the outbox's limit, 10,000 items: a full
/// outbox stops the crawl, and then nothing would ever ask for more.
pub const RECORDS_A_RUN: usize = 1000;

/// After so many failures in a row, with nothing acknowledged between them, a person is needed.
const FAILURES: u32 = 5;

/// Gives items to a program, as JSON Lines: each at least once.
pub struct ExecSink {
    command: ExecCommand,
    /// The stream that it is open for.
    stream: Option<StreamId>,
    is_open: bool,
    running: Option<Running>,
    pending: Pending,
    failures: u32,
    /// Where the last failure happened.
    failed_at: u64,
}

impl ExecSink {
    /// Runs `command`. Nothing is started before [`open`](Sink::open).
    #[must_use]
    pub fn new(command: ExecCommand) -> Self {
        Self {
            command,
            stream: None,
            is_open: false,
            running: None,
            pending: Pending::default(),
            failures: 0,
            failed_at: 0,
        }
    }

    fn running(&mut self) -> Result<&mut Running, ExecError> {
        if self.running.is_none() {
            let started = Running::start(&self.command);
            let program = self.command.name();
            self.running = Some(started.map_err(|source| ExecError::Start { program, source })?);
        }
        self.running.as_mut().ok_or(ExecError::NotOpen)
    }

    fn give(&mut self, lines: Vec<u8>) -> Result<(), ExecError> {
        if lines.is_empty() {
            return Ok(());
        }
        let timeout = self.command.timeout;
        let given = self.running()?.give(lines, timeout);
        self.take_acknowledgements();
        given.map_err(|trouble| self.explain(trouble))
    }

    /// By exit: ends the program where it has enough, or this is the end. By lines: waits until few records are out, and
    /// at the end for all.
    fn settle(&mut self, when: When) -> Result<(), ExecError> {
        if self.command.acknowledgement == Acknowledgement::Lines {
            self.take_acknowledgements();
            while self.pending.len() >= RECORDS_A_RUN {
                let timeout = self.command.timeout;
                let printed = self.running()?.wait_for_print(timeout);
                self.take_acknowledgements();
                printed.map_err(|trouble| self.explain(trouble))?;
            }
            return if when == When::Last { self.end_of_lines() } else { Ok(()) };
        }
        if when == When::Last || self.pending.len() >= RECORDS_A_RUN { self.end_of_input() } else { Ok(()) }
    }

    fn end_of_input(&mut self) -> Result<(), ExecError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        let status = running.end(self.command.timeout).map_err(|trouble| self.explain(trouble))?;
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        let (_, said) = running.end_of_it();
        let program = self.command.name();
        if self.pending.is_empty() {
            if !status.success() {
                tracing::warn!(program, %status, "the program failed; there was nothing for it to keep");
            }
        } else if !status.success() {
            return Err(ExecError::Failed { program, status, said });
        } else if !running
            .has_read_all()
            .map_err(|source| ExecError::Io { program: program.clone(), source })?
        {
            return Err(ExecError::LeftUnread { program, said });
        }
        self.pending.acknowledge_all();
        self.running = None;
        Ok(())
    }

    fn end_of_lines(&mut self) -> Result<(), ExecError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        let ended = running.end(self.command.timeout);
        self.take_acknowledgements();
        let status = ended.map_err(|trouble| self.explain(trouble))?;
        let program = self.command.name();
        if !self.pending.is_empty() {
            return Err(self.unacknowledged(status));
        }
        if !status.success() {
            tracing::warn!(program, %status, "the program failed, and had acknowledged everything");
        }
        self.running = None;
        Ok(())
    }

    fn unacknowledged(&self, status: std::process::ExitStatus) -> ExecError {
        let said = self.running.as_ref().and_then(|running| running.end_of_it().1);
        ExecError::Unacknowledged { program: self.command.name(), status, count: self.pending.len(), said }
    }

    fn take_acknowledgements(&mut self) {
        let Some(running) = self.running.as_mut() else { return };
        for line in running.printed() {
            if !self.pending.acknowledge(line.trim()) {
                let program = self.command.name();
                tracing::warn!(program, line, "the program printed what is no id that it was just given");
            }
        }
    }

    /// What went wrong with the running program, in words.
    fn explain(&self, trouble: Trouble) -> ExecError {
        let program = self.command.name();
        let (status, said) = self.running.as_ref().map(Running::end_of_it).unwrap_or_default();
        match (trouble, status) {
            (Trouble::Silent, _) => ExecError::Silent { program, after: self.command.timeout },
            (Trouble::Io(source), None) => ExecError::Io { program, source },
            (Trouble::Ended, None) => ExecError::NotOpen,
            (_, Some(status)) if !status.success() => ExecError::Failed { program, status, said },
            (_, Some(status)) if self.command.acknowledgement == Acknowledgement::Lines => {
                self.unacknowledged(status)
            }
            (_, Some(_)) => ExecError::LeftUnread { program, said },
        }
    }

    /// Ends the program. It is asked again later, unless that was tried often enough or can't help.
    fn fail(&mut self, error: ExecError) -> SinkError {
        self.running = None;
        self.is_open = false;
        if matches!(error, ExecError::Start { .. } | ExecError::NotOpen) {
            return SinkError::fatal(error);
        }
        if self.pending.n() > self.failed_at {
            self.failures = 0;
        }
        self.failures += 1;
        self.failed_at = self.pending.n();
        if self.failures >= FAILURES {
            let failures = std::mem::take(&mut self.failures);
            return SinkError::fatal(ExecError::GivenUp { failures, source: Box::new(error) });
        }
        SinkError::Unavailable(Duration::from_secs(4_u64.pow(self.failures - 1)), error.into())
    }

    fn while_open<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, ExecError>,
    ) -> Result<T, SinkError> {
        let done = if self.is_open { work(self) } else { Err(ExecError::NotOpen) };
        done.map_err(|error| self.fail(error))
    }
}

impl Sink for ExecSink {
    fn open(&mut self, stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        self.running = None;
        let known = known.map_or(0, |known| known.n);
        // What was acknowledged since the last checkpoint need not come again.
        let n = if self.stream.as_ref() == Some(stream) { known.max(self.pending.n()) } else { known };
        self.pending = Pending::at(n);
        self.stream = Some(stream.clone());
        self.is_open = true;
        // Started now, so that a program that is not there is known before the crawl begins.
        self.while_open(|sink| sink.running().map(drop))?;
        Ok(Position { n, token: Vec::new() })
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.while_open(|sink| {
            let mut lines = Vec::new();
            let mut rejected = Vec::new();
            for delivery in batch {
                match JsonLines.append(&mut lines, delivery) {
                    None => sink.pending.add(delivery),
                    Some(one) => {
                        sink.pending.pass_over(delivery);
                        rejected.push(one);
                    }
                }
            }
            sink.give(lines)?;
            Ok(rejected)
        })
    }

    fn checkpoint(&mut self, when: When) -> Result<Position, SinkError> {
        self.while_open(|sink| {
            sink.settle(when)?;
            Ok(Position { n: sink.pending.n(), token: Vec::new() })
        })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }
}
