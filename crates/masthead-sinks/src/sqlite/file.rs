use std::path::{Path, PathBuf};
use std::time::Duration;

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use serde::Deserialize;

use super::error::Fault;
use super::row::Row;
use super::{SqliteError, schema};
use crate::append::{FileError, make_folder, sync_folder};

/// How long a lock is waited for before the driver hears of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// From how many bytes of waiting rows on they are committed without a checkpoint.
const COMMIT_AT: usize = 4 << 20;

/// The sink's name in the table `delivery`.
const SINK: &str = "records";

/// A SQLite database: the latest revision of each record, each item applied exactly once.
///
/// Rows wait in memory until the next checkpoint, and are written with the position in one short transaction. So
/// several crawls can take turns at one database, and whoever reads it rarely waits. Of two numbers that differ, the
/// database's and the driver's, the database's is right.
#[derive(Debug)]
pub struct SqliteFile {
    path: PathBuf,
    patience: Duration,
    /// None before `open` and after an error.
    open: Option<Open>,
}

struct Open {
    connection: Connection,
    stream: String,
    /// The database's own name: a number that it was given when it was made.
    database: String,
    waiting: Vec<Row>,
    waiting_bytes: usize,
    /// The last item that was taken.
    taken: u64,
    /// What the database says, of items of this sink.
    committed: u64,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// The sink's note in a position, as JSON.
#[derive(Debug, Deserialize)]
struct Token {
    /// In which database.
    database: String,
    /// Up to where that had everything. The driver's number may be higher, by items that are not for this sink.
    n: u64,
}

impl SqliteFile {
    /// Writes to the database at `path`. Nothing is touched before [`open`](Sink::open).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), patience: PATIENCE, open: None }
    }

    /// Waits so long for somebody else's lock before it says that the database is not available; 5 s if not set.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Does `work`. An error closes the database, and what waited is delivered again.
    fn while_open<T>(&mut self, work: impl FnOnce(&mut Open) -> Result<T, Fault>) -> Result<T, SinkError> {
        let mut open = self.open.take().ok_or_else(|| SqliteError::NotOpen(self.path.clone()))?;
        let done = work(&mut open).map_err(|fault| fault.in_file(&self.path))?;
        self.open = Some(open);
        Ok(done)
    }
}

impl Sink for SqliteFile {
    fn open(&mut self, stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        self.open = None;
        let token = known.map(|known| read_token(&self.path, known)).transpose()?.flatten();
        make_file(&self.path, token.is_some())?;
        let known = known.map_or(0, |known| known.n);
        let opened = Open::new(&self.path, self.patience, stream, known, token.as_ref());
        let open = opened.map_err(|fault| fault.in_file(&self.path))?;
        let position = open.position();
        self.open = Some(open);
        Ok(position)
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        self.while_open(|open| open.take(batch))
    }

    fn checkpoint(&mut self, _when: When) -> Result<Position, SinkError> {
        self.while_open(|open| {
            open.commit()?;
            Ok(open.position())
        })
    }

    /// Other crawls' rows stay.
    fn erase(&mut self) -> Result<bool, SinkError> {
        self.while_open(Open::erase)?;
        self.open = None;
        Ok(true)
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::ExactlyOnce
    }
}

impl Open {
    fn erase(&mut self) -> Result<(), Fault> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM records WHERE stream = ?1", [&self.stream])?;
        transaction.execute("DELETE FROM delivery WHERE stream = ?1", [&self.stream])?;
        Ok(transaction.commit()?)
    }

    fn new(
        path: &Path,
        patience: Duration,
        stream: &StreamId,
        known: u64,
        token: Option<&Token>,
    ) -> Result<Self, Fault> {
        let mut connection = connect(path, patience)?;
        schema::migrate(&mut connection)?;
        let database: String =
            connection.query_row("SELECT value FROM about WHERE key = 'database'", [], |row| row.get(0))?;
        if token.is_some_and(|token| token.database != database) {
            return Err(Fault::Another);
        }
        let there = position_in(&connection, stream)?;
        // Behind its own note the database is an older copy, and its number says what it lacks. Else the driver's
        // number may be ahead by items that are not for this sink.
        let is_older = token.is_some_and(|token| there.unwrap_or(0) < token.n);
        let n = if is_older { there.unwrap_or(0) } else { there.unwrap_or(0).max(known) };
        if there != Some(n) {
            let sql = "INSERT INTO delivery VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = excluded.n";
            connection.execute(sql, params![stream.0, SINK, n.cast_signed()])?;
        }
        let stream = stream.0.clone();
        let (waiting, waiting_bytes) = (Vec::new(), 0);
        Ok(Self { connection, stream, database, waiting, waiting_bytes, taken: n, committed: n })
    }

    fn position(&self) -> Position {
        let token = serde_json::json!({ "database": self.database, "n": self.committed }).to_string();
        Position { n: self.committed, token: token.into_bytes() }
    }

    fn take(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, Fault> {
        let mut rejected = Vec::new();
        for delivery in batch {
            match Row::of(&delivery.item) {
                Ok(row) => {
                    self.waiting_bytes += row.size();
                    self.waiting.push(row);
                }
                Err(why) => rejected.push(Rejected { n: delivery.n, why }),
            }
            self.taken = delivery.n;
            if self.waiting_bytes >= COMMIT_AT {
                self.commit()?;
            }
        }
        Ok(rejected)
    }

    /// Writes what waits and the position, all or nothing.
    fn commit(&mut self) -> Result<(), Fault> {
        if self.taken == self.committed {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.waiting {
            row.upsert(&transaction, &self.stream)?;
        }
        let moved = transaction.execute(
            "UPDATE delivery SET n = ?1 WHERE stream = ?2 AND sink = ?3 AND n = ?4",
            params![self.taken.cast_signed(), self.stream, SINK, self.committed.cast_signed()],
        )?;
        if moved != 1 {
            return Err(Fault::Disturbed);
        }
        transaction.commit()?;
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.committed = self.taken;
        Ok(())
    }
}

fn position_in(connection: &Connection, stream: &StreamId) -> Result<Option<u64>, Fault> {
    let sql = "SELECT n FROM delivery WHERE stream = ?1 AND sink = ?2";
    let n = connection.query_row(sql, params![stream.0, SINK], |row| row.get::<_, i64>(0)).optional()?;
    Ok(n.map(i64::cast_unsigned))
}

/// The note in a position. An empty one means that items before it are not for this sink.
fn read_token(path: &Path, known: &Position) -> Result<Option<Token>, SqliteError> {
    if known.token.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&known.token)
        .map(Some)
        .map_err(|source| SqliteError::Token { path: path.to_owned(), source })
}

/// Makes sure that there is a place for the database. One that was written to is never made anew.
fn make_file(path: &Path, written: bool) -> Result<(), SqliteError> {
    if path.exists() {
        return if path.is_file() { Ok(()) } else { Err(SqliteError::NotAFile(path.to_owned())) };
    }
    if written {
        return Err(SqliteError::Missing(path.to_owned()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    make_folder(folder)?;
    match std::fs::File::create_new(path) {
        Ok(_) => Ok(sync_folder(folder)?),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(FileError::io("make", path, source).into()),
    }
}

fn connect(path: &Path, patience: Duration) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(patience)?;
    // Extra: the journal's removal is the commit, and only this makes it durable. FULL may take the last transaction
    // back after a power loss, when the outbox has already forgotten its records.
    // The cache takes a whole transaction: what spills into the file early locks readers out.
    connection.execute_batch("PRAGMA synchronous = EXTRA; PRAGMA cache_size = -16000;")?;
    Ok(connection)
}
