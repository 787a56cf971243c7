//! An item as columns: its fields by name, lists and objects as JSON.

use std::borrow::Cow;

use masthead_record::Item;
use serde_json::{Map, Value};

/// What tables have a column for: what is known of the record, then what the page says.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "revision",
    "kind",
    "profile",
    "layout",
    "url",
    "fetched",
    "title",
    "subtitle",
    "section",
    "summary",
    "byline",
    "authors",
    "published",
    "updated",
    "tags",
    "language",
    "body",
    "images",
    "related",
    "paywalled",
    "extra",
    "missing",
];

/// The item's fields, in the words of its JSON. Those of a record of a kind of the profile's own stand as `extra` too,
/// where tables have a place for what only one profile knows.
pub(crate) fn of(item: &Item) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(item)? {
        Value::Object(mut fields) => {
            if let (Some(own), false) = (fields.get("fields"), fields.contains_key("extra")) {
                fields.insert("extra".to_owned(), own.clone());
            }
            Ok(fields)
        }
        other => Ok(Map::from_iter([("item".to_owned(), other)])),
    }
}

/// A value as the text of a cell: a text as it stands, a list or an object as JSON; none where there is no value.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}
