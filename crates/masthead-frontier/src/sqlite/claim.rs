use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::fault::Attempt;
use super::writer::{Moment, milliseconds};
use super::{number, records, stats, tasks};
use crate::{Claimed, HostLease, HostWork, Idle, StoreError, Task, Want};

/// Puts retries whose time has come among what waits. Bounded: a claim never moves all of a large crawl at once.
pub(super) const WAKE: &str = "UPDATE task SET state = 'waiting', not_before = NULL WHERE id IN
    (SELECT id FROM task WHERE state = 'delayed' AND not_before <= ?1 ORDER BY not_before, id LIMIT 1000)";
pub(super) const DUE: &str =
    "SELECT id, name, fence FROM host WHERE waiting > 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
pub(super) const FIRST_HOST: &str =
    "SELECT name, due_at FROM host WHERE waiting > 0 ORDER BY due_at, id LIMIT 1";
pub(super) const FIRST_RETRY: &str =
    "SELECT host.name, task.not_before FROM task JOIN host ON host.id = task.host
    WHERE task.state = 'delayed' ORDER BY task.not_before, task.id LIMIT 1";

/// The query for a host's tasks.
pub(super) fn waiting() -> String {
    format!(
        "SELECT {} FROM task WHERE host = ?1 AND state = 'waiting' ORDER BY priority, id LIMIT ?2",
        tasks::COLUMNS
    )
}

pub(super) fn claim(moment: &Moment<'_>, want: &Want, max_spool: u64) -> Attempt<Claimed> {
    let length = stats::tally(moment.sql, "outbox")?;
    if length >= max_spool {
        return Ok(Claimed::Nothing(Idle::OutboxFull { length, limit: max_spool }));
    }
    moment.sql.prepare_cached(WAKE)?.execute([moment.now])?;
    let mut work = Vec::new();
    for (id, host, fence) in due(moment, want.hosts)? {
        let tasks = host_tasks(moment, id, want.tasks_per_host)?;
        let mut lease = moment.sql.prepare_cached(
            "UPDATE host SET leased = 1, fence = ?2, due_at = max(?3, next_at, blocked_until), pace = max(pace, ?4)
             WHERE id = ?1",
        )?;
        let fence = fence + 1;
        lease.execute(params![id, fence, moment.after(want.lease), milliseconds(want.pace)])?;
        work.push(HostWork {
            lease: HostLease { host, fence: fence.unsigned_abs(), lasts: want.lease },
            tasks,
        });
    }
    if work.is_empty() { idle(moment).map(Claimed::Nothing) } else { Ok(Claimed::Work(work)) }
}

fn due(moment: &Moment<'_>, limit: usize) -> Attempt<Vec<(i64, String, i64)>> {
    let mut query = moment.sql.prepare_cached(DUE)?;
    let limit = number::limit(limit.max(1));
    let rows = query.query_map([moment.now, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn host_tasks(moment: &Moment<'_>, host: i64, limit: usize) -> Attempt<Vec<Task>> {
    let mut query = moment.sql.prepare_cached(&waiting())?;
    let limit = number::limit(limit.max(1));
    let mut rows = query.query([host, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut task = tasks::from_row(row)?;
        if let Some(previous) = &mut task.previous {
            records::of_task(moment, task.id, previous)?;
        }
        found.push(task);
    }
    Ok(found)
}

fn idle(moment: &Moment<'_>) -> Attempt<Idle> {
    let first = |query: &str| -> Attempt<Option<(i64, String)>> {
        let mut query = moment.sql.prepare_cached(query)?;
        Ok(query.query_row([], |row| Ok((row.get(1)?, row.get(0)?))).optional()?)
    };
    let next = [first(FIRST_HOST)?, first(FIRST_RETRY)?].into_iter().flatten().min();
    let Some((at, host)) = next else { return Ok(Idle::Finished) };
    let wait = u64::try_from(at.saturating_sub(moment.now)).unwrap_or_default();
    Ok(Idle::Wait { host, next_in: Duration::from_millis(wait), leased: stats::leased(moment.sql)? })
}

/// The leased host's number, where the lease still holds.
pub(super) fn holds(moment: &Moment<'_>, lease: &HostLease) -> Attempt<i64> {
    let mut query =
        moment.sql.prepare_cached("SELECT id FROM host WHERE name = ?1 AND leased = 1 AND fence = ?2")?;
    let id =
        query.query_row(params![lease.host, number::signed(lease.fence)], |row| row.get(0)).optional()?;
    id.ok_or_else(|| StoreError::Fenced { host: lease.host.clone() }.into())
}

pub(super) fn extend(moment: &Moment<'_>, host: i64, lease: &HostLease) -> Attempt<()> {
    let mut update = moment
        .sql
        .prepare_cached("UPDATE host SET due_at = max(?2, next_at, blocked_until) WHERE id = ?1")?;
    update.execute([host, moment.after(lease.lasts)])?;
    Ok(())
}

pub(super) fn release(moment: &Moment<'_>, host: i64) -> Attempt<()> {
    let mut update = moment
        .sql
        .prepare_cached("UPDATE host SET leased = 0, due_at = max(next_at, blocked_until) WHERE id = ?1")?;
    update.execute([host])?;
    Ok(())
}
