use std::sync::Arc;
use std::time::Duration;

use masthead_record::{Delivery, Item, Position, Rejected, StreamId};
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::{Attempt, Fault};
use super::number::{limit, signed, unsigned};
use super::store::SqliteStore;
use super::{run, stats};
use crate::{Bounds, DeadLetter, Outbox, Registered, StoreError};

/// At most so many items are forgotten at once: a prune never holds up the crawl for long.
const PRUNE: i64 = 5_000;

/// The highest number ever given.
pub(super) fn last(sql: &Connection) -> Attempt<u64> {
    let mut query = sql.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")?;
    let n: Option<i64> = query.query_row([], |row| row.get(0)).optional()?;
    Ok(n.unwrap_or_default().unsigned_abs())
}

fn cursor(sql: &Connection, sink: &str) -> Attempt<Option<Position>> {
    let mut query = sql.prepare_cached("SELECT n, token FROM cursor WHERE sink = ?1")?;
    let row = query.query_row([sink], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?))).optional()?;
    Ok(row.map(|(n, token)| Position { n: n.unsigned_abs(), token }))
}

fn unknown(sink: &str) -> Fault {
    StoreError::UnknownSink { name: sink.to_owned() }.into()
}

fn read(sql: &Connection, after: u64, max_items: usize, max_bytes: usize) -> Attempt<Vec<Delivery>> {
    let mut query = sql.prepare_cached("SELECT n, item FROM outbox WHERE n > ?1 ORDER BY n LIMIT ?2")?;
    let mut rows = query.query([signed(after), limit(max_items)])?;
    let (mut deliveries, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        bytes = bytes.saturating_add(text.len());
        if bytes > max_bytes && !deliveries.is_empty() {
            break;
        }
        let item: Item = serde_json::from_str(&text).map_err(|cause| Fault::unreadable("an item", cause))?;
        deliveries.push(Delivery { n: unsigned(row, 0)?, item: Arc::new(item) });
    }
    Ok(deliveries)
}

/// Forgets a bounded number of items that every sink has. Returns how many, and whether there may be more.
fn prune_some(sql: &Connection) -> Attempt<(u64, bool)> {
    let lowest: Option<i64> = sql.query_row("SELECT min(n) FROM cursor", [], |row| row.get(0))?;
    let Some(lowest) = lowest else { return Ok((0, false)) };
    let pruned = run::number(sql, "pruned")?;
    let upto: Option<i64> = sql.query_row(
        "SELECT max(n) FROM (SELECT n FROM outbox WHERE n <= ?1 ORDER BY n LIMIT ?2)",
        [lowest, PRUNE],
        |row| row.get(0),
    )?;
    let Some(upto) = upto else { return Ok((0, false)) };
    let gone = sql.prepare_cached("DELETE FROM outbox WHERE n <= ?1")?.execute([upto])?;
    run::set(sql, "pruned", &upto.max(pruned).to_string())?;
    Ok((gone as u64, gone as u64 == PRUNE.unsigned_abs()))
}

fn bury(sql: &Connection, sink: &str, rejected: &[Rejected]) -> Attempt<()> {
    let mut insert = sql.prepare_cached(
        "INSERT INTO dead_letter (sink, n, why, item)
         VALUES (?1, ?2, ?3, (SELECT item FROM outbox WHERE n = ?2)) ON CONFLICT DO NOTHING",
    )?;
    for letter in rejected {
        insert.execute(params![sink, signed(letter.n), letter.why])?;
    }
    Ok(())
}

