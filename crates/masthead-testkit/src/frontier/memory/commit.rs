use std::time::Duration;

use masthead_frontier::{
    Done, Emitted, HostClock, HostLease, Outcome, Purpose, StoreError, TaskId, TaskState, Validators,
    content_hash,
};
use masthead_record::Item;

use super::state::{HostRow, RecordRow, RecordState, State, TaskRow};

impl State {
    pub(super) fn commit(
        &mut self,
        lease: &HostLease,
        done: Vec<Done>,
        clock: HostClock,
    ) -> Result<Vec<Emitted>, StoreError> {
        let (now, round) = (self.now, self.round);
        self.held(lease)?;
        let mut emitted = Vec::new();
        for page in done {
            let purpose = self.settle(lease, &page)?;
            if page.outcome == Outcome::NotModified {
                let mine = self.records.values_mut().filter(|known| known.task == page.task);
                mine.for_each(|known| known.round = round);
                if purpose.names_articles() {
                    self.renew_named_by(page.task);
                }
            }
            for item in page.items {
                emitted.extend(self.emit(page.task, item)?);
            }
            for found in &page.found {
                self.add(found, purpose.names_articles());
            }
            if let Some(robots) = page.robots {
                self.robots.insert(robots.origin.clone(), (robots, now));
            }
        }
        let host = self.held(lease)?;
        set_clock(host, clock, now);
        host.leased_until = Some(now.saturating_add(lease.lasts));
        host.settle();
        Ok(emitted)
    }

    pub(super) fn release(&mut self, lease: &HostLease, clock: HostClock) -> Result<(), StoreError> {
        let now = self.now;
        let host = self.held(lease)?;
        set_clock(host, clock, now);
        host.leased_until = None;
        host.settle();
        Ok(())
    }

    fn settle(&mut self, lease: &HostLease, page: &Done) -> Result<Purpose, StoreError> {
        let now = self.now;
        let open =
            |row: &&mut TaskRow| row.task.id == page.task && row.host == lease.host && row.state.is_open();
        let not_waiting = || StoreError::NotWaiting { task: page.task.0, host: lease.host.clone() };
        let row = self.tasks.iter_mut().find(open).ok_or_else(not_waiting)?;
        row.state = match &page.outcome {
            Outcome::Failed { retry_in: Some(wait), .. } => {
                row.not_before = now.saturating_add(*wait);
                row.task.attempts += 1;
                TaskState::Delayed
            }
            Outcome::Failed { .. } => TaskState::Failed,
            Outcome::Skipped { .. } => TaskState::Skipped,
            Outcome::Gone { .. } => TaskState::Gone,
            _ => TaskState::Done,
        };
        match &page.outcome {
            Outcome::Fetched { validators, .. } => row.validators = validators.clone(),
            Outcome::Gone { .. } => row.validators = Validators::default(),
            Outcome::Failed { reason, .. } | Outcome::Skipped { reason } => row.reason.clone_from(reason),
            _ => {}
        }
        row.looked_at |= matches!(row.state, TaskState::Done | TaskState::Gone);
        Ok(row.task.purpose)
    }

    fn emit(&mut self, task: TaskId, mut item: Item) -> Result<Option<Emitted>, StoreError> {
        let round = self.round;
        let (url, state, hash) = match &item {
            Item::Record(record) => {
                let whole = !record.is_incomplete();
                let state = if whole { RecordState::Whole } else { RecordState::Incomplete };
                (record.url.clone(), state, content_hash(record)?.to_vec())
            }
            Item::Removed(removed) => (removed.url.clone(), RecordState::Removed, Vec::new()),
            _ => return Ok(None),
        };
        let known = self.records.get(item.id());
        if known.is_none() && state == RecordState::Removed {
            return Ok(None);
        }
        let completes =
            state == RecordState::Whole && known.is_some_and(|known| known.state != RecordState::Whole);
        if known.is_some_and(|known| known.round == round && known.task != task) && !completes {
            return Ok(None);
        }
        let changed = known.is_none_or(|known| (known.state, &known.hash) != (state, &hash));
        let revision = known.map_or(0, |known| known.revision) + u32::from(changed);
        self.records.insert(item.id().clone(), RecordRow { url, revision, state, hash, task, round });
        if !changed {
            return Ok(None);
        }
        match &mut item {
            Item::Record(record) => record.revision = revision,
            Item::Removed(removed) => removed.revision = revision,
            _ => {}
        }
        self.last += 1;
        let (n, id, incomplete) = (self.last, item.id().clone(), item.is_incomplete());
        self.outbox.insert(n, item);
        Ok(Some(Emitted { n, id, revision, incomplete }))
    }
}

fn set_clock(host: &mut HostRow, clock: HostClock, now: Duration) {
    host.next_at = now.saturating_add(clock.next_in);
    host.pace = clock.pace;
    if let Some(wait) = clock.blocked_for {
        host.blocked_until = now.saturating_add(wait);
    }
}
