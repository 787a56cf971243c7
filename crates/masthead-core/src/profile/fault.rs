//! What is wrong with a profile, where, and what to write instead.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::show::{clip, escaped, shortened, width};
use super::source::{File, Span};
use super::suggest::Remedy;

/// More faults than this are not kept: nobody reads them.
const MAX_FAULTS: usize = 500;
/// More characters of what was found are not kept.
const MAX_FOUND: usize = 60;

/// One fault in a profile.
///
/// `Display` writes `FILE:LINE:COLUMN: message`, the line itself, carets below the faulty token, and the help.
/// In JSON it is `{"file", "line", "column", "end_column", "message", "found", "allowed", "help", "nearest",
/// "severity"}`.
#[derive(Clone)]
#[non_exhaustive]
pub struct Fault {
    /// The file's name, as it was given.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The column behind the faulty token, on the same line.
    pub end_column: u32,
    /// The faulty token in bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What stands there, its first 60 characters.
    pub found: String,
    /// What may stand there.
    pub allowed: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The name that was most likely meant, where what stands there is one of a closed set, misspelt.
    pub nearest: Option<String>,
    text: Arc<File>,
}

impl Fault {
    pub(super) fn new(span: &Span, message: impl Into<String>) -> Self {
        let file = Arc::clone(&span.file);
        let line_end = file.line_around(span.start).end;
        // A token of several lines is marked on its first.
        let end = span.end.clamp(span.start, line_end.max(span.start));
        let (line, column) = file.position(span.start);
        let end_column = file.position(end).1.max(column + 1);
        Self {
            file: file.source.name.clone(),
            line,
            column,
            end_column,
            span: span.start..span.end,
            message: message.into(),
            found: shortened(span.text(), MAX_FOUND).into_owned(),
            allowed: None,
            help: None,
            nearest: None,
            text: file,
        }
    }

    pub(super) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    pub(super) fn help(mut self, remedy: impl Into<Remedy>) -> Self {
        let Remedy { help, nearest } = remedy.into();
        (self.help, self.nearest) = (Some(help), nearest);
        self
    }

    fn place(&self) -> Span {
        Span { file: Arc::clone(&self.text), start: self.span.start, end: self.span.end }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({}:{}:{}: {})", self.file, self.line, self.column, self.message)
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        (&self.file, &self.span, &self.message) == (&other.file, &other.span, &other.message)
    }
}

impl Eq for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}:{}: {}", escaped(&self.file), self.line, self.column, escaped(&self.message))?;
        let range = self.text.line_around(self.span.start);
        let line = self.text.source.text.get(range.clone()).unwrap_or("");
        let start = self.span.start.saturating_sub(range.start);
        let end = self.span.end.min(range.end).saturating_sub(range.start);
        let shown = clip(line, start, end);
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, " {margin} |")?;
        let text = format!(" {number} | {}{}{}", shown.before, shown.token, shown.after);
        writeln!(f, "{}", text.trim_end())?;
        let carets = "^".repeat(width(&shown.token).max(1));
        writeln!(f, " {margin} | {}{carets}", " ".repeat(width(&shown.before)))?;
        for (word, text) in [("allowed", &self.allowed), ("help", &self.help)] {
            if let Some(text) = text {
                writeln!(f, " {margin} = {word}: {}", escaped(text))?;
            }
        }
        Ok(())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Fault", 10)?;
        map.serialize_field("file", &self.file)?;
        map.serialize_field("line", &self.line)?;
        map.serialize_field("column", &self.column)?;
        map.serialize_field("end_column", &self.end_column)?;
        map.serialize_field("message", &self.message)?;
        map.serialize_field("found", &self.found)?;
        map.serialize_field("allowed", &self.allowed)?;
        map.serialize_field("help", &self.help)?;
        map.serialize_field("nearest", &self.nearest)?;
        map.serialize_field("severity", "error")?;
        map.end()
    }
}

/// All faults of a profile (and of those that it extends), in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults {
    list: Vec<Fault>,
    #[serde(skip)]
    more: usize,
    /// Places whose faults are known: further ones in them would only follow from those.
    #[serde(skip)]
    masked: Vec<(String, Range<usize>)>,
}

impl Faults {
    /// The faults, sorted by file, line and column.
    #[must_use]
    pub fn as_slice(&self) -> &[Fault] {
        &self.list
    }

    /// How many there are, those beyond the first 500 included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len() + self.more
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether further faults are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MAX_FAULTS
    }

    /// Whether a fault is known on the line of this one.
    pub(super) fn name_line(&self, other: &Fault) -> bool {
        self.list.iter().any(|fault| fault.line == other.line && fault.file == other.file)
    }

    /// From now on, faults that begin in this place are dropped.
    pub(super) fn mask(&mut self, place: Span) {
        self.masked.push((place.file.source.name.clone(), place.start..place.end));
    }

    fn masks(&self, fault: &Fault) -> bool {
        self.masked.iter().any(|(file, place)| place.contains(&fault.span.start) && *file == fault.file)
    }

    pub(super) fn push(&mut self, fault: Fault) {
        if self.masks(&fault) {
            return;
        }
        if self.is_full() {
            self.more += 1;
        } else if !self.list.contains(&fault) {
            self.list.push(fault);
        }
    }

    /// Whether a fault is known whose token holds this place.
    pub(super) fn cover(&self, place: &Span) -> bool {
        self.list.iter().any(|fault| fault.place().contains(place))
    }

    pub(super) fn sorted(mut self) -> Self {
        self.list
            .sort_by(|a, b| (&a.file, a.span.start, a.span.end).cmp(&(&b.file, b.span.start, b.span.end)));
        self
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        if self.more > 0 {
            writeln!(f, "\n… and {} more faults", self.more)?;
        }
        Ok(())
    }
}

impl Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Source;

    fn fault(text: &str, token: &str) -> Fault {
        let file = File::new(Source::new("x.yaml", text));
        let start = text.find(token).unwrap();
        Fault::new(&Span { file, start, end: start + token.len() }, "no such key").help("write another")
    }

    #[test]
    fn carets_stand_below_wide_characters() {
        let shown = fault("title: h1\n제목: {글: 제목}\n", "글").to_string();
        assert_eq!(
            shown,
            "x.yaml:2:6: no such key\n   |\n 2 | 제목: {글: 제목}\n   |        ^^\n   = help: write another\n"
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        let shown = fault("a: \u{1b}[31mred\tb\n", "red").to_string();
        assert!(shown.contains(" 1 | a: \\u{1b}[31mred\\tb\n   |              ^^^\n"), "{shown}");
    }

    #[test]
    fn a_fault_is_an_object_in_json() {
        let value = serde_json::to_value(fault("title: x", "title")).unwrap();
        assert_eq!(value["column"], 1);
        assert_eq!(value["end_column"], 6);
        assert_eq!(value["severity"], "error");
    }
}
