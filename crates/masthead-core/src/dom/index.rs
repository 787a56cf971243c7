//! Which elements have an id, a class or a name: the candidates of a selection.

use rustc_hash::FxHashMap;
use scraper::Node;

use super::{Dom, NodeNumber};
use crate::select::Key;

/// Elements by id, class and name, each list in page order.
#[derive(Default)]
pub(crate) struct Index<'a> {
    ids: FxHashMap<&'a str, Vec<NodeNumber>>,
    classes: FxHashMap<&'a str, Vec<NodeNumber>>,
    tags: FxHashMap<&'a str, Vec<NodeNumber>>,
    elements: Vec<NodeNumber>,
}

impl<'a> Index<'a> {
    pub(super) fn new(dom: &Dom<'a>) -> Self {
        let mut index = Self::default();
        for number in dom.all() {
            let Node::Element(element) = dom.at(number).node.value() else { continue };
            index.elements.push(number);
            index.tags.entry(element.name()).or_default().push(number);
            for (name, value) in element.attrs() {
                match name {
                    "id" => index.ids.entry(value).or_default().push(number),
                    "class" => {
                        for class in value.split_ascii_whitespace() {
                            let nodes = index.classes.entry(class).or_default();
                            if nodes.last() != Some(&number) {
                                nodes.push(number);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        index
    }

    /// The elements that have what every match of a selector has, in page order.
    pub(crate) fn candidates(&self, key: &Key) -> &[NodeNumber] {
        match key {
            Key::Id(id) => self.ids.get(&**id),
            Key::Class(class) => self.classes.get(&**class),
            Key::Tag(tag) => self.tags.get(&**tag),
            Key::Any => Some(&self.elements),
        }
        .map_or(&[], Vec::as_slice)
    }
}
