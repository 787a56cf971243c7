//! From a checked tree to a [`Profile`]: everything compiles here, and all faults are collected.

mod article;
mod body;
mod condition;
mod discover;
mod each;
mod expected;
mod hosts;
mod politeness;
mod records;
mod value;

use std::collections::HashSet;

use super::compile::Compiler;
use super::fault::{Fault, Faults};
use super::model::{CookieValue, Discover, Layout, Politeness, Profile};
use super::node::Node;
use super::show::quoted;

/// Builds the profile. `None` where a fault made that impossible; it is among the faults.
pub(super) fn profile(root: &Node, faults: &mut Faults) -> Option<Profile> {
    let mut compiler = Compiler::new(faults);
    let cx = &mut compiler;
    let name = root.get("profile").and_then(|node| profile_name(cx, node));
    let hosts = root.get("hosts").map(|node| hosts::hosts(cx, node)).unwrap_or_default();
    let list =
        root.get("discover").and_then(|node| node.get("list")).and_then(|node| discover::list(cx, node));
    let layouts = article::layouts(cx, root, list.as_ref());
    let politeness = root.get("politeness");
    let names_articles = root.get("discover").is_some_and(|discover| discover.has("articles"));
    let profile = Profile {
        reads_articles: names_articles || root.has("article") || root.has("layouts") || !root.has("records"),
        name: name.unwrap_or_default(),
        zone: root.get("timezone").and_then(|node| cx.zone(node)),
        language: root.get("language").and_then(|node| cx.language(node)),
        records: records::records(cx, root.get("records"), list.as_ref()),
        skip: root.get("skip").map(|node| condition::skips(cx, node)).unwrap_or_default(),
        discover: Discover {
            list,
            ..root.get("discover").map(|node| discover::discover(cx, node, &hosts)).unwrap_or_default()
        },
        politeness: politeness
            .map_or_else(Politeness::default, |node| politeness::politeness(cx, node, &hosts)),
        render: root.get("render").and_then(Node::bool).unwrap_or(false),
        cookies: root.get("cookies").map(|node| cookies(cx, node)).unwrap_or_default(),
        tests: root.get("tests").map(|node| expected::tests(cx, node, &layouts)).unwrap_or_default(),
        hosts,
        layouts,
        fingerprint: String::new(),
    };
    (!profile.name.is_empty() && !profile.hosts.is_empty()).then_some(profile)
}

/// A profile's name is also that of its files: no path.
fn profile_name(cx: &mut Compiler<'_>, node: &Node) -> Option<String> {
    let text = node.text()?;
    if text.contains(['/', '\\']) || text.contains("..") {
        cx.reject(
            node,
            format!("{} is a path, and a profile has a name", quoted(text)),
            "write a name such as `koreatimes`",
        );
        return None;
    }
    name(cx, node)
}

/// A name that goes into records, reports and file names.
fn name(cx: &mut Compiler<'_>, node: &Node) -> Option<String> {
    let text = node.text()?;
    let first = text.chars().next().is_some_and(char::is_alphanumeric);
    let others = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if first && others && text.chars().count() <= 64 {
        return Some(text.to_owned());
    }
    let help = "use letters, digits, `.`, `_` and `-`, with a letter or digit first (64 at most)";
    cx.reject(node, format!("{} is no name", quoted(text)), help);
    None
}

fn cookies(cx: &mut Compiler<'_>, node: &Node) -> Vec<(String, CookieValue)> {
    let mut cookies = Vec::new();
    for entry in node.entries() {
        let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, ';' | ',' | '=' | '"' | '\\');
        if entry.key.is_empty() || entry.key.contains(odd) || !entry.key.is_ascii() {
            let fault = Fault::new(&entry.key_span, format!("{} is no name of a cookie", quoted(&entry.key)));
            cx.fault(&entry.key_span, fault.help("use letters, digits, `_` and `-`"));
        }
        let slot = entry.value.get("slot").and_then(|slot| name(cx, slot)).map(CookieValue::Slot);
        let text = entry.value.text().map(|text| {
            if text.contains(|c: char| c.is_control() || matches!(c, ';' | ',')) {
                cx.reject(&entry.value, "a cookie can't hold this text", "leave out `;`, `,` and line ends");
            }
            CookieValue::Text(text.to_owned())
        });
        cookies.extend(slot.or(text).map(|value| (entry.key.clone(), value)));
    }
    cookies
}

/// Faults for names that stand twice in a list of maps.
fn refuse_doubles<'a>(cx: &mut Compiler<'_>, what: &str, names: impl Iterator<Item = &'a Node>) {
    let mut seen = HashSet::new();
    for node in names {
        if let Some(text) = node.text()
            && !seen.insert(text)
        {
            cx.reject(node, format!("{} names {what} twice", quoted(text)), "give each a name of its own");
        }
    }
}

/// The ids of layouts, in their order.
fn ids(layouts: &[Layout]) -> impl Iterator<Item = &str> {
    layouts.iter().filter_map(|layout| layout.id.as_deref())
}
