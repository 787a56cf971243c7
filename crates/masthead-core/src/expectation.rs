//! What a profile's test expects, against what was read.

use masthead_record::{BlockKind, Record};
use serde_json::{Map, Value, json};

/// One expectation that does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// The key below `expect`, dotted: `body.words`.
    pub key: String,
    /// What the test says.
    pub expected: Value,
    /// What the page gave.
    pub found: Value,
}

/// Compares a record, read with [`crate::Options::explain`], with a test's `expect`. What the test doesn't name isn't
/// looked at.
#[must_use]
pub fn compare(expect: &Map<String, Value>, record: &Record) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    for (key, expected) in expect {
        match (key.as_str(), expected) {
            ("body", Value::Object(expect)) => {
                for (part, expected) in expect {
                    compare_body(part, expected, record, &mut mismatches);
                }
            }
            ("images" | "related", Value::Object(expect)) => {
                let found = field(record, key);
                let items = found.as_array().cloned().unwrap_or_default();
                for (part, expected) in expect {
                    let found = match part.as_str() {
                        "count" => json!(items.len()),
                        "last" => items.last().cloned().unwrap_or(Value::Null),
                        _ => items.first().cloned().unwrap_or(Value::Null),
                    };
                    check(format!("{key}.{part}"), expected, found, &mut mismatches);
                }
            }
            _ => check(key.clone(), expected, field(record, key), &mut mismatches),
        }
    }
    mismatches
}

/// A field of the record as JSON; `byline` is the list of authors.
fn field(record: &Record, key: &str) -> Value {
    let whole = serde_json::to_value(record).unwrap_or_default();
    whole.get(if key == "byline" { "authors" } else { key }).cloned().unwrap_or(Value::Null)
}

fn check(key: String, expected: &Value, found: Value, mismatches: &mut Vec<Mismatch>) {
    if !fits(expected, &found) {
        mismatches.push(Mismatch { key, expected: expected.clone(), found });
    }
}

/// Whether the found value is what was expected: objects by the keys that the test names, lists one by one, people by
/// their names where the test gives only names, times as instants.
fn fits(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().all(|(key, value)| fits(value, found.get(key).unwrap_or(&Value::Null)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| fits(expected, found))
        }
        (Value::String(name), Value::Object(person)) => {
            person.get("name").and_then(Value::as_str) == Some(name)
        }
        (Value::String(_), Value::Array(people)) if people.len() == 1 => {
            people.first().is_some_and(|person| fits(expected, person))
        }
        (Value::String(expected), Value::String(found)) => expected == found || same_instant(expected, found),
        (Value::Number(expected), Value::Number(found)) => expected.as_f64() == found.as_f64(),
        _ => expected == found,
    }
}

fn same_instant(expected: &str, found: &str) -> bool {
    match (expected.parse::<jiff::Timestamp>(), found.parse::<jiff::Timestamp>()) {
        (Ok(expected), Ok(found)) => expected == found,
        _ => false,
    }
}

fn compare_body(part: &str, expected: &Value, record: &Record, mismatches: &mut Vec<Mismatch>) {
    let text = record.content.body.as_deref().unwrap_or("");
    let key = format!("body.{part}");
    let count =
        |kind: BlockKind| json!(record.content.blocks.iter().filter(|block| block.kind == kind).count());
    let ledger = record.ledger.as_ref();
    let found = match part {
        "paragraphs" => count(BlockKind::Paragraph),
        "headings" => count(BlockKind::Heading),
        "quotes" => count(BlockKind::Quote),
        "lists" => count(BlockKind::List),
        "tables" => count(BlockKind::Table),
        "blocks" => json!(record.content.blocks.len()),
        "words" => json!(text.split_whitespace().count()),
        "residual" => ledger.map_or(Value::Null, |ledger| json!(ledger.residual)),
        "linked" => ledger.map_or(Value::Null, |ledger| json!(ledger.linked)),
        "outside" => ledger.map_or(Value::Null, |ledger| json!(ledger.outside)),
        "starts" | "ends" => return compare_edge(part, key, expected, text, mismatches),
        "has" | "lacks" => return compare_words(part, key, expected, text, mismatches),
        _ => Value::Null,
    };
    check(key, expected, found, mismatches);
}

fn compare_edge(part: &str, key: String, expected: &Value, text: &str, mismatches: &mut Vec<Mismatch>) {
    let edge = crate::dom::tidy(expected.as_str().unwrap_or_default());
    let text = crate::dom::tidy(text);
    let holds = if part == "starts" { text.starts_with(&edge) } else { text.ends_with(&edge) };
    if !holds {
        let count = edge.chars().count().max(40);
        let characters: Vec<char> = text.chars().collect();
        let from = if part == "starts" { 0 } else { characters.len().saturating_sub(count) };
        let shown: String = characters.into_iter().skip(from).take(count).collect();
        mismatches.push(Mismatch { key, expected: expected.clone(), found: json!(shown) });
    }
}

/// Each of the texts must stand in the body, or must not.
fn compare_words(part: &str, key: String, expected: &Value, text: &str, mismatches: &mut Vec<Mismatch>) {
    let wanted = match expected {
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    };
    for word in wanted.into_iter().filter(|word| text.contains(word) == (part == "lacks")) {
        let found = if part == "lacks" { "it stands in the body" } else { "it does not stand in the body" };
        mismatches.push(Mismatch { key: key.clone(), expected: json!(word), found: json!(found) });
    }
}
