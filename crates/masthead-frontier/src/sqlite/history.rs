//! Observations, which grow coarse with age, and samples, which are bounded by number and bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::fault::Attempt;
use super::store::SqliteStore;
use super::writer::{Moment, milliseconds};
use super::{file, number, run, schema};
use crate::{Identity, KeptSample, Observed, SPANS, Sample, Seen, StoreError};

/// What a state remembers of the pages that were read.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Which crawl the state belongs to, where one has begun.
    pub identity: Option<Identity>,
    /// What was written down by name ([`Frontier::set_meta`](crate::Frontier::set_meta)).
    pub notes: BTreeMap<String, String>,
    /// What was counted, the oldest first.
    pub observations: Vec<Observed>,
    /// The pages that were kept, the oldest first.
    pub samples: Vec<KeptSample>,
}

impl SqliteStore {
    /// Reads what a state remembers, also while a crawl uses it, and changes nothing. Blocking. A state of an earlier
    /// version has no observations.
    ///
    /// # Errors
    /// As [`glimpse`](Self::glimpse).
    pub fn history(folder: &Path) -> Result<History, StoreError> {
        let path = folder.join(file::DATABASE);
        let look = || {
            let sql = file::reader(&path)?;
            let format = schema::check(&sql, &path)?;
            if format == 0 {
                return Err(StoreError::Foreign { path: path.clone() }.into());
            }
            // One transaction, so that the parts are of one moment.
            sql.execute_batch("BEGIN")?;
            let mut history =
                History { identity: run::identity_of(&sql)?, notes: run::notes(&sql)?, ..History::default() };
            if format >= schema::WITH_HISTORY {
                history.observations = observations(&sql)?;
                history.samples = samples(&sql)?;
            }
            Ok(history)
        };
        look().map_err(|fault: super::fault::Fault| fault.in_file(&path))
    }
}

pub(super) fn observe(moment: &Moment<'_>, seen: &Seen) -> Attempt<()> {
    let mut add = moment.sql.prepare_cached(
        "INSERT INTO observation VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + excluded.n",
    )?;
    for observation in &seen.observations {
        let at = before(moment, observation.ago);
        add.execute(params![at, observation.key, number::signed(observation.n)])?;
    }
    for (age, span) in SPANS {
        fold(moment, milliseconds(age), milliseconds(span))?;
    }
    for sample in seen.samples.iter().filter(|sample| sample.text.len() <= Sample::MOST_BYTES) {
        keep(moment, sample)?;
    }
    if !seen.samples.is_empty() {
        forget_beyond(moment.sql, number::limit(Sample::MOST_BYTES_TOGETHER))?;
    }
    Ok(())
}

fn before(moment: &Moment<'_>, ago: Duration) -> i64 {
    moment.now.saturating_sub(milliseconds(ago)).max(0)
}

/// Folds the rows of spans that ended so long ago. What was folded already stands at the beginning of a span.
fn fold(moment: &Moment<'_>, age: i64, span: i64) -> Attempt<()> {
    let until = moment.now.saturating_sub(age);
    let until = until - until.rem_euclid(span);
    let done = format!("folded:{span}");
    if run::get(moment.sql, &done)?.is_some_and(|done| done == until.to_string()) {
        return Ok(());
    }
    let mut old = moment.sql.prepare_cached(
        "INSERT INTO observation SELECT at - at % ?2, key, sum(n) FROM observation
         WHERE at < ?1 AND at % ?2 <> 0 GROUP BY 1, 2 ON CONFLICT DO UPDATE SET n = n + excluded.n",
    )?;
    old.execute([until, span])?;
    let mut folded = moment.sql.prepare_cached("DELETE FROM observation WHERE at < ?1 AND at % ?2 <> 0")?;
    folded.execute([until, span])?;
    run::set(moment.sql, &done, &until.to_string())
}

fn keep(moment: &Moment<'_>, sample: &Sample) -> Attempt<()> {
    let at = before(moment, sample.ago);
    let mut known = moment.sql.prepare_cached("DELETE FROM sample WHERE url = ?1")?;
    known.execute([&sample.url])?;
    let mut add = moment.sql.prepare_cached(
        "INSERT INTO sample (url, at, part, good, said, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    add.execute(params![sample.url, at, sample.group, sample.good, sample.said, sample.text])?;
    let mut most = moment.sql.prepare_cached(
        "DELETE FROM sample WHERE id IN (
             SELECT id FROM sample WHERE part = ?1 AND good = ?2 ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?3)",
    )?;
    most.execute(params![sample.group, sample.good, number::limit(sample.most())])?;
    Ok(())
}

/// Forgets the oldest until all texts together are no larger.
fn forget_beyond(sql: &Connection, most: i64) -> Attempt<()> {
    let mut oldest = sql.prepare_cached(
        "DELETE FROM sample WHERE id IN (SELECT id FROM (
             SELECT id, sum(length(text)) OVER (ORDER BY at DESC, id DESC) AS bytes FROM sample) WHERE bytes > ?1)",
    )?;
    oldest.execute([most])?;
    Ok(())
}

pub(super) fn observations(sql: &Connection) -> Attempt<Vec<Observed>> {
    let mut query = sql.prepare_cached("SELECT at, key, n FROM observation ORDER BY at, key")?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let at = Duration::from_millis(number::unsigned(row, 0)?);
        found.push(Observed { at, key: row.get(1)?, n: number::unsigned(row, 2)? });
    }
    Ok(found)
}

pub(super) fn samples(sql: &Connection) -> Attempt<Vec<KeptSample>> {
    let mut query =
        sql.prepare_cached("SELECT at, url, part, good, said, text FROM sample ORDER BY at, id")?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(KeptSample {
            at: Duration::from_millis(number::unsigned(row, 0)?),
            url: row.get(1)?,
            group: row.get(2)?,
            good: row.get(3)?,
            said: row.get(4)?,
            text: row.get(5)?,
        });
    }
    Ok(found)
}
