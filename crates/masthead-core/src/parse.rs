//! The one place where HTML is parsed: html5ever into scraper's tree, under budgets.
//!
//! html5ever is quadratic in the depth of nesting and in the attributes of one tag (servo/html5ever#788), so hostile
//! input of a few megabytes would hold a core for minutes. The input goes in by small chunks; between two chunks the
//! counters of the sink decide, never a clock, so that the same bytes give the same tree everywhere.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, driver, local_name, ns};
use scraper::{Html, HtmlTreeSink, Node};

use crate::lift::{contains_mark, lift, number_of_mark};

/// Limits of one parse. A page past one of them keeps the tree up to there, and its record names the limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bytes of text.
    pub(crate) bytes: usize,
    /// Nodes of the tree.
    pub(crate) nodes: u32,
    /// Levels of nesting. Browsers stop at 512 as well.
    pub(crate) depth: u32,
    /// Attributes of one tag.
    pub(crate) attributes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 16 << 20, nodes: 300_000, depth: 512, attributes: 1_000 }
    }
}

/// What goes in at once. What misnested tags can make of one chunk grows with the depth that it begins at: from
/// [`DEEP`] on the chunks are small.
const CHUNK: usize = 4096;
const SMALL_CHUNK: usize = 512;
const DEEP: u32 = 64;
/// Moves of nodes that misnested tags may cost.
const MOVES: u64 = 2_000_000;

/// A tree, and which budget cut it short.
pub(crate) struct Parsed<'a> {
    pub(crate) html: Html,
    pub(crate) cut: Option<&'static str>,
    /// The contents of scripts and styles, by the numbers in their marks (see [`crate::lift`]).
    pub(crate) lifted: Vec<&'a str>,
}

/// Parses a document.
pub(crate) fn document<'a>(text: &'a str, budget: &Budget) -> Parsed<'a> {
    let within = split_near(text, budget.bytes).map_or(text, |(head, _)| head);
    let lifted = lift(within);
    let mut parsed = whole(&lifted.text, budget);
    if marks_are_in_place(&parsed.html, lifted.contents.len(), parsed.cut.is_some()) {
        parsed.lifted = lifted.contents;
    } else {
        parsed = whole(within, budget);
    }
    if within.len() < text.len() {
        parsed.cut = parsed.cut.or(Some("bytes"));
    }
    parsed
}

fn whole<'a>(text: &str, budget: &Budget) -> Parsed<'a> {
    let sink = CountingSink::new(Html::new_document());
    feed(driver::parse_document(sink, options()), text.strip_prefix('\u{feff}').unwrap_or(text), budget)
}

/// The tokenizer would drop a byte order mark at the beginning of every chunk, also in the middle of the page.
fn options() -> ParseOpts {
    ParseOpts {
        tokenizer: TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() },
        ..ParseOpts::default()
    }
}

/// Whether each mark came out once, as all the text of a script or style. Of a page that a budget cut, some may lack.
fn marks_are_in_place(html: &Html, count: usize, cut: bool) -> bool {
    if count == 0 {
        return true;
    }
    let mut seen = vec![false; count];
    let mut found = 0;
    for node in html.tree.nodes() {
        let Node::Text(text) = node.value() else { continue };
        if !contains_mark(&text.text) {
            continue;
        }
        let in_place = node.parent().and_then(|parent| parent.value().as_element()).is_some_and(|element| {
            matches!(element.name.local, local_name!("script") | local_name!("style"))
        });
        let Some(place) = number_of_mark(&text.text).and_then(|number| seen.get_mut(number)) else {
            return false;
        };
        if !in_place || std::mem::replace(place, true) {
            return false;
        }
        found += 1;
    }
    found == count || cut
}

/// Parses text as the content of a `<body>`.
pub(crate) fn fragment<'a>(text: &str, budget: &Budget) -> Parsed<'a> {
    let sink = CountingSink::new(Html::new_fragment());
    let body = QualName::new(None, ns!(html), local_name!("body"));
    feed(driver::parse_fragment(sink, options(), body, Vec::new(), false), text, budget)
}

