use std::collections::BTreeMap;
use std::time::Duration;

use masthead_frontier::{
    Claimed, Discovered, HostLease, HostStatus, HostWork, Identity, Idle, KeptSample, LookAgain, Previous,
    Purpose, RecordCounts, Robots, RunKind, RunStart, Stats, StoreError, Task, TaskCount, TaskId, TaskState,
    Validators, Want,
};
use masthead_record::{Item, Position, RecordId};
use serde_json::Value;

#[derive(Clone)]
pub(super) struct TaskRow {
    pub(super) task: Task,
    pub(super) host: String,
    pub(super) state: TaskState,
    pub(super) round: u32,
    pub(super) not_before: Duration,
    pub(super) reason: String,
    pub(super) validators: Validators,
    pub(super) looked_at: bool,
}

#[derive(Clone, Default)]
pub(super) struct HostRow {
    pub(super) name: String,
    pub(super) fence: u64,
    /// The end of the lease, while there is one.
    pub(super) leased_until: Option<Duration>,
    pub(super) next_at: Duration,
    pub(super) blocked_until: Duration,
    pub(super) pace: Duration,
    /// What hosts are ordered by: stays as it was set when the clock or the lease changed last.
    pub(super) due_at: Duration,
}

impl HostRow {
    pub(super) fn settle(&mut self) {
        self.due_at = self.next_at.max(self.blocked_until).max(self.leased_until.unwrap_or_default());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordState {
    Whole,
    Incomplete,
    Removed,
}

#[derive(Clone)]
pub(super) struct RecordRow {
    pub(super) url: String,
    pub(super) revision: u32,
    pub(super) state: RecordState,
    pub(super) hash: Vec<u8>,
    pub(super) task: TaskId,
    pub(super) round: u32,
}

/// All that a store knows. Each call works on a copy, which takes the original's place where the call succeeds: all
/// or nothing in its plainest form, and fit for small crawls only.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) now: Duration,
    pub(super) ahead: Duration,
    pub(super) round: u32,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) hosts: Vec<HostRow>,
    pub(super) records: BTreeMap<RecordId, RecordRow>,
    pub(super) robots: BTreeMap<String, (Robots, Duration)>,
    pub(super) meta: BTreeMap<String, String>,
    pub(super) identity: Option<Identity>,
    pub(super) stream: u64,
    pub(super) outbox: BTreeMap<u64, Item>,
    pub(super) last: u64,
    pub(super) pruned: u64,
    pub(super) cursors: BTreeMap<String, Position>,
    pub(super) dead: BTreeMap<(String, u64), (String, Option<Item>)>,
    pub(super) observations: BTreeMap<(Duration, String), u64>,
    /// In the order of their times.
    pub(super) samples: Vec<KeptSample>,
}

impl State {
    pub(super) fn bind(&mut self, given: &Identity) -> Result<(), StoreError> {
        let stored = self.identity.get_or_insert_with(|| given.clone());
        let what = if stored.profile != given.profile {
            "profile"
        } else if stored.mode != given.mode {
            "mode"
        } else if stored.outputs.iter().any(|path| !given.outputs.contains(path)) {
            "file output"
        } else {
            stored.outputs.clone_from(&given.outputs);
            return Ok(());
        };
        Err(StoreError::Mismatch { what, stored: format!("{stored:?}"), given: format!("{given:?}") })
    }

    pub(super) fn begin_run(&mut self, again: LookAgain) -> RunStart {
        let open = |row: &&TaskRow| row.state.is_open();
        let waiting = self.tasks.iter().filter(open).count() as u64;
        if self.tasks.is_empty() {
            return RunStart { kind: RunKind::First, round: self.round, waiting };
        }
        let held_up = self.tasks.iter().any(|row| match row.state {
            TaskState::Delayed => row.not_before <= self.now,
            state => state == TaskState::Waiting,
        });
        if held_up || again == LookAgain::Never {
            return RunStart { kind: RunKind::GoesOn, round: self.round, waiting };
        }
        self.round += 1;
        let looked_at =
            |row: &&mut TaskRow| row.task.purpose.names_articles() && row.state != TaskState::Delayed;
        for row in self.tasks.iter_mut().filter(looked_at) {
            row.state = TaskState::Waiting;
            row.round = self.round;
            row.task.attempts = 0;
        }
        let waiting = self.tasks.iter().filter(open).count() as u64;
        RunStart { kind: RunKind::LooksAgain, round: self.round, waiting }
    }

