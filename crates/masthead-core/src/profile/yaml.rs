//! The one module that knows YAML: text in, a [`Node`] tree or faults out.
//!
//! Two parsers read the text. granit-parser gives places, finds doubled keys and bounds depth and size; serde_yaml,
//! which is quadratic in nesting and forgets places, then says what each scalar is.

use std::borrow::Cow;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, Span as EventSpan, StructureStyle};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Number;

use super::fault::{Fault, Faults};
use super::node::{Content, Entry, Node, Scalar, Typed};
use super::show::quoted;
use super::source::{File, Span};
use super::traps;

/// A profile's text has no more bytes than this.
const MAX_BYTES: usize = 1 << 20;
/// Lists and maps are not nested deeper than this.
const MAX_DEPTH: usize = 64;
const TOO_DEEP: &str = "lists and maps are nested deeper than 64";
/// A profile has no more values than this, those counted again that aliases repeat.
const MAX_NODES: usize = 50_000;
const TOO_MANY: &str = "the profile has more than 50,000 values, those that aliases repeat included";
/// A text that YAML refuses is read again no more often than this.
const MAX_READINGS: usize = 30;

/// Reads a file. `None` where nothing can be made of it; the faults say why.
pub(super) fn parse(file: &Arc<File>, faults: &mut Faults) -> Option<Node> {
    let text = &file.source.text;
    if text.len() > MAX_BYTES {
        let fault = Fault::new(
            &Span { file: Arc::clone(file), start: 0, end: 0 },
            "the profile is larger than 1 MiB",
        );
        faults.push(fault.help("split it: `extends:` takes the common part from another file"));
        return None;
    }
    let before = faults.count();
    let mut root = read(file, faults)?;
    if faults.count() > before {
        type_each(&mut root);
    } else {
        match serde_yaml::from_str::<serde_yaml::Value>(text) {
            Ok(value) => type_together(&mut root, &value),
            Err(error) => {
                let start = error.location().map_or(0, |location| location.index().min(text.len()));
                let span = Span { file: Arc::clone(file), start, end: start };
                let fault = Fault::new(&span, format!("this is not YAML: {error}"));
                faults
                    .push(fault.help("look at quotes, brackets and indentation here and on the line above"));
                return None;
            }
        }
    }
    merge(&mut root, faults);
    Some(root)
}

/// Reads a file. Where YAML refuses it, the refused parts are filled in and it is read again: all faults are wanted at once.
fn read(file: &Arc<File>, faults: &mut Faults) -> Option<Node> {
    let mut text = Cow::Borrowed(file.source.text.as_str());
    for _ in 0..MAX_READINGS {
        match Reader::new(file, faults).read(&text) {
            Ok(root) => return root,
            Err(Stop::Noted) => return None,
            Err(Stop::Refused { at, reason }) => {
                text = Cow::Owned(traps::explain(file, &text, at, &reason, faults)?);
            }
        }
    }
    None
}

/// A value of YAML as JSON, for examples that the program itself holds.
pub(super) fn to_json(text: &str) -> Option<serde_json::Value> {
    let file = File::new(super::Source::new("", text));
    let mut faults = Faults::default();
    let mut root = read(&file, &mut faults)?;
    type_each(&mut root);
    merge(&mut root, &mut faults);
    faults.is_empty().then(|| root.to_json())
}

/// A list or map whose end has not come yet.
struct Frame {
    start: usize,
    anchor: usize,
    flow: bool,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    /// `lines` says where each key stands: a map of many keys is searched for doubles in linear time.
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Span)>,
        lines: FxHashMap<String, u32>,
    },
}

struct Reader<'a> {
    file: &'a Arc<File>,
    faults: &'a mut Faults,
    frames: Vec<Frame>,
    anchors: FxHashMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
}

/// Why reading can't go on.
enum Stop {
    /// The fault is noted.
    Noted,
    /// The text is not YAML at this byte.
    Refused { at: usize, reason: String },
}

