//! The text of the container in page order, and who owns each piece of it.

use std::collections::BTreeMap;

use masthead_record::{BlockKind, Ledger};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::dom::{Dom, NodeNumber, Role, TextBuilder, is_nothing};
use crate::extract::claims::ClaimsInside;
use crate::extract::context::Context;
use crate::extract::finding::Finding;
use crate::profile::model::{BodyAlternative, DropWhat, Split};
use crate::select::Selector;

/// Who owns a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The body: it stands in a block, or will.
    Body,
    /// A field, by its number among the claims.
    Field(usize),
    /// A rule that leaves it out, by its number among the rules.
    Rule(usize),
    /// Nobody.
    Residual,
}

/// A visible text node of the container.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) node: NodeNumber,
    pub(super) text: &'a str,
    /// The visual line that it stands in; lines rise in page order.
    pub(super) line: u32,
    pub(super) owner: Owner,
    /// The block that it stands in.
    pub(super) block: Option<usize>,
    /// No space before what follows: the piece is a drop cap.
    pub(super) glued: bool,
    /// Whether it stands where the body may take it: in a matched node, and on the allow-list where there is one.
    open: bool,
    claimed_as_line: bool,
}

/// A block to be: its node and its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft {
    pub(super) node: NodeNumber,
    pub(super) kind: BlockKind,
    pub(super) level: Option<u8>,
}

/// The container's text.
pub(super) struct Flow<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) drafts: Vec<Draft>,
    fields: Vec<String>,
    rules: Vec<String>,
    split: Split,
    /// The number of the rule `blocks`, where there is an allow-list.
    allow_list: Option<usize>,
}

/// Names of the rules that are not a line of `drop:`.
const BLOCKS: &str = "blocks";
const START_AFTER: &str = "start_after";
const STOP_AT: &str = "stop_at";

/// What the rules say of single nodes.
struct Marks {
    dropped: FxHashMap<NodeNumber, usize>,
    unwrapped: FxHashSet<NodeNumber>,
    glued: FxHashSet<NodeNumber>,
    kept: FxHashSet<NodeNumber>,
    allowed: FxHashSet<NodeNumber>,
    /// Text before this node is left out.
    start: Option<(NodeNumber, usize)>,
    /// Text from this node on is left out.
    stop: Option<(NodeNumber, usize)>,
}

/// An open element on the way through the container.
#[derive(Clone, Copy)]
struct Open {
    end: NodeNumber,
    ends_line: bool,
    owner: Owner,
    block: Option<usize>,
    in_root: bool,
    allowed: bool,
    glued: bool,
}

impl<'a> Flow<'a> {
    pub(super) fn new(
        context: &Context<'a>,
        alternative: &BodyAlternative,
        container: NodeNumber,
        roots: &[NodeNumber],
        claims: &ClaimsInside,
    ) -> Self {
        let mut flow = Self {
            pieces: Vec::new(),
            drafts: Vec::new(),
            fields: claims.fields.clone(),
            rules: alternative.drop.iter().map(|drop| drop.text.clone()).collect(),
            split: alternative.split,
            allow_list: None,
        };
        let marks = flow.marks(context.dom, alternative, container, roots);
        flow.walk(context.dom, container, roots, claims, &marks);
        flow
    }

    fn rule(&mut self, name: &str) -> usize {
        self.rules.push(name.to_owned());
        self.rules.len() - 1
    }

