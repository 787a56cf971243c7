//! What YAML refuses for a reason of its own, in words for authors: quotes, escapes, colons, indentation, brackets.

use std::ops::Range;
use std::sync::Arc;

use super::fault::Fault;
use super::lexer::{bracketed_length, end_of_quote};
use super::show::{quoted, shortened};
use super::source::{File, Span};
use super::traps::{MAX_REPEATED, in_quotes};

/// A refusal: its fault, and the bytes that a reader can jump over to see the rest of the file, where there are such.
pub(super) struct Refusal {
    pub(super) fault: Fault,
    pub(super) skip: Option<Skip>,
}

/// What a reader jumps over.
pub(super) enum Skip {
    /// A value: another one may stand there.
    Value(Range<usize>),
    /// A line, from its first character on.
    Line(Range<usize>),
}

/// The refusal of the text at the byte `at` with the parser's `reason`.
pub(super) fn explain(file: &Arc<File>, at: usize, reason: &str) -> Refusal {
    let line = file.line_around(at.min(file.source.text.len()));
    let place = Place { file, at: at.clamp(line.start, line.end), line };
    let has = |words: &str| reason.contains(words);
    let found = if has("escape") || has("hexadecimal") {
        place.escape()
    } else if has("trailing content") {
        place.behind_quote()
    } else if has("unclosed quote") {
        place.open_quote()
    } else if has("mapping values are not allowed") || has("simple key") {
        place.colon().or_else(|| place.too_deep())
    } else if has("did not find expected") || has("expected <block end>") {
        place.colon().or_else(|| place.out_of_line())
    } else if has("block sequence entries") {
        place.list_on_line()
    } else if has("bracket") {
        place.wrong_bracket(reason)
    } else if has("unexpected character") || has("control") {
        place.odd_character()
    } else {
        None
    };
    found.unwrap_or_else(|| {
        place.refusal(place.at..place.at, format!("this is not YAML: {reason}"), GENERAL, false)
    })
}

const GENERAL: &str = "look at quotes, brackets and indentation here and on the line above";

struct Place<'a> {
    file: &'a Arc<File>,
    at: usize,
    line: Range<usize>,
}

