use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What makes two records the same record: 128 bits, written as 32 lower-case hexadecimal digits.
///
/// The first 128 bits of the SHA-256 (FIPS 180-4) over kind, canonical URL and key, each followed by a zero byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(String);

impl RecordId {
    /// The id of the record of `kind` at the canonical `url`. `key` tells apart several records of one page and is
    /// empty for articles.
    #[must_use]
    pub fn new(kind: &str, url: &str, key: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [kind, url, key] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key of a record that is known by the values of some of its fields: they as one JSON list. Stable over runs,
    /// whatever else of the record changes.
    #[must_use]
    pub fn key_of_values(values: &[&Value]) -> String {
        let sorted = values.iter().map(|value| sorted((*value).clone())).collect();
        Value::Array(sorted).to_string()
    }

    /// The key of a record that is known by all of its fields: their SHA-256 (FIPS 180-4), whatever their order, and which
    /// of the equal ones on its page it is, from 0.
    #[must_use]
    pub fn key_of_fields(fields: &Map<String, Value>, equals_before: usize) -> String {
        let hash = Sha256::digest(sorted(Value::Object(fields.clone())).to_string().as_bytes());
        let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{digits} {equals_before}")
    }

    /// The 32 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value with the keys of all its objects in order.
fn sorted(mut value: Value) -> Value {
    value.sort_all_objects();
    value
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(RecordId::new("a", "b", ""), RecordId::new("ab", "", ""));
        assert_eq!(RecordId::new("article", "https://example.com/", "").as_str().len(), 32);
    }

    #[test]
    fn keys_do_not_hang_on_the_order_of_fields_and_equals_are_counted() {
        let fields = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let (one, other) = (fields(r#"{"a":1,"b":{"c":2,"d":3}}"#), fields(r#"{"b":{"d":3,"c":2},"a":1}"#));
        assert_eq!(RecordId::key_of_fields(&one, 0), RecordId::key_of_fields(&other, 0));
        assert_ne!(RecordId::key_of_fields(&one, 0), RecordId::key_of_fields(&one, 1));
        let value = |text: &str| Value::String(text.to_owned());
        let (a, b, both, none) = (value("a"), value("b"), value("a,b"), value(""));
        assert_eq!(RecordId::key_of_values(&[&a, &b]), r#"["a","b"]"#);
        assert_ne!(RecordId::key_of_values(&[&a, &b]), RecordId::key_of_values(&[&both, &none]));
    }

    #[test]
    fn the_id_of_a_record_never_changes_between_versions() {
        let id = RecordId::new("article", "https://example.com/a", "");
        assert_eq!(id.as_str(), "ab7344714cb3dbc4f01bc5aed796ad3b", "a changed id would double every record");
    }
}
