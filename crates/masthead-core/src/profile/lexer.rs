//! The traps in a text that YAML refuses, found line by line in the way an author reads it.

use std::collections::HashSet;
use std::ops::Range;

use super::show::{quoted, shortened};
use super::traps::{MAX_REPEATED, in_quotes};

/// More traps than this are not looked for.
const MAX_TRAPS: usize = 100;

/// The traps of a text that YAML refuses, in their order.
pub(super) fn traps(text: &str) -> Vec<Trap> {
    Lexer::new(text).run()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A tab indents.
    Tab,
    /// A value begins with a character that YAML keeps for itself.
    Indicator(char),
    /// `> h1`: text stands behind the sign of folded text.
    Folded,
    /// `{css: #x}`, `{css: h1 #x}`
    Comment,
    /// `{match: \d{4}}`
    Bracket(char),
    /// `format: Posted : %Y`
    Colon,
    /// A bracket without its partner.
    Open,
}

impl Kind {
    /// The message and the remedy, for the faulty text.
    pub(super) fn words(self, text: &str) -> (String, String) {
        let text = &*shortened(text.trim_end(), MAX_REPEATED);
        let quoted_value = format!("put the value in quotes: {}", in_quotes(text));
        match self {
            Self::Tab => ("a tab can't indent in YAML".into(), "use spaces".into()),
            Self::Indicator('%') if text.starts_with("% ") || text.ends_with('%') => {
                ("`{%` begins a template, which profiles don't have".into(), "write the value itself".into())
            }
            Self::Indicator(c) => {
                let what = match c {
                    '*' => "is an alias in YAML",
                    '&' => "is an anchor in YAML",
                    '!' => "is a tag in YAML",
                    _ => "can't begin a value in YAML",
                };
                (format!("`{c}` {what}"), quoted_value)
            }
            Self::Folded => ("`>` and `|` begin a block of text in YAML".into(), quoted_value),
            Self::Comment => {
                let inner = text.trim_end_matches(['}', ']', ' ', ',']);
                let comment = text.rfind(" #").and_then(|at| text.get(at + 1..)).unwrap_or(text);
                let message = format!(
                    "{} is a comment in YAML, so that the bracket before it never closes",
                    quoted(comment)
                );
                (message, format!("put the value in quotes: {}", in_quotes(inner)))
            }
            Self::Bracket(c) => {
                (format!("`{c}` ends a value that is not in quotes, inside {{ }} and [ ]"), quoted_value)
            }
            Self::Open => {
                let partner = if text == "[" { "]" } else { "}" };
                (format!("this `{text}` is never closed"), format!("add the `{partner}`"))
            }
            Self::Colon => {
                let help = match text.split_once(": ").and_then(|(before, _)| before.rsplit_once(' ')) {
                    Some((_, key)) if !key.is_empty() => {
                        format!("{quoted_value}; or add a comma before `{key}:`")
                    }
                    _ => quoted_value,
                };
                ("a colon with a space behind it makes a key in YAML".into(), help)
            }
        }
    }
}

/// A trap and where it is, in bytes of the text.
pub(super) struct Trap {
    pub(super) kind: Kind,
    pub(super) place: Range<usize>,
}