impl<'a> Place<'a> {
    fn text(&self, range: Range<usize>) -> &'a str {
        self.file.source.text.get(range).unwrap_or("")
    }

    fn refusal(
        &self,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        skip: bool,
    ) -> Refusal {
        let span = Span { file: Arc::clone(self.file), start: range.start, end: range.end };
        Refusal {
            fault: Fault::new(&span, message).help(help.into()),
            skip: skip.then_some(Skip::Value(range)),
        }
    }

    /// `"\d"`
    fn escape(&self) -> Option<Refusal> {
        let rest = self.text(self.at..self.line.end);
        let end = end_of_quote(rest, 1, '"').filter(|_| rest.starts_with('"'))?;
        let raw = rest.get(1..end - 1)?;
        let mut characters = raw.chars();
        let mut odd = None;
        while let Some(c) = characters.next() {
            let escaped = if c == '\\' { characters.next() } else { None };
            odd = odd.or(escaped.filter(|c| !"0abtnvfre \"/\\N_LP\t".contains(*c)));
        }
        let meant = raw.replace("\\\"", "\"").replace("\\\\", "\\");
        let message = format!("`\\{}` is no escape of YAML's double quotes", odd?);
        let help = format!(
            "take single quotes, which leave everything as it stands: {}",
            in_quotes(&shortened(&meant, MAX_REPEATED))
        );
        Some(self.refusal(self.at..self.at + end, message, help, true))
    }

    /// `'it's'` and `"By" .name`
    fn behind_quote(&self) -> Option<Refusal> {
        let before = self.text(self.line.start..self.at);
        let (start, quote) = last_quoted(before)?;
        let inside = before.get(..start)?.matches(['[', '{']).count()
            > before.get(..start)?.matches([']', '}']).count();
        let start = self.line.start + start;
        let rest = self.text(start..self.line.end);
        let length = if inside { bracketed_length(rest) } else { rest.find(" #").unwrap_or(rest.len()) };
        let value = rest.get(..length)?.trim_end();
        let parts: Vec<&str> = value.split(", ").collect();
        let whole = |part: &&str| part.len() >= 2 && part.starts_with(quote) && part.ends_with(quote);
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        let help = if parts.len() > 1 && parts.iter().all(whole) {
            format!("write a list: [{value}]")
        } else {
            let text = inner.unwrap_or(value).replace("''", "'");
            format!(
                "put the whole value in quotes, a quote inside them twice: {}",
                in_quotes(&shortened(&text, MAX_REPEATED))
            )
        };
        let message = format!(
            "text stands behind the closing quote of {}",
            quoted(self.text(start..self.at).trim_end())
        );
        Some(self.refusal(start..start + value.len(), message, help, true))
    }

    fn open_quote(&self) -> Option<Refusal> {
        let rest = self.text(self.at..self.line.end).trim_end();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let help = format!("add the `{quote}` at the end of the value");
        Some(self.refusal(self.at..self.at + rest.len(), "this quote is never closed", help, true))
    }

    /// `title:h1` or `title h1`, on this line or the last one above that is not empty.
    fn colon(&self) -> Option<Refusal> {
        [self.line.clone(), self.above()?].into_iter().find_map(|line| self.colon_on(line))
    }

    fn colon_on(&self, line: Range<usize>) -> Option<Refusal> {
        let text = self.text(line.clone());
        let body = text.trim_start_matches([' ', '-']).trim_end();
        let start = line.start + text.trim_end().len() - body.len();
        let (name, value) = match body.split_once(':') {
            None => body.split_once(' ').unwrap_or((body, "")),
            Some((name, value)) if !value.is_empty() && !value.starts_with(' ') => (name, value),
            Some(_) => return None,
        };
        let is_key = name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.is_empty();
        let glued = body.contains(':');
        if !is_key || value.starts_with("//") || value.contains(": ") {
            return None;
        }
        let message = if glued {
            "a space is missing behind the colon"
        } else {
            "this line has no colon behind its key"
        };
        let written = format!("{name}: {}", shortened(value.trim(), MAX_REPEATED));
        let range = start..start + body.len();
        let refusal = self.refusal(range.clone(), message, format!("write `{}`", written.trim_end()), false);
        Some(Refusal { skip: Some(Skip::Line(range)), ..refusal })
    }

    /// The last line above that is not empty.
    fn above(&self) -> Option<Range<usize>> {
        let mut before = self.text(0..self.line.start);
        loop {
            let line = self.file.line_around(before.len().checked_sub(1)?);
            if !self.text(line.clone()).trim().is_empty() {
                return Some(line);
            }
            before = self.text(0..line.start);
        }
    }

    fn too_deep(&self) -> Option<Refusal> {
        let above = self.above()?;
        let (column, own) = (indent(self.text(above)), indent(self.text(self.line.clone())));
        if own <= column {
            return None;
        }
        let help = format!("begin it in column {}, as the line above", column + 1);
        let (start, end) = (self.line.start + own, self.line.end);
        Some(self.refusal(
            start..end,
            "this line stands too far to the right: the key above has its value already",
            help,
            false,
        ))
    }

    /// A line that begins between the columns of those above.
    fn out_of_line(&self) -> Option<Refusal> {
        let own = indent(self.text(self.line.clone()));
        let column = indent(self.text(self.above()?));
        let start = self.line.start + own;
        let body = self.text(start..self.line.end);
        let (message, help) = if body.starts_with("- ") {
            (
                "an item of a list stands among keys",
                "give it a key of its own, or take the `- ` out".to_owned(),
            )
        } else if own == column {
            return None;
        } else {
            (
                "this key does not begin in the column of the keys above",
                format!("begin it in column {}, as the line above", column + 1),
            )
        };
        Some(self.refusal(start..self.line.end, message, help, false))
    }

    fn list_on_line(&self) -> Option<Refusal> {
        let rest = self.text(self.at..self.line.end);
        let value = rest.trim_start_matches('-').trim();
        let help = format!("write the list in brackets: [{}]", shortened(value, MAX_REPEATED));
        let length = rest.trim_end().len();
        Some(self.refusal(
            self.at..self.at + length,
            "an item of a list can't stand on the line of its key",
            help,
            true,
        ))
    }

    fn wrong_bracket(&self, reason: &str) -> Option<Refusal> {
        let here = self.text(self.at..self.line.end).chars().next().filter(|c| "[]{}".contains(*c))?;
        let (message, help) = match here {
            '[' | '{' => (
                format!("this `{here}` and its bracket at the end don't belong together"),
                format!(
                    "close it with `{}`; a value that holds a bracket needs quotes",
                    if here == '[' { ']' } else { '}' }
                ),
            ),
            _ if reason.contains("misplaced") => (
                format!("this `{here}` closes nothing"),
                "take it out, or put a value that holds it in quotes".to_owned(),
            ),
            _ => return None,
        };
        Some(self.refusal(self.at..self.at + 1, message, help, false))
    }

    fn odd_character(&self) -> Option<Refusal> {
        let rest = self.text(self.at..self.line.end);
        let (offset, odd) = rest.char_indices().find(|(_, c)| c.is_control())?;
        let start = self.at + offset;
        let message = format!("a control character (U+{:04X}) can't stand in YAML", u32::from(odd));
        Some(self.refusal(start..start + odd.len_utf8(), message, "take it out", true))
    }
}

/// Where the last value in quotes begins that is not done with a comma, a colon or a bracket behind it; and its quote.
fn last_quoted(line: &str) -> Option<(usize, char)> {
    let mut at = 0;
    loop {
        let rest = line.get(at..)?;
        let begins = |at: usize| {
            line.get(..at).is_some_and(|line| line.is_empty() || line.ends_with([' ', '[', '{', ',']))
        };
        let mut places = rest.char_indices().map(|(offset, c)| (at + offset, c));
        let (start, quote) = places.find(|(at, c)| matches!(c, '\'' | '"') && begins(*at))?;
        match end_of_quote(line, start + 1, quote) {
            Some(end) if line.get(end..)?.trim_start().starts_with([',', ']', '}', ':']) => at = end,
            _ => return Some((start, quote)),
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
