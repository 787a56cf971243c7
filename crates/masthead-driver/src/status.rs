use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use masthead_frontier::{CrawlMode, SqliteStore, TaskState};
use serde::Serialize;

use crate::job::JobError;
use crate::report::Total;

/// Where a crawl stands, seen from outside: also while it runs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The folder of its state.
    pub state: PathBuf,
    /// The profile's name; absent where no crawl has begun.
    pub profile: Option<String>,
    /// Where its pages come from.
    pub mode: Option<CrawlMode>,
    /// The files that it writes.
    pub outputs: Vec<PathBuf>,
    /// The round, from 1.
    pub round: u32,
    /// Whether nothing waits.
    pub finished: bool,
    /// Tasks by purpose and state.
    pub tasks: Vec<TaskStatus>,
    /// What the crawl has come to.
    pub records: Total,
    /// Items that ever went to the outputs.
    pub emitted: u64,
    /// Items that some output has not confirmed.
    pub undelivered: u64,
    /// Items that outputs refused.
    pub dead_letters: u64,
    /// Hosts that somebody works on, or worked on when the process died.
    pub hosts_at_work: u64,
    /// The hosts for which the most waits, at most 20.
    pub hosts: Vec<HostWaits>,
    /// Why pages were given up or left out, the commonest first.
    pub reasons: Vec<ReasonStatus>,
}

/// What waits for one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostWaits {
    /// Its name.
    pub host: String,
    /// Pages that wait, without those that were put off.
    pub waiting: u64,
    /// In how many seconds it may be asked again.
    pub due_in: u64,
    /// Whether it asked to be left alone.
    pub silent: bool,
}

/// How many tasks of one purpose are in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskStatus {
    /// `article`, `list`, …
    pub purpose: &'static str,
    /// `waiting`, `done`, …
    pub state: &'static str,
    /// How many.
    pub count: u64,
}

/// Why pages were given up or left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonStatus {
    /// `failed` or `skipped`.
    pub state: &'static str,
    /// The reason.
    pub reason: String,
    /// How many pages.
    pub count: u64,
    /// The first of them.
    pub example: String,
}

/// Whether a folder holds a crawl's state.
#[must_use]
pub fn is_state(folder: &Path) -> bool {
    SqliteStore::exists(folder)
}

/// Looks at the state in a folder, and changes nothing.
///
/// # Errors
/// Where there is no state, or it can't be read.
pub fn status(folder: &Path) -> anyhow::Result<Status> {
    if !SqliteStore::exists(folder) {
        return Err(JobError::NoState { folder: folder.to_owned() }.into());
    }
    let glimpse = SqliteStore::glimpse(folder)
        .with_context(|| format!("can't look at the state {}", folder.display()))?;
    let stats = &glimpse.stats;
    let tasks = stats.tasks.iter().map(|entry| TaskStatus {
        purpose: entry.purpose.as_str(),
        state: entry.state.as_str(),
        count: entry.count,
    });
    let reasons = glimpse.reasons.iter().map(|reason| ReasonStatus {
        state: reason.state.as_str(),
        reason: reason.reason.clone(),
        count: reason.count,
        example: reason.example.clone(),
    });
    let hosts = glimpse.hosts.iter().map(|host| HostWaits {
        host: host.host.clone(),
        waiting: host.waiting,
        due_in: host.due_in.as_secs(),
        silent: host.silent,
    });
    let records = stats.records;
    Ok(Status {
        state: folder.to_owned(),
        profile: glimpse.identity.as_ref().map(|identity| identity.profile.clone()),
        mode: glimpse.identity.as_ref().map(|identity| identity.mode),
        outputs: glimpse.identity.map(|identity| identity.outputs).unwrap_or_default(),
        round: stats.round,
        finished: stats.waiting() == 0 && !stats.tasks.is_empty(),
        tasks: tasks.collect(),
        records: Total {
            whole: records.whole,
            incomplete: records.incomplete,
            removed: records.removed,
            failed: stats.in_state(TaskState::Failed),
        },
        emitted: stats.emitted,
        undelivered: stats.outbox,
        dead_letters: stats.dead_letters,
        hosts_at_work: stats.leased_hosts,
        hosts: hosts.collect(),
        reasons: reasons.collect(),
    })
}

impl Status {
    /// How many tasks are in a state.
    #[must_use]
    pub fn tasks_in(&self, state: TaskState) -> u64 {
        self.tasks.iter().filter(|entry| entry.state == state.as_str()).map(|entry| entry.count).sum()
    }
}

impl Display for Status {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.profile.as_deref().unwrap_or("no crawl yet");
        let mode = self.mode.map(|mode| format!(" ({mode})")).unwrap_or_default();
        let stands = if self.finished { "finished" } else { "unfinished" };
        writeln!(f, "{name}{mode}: {stands}, round {}", self.round)?;
        let line = |f: &mut Formatter<'_>, what: &str, text: &dyn Display| writeln!(f, "  {what:<14} {text}");
        line(f, "state", &self.state.display())?;
        for output in &self.outputs {
            line(f, "output", &output.display())?;
        }
        for entry in &self.tasks {
            line(f, entry.purpose, &format_args!("{} {}", entry.count, entry.state))?;
        }
        let records = &self.records;
        let counts = format!(
            "{} whole, {} incomplete, {} removed",
            records.whole, records.incomplete, records.removed
        );
        line(f, "records", &counts)?;
        line(f, "undelivered", &self.undelivered)?;
        if self.dead_letters > 0 {
            line(f, "refused", &self.dead_letters)?;
        }
        for host in &self.hosts {
            let silence =
                if host.silent { format!(", left alone for {} s", host.due_in) } else { String::new() };
            line(f, "waiting", &format_args!("{} for {}{silence}", host.waiting, host.host))?;
        }
        for reason in &self.reasons {
            line(
                f,
                reason.state,
                &format_args!("{} × {} ({})", reason.count, reason.reason, reason.example),
            )?;
        }
        Ok(())
    }
}
