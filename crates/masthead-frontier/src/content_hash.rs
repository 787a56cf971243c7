use masthead_record::Record;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::StoreError;

/// Fields that say how and when a record was read, not what its page says.
const NOT_CONTENT: [&str; 4] = ["revision", "fetched", "provenance", "ledger"];

/// The SHA-256 of what a record says: its JSON without revision, fetched, provenance and ledger.
///
/// Names are sorted, and empty fields left out, so that neither another order of the profile's lines nor a field
/// that a later version adds makes a new revision of every record.
///
/// # Errors
/// [`StoreError::Unreadable`] where the record can't be written as JSON.
pub fn content_hash(record: &Record) -> Result<[u8; 32], StoreError> {
    let unreadable = |cause: serde_json::Error| StoreError::Unreadable {
        what: "a record",
        cause: std::sync::Arc::new(cause),
    };
    let mut value = serde_json::to_value(record).map_err(unreadable)?;
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, value| !NOT_CONTENT.contains(&name.as_str()) && !is_empty(value));
    }
    value.sort_all_objects();
    let text = serde_json::to_string(&value).map_err(unreadable)?;
    Ok(Sha256::digest(text.as_bytes()).into())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
