use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};

use super::{Kept, SinkUnderTest};

/// What is wrong with a sink that the suite must catch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It holds the newest batch back until the next one comes, and after the last batch none comes.
    LosesLastBatch,
    /// It leaves what it finds behind the known position when it is opened, and takes the same items again.
    DoublesAfterOpen,
    /// Its position says that items are durable which it still holds in memory.
    AcknowledgesEarly,
}

/// An output in memory that lives on when its sink is dropped. Without a fault it keeps the contract.
#[derive(Clone, Debug)]
pub struct MemoryTarget {
    store: Arc<Mutex<Vec<Kept>>>,
    fault: Option<Fault>,
}

impl MemoryTarget {
    /// An empty output, whose sinks have this fault.
    #[must_use]
    pub fn new(fault: Option<Fault>) -> Self {
        Self { store: Arc::default(), fault }
    }
}

impl SinkUnderTest for MemoryTarget {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(MemorySink { target: self.clone(), buffer: Vec::new(), buffered_to: 0, stored_to: 0 })
    }

    fn read_back(&self) -> Vec<Kept> {
        stored(&self.store).clone()
    }
}

/// Writes to the store in pieces, as a file does: `write` stores all but the newest batch, `checkpoint` all. What a
/// position covers is the number of items in its token.
struct MemorySink {
    target: MemoryTarget,
    buffer: Vec<Kept>,
    buffered_to: u64,
    stored_to: u64,
}

impl MemorySink {
    fn flush(&mut self) {
        stored(&self.target.store).append(&mut self.buffer);
        self.stored_to = self.buffered_to;
    }

    fn position(&self, n: u64) -> Position {
        Position { n, token: stored(&self.target.store).len().to_string().into_bytes() }
    }
}

impl Sink for MemorySink {
    fn open(&mut self, _stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        let (n, length) = match known {
            Some(known) => (known.n, length(known)?),
            None => (0, 0),
        };
        let mut store = stored(&self.target.store);
        if store.len() < length {
            return Err(SinkError::fatal("the output is shorter than it was"));
        }
        if self.target.fault != Some(Fault::DoublesAfterOpen) {
            store.truncate(length);
        }
        drop(store);
        (self.buffered_to, self.stored_to) = (n, n);
        Ok(self.position(n))
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        let Some(last) = batch.last() else { return Ok(Vec::new()) };
        self.flush();
        self.buffer
            .extend(batch.iter().map(|delivery| (delivery.item.id().clone(), delivery.item.revision())));
        self.buffered_to = last.n;
        Ok(Vec::new())
    }

    fn checkpoint(&mut self, when: When) -> Result<Position, SinkError> {
        match (self.target.fault, when) {
            // In the course of a run it only lags, as it may. At its end it should flush.
            (Some(Fault::LosesLastBatch), When::Now) => Ok(self.position(self.stored_to)),
            (Some(Fault::LosesLastBatch), When::Last) | (Some(Fault::AcknowledgesEarly), When::Now) => {
                Ok(self.position(self.buffered_to))
            }
            _ => {
                self.flush();
                Ok(self.position(self.stored_to))
            }
        }
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

fn stored(store: &Mutex<Vec<Kept>>) -> MutexGuard<'_, Vec<Kept>> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

fn length(position: &Position) -> Result<usize, SinkError> {
    let text = std::str::from_utf8(&position.token).map_err(SinkError::fatal)?;
    text.parse().map_err(SinkError::fatal)
}
