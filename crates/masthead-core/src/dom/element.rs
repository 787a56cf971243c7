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

#[cfg(test)]
mod tests {
    use crate::dom::Dom;
    use crate::parse::{self, Budget};
    use crate::select::Selector;

    const PAGE: &str = "<!doctype html><html lang=ko><head><title>t</title></head><body id=a class='x Y'>
        <!-- c --><div id=b class='x  z'><p id=c></p><p id=d> </p><p id=e><!-- c --></p><span id=f data-k='V one'>t</span></div>
        <ul id=g><li id=h>1</li> <li id=i class=x>2</li>text<li id=j>3<ul id=k><li id=l>4</li></ul></li></ul>
        <svg id=m viewBox=0><a id=n xlink:href='q'><path id=o d=1></path></a><linearGradient id=s><stop id=u></stop></linearGradient></svg>
        <template id=p><p id=q>in</p></template><link id=r href=s><A ID=t HREF='/u?v'>w</A></body></html>";

    /// The ids of all matches, by scraper's own tree.
    fn by_scraper(selector: &str, whole: bool) -> Vec<String> {
        let parse = if whole { scraper::Html::parse_document } else { scraper::Html::parse_fragment };
        let selector = scraper::Selector::parse(selector).unwrap();
        let id = |element: scraper::ElementRef<'_>| element.attr("id").unwrap_or("-").to_owned();
        parse(PAGE).select(&selector).map(id).collect()
    }

    fn by_us(selector: &str, whole: bool) -> Vec<String> {
        let parse = if whole { parse::document } else { parse::fragment };
        let parsed = parse(PAGE, &Budget::default());
        let dom = Dom::new(&parsed, None);
        let nodes = dom.select(&Selector::parse(selector, false).unwrap());
        nodes.into_iter().map(|node| dom.attribute(node, "id").unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn selectors_match_as_in_the_tree_of_scraper() {
        for selector in [
            "*",
            "p",
            "P",
            "#c",
            "#C",
            ".x",
            ".y",
            ".x.z",
            "[data-k]",
            "[data-k='V one']",
            "[data-k~=one]",
            "[data-k^=V]",
            "[data-k$=one]",
            "[data-k*='v' i]",
            "[lang|=ko]",
            "[href]",
            "[viewbox]",
            "[viewBox]",
            "svg > a",
            "svg path[d]",
            "body > *",
            "div + ul",
            "div ~ svg",
            "li + li",
            "li ~ li",
            "p:empty",
            ":empty",
            ":root",
            ":root > body",
            ":first-child",
            ":last-child",
            ":only-child",
            "li:nth-child(2n+1)",
            "li:nth-last-child(1)",
            "p:nth-of-type(2)",
            "p:first-of-type",
            "span:only-of-type",
            ":not(p)",
            "ul:has(ul)",
            "div:has(+ ul)",
            "body:has(> ul li)",
            ":is(p, li)",
            ":where(#c, #j) ",
            ":scope",
            "li li",
            "template p",
            "template > p",
            "link",
            ":has(path)",
            "html|p, *|a",
            "linearGradient",
            "lineargradient",
            "linearGradient stop",
            "linearGradient > :first-child",
        ] {
            if scraper::Selector::parse(selector).is_err() {
                assert!(Selector::parse(selector, false).is_err(), "{selector}");
                continue;
            }
            for whole in [true, false] {
                assert_eq!(by_us(selector, whole), by_scraper(selector, whole), "{selector} {whole}");
            }
        }
    }
}
