use std::time::Duration;

use masthead_record::{Item, RecordId};
use serde::{Deserialize, Serialize};

use crate::{Discovered, TaskId, Validators};

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server answered with a page.
    Fetched {
        /// The status code.
        status: u16,
        /// Bytes of the body as they were decoded.
        bytes: u64,
        /// Kept for the next look.
        validators: Validators,
    },
    /// 304: what the last look gave still holds; its validators and records are kept. What a page that names articles
    /// has named before is due again.
    NotModified,
    /// 404 or 410. Where the page had given records, the driver may add [`Item::Removed`] for each.
    Gone {
        /// The status code.
        status: u16,
    },
    /// The request failed.
    Failed {
        /// For people.
        reason: String,
        /// Put off for so long; without it the task is given up.
        retry_in: Option<Duration>,
    },
    /// Not requested.
    Skipped {
        /// For people.
        reason: String,
    },
}

/// A task's outcome, and all that came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// Which task: one of the leased host's that waits.
    pub task: TaskId,
    /// What became of it.
    pub outcome: Outcome,
    /// The links to follow, on any host. A hop of a redirect to another host is one of them.
    pub found: Vec<Discovered>,
    /// What was read. The store sets each item's revision.
    pub items: Vec<Item>,
    /// What a task of purpose robots found out.
    pub robots: Option<Robots>,
}

impl Done {
    /// An outcome that nothing came of.
    #[must_use]
    pub fn new(task: TaskId, outcome: Outcome) -> Self {
        Self { task, outcome, found: Vec::new(), items: Vec::new(), robots: None }
    }
}

/// An item that went into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Its number.
    pub n: u64,
    /// Which record.
    pub id: RecordId,
    /// 1 for a new record.
    pub revision: u32,
    /// Whether a required field is missing.
    pub incomplete: bool,
}

/// When a host may be asked again, from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostClock {
    /// No request before so much time has passed.
    pub next_in: Duration,
    /// The host is silent for so long (Retry-After, 429, 503). `None` leaves a silence as it stands; zero ends it.
    pub blocked_for: Option<Duration>,
    /// What lies between two requests. A host that was leased when its process died was perhaps asked at that very
    /// moment: it is left alone for so long when the state is opened again.
    pub pace: Duration,
}

/// What a robots.txt (RFC 9309) says of one origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Robots {
    /// Whose rules these are: scheme, host and port (RFC 9309 §2.3), as one text.
    pub origin: String,
    /// What holds.
    pub rule: RobotsRule,
    /// The file's text where there is one. May be the last good copy of a file that is unreachable now.
    pub text: String,
}

/// What holds for an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotsRule {
    /// What its text says.
    Text,
    /// Everything is allowed: there is no such file (4xx).
    Everything,
    /// Nothing is allowed: the file is unreachable (5xx, 429, no answer).
    Nothing,
}

/// A robots.txt, as the store remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRobots {
    /// What it says.
    pub robots: Robots,
    /// How long ago it was committed.
    pub age: Duration,
}