    fn marks(
        &mut self,
        dom: &Dom<'_>,
        alternative: &BodyAlternative,
        container: NodeNumber,
        roots: &[NodeNumber],
    ) -> Marks {
        let all = |selectors: &[Selector]| -> FxHashSet<NodeNumber> {
            let nodes = selectors.iter().flat_map(|selector| dom.select(selector));
            nodes.filter(|&node| dom.within(node, container)).collect()
        };
        let mut dropped = FxHashMap::default();
        for (number, rule) in alternative.drop.iter().enumerate() {
            let DropWhat::Nodes { css, having } = &rule.what else { continue };
            for node in roots.iter().flat_map(|&root| dom.select_in(css, root)) {
                if having.as_ref().is_none_or(|having| having.is_match(&dom.text(node, &[]))) {
                    dropped.entry(node).or_insert(number);
                }
            }
        }
        let first = |selector: &Option<Selector>| -> Option<NodeNumber> {
            dom.select(selector.as_ref()?)
                .into_iter()
                .find(|&node| node != container && dom.within(node, container))
        };
        let start = first(&alternative.start_after).map(|node| (dom.end(node), self.rule(START_AFTER)));
        let stop = first(&alternative.stop_at).map(|node| (node, self.rule(STOP_AT)));
        if !alternative.blocks.is_empty() {
            self.allow_list = Some(self.rule(BLOCKS));
        }
        Marks {
            dropped,
            unwrapped: all(&alternative.unwrap),
            glued: all(&alternative.glue),
            kept: all(&alternative.keep),
            allowed: all(&alternative.blocks),
            start,
            stop,
        }
    }

    fn walk(
        &mut self,
        dom: &Dom<'a>,
        container: NodeNumber,
        roots: &[NodeNumber],
        claims: &ClaimsInside,
        marks: &Marks,
    ) {
        let whole = self.allow_list.is_none();
        let outermost = Open {
            end: dom.end(container),
            ends_line: true,
            owner: Owner::Body,
            block: None,
            in_root: false,
            allowed: whole,
            glued: false,
        };
        let hidden_container = dom.hidden(container);
        let mut stack: Vec<Open> = Vec::new();
        let mut line = 0;
        let mut node = container;
        while node < outermost.end {
            while let Some(closed) = stack.last().copied().filter(|open| open.end <= node) {
                stack.pop();
                line += u32::from(closed.ends_line);
            }
            if dom.hidden(node) && !hidden_container {
                node = dom.end(node);
                continue;
            }
            let around = stack.last().copied().unwrap_or(outermost);
            if let Some(text) = dom.text_of(node) {
                self.push(node, text, line, around, claims, marks);
            } else if dom.role(node) == Role::Break {
                line += 1;
            } else if dom.role(node).is_element() || roots.binary_search(&node).is_ok() {
                let open = self.enter(dom, node, around, roots, claims, marks);
                line += u32::from(open.ends_line);
                stack.push(open);
            }
            node += 1;
        }
    }

    fn enter(
        &mut self,
        dom: &Dom<'_>,
        node: NodeNumber,
        around: Open,
        roots: &[NodeNumber],
        claims: &ClaimsInside,
        marks: &Marks,
    ) -> Open {
        let role = if marks.unwrapped.contains(&node) || marks.glued.contains(&node) {
            Role::Inline
        } else {
            dom.role(node)
        };
        let mut open = Open {
            end: dom.end(node),
            ends_line: role.ends_line(),
            in_root: around.in_root || roots.binary_search(&node).is_ok(),
            allowed: around.allowed || marks.allowed.contains(&node),
            glued: around.glued || marks.glued.contains(&node),
            ..around
        };
        // On one node a claim goes before a drop: what a field took needs no second word.
        if let Some(&field) = claims.nodes.get(&node) {
            open.owner = Owner::Field(field);
        } else if let Some(&rule) = marks.dropped.get(&node) {
            open.owner = Owner::Rule(rule);
        }
        if open.in_root && open.allowed && open.block.is_none() && self.begins_block(dom, node, role, marks) {
            open.block = Some(self.draft(dom, node, role));
        }
        open
    }

    /// Paragraphs and their like begin blocks; so does what `keep` names, and what the allow-list names where it holds
    /// no paragraphs of its own.
    fn begins_block(&self, dom: &Dom<'_>, node: NodeNumber, role: Role, marks: &Marks) -> bool {
        role.makes_block()
            || marks.kept.contains(&node)
            || (marks.allowed.contains(&node)
                && !dom.below(node).any(|inner| dom.role(inner).makes_block() && !dom.hidden(inner)))
    }

