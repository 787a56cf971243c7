//! Text with colours that knows how many columns it takes.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;

use crate::output::printable;

pub(super) const PLAIN: Style = Style::new();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const ODD: Style = AnsiColor::Yellow.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();

/// No character takes more columns.
const WIDEST: usize = 3;
/// A text beside a label takes no more lines: pages hold addresses of a megabyte.
const LINES: usize = 20;

/// One line of text in parts of one style each. No part holds a control character.
#[derive(Clone, Debug, Default)]
pub(super) struct Styled {
    parts: Vec<(Style, String)>,
}

impl Styled {
    pub(super) fn of(style: Style, text: &str) -> Self {
        Self::default().and(style, text)
    }

    pub(super) fn plain(text: &str) -> Self {
        Self::of(PLAIN, text)
    }

    /// With more text behind it; line breaks and tabs become spaces, other control characters are shown.
    pub(super) fn and(mut self, style: Style, text: &str) -> Self {
        let text = printable(&text.replace(['\n', '\t', '\r'], " "));
        if !text.is_empty() {
            self.parts.push((style, text));
        }
        self
    }

    pub(super) fn join(mut self, more: Self) -> Self {
        self.parts.extend(more.parts);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// In columns of a terminal: a Korean character takes two.
    pub(super) fn width(&self) -> usize {
        self.parts.iter().map(|(_, text)| columns(text)).sum()
    }

    /// As much as fits, with a `…` where something was cut.
    pub(super) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut cut = Self::default();
        for (style, text) in self.parts {
            let (kept, whole) = prefix(&text, left);
            left -= columns(&kept).min(left);
            cut.parts.push((style, format!("{kept}{}", if whole { "" } else { "…" })));
            if !whole {
                break;
            }
        }
        cut
    }

    /// Filled up with spaces.
    pub(super) fn fill(self, width: usize) -> Self {
        let spaces = width.saturating_sub(self.width());
        self.and(PLAIN, &" ".repeat(spaces))
    }

    /// Without spaces at the end.
    fn trim(mut self) -> Self {
        while let Some((_, text)) = self.parts.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            self.parts.pop();
        }
        self
    }

    /// In lines that fit, broken between words; a word that is too long is broken anywhere.
    pub(super) fn wrap(self, width: usize) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut line = Self::default();
        let mut used = 0;
        for (style, text) in &self.parts {
            for word in text.split_inclusive(' ') {
                let bare = columns(word.trim_end_matches(' '));
                if used > 0 && used + bare > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                let mut rest = word;
                while columns(rest.trim_end_matches(' ')) > width {
                    let kept = prefix(rest, width.max(WIDEST)).0;
                    lines.push(Self { parts: vec![(*style, kept.clone())] });
                    rest = rest.strip_prefix(kept.as_str()).unwrap_or_default();
                }
                if rest.is_empty() {
                    continue;
                }
                // A space at the end of a line is not seen.
                let shown = if used + columns(rest) > width { rest.trim_end_matches(' ') } else { rest };
                used += columns(rest);
                line.parts.push((*style, shown.to_owned()));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// With the codes that give a terminal its colours.
    pub(super) fn render(&self) -> String {
        let parts = self.parts.iter().map(|(style, text)| format!("{style}{text}{style:#}"));
        parts.collect()
    }
}

/// Never less than the terminal takes: of signs that join to one, each counts.
fn columns(text: &str) -> usize {
    text.chars().map(of_character).sum()
}

fn of_character(c: char) -> usize {
    // The selector of a coloured sign widens the one before it.
    if c == '\u{fe0f}' { 1 } else { c.width().unwrap_or_default() }
}

/// The characters that fit into `width` columns, and whether they are all.
fn prefix(text: &str, width: usize) -> (String, bool) {
    let mut used = 0;
    let fits = |c: &char| {
        used += of_character(*c);
        used <= width
    };
    let kept: String = text.chars().take_while(fits).collect();
    let whole = kept.len() == text.len();
    (kept, whole)
}

/// The page of text that is printed, line by line.
pub(super) struct Sheet {
    pub(super) width: usize,
    text: String,
}

impl Sheet {
    pub(super) fn new(width: usize) -> Self {
        Self { width, text: String::new() }
    }

    /// A line; what is too long is cut.
    pub(super) fn line(&mut self, line: Styled) {
        self.text.push_str(&line.trim().cut(self.width).render());
        self.text.push('\n');
    }

    /// An empty line and a heading.
    pub(super) fn heading(&mut self, words: &str, more: Styled) {
        self.line(Styled::default());
        self.line(Styled::of(STRONG, words).join(more));
    }

    /// A label and a text beside it, on as many lines as it needs.
    pub(super) fn labelled(&mut self, label: Styled, indent: usize, text: Styled) {
        let mut label = Some(label);
        let left = self.width.saturating_sub(indent);
        let lines = text.cut(LINES * left).wrap(left);
        for line in if lines.is_empty() { vec![Styled::default()] } else { lines } {
            let before = label.take().unwrap_or_default().fill(indent);
            self.line(before.join(line));
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &Styled) -> String {
        line.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        let korean = Styled::plain("별무리 항구");
        assert_eq!(korean.width(), 11);
        assert_eq!(shown(&korean.clone().cut(6)), "별무…");
        assert_eq!(shown(&korean.clone().cut(5)), "별무…");
        assert_eq!(shown(&korean.clone().cut(11)), "별무리 항구");
        assert_eq!(shown(&korean.fill(13)), "별무리 항구  ");
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        let lines = |text: &str, width| -> Vec<String> {
            Styled::plain(text).wrap(width).iter().map(|line| shown(line).trim_end().to_owned()).collect()
        };
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("a https://paper.example/b c", 10), ["a", "https://pa", "per.exampl", "e/b c"]);
        assert_eq!(lines("별무리 항구", 7), ["별무리", "항구"]);
        assert_eq!(lines("별무", 1), ["별", "무"]);
    }

    #[test]
    fn what_would_move_the_cursor_is_shown() {
        assert_eq!(shown(&Styled::plain("a\u{1b}[2Jb\nc\rd")), "a\\u{1b}[2Jb c d");
    }
}
