use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::fields;
use crate::nearest::nearest;

/// Columns that a spec must choose: what another column has already, and notes for people who mend profiles.
const ON_REQUEST: &[&str] = &["blocks", "fields", "truncated", "provenance", "ledger"];

/// What a column's name begins with that holds one of the profile's own fields: of an article, or of a record of a kind
/// of the profile's own.
const OWN: [(&str, &str); 2] = [("extra.", "extra"), ("fields.", "fields")];

/// The columns of a file, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<String>);

/// Why columns can't be had.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnsError {
    /// No record has it.
    #[error(
        "there is no column `{name}`{}: there is {}; a field of the profile's own is `extra.NAME`, or `fields.NAME` in its own records",
        .nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)")),
        known().collect::<Vec<_>>().join(", ")
    )]
    Unknown {
        /// What was given.
        name: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A column given twice.
    #[error("the column `{0}` stands twice: leave one out")]
    Repeated(String),
}

fn known() -> impl Iterator<Item = &'static str> {
    fields::COLUMNS.iter().chain(ON_REQUEST).copied()
}

impl Default for Columns {
    fn default() -> Self {
        Self(fields::COLUMNS.iter().copied().map(str::to_owned).collect())
    }
}

impl Columns {
    /// Reads names parted by commas: fields of a record, and `extra.NAME` or `fields.NAME` for one of the profile's own.
    ///
    /// # Errors
    /// Where a name is no column, or stands twice.
    pub fn parse(names: &str) -> Result<Self, ColumnsError> {
        Self::of(names.split(','))
    }

    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, ColumnsError> {
        let mut columns: Vec<String> = Vec::new();
        for name in names.into_iter().map(str::trim) {
            if own(name).is_none() && !known().any(|known| known == name) {
                return Err(ColumnsError::Unknown { name: name.to_owned(), nearest: nearest(name, known()) });
            }
            if columns.iter().any(|there| there == name) {
                return Err(ColumnsError::Repeated(name.to_owned()));
            }
            columns.push(name.to_owned());
        }
        Ok(Self(columns))
    }

    /// The names, as the header has them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The cells of one row.
    pub(super) fn cells<'a>(
        &'a self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = Cow<'a, str>> + 'a {
        self.names().map(|name| value(fields, name).and_then(fields::text).unwrap_or_default())
    }
}

/// The object that a column's value stands in, and the name of the value there.
fn own(column: &str) -> Option<(&'static str, &str)> {
    let mut found = OWN.iter().filter_map(|(prefix, object)| Some((*object, column.strip_prefix(prefix)?)));
    found.next().filter(|(_, field)| !field.is_empty())
}

fn value<'a>(fields: &'a Map<String, Value>, column: &str) -> Option<&'a Value> {
    let Some((object, own)) = own(column) else {
        return fields.get(column);
    };
    let all = fields.get(object)?;
    // A field's name may hold a dot itself; else each part leads one object down.
    all.get(own).or_else(|| own.split('.').try_fold(all, |value, name| value.get(name)))
}