    /// Adds one URL and says whether it is due by it.
    pub(super) fn add(&mut self, found: &Discovered, renews: bool) -> bool {
        let round = self.round;
        let same = |row: &&mut TaskRow| row.task.key == found.key && row.task.purpose == found.purpose;
        let Some(row) = self.tasks.iter_mut().find(same) else {
            self.insert(found);
            return true;
        };
        let depth = row.task.depth.min(found.depth);
        if row.state.is_open() {
            row.task.depth = depth;
            merge(&mut row.task.witnesses, &found.witnesses);
            return false;
        }
        let due = found.again || (renews && row.round < round);
        if !due {
            return false;
        }
        row.state = TaskState::Waiting;
        row.round = round;
        row.task.attempts = 0;
        row.task.depth = depth;
        row.task.url.clone_from(&found.url);
        row.task.priority = found.priority;
        if found.referrer.is_some() {
            row.task.referrer.clone_from(&found.referrer);
        }
        if !found.witnesses.is_null() {
            row.task.witnesses = found.witnesses.clone();
        }
        true
    }

    pub(super) fn renew_named_by(&mut self, page: TaskId) {
        let round = self.round;
        let Some(url) = self.tasks.iter().find(|row| row.task.id == page).map(|row| row.task.url.clone())
        else {
            return;
        };
        let named = |row: &&mut TaskRow| {
            row.task.referrer.as_ref() == Some(&url)
                && row.round < round
                && !row.state.is_open()
                && row.task.purpose != Purpose::Robots
        };
        for row in self.tasks.iter_mut().filter(named) {
            row.state = TaskState::Waiting;
            row.round = round;
            row.task.attempts = 0;
        }
    }

    fn insert(&mut self, found: &Discovered) {
        if !self.hosts.iter().any(|host| host.name == found.host) {
            self.hosts.push(HostRow { name: found.host.clone(), ..HostRow::default() });
        }
        let task = Task {
            id: TaskId(i64::try_from(self.tasks.len() + 1).unwrap_or(i64::MAX)),
            url: found.url.clone(),
            key: found.key.clone(),
            purpose: found.purpose,
            priority: found.priority,
            depth: found.depth,
            referrer: found.referrer.clone(),
            attempts: 0,
            witnesses: found.witnesses.clone(),
            previous: None,
        };
        self.tasks.push(TaskRow {
            task,
            host: found.host.clone(),
            state: TaskState::Waiting,
            round: self.round,
            not_before: Duration::ZERO,
            reason: String::new(),
            validators: Validators::default(),
            looked_at: false,
        });
    }

    pub(super) fn claim(&mut self, want: &Want, limit: u64) -> Claimed {
        let length = self.outbox.len() as u64;
        if length >= limit {
            return Claimed::Nothing(Idle::OutboxFull { length, limit });
        }
        let now = self.now;
        for row in &mut self.tasks {
            if row.state == TaskState::Delayed && row.not_before <= now {
                row.state = TaskState::Waiting;
            }
        }
        let mut due: Vec<(Duration, usize)> = self.waiting_hosts().filter(|(at, _)| *at <= now).collect();
        due.sort();
        let work: Vec<HostWork> =
            due.into_iter().take(want.hosts.max(1)).filter_map(|(_, host)| self.lease(host, want)).collect();
        if work.is_empty() { Claimed::Nothing(self.idle()) } else { Claimed::Work(work) }
    }

    fn waiting_hosts(&self) -> impl Iterator<Item = (Duration, usize)> {
        let waits = |host: &HostRow| {
            self.tasks.iter().any(|row| row.state == TaskState::Waiting && row.host == host.name)
        };
        self.hosts.iter().enumerate().filter(move |(_, host)| waits(host)).map(|(at, host)| (host.due_at, at))
    }

