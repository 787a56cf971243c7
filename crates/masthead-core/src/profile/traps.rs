//! The traps of YAML × CSS: texts that YAML takes for something else than the author does.
//!
//! Where YAML refuses a text, [`explain`] looks for the trap behind the refusal. The others are met in the tree, by
//! [`comment_behind`] and [`attribute_list`].

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::fault::{Fault, Faults};
use super::node::{Content, Node};
use super::refused::{self, Skip};
use super::show::{quoted, shortened};
use super::source::{File, Span};

/// More traps than this are not looked for.
const MAX_TRAPS: usize = 100;
/// More characters of a value are not repeated in a remedy.
const MAX_REPEATED: usize = 100;

/// Notes the faults for a text that YAML refuses at the byte `at` with `reason`. `text` is the file's, of which parts may be
/// filled in already. Gives the text with the faulty parts filled in, so that what stands beside them can be read; `None`
/// where nothing is gained by that.
pub(super) fn explain(
    file: &Arc<File>,
    text: &str,
    at: usize,
    reason: &str,
    faults: &mut Faults,
) -> Option<String> {
    let traps = Lexer::new(text).run();
    let mut filled = text.as_bytes().to_vec();
    let mut gained = false;
    for trap in &traps {
        let span = Span { file: Arc::clone(file), start: trap.place.start, end: trap.place.end };
        let (message, help) = trap.kind.words(span.text());
        faults.push(Fault::new(&span, message).help(help));
        gained |= trap.fill(&mut filled, file, faults);
    }
    if traps.is_empty() {
        let refusal = refused::explain(file, at, reason);
        if faults.name_line(&refusal.fault) {
            // It only follows from what is known.
            return None;
        }
        faults.push(refusal.fault);
        match refusal.skip {
            Some(Skip::Value(place)) => gained |= fill(&mut filled, place, file, faults),
            Some(Skip::Line(place)) => {
                let start = place.start;
                gained |= fill(&mut filled, place, file, faults);
                if let Some(first) = filled.get_mut(start) {
                    *first = b'#';
                }
            }
            None => {}
        }
    }
    gained.then(|| String::from_utf8(filled).ok()).flatten()
}

/// Fills a part of a text with letters; faults in it are not wanted any more. Whether anything changed.
fn fill(text: &mut [u8], place: Range<usize>, file: &Arc<File>, faults: &mut Faults) -> bool {
    faults.mask(Span { file: Arc::clone(file), start: place.start, end: place.end });
    let Some(part) = text.get_mut(place) else { return false };
    let changed = part.iter().any(|byte| *byte != b'x');
    part.fill(b'x');
    changed
}

/// The trap `body: #startts`: a comment stands where a value, or its end, was meant to be. `before` is the key or the value
/// that it stands behind, `value` what is already written of the value.
pub(super) fn comment_behind(before: &Span, value: &str) -> Option<Fault> {
    let (file, end) = (&before.file, before.end);
    let rest = file.rest_of_line(end);
    let hash = rest.len() - rest.trim_start_matches(':').trim_start().len();
    if !rest.get(hash..)?.starts_with('#') || hash == 0 {
        return None;
    }
    let word = rest.get(hash + 1..)?.trim_end();
    // People put a space behind the # of a comment; an id has none, and behind it stands only more of a selector.
    let is_id = word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '-');
    if !is_id || !word.split_whitespace().skip(1).all(is_part_of_selector) {
        return None;
    }
    let place = before.with(end + hash..end + hash + 1 + word.len());
    let text = shortened(place.text(), MAX_REPEATED).into_owned();
    let whole =
        if value.is_empty() { text.clone() } else { format!("{} {text}", shortened(value, MAX_REPEATED)) };
    Some(Fault::new(&place, format!("{} is a comment in YAML, not a selector", quoted(&text))).help(format!(
        "put the selector in quotes: {} (a comment has a space behind its #)",
        in_quotes(&whole)
    )))
}

