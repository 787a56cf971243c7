//! A tree against the table of the language: unknown keys, wrong kinds, what is missing. Texts are not looked into.

use rustc_hash::FxHashMap;

use super::fault::{Fault, Faults};
use super::grammar::{self, Leaf, MapKind, Names, Needs, Shape};
use super::node::{Content, Entry, Node, Scalar, Typed};
use super::show::{listed, quoted, shortened};
use super::source::Span;
use super::suggest::{Remedy, did_you_mean, nearest, synonym};
use super::traps;

/// Checks a profile. What is missing is not asked of a profile that `extends` another, as `partial` says. A misspelt key
/// gets the name that was meant, so that the faults in its value are found too.
pub(super) fn check(root: &mut Node, partial: bool, faults: &mut Faults) {
    let mut checker = Checker { faults, partial, meant: FxHashMap::default() };
    if root.is_map() {
        checker.map(root, &grammar::PROFILE, &root.span);
        let meant = checker.meant;
        if !meant.is_empty() {
            rename(root, &meant);
        }
    } else {
        let fault = Fault::new(&root.span, format!("a profile is a map of keys, not {}", root.kind()));
        checker.faults.push(fault.help("begin with `profile: NAME`"));
    }
}

/// The names that were meant, by where the misspelt keys begin.
type Meant = FxHashMap<usize, &'static str>;

fn rename(node: &mut Node, meant: &Meant) {
    match &mut node.content {
        Content::List { items, .. } => items.iter_mut().for_each(|item| rename(item, meant)),
        Content::Map { entries, .. } => {
            for entry in entries {
                if let Some(name) = meant.get(&entry.key_span.start) {
                    (*name).clone_into(&mut entry.key);
                }
                rename(&mut entry.value, meant);
            }
        }
        _ => {}
    }
}

struct Checker<'a> {
    faults: &'a mut Faults,
    partial: bool,
    meant: Meant,
}

/// The key whose value is looked at.
#[derive(Clone, Copy)]
struct Owner<'a> {
    key: &'a str,
    span: &'a Span,
    example: &'a str,
}

