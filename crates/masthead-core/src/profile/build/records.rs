//! Records of the profile's own.

use super::value::{Scope, drops, expectation, rule};
use crate::profile::compile::{Compiler, at};
use crate::profile::fault::Fault;
use crate::profile::model::{Each, Items, RecordField, RecordKind, ValueType};
use crate::profile::node::{Entry, Node};
use crate::profile::show::{listed, quoted};
use crate::profile::suggest::{did_you_mean, nearest};

pub(super) fn records(cx: &mut Compiler<'_>, node: Option<&Node>, list: Option<&Each>) -> Vec<RecordKind> {
    let entries = node.map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| kind(cx, entry, list)).collect()
}

fn kind(cx: &mut Compiler<'_>, entry: &Entry, list: Option<&Each>) -> Option<RecordKind> {
    if matches!(entry.key.as_str(), "article" | "removed") {
        let fault =
            Fault::new(&entry.key_span, format!("{} is a kind of its own already", quoted(&entry.key)));
        cx.fault(&entry.key_span, fault.help("choose another name"));
    }
    let node = &entry.value;
    let names = field_names(node);
    let scope = Scope { inside: node.has("each"), beside: &names, script: None, list, own: true };
    let key = node.get("key").map(Node::each).unwrap_or_default();
    for name in key {
        if let Some(text) = name.text().filter(|text| !names.contains(text)) {
            let help = match nearest(text, names.iter().copied()) {
                Some(name) => did_you_mean(name),
                None => format!("it has: {}", listed(names.iter().copied())).into(),
            };
            cx.reject(name, format!("the record has no field {}", quoted(text)), help);
        }
    }
    let when = node.get("when").map(|when| super::condition::condition(cx, when));
    let each = node.get("each").map(|each| cx.selector(each, false));
    let kind = RecordKind {
        name: entry.key.clone(),
        when: when.unwrap_or_default(),
        each: None,
        fields: fields(cx, node.get("fields")?, scope),
        key: key.iter().filter_map(|name| name.text().map(str::to_owned)).collect(),
        having: node.get("having").and_then(|regex| cx.regex(regex)),
        drop: node.get("drop").map(|drop| drops(cx, drop, true)).unwrap_or_default(),
        expect: node.get("expect").and_then(|expect| expectation(cx, expect)),
    };
    match each {
        Some(each) => Some(RecordKind { each: Some(each?), ..kind }),
        None => Some(kind),
    }
}

fn field_names(node: &Node) -> Vec<&str> {
    let fields = node.get("fields").map(Node::entries).unwrap_or_default();
    fields.iter().map(|entry| entry.key.as_str()).collect()
}

fn fields(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Vec<(String, RecordField)> {
    node.entries()
        .iter()
        .filter_map(|entry| {
            let value = &entry.value;
            let field = if value.has("fields") || value.has("each") {
                RecordField::Items(items(cx, value, scope)?)
            } else {
                RecordField::Value(rule(cx, value, ValueType::Text, true, scope)?)
            };
            Some((entry.key.clone(), field))
        })
        .collect()
}

fn items(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<Items> {
    let names = field_names(node);
    let inner = Scope { inside: true, beside: &names, ..scope };
    let each = node.get("each").and_then(|each| cx.selector(each, scope.inside));
    let fields = node.get("fields").map(|node| fields(cx, node, inner)).unwrap_or_default();
    let drop = node.get("drop").map(|drop| drops(cx, drop, true)).unwrap_or_default();
    let having = node.get("having").and_then(|regex| cx.regex(regex));
    let expect = node.get("expect").and_then(|expect| expectation(cx, expect));
    each.map(|each| Items { at: at(&node.span), each, fields, having, drop, expect })
}
