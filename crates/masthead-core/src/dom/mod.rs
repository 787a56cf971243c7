//! A page as the engine walks it: its tree laid out in page order.
//!
//! Node numbers rise in page order and the nodes below node *n* are *n + 1 .. end(n)*, so that order, ancestry and
//! ranges are comparisons of numbers. A body that comes as HTML inside JSON is laid out behind the page's own nodes:
//! it is part of the page, and selectors look in it first.

mod element;
mod index;
mod lines;
mod role;
mod select;
mod text;

use std::cell::{Cell, OnceCell, RefCell};

use selectors::matching::SelectorCaches;

use crate::parse::Parsed;
use crate::tree::{Data, Element, Step, Tree};

pub(crate) use element::ElementAt;
pub(crate) use index::Index;
pub(crate) use role::Role;
pub(crate) use text::{TextBuilder, is_nothing, tidy};

/// The number of a node, in page order.
pub(crate) type NodeNumber = u32;

/// A page's nodes in page order.
pub(crate) struct Dom<'a> {
    nodes: Vec<DomNode<'a>>,
    /// The first node of the embedded document; the number of nodes where there is none.
    embedded: NodeNumber,
    index: OnceCell<Index<'a>>,
    shape: OnceCell<Shape>,
    caches: RefCell<SelectorCaches>,
    /// Estimated steps of all selections so far.
    steps: Cell<u64>,
    refused: Cell<bool>,
}

struct DomNode<'a> {
    data: &'a Data,
    parent: NodeNumber,
    /// The node before it in the same parent; its own number where there is none.
    before: NodeNumber,
    /// One past the last node below.
    end: NodeNumber,
    role: Role,
    /// Whether a reader doesn't see it: it, or an element around it, is invisible.
    hidden: bool,
}

/// What the estimate of a selection's cost needs to know of a tree.
struct Shape {
    elements: u64,
    deepest: u64,
    /// The sum of all elements' depths: what `:has` on every element would look at.
    depths: u64,
    /// The sum of the squares of the numbers of siblings: what `~` on every element would look at.
    sibling_pairs: u64,
}

impl<'a> Dom<'a> {
    /// Lays out a page and, behind it, an embedded document.
    pub(crate) fn new(page: &'a Parsed, embedded: Option<&'a Tree>) -> Self {
        let mut nodes = Vec::with_capacity(page.tree.len() + embedded.map_or(0, Tree::len));
        lay_out(&page.tree, &mut nodes);
        let boundary = number(nodes.len());
        if let Some(embedded) = embedded {
            lay_out(embedded, &mut nodes);
        }
        Self {
            nodes,
            embedded: boundary,
            index: OnceCell::new(),
            shape: OnceCell::new(),
            caches: RefCell::default(),
            steps: Cell::new(0),
            refused: Cell::new(false),
        }
    }

    /// The numbers of all nodes.
    pub(crate) fn all(&self) -> std::ops::Range<NodeNumber> {
        0..number(self.nodes.len())
    }

    /// The root of the embedded document.
    pub(crate) fn embedded_root(&self) -> Option<NodeNumber> {
        (self.embedded < number(self.nodes.len())).then_some(self.embedded)
    }

