use masthead_record::{RecordId, Sink};

/// What identifies an item in an output: its record's id and its revision.
pub type Kept = (RecordId, u32);

/// Which revisions of a record an output holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeps {
    /// Each, one after the other, in the order of delivery (files).
    #[default]
    EveryRevision,
    /// The latest, in any order (databases that upsert).
    LatestRevision,
}

/// One output, empty at first, and how to look at it from outside.
pub trait SinkUnderTest {
    /// A new sink on this output, not open yet: what the next process would make.
    fn sink(&self) -> Box<dyn Sink>;

    /// The items that are durably there, in the output's order, twice where they are there twice. Half an item at the
    /// end, which a crash left, is none. Called only while no sink is open.
    fn read_back(&self) -> Vec<Kept>;

    /// Which revisions of a record it holds.
    fn keeps(&self) -> Keeps {
        Keeps::EveryRevision
    }

    /// The output's length in bytes, where it is one file that grows. Called also while a sink is open.
    fn length(&self) -> Option<u64> {
        None
    }

    /// Cuts the output to `length` bytes, as a crash does that tears the last write. Only called with a length that
    /// is not below that of the last saved position, and only where [`length`](Self::length) gives one.
    fn tear(&self, _length: u64) {}
}
