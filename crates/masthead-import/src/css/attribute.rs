//! Attribute selectors.

use super::Reason;
use super::compound::{Compound, is_html_name, none_of};

/// How an attribute's value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    /// One of the words between white space.
    HasWord,
}

/// Attributes whose values CSS compares without case in HTML (HTML §4.16.2); XPath never does.
const WITHOUT_CASE: &[&str] = &[
    "accept",
    "accept-charset",
    "align",
    "alink",
    "axis",
    "bgcolor",
    "charset",
    "checked",
    "clear",
    "codetype",
    "color",
    "compact",
    "declare",
    "defer",
    "dir",
    "direction",
    "disabled",
    "enctype",
    "face",
    "frame",
    "hreflang",
    "http-equiv",
    "lang",
    "language",
    "link",
    "media",
    "method",
    "multiple",
    "nohref",
    "noresize",
    "noshade",
    "nowrap",
    "readonly",
    "rel",
    "rev",
    "rules",
    "scope",
    "scrolling",
    "selected",
    "shape",
    "target",
    "text",
    "type",
    "valign",
    "valuetype",
    "vlink",
];

/// `[name]`
pub(super) fn present(name: &str) -> Result<Compound, Reason> {
    Ok(Compound::of(format!("[{}]", checked(name)?)))
}

/// `[name*="value"]`
pub(super) fn compared(name: &str, operator: Operator, value: &str) -> Result<Compound, Reason> {
    let name = checked(name)?;
    // Of an empty text XPath says that every value contains it, CSS that none does.
    if value.is_empty() && operator != Operator::Equals {
        return Err("every value contains an empty text".to_owned());
    }
    let short = match (name, operator) {
        ("id", Operator::Equals) => Some('#'),
        ("class", Operator::HasWord) => Some('.'),
        _ => None,
    };
    if let Some(sign) = short.filter(|_| is_identifier(value)) {
        return Ok(Compound::of(format!("{sign}{value}")));
    }
    let sign = match operator {
        Operator::Equals => "=",
        Operator::Contains => "*=",
        Operator::StartsWith => "^=",
        Operator::EndsWith => "$=",
        Operator::HasWord => "~=",
    };
    let case = if WITHOUT_CASE.contains(&name) { " s" } else { "" };
    Ok(Compound::of(format!("[{name}{sign}{}{case}]", quoted(value)?)))
}

/// There, and another value: XPath's `!=` asks for the attribute too.
pub(super) fn differs(name: &str, value: &str) -> Result<Compound, Reason> {
    let equal = compared(name, Operator::Equals, value)?;
    let mut compound = present(name)?;
    compound.rest.push_str(&none_of(&[equal]).rest);
    Ok(compound)
}

fn checked(name: &str) -> Result<&str, Reason> {
    is_html_name(name)
        .then_some(name)
        .ok_or_else(|| format!("names of attributes are lower case in HTML, so `@{name}` selects nothing"))
}

/// What may stand behind `#` and `.` without escapes; all else is said as an attribute selector.
fn is_identifier(text: &str) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A string of CSS.
fn quoted(text: &str) -> Result<String, Reason> {
    if text.chars().any(char::is_control) {
        return Err("a control character in a text".to_owned());
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}