fn feed<'a>(mut parser: driver::Parser<CountingSink>, text: &str, budget: &Budget) -> Parsed<'a> {
    let mut rest = text;
    let mut cut = None;
    if let Some((head, _)) = split_near(text, budget.bytes).filter(|(_, tail)| !tail.is_empty()) {
        (rest, cut) = (head, Some("bytes"));
    }
    let whole = rest;
    // Where the tokenizer last gave something out: a long silence is one long token.
    let (mut activity, mut spoken) = (0, 0);
    let mut size = CHUNK;
    while let Some((chunk, tail)) = split_near(rest, size).filter(|(chunk, _)| !chunk.is_empty()) {
        parser.process(StrTendril::from_slice(chunk));
        rest = tail;
        let sink = &parser.tokenizer.sink.sink;
        if let Some(limit) = sink.over(budget) {
            cut = Some(limit);
            break;
        }
        size = if sink.deepest.get() < DEEP { CHUNK } else { SMALL_CHUNK };
        let consumed = whole.len() - rest.len();
        if sink.activity.get() != activity {
            (activity, spoken) = (sink.activity.get(), consumed);
        } else if consumed - spoken > 2 * CHUNK && crowded_tag(whole, spoken, consumed, budget.attributes) {
            cut = Some("attributes");
            break;
        }
    }
    Parsed { html: parser.finish(), cut, lifted: Vec::new() }
}

/// Splits after at most `at` bytes, at a character's end.
fn split_near(text: &str, at: usize) -> Option<(&str, &str)> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.split_at_checked(at)
}

/// Whether the token that the tokenizer is in at `consumed`, begun just before `spoken`, is a tag with more than `most`
/// attributes. It is the first tag or comment from there that has not ended.
fn crowded_tag(text: &str, spoken: usize, consumed: usize, most: usize) -> bool {
    let bytes = text.as_bytes();
    let from = spoken.saturating_sub(CHUNK);
    let starts = memchr::memchr_iter(b'<', bytes.get(from..spoken + CHUNK).unwrap_or_default());
    for start in starts.map(|at| from + at) {
        let Some(token) = bytes.get(start + 1..consumed) else { break };
        if token.starts_with(b"!") {
            if memchr::memmem::find(token, b"-->").is_none() {
                return false;
            }
        } else if let Some(attributes) = attributes_of_open_tag(token) {
            return attributes > most;
        }
    }
    false
}

/// The number of attributes of a tag that does not end; `None` where it ends, or is none.
fn attributes_of_open_tag(tag: &[u8]) -> Option<usize> {
    if !tag.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/') {
        return None;
    }
    let mut attributes = 0;
    let (mut quote, mut in_name, mut after_equals) = (None, true, false);
    for &byte in tag {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None => match byte {
                b'"' | b'\'' if after_equals => (quote, after_equals) = (Some(byte), false),
                b'=' => after_equals = true,
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' => in_name = false,
                b'>' => return None,
                _ => {
                    if !in_name && !after_equals {
                        attributes += 1;
                    }
                    (in_name, after_equals) = (true, false);
                }
            },
        }
    }
    Some(attributes)
}

/// scraper's sink, with counters beside it.
struct CountingSink {
    tree: HtmlTreeSink,
    /// Depth by the number of a handle.
    depths: RefCell<Vec<u32>>,
    deepest: Cell<u32>,
    moves: Cell<u64>,
    /// Attributes that repeated `<html>` and `<body>` tags add to the first.
    late_attributes: Cell<usize>,
    /// Grows with every call: the sign that the tokenizer is not inside one long token.
    activity: Cell<u64>,
}

/// A node of scraper's tree and our number for it.
#[derive(Clone, Copy)]
struct Handle {
    id: ego_tree::NodeId,
    number: usize,
}

impl CountingSink {
    fn new(html: Html) -> Self {
        Self {
            tree: HtmlTreeSink::new(html),
            depths: RefCell::new(vec![0]),
            deepest: Cell::new(0),
            moves: Cell::new(0),
            late_attributes: Cell::new(0),
            activity: Cell::new(0),
        }
    }

