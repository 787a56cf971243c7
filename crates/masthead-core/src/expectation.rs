//! What a profile's test expects, against what was read.

use masthead_record::{BlockKind, Record};
use serde_json::{Map, Value, json};

/// One expectation that does not hold.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The key below `expect`, dotted: `body.words`, `images.first.credit`.
    pub key: String,
    /// What the test says.
    pub expected: Value,
    /// What the page gave.
    pub found: Value,
    /// What the test would have to say to hold, in the form in which it is written: of people that are named by their
    /// names only the names, of items the keys that the test names. `None` where only a person can say it: a text that
    /// the body must have or must lack.
    pub accepted: Option<Value>,
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
                compare_items(key, expect, &field(record, key), &mut mismatches);
            }
            _ => check(key.clone(), expected, field(record, key), &mut mismatches),
        }
    }
    mismatches
}

fn compare_items(key: &str, expect: &Map<String, Value>, found: &Value, mismatches: &mut Vec<Mismatch>) {
    let items = found.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() && ["first", "last"].iter().any(|part| expect.contains_key(*part)) {
        return check(key.to_owned(), &Value::Object(expect.clone()), json!([]), mismatches);
    }
    for (part, expected) in expect {
        let found = match part.as_str() {
            "count" => json!(items.len()),
            "last" => items.last().cloned().unwrap_or(Value::Null),
            _ => items.first().cloned().unwrap_or(Value::Null),
        };
        check(format!("{key}.{part}"), expected, found, mismatches);
    }
}

/// A field of the record as JSON; `byline` is the list of authors.
fn field(record: &Record, key: &str) -> Value {
    let whole = serde_json::to_value(record).unwrap_or_default();
    whole.get(if key == "byline" { "authors" } else { key }).cloned().unwrap_or(Value::Null)
}

/// Maps are compared key by key, down to the fields of one's own, whose values are any JSON.
fn check(key: String, expected: &Value, found: Value, mismatches: &mut Vec<Mismatch>) {
    if fits(expected, &found) {
        return;
    }
    if let (Value::Object(expected), Value::Object(found)) = (expected, &found)
        && !key.starts_with("extra.")
    {
        for (part, expected) in expected {
            let found = found.get(part).cloned().unwrap_or(Value::Null);
            check(format!("{key}.{part}"), expected, found, mismatches);
        }
        return;
    }
    let accepted = Some(in_form(expected, &found)).filter(|accepted| takes(&key, accepted));
    mismatches.push(Mismatch { key, expected: expected.clone(), found, accepted });
}

/// Whether a test can say this: a ledger that is not there has no number, and records of one's own are not read.
fn takes(key: &str, accepted: &Value) -> bool {
    let never_null = ["url", "tags", "authors", "missing", "paywalled"].contains(&key);
    let number = key.starts_with("body.");
    !(key.starts_with("records") || accepted.is_null() && (never_null || number))
}

/// What was found, in the form of what was expected.
fn in_form(expected: &Value, found: &Value) -> Value {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let named = expected
                .iter()
                .map(|(key, value)| (key.clone(), in_form(value, found.get(key).unwrap_or(&Value::Null))));
            Value::Object(named.collect())
        }
        (Value::Array(expected), Value::Array(found)) => {
            // What stands beyond the test's list is written as its last item is.
            let form = |index: usize| expected.get(index).or_else(|| expected.last()).unwrap_or(&Value::Null);
            found.iter().enumerate().map(|(index, found)| in_form(form(index), found)).collect()
        }
        (Value::String(_), Value::Object(person)) => person.get("name").cloned().unwrap_or(Value::Null),
        (Value::String(_), Value::Array(people)) => {
            names(people).map_or_else(|| found.clone(), Value::String)
        }
        (_, Value::Array(found)) => found.iter().map(|found| in_form(&Value::Null, found)).collect(),
        (_, Value::Object(found)) => {
            let known = found.iter().filter(|(_, value)| !value.is_null());
            Value::Object(known.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => found.clone(),
    }
}

/// The names of people in one line.
fn names(people: &[Value]) -> Option<String> {
    let names: Vec<&str> = people.iter().filter_map(|person| person.get("name")?.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
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
        (Value::String(expected), Value::Array(people)) => names(people).as_ref() == Some(expected),
        // A list that must be absent is empty.
        (Value::Null, Value::Array(found)) => found.is_empty(),
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
        let accepted = Some(Value::String(words_at_edge(part, &text, edge.split(' ').count())));
        mismatches.push(Mismatch { key, expected: expected.clone(), found: json!(shown), accepted });
    }
}

/// The first or last so many words of a text.
fn words_at_edge(part: &str, text: &str, count: usize) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let from = if part == "starts" { 0 } else { words.len().saturating_sub(count) };
    words.into_iter().skip(from).take(count).collect::<Vec<_>>().join(" ")
}

/// Each of the texts must stand in the body, or must not.
fn compare_words(part: &str, key: String, expected: &Value, text: &str, mismatches: &mut Vec<Mismatch>) {
    let wanted = match expected {
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    };
    for word in wanted.into_iter().filter(|word| text.contains(word) == (part == "lacks")) {
        let found = if part == "lacks" { "it stands in the body" } else { "it does not stand in the body" };
        mismatches.push(Mismatch {
            key: key.clone(),
            expected: json!(word),
            found: json!(found),
            accepted: None,
        });
    }
}

#[cfg(test)]
mod tests;
