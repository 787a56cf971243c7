use std::time::Duration;

use crate::{Purpose, TaskState};

/// Where a crawl stands, in numbers. Asking costs a few rows, however large the crawl.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// One entry for each purpose and state that has tasks, in the order of purposes and states.
    pub tasks: Vec<TaskCount>,
    /// Records by what they are now.
    pub records: RecordCounts,
    /// Items that ever went into the outbox.
    pub emitted: u64,
    /// Items in the outbox.
    pub outbox: u64,
    /// Items that sinks refused.
    pub dead_letters: u64,
    /// Hosts that were ever seen.
    pub hosts: u64,
    /// Hosts that are leased.
    pub leased_hosts: u64,
    /// The round, from 1.
    pub round: u32,
}

impl Stats {
    /// How many tasks of a purpose are in a state.
    #[must_use]
    pub fn count(&self, purpose: Purpose, state: TaskState) -> u64 {
        self.sum(|entry| entry.purpose == purpose && entry.state == state)
    }

    /// How many tasks are still to be fetched.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.sum(|entry| entry.state.is_open())
    }

    /// How many tasks are in a state, whatever their purpose.
    #[must_use]
    pub fn in_state(&self, state: TaskState) -> u64 {
        self.sum(|entry| entry.state == state)
    }

    fn sum(&self, matches: impl Fn(&TaskCount) -> bool) -> u64 {
        self.tasks.iter().filter(|entry| matches(entry)).map(|entry| entry.count).sum()
    }
}

/// How many tasks of one purpose are in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskCount {
    /// The purpose.
    pub purpose: Purpose,
    /// The state.
    pub state: TaskState,
    /// How many, at least 1.
    pub count: u64,
}

/// Records by what they are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// With every required field.
    pub whole: u64,
    /// Without some required field.
    pub incomplete: u64,
    /// Whose page is gone.
    pub removed: u64,
}

/// A host that something waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStatus {
    /// Its name.
    pub host: String,
    /// Tasks that wait, without those that were put off.
    pub waiting: u64,
    /// When it is due: zero, where it is due now or somebody works on it.
    pub due_in: Duration,
    /// Whether it asked for silence, which `due_in` then is the rest of.
    pub silent: bool,
}

/// Why tasks were given up or skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Failed or skipped.
    pub state: TaskState,
    /// Their purpose.
    pub purpose: Purpose,
    /// For people.
    pub reason: String,
    /// How many tasks have it.
    pub count: u64,
    /// The URL of the first of them.
    pub example: String,
}
