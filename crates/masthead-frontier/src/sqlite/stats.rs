use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::fault::Attempt;
use super::tasks::{parse, purpose, state};
use super::{number, outbox, run};
use crate::{HostStatus, Reason, RecordCounts, Stats, TaskCount};

/// One of the store's running counts.
pub(super) fn tally(sql: &Connection, what: &str) -> Attempt<u64> {
    counted(sql, what, "")
}

fn counted(sql: &Connection, what: &str, word: &str) -> Attempt<u64> {
    let mut query = sql.prepare_cached("SELECT n FROM tally WHERE what = ?1 AND part = '' AND state = ?2")?;
    let n: Option<i64> = query.query_row([what, word], |row| row.get(0)).optional()?;
    Ok(u64::try_from(n.unwrap_or_default()).unwrap_or_default())
}

pub(super) fn leased(sql: &Connection) -> Attempt<u64> {
    let mut query = sql.prepare_cached("SELECT count(*) FROM host WHERE leased = 1")?;
    let n: i64 = query.query_row([], |row| row.get(0))?;
    Ok(n.unsigned_abs())
}

pub(super) fn tasks(sql: &Connection) -> Attempt<Vec<TaskCount>> {
    let mut query = sql.prepare_cached("SELECT part, state, n FROM tally WHERE what = 'task' AND n > 0")?;
    let mut rows = query.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        counts.push(TaskCount {
            purpose: parse("a task's purpose", &row.get::<_, String>(0)?, purpose)?,
            state: parse("a task's state", &row.get::<_, String>(1)?, state)?,
            count: number::unsigned(row, 2)?,
        });
    }
    counts.sort_by_key(|entry| (entry.purpose, entry.state));
    Ok(counts)
}

pub(super) fn stats(sql: &Connection) -> Attempt<Stats> {
    Ok(Stats {
        tasks: tasks(sql)?,
        records: RecordCounts {
            whole: counted(sql, "record", "whole")?,
            incomplete: counted(sql, "record", "incomplete")?,
            removed: counted(sql, "record", "removed")?,
        },
        emitted: outbox::last(sql)?,
        outbox: tally(sql, "outbox")?,
        dead_letters: tally(sql, "dead_letter")?,
        hosts: tally(sql, "host")?,
        leased_hosts: leased(sql)?,
        round: u32::try_from(run::round(sql)?).unwrap_or(u32::MAX),
    })
}

pub(super) fn hosts(sql: &Connection, now: i64, max: usize) -> Attempt<Vec<HostStatus>> {
    let mut query = sql.prepare_cached(
        "SELECT name, waiting, CASE WHEN leased = 1 THEN 0 ELSE max(due_at - ?1, 0) END, blocked_until > ?1 FROM host
         WHERE waiting > 0 ORDER BY waiting DESC, id LIMIT ?2",
    )?;
    let mut rows = query.query([now, number::limit(max)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(HostStatus {
            host: row.get(0)?,
            waiting: number::unsigned(row, 1)?,
            due_in: Duration::from_millis(number::unsigned(row, 2)?),
            silent: row.get(3)?,
        });
    }
    Ok(found)
}

pub(super) fn reasons(sql: &Connection, max: usize) -> Attempt<Vec<Reason>> {
    // A bare column beside min() is that of the row with the minimum (sqlite.org/lang_select.html).
    let mut query = sql.prepare_cached(
        "SELECT state, purpose, coalesce(reason, ''), count(*) AS n, url, min(id) FROM task
         WHERE state IN ('failed', 'skipped') GROUP BY state, purpose, reason ORDER BY n DESC, min(id) LIMIT ?1",
    )?;
    let mut rows = query.query([number::limit(max)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Reason {
            state: parse("a task's state", &row.get::<_, String>(0)?, state)?,
            purpose: parse("a task's purpose", &row.get::<_, String>(1)?, purpose)?,
            reason: row.get(2)?,
            count: number::unsigned(row, 3)?,
            example: row.get(4)?,
        });
    }
    Ok(found)
}
