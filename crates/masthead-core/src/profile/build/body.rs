//! The rule of the body.

use super::value::{Scope, drops, flag, form, nth, source, steps};
use crate::profile::compile::{Compiler, at};
use crate::profile::model::{BodyAlternative, BodyRule, Source, Split, TextForm};
use crate::profile::node::Node;
use crate::select::Selector;

pub(super) fn body(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<BodyRule> {
    if node.is_list() && node.items().is_empty() {
        cx.reject(
            node,
            "an empty list of alternatives",
            "write a selector, or leave the key out: then it is `auto`",
        );
        return None;
    }
    let chain: Vec<_> = node.each().iter().filter_map(|item| alternative(cx, item, scope)).collect();
    let optional = node.each().iter().find_map(|item| flag(item, "optional")).unwrap_or(false);
    (!chain.is_empty()).then_some(BodyRule { chain, optional })
}

fn alternative(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<BodyAlternative> {
    let source = if node.is_map() { source(cx, node, scope) } else { cx.css_value(node, false) };
    let alternative = BodyAlternative {
        at: at(&node.span),
        source: Source::Auto,
        all: flag(node, "all").unwrap_or(false),
        nth: nth(cx, node),
        having: node.get("having").and_then(|regex| cx.regex(regex)),
        split: match node.get("split").and_then(Node::text) {
            Some("br") => Split::Br,
            _ => Split::Paragraph,
        },
        blocks: selectors(cx, node, "blocks"),
        drop: node.get("drop").map(|drop| drops(cx, drop, false)).unwrap_or_default(),
        unwrap: selectors(cx, node, "unwrap"),
        glue: selectors(cx, node, "glue"),
        start_after: node.get("start_after").and_then(|selector| cx.selector(selector, false)),
        stop_at: node.get("stop_at").and_then(|selector| cx.selector(selector, false)),
        keep: selectors(cx, node, "keep"),
        then: node.get("then").map(|then| steps(cx, then)).unwrap_or_default(),
        form: form(node),
    };
    let source = source?;
    refuse_nodes_of_text(cx, node, &source, alternative.form);
    Some(BodyAlternative { source, ..alternative })
}

fn selectors(cx: &mut Compiler<'_>, node: &Node, key: &str) -> Vec<Selector> {
    let list = node.get(key).map(Node::each).unwrap_or_default();
    list.iter().filter_map(|item| cx.selector(item, false)).collect()
}

/// A text that is no HTML has no nodes to select in.
fn refuse_nodes_of_text(cx: &mut Compiler<'_>, node: &Node, source: &Source, form: TextForm) {
    let nodes = matches!(source, Source::Css { attribute: None, .. } | Source::Microdata(_) | Source::Auto);
    if nodes || form == TextForm::Html {
        return;
    }
    for key in ["blocks", "unwrap", "glue", "start_after", "stop_at", "keep"] {
        if let Some(value) = node.get(key) {
            let message = format!("`{key}` selects nodes, and the text of `{}` has none", source.word());
            cx.reject(value, message, "add `as: html` if the text is HTML");
        }
    }
}
