//! Location paths: from the document, step by step, to a list of selectors.

use super::Reason;
use super::advance::advance;
use super::compound::{Complex, Compound, both, both_if_any, tag};
use super::condition::condition;
use super::moves::{Move, Moved, moves};
use super::position::{Position, among_siblings, position};
use super::text;
use crate::xpath::{Axis, Expression, NodeTest, Path, Start, Step};

/// What a path takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Walked {
    pub(super) selectors: Vec<Complex>,
    pub(super) attribute: Option<String>,
    pub(super) having: Option<String>,
}

/// Where a path stands.
pub(super) enum State {
    Document,
    At(Vec<Complex>),
}

/// Translates a path. With `first` only its first node is wanted.
pub(super) fn path(path: &Path, first: bool) -> Result<Walked, Reason> {
    let start = match &path.start {
        // A path without a beginning starts at the document: there is no other context.
        Start::Root | Start::Here => State::Document,
        Start::Filter(inner, predicates) => State::At(filtered(inner, predicates)?),
    };
    let (steps, attribute) = match path.steps.split_last() {
        Some((last, before)) if last.axis == Axis::Attribute => attribute(last, before)?,
        _ => (path.steps.as_slice(), None),
    };
    // `//@href` asks every element.
    let everywhere = [Step { axis: Axis::DescendantOrSelf, test: NodeTest::Any, predicates: Vec::new() }];
    let any_element = attribute.is_some() && steps.last().is_some_and(is_abbreviation);
    let before = if any_element { steps.split_last().map_or(steps, |(_, before)| before) } else { steps };
    let mut moved = moves(before)?;
    if any_element {
        moved.extend(moves(&everywhere)?);
        return walk(start, &moved, attribute, false);
    }
    walk(start, &moved, attribute, first)
}

fn is_abbreviation(step: &Step) -> bool {
    step.axis == Axis::DescendantOrSelf && step.test == NodeTest::Node && step.predicates.is_empty()
}

fn attribute<'a>(last: &'a Step, before: &'a [Step]) -> Result<(&'a [Step], Option<String>), Reason> {
    match &last.test {
        NodeTest::Name(name) if last.predicates.is_empty() => {
            super::attribute::present(name)?;
            Ok((before, Some(name.clone())))
        }
        _ => Err("any attribute, or an attribute with a condition".to_owned()),
    }
}

fn walk(start: State, steps: &[Moved<'_>], attribute: Option<String>, first: bool) -> Result<Walked, Reason> {
    let mut state = start;
    let mut having = None;
    for (index, step) in steps.iter().enumerate() {
        let last = index + 1 == steps.len();
        let mut step = step.clone();
        if last {
            if first && attribute.is_none() {
                step.predicates = without_first(&step)?;
            }
            if let Some((predicate, before)) = step.predicates.split_last() {
                having = text::having(predicate);
                if having.is_some() {
                    step.predicates = before;
                }
            }
        }
        state = State::At(advance(state, &step)?);
    }
    match state {
        State::Document => Err("the document itself".to_owned()),
        State::At(selectors) => Ok(Walked { selectors, attribute, having }),
    }
}

/// Where only the first node of all is wanted, `[1]` at the end changes nothing: it keeps the first of each context,
/// and the first of all is one of them.
fn without_first<'a>(step: &Moved<'a>) -> Result<&'a [Expression], Reason> {
    Ok(match step.predicates.split_last() {
        Some((last, before)) if !step.way.is_reverse() && position(last)? == Some(Position::FIRST) => before,
        _ => step.predicates,
    })
}

/// `(…)[…]` with steps behind it.
fn filtered(inner: &Expression, predicates: &[Expression]) -> Result<Vec<Complex>, Reason> {
    let mut selectors = Vec::new();
    for part in parts(inner) {
        let Expression::Path(part) = part else { return Err("a value in the place of nodes".to_owned()) };
        let taken = path(part, false)?;
        if taken.attribute.is_some() || taken.having.is_some() {
            return Err("a condition on text, or an attribute, in the middle of a path".to_owned());
        }
        selectors.extend(taken.selectors);
    }
    for predicate in predicates {
        if position(predicate)?.is_some() {
            return Err("a position over the whole page, in the middle of a path".to_owned());
        }
        let conditions = condition(predicate)?;
        selectors =
            selectors.iter().map(|one| narrowed(one, &conditions)).collect::<Result<Vec<_>, _>>()?.concat();
    }
    if selectors.is_empty() {
        return Err("it selects nothing".to_owned());
    }
    Ok(selectors)
}

/// The parts of a union, or the one that there is.
pub(super) fn parts(expression: &Expression) -> &[Expression] {
    match expression {
        Expression::Union(parts) => parts,
        one => std::slice::from_ref(one),
    }
}

pub(super) fn narrowed(one: &Complex, conditions: &[Compound]) -> Result<Vec<Complex>, Reason> {
    let lasts = both_if_any(std::slice::from_ref(&one.last), conditions)?;
    Ok(lasts
        .into_iter()
        .map(|last| Complex { head: one.head.clone(), has: one.has || last.has, last })
        .collect())
}

/// The compounds that say a step's test and predicates.
pub(super) fn compounds(step: &Moved<'_>) -> Result<Vec<Compound>, Reason> {
    let mut alternatives = vec![match step.test {
        NodeTest::Name(name) => tag(name)?,
        NodeTest::Any => Compound::default(),
        NodeTest::Node if step.way.is_reverse() || step.way == Move::Itself => Compound::default(),
        NodeTest::Node | NodeTest::Text => return Err("it takes pieces of text, too".to_owned()),
        NodeTest::Other => return Err("comments are no part of the text".to_owned()),
    }];
    for (index, predicate) in step.predicates.iter().enumerate() {
        alternatives = match position(predicate)? {
            Some(position) if step.way.counts_children() => {
                vec![among_siblings(&alternatives, position, index == 0)?]
            }
            Some(Position::FIRST) if matches!(step.way, Move::Itself | Move::Parent) => alternatives,
            Some(_) => return Err("a position on this axis has no equal".to_owned()),
            None => both(&alternatives, &condition(predicate)?)?,
        };
    }
    Ok(alternatives)
}