    /// Items of one list make one block, also where the list itself is not on the allow-list.
    fn draft(&mut self, dom: &Dom<'_>, node: NodeNumber, role: Role) -> usize {
        let (kind, level) = match role {
            Role::Heading(level) => (BlockKind::Heading, Some(level)),
            Role::List | Role::ListItem => (BlockKind::List, None),
            Role::Quote => (BlockKind::Quote, None),
            Role::Preformatted => (BlockKind::Code, None),
            Role::Table => (BlockKind::Table, None),
            _ => (BlockKind::Paragraph, None),
        };
        if role == Role::ListItem
            && let Some(last) = self.drafts.last()
            && dom.role(last.node) == Role::ListItem
            && dom.parent(last.node) == dom.parent(node)
        {
            return self.drafts.len() - 1;
        }
        self.drafts.push(Draft { node, kind, level });
        self.drafts.len() - 1
    }

    fn push(
        &mut self,
        node: NodeNumber,
        text: &'a str,
        line: u32,
        around: Open,
        claims: &ClaimsInside,
        marks: &Marks,
    ) {
        let mut owner = around.owner;
        let claimed_as_line = claims.texts.get(&node).copied();
        if let Some(field) = claimed_as_line {
            owner = Owner::Field(field);
        }
        // The deeper mark wins: start and stop are marks on the container.
        if owner == Owner::Body {
            let before = marks.start.filter(|&(start, _)| node < start);
            let after = marks.stop.filter(|&(stop, _)| node >= stop);
            if let Some((_, rule)) = before.or(after) {
                owner = Owner::Rule(rule);
            }
        }
        self.pieces.push(Piece {
            node,
            text,
            line,
            owner,
            block: around.block,
            glued: around.glued,
            open: around.in_root && around.allowed,
            claimed_as_line: claimed_as_line.is_some(),
        });
    }

