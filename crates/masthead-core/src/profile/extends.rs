//! `extends:`: a profile laid over another, field by field.

use std::sync::Arc;

use super::check::check;
use super::fault::{Fault, Faults};
use super::node::{Content, Entry, Node};
use super::show::quoted;
use super::source::{File, Source};
use super::yaml;

/// A chain of profiles has no more links than this.
const MAX_CHAIN: usize = 8;

/// Where the profiles are that others extend. This crate reads no files.
pub trait Bases {
    /// The profile that `extends: NAME` means, where there is one.
    fn find(&self, name: &str) -> Option<Source>;
}

/// No profile can be extended.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBases;

impl Bases for NoBases {
    fn find(&self, _name: &str) -> Option<Source> {
        None
    }
}

impl<F: Fn(&str) -> Option<Source>> Bases for F {
    fn find(&self, name: &str) -> Option<Source> {
        self(name)
    }
}

/// Reads a profile and those that it extends into one tree.
pub(super) fn read(source: Source, bases: &dyn Bases, faults: &mut Faults) -> Option<Node> {
    let mut chain: Vec<Arc<File>> = Vec::new();
    let mut trees: Vec<Node> = Vec::new();
    let mut next = Some(source);
    let mut broken = false;
    while let Some(source) = next {
        let file = File::new(source);
        // A base that can't be read has its faults; what lies over it was checked.
        let mut tree = yaml::parse(&file, faults)?;
        let partial = tree.has("extends");
        check(&mut tree, partial, faults);
        chain.push(file);
        let before = faults.count();
        next = base(&tree, &chain, bases, faults);
        broken = faults.count() > before;
        trees.push(tree);
    }
    let base = trees.pop()?;
    if trees.is_empty() {
        return Some(base);
    }
    let mut whole = trees.into_iter().rev().fold(base, overlay);
    // What each file lacks, the others may have; where the chain is broken, nobody knows.
    if !broken {
        check(&mut whole, false, faults);
    }
    Some(whole)
}

fn base(tree: &Node, chain: &[Arc<File>], bases: &dyn Bases, faults: &mut Faults) -> Option<Source> {
    let node = tree.get("extends")?;
    let name = node.text()?;
    let mut refuse = |message: String, help: &str| {
        faults.push(Fault::new(&node.span, message).help(help));
        None
    };
    if super::words::leads_out(name) {
        return refuse(
            format!("{} leads out of its folder", quoted(name)),
            "write a profile's name, or a path below this file",
        );
    }
    match bases.find(name) {
        None => refuse(
            format!("there is no profile {} to extend", quoted(name)),
            "`crawl profiles` lists those that there are",
        ),
        Some(source) if chain.iter().any(|file| file.source == source) => refuse(
            format!("{} extends itself in the end", quoted(name)),
            "take one `extends:` out of the circle",
        ),
        Some(_) if chain.len() >= MAX_CHAIN => {
            refuse(format!("more than {MAX_CHAIN} profiles extend each other"), "put some of them together")
        }
        Some(source) => Some(source),
    }
}

/// Maps whose keys are laid over one by one; the rest is replaced whole.
const BY_KEY: [&str; 5] = ["article", "records", "discover", "politeness", "cookies"];

fn overlay(base: Node, over: Node) -> Node {
    let (Content::Map { entries: below, .. }, Content::Map { entries: above, flow }) =
        (base.content, over.content)
    else {
        return Node { span: over.span, content: Content::Null { written: false } };
    };
    let by_key = |below: Entry, above: Entry| match above.key.as_str() {
        "layouts" => Entry { value: overlay_layouts(below.value, above.value), ..above },
        key if BY_KEY.contains(&key) => Entry { value: overlay_map(below.value, above.value), ..above },
        _ => above,
    };
    Node { span: over.span, content: Content::Map { entries: overlay_entries(below, above, by_key), flow } }
}

/// The entries below with those of the same key exchanged, then the new ones.
fn overlay_entries(below: Vec<Entry>, above: Vec<Entry>, join: impl Fn(Entry, Entry) -> Entry) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(below.len() + above.len());
    let mut above: Vec<Option<Entry>> = above.into_iter().map(Some).collect();
    for entry in below {
        let own = above.iter_mut().find(|own| own.as_ref().is_some_and(|own| own.key == entry.key));
        entries.push(match own.and_then(Option::take) {
            Some(own) => join(entry, own),
            None => entry,
        });
    }
    entries.extend(above.into_iter().flatten());
    entries
}

fn overlay_map(below: Node, above: Node) -> Node {
    match (below.content, above.content) {
        (Content::Map { entries: below, .. }, Content::Map { entries, flow }) => {
            let entries = overlay_entries(below, entries, |_, above| above);
            Node { span: above.span, content: Content::Map { entries, flow } }
        }
        (_, content) => Node { span: above.span, content },
    }
}

/// Layouts of the same id field by field; new ones stand first, as newer looks do.
fn overlay_layouts(below: Node, above: Node) -> Node {
    let (Content::List { items: below, .. }, Content::List { items: above_items, flow }) =
        (below.content, above.content)
    else {
        return Node { span: above.span, content: Content::List { items: Vec::new(), flow: false } };
    };
    let id = |node: &Node| node.get("id").and_then(Node::text).map(str::to_owned);
    let mut olds = below;
    let mut news = Vec::new();
    for layout in above_items {
        let position = olds.iter().position(|old| id(old).is_some() && id(old) == id(&layout));
        match position.and_then(|position| olds.get_mut(position)) {
            Some(old) => {
                let span = old.span.clone();
                let below = std::mem::replace(old, Node { span, content: Content::Null { written: false } });
                *old = overlay_map(below, layout);
            }
            None => news.push(layout),
        }
    }
    news.extend(olds);
    Node { span: above.span, content: Content::List { items: news, flow } }
}