    fn over(&self, budget: &Budget) -> Option<&'static str> {
        if self.deepest.get() > budget.depth {
            Some("depth")
        } else if self.depths.borrow().len() > budget.nodes as usize || self.moves.get() > MOVES {
            Some("nodes")
        } else if self.late_attributes.get() > budget.attributes {
            Some("attributes")
        } else {
            None
        }
    }

    fn number(&self, id: ego_tree::NodeId) -> Handle {
        self.touch();
        let mut depths = self.depths.borrow_mut();
        depths.push(0);
        Handle { id, number: depths.len() - 1 }
    }

    fn touch(&self) {
        self.activity.set(self.activity.get() + 1);
    }

    fn sink_to(&self, child: usize, depth: u32) {
        self.touch();
        if let Some(place) = self.depths.borrow_mut().get_mut(child) {
            *place = depth;
        }
        self.deepest.set(self.deepest.get().max(depth));
    }

    fn depth(&self, number: usize) -> u32 {
        self.depths.borrow().get(number).copied().unwrap_or(0)
    }

    fn plain(child: NodeOrText<Handle>) -> NodeOrText<ego_tree::NodeId> {
        match child {
            NodeOrText::AppendNode(handle) => NodeOrText::AppendNode(handle.id),
            NodeOrText::AppendText(text) => NodeOrText::AppendText(text),
        }
    }

    /// Notes the depth of a child of `parent`, `below` levels under it.
    fn place(&self, child: &NodeOrText<Handle>, parent: &Handle, below: u32) {
        match child {
            NodeOrText::AppendNode(handle) => self.sink_to(handle.number, self.depth(parent.number) + below),
            NodeOrText::AppendText(_) => self.touch(),
        }
    }
}

