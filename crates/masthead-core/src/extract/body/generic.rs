//! The body of a page that nobody wrote a rule for: the element that holds most of its prose, cleaned of what is never
//! an article's text. Deterministic: the same page gives the same element.

use std::collections::BTreeMap;

use masthead_record::Provenance;
use rustc_hash::FxHashSet;

use super::Body;
use crate::dom::{Dom, NodeNumber, Role};
use crate::extract::context::Context;
use crate::extract::signals;
use crate::profile::model::{At, BodyAlternative, Drop, DropWhat, Source, Split, TextForm};

/// A block of text with fewer characters, links aside, says nothing of where the article is.
const SENTENCE: usize = 25;
/// Less text than this is no article.
const LEAST: usize = 140;
/// What the text of a block is worth to the elements around it, the nearest first.
const WORTH: [f64; 4] = [1.0, 0.6, 0.25, 0.1];

/// Elements that hold no prose of an article.
const FURNITURE: [&str; 9] =
    ["nav", "aside", "footer", "header", "form", "figure", "figcaption", "address", "dialog"];
/// Words in classes and ids of what stands about an article.
const ABOUT: [&str; 24] = [
    "comment",
    "comments",
    "related",
    "recommended",
    "recommendations",
    "share",
    "sharing",
    "social",
    "newsletter",
    "subscribe",
    "subscription",
    "signup",
    "promo",
    "sponsored",
    "advert",
    "advertisement",
    "ad",
    "ads",
    "sidebar",
    "breadcrumb",
    "breadcrumbs",
    "footer",
    "cookie",
    "popular",
];

impl Context<'_> {
    /// The text of the element that holds the article; nothing where no element holds enough prose.
    pub(crate) fn generic_body(&mut self) -> Body {
        let marked = signals::itemprops(self.dom, "articleBody").into_iter().next();
        let Some(root) = marked.or_else(|| most_prose(self.dom)) else { return Body::default() };
        let mut body = self.body_of_nodes(&rule(vec![furniture()]), vec![root]);
        if length(&body) < LEAST {
            // What was taken for furniture is all there is.
            body = self.body_of_nodes(&rule(Vec::new()), vec![root]);
        }
        if length(&body) < LEAST {
            return Body::default();
        }
        body.provenance = Provenance {
            alternative: Some(1),
            source: Some("auto:prose".to_owned()),
            path: self.explain.then(|| self.dom.path(root)),
            ..Provenance::default()
        };
        body
    }
}

fn furniture() -> Drop {
    Drop { at: At::nowhere(), text: "auto".to_owned(), what: DropWhat::Furniture }
}

fn rule(drop: Vec<Drop>) -> BodyAlternative {
    BodyAlternative {
        at: At::nowhere(),
        source: Source::Auto,
        all: true,
        nth: None,
        having: None,
        split: Split::Br,
        blocks: Vec::new(),
        drop,
        unwrap: Vec::new(),
        glue: Vec::new(),
        start_after: None,
        stop_at: None,
        keep: Vec::new(),
        then: Vec::new(),
        form: TextForm::Text,
    }
}

fn length(body: &Body) -> usize {
    body.blocks.iter().map(|block| block.text.chars().count()).sum()
}

/// The element whose blocks of prose are worth most.
fn most_prose(dom: &Dom<'_>) -> Option<NodeNumber> {
    let about = furniture_in(dom, 0);
    // Characters by the nearest element that ends lines, links aside.
    let mut blocks: BTreeMap<NodeNumber, usize> = BTreeMap::new();
    let mut node = 0;
    while node < dom.all().end {
        if about.contains(&node) || dom.tag(node) == "a" {
            node = dom.end(node);
            continue;
        }
        if let Some(text) = dom.text_of(node).filter(|_| !dom.hidden(node)) {
            let block = dom.ancestors(node).find(|&around| dom.role(around).ends_line());
            *blocks.entry(block.unwrap_or(node)).or_default() += characters(text);
        }
        node += 1;
    }
    let mut worth: BTreeMap<NodeNumber, f64> = BTreeMap::new();
    for (block, characters) in blocks.into_iter().filter(|(_, characters)| *characters >= SENTENCE) {
        // An element whose lines are parted by breaks holds the article itself; others are its paragraphs.
        let broken = dom.below(block).any(|node| dom.role(node) == Role::Break);
        let holds = broken && !dom.role(block).makes_block();
        let around = std::iter::once(block).chain(dom.ancestors(block)).skip(usize::from(!holds));
        for (node, factor) in around.zip(WORTH) {
            *worth.entry(node).or_default() += factor * characters as f64;
        }
    }
    let best = worth.into_iter().filter(|(node, _)| dom.role(*node).is_element());
    best.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(node, _)| node)
}

/// The elements below `root` that hold what stands about an article, and blocks that are all link. One that holds most of
/// the text is none of them, whatever it is called.
pub(super) fn furniture_in(dom: &Dom<'_>, root: NodeNumber) -> FxHashSet<NodeNumber> {
    let range = if root == 0 { dom.all() } else { root..dom.end(root) };
    let (mut all, mut linked) = (Sums::new(range.start), Sums::new(range.start));
    let mut link_ends = 0;
    for node in range.clone() {
        if dom.tag(node) == "a" {
            link_ends = link_ends.max(dom.end(node));
        }
        let count = dom.text_of(node).filter(|_| !dom.hidden(node)).map_or(0, characters);
        all.push(count);
        linked.push(if node < link_ends { count } else { 0 });
    }
    let total = all.between(range.start, range.end);
    let is_furniture = |node: &NodeNumber| {
        let (own, links) = (all.between(*node, dom.end(*node)), linked.between(*node, dom.end(*node)));
        let all_link = dom.role(*node).makes_block() && own > 0 && links == own;
        (all_link || is_about(dom, *node)) && own * 2 <= total
    };
    range.skip(1).filter(is_furniture).collect()
}

/// Sums over ranges of nodes.
struct Sums {
    first: NodeNumber,
    before: Vec<usize>,
}

impl Sums {
    fn new(first: NodeNumber) -> Self {
        Self { first, before: vec![0] }
    }

    fn push(&mut self, count: usize) {
        self.before.push(self.before.last().copied().unwrap_or(0) + count);
    }

    fn between(&self, from: NodeNumber, until: NodeNumber) -> usize {
        let before = |node: NodeNumber| {
            let index = node.saturating_sub(self.first) as usize;
            self.before.get(index).or(self.before.last()).copied().unwrap_or(0)
        };
        before(until) - before(from)
    }
}

/// Characters with one for the end of each word.
fn characters(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count() + 1).sum()
}

/// Whether an element is called as what stands about an article is.
fn is_about(dom: &Dom<'_>, node: NodeNumber) -> bool {
    let tag = dom.tag(node);
    if matches!(tag, "" | "html" | "body" | "main" | "article" | "p") {
        return false;
    }
    FURNITURE.contains(&tag)
        || ["class", "id"].iter().filter_map(|name| dom.attribute(node, name)).any(|words| {
            let words = words.split(|character: char| !character.is_ascii_alphanumeric());
            words.into_iter().any(|word| ABOUT.iter().any(|about| about.eq_ignore_ascii_case(word)))
        })
}
