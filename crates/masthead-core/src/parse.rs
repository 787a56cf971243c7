//! The one place where HTML is parsed: our tokens into html5ever's tree builder, under budgets.
//!
//! The tree builder is quadratic in the depth of nesting and in the attributes of one tag (servo/html5ever#788), so
//! hostile input of a few megabytes would hold a core for minutes. After each token the counters of the sink decide,
//! never a clock, so that the same bytes give the same tree everywhere.

use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _, create_element};
use html5ever::{QualName, local_name, ns};

use crate::tokens::{Tokenizer, normalized};
use crate::tree::{Data, Handle, Sink, Tree};

/// Limits of one parse. A page past one of them keeps the tree up to there, and its record names the limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bytes of text.
    pub(crate) bytes: usize,
    /// Nodes of the tree.
    pub(crate) nodes: u32,
    /// Levels of nesting. Browsers stop at 512 as well.
    pub(crate) depth: u32,
    /// Attributes of one tag. A page with tens of thousands of different names is cut as well.
    pub(crate) attributes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 16 << 20, nodes: 300_000, depth: 512, attributes: 1_000 }
    }
}

/// Moves of nodes that misnested tags may cost.
const MOVES: u64 = 2_000_000;

/// Room for no more nodes is made beforehand.
const MOST_EXPECTED: usize = 16_384;

/// A tree, and which budget cut it short.
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    pub(crate) cut: Option<&'static str>,
}

/// Parses a document.
pub(crate) fn document(text: &str, budget: &Budget) -> Parsed {
    let builder = TreeBuilder::new(Sink::new(Data::Document, expected(text)), TreeBuilderOpts::default());
    parse(builder, text, true, budget)
}

/// Parses text as the content of a `<body>`.
pub(crate) fn fragment(text: &str, budget: &Budget) -> Parsed {
    let sink = Sink::new(Data::Fragment, expected(text));
    let body = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
    parse(TreeBuilder::new_for_fragment(sink, body, None, TreeBuilderOpts::default()), text, false, budget)
}

fn parse(builder: TreeBuilder<Handle, Sink>, text: &str, may_have_mark: bool, budget: &Budget) -> Parsed {
    let within = head(text, budget.bytes);
    let page = within.strip_prefix('\u{feff}').filter(|_| may_have_mark).unwrap_or(within);
    let page = normalized(page);
    let tokenizer = Tokenizer::new(&page, builder, budget.attributes);
    let (builder, cut) = tokenizer.run(|builder| over(&builder.sink, budget));
    let cut = cut.or_else(|| (within.len() < text.len()).then_some("bytes"));
    Parsed { tree: builder.sink.finish(), cut }
}

/// Real pages have a node in sixty bytes or so.
fn expected(text: &str) -> usize {
    (text.len() / 64).min(MOST_EXPECTED) + 8
}

fn over(sink: &Sink, budget: &Budget) -> Option<&'static str> {
    if sink.deepest() > budget.depth {
        Some("depth")
    } else if sink.created() > budget.nodes as usize || sink.moves() > MOVES {
        Some("nodes")
    } else if sink.late_attributes() > budget.attributes {
        Some("attributes")
    } else {
        None
    }
}

/// At most so many bytes, to a character's end.
fn head(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom::Dom;

    fn cut(text: &str) -> Option<&'static str> {
        document(text, &Budget::default()).cut
    }

    /// The text of the tree that is left.
    fn text(parsed: &Parsed) -> String {
        Dom::new(parsed, None).text(0, &[])
    }

    #[test]
    fn deep_nesting_is_cut_and_the_partial_tree_is_kept() {
        let page = format!("<p id=first>text</p>{}", "<div>".repeat(400_000));
        let parsed = document(&page, &Budget::default());
        assert_eq!(parsed.cut, Some("depth"));
        assert_eq!(text(&parsed), "text");
        assert!(parsed.tree.len() < 600);
        assert_eq!(cut(&"<template>".repeat(100_000)), Some("depth"));
    }

    #[test]
    fn formatting_that_is_opened_again_and_again_is_cut() {
        let page: String = (0..100_000).map(|n| format!("<p><font color={n}>")).collect();
        assert!(cut(&page).is_some());
        let page: String = "<a><div><b>x</a>".repeat(100_000);
        assert!(cut(&page).is_some());
    }

    #[test]
    fn many_attributes_are_cut() {
        let tag = |count: usize| {
            let attributes: String = (0..count).map(|n| format!("a{n}=x ")).collect();
            format!("<p>before</p><div {attributes}>after")
        };
        assert_eq!(cut(&tag(1_000)), None);
        let parsed = document(&tag(1_001), &Budget::default());
        assert_eq!((parsed.cut, text(&parsed)), (Some("attributes"), "before".to_owned()));
        assert_eq!(cut(&tag(300_000)), Some("attributes"));
        let many_names: String = (0..60_000).map(|n| format!("<p a{n}>")).collect();
        assert_eq!(cut(&many_names), Some("attributes"));
        let many_bodies: String = (0..100_000).map(|n| format!("<body a{n}>")).collect();
        assert_eq!(cut(&many_bodies), Some("attributes"));
    }

    #[test]
    fn nodes_are_counted_without_texts() {
        let budget = Budget { nodes: 100, ..Budget::default() };
        assert_eq!(document(&"<i>a</i>b".repeat(90), &budget).cut, None);
        assert_eq!(document(&"<i>a</i>b".repeat(100), &budget).cut, Some("nodes"));
        assert_eq!(document(&"<!-- a -->".repeat(100), &budget).cut, Some("nodes"));
    }

    #[test]
    fn one_long_attribute_and_long_scripts_are_no_fault() {
        let words = "word and word ".repeat(50_000);
        assert_eq!(cut(&format!("<img src='data:{words}' alt=\"{words}\"><p>x")), None);
        assert_eq!(cut(&format!("<script>if (a<b) {{ {words} }}</script><!-- <p {words} --><p>x")), None);
    }

    #[test]
    fn bytes_are_cut_at_a_character() {
        let parsed = document("abcé", &Budget { bytes: 4, ..Budget::default() });
        assert_eq!((parsed.cut, text(&parsed)), (Some("bytes"), "abc".to_owned()));
        let parsed = fragment("abcé", &Budget { bytes: 4, ..Budget::default() });
        assert_eq!((parsed.cut, text(&parsed)), (Some("bytes"), "abc".to_owned()));
    }

    #[test]
    fn a_byte_order_mark_is_dropped_at_the_beginning_of_a_page_alone() {
        assert!(!text_nodes("\u{feff}a").contains('\u{feff}'));
        assert!(text_nodes("a\u{feff}b").contains('\u{feff}'));
    }

    fn text_nodes(page: &str) -> String {
        let parsed = document(page, &Budget::default());
        let dom = Dom::new(&parsed, None);
        dom.all().filter_map(|node| dom.text_of(node)).collect()
    }
}
