//! What was found, written into the tests of a profile: the text is changed in the places that the loader knows, so that
//! comments, order and style stay as they are.

use std::ops::Range;

use serde_json::Value;

use super::fault::Faults;
use super::node::{Content, Node};
use super::source::{File, Source};
use super::written::{self, Quotes};
use super::yaml;

/// A value that a test shall expect from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// The test's number in the file, from 0.
    pub test: usize,
    /// The key below `expect`, dotted: `body.words`.
    pub key: String,
    /// The value.
    pub value: Value,
}

/// Why a correction can't be written; the author must do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CorrectionError {
    /// The file can't be read as YAML.
    #[error("the profile can't be read")]
    Unreadable,
    /// There is no such test, or it has no such key.
    #[error("the file has no `{key}` in that test")]
    NoSuchKey {
        /// The key below `expect`.
        key: String,
    },
    /// The value is shared, or written in a way that can't be changed in its place.
    #[error(
        "`{key}` on line {line} can't be changed without a change elsewhere, as where `*` repeats a value: write it by hand"
    )]
    Shared {
        /// The key below `expect`.
        key: String,
        /// Where its value stands.
        line: u32,
    },
}

/// The profile's text with these values in its tests, and nothing else changed.
///
/// # Errors
/// Where a correction has no place of its own in the text. What is returned always reads as the old profile does, but
/// for the corrections.
pub fn correct_tests(source: &Source, corrections: &[Correction]) -> Result<String, CorrectionError> {
    // One after another: places move, and each is checked on its own.
    let mut text = source.text.clone();
    for correction in corrections {
        text = correct(&Source::new(source.name.as_str(), text), correction)?;
    }
    Ok(text)
}

fn correct(source: &Source, correction: &Correction) -> Result<String, CorrectionError> {
    let root = tree(source).ok_or(CorrectionError::Unreadable)?;
    let missing = || CorrectionError::NoSuchKey { key: correction.key.clone() };
    let test = root.get("tests").and_then(|tests| tests.items().get(correction.test)).ok_or_else(missing)?;
    let place = find(test, &correction.key).ok_or_else(missing)?;
    let mut edits = Vec::new();
    change(&place, &correction.value, &mut edits);
    let text = apply(&source.text, edits);
    let shared = || CorrectionError::Shared { key: correction.key.clone(), line: place.node.span.line() };
    let text = text.ok_or_else(shared)?;
    // The new text must say what the old one said, with this one value in it.
    let mut wanted = root.to_json();
    let pointer = pointer(correction);
    *wanted.pointer_mut(&pointer).ok_or_else(missing)? = correction.value.clone();
    let written = tree(&Source::new(source.name.as_str(), text.as_str())).ok_or_else(shared)?.to_json();
    if written == wanted { Ok(text) } else { Err(shared()) }
}

fn tree(source: &Source) -> Option<Node> {
    let mut faults = Faults::default();
    yaml::parse(&File::new(source.clone()), &mut faults).filter(|_| faults.is_empty())
}

/// RFC 6901.
fn pointer(correction: &Correction) -> String {
    let keys: Vec<String> =
        correction.key.split('.').map(|key| key.replace('~', "~0").replace('/', "~1")).collect();
    format!("/tests/{}/expect/{}", correction.test, keys.join("/"))
}

/// A value in the text.
struct Place<'a> {
    node: &'a Node,
    /// Where its key ends; absent for items of lists.
    key_end: Option<usize>,
    /// Whether it stands within `[…]` or `{…}`.
    in_flow: bool,
}

fn find<'a>(test: &'a Node, key: &str) -> Option<Place<'a>> {
    let mut place = Place { node: test, key_end: None, in_flow: false };
    for key in std::iter::once("expect").chain(key.split('.')) {
        place = within(&place, key)?;
    }
    Some(place)
}

fn within<'a>(place: &Place<'a>, key: &str) -> Option<Place<'a>> {
    let entry = place.node.entries().iter().find(|entry| entry.key == key)?;
    let in_flow = place.in_flow || is_flow(place.node);
    Some(Place { node: &entry.value, key_end: Some(entry.key_span.end), in_flow })
}

fn is_flow(node: &Node) -> bool {
    match &node.content {
        Content::List { flow, .. } | Content::Map { flow, .. } => *flow,
        _ => false,
    }
}

/// Bytes of the text and what takes their place.
type Edit = (Range<usize>, String);

/// The edits that make the value out of what stands there; what is the same stays.
fn change(place: &Place<'_>, value: &Value, edits: &mut Vec<Edit>) {
    let node = place.node;
    let in_flow = place.in_flow || is_flow(node);
    match (&node.content, value) {
        _ if node.to_json() == *value => {}
        (Content::Map { entries, .. }, Value::Object(values))
            if entries.len() == values.len()
                && entries.iter().all(|entry| values.contains_key(&entry.key)) =>
        {
            for entry in entries {
                let inner = Place { node: &entry.value, key_end: Some(entry.key_span.end), in_flow };
                change(&inner, values.get(&entry.key).unwrap_or(&Value::Null), edits);
            }
        }
        (Content::List { items, .. }, Value::Array(values)) if !items.is_empty() && !values.is_empty() => {
            let before = edits.len();
            if change_list(node, items, values, in_flow, edits).is_none() {
                edits.truncate(before);
                replace(place, value, edits);
            }
        }
        _ => replace(place, value, edits),
    }
}