    /// The pieces of each line, in order.
    fn lines(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let line = self.pieces.get(start)?.line;
            let end = self.pieces.get(start..)?.iter().position(|piece| piece.line != line);
            let range = start..end.map_or(self.pieces.len(), |end| start + end);
            start = range.end;
            Some(range)
        })
    }

    /// A claim inside a longer line takes nothing of it: no hole is made in a sentence.
    pub(super) fn undo_holes(&mut self, findings: &mut Vec<Finding>) {
        let lines: Vec<_> = self.lines().collect();
        for range in lines {
            let Some(line) = self.pieces.get_mut(range) else { continue };
            let is_hole =
                |piece: &Piece<'_>| matches!(piece.owner, Owner::Field(_)) && !piece.claimed_as_line;
            let has_text = |piece: &Piece<'_>| !blank(piece.text);
            let kept = line.iter().any(|piece| piece.owner == Owner::Body && has_text(piece));
            if !kept || !line.iter().any(|piece| is_hole(piece) && has_text(piece)) {
                continue;
            }
            for piece in line.iter_mut().filter(|piece| is_hole(piece)) {
                if let (Owner::Field(field), false) = (piece.owner, blank(piece.text)) {
                    let name = self.fields.get(field).map_or("", String::as_str);
                    findings.push(Finding::warning(
                        name,
                        format!("`{name}` claims words inside a longer line of the body; they stay in it (`line:` takes the whole line)"),
                    ));
                }
                piece.owner = Owner::Body;
            }
        }
    }

    /// Leaves out the lines that the rules name.
    pub(super) fn drop_lines(&mut self, alternative: &BodyAlternative) {
        let rules: Vec<_> = alternative
            .drop
            .iter()
            .enumerate()
            .filter_map(|(number, rule)| match &rule.what {
                DropWhat::Lines(regex) => Some((number, regex)),
                DropWhat::Nodes { .. } => None,
            })
            .collect();
        if rules.is_empty() {
            return;
        }
        let lines: Vec<_> = self.lines().collect();
        for range in lines {
            let Some(line) = self.pieces.get_mut(range) else { continue };
            let text = text_of(line.iter().filter(|piece| piece.owner == Owner::Body));
            if let Some((number, _)) =
                rules.iter().find(|(_, regex)| !text.is_empty() && regex.is_match(&text))
            {
                let pieces = line.iter_mut().filter(|piece| piece.owner == Owner::Body);
                pieces.for_each(|piece| piece.owner = Owner::Rule(*number));
            }
        }
    }

    /// Bare lines become paragraphs where the profile says so; what else stands in no block is residual, or left out by
    /// the allow-list.
    pub(super) fn settle(&mut self) {
        let bare = |piece: &Piece<'_>| piece.owner == Owner::Body && piece.block.is_none();
        let lines: Vec<_> = self.lines().collect();
        for range in lines {
            let Some(line) = self.pieces.get_mut(range) else { continue };
            let first = line
                .iter()
                .find(|piece| bare(piece) && piece.open && !blank(piece.text))
                .map(|piece| piece.node);
            let block = first.filter(|_| self.split == Split::Br).map(|node| {
                self.drafts.push(Draft { node, kind: BlockKind::Paragraph, level: None });
                self.drafts.len() - 1
            });
            for piece in line.iter_mut().filter(|piece| bare(piece)) {
                match (block, self.allow_list) {
                    (Some(block), _) if piece.open => piece.block = Some(block),
                    (_, Some(rule)) if !piece.open => piece.owner = Owner::Rule(rule),
                    _ => piece.owner = Owner::Residual,
                }
            }
        }
    }

    /// Counts the words of every owner, line by line, so that the sums add up to all words.
    pub(super) fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::default();
        let mut dropped_text: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for range in self.lines() {
            let Some(line) = self.pieces.get(range) else { continue };
            for run in line.chunk_by(|a, b| a.owner == b.owner) {
                let count = words_of(run);
                let Some(owner) = run.first().map(|piece| piece.owner).filter(|_| count > 0) else {
                    continue;
                };
                match owner {
                    Owner::Body => *ledger.claimed.entry("body".to_owned()).or_default() += count,
                    Owner::Field(field) => {
                        let name = self.fields.get(field).cloned().unwrap_or_default();
                        *ledger.claimed.entry(name).or_default() += count;
                    }
                    Owner::Rule(rule) => {
                        let name = self.rules.get(rule).cloned().unwrap_or_default();
                        *ledger.dropped.entry(name).or_default() += count;
                        dropped_text.entry(rule).or_default().push(text_of(run.iter()));
                    }
                    Owner::Residual => {
                        ledger.residual += count;
                        ledger.residual_text.push(text_of(run.iter()));
                    }
                }
            }
        }
        for (rule, texts) in dropped_text {
            let name = self.rules.get(rule).cloned().unwrap_or_default();
            ledger.dropped_text.entry(name).or_default().extend(texts);
        }
        ledger
    }
}

/// Whether a text shows nothing.
pub(super) fn blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || is_nothing(character))
}

/// The words in pieces of one line: as many as in their text, without making it.
fn words_of(pieces: &[Piece<'_>]) -> usize {
    let (mut count, mut in_word) = (0, false);
    for piece in pieces {
        for character in piece.text.chars() {
            if character.is_whitespace() {
                in_word = false;
            } else if !in_word && !is_nothing(character) {
                in_word = true;
                count += 1;
            }
        }
    }
    count
}

/// The text of pieces of one line.
pub(super) fn text_of<'p, 'a: 'p>(pieces: impl Iterator<Item = &'p Piece<'a>>) -> String {
    let mut builder = TextBuilder::default();
    for piece in pieces {
        builder.push(piece.text);
        if piece.glued {
            builder.glue();
        }
    }
    builder.finish()
}
