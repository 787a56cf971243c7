use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::time::Duration;

use super::fault::{Attempt, Fault};
use super::stats;
use super::tasks::UnknownWord;
use super::writer::Moment;
use crate::{Identity, KnownRobots, LookAgain, Robots, RobotsRule, RunKind, RunStart, StoreError};

/// Names of the caller's own stand apart from the store's.
fn own(key: &str) -> String {
    format!("user:{key}")
}

pub(super) fn get(sql: &Connection, key: &str) -> Attempt<Option<String>> {
    let mut query = sql.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn set(sql: &Connection, key: &str, value: &str) -> Attempt<()> {
    let mut upsert = sql.prepare_cached(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )?;
    upsert.execute([key, value])?;
    Ok(())
}

pub(super) fn meta(sql: &Connection, key: &str) -> Attempt<Option<String>> {
    get(sql, &own(key))
}

pub(super) fn set_meta(sql: &Connection, key: &str, value: &str) -> Attempt<()> {
    set(sql, &own(key), value)
}

/// All that callers wrote down.
pub(super) fn notes(sql: &Connection) -> Attempt<BTreeMap<String, String>> {
    let mut query = sql.prepare_cached("SELECT substr(key, 6), value FROM meta WHERE key LIKE 'user:%'")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A number among the store's own names.
pub(super) fn number(sql: &Connection, key: &str) -> Attempt<i64> {
    let text = get(sql, key)?.unwrap_or_default();
    text.parse().map_err(|cause| Fault::unreadable("a number of its own", cause))
}

pub(super) fn round(sql: &Connection) -> Attempt<i64> {
    number(sql, "round")
}

/// The latest time that the store has seen, in milliseconds.
pub(super) fn clock(sql: &Connection) -> Attempt<i64> {
    number(sql, "clock")
}

/// Whoever held a lease is dead: we hold the state's lock. Perhaps it sent a request just before.
pub(super) fn free_leases(sql: &Connection, now: i64) -> Attempt<()> {
    sql.execute(
        "UPDATE host SET leased = 0, next_at = max(next_at, ?1 + pace),
             due_at = max(next_at, ?1 + pace, blocked_until) WHERE leased = 1",
        [now],
    )?;
    Ok(())
}

/// Whether all that is open was put off, and its time has not come: that must not hold up a new look at the site.
fn only_put_off(moment: &Moment<'_>) -> Attempt<bool> {
    let mut query = moment.sql.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM host WHERE waiting > 0)
            AND NOT EXISTS (SELECT 1 FROM task WHERE state = 'delayed' AND not_before <= ?1)",
    )?;
    Ok(query.query_row([moment.now], |row| row.get(0))?)
}

pub(super) fn begin(moment: &Moment<'_>, again: LookAgain) -> Attempt<RunStart> {
    let counts = stats::tasks(moment.sql)?;
    let waiting: u64 = counts.iter().filter(|entry| entry.state.is_open()).map(|entry| entry.count).sum();
    let round = round(moment.sql)?;
    let start = |kind, round: i64, waiting| RunStart {
        kind,
        round: u32::try_from(round).unwrap_or(u32::MAX),
        waiting,
    };
    if counts.is_empty() {
        return Ok(start(RunKind::First, round, 0));
    }
    if again == LookAgain::Never || (waiting > 0 && !only_put_off(moment)?) {
        return Ok(start(RunKind::GoesOn, round, waiting));
    }
    let round = round.saturating_add(1);
    set(moment.sql, "round", &round.to_string())?;
    // Every task is visited once a round; no index earns its keep here.
    let due = moment.sql.execute(
        "UPDATE task SET state = 'waiting', round = ?1, attempts = 0, reason = NULL
         WHERE purpose IN ('list', 'feed', 'sitemap') AND state <> 'delayed'",
        [round],
    )?;
    Ok(start(RunKind::LooksAgain, round, waiting + due as u64))
}

pub(super) fn bind(moment: &Moment<'_>, given: &Identity) -> Attempt<()> {
    let unreadable = |cause| Fault::unreadable("its identity", cause);
    let mut identity = given.clone();
    if let Some(stored) = identity_of(moment.sql)? {
        stored.admits(given)?;
        identity.outputs = stored.outputs;
        identity.outputs.extend(given.outputs.iter().cloned());
    }
    identity.outputs.sort();
    identity.outputs.dedup();
    let text = serde_json::to_string(&identity).map_err(unreadable)?;
    set(moment.sql, "identity", &text)
}

pub(super) fn identity_of(sql: &Connection) -> Attempt<Option<Identity>> {
    let text = get(sql, "identity")?;
    let identity = text.map(|text| serde_json::from_str(&text)).transpose();
    identity.map_err(|cause| Fault::unreadable("its identity", cause))
}

impl Identity {
    /// Whether a crawl may use a state of this identity.
    fn admits(&self, given: &Self) -> Result<(), StoreError> {
        let mismatch =
            |what, stored: String, given: String| Err(StoreError::Mismatch { what, stored, given });
        if self.profile != given.profile {
            return mismatch("profile", self.profile.clone(), given.profile.clone());
        }
        if self.mode != given.mode {
            return mismatch("mode", self.mode.to_string(), given.mode.to_string());
        }
        let list = |paths: &[std::path::PathBuf]| {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            if paths.is_empty() { "none".to_owned() } else { paths.join(", ") }
        };
        if self.outputs.iter().any(|path| !given.outputs.contains(path)) {
            return mismatch("file output", list(&self.outputs), list(&given.outputs));
        }
        Ok(())
    }
}

const RULES: [(RobotsRule, &str); 3] =
    [(RobotsRule::Text, "text"), (RobotsRule::Everything, "everything"), (RobotsRule::Nothing, "nothing")];

pub(super) fn rule_word(rule: RobotsRule) -> &'static str {
    RULES.iter().find(|(known, _)| *known == rule).map_or("nothing", |(_, word)| word)
}

pub(super) fn robots(moment: &Moment<'_>, origin: &str) -> Attempt<Option<KnownRobots>> {
    let mut query =
        moment.sql.prepare_cached("SELECT rule, text, fetched_at FROM robots WHERE origin = ?1")?;
    let row = query
        .query_row(params![origin], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, i64>(2)?)))
        .optional()?;
    let Some((word, text, fetched_at)) = row else { return Ok(None) };
    let rule = RULES.iter().find(|(_, known)| *known == word).map(|(rule, _)| *rule);
    let rule = rule.ok_or_else(|| Fault::unreadable("a robots.txt", UnknownWord(word)))?;
    let age = Duration::from_millis(u64::try_from(moment.now.saturating_sub(fetched_at)).unwrap_or_default());
    Ok(Some(KnownRobots { robots: Robots { origin: origin.to_owned(), rule, text }, age }))
}
