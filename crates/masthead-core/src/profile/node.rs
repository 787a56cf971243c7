//! A profile as a tree that knows its places, free of any YAML library's types.

use serde_json::{Map, Number, Value};

use super::source::Span;

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    /// Nothing; `written` where it is said (`null`, `~`).
    Null {
        written: bool,
    },
    Scalar(Scalar),
    List {
        items: Vec<Node>,
        flow: bool,
    },
    Map {
        entries: Vec<Entry>,
        flow: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Node,
}

/// A text, number or truth value, with the text that was written (escapes resolved).
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    /// Not in quotes, not a block of text.
    pub(super) plain: bool,
    pub(super) typed: Typed,
}

/// What YAML takes a scalar for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Typed {
    Text,
    Bool(bool),
    Number(Number),
}

impl Node {
    /// The value of a key, where this is a map that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The entries of a map; none where this is something else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The items of a list; none where this is something else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List { items, .. } => items,
            _ => &[],
        }
    }

    /// The items of a list; a value that is no list is a list of one.
    pub(super) fn each(&self) -> &[Self] {
        match &self.content {
            Content::List { items, .. } => items,
            Content::Null { .. } => &[],
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn scalar(&self) -> Option<&Scalar> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self.scalar()?.typed {
            Typed::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match &self.scalar()?.typed {
            Typed::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.content, Content::Map { .. })
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.content, Content::List { .. })
    }

    /// What this is, for people.
    pub(super) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null { .. } => "nothing",
            Content::List { .. } => "a list",
            Content::Map { .. } => "a map",
            Content::Scalar(scalar) => match scalar.typed {
                Typed::Text => "text",
                Typed::Bool(_) => "true or false",
                Typed::Number(_) => "a number",
            },
        }
    }

    /// As JSON, numbers and truth values as YAML takes them.
    pub(super) fn to_json(&self) -> Value {
        match &self.content {
            Content::Null { .. } => Value::Null,
            Content::Scalar(scalar) => match &scalar.typed {
                Typed::Text => Value::String(scalar.text.clone()),
                Typed::Bool(value) => Value::Bool(*value),
                Typed::Number(number) => Value::Number(number.clone()),
            },
            Content::List { items, .. } => Value::Array(items.iter().map(Self::to_json).collect()),
            Content::Map { entries, .. } => Value::Object(
                entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// The place of some bytes of a scalar's text.
    pub(super) fn part(&self, range: std::ops::Range<usize>) -> Span {
        let whole = self.scalar().is_some_and(|scalar| range.start == 0 && range.end == scalar.text.len());
        let (first, last) = (self.place(range.start), self.place(range.end.saturating_sub(1)));
        let ordered = first.start < last.end
            && self.scalar().is_some_and(|scalar| scalar.text.is_char_boundary(range.end.saturating_sub(1)));
        match (whole, ordered) {
            (true, _) => self.span.clone(),
            (false, true) => first.with(first.start..last.end),
            (false, false) => first,
        }
    }

    /// The place of a byte of a scalar's text.
    pub(super) fn place(&self, offset: usize) -> Span {
        let Some(scalar) = self.scalar() else { return self.span.clone() };
        let raw = self.span.text();
        let start = match raw.chars().next() {
            _ if raw == scalar.text => Some(offset),
            Some('\'') => in_single_quotes(raw, offset),
            Some('"') => in_double_quotes(raw, offset),
            _ => None,
        };
        match start.filter(|start| raw.is_char_boundary(*start)) {
            Some(start) if start < raw.len() => {
                let step = raw.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                self.span.with(self.span.start + start..self.span.start + start + step)
            }
            Some(_) => self.span.with(last_character(&self.span)),
            None => self.span.clone(),
        }
    }
}

/// A fault at the end of a text is shown at its last character.
fn last_character(span: &Span) -> std::ops::Range<usize> {
    let length = span.text().chars().next_back().map_or(0, char::len_utf8);
    span.end.saturating_sub(length)..span.end
}

/// Where a byte of the text stands between single quotes, in which `''` is one quote.
fn in_single_quotes(raw: &str, offset: usize) -> Option<usize> {
    let (mut at, mut left) = (1, offset);
    let mut rest = raw.get(1..)?.chars().peekable();
    while left > 0 {
        let c = rest.next()?;
        if c == '\n' {
            return None;
        }
        at += c.len_utf8();
        left = left.checked_sub(c.len_utf8())?;
        if c == '\'' && rest.next_if_eq(&'\'').is_some() {
            at += 1;
        }
    }
    Some(at)
}

/// Where a byte of the text stands between double quotes; only escapes of one character are followed.
fn in_double_quotes(raw: &str, offset: usize) -> Option<usize> {
    let (mut at, mut left) = (1, offset);
    let mut rest = raw.get(1..)?.chars();
    while left > 0 {
        let mut c = rest.next()?;
        if c == '\\' {
            at += 1;
            c = rest.next().filter(|c| !matches!(c, 'x' | 'u' | 'U' | '\n'))?;
        }
        if c == '\n' {
            return None;
        }
        at += c.len_utf8();
        left = left.checked_sub(c.len_utf8())?;
    }
    Some(at)
}