impl Checker<'_> {
    fn value(&mut self, node: &Node, shape: &Shape, owner: Owner<'_>) {
        if let Content::Null { written } = node.content {
            let allowed =
                matches!(shape, Shape::OrNull(_)) && written || matches!(shape, Shape::Leaf(Leaf::Anything));
            if !allowed {
                self.nothing(node, written, owner);
            }
            return;
        }
        if takes_selector(shape)
            && let Some(fault) = traps::attribute_list(node)
        {
            self.faults.push(fault);
            return;
        }
        match shape {
            Shape::Leaf(leaf) => self.leaf(node, *leaf, shape, owner),
            Shape::OrNull(shape) => self.value(node, shape, owner),
            Shape::List(item) if node.is_list() => self.items(node, item, owner),
            Shape::OneOrMany(item) if node.is_list() => self.items(node, item, owner),
            Shape::OneOrMany(item) => self.value(node, item, owner),
            Shape::Pair(first, second) => match node.items() {
                [a, b] => {
                    self.value(a, first, owner);
                    self.value(b, second, owner);
                }
                _ => self.mismatch(node, shape, owner),
            },
            Shape::Map(kind) if node.is_map() => self.map(node, kind, owner.span),
            Shape::MapBy(choices, other) if node.is_map() => {
                let chosen = choices.iter().find(|(keys, _)| keys.iter().any(|key| node.has(key)));
                self.map(node, chosen.map_or(other, |(_, kind)| kind), owner.span);
            }
            Shape::Named(names, item) if node.is_map() => self.named(node, *names, item),
            Shape::Either(shapes) => match shapes.iter().find(|shape| takes(shape, node)) {
                Some(Shape::Leaf(leaf)) => self.leaf(node, *leaf, shape, owner),
                Some(chosen) => self.value(node, chosen, owner),
                None => self.mismatch(node, shape, owner),
            },
            _ => self.mismatch(node, shape, owner),
        }
    }

    fn items(&mut self, node: &Node, item: &Shape, owner: Owner<'_>) {
        for value in node.items() {
            self.value(value, item, owner);
        }
    }

    fn nothing(&mut self, node: &Node, written: bool, owner: Owner<'_>) {
        let trap = if written { None } else { traps::comment_behind(owner.span, "") };
        self.faults.push(trap.unwrap_or_else(|| {
            let place = if written { &node.span } else { owner.span };
            Fault::new(place, format!("{} has no value", quoted(owner.key)))
                .help(format!("write `{}: {}`, or leave the key out", owner.key, owner.example))
        }));
    }

    fn mismatch(&mut self, node: &Node, shape: &Shape, owner: Owner<'_>) {
        let glued = traps::glued_colons(node);
        if !glued.is_empty() {
            return glued.into_iter().for_each(|fault| self.faults.push(fault));
        }
        if let Some(fault) = traps::dashes(node) {
            return self.faults.push(fault);
        }
        let message = format!("{} can't be {}", quoted(owner.key), node.kind());
        let fault = Fault::new(&node.span, message).allowed(shape.describe());
        let texts: Vec<&str> = node.items().iter().filter_map(Node::text).collect();
        let selectors = takes_selector(shape) && !texts.is_empty() && texts.len() == node.items().len();
        self.faults.push(match selectors {
            true => {
                let (key, both) = (owner.key, texts.join(", "));
                let each =
                    texts.iter().map(|text| format!("{{{key}: {text}}}")).collect::<Vec<_>>().join(", ");
                let (both, each) = (shortened(&both, 100), shortened(&each, 100));
                fault.help(format!("for all of them write `{key}: '{both}'`, for alternatives [{each}]"))
            }
            false => fault.help(format!("for example `{}: {}`", owner.key, owner.example)),
        });
    }

    fn leaf(&mut self, node: &Node, leaf: Leaf, whole: &Shape, owner: Owner<'_>) {
        if leaf == Leaf::Anything {
            return;
        }
        let Some(scalar) = node.scalar() else { return self.mismatch(node, whole, owner) };
        let prose = matches!(leaf, Leaf::Text | Leaf::Name | Leaf::Scalar);
        if let Some(fault) = traps::curly_quotes(node).filter(|_| !prose) {
            return self.faults.push(fault);
        }
        let help: Option<Remedy> = match leaf {
            Leaf::Bool if node.bool().is_some() => return,
            Leaf::True if node.bool() == Some(true) => return,
            Leaf::Integer(from, to) if node.integer().is_some_and(|value| (from..=to).contains(&value)) => {
                return;
            }
            Leaf::Word(words) if words.contains(&scalar.text.as_str()) => return,
            Leaf::True if truth(&scalar.text) == Some("false") => {
                Some("leave the key out: that means the same".into())
            }
            Leaf::Bool | Leaf::True => truth(&scalar.text).map(|word| no_truth(scalar, word).into()),
            Leaf::Word(words) => word_meant(&scalar.text, words).map(did_you_mean),
            Leaf::Integer(..) if scalar.typed == Typed::Text && scalar.text.parse::<i64>().is_ok() => {
                Some("write the number without quotes".into())
            }
            Leaf::Integer(..) => None,
            Leaf::Selector | Leaf::Value if scalar.plain => {
                if let Some(fault) = traps::comment_behind(&node.span, &scalar.text) {
                    self.faults.push(fault);
                }
                return;
            }
            _ => return,
        };
        let message = format!("{} is no value for {}", quoted(&scalar.text), quoted(owner.key));
        let fault = Fault::new(&node.span, message).allowed(whole.describe());
        self.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault.help(format!("for example `{}: {}`", owner.key, owner.example)),
        });
    }

    fn named(&mut self, node: &Node, names: Names, item: &Shape) {
        for entry in node.entries() {
            if names == Names::Plain && !is_plain_name(&entry.key) {
                let fault = Fault::new(&entry.key_span, format!("{} is no name", quoted(&entry.key)));
                self.faults
                    .push(fault.help("use letters, digits, `_` and `-`, with a letter first (64 at most)"));
            }
            let owner = Owner { key: &entry.key, span: &entry.key_span, example: "…" };
            self.value(&entry.value, item, owner);
        }
    }

    fn map(&mut self, node: &Node, kind: &'static MapKind, owner: &Span) {
        for (index, entry) in node.entries().iter().enumerate() {
            match kind.key(&entry.key) {
                Some(key) => {
                    let owner = Owner { key: &entry.key, span: &entry.key_span, example: key.example };
                    self.value(&entry.value, key.shape, owner);
                }
                None => self.unknown(node, index, entry, kind),
            }
        }
        let relaxed = self.partial && matches!(kind.name, "profile" | "layout");
        if !relaxed {
            let place = node.entries().first().map_or(owner, |entry| &entry.key_span);
            self.missing(node, kind, place);
        }
        self.needs(node, kind, owner);
    }

    /// The fault of an unknown key. Its value is checked as that of the key that was meant.
    fn unknown(&mut self, node: &Node, index: usize, entry: &Entry, kind: &'static MapKind) {
        let bare = matches!(entry.value.content, Content::Null { written: false });
        if let Some((name, value)) =
            entry.key.split_once(':').filter(|(name, _)| bare && kind.key(name).is_some())
        {
            let fault = Fault::new(&entry.key_span, "a space is missing behind the colon");
            return self.faults.push(fault.help(format!("write `{name}: {value}`")));
        }
        let before = index.checked_sub(1).and_then(|index| node.entries().get(index));
        if let (true, Content::Map { flow: true, .. }, Some(before)) = (bare, &node.content, before) {
            let value = shortened(before.value.span.text(), 100);
            let fault = Fault::new(&entry.key_span, "the comma before this ends the value, inside { }");
            self.faults.push(
                fault.help(format!("put the value in quotes: {}: '{value}, {}'", before.key, entry.key)),
            );
            return;
        }
        let fault =
            Fault::new(&entry.key_span, format!("unknown key {} in {}", quoted(&entry.key), kind.title))
                .allowed(listed(kind.keys().map(|key| key.name)));
        let elsewhere: Vec<&str> = grammar::maps()
            .iter()
            .filter(|map| map.key(&entry.key).is_some())
            .map(|map| map.title)
            .take(4)
            .collect();
        let meant = meant(&entry.key, kind);
        if let Some(key) = meant.and_then(|name| kind.key(name)).filter(|key| !node.has(key.name)) {
            self.meant.insert(entry.key_span.start, key.name);
            let owner = Owner { key: key.name, span: &entry.key_span, example: key.example };
            self.value(&entry.value, key.shape, owner);
        }
        self.faults.push(match meant {
            Some(name) if node.has(name) => {
                let Remedy { help, nearest } = did_you_mean(name);
                let help = format!("{help} It stands here already: keep one of them");
                fault.help(Remedy { help, nearest })
            }
            Some(name) => fault.help(did_you_mean(name)),
            None if !elsewhere.is_empty() => {
                fault.help(format!("{} belongs to: {}", quoted(&entry.key), elsewhere.join("; ")))
            }
            None => fault.help("keys are closed at every level; fields of your own go under `extra:`"),
        });
    }

    fn missing(&mut self, node: &Node, kind: &'static MapKind, place: &Span) {
        let misspelt = |name| {
            let unknown = node.entries().iter().filter(|entry| kind.key(&entry.key).is_none());
            unknown.into_iter().any(|entry| meant(&entry.key, kind) == Some(name))
        };
        for key in kind.keys().filter(|key| key.required && !node.has(key.name) && !misspelt(key.name)) {
            let fault = Fault::new(place, format!("{} is missing in {}", quoted(key.name), kind.title));
            self.faults.push(fault.help(format!("add `{}: {}`", key.name, key.example)));
        }
    }

    fn needs(&mut self, node: &Node, kind: &'static MapKind, owner: &Span) {
        let (names, most) = match kind.needs {
            Needs::Nothing => return,
            Needs::One(names) => (names, 1),
            Needs::Some(names) => (names, usize::MAX),
        };
        let given: Vec<&Entry> =
            node.entries().iter().filter(|entry| names.contains(&entry.key.as_str())).collect();
        let one = if kind.name == "step" { "one key" } else { "exactly one of these keys" };
        match given.as_slice() {
            [] => {
                let place = node.entries().first().map_or(owner, |entry| &entry.key_span);
                // An unknown key is most likely the one that is missed: its own fault is enough.
                if node.entries().iter().any(|entry| kind.key(&entry.key).is_none()) {
                    return;
                }
                let what = if most == 1 { one } else { "at least one of these keys" };
                let fault = Fault::new(place, format!("{} needs {what}", kind.title))
                    .allowed(listed(names.iter().copied()));
                self.faults.push(match names.contains(&"auto") {
                    true => {
                        fault.help("say where the value comes from; `auto: true` is the page's own metadata")
                    }
                    false => fault.help(match names.first().and_then(|name| kind.key(name)) {
                        Some(key) => format!("for example `{{{}: {}}}`", key.name, key.example),
                        None => "write one of them".to_owned(),
                    }),
                });
            }
            [first, rest @ ..] if given.len() > most => {
                for second in rest {
                    let message = format!("{} beside {}", quoted(&second.key), quoted(&first.key));
                    let fault = Fault::new(&second.key_span, format!("{message}: {} has {one}", kind.title));
                    self.faults.push(fault.help(match kind.name {
                        "step" => format!("make two steps: [{{{}: …}}, {{{}: …}}]", first.key, second.key),
                        "drop-rule" => "make two rules of them, in a list".to_owned(),
                        "pages" => "keep one of them".to_owned(),
                        _ => format!(
                            "for alternatives write a list: [{{{}: …}}, {{{}: …}}]",
                            first.key, second.key
                        ),
                    }));
                }
            }
            _ => {}
        }
    }
}

