//! What a crawl remembers of the pages that it read, so that a change of the site can be told from its own past.

use std::time::Duration;

/// Counts and samples of pages, handed over together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What was counted, in the order in which it was seen.
    pub observations: Vec<Observation>,
    /// Pages that are worth keeping.
    pub samples: Vec<Sample>,
}

/// Something that was seen so many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// How long ago. Only durations cross: the store's clock rules.
    pub ago: Duration,
    /// What it was, in the caller's words.
    pub key: String,
    /// How many times, at least 1.
    pub n: u64,
}

/// A count as the store keeps it: of one moment, or, when it has grown old, of an hour or a day (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// When, since 1970; for an hour or a day its beginning.
    pub at: Duration,
    /// What it was.
    pub key: String,
    /// How many times.
    pub n: u64,
}

/// A page's text, kept so that a rule can be mended by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How long ago it was read.
    pub ago: Duration,
    /// Its URL: the store keeps one sample of each.
    pub url: String,
    /// Which pages it is like; each group has places of its own.
    pub group: String,
    /// Whether nothing was wrong with it.
    pub good: bool,
    /// What was read from it, in the caller's words.
    pub said: String,
    /// The text, compressed by the caller. One of more than [`Sample::MOST_BYTES`] is not kept.
    pub text: Vec<u8>,
}

impl Sample {
    /// The largest text that is kept, in bytes as they are handed over.
    pub const MOST_BYTES: usize = 2 << 20;
    /// How many samples of a group are kept where nothing is wrong with them.
    pub const MOST_GOOD: usize = 5;
    /// How many are kept of the others.
    pub const MOST_BAD: usize = 40;
    /// All texts together, in bytes.
    pub const MOST_BYTES_TOGETHER: usize = 20 << 20;

    /// How many samples of its kind are kept in a group.
    #[must_use]
    pub fn most(&self) -> usize {
        if self.good { Self::MOST_GOOD } else { Self::MOST_BAD }
    }
}

/// A sample as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSample {
    /// When the page was read, since 1970.
    pub at: Duration,
    /// Its URL.
    pub url: String,
    /// Which pages it is like.
    pub group: String,
    /// Whether nothing was wrong with it.
    pub good: bool,
    /// What was read from it.
    pub said: String,
    /// The text, as it was handed over.
    pub text: Vec<u8>,
}

/// How counts grow coarse with age: from that age on, they are of spans of that length.
pub const SPANS: [(Duration, Duration); 2] = [
    (Duration::from_secs(2 * 60 * 60), Duration::from_secs(60 * 60)),
    (Duration::from_secs(2 * 24 * 60 * 60), Duration::from_secs(24 * 60 * 60)),
];
