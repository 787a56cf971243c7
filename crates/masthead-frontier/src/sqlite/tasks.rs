use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use super::fault::{Attempt, Fault};
use super::writer::Moment;
use crate::{Discovered, Previous, Purpose, Task, TaskId, TaskState, Validators};

pub(super) fn purpose(word: &str) -> Option<Purpose> {
    Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word)
}

pub(super) fn state(word: &str) -> Option<TaskState> {
    TaskState::ALL.into_iter().find(|state| state.as_str() == word)
}

/// A word of a later version's.
#[derive(Debug, thiserror::Error)]
#[error("the word {0:?} is unknown")]
pub(super) struct UnknownWord(pub(super) String);

pub(super) fn parse<T>(what: &'static str, word: &str, parse: impl Fn(&str) -> Option<T>) -> Attempt<T> {
    parse(word).ok_or_else(|| Fault::unreadable(what, UnknownWord(word.to_owned())))
}

/// Who names a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Finder {
    /// The caller, or a page that names articles: what was done in an earlier round becomes due again.
    Renewing,
    /// Any other page: it only adds what isn't known.
    Adding,
}

struct Known {
    id: i64,
    state: TaskState,
    round: i64,
    depth: u32,
    witnesses: Option<String>,
}

/// Adds one URL and says whether it is due by it.
pub(super) fn add(moment: &Moment<'_>, round: i64, found: &Discovered, finder: Finder) -> Attempt<bool> {
    let Some(known) = find(moment, found)? else {
        insert(moment, round, found)?;
        return Ok(true);
    };
    if known.state.is_open() {
        add_witnesses(moment, &known, found)?;
        return Ok(false);
    }
    let due = found.again || (finder == Finder::Renewing && known.round < round);
    if due {
        renew(moment, round, &known, found)?;
    }
    Ok(due)
}

fn find(moment: &Moment<'_>, found: &Discovered) -> Attempt<Option<Known>> {
    let mut query = moment.sql.prepare_cached(
        "SELECT id, state, round, depth, witnesses FROM task WHERE key = ?1 AND purpose = ?2",
    )?;
    let row = query
        .query_row(params![found.key, found.purpose.as_str()], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    row.map(|(id, word, round, depth, witnesses)| {
        Ok(Known { id, state: parse("a task's state", &word, state)?, round, depth, witnesses })
    })
    .transpose()
}

fn insert(moment: &Moment<'_>, round: i64, found: &Discovered) -> Attempt<()> {
    let host = host(moment, &found.host)?;
    let mut insert = moment.sql.prepare_cached(
        "INSERT INTO task (host, key, purpose, url, priority, depth, referrer, witnesses, state, round)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting', ?9)",
    )?;
    insert.execute(params![
        host,
        found.key,
        found.purpose.as_str(),
        found.url,
        found.priority,
        found.depth,
        found.referrer,
        text(&found.witnesses),
        round,
    ])?;
    Ok(())
}

fn host(moment: &Moment<'_>, name: &str) -> Attempt<i64> {
    let mut known = moment.sql.prepare_cached("SELECT id FROM host WHERE name = ?1")?;
    if let Some(id) = known.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    moment.sql.prepare_cached("INSERT INTO host (name) VALUES (?1)")?.execute([name])?;
    Ok(moment.sql.last_insert_rowid())
}

/// Makes a task due that has its outcome. What is said of it now replaces what was said before.
fn renew(moment: &Moment<'_>, round: i64, known: &Known, found: &Discovered) -> Attempt<()> {
    let mut update = moment.sql.prepare_cached(
        "UPDATE task SET state = 'waiting', round = ?2, attempts = 0, reason = NULL, url = ?3, priority = ?4,
             depth = ?5, witnesses = coalesce(?6, witnesses), referrer = coalesce(?7, referrer) WHERE id = ?1",
    )?;
    let depth = known.depth.min(found.depth);
    let witnesses = text(&found.witnesses);
    update.execute(params![known.id, round, found.url, found.priority, depth, witnesses, found.referrer])?;
    Ok(())
}

/// A page that has not changed names what it named before: that is due again, as if it had been named anew.
pub(super) fn renew_named_by(moment: &Moment<'_>, round: i64, page: TaskId) -> Attempt<()> {
    let mut update = moment.sql.prepare_cached(
        "UPDATE task SET state = 'waiting', round = ?2, attempts = 0, reason = NULL
         WHERE referrer = (SELECT url FROM task WHERE id = ?1) AND round < ?2
             AND state NOT IN ('waiting', 'delayed') AND purpose <> 'robots'",
    )?;
    update.execute(params![page.0, round])?;
    Ok(())
}

/// A waiting task that is named again learns what the second page says of it, and the shorter way to it.
fn add_witnesses(moment: &Moment<'_>, known: &Known, found: &Discovered) -> Attempt<()> {
    let old = witnesses(known.witnesses.as_deref())?;
    let merged = merge(&old, &found.witnesses);
    if merged.is_none() && found.depth >= known.depth {
        return Ok(());
    }
    let mut update = moment.sql.prepare_cached("UPDATE task SET witnesses = ?2, depth = ?3 WHERE id = ?1")?;
    update.execute(params![known.id, text(merged.as_ref().unwrap_or(&old)), known.depth.min(found.depth)])?;
    Ok(())
}

/// Both together, where the new one adds something.
fn merge(old: &Value, new: &Value) -> Option<Value> {
    match (old, new) {
        (_, Value::Null) => None,
        (Value::Null, new) => Some(new.clone()),
        (Value::Object(old), Value::Object(new)) => {
            let mut both = old.clone();
            let mut adds = false;
            for (name, value) in new {
                let merged = match old.get(name) {
                    None => Some(value.clone()),
                    Some(known) => merge(known, value),
                };
                if let Some(merged) = merged {
                    both.insert(name.clone(), merged);
                    adds = true;
                }
            }
            adds.then_some(Value::Object(both))
        }
        _ => None,
    }
}

fn text(witnesses: &Value) -> Option<String> {
    (!witnesses.is_null()).then(|| witnesses.to_string())
}

fn witnesses(text: Option<&str>) -> Attempt<Value> {
    text.map_or(Ok(Value::Null), |text| {
        serde_json::from_str(text).map_err(|cause| Fault::unreadable("a task's witnesses", cause))
    })
}

/// The columns that [`from_row`] reads.
pub(super) const COLUMNS: &str =
    "id, url, key, purpose, priority, depth, referrer, attempts, witnesses, etag, last_modified, done_at";

/// A task as it is handed out; `previous` without its records.
pub(super) fn from_row(row: &Row<'_>) -> Attempt<Task> {
    let validators = Validators { etag: row.get(9)?, last_modified: row.get(10)? };
    let looked_at: Option<i64> = row.get(11)?;
    Ok(Task {
        id: TaskId(row.get(0)?),
        url: row.get(1)?,
        key: row.get(2)?,
        purpose: parse("a task's purpose", &row.get::<_, String>(3)?, purpose)?,
        priority: row.get(4)?,
        depth: row.get(5)?,
        referrer: row.get(6)?,
        attempts: row.get(7)?,
        witnesses: witnesses(row.get::<_, Option<String>>(8)?.as_deref())?,
        previous: looked_at.map(|_| Previous { validators, ..Previous::default() }),
    })
}
