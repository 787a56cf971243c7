//! The tests in a profile: what must come out of a stored page.

use serde_json::{Map, Value};

use super::ids;
use crate::profile::compile::Compiler;
use crate::profile::grammar::{EXPECTED, Leaf, MapKind, Shape};
use crate::profile::model::{Layout, Test};
use crate::profile::node::{Content, Node};
use crate::profile::show::{listed, quoted};
use crate::profile::suggest::{did_you_mean, nearest};

pub(super) fn tests(cx: &mut Compiler<'_>, node: &Node, layouts: &[Layout]) -> Vec<Test> {
    node.items().iter().filter_map(|item| test(cx, item, layouts)).collect()
}

fn test(cx: &mut Compiler<'_>, node: &Node, layouts: &[Layout]) -> Option<Test> {
    let page = node.get("page").and_then(|page| cx.relative_path(page));
    let url = node.get("url").and_then(|url| cx.url(url, None));
    let fetched = node.get("fetched").and_then(|time| cx.instant(time)).map(|time| time.to_string());
    let expect = node.get("expect")?;
    let mut expected = |node: &Node| {
        known_layout(cx, node, layouts);
        match map_json(node, &EXPECTED) {
            Value::Object(expected) => expected,
            _ => Map::new(),
        }
    };
    let todo = node.get("todo").map(&mut expected).unwrap_or_default();
    let expected = expected(expect);
    if expected.is_empty() {
        cx.reject(expect, "a test that expects nothing", "write at least `title:` and `body:`");
    }
    // The URL stays as it was written: the page's own links count from it.
    url?;
    let url = node.get("url")?.text()?.to_owned();
    let file = node.span.file.source.name.clone();
    Some(Test { page: page?, url, fetched, file, line: node.span.line(), expect: expected, todo })
}

fn known_layout(cx: &mut Compiler<'_>, expect: &Node, layouts: &[Layout]) {
    let Some((node, id)) = expect.get("layout").and_then(|node| Some((node, node.text()?))) else { return };
    if ids(layouts).any(|known| known == id) {
        return;
    }
    let help = match (nearest(id, ids(layouts)), ids(layouts).next()) {
        (Some(name), _) => did_you_mean(name),
        (None, Some(_)) => format!("there are: {}", listed(ids(layouts))).into(),
        (None, None) => "the profile has no `layouts:`; leave the key out".into(),
    };
    cx.reject(node, format!("no layout has the id {}", quoted(id)), help);
}

/// As JSON; where the language has text, a number is the text that was written (`title: 1984`).
fn json(node: &Node, shape: &Shape) -> Value {
    match (&node.content, shape) {
        (Content::Scalar(scalar), shape) if is_text(shape) => Value::String(scalar.text.clone()),
        (_, Shape::OrNull(shape)) => json(node, shape),
        (_, Shape::Either(shapes)) => {
            let chosen = shapes.iter().find(|shape| match shape {
                Shape::List(_) => node.is_list(),
                Shape::Map(_) => node.is_map(),
                _ => false,
            });
            chosen.map_or_else(|| node.to_json(), |shape| json(node, shape))
        }
        (Content::List { items, .. }, Shape::List(item) | Shape::OneOrMany(item)) => {
            Value::Array(items.iter().map(|value| json(value, item)).collect())
        }
        (Content::Map { .. }, Shape::Map(kind)) => map_json(node, kind),
        _ => node.to_json(),
    }
}

fn map_json(node: &Node, kind: &MapKind) -> Value {
    let pairs = node.entries().iter().map(|entry| {
        let value =
            kind.key(&entry.key).map_or_else(|| entry.value.to_json(), |key| json(&entry.value, key.shape));
        (entry.key.clone(), value)
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Leaf(leaf) => matches!(leaf, Leaf::Text | Leaf::Url | Leaf::Name),
        Shape::OrNull(shape) | Shape::OneOrMany(shape) => is_text(shape),
        Shape::Either(shapes) => shapes.iter().any(|shape| is_text(shape)),
        _ => false,
    }
}
