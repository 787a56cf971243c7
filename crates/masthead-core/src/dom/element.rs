//! An element as the `selectors` crate asks for it.

use std::fmt;

use html5ever::{Namespace, local_name, ns};
use scraper::selector::{CssLocalName, CssString, NonTSPseudoClass, PseudoElement, Simple};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{ElementSelectorFlags, MatchingContext};
use selectors::{Element as Selectable, OpaqueElement};

use super::{Dom, NodeNumber};
use crate::tree::{Data, Element};

/// An element at its place in a page.
#[derive(Clone)]
pub(crate) struct ElementAt<'d, 'a> {
    dom: &'d Dom<'a>,
    node: NodeNumber,
    element: &'a Element,
}

impl<'d, 'a> ElementAt<'d, 'a> {
    /// The element of that number; `None` where the node is none.
    pub(super) fn new(dom: &'d Dom<'a>, node: NodeNumber) -> Option<Self> {
        Some(Self { dom, node, element: dom.element(node)? })
    }

    /// The first element among a node and those that `next` gives from there.
    fn first(
        &self,
        from: Option<NodeNumber>,
        next: impl Fn(&Dom<'a>, NodeNumber) -> Option<NodeNumber>,
    ) -> Option<Self> {
        std::iter::successors(from, |&node| next(self.dom, node)).find_map(|node| Self::new(self.dom, node))
    }

    fn children(&self) -> impl Iterator<Item = NodeNumber> {
        std::iter::successors(self.dom.first_child(self.node), |&node| self.dom.next_sibling(node))
    }
}

impl Dom<'_> {
    fn first_child(&self, node: NodeNumber) -> Option<NodeNumber> {
        let below = self.below(node);
        (!below.is_empty()).then_some(below.start)
    }

    fn next_sibling(&self, node: NodeNumber) -> Option<NodeNumber> {
        let next = self.end(node);
        (next < self.end(self.parent(node)?)).then_some(next)
    }

    fn previous_sibling(&self, node: NodeNumber) -> Option<NodeNumber> {
        let before = self.at(node).before;
        (before != node).then_some(before)
    }
}

impl fmt::Debug for ElementAt<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> {}", self.element.name(), self.node)
    }
}

impl Selectable for ElementAt<'_, '_> {
    type Impl = Simple;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        self.dom.parent(self.node).and_then(|parent| Self::new(self.dom, parent))
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.first(self.dom.previous_sibling(self.node), |dom, node| dom.previous_sibling(node))
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.first(self.dom.next_sibling(self.node), |dom, node| dom.next_sibling(node))
    }

    fn first_element_child(&self) -> Option<Self> {
        self.children().find_map(|child| Self::new(self.dom, child))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.name.ns == ns!(html)
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.element.name.local == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.name.ns == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.name == other.element.name
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        local_name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        self.element.attributes.iter().any(|attribute| {
            !matches!(*namespace, NamespaceConstraint::Specific(wanted) if *wanted != attribute.name.ns)
                && local_name.0 == attribute.name.local
                && operation.eval_str(&attribute.value)
        })
    }

    fn match_non_ts_pseudo_class(&self, _: &NonTSPseudoClass, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.element.name.local == local_name!("link")
    }

    fn is_html_slot_element(&self) -> bool {
        true
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        let own = self.element.any_attribute(&local_name!("id"));
        own.is_some_and(|own| case.eq(id.0.as_bytes(), own.as_bytes()))
    }

    fn has_class(&self, name: &CssLocalName, case: CaseSensitivity) -> bool {
        let own = self.element.any_attribute(&local_name!("class"));
        let mut classes = own.into_iter().flat_map(str::split_ascii_whitespace);
        classes.any(|class| case.eq(class.as_bytes(), name.0.as_bytes()))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        !self.children().any(|child| matches!(self.dom.at(child).data, Data::Element(_) | Data::Text(_)))
    }

    fn is_root(&self) -> bool {
        let parent = self.dom.parent(self.node);
        parent.is_some_and(|parent| matches!(self.dom.at(parent).data, Data::Document))
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
