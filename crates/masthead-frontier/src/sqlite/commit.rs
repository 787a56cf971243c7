use rusqlite::{OptionalExtension, params};

use super::fault::Attempt;
use super::tasks::{self, Finder};
use super::writer::{Moment, milliseconds};
use super::{claim, number, records, run};
use crate::{Done, Emitted, HostClock, HostLease, Outcome, Purpose, Robots, StoreError, TaskId, TaskState};

/// All of a commit, inside the caller's savepoint. The items get their revisions.
pub(super) fn commit(
    moment: &Moment<'_>,
    lease: &HostLease,
    done: &mut [Done],
    clock: HostClock,
) -> Attempt<Vec<Emitted>> {
    let host = claim::holds(moment, lease)?;
    let round = run::round(moment.sql)?;
    let mut emitted = Vec::new();
    for page in done {
        let purpose = settle(moment, (host, lease), page)?;
        if page.outcome == Outcome::NotModified {
            records::seen(moment, page.task, round)?;
            if purpose.names_articles() {
                tasks::renew_named_by(moment, round, page.task)?;
            }
        }
        for item in &mut page.items {
            emitted.extend(records::emit(moment, page.task, round, item)?);
        }
        let finder = if purpose.names_articles() { Finder::Renewing } else { Finder::Adding };
        for found in &page.found {
            tasks::add(moment, round, found, finder)?;
        }
        if let Some(robots) = &page.robots {
            keep_robots(moment, robots)?;
        }
    }
    set_clock(moment, host, clock)?;
    claim::extend(moment, host, lease)?;
    Ok(emitted)
}

/// Writes a task's outcome down and returns its purpose.
fn settle(moment: &Moment<'_>, (host, lease): (i64, &HostLease), page: &Done) -> Attempt<Purpose> {
    let purpose = open_task(moment, (host, lease), page.task)?;
    let id = page.task.0;
    match &page.outcome {
        Outcome::Fetched { status, bytes, validators } => {
            let mut update = moment.sql.prepare_cached(
                "UPDATE task SET state = 'done', done_at = ?2, status = ?3, bytes = ?4, etag = ?5, last_modified = ?6,
                     reason = NULL, not_before = NULL WHERE id = ?1",
            )?;
            let bytes = number::signed(*bytes);
            update.execute(params![
                id,
                moment.now,
                status,
                bytes,
                validators.etag,
                validators.last_modified
            ])?;
        }
        Outcome::NotModified => {
            let mut update = moment.sql.prepare_cached(
                "UPDATE task SET state = 'done', done_at = ?2, status = 304, reason = NULL, not_before = NULL
                 WHERE id = ?1",
            )?;
            update.execute([id, moment.now])?;
        }
        Outcome::Gone { status } => {
            let mut update = moment.sql.prepare_cached(
                "UPDATE task SET state = 'gone', done_at = ?2, status = ?3, etag = NULL, last_modified = NULL,
                     reason = NULL, not_before = NULL WHERE id = ?1",
            )?;
            update.execute(params![id, moment.now, status])?;
        }
        Outcome::Failed { reason, retry_in: Some(wait) } => {
            let mut update = moment.sql.prepare_cached(
                "UPDATE task SET state = 'delayed', attempts = attempts + 1, not_before = ?2, reason = ?3 WHERE id = ?1",
            )?;
            update.execute(params![id, moment.after(*wait), reason])?;
        }
        Outcome::Failed { reason, retry_in: None } => give_up(moment, id, TaskState::Failed, reason)?,
        Outcome::Skipped { reason } => give_up(moment, id, TaskState::Skipped, reason)?,
    }
    Ok(purpose)
}

fn give_up(moment: &Moment<'_>, id: i64, state: TaskState, reason: &str) -> Attempt<()> {
    let mut update = moment
        .sql
        .prepare_cached("UPDATE task SET state = ?2, reason = ?3, not_before = NULL WHERE id = ?1")?;
    update.execute(params![id, state.as_str(), reason])?;
    Ok(())
}

fn open_task(moment: &Moment<'_>, (host, lease): (i64, &HostLease), task: TaskId) -> Attempt<Purpose> {
    let mut query = moment.sql.prepare_cached(
        "SELECT purpose FROM task WHERE id = ?1 AND host = ?2 AND state IN ('waiting', 'delayed')",
    )?;
    let word: Option<String> = query.query_row([task.0, host], |row| row.get(0)).optional()?;
    let word = word.ok_or_else(|| StoreError::NotWaiting { task: task.0, host: lease.host.clone() })?;
    tasks::parse("a task's purpose", &word, tasks::purpose)
}

pub(super) fn set_clock(moment: &Moment<'_>, host: i64, clock: HostClock) -> Attempt<()> {
    let mut update = moment.sql.prepare_cached(
        "UPDATE host SET next_at = ?2, blocked_until = coalesce(?3, blocked_until), pace = ?4 WHERE id = ?1",
    )?;
    let blocked = clock.blocked_for.map(|wait| moment.now.saturating_add(milliseconds(wait)));
    update.execute(params![host, moment.after(clock.next_in), blocked, milliseconds(clock.pace)])?;
    Ok(())
}

fn keep_robots(moment: &Moment<'_>, robots: &Robots) -> Attempt<()> {
    let mut upsert = moment.sql.prepare_cached(
        "INSERT INTO robots (origin, rule, text, fetched_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET rule = excluded.rule, text = excluded.text, fetched_at = excluded.fetched_at",
    )?;
    upsert.execute(params![robots.origin, run::rule_word(robots.rule), robots.text, moment.now])?;
    Ok(())
}
