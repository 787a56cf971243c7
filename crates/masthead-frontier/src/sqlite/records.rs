use masthead_record::{Item, RecordId};
use rusqlite::{OptionalExtension, Row, params};

use super::fault::{Attempt, Fault};
use super::writer::Moment;
use crate::{Emitted, Previous, TaskId, content_hash};

const WHOLE: &str = "whole";
const INCOMPLETE: &str = "incomplete";
const REMOVED: &str = "removed";

/// What the store remembers of a record.
struct Known {
    revision: u32,
    state: String,
    hash: Vec<u8>,
    task: i64,
    round: i64,
}

/// What a page says of a record now.
struct Said<'a> {
    id: &'a RecordId,
    url: &'a str,
    state: &'static str,
    /// Empty for a removed record.
    hash: Vec<u8>,
}

/// Puts an item into the outbox where it says something new, with its revision.
pub(super) fn emit(
    moment: &Moment<'_>,
    task: TaskId,
    round: i64,
    item: &mut Item,
) -> Attempt<Option<Emitted>> {
    let Some(said) = said(item)? else { return Ok(None) };
    let known = find(moment, said.id)?;
    let revision = match &known {
        None if said.state == REMOVED => return Ok(None),
        None => 1,
        Some(known) if is_second_page(known, &said, task, round) => return Ok(None),
        Some(known) if known.state == said.state && (known.hash == said.hash || said.state == REMOVED) => {
            keep(moment, &said, known.revision, (task, round))?;
            return Ok(None);
        }
        Some(known) => known.revision.saturating_add(1),
    };
    keep(moment, &said, revision, (task, round))?;
    let id = said.id.clone();
    let n = insert(moment, item, revision)?;
    Ok(Some(Emitted { n, id, revision, incomplete: item.is_incomplete() }))
}

/// Two pages of one round that give the same record: the first holds, unless only the second is whole. Otherwise each
/// round would bring two revisions that undo each other.
fn is_second_page(known: &Known, said: &Said<'_>, task: TaskId, round: i64) -> bool {
    let completes = known.state != WHOLE && said.state == WHOLE;
    known.round == round && known.task != task.0 && !completes
}

fn said(item: &Item) -> Attempt<Option<Said<'_>>> {
    Ok(match item {
        Item::Record(record) => {
            let state = if record.is_incomplete() { INCOMPLETE } else { WHOLE };
            Some(Said { id: &record.id, url: &record.url, state, hash: content_hash(record)?.to_vec() })
        }
        Item::Removed(removed) => {
            Some(Said { id: &removed.id, url: &removed.url, state: REMOVED, hash: Vec::new() })
        }
        // A kind of item that this version of the store doesn't know can't be given a revision.
        _ => None,
    })
}

fn find(moment: &Moment<'_>, id: &RecordId) -> Attempt<Option<Known>> {
    let mut query =
        moment.sql.prepare_cached("SELECT revision, state, hash, task, round FROM record WHERE id = ?1")?;
    let known = query.query_row([id.as_str()], |row| {
        Ok(Known {
            revision: row.get(0)?,
            state: row.get(1)?,
            hash: row.get(2)?,
            task: row.get(3)?,
            round: row.get(4)?,
        })
    });
    Ok(known.optional()?)
}

fn keep(moment: &Moment<'_>, said: &Said<'_>, revision: u32, (task, round): (TaskId, i64)) -> Attempt<()> {
    let mut upsert = moment.sql.prepare_cached(
        "INSERT INTO record (id, url, revision, state, hash, task, round) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET url = excluded.url, revision = excluded.revision, state = excluded.state,
             hash = excluded.hash, task = excluded.task, round = excluded.round",
    )?;
    upsert.execute(params![said.id.as_str(), said.url, revision, said.state, said.hash, task.0, round])?;
    Ok(())
}

fn insert(moment: &Moment<'_>, item: &mut Item, revision: u32) -> Attempt<u64> {
    match item {
        Item::Record(record) => record.revision = revision,
        Item::Removed(removed) => removed.revision = revision,
        _ => {}
    }
    let text = serde_json::to_string(item).map_err(|cause| Fault::unreadable("an item", cause))?;
    moment.sql.prepare_cached("INSERT INTO outbox (item) VALUES (?1)")?.execute([text])?;
    moment.emitted.set(true);
    Ok(moment.sql.last_insert_rowid().unsigned_abs())
}

/// A page that has not changed still gives its records.
pub(super) fn seen(moment: &Moment<'_>, task: TaskId, round: i64) -> Attempt<()> {
    moment.sql.prepare_cached("UPDATE record SET round = ?2 WHERE task = ?1")?.execute([task.0, round])?;
    Ok(())
}

/// The records that a task gave, unless they are removed.
/// Completes what is known of a task's earlier look.
pub(super) fn of_task(moment: &Moment<'_>, task: TaskId, previous: &mut Previous) -> Attempt<()> {
    let mut query = moment.sql.prepare_cached(
        "SELECT id, url, state FROM record WHERE task = ?1 AND state <> 'removed' ORDER BY id",
    )?;
    let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?));
    for row in query.query_map([task.0], row)? {
        let (id, url, state) = row?;
        previous.incomplete |= state == INCOMPLETE;
        let id = serde_json::from_value(serde_json::Value::String(id));
        previous.records.push((id.map_err(|cause| Fault::unreadable("a record's id", cause))?, url));
    }
    Ok(())
}