fn word_meant(text: &str, words: &[&'static str]) -> Option<&'static str> {
    nearest(text, words.iter().copied())
        .or_else(|| synonym(text).iter().copied().find(|word| words.contains(word)))
}

/// The key that an unknown one was most likely meant to be: one that is misspelt, or another word for it.
fn meant(word: &str, kind: &'static MapKind) -> Option<&'static str> {
    nearest(word, kind.keys().map(|key| key.name))
        .or_else(|| synonym(word).iter().copied().find(|name| kind.key(name).is_some()))
}

/// Whether a shape is meant for what stands there, by its kind alone.
fn takes(shape: &Shape, node: &Node) -> bool {
    match shape {
        Shape::Leaf(_) => node.scalar().is_some(),
        Shape::List(_) | Shape::Pair(..) => node.is_list(),
        Shape::OneOrMany(item) => node.is_list() || takes(item, node),
        Shape::Map(_) | Shape::Named(..) | Shape::MapBy(..) => node.is_map(),
        Shape::Either(shapes) => shapes.iter().any(|shape| takes(shape, node)),
        Shape::OrNull(shape) => takes(shape, node),
    }
}

fn takes_selector(shape: &Shape) -> bool {
    match shape {
        Shape::Leaf(leaf) => matches!(leaf, Leaf::Selector | Leaf::Value),
        Shape::OneOrMany(item) => takes_selector(item),
        Shape::Either(shapes) => shapes.iter().any(|shape| takes_selector(shape)),
        _ => false,
    }
}

/// Why a word of truth is none in YAML, and what is.
fn no_truth(scalar: &Scalar, word: &str) -> String {
    match &scalar.typed {
        _ if !scalar.plain => format!("in quotes it is text; write `{word}` without them"),
        Typed::Number(_) => format!("{} is a number in YAML; write `{word}`", quoted(&scalar.text)),
        _ => format!("{} is text in YAML; write `{word}`", quoted(&scalar.text)),
    }
}

/// What somebody means by YAML 1.1's words of truth.
fn truth(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "on" | "y" | "true" | "1" => Some("true"),
        "no" | "off" | "n" | "false" | "0" => Some("false"),
        _ => None,
    }
}

pub(super) fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    name.len() <= 64
        && chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