impl<'a> Reader<'a> {
    fn new(file: &'a Arc<File>, faults: &'a mut Faults) -> Self {
        Self { file, faults, frames: Vec::new(), anchors: FxHashMap::default(), nodes: 0, root: None }
    }

    /// Reads `text`, whose places are those of the file.
    fn read(mut self, text: &str) -> Result<Option<Node>, Stop> {
        for event in Parser::new_from_str(text) {
            match event {
                Ok((Event::DocumentStart(..), span)) if self.root.is_some() => {
                    let start = span.byte_range().map_or(0, |range| range.start);
                    let place = self.span(start, text.trim_end().len());
                    let fault =
                        Fault::new(&place, "a second document begins here, and a file holds one profile");
                    self.faults.push(fault.help("take it out, or make a file of its own of it"));
                    break;
                }
                Ok((event, span)) => self.event(event, &span)?,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    return Err(Stop::Refused { at, reason: error.kind().to_string() });
                }
            }
        }
        if self.root.is_none() {
            let fault = Fault::new(&self.span(0, 0), "the profile is empty");
            self.faults.push(fault.help("the least is `profile: NAME` and `hosts: [HOST]`"));
        }
        Ok(self.root)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: Arc::clone(self.file), start, end: end.max(start) }
    }

    fn stop(&mut self, fault: Fault) -> Result<(), Stop> {
        self.faults.push(fault);
        Err(Stop::Noted)
    }

    fn event(&mut self, event: Event<'_>, span: &EventSpan) -> Result<(), Stop> {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let at = self.span(range.start, range.end);
                self.refuse_tag(tag.is_some(), &at, span);
                self.scalar(text.into_owned(), style, anchor, at)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &self.span(range.start, range.end), span);
                self.open(range.start, anchor, style, Body::List(Vec::new()))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &self.span(range.start, range.end), span);
                self.open(
                    range.start,
                    anchor,
                    style,
                    Body::Map { entries: Vec::new(), key: None, lines: FxHashMap::default() },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Alias(anchor) => self.alias(anchor, self.span(range.start, range.end)),
            _ => Ok(()),
        }
    }

    fn refuse_tag(&mut self, tagged: bool, value: &Span, event: &EventSpan) {
        if tagged {
            let tag = event.tag_span().and_then(|tag| tag.byte_range());
            let place = tag.map_or_else(|| value.clone(), |tag| value.with(tag));
            let fault = Fault::new(&place, "`!` begins a YAML tag, which profiles don't have");
            self.faults.push(fault.help("put the whole value in quotes if it begins with `!`"));
        }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, anchor: usize, span: Span) -> Result<(), Stop> {
        let plain = style == ScalarStyle::Plain;
        if let Some(Frame { body: Body::Map { key: key @ None, .. }, .. }) = self.frames.last_mut() {
            *key = Some((text, span));
            return Ok(());
        }
        let content = match text.as_str() {
            // granit-parser says `~` for a value that is not there; its place is empty then.
            _ if plain && span.start == span.end => Content::Null { written: false },
            "~" | "null" | "Null" | "NULL" if plain => Content::Null { written: true },
            _ => Content::Scalar(Scalar { text, plain, typed: Typed::Text }),
        };
        self.add(Node { span, content }, anchor)
    }

    fn open(&mut self, start: usize, anchor: usize, style: StructureStyle, body: Body) -> Result<(), Stop> {
        let place = self.span(start, start + 1);
        if self.frames.len() >= MAX_DEPTH {
            return self
                .stop(Fault::new(&place, TOO_DEEP).help("take brackets out: no key needs more than ten"));
        }
        if let Some(Frame { body: Body::Map { key: None, .. }, .. }) = self.frames.last() {
            let fault = Fault::new(&place, "a key must be text");
            return self.stop(match place.file.rest_of_line(start).starts_with('{') {
                true => fault
                    .help("profiles have no templates (`{{ … }}`); text that begins with `{` needs quotes"),
                false => fault.help("put it in quotes"),
            });
        }
        self.frames.push(Frame { start, anchor, flow: style == StructureStyle::Flow, body });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Stop> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let (content, last) = match frame.body {
            Body::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Content::List { items, flow: frame.flow }, last)
            }
            Body::Map { entries, .. } => {
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end));
                (Content::Map { entries, flow: frame.flow }, last)
            }
        };
        // The end of a block is where the next thing begins; what it holds ends before.
        let end = if frame.flow { end } else { last.unwrap_or(end) };
        let span = self.span(frame.start, end);
        self.add(Node { span, content }, frame.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        if let Some(Frame { body: Body::Map { key: None, .. }, .. }) = self.frames.last() {
            return self.stop(Fault::new(&span, "a key must be text").help("put it in quotes"));
        }
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return self.stop(
                Fault::new(&span, "this alias stands within what it repeats").help("write the value out"),
            );
        };
        let (size, depth) = measure(&node);
        self.nodes += size;
        if self.frames.len() + depth > MAX_DEPTH {
            return self
                .stop(Fault::new(&span, TOO_DEEP).help("take brackets out: no key needs more than ten"));
        }
        self.add(node, 0)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.stop(
                Fault::new(&node.span, TOO_MANY)
                    .help("an alias repeats all that it names: take aliases (`*name`) out"),
            );
        }
        if anchor != 0 {
            // What an anchor keeps is a copy: it counts.
            self.nodes += measure(&node).0;
            self.anchors.insert(anchor, node.clone());
        }
        match self.frames.last_mut().map(|frame| &mut frame.body) {
            None => self.root = Some(node),
            Some(Body::List(items)) => items.push(node),
            Some(Body::Map { entries, key, lines }) => {
                if let Some((key, key_span)) = key.take() {
                    if let Some(line) = lines.get(&key) {
                        let fault = Fault::new(&key_span, format!("{} stands here twice", quoted(&key)));
                        self.faults
                            .push(fault.help(format!("the first is on line {line}; keep one of them")));
                    } else {
                        lines.insert(key.clone(), key_span.line());
                        entries.push(Entry { key, key_span, value: node });
                    }
                }
            }
        }
        Ok(())
    }
}

