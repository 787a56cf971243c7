use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where a crawl's pages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CrawlMode {
    /// The network.
    Live,
    /// The recorded pages that ship with the profile.
    Offline,
    /// WARC files.
    Archive,
}

impl fmt::Display for CrawlMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Offline => "offline",
            Self::Archive => "archive",
        })
    }
}

/// Which crawl a state belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The profile's name.
    pub profile: String,
    /// Where its pages come from.
    pub mode: CrawlMode,
    /// The absolute paths of the file outputs. A later run may have more of them, but none less.
    pub outputs: Vec<PathBuf>,
}

/// Whether a finished crawl looks again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LookAgain {
    /// Where nothing waits, pages that name articles become due again, and the articles when they are named again.
    #[default]
    WhenFinished,
    /// What has an outcome keeps it.
    Never,
}

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// The store was empty.
    First,
    /// Something waited, or nothing was to be looked at again.
    GoesOn,
    /// The crawl was finished and a new round began.
    LooksAgain,
}

/// How a run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunStart {
    /// What it is.
    pub kind: RunKind,
    /// The round, from 1.
    pub round: u32,
    /// How many tasks wait.
    pub waiting: u64,
}
