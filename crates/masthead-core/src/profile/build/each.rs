//! Items with fields: images, related articles, authors, the entries of a list page.

use super::value::{Scope, drops, expectation, rule};
use crate::profile::compile::{Compiler, at};
use crate::profile::model::{Each, Rule, ValueType};
use crate::profile::node::Node;
use crate::select::Selector;

/// The fields of a kind of item, with their types.
pub(super) type FieldTypes = [(&'static str, ValueType)];

pub(super) const IMAGE: &FieldTypes = &[
    ("url", ValueType::Url),
    ("caption", ValueType::Text),
    ("credit", ValueType::Text),
    ("alt", ValueType::Text),
];
pub(super) const RELATED: &FieldTypes =
    &[("title", ValueType::Text), ("url", ValueType::Url), ("summary", ValueType::Text)];
pub(super) const AUTHOR: &FieldTypes =
    &[("name", ValueType::People), ("email", ValueType::Text), ("url", ValueType::Url)];

/// A selector of nothing, for lists that are said to be empty.
const NOTHING: &str = ":not(*)";

/// `images:` and `related:`: a map, a selector, a list of selectors (`[]` for none); `None` for `auto`.
pub(super) fn list(cx: &mut Compiler<'_>, node: &Node, types: &FieldTypes, scope: Scope<'_>) -> Option<Each> {
    if node.is_map() {
        return each(cx, node, types, scope);
    }
    if node.text() == Some("auto") {
        return None;
    }
    let parts: Vec<&str> = node.each().iter().filter_map(Node::text).collect();
    let sound = node.each().iter().filter_map(|part| cx.selector(part, false)).count() == parts.len();
    let text = if parts.is_empty() { NOTHING.to_owned() } else { parts.join(", ") };
    let selector = Selector::parse(&text, false).ok().filter(|_| sound)?;
    Some(Each {
        at: at(&node.span),
        each: selector,
        fields: Vec::new(),
        drop: Vec::new(),
        having: None,
        expect: None,
    })
}

/// `{each: …, FIELD: …}`
pub(super) fn each(cx: &mut Compiler<'_>, node: &Node, types: &FieldTypes, scope: Scope<'_>) -> Option<Each> {
    let names: Vec<&str> = types.iter().map(|(name, _)| *name).collect();
    let inner = Scope { inside: true, beside: &names, ..scope };
    let fields = node
        .entries()
        .iter()
        .filter_map(|entry| {
            let (name, kind) = types.iter().find(|(name, _)| *name == entry.key)?;
            Some(((*name).to_owned(), rule(cx, &entry.value, *kind, true, inner)?))
        })
        .collect();
    frame(cx, node, fields, scope.inside)
}

/// An `each` whose fields are built: its selector and options.
pub(super) fn frame(
    cx: &mut Compiler<'_>,
    node: &Node,
    fields: Vec<(String, Rule)>,
    inside: bool,
) -> Option<Each> {
    let selector = node.get("each").and_then(|each| cx.selector(each, inside));
    let drop = node.get("drop").map(|drop| drops(cx, drop, true)).unwrap_or_default();
    let having = node.get("having").and_then(|regex| cx.regex(regex));
    let expect = node.get("expect").and_then(|expect| expectation(cx, expect));
    selector.map(|each| Each { at: at(&node.span), each, fields, drop, having, expect })
}