impl TreeSink for CountingSink {
    type Handle = Handle;
    type Output = Html;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.tree.finish()
    }

    /// Nobody asks for them, and a list of them could outgrow the page.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn get_document(&self) -> Handle {
        Handle { id: self.tree.get_document(), number: 0 }
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.tree.elem_name(&target.id)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.number(self.tree.create_element(name, attributes, flags))
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.number(self.tree.create_comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.number(self.tree.create_pi(target, data))
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.place(&child, parent, 1);
        self.tree.append(&parent.id, Self::plain(child));
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.place(&child, sibling, 0);
        self.tree.append_before_sibling(&sibling.id, Self::plain(child));
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        self.place(&child, previous, 1);
        self.tree.append_based_on_parent_node(&element.id, &previous.id, Self::plain(child));
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.remove_from_parent(&target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let children = self.tree.0.borrow().tree.get(node.id).map_or(0, |node| node.children().count());
        self.moves.set(self.moves.get() + children as u64);
        self.tree.reparent_children(&node.id, &new_parent.id);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        self.touch();
        self.late_attributes.set(self.late_attributes.get() + attributes.len());
        self.tree.add_attrs_if_missing(&target.id, attributes);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        Handle { id: self.tree.get_template_contents(&target.id), number: target.number }
    }

    fn mark_script_already_started(&self, node: &Handle) {
        self.tree.mark_script_already_started(&node.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Option<&'static str> {
        document(text, &Budget::default()).cut
    }

    #[test]
    fn the_tree_is_that_of_the_plain_parse() {
        let page =
            "<!doctype html><title>é</title><p>One<p>Two <b>x<i>y</b>z</i><table><td>a</table>".repeat(400);
        let parsed = document(&page, &Budget { nodes: u32::MAX, depth: u32::MAX, ..Budget::default() });
        assert_eq!(parsed.html.html(), Html::parse_document(&page).html());
        assert_eq!(parsed.cut, None);
    }

    #[test]
    fn deep_nesting_is_cut_and_the_partial_tree_is_kept() {
        let page = format!("<p id=first>text</p>{}", "<div>".repeat(400_000));
        let parsed = document(&page, &Budget::default());
        assert_eq!(parsed.cut, Some("depth"));
        assert!(parsed.html.html().contains("<p id=\"first\">text</p>"));
    }

    #[test]
    fn formatting_that_is_opened_again_and_again_is_cut() {
        let page: String = (0..100_000).map(|n| format!("<p><font color={n}>")).collect();
        assert!(cut(&page).is_some());
        let page: String = "<a><div><b>x</a>".repeat(100_000);
        assert!(cut(&page).is_some());
    }

    #[test]
    fn a_tag_of_many_attributes_is_cut() {
        let page: String = std::iter::once("<p>before</p><div ".to_owned())
            .chain((0..300_000).map(|n| format!("a{n}=x ")))
            .collect();
        assert_eq!(cut(&page), Some("attributes"));
        let many_bodies: String = (0..100_000).map(|n| format!("<body a{n}>")).collect();
        assert_eq!(cut(&many_bodies), Some("attributes"));
    }

    #[test]
    fn one_long_attribute_and_long_scripts_are_no_fault() {
        let words = "word and word ".repeat(50_000);
        assert_eq!(cut(&format!("<img src='data:{words}' alt=\"{words}\"><p>x")), None);
        assert_eq!(cut(&format!("<script>if (a<b) {{ {words} }}</script><!-- <p {words} --><p>x")), None);
    }

    #[test]
    fn bytes_are_cut_at_a_character() {
        let budget = Budget { bytes: 4, ..Budget::default() };
        let parsed = document("abcé", &budget);
        assert_eq!(
            (parsed.cut, parsed.html.root_element().text().collect::<String>()),
            (Some("bytes"), "abc".to_owned())
        );
    }

    /// The texts and elements of a tree in page order, marks replaced by what they stand for.
    fn listed(parsed: &Parsed<'_>) -> Vec<String> {
        let nodes = parsed.html.tree.root().descendants().map(|node| match node.value() {
            Node::Text(text) => match number_of_mark(&text.text).and_then(|number| parsed.lifted.get(number))
            {
                Some(contents) => format!("{:?}", contents.replace("\r\n", "\n").replace('\r', "\n")),
                None => format!("{:?}", &*text.text),
            },
            other => format!("{other:?}"),
        });
        nodes.collect()
    }

    /// A page's list of nodes with and without the lift.
    fn both(page: &str) -> (Vec<String>, Vec<String>) {
        (listed(&document(page, &Budget::default())), listed(&whole(page, &Budget::default())))
    }

    #[test]
    fn a_mark_in_the_wrong_place_is_noticed() {
        let long = "x".repeat(100);
        // The tree builder is not where the scan believes it to be: a `<select>` drops the style, a comment in a
        // script hides an end tag, and a page may write marks of its own.
        for page in [
            format!("<select><style>{long}</style></select><p>x"),
            format!("<script>a <!-- b</script><script>{long}</script>--> <p>x"),
            format!("<script>{long}</script><p>\u{f8f0}0\u{f8f0}</p>"),
            format!("<frameset><script>{long}</script><style>{long}</style></frameset>"),
            format!("<svg><p><style>{long}</style><p>x"),
            format!("<table><style>{long}</style><tr><td><script>{long}</script>"),
            format!("<xmp></xmp><math><mi><script>{long}</script></mi></math><script>{long}"),
        ] {
            let (lifted, plain) = both(&page);
            assert_eq!(lifted, plain, "{page}");
        }
    }

    #[test]
    fn the_lift_changes_no_tree_of_the_corpus() {
        let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            std::path::PathBuf::from,
        );
        let corpus = shared.join("corpus");
        if !corpus.is_dir() {
            eprintln!("SKIPPED: the_lift_changes_no_tree_of_the_corpus (../shared is absent)");
            return;
        }
        let mut folders = vec![corpus];
        let mut pages = 0;
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(".html.gz") {
                    use std::io::Read as _;
                    let mut bytes = Vec::new();
                    let file = std::fs::File::open(&path).unwrap();
                    flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap();
                    let (lifted, plain) = both(&crate::decode(&bytes, None, None).text);
                    let differs = lifted.iter().zip(&plain).find(|(lifted, plain)| lifted != plain);
                    assert!(lifted == plain, "{}: {differs:?}", path.display());
                    pages += 1;
                }
            }
        }
        assert!(pages > 1_000, "only {pages} pages were compared");
    }
}
