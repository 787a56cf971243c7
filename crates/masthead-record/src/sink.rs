use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Item;

/// Names one sequence of numbers of the outbox. A store that was lost and made anew begins another stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(pub String);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One item of the outbox with its number. Numbers rise in the order of commits; none is used twice.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The item's number in its stream.
    pub n: u64,
    /// The item.
    pub item: Arc<Item>,
}

/// Up to where a sink has everything durably.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The number of the last durable item; 0 before the first.
    pub n: u64,
    /// The sink's own note (a file, an offset, the hash of its tail). Nobody else reads it.
    pub token: Vec<u8>,
}

/// How urgent a checkpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In the course of things: a sink may seal less than it was given (an unfinished Parquet part).
    Now,
    /// The last of this run: everything that was written must become durable.
    Last,
}

/// What a sink promises when it is opened again after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// Every item is in the output once.
    ExactlyOnce,
    /// An item may come again; its id and revision say that it is the same.
    AtLeastOnce,
}

/// An item that a sink won't keep, and why: it becomes a dead letter and is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The item's number.
    pub n: u64,
    /// For people: what is wrong with it.
    pub why: String,
}

/// The error underneath a [`SinkError`].
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why a sink could not go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum SinkError {
    /// Gone for now: wait this long, open again, redeliver from the position. The path of a crash, without one.
    Unavailable(Duration, Cause),
    /// A person is needed. The crawl ends with exit code 3 and nothing is lost.
    Fatal(Cause),
}

impl SinkError {
    /// A fatal error.
    pub fn fatal(cause: impl Into<Cause>) -> Self {
        Self::Fatal(cause.into())
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable(..) => "the sink is not available",
            Self::Fatal(..) => "the sink failed",
        })
    }
}

impl Error for SinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(_, cause) | Self::Fatal(cause) => Some(cause.as_ref()),
        }
    }
}

/// A consumer of records. Blocking; each sink has a thread of its own behind a bounded queue.
///
/// # The protocol
/// [`open`](Sink::open) once, then any number of [`write`](Sink::write) and [`checkpoint`](Sink::checkpoint). The
/// driver remembers the position that `open` returned before the first `write`, and then each that `checkpoint` returns;
/// the next item that it writes is the first past the one that `open` returned. A sink that does its part in one step with its data (a file's offset, a row in the same
/// transaction) keeps every item exactly once over any crash.
pub trait Sink: Send {
    /// Undoes what lies past the last durable position and says where the sink stands. `known` is the driver's memory
    /// of that position; where the sink keeps its own, the sink decides.
    ///
    /// # Errors
    /// Where the output can't be opened, is in use, or isn't what this sink wrote: never cut a file that you don't
    /// recognise.
    fn open(&mut self, stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError>;

    /// Takes items, in order of their numbers, which may have gaps. May buffer. Returns the items that it won't keep.
    ///
    /// # Errors
    /// Where the whole batch could not be taken.
    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError>;

    /// Makes what was written durable and says up to where it is. May lag behind `write`.
    ///
    /// # Errors
    /// Where nothing more than the last position is known to be durable.
    fn checkpoint(&mut self, when: When) -> Result<Position, SinkError>;

    /// Takes back all that this stream wrote, for a crawl that begins afresh; called after [`open`](Sink::open) has proved
    /// what that is. `false`, the default: there is nothing else in the output, and its file is removed.
    ///
    /// # Errors
    /// Where the output can't be changed.
    fn erase(&mut self) -> Result<bool, SinkError> {
        Ok(false)
    }

    /// What this sink promises over crashes.
    fn guarantee(&self) -> Guarantee;
}