/// The trap `title:h1` where a map of keys is meant: without its space the colon is part of a text.
pub(super) fn glued_colon(node: &Node) -> Option<Fault> {
    let scalar = node.scalar().filter(|scalar| scalar.plain)?;
    let (name, value) = scalar.text.split_once(':')?;
    let is_key = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    (is_key && !value.is_empty() && !value.starts_with([' ', '/'])).then(|| {
        let value = shortened(value.split_whitespace().next().unwrap_or(""), MAX_REPEATED);
        let first = node.span.with(node.span.start..node.span.start + name.len() + 1 + value.len());
        Fault::new(&first, "a space is missing behind the colon").help(format!("write `{name}: {value}`"))
    })
}

/// A list of single keys where one map is meant.
pub(super) fn dashes(node: &Node) -> Option<Fault> {
    let Content::List { items, flow: false } = &node.content else { return None };
    let keys = !items.is_empty() && items.iter().all(|item| item.entries().len() == 1);
    keys.then(|| {
        Fault::new(&node.span, "these are keys of one map, not items of a list")
            .help("take the `- ` before each out")
    })
}

/// The trap `“h1”`: quotes of a word processor are text in YAML.
pub(super) fn curly_quotes(node: &Node) -> Option<Fault> {
    let scalar = node.scalar().filter(|scalar| scalar.plain)?;
    let inner =
        scalar.text.strip_prefix(['“', '”', '„', '‘', '’', '«'])?.trim_end_matches(['”', '“', '’', '‘', '»']);
    let message = format!("the quotes of {} are not those of YAML", quoted(&scalar.text));
    let help = format!("write straight ones: {}", in_quotes(&shortened(inner, MAX_REPEATED)));
    Some(Fault::new(&node.span, message).help(help))
}

/// A combinator, a class, an id, an attribute or an element's name.
fn is_part_of_selector(word: &str) -> bool {
    const ELEMENTS: [&str; 24] = [
        "a",
        "p",
        "b",
        "i",
        "div",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "img",
        "time",
        "figure",
        "figcaption",
        "section",
        "article",
        "main",
        "header",
        "em",
        "strong",
        "td",
    ];
    let name = word.split(['.', '#', '[', ':', ',', '@']).next().unwrap_or("");
    name.is_empty() || matches!(name, ">" | "+" | "~") || ELEMENTS.contains(&name)
}

/// A text in single quotes, those in it doubled.
pub(super) fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The trap `title: [itemprop=headline]`: a list, where an attribute selector was meant.
pub(super) fn attribute_list(node: &Node) -> Option<Fault> {
    let Content::List { items, flow: true } = &node.content else { return None };
    let [item] = items.as_slice() else { return None };
    let scalar = item.scalar().filter(|scalar| scalar.plain)?;
    let name = scalar.text.split(['=', '~', '^', '$', '*', '|']).next().unwrap_or("").trim();
    let word =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'));
    let looks = scalar.text.contains('=') || is_attribute(name);
    (word && looks).then(|| {
        let text = &*shortened(node.span.text(), MAX_REPEATED);
        Fault::new(&node.span, format!("{} is a list in YAML, not a selector", quoted(text)))
            .help(format!("put the selector in quotes: '{text}'"))
    })
}

fn is_attribute(name: &str) -> bool {
    let prefix = ["data-", "aria-", "item"].iter().any(|prefix| name.starts_with(prefix));
    prefix
        || matches!(
            name,
            "href" | "src" | "rel" | "property" | "name" | "content" | "class" | "id" | "role" | "lang"
        )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
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
    fn words(self, text: &str) -> (String, String) {
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

struct Trap {
    kind: Kind,
    place: Range<usize>,
}

impl Trap {
    /// Fills the trap in; see [`fill`].
    fn fill(&self, text: &mut [u8], file: &Arc<File>, faults: &mut Faults) -> bool {
        let place = match self.kind {
            // What is indented with tabs has no shape, and an open bracket no end.
            Kind::Tab | Kind::Open => return false,
            Kind::Comment => {
                let inner = file
                    .source
                    .text
                    .get(self.place.clone())
                    .unwrap_or("")
                    .trim_end_matches(['}', ']', ' ', ',']);
                self.place.start..self.place.start + inner.len()
            }
            _ => self.place.clone(),
        };
        fill(text, place, file, faults)
    }
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