/// How many nodes a tree has, and how deep it is.
fn measure(node: &Node) -> (usize, usize) {
    let children: Vec<&Node> = match &node.content {
        Content::List { items, .. } => items.iter().collect(),
        Content::Map { entries, .. } => entries.iter().map(|entry| &entry.value).collect(),
        _ => return (1, 0),
    };
    children.into_iter().map(measure).fold((1, 1), |(size, depth), (s, d)| (size + s, depth.max(d + 1)))
}

/// Gives scalars the types that serde_yaml found: the two trees have one shape.
fn type_together(node: &mut Node, value: &serde_yaml::Value) {
    match (&mut node.content, value) {
        (Content::Scalar(scalar), value) => scalar.typed = typed(value),
        (Content::List { items, .. }, serde_yaml::Value::Sequence(values)) => {
            items.iter_mut().zip(values).for_each(|(item, value)| type_together(item, value));
        }
        (Content::Map { entries, .. }, serde_yaml::Value::Mapping(values)) => {
            entries
                .iter_mut()
                .zip(values)
                .for_each(|(entry, (_, value))| type_together(&mut entry.value, value));
        }
        _ => {}
    }
}

/// Types scalars one by one, for a text that serde_yaml refuses as a whole (a doubled key).
fn type_each(node: &mut Node) {
    match &mut node.content {
        Content::Scalar(scalar) if scalar.plain => {
            scalar.typed = serde_yaml::from_str(&scalar.text).map_or(Typed::Text, |value| typed(&value));
        }
        Content::List { items, .. } => items.iter_mut().for_each(type_each),
        Content::Map { entries, .. } => entries.iter_mut().for_each(|entry| type_each(&mut entry.value)),
        _ => {}
    }
}

