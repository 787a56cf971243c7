use std::fmt;

/// A clause of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Check {
    /// `open`, `write` and `checkpoint` succeed where nothing is wrong, after a crash too.
    Works,
    /// At the end of a run, after the last checkpoint, every item is in the output.
    Complete,
    /// No item is in the output twice, where the sink promises that; and none that was never delivered.
    Once,
    /// Items stand in the order of their numbers.
    Order,
    /// What a position covers is in the output, whatever happens after it was returned.
    Durable,
    /// A position never lies past the last item that was written, nor before one that was saved.
    Position,
    /// A position that the output can't hold is refused, and the output is left as it is.
    Refusal,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Works => "works",
            Self::Complete => "complete",
            Self::Once => "once",
            Self::Order => "order",
            Self::Durable => "durable",
            Self::Position => "position",
            Self::Refusal => "refusal",
        })
    }
}

/// A clause that a sink broke, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// In which part of the suite.
    pub scenario: &'static str,
    /// The clause.
    pub check: Check,
    /// What was found, and the steps that led there.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]: {}", self.check, self.scenario, self.detail)
    }
}
