use std::time::Duration;

use crate::Task;

/// How much work a caller can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// At most so many hosts.
    pub hosts: usize,
    /// At most so many tasks of each host.
    pub tasks_per_host: usize,
    /// How long the leases last unless they are extended. Each commit extends its lease.
    pub lease: Duration,
    /// What lies at least between two requests to one host: see [`HostClock::pace`](crate::HostClock::pace).
    pub pace: Duration,
}

impl Default for Want {
    /// One host, eight tasks, five minutes, no pace.
    fn default() -> Self {
        Self { hosts: 1, tasks_per_host: 8, lease: Duration::from_secs(300), pace: Duration::ZERO }
    }
}

/// The right to send requests to one host, until it is released or expires.
///
/// An expired lease stays good until another claims the host; from then on each use of the old one is refused as
/// [`Fenced`](crate::StoreError::Fenced) and changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLease {
    /// The host.
    pub host: String,
    /// Rises with each lease of the host.
    pub fence: u64,
    /// How long it lasts from the moment of its claim, its extension or its last commit.
    pub lasts: Duration,
}

/// A host that is due, with some of what is to be fetched from it.
#[derive(Clone, Debug, PartialEq)]
pub struct HostWork {
    /// The right to fetch it.
    pub lease: HostLease,
    /// By priority, then in the order in which they were found. Never empty.
    pub tasks: Vec<Task>,
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// Hosts that are due; never empty.
    Work(Vec<HostWork>),
    /// Nothing now, and why.
    Nothing(Idle),
}

/// Why there is nothing to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The sinks are behind: the outbox holds as many items as it may. Claim again when they have caught up.
    OutboxFull {
        /// Items in the outbox.
        length: u64,
        /// How many it may hold.
        limit: u64,
    },
    /// Something waits, but no host is due.
    Wait {
        /// The first host that becomes due, or whose lease expires.
        host: String,
        /// How long that takes.
        next_in: Duration,
        /// Hosts that are leased at present: a commit or release of theirs may bring work sooner.
        leased: u64,
    },
    /// No task waits. Hosts that are leased may still find some.
    Finished,
}
