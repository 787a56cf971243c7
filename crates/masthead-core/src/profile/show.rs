//! How a piece of a profile is shown on a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// More of a line than this is not shown on either side of a faulty token.
const MAX_AROUND: usize = 80;
/// More of a quoted text than this is not shown.
const MAX_QUOTED: usize = 60;

/// A line in three pieces, escaped, cut where it is long.
pub(super) struct Shown {
    pub(super) before: String,
    pub(super) token: String,
    pub(super) after: String,
}

/// Parts a line at the bytes `start` and `end`.
pub(super) fn clip(line: &str, start: usize, end: usize) -> Shown {
    let start = floor(line, start);
    let end = floor(line, end.max(start));
    let before = line.get(..start).unwrap_or("");
    let token = line.get(start..end).unwrap_or("");
    let after = line.get(end..).unwrap_or("");
    let left = before.char_indices().rev().nth(MAX_AROUND).map_or(0, |(at, _)| at);
    let dots = if left > 0 { "…" } else { "" };
    Shown {
        before: format!("{dots}{}", escaped(before.get(left..).unwrap_or(before))),
        token: escaped(&shortened(token, MAX_AROUND)).into_owned(),
        after: escaped(&shortened(after, MAX_AROUND)).into_owned(),
    }
}

fn floor(line: &str, mut at: usize) -> usize {
    at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The beginning of a text, so many characters.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or(text))),
        None => Cow::Borrowed(text),
    }
}

/// A text from a profile inside a message: in backticks, escaped, not too long.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", escaped(&shortened(text, MAX_QUOTED)))
}

/// Names in a row: `` `a`, `b`, `c` ``.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// Without characters that steer a terminal or turn the direction of writing.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            c if is_steering(c) => write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap_or_default(),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Columns of a terminal that an escaped text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Two columns for East Asian wide and full-width characters and emoji, none for combining marks (Unicode UAX 11,
/// the blocks that occur in newspapers).
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036f | 0x1ab0..=0x1aff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_around_the_token() {
        let line = format!("{}TOKEN{}", "a".repeat(1000), "b".repeat(1000));
        let shown = clip(&line, 1000, 1005);
        assert_eq!(shown.token, "TOKEN");
        assert!(shown.before.starts_with('…') && shown.before.len() < 100);
        assert!(shown.after.ends_with('…') && shown.after.len() < 100);
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!(width("제목"), 4);
        assert_eq!(width("a\u{301}"), 1);
    }
}
