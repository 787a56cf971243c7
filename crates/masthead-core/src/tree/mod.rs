//! A page's tree, as the tree builder makes it: nodes in one array, linked by their numbers.

mod sink;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, ns};

pub(crate) use sink::{Handle, Sink};

/// A node and all that is in it.
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

/// What a node is.
pub(crate) enum Data {
    /// The root of a page.
    Document,
    /// The root of a part of a page, or of what a `<template>` holds.
    Fragment,
    /// A comment, a doctype: nobody reads what is in it.
    Mark,
    /// A text.
    Text(StrTendril),
    /// An element.
    Element(Element),
}

/// A name and attributes.
pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attributes: Vec<Attribute>,
}

impl Element {
    /// The name: in lower case, but for some of drawings (`linearGradient`).
    pub(crate) fn name(&self) -> &str {
        &self.name.local
    }

    /// The value of an attribute without a namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let is_it = |own: &&Attribute| own.name.ns == ns!() && *own.name.local == *name;
        self.attributes.iter().find(is_it).map(|attribute| &*attribute.value)
    }

    /// The value of the first attribute of that local name, whatever its namespace.
    pub(crate) fn any_attribute(&self, name: &LocalName) -> Option<&str> {
        self.attributes.iter().find(|own| own.name.local == *name).map(|attribute| &*attribute.value)
    }
}

const NONE: u32 = u32::MAX;

struct Node {
    data: Data,
    parent: u32,
    first: u32,
    last: u32,
    before: u32,
    after: u32,
    /// As it was when the node was put in. What is moved with a node around it keeps its own.
    depth: u32,
}

impl Node {
    fn new(data: Data) -> Self {
        Self { data, parent: NONE, first: NONE, last: NONE, before: NONE, after: NONE, depth: 0 }
    }
}

impl Tree {
    /// The number of nodes, those among them that the tree builder dropped.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Goes through the tree in page order; gives each node, and its end.
    pub(crate) fn walk<'t>(&'t self, mut visit: impl FnMut(Step<'t>)) {
        let mut number = 0;
        while let Some(node) = self.nodes.get(number as usize) {
            visit(Step::Open(&node.data));
            if node.first != NONE {
                number = node.first;
                continue;
            }
            loop {
                visit(Step::Close);
                let Some(node) = self.nodes.get(number as usize).filter(|_| number != 0) else { return };
                if node.after != NONE {
                    number = node.after;
                    break;
                }
                number = node.parent;
            }
        }
    }
}

/// What [`Tree::walk`] meets.
pub(crate) enum Step<'t> {
    /// A node begins.
    Open(&'t Data),
    /// The last node that began and has not ended ends.
    Close,
}
