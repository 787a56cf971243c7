use rusqlite::{Connection, TransactionBehavior};

use super::error::Fault;

/// `MSTR`: tells our files from other programs', and from a crawl's state (`PRAGMA application_id`).
const APPLICATION: i64 = 0x4d53_5452;

/// What leads from each format to the next; the file's `user_version` says how many of them it has seen. Never change
/// one that was released: add another.
const MIGRATIONS: &[&str] = &[FORMAT_1];

/// Tables are not STRICT and JSON is read by functions, not by `->`: whatever has SQLite 3.31 (2020) can open the file.
///
/// `number` is there because a table without an integer key gets new row numbers from VACUUM, and the index of words
/// knows rows by number. Rarely read fields are taken from `record` when somebody asks for them: no body is there thrice.
const FORMAT_1: &str = "
CREATE TABLE about (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO about VALUES ('database', lower(hex(randomblob(16))));

-- Up to which number each stream has its records here; moved in the transaction of the rows themselves.
CREATE TABLE delivery (
    stream TEXT NOT NULL, sink TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (stream, sink)
) WITHOUT ROWID;

CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, kind TEXT NOT NULL, profile TEXT NOT NULL, layout TEXT,
    url TEXT NOT NULL, fetched TEXT,
    title TEXT, subtitle TEXT, section TEXT, summary TEXT, byline TEXT, authors TEXT, published TEXT, updated TEXT,
    tags TEXT, language TEXT, body TEXT, images TEXT, related TEXT, paywalled INTEGER, extra TEXT, missing TEXT,
    removed INTEGER NOT NULL DEFAULT 0, removed_at TEXT,
    record TEXT NOT NULL, stream TEXT NOT NULL,
    blocks TEXT AS (json_extract(record, '$.blocks')),
    truncated TEXT AS (json_extract(record, '$.truncated')),
    provenance TEXT AS (json_extract(record, '$.provenance')),
    ledger TEXT AS (json_extract(record, '$.ledger'))
);
CREATE INDEX records_url ON records (url);
CREATE INDEX records_published ON records (published);
CREATE INDEX records_stream ON records (stream);

CREATE VIRTUAL TABLE records_fts USING fts5(
    title, body, content = 'records', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER records_added AFTER INSERT ON records BEGIN
    INSERT INTO records_fts (rowid, title, body) VALUES (NEW.number, NEW.title, NEW.body);
END;
CREATE TRIGGER records_changed AFTER UPDATE OF number, title, body ON records BEGIN
    INSERT INTO records_fts (records_fts, rowid, title, body) VALUES ('delete', OLD.number, OLD.title, OLD.body);
    INSERT INTO records_fts (rowid, title, body) VALUES (NEW.number, NEW.title, NEW.body);
END;
CREATE TRIGGER records_deleted AFTER DELETE ON records BEGIN
    INSERT INTO records_fts (records_fts, rowid, title, body) VALUES ('delete', OLD.number, OLD.title, OLD.body);
END;

CREATE VIEW articles AS
SELECT number, published, section, title, byline, summary, body, url, language, profile
FROM records WHERE kind = 'article' AND removed = 0;
";

/// Brings the database to the present format, all or nothing. Refuses other programs' and those of later versions
/// without a write to them.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let known = MIGRATIONS.len();
    if seen(connection)? == known {
        return Ok(()); // no lock is asked for where nothing is to be done
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let seen = seen(&transaction)?; // another crawl may have been faster
    for migration in MIGRATIONS.iter().skip(seen) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known as i64)?;
    Ok(transaction.commit()?)
}

/// How many migrations the database has seen; 0 where it is empty.
fn seen(connection: &Connection) -> Result<usize, Fault> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, found) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if (application, found, tables) == (0, 0, 0) {
        return Ok(0);
    }
    match usize::try_from(found) {
        Ok(seen) if application == APPLICATION && seen <= MIGRATIONS.len() => Ok(seen),
        Ok(_) if application == APPLICATION => Err(Fault::Newer { found, known: MIGRATIONS.len() }),
        _ => Err(Fault::Foreign),
    }
}
