//! One step further: from the nodes that a list of selectors takes to those that a step leads to.

use super::Reason;
use super::compound::{Complex, Compound, MAX_LENGTH, both, list};
use super::moves::{Move, Moved};
use super::path::{State, compounds, narrowed};
use crate::xpath::NodeTest;

/// More selectors in one list are refused.
const MAX_SELECTORS: usize = 32;

/// Takes a step.
pub(super) fn advance(state: State, step: &Moved<'_>) -> Result<Vec<Complex>, Reason> {
    let from = match state {
        State::Document => return from_document(step),
        State::At(from) => from,
    };
    let there = compounds(step)?;
    stays_in_the_tree(&from, &there, step)?;
    let selectors = joined(&from, &there, step.way)?;
    if selectors.iter().any(|one| one.head.len() > MAX_LENGTH) {
        return Err(format!("its selector would be longer than {MAX_LENGTH} bytes"));
    }
    match selectors.len() {
        0 => Err("it selects nothing".to_owned()),
        1..=MAX_SELECTORS => Ok(selectors),
        _ => Err(format!("it takes more than {MAX_SELECTORS} selectors")),
    }
}

/// Neither into `noscript` and out of it, nor up to the document.
fn stays_in_the_tree(from: &[Complex], there: &[Compound], step: &Moved<'_>) -> Result<(), Reason> {
    let down = matches!(step.way, Move::Child | Move::Inside | Move::Descendant | Move::DescendantOrSelf);
    let up = matches!(step.way, Move::Parent | Move::Ancestor | Move::AncestorOrSelf);
    let out_of = up && there.iter().any(|one| one.is_tag("noscript"));
    if out_of || down && from.iter().any(|one| one.last.is_tag("noscript")) {
        return Err("what stands in `noscript` is text here".to_owned());
    }
    if up && *step.test == NodeTest::Node && from.iter().any(may_be_root) {
        return Err("it takes the document, which is no element".to_owned());
    }
    Ok(())
}

fn joined(from: &[Complex], there: &[Compound], way: Move) -> Result<Vec<Complex>, Reason> {
    let behind = |combinator: &str| -> Vec<Complex> {
        from.iter().flat_map(|one| there.iter().map(move |last| one.then(combinator, last))).collect()
    };
    let itself = || -> Result<Vec<Complex>, Reason> {
        Ok(from.iter().map(|one| narrowed(one, there)).collect::<Result<Vec<_>, _>>()?.concat())
    };
    let with = |prefixes: &[&str]| containing(from, there, prefixes);
    Ok(match way {
        Move::Child => behind(" > "),
        Move::Inside | Move::Descendant => behind(" "),
        Move::DescendantOrSelf => [itself()?, behind(" ")].concat(),
        Move::Itself => itself()?,
        Move::FollowingSibling => behind(" ~ "),
        Move::FollowingAdjacent(number) => {
            behind(&format!(" + {}", "* + ".repeat((number as usize).saturating_sub(1))))
        }
        Move::Parent => with(&["> "])?,
        Move::Ancestor => with(&[""])?,
        Move::AncestorOrSelf => [itself()?, with(&[""])?].concat(),
        Move::PrecedingSibling => with(&["~ "])?,
        Move::PrecedingAdjacent => with(&["+ "])?,
        // What stands behind a node stands behind it or an element around it, or below such a sibling.
        Move::Following => {
            let around = containing(from, &[Compound::default()], &[""])?;
            let anchors = from.iter().chain(&around);
            let after = |one: &Complex, last: &Compound| [one.then(" ~ ", last), one.then(" ~ * ", last)];
            anchors.flat_map(|one| there.iter().flat_map(move |last| after(one, last))).collect()
        }
        Move::Preceding => {
            let before = containing(from, &[Compound::default()], &["~ ", "~ * "])?;
            let below = before.iter().flat_map(|one| there.iter().map(move |last| one.then(" ", last)));
            with(&["~ ", "~ * "])?.into_iter().chain(below).collect()
        }
    })
}

/// Whether the page's root may match: what stands around it is the document.
fn may_be_root(one: &Complex) -> bool {
    one.head.is_empty() && one.last.tag.as_deref().is_none_or(|tag| tag == "html")
}

fn from_document(step: &Moved<'_>) -> Result<Vec<Complex>, Reason> {
    match step.way {
        Move::Inside | Move::Descendant | Move::DescendantOrSelf => {
            Ok(compounds(step)?.into_iter().map(Complex::of).collect())
        }
        Move::Child => {
            let is_root = match step.test {
                NodeTest::Name(name) => name == "html",
                NodeTest::Any => true,
                _ => false,
            };
            if !is_root {
                return Err(
                    "the document holds `html` only, so it selects nothing; `//` is missing".to_owned()
                );
            }
            let root = [Compound::of(":root")];
            let plain = Moved { test: &NodeTest::Any, ..step.clone() };
            let there: Vec<_> = both(&root, &compounds(&plain)?)?;
            Ok(there.into_iter().map(Complex::of).collect())
        }
        _ => Err("nothing stands around or beside the document".to_owned()),
    }
}

/// `there:has(> from)`.
fn containing(from: &[Complex], there: &[Compound], prefixes: &[&str]) -> Result<Vec<Complex>, Reason> {
    if from.iter().any(|one| one.has) {
        return Err("a step up or back from elements that are known by what they contain".to_owned());
    }
    let inner: Vec<_> = prefixes
        .iter()
        .flat_map(|prefix| from.iter().map(move |one| format!("{prefix}{}", one.within())))
        .collect();
    let has = Compound { has: true, ..Compound::of(format!(":has({})", list(&inner))) };
    Ok(both(there, &[has])?.into_iter().map(Complex::of).collect())
}
