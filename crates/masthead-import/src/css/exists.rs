//! Paths in predicates: whether something stands around, beside or below an element.

use super::Reason;
use super::attribute;
use super::compound::{Compound, both, list};
use super::moves::{Move, Moved, moves};
use super::path::compounds;
use crate::xpath::{Axis, Expression, NodeTest, Start, Step};

type Alternatives = Result<Vec<Compound>, Reason>;

/// A path that ends in an attribute: the steps before, and its name.
pub(super) fn of_attribute(expression: &Expression) -> Option<(&[Step], &str)> {
    let Expression::Path(path) = expression else { return None };
    let (last, before) = path.steps.split_last().filter(|_| path.start == Start::Here)?;
    match &last.test {
        NodeTest::Name(name) if last.axis == Axis::Attribute && last.predicates.is_empty() => {
            Some((before, name))
        }
        _ => None,
    }
}

/// What an element must match so that the steps lead from it to one that matches `end`.
pub(super) fn exists(steps: &[Step], end: &Compound) -> Alternatives {
    match steps.split_last() {
        Some((last, before)) if last.axis == Axis::Attribute => match &last.test {
            NodeTest::Name(name) if last.predicates.is_empty() => exists(before, &attribute::present(name)?),
            _ => Err("any attribute".to_owned()),
        },
        _ => from(&moves(steps)?, end),
    }
}

fn from(steps: &[Moved<'_>], end: &Compound) -> Alternatives {
    let Some((first, rest)) = steps.split_first() else { return Ok(vec![end.clone()]) };
    let around = match first.way {
        Move::Itself => return both(&compounds(first)?, &from(rest, end)?),
        Move::Parent => " > *",
        Move::Ancestor | Move::AncestorOrSelf => " *",
        Move::PrecedingSibling => " ~ *",
        Move::PrecedingAdjacent => " + *",
        Move::DescendantOrSelf => {
            let mut found = both(&compounds(first)?, &from(rest, end)?)?;
            let below = Moved { way: Move::Descendant, ..first.clone() };
            found.extend(forward(&[&[below], rest].concat(), end)?);
            return Ok(found);
        }
        _ => return forward(steps, end),
    };
    if *first.test == NodeTest::Node && !asks_for_an_element(rest, end) {
        return Err("it takes the document, which is no element".to_owned());
    }
    let there = both(&compounds(first)?, &from(rest, end)?)?;
    if there.iter().any(|one| one.is_tag("noscript")) {
        return Err("what stands in `noscript` is text here".to_owned());
    }
    let beside: Vec<_> = there.iter().map(|one| format!("{one}{around}")).collect();
    let has = there.iter().any(|one| one.has);
    let mut found = vec![Compound { has, ..Compound::of(format!(":is({})", list(&beside))) }];
    if first.way == Move::AncestorOrSelf {
        found.extend(there);
    }
    Ok(found)
}

/// Whether what follows can't hold of the document, which has no attributes and holds `html` only.
fn asks_for_an_element(rest: &[Moved<'_>], end: &Compound) -> bool {
    let Some(next) = rest.first() else { return *end != Compound::default() };
    match (next.way, next.test) {
        (Move::Child | Move::Itself, NodeTest::Name(name)) => name != "html",
        // Nothing stands around the document, and that step is looked at in its turn.
        (Move::Parent | Move::Ancestor, _) => true,
        _ => false,
    }
}

/// `:has()`; as one can't stand in another, the steps below and beside are put into one.
fn forward(steps: &[Moved<'_>], end: &Compound) -> Alternatives {
    let mut chains = vec![String::new()];
    let mut rest = steps;
    while let Some((first, after)) = rest.split_first() {
        let Some(combinator) = first.way.combinator() else { break };
        rest = after;
        let last = rest.first().is_none_or(|next| next.way.combinator().is_none());
        let mut there = compounds(first)?;
        if last {
            there = both(&there, &from(rest, end)?)?;
        }
        if there.iter().any(|one| one.has) {
            return Err("a condition on what stands below, within another such".to_owned());
        }
        if !last && there.iter().any(|one| one.is_tag("noscript")) {
            return Err("what stands in `noscript` is text here".to_owned());
        }
        chains = chains
            .iter()
            .flat_map(|chain| there.iter().map(move |one| format!("{chain}{combinator}{one}")))
            .collect();
        if chains.len() > 16 {
            return Err("too many alternatives".to_owned());
        }
        if last {
            break;
        }
    }
    if chains.iter().any(String::is_empty) {
        return Err("this way through the page has no equal within a condition".to_owned());
    }
    let chains: Vec<_> = chains.iter().map(|chain| chain.trim_start()).collect();
    Ok(vec![Compound { has: true, ..Compound::of(format!(":has({})", list(&chains))) }])
}