/// Walks over a text that is not YAML, line by line, in the way an author reads it.
struct Lexer<'a> {
    text: &'a str,
    traps: Vec<Trap>,
    anchors: HashSet<&'a str>,
    /// Brackets that are open.
    depth: usize,
    /// Where the outermost of them stands.
    opened: usize,
    /// The open quote, where it goes on over lines.
    quote: Option<char>,
    /// The indentation of the line whose block of text (`|`, `>`) goes on.
    block: Option<usize>,
    /// After a trap inside brackets: skip to the next line that begins at the margin.
    lost: bool,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            traps: Vec::new(),
            anchors: HashSet::new(),
            depth: 0,
            opened: 0,
            quote: None,
            block: None,
            lost: false,
        }
    }

    fn run(mut self) -> Vec<Trap> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            if self.traps.len() >= MAX_TRAPS {
                break;
            }
            let content = line.trim_end_matches(['\n', '\r']);
            self.line(start, content);
            start += line.len();
        }
        self.unclosed();
        self.traps
    }

    /// A bracket that is still open where something new begins.
    fn unclosed(&mut self) {
        if self.depth > 0 && !self.lost {
            self.traps.push(Trap { kind: Kind::Open, place: self.opened..self.opened + 1 });
        }
        (self.depth, self.lost) = (0, false);
    }

    fn trap(&mut self, kind: Kind, place: Range<usize>) {
        self.traps.push(Trap { kind, place });
        if self.depth > 0 {
            self.lost = true;
        }
    }

    fn line(&mut self, start: usize, line: &'a str) {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if let Some(block) = self.block {
            if body.is_empty() || indent > block {
                return;
            }
            self.block = None;
        }
        if indent == 0 && body.starts_with(|c: char| c.is_alphanumeric()) && self.quote.is_none() {
            self.unclosed();
        }
        if self.lost {
            return;
        }
        if self.quote.is_none() && body.starts_with('\t') && !body.trim().is_empty() {
            let tab = start + indent;
            self.trap(Kind::Tab, tab..tab + 1);
            return;
        }
        self.tokens(start, line, indent);
    }

    /// The tokens of a line, from the byte `at` of it.
    fn tokens(&mut self, start: usize, line: &'a str, indent: usize) {
        let mut at = indent;
        let mut value_due = true;
        let mut keys = 0;
        if let Some(quote) = self.quote {
            let Some(end) = end_of_quote(line, 0, quote) else { return };
            (self.quote, at, value_due) = (None, end, false);
        }
        while let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = line.get(at..).unwrap_or("");
            let spaced =
                at == 0 || line.get(..at).is_some_and(|before| before.ends_with([' ', '\t', '[', '{', ',']));
            match c {
                ' ' | '\t' => at += 1,
                '#' if spaced => {
                    if self.depth > 0 && value_due && !rest.starts_with("# ") && at > indent {
                        self.trap(Kind::Comment, start + at..start + line.trim_end().len());
                    }
                    return;
                }
                '[' | '{' if value_due => {
                    if self.depth == 0 {
                        self.opened = start + at;
                    }
                    self.depth += 1;
                    keys = 0;
                    at += 1;
                }
                ']' | '}' if self.depth > 0 => {
                    self.depth -= 1;
                    value_due = false;
                    at += 1;
                }
                ',' if self.depth > 0 => {
                    (value_due, keys) = (true, 0);
                    at += 1;
                }
                ':' if !value_due => {
                    (value_due, keys) = (true, keys + 1);
                    at += 1;
                }
                '-' if value_due && self.depth == 0 && (rest.len() == 1 || rest.starts_with("- ")) => at += 1,
                '\'' | '"' if value_due => match end_of_quote(line, at + 1, c) {
                    Some(end) => (at, value_due) = (end, false),
                    None => {
                        self.quote = Some(c);
                        return;
                    }
                },
                _ if value_due => match self.value(start, line, at, indent, &mut keys) {
                    Some(end) => (at, value_due) = (end, false),
                    None => return,
                },
                _ => at += c.len_utf8(),
            }
        }
    }

    /// A value that is not in quotes, from the byte `at`: where it ends, or `None` where the line is done with.
    fn value(
        &mut self,
        start: usize,
        line: &'a str,
        at: usize,
        indent: usize,
        keys: &mut usize,
    ) -> Option<usize> {
        let rest = line.get(at..)?;
        let first = rest.chars().next()?;
        let flow = self.depth > 0;
        // Measured only where it is refused: a line may be long.
        let whole = || start + at..start + at + length(rest, flow);
        match first {
            '@' | '`' | '%' if at > 0 || first != '%' => return self.refuse(Kind::Indicator(first), whole()),
            '>' | '|' if flow => return self.refuse(Kind::Folded, whole()),
            '>' | '|' => {
                let header = rest.split(" #").next().unwrap_or("").trim_end();
                let is_header = header.chars().skip(1).all(|c| matches!(c, '+' | '-' | '0'..='9'));
                if !is_header {
                    return self.refuse(Kind::Folded, whole());
                }
                self.block = Some(indent);
                return None;
            }
            '*' => {
                let name = name_of(rest);
                if !self.anchors.contains(name)
                    || rest.get(1 + name.len()..).is_some_and(|rest| !ends_here(rest, flow))
                {
                    return self.refuse(Kind::Indicator('*'), whole());
                }
            }
            '&' => {
                let name = name_of(rest);
                if name.is_empty() {
                    return self.refuse(Kind::Indicator('&'), whole());
                }
                self.anchors.insert(name);
                return Some(at + 1 + name.len());
            }
            '!' if rest.starts_with("! ") => return self.refuse(Kind::Indicator('!'), whole()),
            _ => {}
        }
        for (offset, c) in rest.char_indices() {
            let next = rest.get(offset + c.len_utf8()..).unwrap_or("");
            match c {
                ':' if next.is_empty()
                    || next.starts_with(' ')
                    || flow && next.starts_with([',', '}', ']']) =>
                {
                    if *keys > 0 {
                        return self.refuse(Kind::Colon, whole());
                    }
                    return Some(at + offset);
                }
                '#' if rest.get(..offset).is_some_and(|before| before.ends_with(' ')) => {
                    // `{css: h1 #main}`: the bracket stands in the comment.
                    let closes =
                        next.starts_with(char::is_alphabetic) && next.trim_end().ends_with(['}', ']']);
                    if flow && closes {
                        return self.refuse(Kind::Comment, start + at..start + line.trim_end().len());
                    }
                    return Some(at + offset);
                }
                ',' | ']' | '}' if flow => return Some(at + offset),
                '[' | '{' if flow => {
                    let rest_of_value = bracketed_length(rest);
                    let value = start + at..start + at + rest_of_value;
                    return self.refuse(Kind::Bracket(c), value);
                }
                _ => {}
            }
        }
        Some(line.len())
    }

    fn refuse(&mut self, kind: Kind, place: Range<usize>) -> Option<usize> {
        self.trap(kind, place);
        None
    }
}

