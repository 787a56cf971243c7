use masthead_record::{Item, Removed};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;

use crate::fields::{self, COLUMNS};

/// What the newer of two rows is: the higher revision, and among equal ones what was seen later. Another crawl of the
/// same site counts its revisions from 1 again.
const NEWER: &str = "excluded.revision > records.revision OR (excluded.revision = records.revision AND \
    coalesce(excluded.removed_at, excluded.fetched, '') >= coalesce(records.removed_at, records.fetched, ''))";

/// An item on its way into the table.
pub(super) struct Row {
    removed: bool,
    values: Vec<Sql>,
}

impl Row {
    /// The row of an item, or why it has none.
    pub(super) fn of(item: &Item) -> Result<Self, String> {
        match item {
            Item::Record(_) => Self::record(item).map_err(|error| error.to_string()),
            Item::Removed(removed) => Self::removed(removed).map_err(|error| error.to_string()),
            _ => Err("this version has no row for such an item".to_owned()),
        }
    }

    fn record(item: &Item) -> Result<Self, serde_json::Error> {
        let fields = fields::of(item)?;
        let columns = COLUMNS.iter().map(|name| fields.get(*name).map_or(Sql::Null, sql));
        let whole = Sql::Text(serde_json::to_string(item)?);
        Ok(Self { removed: false, values: columns.chain([whole]).collect() })
    }

    fn removed(removed: &Removed) -> Result<Self, serde_json::Error> {
        let text = |text: &str| Sql::Text(text.to_owned());
        let values = vec![
            text(removed.id.as_str()),
            Sql::Integer(removed.revision.into()),
            text("removed"),
            text(&removed.profile),
            text(&removed.url),
            removed.fetched.as_deref().map_or(Sql::Null, text),
            Sql::Text(serde_json::to_string(removed)?),
        ];
        Ok(Self { removed: true, values })
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let sizes = self.values.iter().map(|value| match value {
            Sql::Text(text) => text.len(),
            _ => size_of::<Sql>(),
        });
        sizes.sum()
    }

    /// Puts it in the place of an older row of the same id; leaves a newer one alone.
    pub(super) fn upsert(&self, connection: &Connection, stream: &str) -> rusqlite::Result<()> {
        let sql = if self.removed { remove_statement() } else { record_statement() };
        let stream = Sql::Text(stream.to_owned());
        connection.prepare_cached(&sql)?.execute(params_from_iter(self.values.iter().chain([&stream])))?;
        Ok(())
    }
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Bool(yes) => Sql::Integer((*yes).into()),
        Value::Number(number) if number.is_i64() => number.as_i64().map_or(Sql::Null, Sql::Integer),
        value => fields::text(value).map_or(Sql::Null, |text| Sql::Text(text.into_owned())),
    }
}

fn record_statement() -> String {
    let columns = COLUMNS.join(", ");
    let places = vec!["?"; COLUMNS.len() + 2].join(", ");
    let sets: Vec<_> = COLUMNS.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "INSERT INTO records ({columns}, record, stream) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {}, \
         record = excluded.record, stream = excluded.stream, removed = 0, removed_at = NULL WHERE {NEWER}",
        sets.join(", ")
    )
}

/// A row that is there keeps all that it says. Where there is none, the note alone is kept.
fn remove_statement() -> String {
    format!(
        "INSERT INTO records (id, revision, kind, profile, url, removed, removed_at, record, stream) \
         VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET \
         revision = excluded.revision, removed = 1, removed_at = excluded.removed_at WHERE {NEWER}"
    )
}