fn letters(sql: &Connection, sink: &str, after: u64, max: usize) -> Attempt<Vec<DeadLetter>> {
    let mut query = sql.prepare_cached(
        "SELECT n, why, item FROM dead_letter WHERE sink = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
    )?;
    let mut rows = query.query(params![sink, signed(after), limit(max)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let item = row.get::<_, Option<String>>(2)?.map(|text| serde_json::from_str(&text)).transpose();
        let item = item.map_err(|cause| Fault::unreadable("a dead letter", cause))?;
        found.push(DeadLetter { n: unsigned(row, 0)?, why: row.get(1)?, item });
    }
    Ok(found)
}

impl Outbox for SqliteStore {
    fn stream(&self) -> Result<StreamId, StoreError> {
        self.look(|sql| Ok(StreamId(run::get(sql, "stream")?.unwrap_or_default())))
    }

    fn new_stream(&self) -> Result<StreamId, StoreError> {
        self.call_blocking(|moment| {
            let name: String =
                moment.sql.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?;
            run::set(moment.sql, "stream", &name)?;
            Ok(StreamId(name))
        })
    }

    fn bounds(&self) -> Result<Bounds, StoreError> {
        self.look(|sql| Ok(Bounds { pruned: run::number(sql, "pruned")?.unsigned_abs(), last: last(sql)? }))
    }

    fn register(&self, sink: &str) -> Result<Registered, StoreError> {
        let sink = sink.to_owned();
        self.call_blocking(move |moment| {
            if let Some(position) = cursor(moment.sql, &sink)? {
                return Ok(Registered { new: false, position });
            }
            let n = last(moment.sql)?;
            moment.sql.execute("INSERT INTO cursor VALUES (?1, ?2, x'')", params![sink, signed(n)])?;
            Ok(Registered { new: true, position: Position { n, token: Vec::new() } })
        })
    }

    fn forget(&self, sink: &str) -> Result<(), StoreError> {
        let sink = sink.to_owned();
        self.call_blocking(move |moment| {
            let gone = moment.sql.execute("DELETE FROM cursor WHERE sink = ?1", [&sink])?;
            if gone == 0 { Err(unknown(&sink)) } else { Ok(()) }
        })
    }

    fn sinks(&self) -> Result<Vec<String>, StoreError> {
        self.look(|sql| {
            let mut query = sql.prepare_cached("SELECT sink FROM cursor ORDER BY sink")?;
            let names = query.query_map([], |row| row.get(0))?;
            Ok(names.collect::<Result<_, _>>()?)
        })
    }

    fn read(&self, after: u64, max_items: usize, max_bytes: usize) -> Result<Vec<Delivery>, StoreError> {
        self.look(|sql| read(sql, after, max_items, max_bytes))
    }

    fn cursor(&self, sink: &str) -> Result<Option<Position>, StoreError> {
        self.look(|sql| cursor(sql, sink))
    }

    fn save_cursor(&self, sink: &str, position: &Position) -> Result<(), StoreError> {
        let (sink, position) = (sink.to_owned(), position.clone());
        self.call_blocking(move |moment| {
            let mut update =
                moment.sql.prepare_cached("UPDATE cursor SET n = ?2, token = ?3 WHERE sink = ?1")?;
            let known = update.execute(params![sink, signed(position.n), position.token])?;
            if known == 0 { Err(unknown(&sink)) } else { Ok(()) }
        })
    }

    fn prune(&self) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let (gone, more) = self.call_blocking(|moment| prune_some(moment.sql))?;
            total += gone;
            if !more {
                return Ok(total);
            }
        }
    }

    fn len(&self) -> Result<u64, StoreError> {
        self.look(|sql| stats::tally(sql, "outbox"))
    }

    fn wait(&self, after: u64, timeout: Duration) -> bool {
        self.signal.wait(after, timeout)
    }

    fn add_dead_letters(&self, sink: &str, rejected: &[Rejected]) -> Result<(), StoreError> {
        let (sink, rejected) = (sink.to_owned(), rejected.to_vec());
        self.call_blocking(move |moment| bury(moment.sql, &sink, &rejected))
    }

    fn dead_letters(&self, sink: &str, after: u64, max: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.look(|sql| letters(sql, sink, after, max))
    }
}
