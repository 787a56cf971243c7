//! A whole expression, for a use.

use std::fmt;

use super::Reason;
use super::attribute;
use super::compound::{Complex, list};
use super::path::{self, parts};
use super::position::position;
use super::text::is_tidy;
use crate::xpath::{Expression, Path, Start};

/// What becomes of the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The first is the value.
    First,
    /// All are values.
    All,
    /// All are left out.
    Removed,
}

/// A selector with what stands beside it in a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    selectors: Vec<Complex>,
    pub(crate) attribute: Option<String>,
    /// A regex for `having`.
    pub(crate) having: Option<String>,
    pub(crate) nth: Option<i32>,
    /// Regexes, each for a step `match`.
    pub(crate) matches: Vec<String>,
}

impl Selection {
    /// The selector, without the attribute.
    pub(crate) fn css(&self) -> String {
        list(&self.selectors)
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.css())?;
        self.attribute.as_ref().map_or(Ok(()), |name| write!(f, "@{name}"))
    }
}

/// What an expression is in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Several only for [`Taken::Removed`].
    Nodes(Vec<Selection>),
    Constant(String),
}

/// Translates an expression for its use.
///
/// # Errors
/// The reason why it has no equal.
pub(crate) fn found(expression: &Expression, taken: Taken) -> Result<Found, Reason> {
    let found = match (expression, taken) {
        (Expression::Literal(text), Taken::First | Taken::All) => return Ok(Found::Constant(text.clone())),
        (Expression::Call(name, arguments), Taken::First | Taken::All) => vec![call(name, arguments)?],
        (Expression::Path(_) | Expression::Union(_), _) => nodes(expression, taken)?,
        (Expression::Call(..) | Expression::Literal(_), Taken::Removed) => {
            return Err("a text can't be left out, only elements".to_owned());
        }
        _ => return Err("its value is a number, or true or false".to_owned()),
    };
    found.iter().try_for_each(|selection| readable(selection, taken))?;
    Ok(Found::Nodes(found))
}

/// Functions of text: they look at the first node.
fn call(name: &str, arguments: &[Expression]) -> Result<Selection, Reason> {
    match (name, arguments) {
        ("string" | "normalize-space", [inner]) => first(inner),
        ("substring-after", [inner, Expression::Literal(mark)]) => {
            cut(first(inner)?, mark, |mark| format!("(?s){mark}(.*)"))
        }
        ("substring-before", [inner, Expression::Literal(mark)]) => {
            cut(first(inner)?, mark, |mark| format!("(?s)^(.*?){mark}"))
        }
        ("substring-after" | "substring-before", _) => {
            Err("a text is cut at another text of the page".to_owned())
        }
        ("id", _) => {
            Err("`id()` takes the first element of an id only; `//*[@id='…']` has an equal".to_owned())
        }
        _ => Err(format!("`{name}()` has no equal")),
    }
}

fn first(inner: &Expression) -> Result<Selection, Reason> {
    let mut selection = match inner {
        Expression::Call(name, arguments) => call(name, arguments)?,
        other => match nodes(other, Taken::First)?.as_slice() {
            [one] => one.clone(),
            _ => return Err("a text of several".to_owned()),
        },
    };
    if selection.nth.is_none() {
        set_nth(&mut selection, 1)?;
    }
    Ok(selection)
}

/// A step `match` ends the value where the mark is not there, as XPath does; `after` and `before` would leave it whole.
fn cut(mut selection: Selection, mark: &str, regex: fn(String) -> String) -> Result<Selection, Reason> {
    if !is_tidy(mark.trim()) || mark.len() > mark.trim().len() + 2 {
        return Err("a mark whose white space would be tidied".to_owned());
    }
    selection.matches.push(regex(regex::escape(mark)));
    Ok(selection)
}

