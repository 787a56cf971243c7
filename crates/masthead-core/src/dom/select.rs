//! Selecting nodes, under a budget of steps.

use std::rc::Rc;

use super::{Dom, ElementAt, Index, NodeNumber};
use crate::select::{Key, Keys, Selector};

/// Steps that all selections on one page may cost, by the estimate of [`Dom::price`]. Ordinary pages stay below a
/// hundredth of it.
const STEPS: u64 = 400_000_000;

/// Up to so many elements around are looked at one by one; more of them would not narrow anything.
const FEW: usize = 16;

impl Dom<'_> {
    /// All matches on the page, in page order; those in the embedded document, where it has any, instead of the page's.
    pub(crate) fn select(&self, selector: &Selector) -> Vec<NodeNumber> {
        let found = self.matching(selector, None, self.all());
        match found.iter().position(|&node| node >= self.embedded) {
            Some(first) => found.get(first..).unwrap_or_default().to_vec(),
            None => found,
        }
    }

    /// The matches below `scope`, and beside it for selectors that begin with `+` or `~`, in page order.
    pub(crate) fn select_in(&self, selector: &Selector, scope: NodeNumber) -> Vec<NodeNumber> {
        if selector.looks_beside() {
            let until = self.parent(scope).map_or(self.end(scope), |parent| self.end(parent));
            return self.matching(selector, Some(scope), scope + 1..until);
        }
        let first = scope + u32::from(!selector.means_the_scope());
        self.matching(selector, Some(scope), first..self.end(scope))
    }

    /// All elements with a key, the page's and the embedded document's, in page order.
    pub(crate) fn candidates(&self, key: &Key) -> Rc<[NodeNumber]> {
        self.index.get_or_init(|| Index::new(self)).candidates(self, key)
    }

    /// Whether anything on the page matches.
    pub(crate) fn has(&self, selector: &Selector) -> bool {
        !self.matching(selector, None, self.all()).is_empty()
    }

    /// Whether a selection was refused as too expensive. Its result was empty.
    pub(crate) fn refused_a_selection(&self) -> bool {
        self.refused.get()
    }

    fn matching(
        &self,
        selector: &Selector,
        scope: Option<NodeNumber>,
        range: std::ops::Range<NodeNumber>,
    ) -> Vec<NodeNumber> {
        let narrowed = selector.keys().iter().flat_map(|keys| self.narrowed(keys, &range));
        let mut candidates: Vec<NodeNumber> = narrowed.collect();
        if !candidates.is_sorted_by(|a, b| a < b) {
            candidates.sort_unstable();
            candidates.dedup();
        }
        if candidates.is_empty() || !self.afford(selector, candidates.len() as u64) {
            return Vec::new();
        }
        let scope = scope.and_then(|scope| ElementAt::new(self, scope));
        let mut caches = self.caches.borrow_mut();
        candidates.retain(|&node| {
            ElementAt::new(self, node)
                .is_some_and(|element| selector.matches(&element, scope.as_ref(), &mut caches))
        });
        candidates
    }

    /// The candidates of one complex selector in a range that stand below what it wants around them.
    fn narrowed(&self, keys: &Keys, range: &std::ops::Range<NodeNumber>) -> Vec<NodeNumber> {
        let own = self.candidates(&keys.own);
        let from = own.partition_point(|&node| node < range.start);
        let until = own.partition_point(|&node| node < range.end);
        let mut own = own.get(from..until).unwrap_or_default().to_vec();
        if keys.around == Key::Any || own.is_empty() {
            return own;
        }
        let around = self.candidates(&keys.around);
        if around.len() <= FEW {
            own.retain(|&node| around.iter().any(|&outer| node != outer && self.within(node, outer)));
        }
        own
    }

    fn afford(&self, selector: &Selector, candidates: u64) -> bool {
        let steps = self.steps.get().saturating_add(self.price(selector, candidates));
        let affordable = steps <= STEPS;
        if affordable {
            self.steps.set(steps);
        } else {
            self.refused.set(true);
        }
        affordable
    }

    /// An upper estimate of the steps of a match: each candidate looks at its ancestors; `:has` looks below, `~`, `+`
    /// and `:nth-…` look at all siblings, in the worst case from every candidate and every one of its ancestors.
    fn price(&self, selector: &Selector, candidates: u64) -> u64 {
        let cost = selector.cost();
        if cost.descendants == 0 && cost.siblings == 0 && candidates < 1_000 {
            return candidates * 32;
        }
        let shape = self.shape();
        let below = (shape.depths * u64::from(cost.descendants)).min(candidates * shape.elements);
        let beside = shape.sibling_pairs * u64::from(cost.siblings);
        candidates * shape.deepest + below + beside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{self, Budget};

    #[test]
    fn candidates_are_collected_once_and_a_part_of_the_page_takes_its_slice() {
        let html = "<div><p>a<i>b</i></p></div>".repeat(50);
        let page = parse::document(&html, &Budget::default());
        let dom = Dom::new(&page, None);
        let selector = Selector::parse("p i, div:has(> p) > p", false).unwrap();
        for keys in selector.keys() {
            dom.select(&selector);
            // A list made anew for each of a page's items would make their selections quadratic.
            assert!(Rc::ptr_eq(&dom.candidates(&keys.own), &dom.candidates(&keys.own)), "{keys:?}");
        }
        let item = Selector::parse("div", false).unwrap();
        for item in dom.select(&item) {
            let found = dom.select_in(&selector, item);
            assert_eq!(found.iter().map(|&node| dom.tag(node)).collect::<Vec<_>>(), ["p", "i"]);
            assert!(found.iter().all(|&node| dom.within(node, item)));
        }
    }
}
