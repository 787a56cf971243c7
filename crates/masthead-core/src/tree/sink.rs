//! What the tree builder calls to make a tree.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName, local_name, ns};

use super::{Data, Element, NONE, Node, Tree};

/// Builds a tree, and counts what it costs.
pub(crate) struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// Elements and comments, the document among them. Texts are as many at most, and one.
    created: Cell<usize>,
    deepest: Cell<u32>,
    moves: Cell<u64>,
    /// Attributes that repeated `<html>` and `<body>` tags add to the first.
    late_attributes: Cell<usize>,
}

/// A node's number and its name, for which the tree builder asks often.
#[derive(Clone)]
pub(crate) struct Handle {
    number: u32,
    name: QualName,
}

/// The name of what has none.
fn nameless() -> QualName {
    QualName::new(None, ns!(), local_name!(""))
}

impl Sink {
    /// Begins with a root. `expected` is a guess at the number of nodes.
    pub(crate) fn new(root: Data, expected: usize) -> Self {
        let mut nodes = Vec::with_capacity(expected);
        nodes.push(Node::new(root));
        Self {
            nodes: RefCell::new(nodes),
            created: Cell::new(1),
            deepest: Cell::new(0),
            moves: Cell::new(0),
            late_attributes: Cell::new(0),
        }
    }

    /// The deepest nesting so far.
    pub(crate) fn deepest(&self) -> u32 {
        self.deepest.get()
    }

    /// Nodes made so far, without texts.
    pub(crate) fn created(&self) -> usize {
        self.created.get()
    }

    /// Nodes that misnested tags moved to another parent so far.
    pub(crate) fn moves(&self) -> u64 {
        self.moves.get()
    }

    /// Attributes that tags added to an element that had begun before.
    pub(crate) fn late_attributes(&self) -> usize {
        self.late_attributes.get()
    }

    fn create(&self, data: Data, name: QualName) -> Handle {
        let mut nodes = self.nodes.borrow_mut();
        let number = number(nodes.len());
        nodes.push(Node::new(data));
        self.created.set(self.created.get() + 1);
        Handle { number, name }
    }

    /// Puts a child, or a text, into `parent`: before its child `sibling`, or as the last.
    fn insert(&self, parent: u32, sibling: u32, depth: u32, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(child) = &child {
            self.detach(child.number);
        }
        let mut nodes = self.nodes.borrow_mut();
        let before = match nodes.get(sibling as usize) {
            Some(sibling) => sibling.before,
            None => nodes.get(parent as usize).map_or(NONE, |parent| parent.last),
        };
        let child = match child {
            NodeOrText::AppendNode(child) => {
                if let Some(node) = nodes.get_mut(child.number as usize) {
                    node.depth = depth;
                }
                self.deepest.set(self.deepest.get().max(depth));
                child.number
            }
            NodeOrText::AppendText(text) => {
                if let Some(Node { data: Data::Text(begun), .. }) = nodes.get_mut(before as usize) {
                    begun.push_tendril(&text);
                    return;
                }
                nodes.push(Node::new(Data::Text(text)));
                number(nodes.len() - 1)
            }
        };
        if let Some(node) = nodes.get_mut(child as usize) {
            (node.parent, node.before, node.after) = (parent, before, sibling);
        }
        link(&mut nodes, parent, before, child, sibling);
    }

    fn parent(&self, number: u32) -> u32 {
        self.nodes.borrow().get(number as usize).map_or(NONE, |node| node.parent)
    }

    fn depth(&self, number: u32) -> u32 {
        self.nodes.borrow().get(number as usize).map_or(0, |node| node.depth)
    }

    fn detach(&self, number: u32) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(node) = nodes.get_mut(number as usize).filter(|node| node.parent != NONE) else { return };
        let (parent, before, after) = (node.parent, node.before, node.after);
        (node.parent, node.before, node.after) = (NONE, NONE, NONE);
        match nodes.get_mut(before as usize) {
            Some(before) => before.after = after,
            None => set(&mut nodes, parent, |parent| parent.first = after),
        }
        match nodes.get_mut(after as usize) {
            Some(after) => after.before = before,
            None => set(&mut nodes, parent, |parent| parent.last = before),
        }
    }
}

/// The budget of nodes is far below 2³².
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

fn set(nodes: &mut [Node], number: u32, change: impl FnOnce(&mut Node)) {
    if let Some(node) = nodes.get_mut(number as usize) {
        change(node);
    }
}

/// Makes `child` known to its neighbours, or to `parent` where it has none.
fn link(nodes: &mut [Node], parent: u32, before: u32, child: u32, after: u32) {
    match nodes.get_mut(before as usize) {
        Some(before) => before.after = child,
        None => set(nodes, parent, |parent| parent.first = child),
    }
    match nodes.get_mut(after as usize) {
        Some(after) => after.before = child,
        None => set(nodes, parent, |parent| parent.last = child),
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = &'a QualName;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    /// Nobody asks for them, and a list of them could outgrow the page.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    /// Selectors take no notice of it.
    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn get_document(&self) -> Handle {
        Handle { number: 0, name: nameless() }
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.number == y.number
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a QualName {
        &target.name
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let element = self.create(Data::Element(Element { name: name.clone(), attributes }), name);
        if flags.template {
            let contents = self.create(Data::Fragment, nameless());
            self.insert(element.number, NONE, 0, NodeOrText::AppendNode(contents));
        }
        element
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        self.create(Data::Mark, nameless())
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.create(Data::Mark, nameless())
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public_id: StrTendril, _system_id: StrTendril) {
        let doctype = self.create(Data::Mark, nameless());
        self.insert(0, NONE, 1, NodeOrText::AppendNode(doctype));
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.insert(parent.number, NONE, self.depth(parent.number) + 1, child);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(child) = &child {
            self.detach(child.number);
        }
        let parent = self.parent(sibling.number);
        if parent != NONE {
            self.insert(parent, sibling.number, self.depth(sibling.number), child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if self.parent(element.number) == NONE {
            self.append(previous, child);
        } else {
            self.append_before_sibling(element, child);
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.number);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(old) = nodes.get_mut(node.number as usize) else { return };
        let (first, last) = (old.first, old.last);
        if first == NONE {
            return;
        }
        (old.first, old.last) = (NONE, NONE);
        let mut moved = 0;
        let mut child = first;
        while let Some(node) = nodes.get_mut(child as usize) {
            node.parent = new_parent.number;
            child = node.after;
            moved += 1;
        }
        self.moves.set(self.moves.get() + moved);
        let before = nodes.get(new_parent.number as usize).map_or(NONE, |parent| parent.last);
        set(&mut nodes, first, |first| first.before = before);
        match nodes.get_mut(before as usize) {
            Some(before) => before.after = first,
            None => set(&mut nodes, new_parent.number, |parent| parent.first = first),
        }
        set(&mut nodes, new_parent.number, |parent| parent.last = last);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        self.late_attributes.set(self.late_attributes.get() + attributes.len());
        let mut nodes = self.nodes.borrow_mut();
        if let Some(Node { data: Data::Element(element), .. }) = nodes.get_mut(target.number as usize) {
            for attribute in attributes {
                if element.attributes.iter().all(|own| own.name != attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        let mut nodes = self.nodes.borrow_mut();
        let (contents, depth) =
            nodes.get(target.number as usize).map_or((NONE, 0), |node| (node.first, node.depth));
        set(&mut nodes, contents, |contents| contents.depth = depth);
        Handle { number: contents, name: nameless() }
    }
}
