//! From drafts and pieces to blocks.

use masthead_record::{Block, BlockKind};

use super::flow::{Draft, Flow, Owner, Piece, blank, text_of};
use crate::dom::{Dom, NodeNumber, Role, is_nothing};
use crate::extract::ledger::words;
use crate::profile::model::{BodyAlternative, Split};

/// A paragraph.
pub(super) fn paragraph(text: String) -> Block {
    Block { kind: BlockKind::Paragraph, text, level: None, items: Vec::new(), rows: Vec::new() }
}

/// The blocks that have text, in page order, and the words of those whose text is all link.
pub(super) fn assemble(dom: &Dom<'_>, flow: &Flow<'_>, alternative: &BodyAlternative) -> (Vec<Block>, usize) {
    let mut pieces: Vec<Vec<&Piece<'_>>> = vec![Vec::new(); flow.drafts.len()];
    for piece in flow.pieces.iter().filter(|piece| piece.owner == Owner::Body) {
        if let Some(own) = piece.block.and_then(|block| pieces.get_mut(block)) {
            own.push(piece);
        }
    }
    let mut drafts: Vec<(&Draft, Vec<&Piece<'_>>)> = flow.drafts.iter().zip(pieces).collect();
    drafts.sort_by_key(|(draft, _)| draft.node);
    let mut blocks = Vec::new();
    let mut linked = 0;
    for (draft, pieces) in drafts {
        let before = blocks.len();
        match draft.kind {
            BlockKind::Paragraph if alternative.split == Split::Br => {
                let lines = pieces.chunk_by(|a, b| a.line == b.line);
                blocks.extend(lines.map(|line| paragraph(text_of(line.iter().copied()))));
            }
            _ => blocks.push(block(dom, draft, &pieces)),
        }
        let mut kept = blocks.split_off(before);
        kept.retain(|block| !block.text.is_empty());
        if all_link(dom, &pieces) {
            linked += kept.iter().map(|block| words(&block.text)).sum::<usize>();
        }
        blocks.append(&mut kept);
    }
    (blocks, linked)
}

fn block(dom: &Dom<'_>, draft: &Draft, pieces: &[&Piece<'_>]) -> Block {
    let mut block = Block { kind: draft.kind, level: draft.level, ..paragraph(String::new()) };
    match draft.kind {
        BlockKind::List => {
            block.items = groups(pieces, |piece| nearest(dom, piece.node, |role| role == Role::ListItem));
            block.text = block.items.join("\n");
        }
        BlockKind::Table => {
            block.rows = rows(dom, pieces);
            block.text = block.rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n");
        }
        BlockKind::Code => block.text = verbatim(pieces),
        BlockKind::Heading => block.text = lines(pieces, " "),
        _ => block.text = lines(pieces, "\n"),
    }
    block
}

/// The lines of a block, joined.
fn lines(pieces: &[&Piece<'_>], joint: &str) -> String {
    let lines = pieces.chunk_by(|a, b| a.line == b.line).map(|line| text_of(line.iter().copied()));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(joint)
}

/// The texts of pieces that share a key, in the order in which the keys first come.
fn groups<K: PartialEq>(pieces: &[&Piece<'_>], key: impl Fn(&Piece<'_>) -> K) -> Vec<String> {
    let mut groups: Vec<(K, Vec<&Piece<'_>>)> = Vec::new();
    for &piece in pieces {
        let own = key(piece);
        // A nested list parts the text of the item around it; the parts are one item all the same.
        match groups.iter_mut().rev().take(64).find(|(key, _)| *key == own) {
            Some((_, pieces)) => pieces.push(piece),
            None => groups.push((own, vec![piece])),
        }
    }
    groups.iter().map(|(_, pieces)| lines(pieces, " ")).filter(|text| !text.is_empty()).collect()
}

fn rows(dom: &Dom<'_>, pieces: &[&Piece<'_>]) -> Vec<Vec<String>> {
    let row = |piece: &&Piece<'_>| nearest(dom, piece.node, |role| role == Role::Row);
    pieces
        .chunk_by(|a, b| row(a) == row(b))
        .map(|row| groups(row, |piece| nearest(dom, piece.node, |role| role == Role::Cell)))
        .filter(|row| !row.is_empty())
        .collect()
}

fn nearest(dom: &Dom<'_>, node: NodeNumber, is: impl Fn(Role) -> bool) -> Option<NodeNumber> {
    dom.ancestors(node).find(|&around| is(dom.role(around)))
}

/// White space of preformatted text is text.
fn verbatim(pieces: &[&Piece<'_>]) -> String {
    let mut text = String::new();
    let mut line = pieces.first().map(|piece| piece.line);
    for piece in pieces {
        if line != Some(piece.line) {
            text.push('\n');
            line = Some(piece.line);
        }
        text.extend(piece.text.chars().filter(|character| !is_nothing(*character)));
    }
    text.trim_matches('\n').trim_end().to_owned()
}

fn all_link(dom: &Dom<'_>, pieces: &[&Piece<'_>]) -> bool {
    let mut seen = false;
    pieces.iter().filter(|piece| !blank(piece.text)).all(|piece| {
        seen = true;
        dom.ancestors(piece.node)
            .any(|around| dom.tag(around) == "a" && dom.attribute(around, "href").is_some())
    }) && seen
}
