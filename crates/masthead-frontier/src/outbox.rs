use std::time::Duration;

use masthead_record::{Delivery, Position, Rejected, StreamId};

use crate::StoreError;

/// The items that were committed and not yet delivered to every sink. Blocking: the sinks' threads use it.
///
/// Numbers rise in the order of commits and are never used again, whatever was pruned. Each sink has a cursor;
/// delivered means that no cursor is below the item's number.
pub trait Outbox: Send + Sync {
    /// The name of the present sequence of numbers.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn stream(&self) -> Result<StreamId, StoreError>;

    /// Begins another stream and returns its name: a sink is ahead of the store, so the state is older than the
    /// output. Items, numbers and cursors stay.
    ///
    /// # Errors
    /// Where the store can't be written.
    fn new_stream(&self) -> Result<StreamId, StoreError>;

    /// Which numbers there are. A sink whose position is past `last` is ahead of the store; one before `pruned` has
    /// lost items that the store has no more.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn bounds(&self) -> Result<Bounds, StoreError>;

    /// Makes a sink known. One that is known keeps its cursor; a new one starts at the present end, and gets nothing
    /// of what was committed before: say so to the person.
    ///
    /// # Errors
    /// Where the store can't be written.
    fn register(&self, sink: &str) -> Result<Registered, StoreError>;

    /// Forgets a sink that will not come back: items no longer wait for it. Its dead letters stay.
    ///
    /// # Errors
    /// [`StoreError::UnknownSink`].
    fn forget(&self, sink: &str) -> Result<(), StoreError>;

    /// The registered sinks' names, sorted.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn sinks(&self) -> Result<Vec<String>, StoreError>;

    /// Items past number `after`, in order: at most `max_items`, and no more than `max_bytes` of JSON, but at least one
    /// where there is one.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where an item isn't what this version wrote.
    fn read(&self, after: u64, max_items: usize, max_bytes: usize) -> Result<Vec<Delivery>, StoreError>;

    /// Where a sink stands; `None` for one that isn't registered.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn cursor(&self, sink: &str) -> Result<Option<Position>, StoreError>;

    /// Remembers where a sink stands. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::UnknownSink`].
    fn save_cursor(&self, sink: &str, position: &Position) -> Result<(), StoreError>;

    /// Forgets the items that every sink has, and returns how many. Without a registered sink nothing is forgotten.
    ///
    /// # Errors
    /// Where the store can't be written.
    fn prune(&self) -> Result<u64, StoreError>;

    /// How many items the outbox holds.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn len(&self) -> Result<u64, StoreError>;

    /// Whether it holds none.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.len()? == 0)
    }

    /// Waits until an item past number `after` is committed, at most `timeout`. Returns whether there is one.
    fn wait(&self, after: u64, timeout: Duration) -> bool;

    /// Keeps items that a sink refused, with the reason. One that is kept already is not kept twice.
    ///
    /// # Errors
    /// Where the store can't be written.
    fn add_dead_letters(&self, sink: &str, rejected: &[Rejected]) -> Result<(), StoreError>;

    /// A sink's dead letters past number `after`, at most `max`.
    ///
    /// # Errors
    /// Where the store can't be read.
    fn dead_letters(&self, sink: &str, after: u64, max: usize) -> Result<Vec<DeadLetter>, StoreError>;
}

/// Which numbers an outbox has given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Everything up to here was pruned.
    pub pruned: u64,
    /// The highest number ever given; 0 before the first.
    pub last: u64,
}

/// How a sink is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Whether it was unknown until now.
    pub new: bool,
    /// Where it stands.
    pub position: Position,
}

/// An item that a sink refused.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The item's number.
    pub n: u64,
    /// Why it was refused.
    pub why: String,
    /// The item as JSON; absent where it was pruned before it was refused.
    pub item: Option<serde_json::Value>,
}
