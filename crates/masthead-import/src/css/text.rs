//! Conditions on an element's text, which `having:` keeps.

use crate::xpath::{Axis, Expression, NodeTest, Start};

/// The regex for `having`, where a predicate asks for a word or words in the element's text; `None` where it does not
/// ask in a way that tidied text answers alike.
pub(super) fn having(predicate: &Expression) -> Option<String> {
    match predicate {
        Expression::Call(name, arguments) => match (name.as_str(), arguments.as_slice()) {
            ("contains", [text, Expression::Literal(words)]) if is_own_text(text) || is_tidied(text) => {
                escaped(words)
            }
            ("starts-with", [text, Expression::Literal(words)]) if is_tidied(text) => {
                escaped(words).map(|words| format!("^{words}"))
            }
            _ => None,
        },
        Expression::Compare(crate::xpath::Comparison::Equal, one, two) => match (&**one, &**two) {
            (text, Expression::Literal(words)) | (Expression::Literal(words), text) if is_tidied(text) => {
                escaped(words).map(|words| format!("^{words}$"))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether anything in it asks for text.
pub(super) fn is_own_text(expression: &Expression) -> bool {
    match expression {
        Expression::Path(path) if path.start == Start::Here => match path.steps.as_slice() {
            [step] => step.axis == Axis::Itself && step.test == NodeTest::Node && step.predicates.is_empty(),
            _ => false,
        },
        Expression::Call(name, arguments) if name == "string" => match arguments.as_slice() {
            [] => true,
            [inner] => is_own_text(inner),
            _ => false,
        },
        _ => false,
    }
}

fn is_tidied(expression: &Expression) -> bool {
    match expression {
        Expression::Call(name, arguments) if name == "normalize-space" => match arguments.as_slice() {
            [] => true,
            [inner] => is_own_text(inner),
            _ => false,
        },
        _ => false,
    }
}

/// Text with white space at its ends, or more than a space between words, is never found in tidied text.
fn escaped(words: &str) -> Option<String> {
    is_tidy(words).then(|| regex::escape(words))
}

/// Whether tidying would leave it as it is.
pub(super) fn is_tidy(words: &str) -> bool {
    let tidied = words.split_whitespace().collect::<Vec<_>>().join(" ");
    !words.is_empty()
        && tidied == words
        && !words.chars().any(|c| matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') || c.is_control())
}