/// The byte behind the quote that ends a text, where it does on this line.
pub(super) fn end_of_quote(line: &str, from: usize, quote: char) -> Option<usize> {
    let mut rest = line.get(from..)?.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if quote == '"' => drop(rest.next()),
            c if c == quote => {
                let doubled = quote == '\'' && rest.next_if(|(_, next)| *next == '\'').is_some();
                if !doubled {
                    return Some(from + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The name of an alias or anchor, behind its sign.
fn name_of(rest: &str) -> &str {
    let name = rest.get(1..).unwrap_or("");
    let end = name
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}'))
        .unwrap_or(name.len());
    name.get(..end).unwrap_or("")
}

fn ends_here(rest: &str, flow: bool) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with('#') || flow && rest.starts_with([',', ']', '}'])
}

/// How long a value is: to the end of the line, or to what ends it inside brackets; a comment is left out.
fn length(rest: &str, flow: bool) -> usize {
    let mut end = rest.find(" #").unwrap_or(rest.len());
    if flow {
        end = end.min(bracketed_length(rest));
    }
    rest.get(..end).unwrap_or(rest).trim_end().len()
}

/// How long a value inside brackets is, where brackets of its own belong to it.
pub(super) fn bracketed_length(rest: &str) -> usize {
    let mut open = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' | '{' | '(' => open += 1,
            ']' | '}' if open == 0 => return at,
            ',' if open == 0 => return at,
            ']' | '}' | ')' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    rest.len()
}
