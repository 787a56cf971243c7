//! Conditions, skips and spans of days.

use crate::profile::compile::Compiler;
use crate::profile::model::{Condition, Seen, Skip};
use crate::profile::node::Node;

pub(super) fn condition(cx: &mut Compiler<'_>, node: &Node) -> Condition {
    let values = |key: &str| node.get(key).map(Node::each).unwrap_or_default();
    Condition {
        has: values("has").iter().filter_map(|selector| cx.selector(selector, false)).collect(),
        lacks: values("lacks").iter().filter_map(|selector| cx.selector(selector, false)).collect(),
        url: values("url").iter().filter_map(|regex| cx.url_regex(regex)).collect(),
        meta: node
            .get("meta")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| Some((entry.key.clone(), cx.regex(&entry.value)?)))
            .collect(),
    }
}

pub(super) fn skips(cx: &mut Compiler<'_>, node: &Node) -> Vec<Skip> {
    let skip = |cx: &mut Compiler<'_>, item: &Node| {
        Some(Skip { when: condition(cx, item), why: item.get("why")?.text()?.to_owned() })
    };
    node.items().iter().filter_map(|item| skip(cx, item)).collect()
}

pub(super) fn seen(cx: &mut Compiler<'_>, node: &Node) -> Seen {
    let from = node.get("from").and_then(|day| cx.days(day)).map(|(first, _)| first);
    let until = node.get("until").and_then(|day| cx.days(day)).map(|(_, last)| last);
    if let (Some(first), Some(last), Some(place)) = (from, until, node.get("until"))
        && first > last
    {
        cx.reject(place, "`until` lies before `from`", "exchange the two");
    }
    Seen { from, until }
}
