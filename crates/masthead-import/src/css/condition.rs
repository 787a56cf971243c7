//! Predicates that are conditions: what is asked of an element besides its name.

use super::Reason;
use super::attribute::{self, Operator};
use super::compound::{Compound, both, none_of};
use super::exists::{exists, of_attribute};
use super::text;
use crate::xpath::{Axis, Comparison, Expression, NodeTest, Path, Start, Step};

type Alternatives = Result<Vec<Compound>, Reason>;

/// The compounds of which an element must match one.
pub(super) fn condition(predicate: &Expression) -> Alternatives {
    match predicate {
        Expression::Or(left, right) => {
            // A side that selects nothing adds nothing, but its author meant something by it.
            let mut alternatives = condition(left)?;
            alternatives.extend(condition(right)?);
            Ok(alternatives)
        }
        Expression::And(left, right) => both(&condition(left)?, &condition(right)?),
        Expression::Compare(comparison, left, right) => compare(*comparison, left, right),
        Expression::Call(name, arguments) => call(name, arguments),
        Expression::Union(parts) => {
            let alternatives: Vec<_> = parts.iter().map(condition).collect::<Result<_, _>>()?;
            Ok(alternatives.concat())
        }
        Expression::Path(path) => match &path.start {
            Start::Filter(inner, predicates) if predicates.is_empty() && path.steps.is_empty() => {
                condition(inner)
            }
            Start::Here => exists(&path.steps, &Compound::default()),
            _ => Err("a condition on another part of the page".to_owned()),
        },
        Expression::Number(_) | Expression::Arithmetic(..) | Expression::Literal(_) => {
            Err("a number or a text within a condition".to_owned())
        }
    }
}

fn call(name: &str, arguments: &[Expression]) -> Alternatives {
    match (name, arguments) {
        ("not", [inner]) => Ok(vec![none_of(&condition(inner)?)]),
        ("boolean", [inner]) => condition(inner),
        ("true", []) => Ok(vec![Compound::default()]),
        ("contains", [value, Expression::Literal(part)]) => contains(value, part),
        ("starts-with", [value, Expression::Literal(start)]) => match of_attribute(value) {
            Some((steps, name)) if is_single(steps) => {
                exists(steps, &attribute::compared(name, Operator::StartsWith, start)?)
            }
            _ => Err(why_not(value)),
        },
        ("position" | "last", _) => Err("a position within a condition".to_owned()),
        ("not" | "boolean" | "true" | "false" | "contains" | "starts-with" | "lang", _) => {
            Err(arguments.first().map_or_else(|| format!("`{name}()` has no equal"), why_not))
        }
        _ if is_function(name) => Err(format!("`{name}()` has no equal in CSS")),
        _ => Err(format!("`{name}()` is no function of XPath 1.0")),
    }
}

fn is_function(name: &str) -> bool {
    [
        "last",
        "position",
        "count",
        "id",
        "local-name",
        "namespace-uri",
        "name",
        "string",
        "concat",
        "starts-with",
        "contains",
        "substring-before",
        "substring-after",
        "substring",
        "string-length",
        "normalize-space",
        "translate",
        "boolean",
        "not",
        "true",
        "false",
        "lang",
        "number",
        "sum",
        "floor",
        "ceiling",
        "round",
    ]
    .contains(&name)
}

/// `contains(@class, 'x')`, and the idiom that finds one word: `contains(concat(' ', normalize-space(@class), ' '), ' x ')`.
fn contains(value: &Expression, part: &str) -> Alternatives {
    if let Some((steps, name)) = of_attribute(value).filter(|(steps, _)| is_single(steps)) {
        return exists(steps, &attribute::compared(name, Operator::Contains, part)?);
    }
    let Expression::Call(function, arguments) = value else { return Err(why_not(value)) };
    match (function.as_str(), arguments.as_slice()) {
        ("normalize-space", [inner]) => {
            let Some((steps, name)) = of_attribute(inner).filter(|(steps, _)| is_single(steps)) else {
                return Err(why_not(inner));
            };
            exists(steps, &part_of_a_word(name, part)?)
        }
        ("concat", [Expression::Literal(before), inner, Expression::Literal(after)])
            if before == " " && after == " " =>
        {
            padded(inner, part)
        }
        _ => Err(why_not(value)),
    }
}

fn part_of_a_word(name: &str, part: &str) -> Result<Compound, Reason> {
    if part.contains(char::is_whitespace) {
        return Err("several words in a value whose white space is tidied".to_owned());
    }
    attribute::compared(name, Operator::Contains, part)
}

