//! Steps, with XPath's abbreviations put together again: `//x` is one move, not two.

use super::Reason;
use super::position::{Position, position};
use crate::xpath::{Axis, Expression, NodeTest, Step};

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Child,
    /// `//x`: below, and positions count among the children of one parent.
    Inside,
    /// `descendant::x`: below, and positions count over all of them.
    Descendant,
    DescendantOrSelf,
    Itself,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    /// The so-manieth sibling behind, of any name.
    FollowingAdjacent(u32),
    PrecedingSibling,
    PrecedingAdjacent,
    Following,
    Preceding,
}

impl Move {
    /// The combinator to what stands below or behind, where there is one.
    pub(super) fn combinator(self) -> Option<&'static str> {
        match self {
            Self::Child => Some(" > "),
            Self::Inside | Self::Descendant => Some(" "),
            Self::FollowingSibling => Some(" ~ "),
            Self::FollowingAdjacent(1) => Some(" + "),
            _ => None,
        }
    }

    /// Whether positions count among the children of one parent that match.
    pub(super) fn counts_children(self) -> bool {
        matches!(self, Self::Child | Self::Inside)
    }

    pub(super) fn is_reverse(self) -> bool {
        matches!(
            self,
            Self::Parent
                | Self::Ancestor
                | Self::AncestorOrSelf
                | Self::PrecedingSibling
                | Self::PrecedingAdjacent
                | Self::Preceding
        )
    }
}

/// A step after that.
#[derive(Clone, Debug)]
pub(super) struct Moved<'a> {
    pub(super) way: Move,
    pub(super) test: &'a NodeTest,
    pub(super) predicates: &'a [Expression],
}

/// The moves of a path's steps; attributes are looked at before.
pub(super) fn moves(steps: &[Step]) -> Result<Vec<Moved<'_>>, Reason> {
    let mut moved = Vec::new();
    let mut rest = steps;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if first.test == NodeTest::Text {
            return Err("it takes a piece of text, not an element".to_owned());
        }
        let abbreviated = first.axis == Axis::DescendantOrSelf
            && first.test == NodeTest::Node
            && first.predicates.is_empty();
        let (way, step) = match rest.split_first() {
            Some((second, after)) if abbreviated => {
                rest = after;
                let way = match second.axis {
                    Axis::Child => Move::Inside,
                    Axis::Descendant => Move::Descendant,
                    Axis::DescendantOrSelf => Move::DescendantOrSelf,
                    Axis::Itself if second.test != NodeTest::Node => Move::DescendantOrSelf,
                    _ => {
                        return Err(
                            "a step from every node of a part of the page, pieces of text too".to_owned()
                        );
                    }
                };
                (way, second)
            }
            _ => (way(first.axis)?, first),
        };
        if step.test == NodeTest::Text {
            return Err("it takes a piece of text, not an element".to_owned());
        }
        moved.push(adjacent(Moved { way, test: &step.test, predicates: &step.predicates })?);
    }
    Ok(moved)
}

/// `following-sibling::*[1]` is a combinator of its own.
fn adjacent(moved: Moved<'_>) -> Result<Moved<'_>, Reason> {
    let Some((first, rest)) = moved.predicates.split_first().filter(|_| *moved.test == NodeTest::Any) else {
        return Ok(moved);
    };
    let number = position(first)?.and_then(Position::nth);
    let way = match (moved.way, number) {
        (Move::FollowingSibling, Some(number @ 1..=8)) => Move::FollowingAdjacent(number.unsigned_abs()),
        (Move::PrecedingSibling, Some(1)) => Move::PrecedingAdjacent,
        _ => return Ok(moved),
    };
    Ok(Moved { way, predicates: rest, ..moved })
}

fn way(axis: Axis) -> Result<Move, Reason> {
    Ok(match axis {
        Axis::Child => Move::Child,
        Axis::Descendant => Move::Descendant,
        Axis::DescendantOrSelf => Move::DescendantOrSelf,
        Axis::Itself => Move::Itself,
        Axis::Parent => Move::Parent,
        Axis::Ancestor => Move::Ancestor,
        Axis::AncestorOrSelf => Move::AncestorOrSelf,
        Axis::FollowingSibling => Move::FollowingSibling,
        Axis::PrecedingSibling => Move::PrecedingSibling,
        Axis::Following => Move::Following,
        Axis::Preceding => Move::Preceding,
        Axis::Attribute => return Err("an attribute in the middle of a path".to_owned()),
        Axis::Namespace => return Err("HTML has no namespaces to walk".to_owned()),
    })
}
