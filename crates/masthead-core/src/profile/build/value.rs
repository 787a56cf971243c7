//! Rules of values: chains of alternatives, each a source and options.

use crate::profile::compile::{Compiler, at};
use crate::profile::model::{
    Alternative, Drop, DropWhat, Each, Expect, Match, Rule, Source, Step, TextForm, ValueType,
};
use crate::profile::node::Node;
use crate::profile::show::{listed, quoted};
use crate::profile::suggest::{did_you_mean, nearest};

/// What a value's surroundings give it.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// Inside an `each`: selectors may be relative, and the item itself is a value.
    pub(super) inside: bool,
    /// Fields that named groups may fill.
    pub(super) beside: &'a [&'a str],
    /// The layout's `script`.
    pub(super) script: Option<LayoutScript<'a>>,
    /// `discover: list`, whose fields `list` names.
    pub(super) list: Option<&'a Each>,
    /// The field is the author's own: only the types that these may have are left to check.
    pub(super) own: bool,
}

/// The `script: {id, at}` of a layout.
#[derive(Clone, Copy)]
pub(super) struct LayoutScript<'a> {
    pub(super) id: &'a str,
    pub(super) at: &'a str,
}

/// The rule of a field. `optional` is the field's own answer, where nothing is written.
pub(super) fn rule(
    cx: &mut Compiler<'_>,
    node: &Node,
    kind: ValueType,
    optional: bool,
    scope: Scope<'_>,
) -> Option<Rule> {
    if node.is_list() && node.items().is_empty() {
        cx.reject(
            node,
            "an empty list of alternatives",
            "write a value, or leave the key out: then it is `auto`",
        );
        return None;
    }
    let kind = own_type(cx, node).unwrap_or(kind);
    let chain: Vec<_> = node.each().iter().filter_map(|item| alternative(cx, item, kind, scope)).collect();
    let written = node.each().iter().filter_map(|item| item.get("optional")).find_map(Node::bool);
    (!chain.is_empty()).then(|| Rule { chain, optional: written.unwrap_or(optional), kind })
}

/// `type:`; alternatives of one field have one type.
fn own_type(cx: &mut Compiler<'_>, node: &Node) -> Option<ValueType> {
    let mut types = node.each().iter().filter_map(|item| item.get("type"));
    let first = types.next()?;
    for other in types {
        if other.text() != first.text() {
            cx.reject(
                other,
                "alternatives of one field have one type",
                "write the same `type` everywhere, or only once",
            );
        }
    }
    Some(match first.text()? {
        "int" => ValueType::Int,
        "decimal" => ValueType::Decimal,
        "bool" => ValueType::Bool,
        "time" => ValueType::Time,
        "date" => ValueType::Date,
        "url" => ValueType::Url,
        "json" => ValueType::Json,
        _ => ValueType::Text,
    })
}

fn alternative(cx: &mut Compiler<'_>, node: &Node, kind: ValueType, scope: Scope<'_>) -> Option<Alternative> {
    // Options compile even where the source does not: all faults are wanted at once.
    let source = if node.is_map() { source(cx, node, scope) } else { cx.css_value(node, scope.inside) };
    if scope.own {
        time_only(cx, node, kind);
    }
    let alternative = Alternative {
        at: at(&node.span),
        source: Source::Auto,
        all: flag(node, "all").unwrap_or(false),
        nth: nth(cx, node),
        having: node.get("having").and_then(|regex| cx.regex(regex)),
        line: node.get("line").and_then(|regex| cx.regex(regex)),
        pattern: pattern(cx, node, scope),
        drop: node.get("drop").map(|drop| drops(cx, drop, scope.inside)).unwrap_or_default(),
        claim: flag(node, "claim").unwrap_or(true),
        formats: node
            .get("format")
            .map(|list| list.each())
            .unwrap_or_default()
            .iter()
            .filter_map(|f| cx.format(f))
            .collect(),
        zone: node.get("zone").and_then(|zone| cx.zone(zone)),
        locale: node.get("locale").and_then(|locale| cx.locale(locale)),
        then: node.get("then").map(|then| steps(cx, then)).unwrap_or_default(),
        form: form(node),
        expect: node.get("expect").and_then(|expect| expectation(cx, expect)),
    };
    source.map(|source| Alternative { source, ..alternative })
}

fn time_only(cx: &mut Compiler<'_>, node: &Node, kind: ValueType) {
    if matches!(kind, ValueType::Time | ValueType::Date) {
        return;
    }
    for key in ["format", "zone", "locale"] {
        if let Some(value) = node.get(key) {
            cx.reject(
                value,
                format!("`{key}` is for times, and this field is none"),
                "add `type: time` or `type: date`",
            );
        }
    }
}