    fn at(&self, node: NodeNumber) -> &DomNode<'a> {
        &self.nodes[node as usize]
    }

    /// One past the last node below.
    pub(crate) fn end(&self, node: NodeNumber) -> NodeNumber {
        self.at(node).end
    }

    /// The nodes below, without the node itself.
    pub(crate) fn below(&self, node: NodeNumber) -> std::ops::Range<NodeNumber> {
        node + 1..self.end(node)
    }

    /// Whether `node` is `ancestor` or below it.
    pub(crate) fn within(&self, node: NodeNumber, ancestor: NodeNumber) -> bool {
        (ancestor..self.end(ancestor)).contains(&node)
    }

    /// The node around; `None` for a root.
    pub(crate) fn parent(&self, node: NodeNumber) -> Option<NodeNumber> {
        let parent = self.at(node).parent;
        (parent != node).then_some(parent)
    }

    /// The nodes around, the nearest first.
    pub(crate) fn ancestors(&self, node: NodeNumber) -> impl Iterator<Item = NodeNumber> + '_ {
        std::iter::successors(self.parent(node), |&node| self.parent(node))
    }

    pub(crate) fn role(&self, node: NodeNumber) -> Role {
        self.at(node).role
    }

    pub(crate) fn hidden(&self, node: NodeNumber) -> bool {
        self.at(node).hidden
    }

    /// The text of a text node.
    pub(crate) fn text_of(&self, node: NodeNumber) -> Option<&'a str> {
        match self.at(node).data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    fn element(&self, node: NodeNumber) -> Option<&'a Element> {
        match self.at(node).data {
            Data::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The element's name in lower case; empty for other nodes.
    pub(crate) fn tag(&self, node: NodeNumber) -> &'a str {
        self.element(node).map_or("", Element::name)
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, node: NodeNumber, name: &str) -> Option<&'a str> {
        self.element(node)?.attribute(name)
    }

    /// The smallest node around all of `nodes`.
    pub(crate) fn around(&self, nodes: &[NodeNumber]) -> Option<NodeNumber> {
        let (&first, &last) = (nodes.iter().min()?, nodes.iter().max()?);
        std::iter::once(first).chain(self.ancestors(first)).find(|&node| self.within(last, node))
    }

    /// The elements down to a node: `html>body>div#main>p`.
    pub(crate) fn path(&self, node: NodeNumber) -> String {
        let mut steps: Vec<String> = std::iter::once(node)
            .chain(self.ancestors(node))
            .filter(|&node| !self.tag(node).is_empty())
            .map(|node| match self.attribute(node, "id") {
                Some(id) if !id.is_empty() => format!("{}#{id}", self.tag(node)),
                _ => self.tag(node).to_owned(),
            })
            .collect();
        steps.reverse();
        steps.join(">")
    }

    fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let mut shape = Shape { elements: 0, deepest: 0, depths: 0, sibling_pairs: 0 };
            let mut children = vec![0_u64; self.nodes.len()];
            let mut depths = vec![0_u64; self.nodes.len()];
            for node in self.all().filter(|&node| self.role(node).is_element()) {
                let parent = self.at(node).parent as usize;
                let depth = depths[parent] + 1;
                depths[node as usize] = depth;
                children[parent] += 1;
                shape.elements += 1;
                shape.depths += depth;
                shape.deepest = shape.deepest.max(depth);
            }
            shape.sibling_pairs = children.iter().map(|count| count * count).sum();
            shape
        })
    }
}

/// html5ever's budget of nodes is far below 2³².
fn number(index: usize) -> NodeNumber {
    NodeNumber::try_from(index).unwrap_or(NodeNumber::MAX)
}

fn lay_out<'a>(tree: &'a Tree, nodes: &mut Vec<DomNode<'a>>) {
    let root = nodes.len();
    // The nodes that have not ended, and the last child of each so far.
    let mut open: Vec<(usize, Option<NodeNumber>)> = Vec::new();
    tree.walk(|step| match step {
        Step::Open(data) => {
            let own = number(nodes.len());
            let (parent, before) = match open.last_mut() {
                Some((parent, last)) => (*parent, last.replace(own)),
                None => (root, None),
            };
            let above = nodes.get(parent).is_some_and(|above| above.hidden);
            let (role, hidden) = role::of(data);
            open.push((nodes.len(), None));
            let before = before.unwrap_or(own);
            nodes.push(DomNode {
                data,
                parent: number(parent),
                before,
                end: 0,
                role,
                hidden: hidden || above,
            });
        }
        Step::Close => {
            let end = number(nodes.len());
            if let Some(closed) = open.pop().and_then(|(open, _)| nodes.get_mut(open)) {
                closed.end = end;
            }
        }
    });
}
