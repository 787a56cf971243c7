use std::path::Path;

use rusqlite::Connection;

use super::fault::{Attempt, Fault};
use crate::StoreError;

/// `MSTH`: tells our files from other programs' (`PRAGMA application_id`).
const APPLICATION: i64 = 0x4d53_5448;

/// What leads from each format to the next; the file's `user_version` says how many of them it has seen. Never change
/// one that was released: add another.
const MIGRATIONS: &[&str] = &[FORMAT_1, FORMAT_2, FORMAT_3];

/// Everything that is counted often has a row in `tally`, kept by triggers: they are part of the same transaction and
/// of the same savepoint, so that a count never drifts from what it counts.
const FORMAT_1: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    what TEXT NOT NULL, part TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (what, part, state)
) STRICT, WITHOUT ROWID;

-- due_at: when the host may be claimed; the latest of next_at, blocked_until and, while leased, the lease's end.
CREATE TABLE host (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, due_at INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0, blocked_until INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX host_due ON host (due_at, id) WHERE waiting > 0;
CREATE INDEX host_leased ON host (id) WHERE leased = 1;
CREATE TRIGGER host_added AFTER INSERT ON host BEGIN
    INSERT INTO tally VALUES ('host', '', '', 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE task (
    id INTEGER PRIMARY KEY, host INTEGER NOT NULL REFERENCES host (id), key TEXT NOT NULL, purpose TEXT NOT NULL,
    url TEXT NOT NULL, priority INTEGER NOT NULL, depth INTEGER NOT NULL, referrer TEXT, witnesses TEXT,
    state TEXT NOT NULL, round INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER,
    done_at INTEGER, status INTEGER, bytes INTEGER, etag TEXT, last_modified TEXT, reason TEXT,
    UNIQUE (key, purpose)
) STRICT;
CREATE INDEX task_waiting ON task (host, priority, id) WHERE state = 'waiting';
CREATE INDEX task_delayed ON task (not_before, id) WHERE state = 'delayed';
CREATE TRIGGER task_added AFTER INSERT ON task BEGIN
    INSERT INTO tally VALUES ('task', NEW.purpose, NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    UPDATE host SET waiting = waiting + 1 WHERE id = NEW.host AND NEW.state = 'waiting';
END;
CREATE TRIGGER task_moved AFTER UPDATE OF state ON task WHEN OLD.state <> NEW.state BEGIN
    UPDATE tally SET n = n - 1 WHERE what = 'task' AND part = OLD.purpose AND state = OLD.state;
    INSERT INTO tally VALUES ('task', NEW.purpose, NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    UPDATE host SET waiting = waiting + (NEW.state = 'waiting') - (OLD.state = 'waiting') WHERE id = NEW.host;
END;

CREATE TABLE record (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, hash BLOB NOT NULL,
    task INTEGER NOT NULL REFERENCES task (id), round INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX record_task ON record (task);
CREATE TRIGGER record_added AFTER INSERT ON record BEGIN
    INSERT INTO tally VALUES ('record', '', NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER record_moved AFTER UPDATE OF state ON record WHEN OLD.state <> NEW.state BEGIN
    UPDATE tally SET n = n - 1 WHERE what = 'record' AND part = '' AND state = OLD.state;
    INSERT INTO tally VALUES ('record', '', NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE robots (
    origin TEXT PRIMARY KEY, rule TEXT NOT NULL, text TEXT NOT NULL, fetched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a plain row id is given again once the row with the highest was pruned.
CREATE TABLE outbox (n INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL) STRICT;
CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN
    INSERT INTO tally VALUES ('outbox', '', '', 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER outbox_pruned AFTER DELETE ON outbox BEGIN
    UPDATE tally SET n = n - 1 WHERE what = 'outbox' AND part = '' AND state = '';
END;

CREATE TABLE cursor (sink TEXT PRIMARY KEY, n INTEGER NOT NULL, token BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
    sink TEXT NOT NULL, n INTEGER NOT NULL, why TEXT NOT NULL, item TEXT, PRIMARY KEY (sink, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dead_letter_added AFTER INSERT ON dead_letter BEGIN
    INSERT INTO tally VALUES ('dead_letter', '', '', 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

INSERT INTO meta VALUES ('round', '1'), ('pruned', '0'), ('clock', '0'), ('stream', lower(hex(randomblob(16))));
";

/// What lies between two requests to a host, in milliseconds: for hosts that were leased when a process died. And what a
/// page has named, for when it says that it has not changed.
const FORMAT_2: &str = "
ALTER TABLE host ADD COLUMN pace INTEGER NOT NULL DEFAULT 0;
CREATE INDEX task_referrer ON task (referrer) WHERE referrer IS NOT NULL;
";

/// What was seen on pages, and pages that were kept; `at` is in milliseconds since 1970.
const FORMAT_3: &str = "
CREATE TABLE observation (
    at INTEGER NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (at, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sample (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, part TEXT NOT NULL, good INTEGER NOT NULL,
    said TEXT NOT NULL, text BLOB NOT NULL
) STRICT;
CREATE INDEX sample_kept ON sample (part, good, at);
";

/// The first format that has observations and samples.
pub(super) const WITH_HISTORY: usize = 3;

/// Brings a file to the present format. Refuses other programs' files, and those of later versions.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Attempt<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let outcome = in_transaction(connection, path);
    if outcome.is_ok() {
        connection.execute_batch("COMMIT")?;
    } else if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    outcome
}

fn in_transaction(connection: &Connection, path: &Path) -> Attempt<()> {
    to_format(connection, path, MIGRATIONS.len())
}

/// Applies what a file has not seen yet of the first so many migrations.
pub(super) fn to_format(connection: &Connection, path: &Path, format: usize) -> Attempt<()> {
    let seen = check(connection, path)?;
    let known = format as i64;
    for migration in MIGRATIONS.iter().take(format).skip(seen) {
        connection.execute_batch(migration)?;
    }
    if (seen as i64) < known {
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", known)?;
    }
    Ok(())
}

/// How many migrations a file has seen; 0 for one that is empty.
pub(super) fn check(connection: &Connection, path: &Path) -> Attempt<usize> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, found) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let foreign = || Fault::Store(StoreError::Foreign { path: path.to_path_buf() });
    if application != APPLICATION {
        return if (application, found, tables) == (0, 0, 0) { Ok(0) } else { Err(foreign()) };
    }
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known }.into());
    }
    usize::try_from(found).map_err(|_| foreign())
}