pub(super) fn source(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<Source> {
    if let (Some(path), false) = (node.get("path"), node.has("script")) {
        cx.reject(
            path,
            "`path` belongs to `script`",
            "add `script: ID`, or name the source: `jsonld: PATH`, `json: PATH`",
        );
    }
    let entry = node.entries().iter().find(|entry| {
        matches!(
            entry.key.as_str(),
            "css"
                | "meta"
                | "jsonld"
                | "microdata"
                | "script"
                | "url"
                | "feed"
                | "list"
                | "json"
                | "value"
                | "auto"
        )
    })?;
    let value = &entry.value;
    match entry.key.as_str() {
        "css" => cx.css_value(value, scope.inside),
        "meta" => value.text().map(|name| Source::Meta(name.to_owned())),
        "jsonld" => cx.path(value).map(Source::JsonLd),
        "microdata" => value.text().map(|name| Source::Microdata(name.to_owned())),
        "script" => script(cx, node, value, scope),
        "url" => cx.url_regex(value).map(Source::Url),
        "feed" => value.text().map(|name| Source::Feed(name.to_owned())),
        "list" => list(cx, value, scope),
        "json" => cx.path(value).map(Source::Json),
        "value" => Some(Source::Value(value.to_json())),
        _ => Some(Source::Auto),
    }
}

/// `{script: ID, path: PATH}`, or `{script: PATH}` below the layout's script.
fn script(cx: &mut Compiler<'_>, node: &Node, value: &Node, scope: Scope<'_>) -> Option<Source> {
    let text = value.text()?;
    if let Some(path) = node.get("path") {
        return Some(Source::Script { needle: text.to_owned(), path: cx.path(path)? });
    }
    let Some(LayoutScript { id, at }) = scope.script else {
        let help = "write `{script: ID, path: PATH}`, or give the layout a `script: {id, at}`";
        cx.reject(value, "`script` needs a `path`", help);
        return None;
    };
    let own = cx.path(value)?;
    let below = text.trim_start_matches('$').trim_start_matches('.');
    let joined = match (at.is_empty() || at == "$", below.starts_with('[') || below.is_empty()) {
        (true, _) => return Some(Source::Script { needle: id.to_owned(), path: own }),
        (false, true) => format!("{at}{below}"),
        (false, false) => format!("{at}.{below}"),
    };
    // Both halves compile; together they may only be too long.
    match crate::path::JsonPath::parse(&joined) {
        Ok(path) => Some(Source::Script { needle: id.to_owned(), path }),
        Err(error) => {
            cx.reject(
                value,
                format!("bad JSON path: {}", error.message),
                "below the layout's `at` it must be shorter",
            );
            None
        }
    }
}

fn list(cx: &mut Compiler<'_>, value: &Node, scope: Scope<'_>) -> Option<Source> {
    let text = value.text()?;
    let names: Vec<&str> = scope
        .list
        .map(|list| list.fields.iter().map(|(name, _)| name.as_str()).collect())
        .unwrap_or_default();
    if !names.contains(&text) {
        let help = match (nearest(text, names.iter().copied()), names.is_empty()) {
            (Some(name), _) => did_you_mean(name),
            (None, true) => {
                format!("add `list: {{each: …, fields: {{{text}: …}}}}` under `discover:`").into()
            }
            (None, false) => format!("it has: {}", listed(names)).into(),
        };
        cx.reject(value, format!("`list` under `discover:` has no field {}", quoted(text)), help);
        return None;
    }
    Some(Source::List(text.to_owned()))
}

/// `match:` and `into:`.
fn pattern(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<Match> {
    let Some(value) = node.get("match") else {
        if let Some(into) = node.get("into") {
            cx.reject(into, "`into` names the groups of a `match`, and there is none", "add `match: REGEX`");
        }
        return None;
    };
    let regex = cx.regex(value)?;
    let named = regex.capture_names().flatten().next().is_some();
    let groups = regex.captures_len() - 1;
    let into: Vec<Option<String>> = match node.get("into") {
        Some(into) if named => {
            cx.reject(into, "`into` beside named groups", "name the groups in one place only");
            return None;
        }
        Some(into) => {
            if into.items().len() > groups {
                let message =
                    format!("`into` names {} fields, and the regex has {groups} groups", into.items().len());
                cx.reject(into, message, "put a group in round brackets for each");
            }
            into.items().iter().map(|name| name.text().map(str::to_owned)).collect()
        }
        None if named => regex.capture_names().skip(1).map(|name| name.map(str::to_owned)).collect(),
        None => Vec::new(),
    };
    let places = node.get("into").map(Node::items).unwrap_or_default();
    for (index, name) in into.iter().enumerate() {
        if let Some(name) = name.as_deref().filter(|name| !scope.beside.contains(name)) {
            let place = places.get(index).unwrap_or(value);
            let message = format!("a group fills {}, which is no field beside this one", quoted(name));
            let help = match nearest(name, scope.beside.iter().copied()) {
                Some(name) => did_you_mean(name),
                None => format!(
                    "fields here: {}; for a group without a name write `(…)` or `(?:…)`",
                    listed(scope.beside.iter().copied())
                )
                .into(),
            };
            cx.reject(place, message, help);
        }
    }
    Some(Match { regex, into })
}

pub(super) fn nth(cx: &mut Compiler<'_>, node: &Node) -> Option<i32> {
    let value = node.get("nth")?;
    match value.integer()? {
        0 => {
            cx.reject(value, "`nth` counts from 1", "write `1` for the first, `-1` for the last");
            None
        }
        number => i32::try_from(number).ok(),
    }
}

pub(super) fn flag(node: &Node, key: &str) -> Option<bool> {
    node.get(key)?.bool()
}

pub(super) fn form(node: &Node) -> TextForm {
    match node.get("as").and_then(Node::text) {
        Some("html") => TextForm::Html,
        Some("markdown") => TextForm::Markdown,
        _ => TextForm::Text,
    }
}

pub(super) fn expectation(cx: &mut Compiler<'_>, node: &Node) -> Option<Expect> {
    node.is_map().then(|| Expect {
        count: node.get("count").and_then(|count| cx.count(count)),
        matches: node.get("matches").and_then(|regex| cx.regex(regex)),
    })
}

pub(super) fn drops(cx: &mut Compiler<'_>, node: &Node, inside: bool) -> Vec<Drop> {
    node.each().iter().filter_map(|item| drop_rule(cx, item, inside)).collect()
}

fn drop_rule(cx: &mut Compiler<'_>, node: &Node, inside: bool) -> Option<Drop> {
    if let Some(text) = node.text() {
        let css = cx.selector(node, inside)?;
        let what = DropWhat::Nodes { css, having: None };
        return Some(Drop { at: at(&node.span), text: text.to_owned(), what });
    }
    if let Some(line) = node.get("line") {
        if let Some(having) = node.get("having") {
            cx.reject(having, "`having` belongs to `css`", "put both into the regex of `line`");
        }
        let regex = cx.regex(line)?;
        let text = format!("line: {}", line.text()?);
        return Some(Drop { at: at(&node.span), text, what: DropWhat::Lines(regex) });
    }
    let selector = node.get("css")?;
    let having = node.get("having");
    let css = cx.selector(selector, inside);
    let text = match having.and_then(Node::text) {
        Some(having) => format!("{} having: {having}", selector.text()?),
        None => selector.text()?.to_owned(),
    };
    let having = having.and_then(|regex| cx.regex(regex));
    css.map(|css| Drop { at: at(&node.span), text, what: DropWhat::Nodes { css, having } })
}

pub(super) fn steps(cx: &mut Compiler<'_>, node: &Node) -> Vec<Step> {
    node.each().iter().filter_map(|item| step(cx, item)).collect()
}

fn step(cx: &mut Compiler<'_>, node: &Node) -> Option<Step> {
    let entry = node.entries().first()?;
    let value = &entry.value;
    let text = || value.text().map(str::to_owned);
    Some(match entry.key.as_str() {
        "after" => Step::After(text()?),
        "before" => Step::Before(text()?),
        "match" => Step::Match(cx.regex(value)?),
        "replace" => match value.items() {
            [pattern, with] => Step::Replace(cx.regex(pattern)?, with.text()?.to_owned()),
            _ => return None,
        },
        "split" => Step::Split(nonempty(cx, value)?),
        "join" => Step::Join(text()?),
        "prefix" => Step::Prefix(text()?),
        "suffix" => Step::Suffix(text()?),
        "map" => Step::Map(
            value
                .entries()
                .iter()
                .filter_map(|pair| Some((pair.key.clone(), pair.value.text()?.to_owned())))
                .collect(),
        ),
        "query" => Step::Query(text()?),
        "lower" => Step::Lower,
        "upper" => Step::Upper,
        _ => return None,
    })
}

fn nonempty(cx: &mut Compiler<'_>, node: &Node) -> Option<String> {
    let text = node.text()?;
    if text.is_empty() {
        cx.reject(node, "an empty text parts nothing", "write the text between the parts");
        return None;
    }
    Some(text.to_owned())
}