/// A text in a value that was given a space at both ends.
fn padded(value: &Expression, part: &str) -> Alternatives {
    let (tidied, value) = match value {
        Expression::Call(function, arguments) if function == "normalize-space" => {
            match arguments.as_slice() {
                [inner] => (true, inner),
                _ => return Err(why_not(value)),
            }
        }
        other => (false, other),
    };
    let Some((steps, name)) = of_attribute(value).filter(|(steps, _)| is_single(steps)) else {
        return Err(why_not(value));
    };
    let word = part.strip_prefix(' ').and_then(|part| part.strip_suffix(' '));
    let compounds = match (tidied, word) {
        (_, None) if part.starts_with(' ') || part.ends_with(' ') => {
            return Err("a word's beginning or end has no equal".to_owned());
        }
        (true, Some(word)) if !word.contains(char::is_whitespace) => {
            vec![attribute::compared(name, Operator::HasWord, word)?]
        }
        (false, Some(word)) => {
            // Without normalize-space() only spaces part words, not tabs and line feeds as `~=` has it.
            let sides = [
                (Operator::Equals, word.to_owned()),
                (Operator::StartsWith, format!("{word} ")),
                (Operator::EndsWith, format!(" {word}")),
                (Operator::Contains, format!(" {word} ")),
            ];
            let sides = sides.iter().map(|(operator, text)| attribute::compared(name, *operator, text));
            vec![super::compound::any_of(&sides.collect::<Result<Vec<_>, _>>()?)]
        }
        (true, _) => vec![part_of_a_word(name, part)?],
        (false, None) => vec![attribute::compared(name, Operator::Contains, part)?],
    };
    let found: Vec<_> = compounds.iter().map(|compound| exists(steps, compound)).collect::<Result<_, _>>()?;
    Ok(found.concat())
}

/// Functions of text look at the first node only; a parent is always the first.
fn is_single(steps: &[Step]) -> bool {
    steps.iter().all(|step| matches!(step.axis, Axis::Parent | Axis::Itself))
}

fn compare(comparison: Comparison, left: &Expression, right: &Expression) -> Alternatives {
    let (comparison, value, constant) = match (left, right) {
        (value, constant @ (Expression::Literal(_) | Expression::Number(_))) => (comparison, value, constant),
        (constant @ (Expression::Literal(_) | Expression::Number(_)), value) => {
            (comparison.turned(), value, constant)
        }
        _ => return Err("two values of the page are compared".to_owned()),
    };
    match (value, constant) {
        (Expression::Call(name, arguments), Expression::Number(number)) if name == "count" => {
            count(comparison, arguments, *number)
        }
        (Expression::Call(name, arguments), Expression::Literal(end)) if name == "substring" => {
            match (comparison, ends_with(arguments, end)) {
                (Comparison::Equal, Some(found)) => found,
                _ => Err("`substring()` has no equal in CSS".to_owned()),
            }
        }
        (_, Expression::Literal(text)) => {
            let Some((steps, name)) = of_attribute(value) else { return Err(why_not(value)) };
            match comparison {
                Comparison::Equal => exists(steps, &attribute::compared(name, Operator::Equals, text)?),
                Comparison::Unequal => exists(steps, &attribute::differs(name, text)?),
                _ => Err("texts are compared as numbers".to_owned()),
            }
        }
        _ => Err("a value is compared as a number".to_owned()),
    }
}

/// `count(x) = 0` and `count(x) > 0`.
fn count(comparison: Comparison, arguments: &[Expression], number: f64) -> Alternatives {
    let [Expression::Path(path)] = arguments else { return Err("`count()` has no equal in CSS".to_owned()) };
    let there = || condition(&Expression::Path(path.clone()));
    let zero = number == 0.0;
    let one = number == 1.0;
    match comparison {
        Comparison::Equal | Comparison::LessOrEqual if zero => Ok(vec![none_of(&there()?)]),
        Comparison::Less if one => Ok(vec![none_of(&there()?)]),
        Comparison::Greater | Comparison::Unequal if zero => there(),
        Comparison::GreaterOrEqual if one => there(),
        _ => Err("things are counted".to_owned()),
    }
}

/// `substring(@a, string-length(@a) - 3) = '.pdf'`, XPath's way to say how a value ends.
fn ends_with(arguments: &[Expression], end: &str) -> Option<Alternatives> {
    let [value, Expression::Arithmetic('-', Some(length), back)] = arguments else { return None };
    let (Expression::Call(name, of), Expression::Number(back)) = (&**length, &**back) else { return None };
    let same = name == "string-length" && of.as_slice() == std::slice::from_ref(value);
    let (steps, attribute) = of_attribute(value).filter(|(steps, _)| is_single(steps))?;
    let fits = end.chars().count() as f64 == *back + 1.0;
    (same && fits).then(|| exists(steps, &attribute::compared(attribute, Operator::EndsWith, end)?))
}

/// Why a value can't be compared.
fn why_not(value: &Expression) -> Reason {
    if asks_for_text(value) {
        "a condition on text, which CSS does not have".to_owned()
    } else {
        match value {
            Expression::Call(name, _) if !is_function(name) => {
                format!("`{name}()` is no function of XPath 1.0")
            }
            Expression::Call(name, _) => format!("`{name}()` of a value has no equal in CSS"),
            _ => "a condition on the text of other elements, or on the first of several".to_owned(),
        }
    }
}

fn asks_for_text(value: &Expression) -> bool {
    text::is_own_text(value)
        || match value {
            Expression::Path(Path { steps, .. }) => {
                steps.last().is_some_and(|step| step.test == NodeTest::Text)
            }
            Expression::Call(_, arguments) => arguments.is_empty() || arguments.iter().any(asks_for_text),
            _ => false,
        }
}
