//! The traps of YAML × CSS: texts that YAML takes for something else than the author does.
//!
//! Where YAML refuses a text, [`explain`] looks for the trap behind the refusal. The others are met in the tree, by
//! [`comment_behind`] and [`attribute_list`].

use std::ops::Range;
use std::sync::Arc;

use super::fault::{Fault, Faults};
use super::lexer::{self, Kind, Trap};
use super::node::{Content, Node};
use super::refused::{self, Skip};
use super::show::{quoted, shortened};
use super::source::{File, Span};

/// More faults of one value than this are not made.
const MAX_LINES: usize = 100;
/// More characters of a value are not repeated in a remedy.
pub(super) const MAX_REPEATED: usize = 100;

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
    let traps = lexer::traps(text);
    let mut filled = text.as_bytes().to_vec();
    let mut gained = false;
    for trap in &traps {
        let span = Span { file: Arc::clone(file), start: trap.place.start, end: trap.place.end };
        let (message, help) = trap.kind.words(span.text());
        faults.push(Fault::new(&span, message).help(help));
        gained |= fill_trap(trap, &mut filled, file, faults);
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

/// Fills a trap in.
fn fill_trap(trap: &Trap, text: &mut [u8], file: &Arc<File>, faults: &mut Faults) -> bool {
    let place = match trap.kind {
        // What is indented with tabs has no shape, and an open bracket no end.
        Kind::Tab | Kind::Open => return false,
        Kind::Comment => {
            let inner =
                file.source.text.get(trap.place.clone()).unwrap_or("").trim_end_matches(['}', ']', ' ', ',']);
            trap.place.start..trap.place.start + inner.len()
        }
        _ => trap.place.clone(),
    };
    fill(text, place, file, faults)
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

/// The trap `title:h1` where a map of keys is meant: without its space the colon is part of a text. One fault a line.
pub(super) fn glued_colons(node: &Node) -> Vec<Fault> {
    if !node.scalar().is_some_and(|scalar| scalar.plain) {
        return Vec::new();
    }
    let mut start = node.span.start;
    let mut faults = Vec::new();
    for line in node.span.text().split_inclusive('\n').take(MAX_LINES) {
        let body = line.trim();
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        let Some((name, value)) = body.split_once(':') else { return Vec::new() };
        let is_key = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if !is_key || value.is_empty() || value.starts_with([' ', '/']) {
            return Vec::new();
        }
        let fault = Fault::new(&node.span.with(at..at + body.len()), "a space is missing behind the colon");
        faults.push(fault.help(format!("write `{name}: {}`", shortened(value, MAX_REPEATED))));
    }
    faults
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