    fn lease(&mut self, host: usize, want: &Want) -> Option<HostWork> {
        let now = self.now;
        let row = self.hosts.get_mut(host)?;
        row.fence += 1;
        row.leased_until = Some(now.saturating_add(want.lease));
        row.pace = row.pace.max(want.pace);
        row.settle();
        let lease = HostLease { host: row.name.clone(), fence: row.fence, lasts: want.lease };
        let mut tasks: Vec<Task> = self
            .tasks
            .iter()
            .filter(|row| row.state == TaskState::Waiting && row.host == lease.host)
            .map(|row| Task { previous: self.previous(row), ..row.task.clone() })
            .collect();
        tasks.sort_by_key(|task| (task.priority, task.id));
        tasks.truncate(want.tasks_per_host.max(1));
        Some(HostWork { lease, tasks })
    }

    fn previous(&self, row: &TaskRow) -> Option<Previous> {
        let records = self.records.iter();
        let mine =
            records.filter(|(_, known)| known.task == row.task.id && known.state != RecordState::Removed);
        let mine: Vec<_> = mine.collect();
        let incomplete = mine.iter().any(|(_, known)| known.state == RecordState::Incomplete);
        let records = mine.into_iter().map(|(id, known)| (id.clone(), known.url.clone())).collect();
        row.looked_at.then(|| Previous { validators: row.validators.clone(), records, incomplete })
    }

    fn idle(&self) -> Idle {
        let name = |at: usize| self.hosts.get(at).map(|host| host.name.clone()).unwrap_or_default();
        let host = self.waiting_hosts().min().map(|(due, at)| (due, name(at)));
        let delayed = self.tasks.iter().filter(|row| row.state == TaskState::Delayed);
        let retry = delayed
            .min_by_key(|row| (row.not_before, row.task.id))
            .map(|row| (row.not_before, row.host.clone()));
        match [host, retry].into_iter().flatten().min() {
            Some((at, host)) => {
                Idle::Wait { host, next_in: at.saturating_sub(self.now), leased: self.leased_hosts() }
            }
            None => Idle::Finished,
        }
    }

    fn leased_hosts(&self) -> u64 {
        self.hosts.iter().filter(|host| host.leased_until.is_some()).count() as u64
    }

    pub(super) fn held(&mut self, lease: &HostLease) -> Result<&mut HostRow, StoreError> {
        let holds = |host: &&mut HostRow| {
            host.name == lease.host && host.fence == lease.fence && host.leased_until.is_some()
        };
        self.hosts.iter_mut().find(holds).ok_or_else(|| StoreError::Fenced { host: lease.host.clone() })
    }

    pub(super) fn hosts(&self, now: Duration, max: usize) -> Vec<HostStatus> {
        let status = |host: &HostRow| HostStatus {
            host: host.name.clone(),
            waiting: self
                .tasks
                .iter()
                .filter(|row| row.state == TaskState::Waiting && row.host == host.name)
                .count() as u64,
            due_in: match host.leased_until {
                Some(_) => Duration::ZERO,
                None => host.due_at.saturating_sub(now),
            },
            silent: host.blocked_until > now,
        };
        let mut found: Vec<HostStatus> =
            self.hosts.iter().map(status).filter(|host| host.waiting > 0).collect();
        found.sort_by_key(|host| std::cmp::Reverse(host.waiting));
        found.truncate(max);
        found
    }

    pub(super) fn stats(&self) -> Stats {
        let count = |purpose: Purpose, state: TaskState| TaskCount {
            purpose,
            state,
            count: self.tasks.iter().filter(|row| row.task.purpose == purpose && row.state == state).count()
                as u64,
        };
        let records = |state| self.records.values().filter(|known| known.state == state).count() as u64;
        let pairs = Purpose::ALL.into_iter().flat_map(|purpose| TaskState::ALL.map(|state| (purpose, state)));
        Stats {
            tasks: pairs
                .map(|(purpose, state)| count(purpose, state))
                .filter(|entry| entry.count > 0)
                .collect(),
            records: RecordCounts {
                whole: records(RecordState::Whole),
                incomplete: records(RecordState::Incomplete),
                removed: records(RecordState::Removed),
            },
            emitted: self.last,
            outbox: self.outbox.len() as u64,
            dead_letters: self.dead.len() as u64,
            hosts: self.hosts.len() as u64,
            leased_hosts: self.leased_hosts(),
            round: self.round,
        }
    }
}

fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (old @ Value::Null, new) => *old = new.clone(),
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                match old.get_mut(name) {
                    Some(known) => merge(known, value),
                    None => drop(old.insert(name.clone(), value.clone())),
                }
            }
        }
        _ => {}
    }
}