/// The whole value anew, on one line.
fn replace(place: &Place<'_>, value: &Value, edits: &mut Vec<Edit>) {
    let node = place.node;
    let quotes = match node.span.text().chars().next() {
        Some('\'') => Quotes::Single,
        Some('"') => Quotes::Double,
        _ => Quotes::Needed,
    };
    let text = written::value(value, quotes, place.in_flow);
    let source = node.span.file.source.text.as_str();
    let colon = place.key_end.and_then(|end| Some(end + source.get(end..)?.find(':')? + 1));
    let gap = |colon: usize| source.get(colon..node.span.start).unwrap_or_default();
    // Line breaks behind a block of text are no part of it.
    let end = node.span.start + node.span.text().trim_end().len();
    edits.push(match (colon, &node.content) {
        // A value that is not there has no place of its own.
        (Some(colon), Content::Null { written: false }) => (colon..colon, format!(" {text}")),
        // A block begins on the line below its key.
        (Some(colon), Content::List { flow: false, .. } | Content::Map { flow: false, .. })
            if !gap(colon).contains('#') =>
        {
            (colon..end, format!(" {text}"))
        }
        // The sign of a block of text stands before what counts as its place.
        (Some(colon), Content::Scalar(_)) if gap(colon).trim_start().starts_with(['|', '>']) => {
            (colon..end, format!(" {text}"))
        }
        _ => (node.span.start..end, text),
    });
}

/// Changes items in their places, adds and takes out whole ones. `None` where the list is written too freely for that.
fn change_list(
    node: &Node,
    items: &[Node],
    values: &[Value],
    in_flow: bool,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let same = |item: &Node, value: &Value| item.to_json() == *value;
    let first = items.iter().zip(values).take_while(|(item, value)| same(item, value)).count();
    let rest = items.len().min(values.len()) - first;
    let last =
        items.iter().rev().zip(values.iter().rev()).take(rest).take_while(|(item, value)| same(item, value));
    let last = last.count();
    let (items_end, values_end) = (items.len() - last, values.len() - last);
    let both = items_end.min(values_end);
    for (item, value) in items.get(first..both)?.iter().zip(values.get(first..both)?) {
        change(&Place { node: item, key_end: None, in_flow }, value, edits);
    }
    let text = node.span.file.source.text.as_str();
    if both < items_end {
        edits.push((taken_out(text, items, both..items_end, is_flow(node))?, String::new()));
    }
    if both < values_end {
        let new: Vec<String> = values
            .get(both..values_end)?
            .iter()
            .map(|value| written::value(value, Quotes::Needed, in_flow))
            .collect();
        edits.push(added(text, items, both, &new, is_flow(node))?);
    }
    Some(())
}

/// The bytes of some items, with the comma or the lines that go with them.
fn taken_out(text: &str, items: &[Node], range: Range<usize>, flow: bool) -> Option<Range<usize>> {
    let (first, last) = (items.get(range.start)?, items.get(range.end.checked_sub(1)?)?);
    if !flow {
        return Some(dash(text, first)?.start..line_end(text, last.span.end));
    }
    let before = range.start.checked_sub(1).and_then(|before| items.get(before));
    match (before, items.get(range.end)) {
        (Some(before), _) => Some(before.span.end..last.span.end),
        (None, Some(after)) => Some(first.span.start..after.span.start),
        (None, None) => None,
    }
}

/// New items before the one with this number, or behind the last.
fn added(text: &str, items: &[Node], number: usize, new: &[String], flow: bool) -> Option<Edit> {
    let before = number.checked_sub(1).and_then(|before| items.get(before));
    if flow {
        return match before {
            Some(before) => Some((before.span.end..before.span.end, format!(", {}", new.join(", ")))),
            None => {
                let start = items.first()?.span.start;
                Some((start..start, format!("{}, ", new.join(", "))))
            }
        };
    }
    let dash = dash(text, before.or(items.first())?)?;
    let indent = text.get(dash.clone())?;
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: String = new.iter().map(|item| format!("{indent}{item}{line_break}")).collect();
    let at = before.map_or(dash.start, |before| line_end(text, before.span.end));
    let missing_break = if text.get(..at)?.ends_with('\n') || at == 0 { "" } else { line_break };
    Some((at..at, format!("{missing_break}{lines}")))
}

/// From the beginning of the line of an item in block style to the item: blanks, a dash, blanks.
fn dash(text: &str, item: &Node) -> Option<Range<usize>> {
    let start = text.get(..item.span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(start..item.span.start)?;
    let dash = before.trim_start_matches(' ');
    (dash.starts_with("- ") && dash.trim() == "-").then_some(start..item.span.start)
}

/// Behind the line break of the line that holds the byte, or the end of the text.
fn line_end(text: &str, offset: usize) -> usize {
    text.get(offset..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| offset + at + 1)
}

/// The text with all edits; `None` where two lie over each other.
fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        changed.push_str(text.get(at..range.start)?);
        changed.push_str(&new);
        at = range.end;
    }
    changed.push_str(text.get(at..)?);
    Some(changed)
}

#[cfg(test)]
mod tests;