/// A path or a union of paths.
fn nodes(expression: &Expression, taken: Taken) -> Result<Vec<Selection>, Reason> {
    if let Some((inner, nth, attribute)) = counted(expression)? {
        if taken == Taken::Removed {
            return Err("`drop` has no position over the whole page".to_owned());
        }
        let only_first = if nth == 1 { Taken::First } else { Taken::All };
        let mut found = nodes(inner, only_first)?;
        let [selection] = found.as_mut_slice() else { return Err("a position over several".to_owned()) };
        if selection.nth.is_some() || (attribute.is_some() && selection.attribute.is_some()) {
            return Err("a position of a position".to_owned());
        }
        if taken == Taken::First && nth == 1 && attribute.is_none() {
            return Ok(found);
        }
        set_nth(selection, nth)?;
        if attribute.is_some() {
            selection.attribute = attribute;
        }
        return Ok(found);
    }
    let mut found: Vec<Selection> = Vec::new();
    for part in parts(expression) {
        let Expression::Path(part) = part else { return Err("a value in the place of nodes".to_owned()) };
        for selection in one_path(part, taken)? {
            let same = found.iter_mut().find(|other| {
                other.attribute == selection.attribute
                    && other.having == selection.having
                    && other.nth.is_none()
            });
            match same {
                Some(other) if selection.nth.is_none() => other.selectors.extend(selection.selectors),
                _ => found.push(selection),
            }
        }
    }
    if found.len() > 1 && taken != Taken::Removed {
        return Err(
            "the first of several kinds of nodes: elements, attributes, or elements with a text".to_owned()
        );
    }
    Ok(found)
}

fn one_path(part: &Path, taken: Taken) -> Result<Vec<Selection>, Reason> {
    if let (Start::Filter(inner, predicates), true) = (&part.start, part.steps.is_empty())
        && predicates.is_empty()
    {
        return nodes(inner, taken);
    }
    let path::Walked { selectors, attribute, having } = path::path(part, taken == Taken::First)?;
    if attribute.is_some() && having.is_some() && taken == Taken::Removed {
        return Err("an attribute can't be left out".to_owned());
    }
    Ok(vec![Selection { selectors, attribute, having, nth: None, matches: Vec::new() }])
}

/// What is counted, which of it, and the attribute behind it.
type Counted<'a> = (&'a Expression, i32, Option<String>);

/// `(…)[2]` and `(…)[last()]/@href`: what is counted, which, and the attribute behind it.
fn counted(expression: &Expression) -> Result<Option<Counted<'_>>, Reason> {
    let Expression::Path(Path { start: Start::Filter(inner, predicates), steps }) = expression else {
        return Ok(None);
    };
    let ([predicate], true) = (predicates.as_slice(), steps.len() <= 1) else { return Ok(None) };
    let Some(position) = position(predicate)? else { return Ok(None) };
    let attribute = match steps.as_slice() {
        [] => None,
        [step] => match &step.test {
            crate::xpath::NodeTest::Name(name)
                if step.axis == crate::xpath::Axis::Attribute && step.predicates.is_empty() =>
            {
                attribute::present(name)?;
                Some(name.clone())
            }
            _ => return Err("a position over the whole page, in the middle of a path".to_owned()),
        },
        _ => return Ok(None),
    };
    let nth = position.nth().ok_or("several positions over the whole page")?;
    Ok(Some((inner, nth, attribute)))
}

/// `nth` counts elements: where attributes are taken, only those that have it.
fn set_nth(selection: &mut Selection, nth: i32) -> Result<(), Reason> {
    selection.nth = Some(nth);
    if let Some(name) = &selection.attribute {
        let present = attribute::present(name)?;
        for complex in &mut selection.selectors {
            if !complex.last.rest.ends_with(&present.rest) {
                complex.last.rest.push_str(&present.rest);
            }
        }
    }
    Ok(())
}

/// Some contents are no text of a page in our language.
fn readable(selection: &Selection, taken: Taken) -> Result<(), Reason> {
    if taken == Taken::Removed && selection.attribute.is_some() {
        return Err("an attribute can't be left out".to_owned());
    }
    let text_is_read =
        selection.having.is_some() || (taken != Taken::Removed && selection.attribute.is_none());
    let silent = ["script", "style", "noscript", "template"];
    if text_is_read && selection.selectors.iter().any(|one| silent.iter().any(|tag| one.last.is_tag(tag))) {
        return Err(
            "the text of a script is read by `script:` or `jsonld:`, with a path of its own".to_owned()
        );
    }
    Ok(())
}