fn typed(value: &serde_yaml::Value) -> Typed {
    match value {
        serde_yaml::Value::Bool(value) => Typed::Bool(*value),
        serde_yaml::Value::Number(number) => {
            let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
            let number = whole.or_else(|| number.as_f64().and_then(Number::from_f64));
            number.map_or(Typed::Text, Typed::Number)
        }
        _ => Typed::Text,
    }
}

/// Merge keys, `<<: *name` or `<<: [*a, *b]`: keys of those maps that are not written here.
fn merge(node: &mut Node, faults: &mut Faults) {
    match &mut node.content {
        Content::List { items, .. } => items.iter_mut().for_each(|item| merge(item, faults)),
        Content::Map { entries, .. } => {
            entries.iter_mut().for_each(|entry| merge(&mut entry.value, faults));
            let Some(at) = entries.iter().position(|entry| entry.key == "<<") else { return };
            let merged = entries.remove(at);
            let mut keys: FxHashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
            for base in merged.value.each() {
                if !base.is_map() {
                    let fault = Fault::new(&merged.key_span, "`<<` takes a map, or a list of maps");
                    faults.push(fault.help("write `<<: *name`, where `&name` stands before a map"));
                }
                for entry in base.entries() {
                    if keys.insert(entry.key.clone()) {
                        entries.push(entry.clone());
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Source;
    use serde_json::json;

    fn read(text: &str) -> (Option<Node>, Faults) {
        let mut faults = Faults::default();
        let node = parse(&File::new(Source::new("x.yaml", text)), &mut faults);
        (node, faults)
    }

    #[test]
    fn values_and_places_agree() {
        let (node, faults) = read("a: {제목: [x, 1, true, null, 1.5]}\nb: 'it''s'\nc: yes\n");
        assert!(faults.is_empty(), "{faults}");
        let node = node.unwrap();
        let list = json!(["x", 1, true, null, 1.5]);
        assert_eq!(node.to_json(), json!({"a": {"제목": list}, "b": "it's", "c": "yes"}));
        assert_eq!(node.get("a").unwrap().get("제목").unwrap().items()[1].span.text(), "1");
        assert_eq!(node.get("b").unwrap().span.text(), "'it''s'");
        assert_eq!(node.get("b").unwrap().place(3).text(), "s");
    }

    #[test]
    fn doubled_keys_are_faults_and_the_rest_is_read() {
        let (node, faults) = read("a: 1\nb: {c: 2, c: 3}\na: 4\n");
        assert_eq!(faults.count(), 2, "{faults}");
        assert_eq!(node.unwrap().to_json(), json!({"a": 1, "b": {"c": 2}}));
    }

    #[test]
    fn aliases_and_merge_keys_are_resolved() {
        let (node, faults) = read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n");
        assert!(faults.is_empty(), "{faults}");
        let node = node.unwrap().to_json();
        assert_eq!(node["b"], json!({"y": 3, "x": 1}));
        assert_eq!(node["c"], json!({"x": 1, "y": 2}));
    }

    #[test]
    fn hostile_texts_end_quickly() {
        let bomb = (1..10).fold("a0: &a0 [x]\n".to_owned(), |text, i| {
            let names = vec![format!("*a{}", i - 1); 9].join(", ");
            format!("{text}a{i}: &a{i} [{names}]\n")
        });
        for text in
            ["[".repeat(200_000), "{a: ".repeat(100_000), "- ".repeat(200_000), bomb, "x".repeat(2 << 20)]
        {
            let (node, faults) = read(&text);
            assert!(node.is_none());
            assert_eq!(faults.count(), 1);
        }
        assert!(read("a: &a [*a]\n").0.is_none());
    }
}
