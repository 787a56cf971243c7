//! Which elements have an id, a class or a name: the candidates of a selection.

use std::cell::RefCell;
use std::rc::Rc;

use html5ever::{LocalName, local_name, ns};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Dom, NodeNumber};
use crate::select::Key;

/// Elements by id, class and name.
#[derive(Default)]
pub(crate) struct Index<'a> {
    ids: Chains<'a>,
    classes: Chains<'a>,
    tags: Chains<'a>,
    /// Elements of drawings whose names have capitals (`linearGradient`). A key has none.
    capitals: Vec<NodeNumber>,
    elements: Vec<NodeNumber>,
    /// The candidates of the keys that were asked for, in page order: a selection in a part of the page takes its slice.
    known: RefCell<FxHashMap<Key, Rc<[NodeNumber]>>>,
}

/// Lists of nodes by a word, without an allocation a list: a page has hundreds of words with a node or two each.
#[derive(Default)]
struct Chains<'a> {
    /// The first and the last link of each chain.
    ends: FxHashMap<&'a str, (u32, u32)>,
    /// A node and the next link, from 1; 0 ends a chain.
    links: Vec<(NodeNumber, u32)>,
}

impl<'a> Chains<'a> {
    fn add(&mut self, word: &'a str, node: NodeNumber) {
        let new = self.links.len() as u32 + 1;
        let (_, last) = self.ends.entry(word).or_insert((new, 0));
        let before = std::mem::replace(last, new);
        if let Some(link) = before.checked_sub(1).and_then(|index| self.links.get_mut(index as usize)) {
            if link.0 == node {
                // A class that is written twice.
                *last = before;
                return;
            }
            link.1 = new;
        }
        self.links.push((node, 0));
    }

    fn nodes(&self, word: &str) -> impl Iterator<Item = NodeNumber> {
        let mut next = self.ends.get(word).map_or(0, |ends| ends.0);
        std::iter::from_fn(move || {
            let (node, after) = *self.links.get((next as usize).checked_sub(1)?)?;
            next = after;
            Some(node)
        })
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(dom: &Dom<'a>) -> Self {
        let mut index = Self::default();
        for number in dom.all() {
            let Some(element) = dom.element(number) else { continue };
            index.elements.push(number);
            index.tags.add(element.name(), number);
            if element.name.ns != ns!(html) && element.name().bytes().any(|byte| byte.is_ascii_uppercase()) {
                index.capitals.push(number);
            }
            for attribute in &element.attributes {
                let value: &str = &attribute.value;
                match attribute.name.local {
                    local_name!("id") => index.ids.add(value, number),
                    local_name!("class") => {
                        value.split_ascii_whitespace().for_each(|class| index.classes.add(class, number))
                    }
                    _ => {}
                }
            }
        }
        index
    }

    /// The elements that have what every match of a selector has, in page order.
    pub(super) fn candidates(&self, dom: &Dom<'_>, key: &Key) -> Rc<[NodeNumber]> {
        if let Some(known) = self.known.borrow().get(key) {
            return Rc::clone(known);
        }
        let mut found = self.collect(dom, key);
        if !found.is_sorted_by(|a, b| a < b) {
            found.sort_unstable();
            found.dedup();
        }
        let found: Rc<[NodeNumber]> = found.into();
        self.known.borrow_mut().insert(key.clone(), Rc::clone(&found));
        found
    }

    fn collect(&self, dom: &Dom<'_>, key: &Key) -> Vec<NodeNumber> {
        let all =
            |keys: &[Key]| keys.iter().flat_map(|key| self.candidates(dom, key).to_vec()).collect::<Vec<_>>();
        match key {
            Key::Id(id) => self.ids.nodes(id).collect(),
            Key::Class(class) => self.classes.nodes(class).collect(),
            Key::Tag(tag) => {
                let capitals = self.capitals.iter().copied();
                let same = capitals.filter(|&node| dom.tag(node).eq_ignore_ascii_case(tag));
                self.tags.nodes(tag).chain(same).collect()
            }
            Key::Attribute(name) => self.with_attribute(dom, name),
            Key::OneOf(keys) => all(keys),
            Key::Around { keys, beside } => around(dom, all(keys).into_iter(), *beside),
            Key::Any => self.elements.clone(),
        }
    }

    fn with_attribute(&self, dom: &Dom<'_>, name: &LocalName) -> Vec<NodeNumber> {
        let has = |&&node: &&NodeNumber| {
            dom.element(node).is_some_and(|element| {
                element.attributes.iter().any(|own| own.name.local.eq_ignore_ascii_case(name))
            })
        };
        self.elements.iter().filter(has).copied().collect()
    }
}

/// The elements around `inner` and, where `beside`, those before one of them or before one of `inner`: every element
/// whose `:has(…)` can end at one of `inner`. Each node is climbed over once.
fn around(dom: &Dom<'_>, inner: impl Iterator<Item = NodeNumber>, beside: bool) -> Vec<NodeNumber> {
    let mut climbed: FxHashSet<NodeNumber> = FxHashSet::default();
    // The furthest child of each parent from which one looks back.
    let mut furthest: FxHashMap<NodeNumber, NodeNumber> = FxHashMap::default();
    let mut found = Vec::new();
    for node in inner {
        let mut below = node;
        while let Some(parent) = dom.parent(below) {
            let known = furthest.entry(parent).or_insert(below);
            *known = below.max(*known);
            if !climbed.insert(parent) {
                break;
            }
            found.push(parent);
            below = parent;
        }
    }
    if beside {
        #[expect(clippy::iter_over_hash_type, reason = "what is found is sorted before it is used")]
        for (parent, last) in furthest {
            let mut child = parent + 1;
            while child < last {
                found.push(child);
                child = dom.end(child);
            }
        }
    }
    found.retain(|&node| dom.role(node).is_element());
    found
}
