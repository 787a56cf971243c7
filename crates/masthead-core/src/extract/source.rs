//! From a source to the texts that it offers.

use regex::Regex;
use serde_json::Value;

use super::claims::Place;
use super::context::Context;
use super::markup;
use super::signals;
use crate::dom::{Dom, NodeNumber, tidy};
use crate::parse::{self, Budget};
use crate::path::JsonPath;
use crate::profile::model::{Alternative, Drop, DropWhat, Source, TextForm};

/// One text that a source offers, before `match`, steps and types.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) text: String,
    /// The value itself, for sources that are JSON.
    pub(crate) json: Option<Value>,
    /// Where it stands, for sources that are nodes.
    pub(crate) node: Option<NodeNumber>,
    /// What it claims.
    pub(crate) place: Option<Place>,
    /// Groups of `line:`, by name; `None` for the unnamed ones.
    pub(crate) groups: Vec<(Option<String>, String)>,
}

impl Candidate {
    fn of_text(text: impl Into<String>) -> Self {
        Self { text: text.into(), json: None, node: None, place: None, groups: Vec::new() }
    }

    fn of_json(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(Self { json: Some(value.clone()), ..Self::of_text(text) })
    }
}

impl Context<'_> {
    /// What an alternative's source offers, in page order; `scope` is the item of an `each`.
    pub(crate) fn candidates(&self, alternative: &Alternative, scope: Option<NodeNumber>) -> Vec<Candidate> {
        let candidates = match &alternative.source {
            Source::Css { selector, attribute } => {
                let nodes = match (selector, scope) {
                    (Some(selector), Some(scope)) => self.dom.select_in(selector, scope),
                    (Some(selector), None) => self.dom.select(selector),
                    (None, scope) => scope.into_iter().collect(),
                };
                return self.of_nodes(nodes, attribute.as_deref(), alternative);
            }
            Source::Meta(name) => signals::meta(self.dom, name).into_iter().map(Candidate::of_text).collect(),
            Source::JsonLd(path) => self.json_ld().map(|node| of_path(node, path)).unwrap_or_default(),
            Source::Microdata(name) => self.microdata(name).into_iter().map(Candidate::of_text).collect(),
            Source::Script { needle, path } => self.in_scripts(needle, path),
            Source::Url(regex) => regex
                .captures(self.page.url.as_str())
                .and_then(|found| found.iter().skip(1).flatten().next().or_else(|| found.get(0)))
                .map(|found| Candidate::of_text(found.as_str()))
                .into_iter()
                .collect(),
            Source::Feed(name) => self.witness("feed", name),
            Source::List(name) => self.witness("list", name),
            Source::Json(path) => self.json_page().map(|page| of_path(page, path)).unwrap_or_default(),
            Source::Value(value) => of_value(value),
            Source::Auto => Vec::new(),
        };
        let read = candidates.into_iter().map(|candidate| read_text(candidate, alternative)).collect();
        let Some(regex) = &alternative.line else {
            return pick(read, alternative).into_iter().map(|(candidate, _)| candidate).collect();
        };
        let lines = pick(read, alternative).into_iter().flat_map(|(_, lines)| lines);
        lines
            .filter_map(|text| Some(Candidate { groups: groups(regex, &text)?, ..Candidate::of_text(text) }))
            .collect()
    }

    fn of_nodes(
        &self,
        mut nodes: Vec<NodeNumber>,
        attribute: Option<&str>,
        alternative: &Alternative,
    ) -> Vec<Candidate> {
        if let Some(having) = &alternative.having {
            nodes.retain(|&node| {
                having.is_match(&self.dom.text(node, &self.dropped(node, &alternative.drop)))
            });
        }
        let nodes = nth(nodes, alternative.nth);
        nodes.into_iter().flat_map(|node| self.of_node(node, attribute, alternative)).collect()
    }

    fn of_node(
        &self,
        node: NodeNumber,
        attribute: Option<&str>,
        alternative: &Alternative,
    ) -> Vec<Candidate> {
        let of = |text: String, place| Candidate {
            node: Some(node),
            place: Some(place),
            ..Candidate::of_text(text)
        };
        if let Some(name) = attribute {
            return self
                .dom
                .attribute(node, name)
                .map(|value| of(value.to_owned(), Place::Node(node)))
                .into_iter()
                .collect();
        }
        let dropped = self.dropped(node, &alternative.drop);
        let Some(regex) = &alternative.line else {
            let text = match alternative.form {
                TextForm::Text => self.dom.text(node, &dropped),
                TextForm::Html => markup::html(self.dom, node, &dropped),
                TextForm::Markdown => markup::markdown(self.dom, node, &dropped),
            };
            return vec![of(text, Place::Node(node))];
        };
        self.dom
            .lines(node, &dropped)
            .into_iter()
            .filter_map(|line| {
                let groups = groups(regex, &line.text)?;
                Some(Candidate { groups, ..of(line.text, Place::Line(line.nodes)) })
            })
            .collect()
    }

    /// The nodes below `node` that a rule's `drop` leaves out, sorted: of a line that it leaves out the pieces of text.
    pub(crate) fn dropped(&self, node: NodeNumber, drop: &[Drop]) -> Vec<NodeNumber> {
        dropped_in(self.dom, node, drop, self.item_dropped.clone())
    }

    /// Of all JSON values in the scripts that are meant, in order, the first where the path yields something.
    pub(crate) fn in_scripts(&self, needle: &str, path: &JsonPath) -> Vec<Candidate> {
        self.script_values(needle)
            .iter()
            .map(|value| of_path(value, path))
            .find(|candidates| !candidates.is_empty())
            .unwrap_or_default()
    }

    /// What a feed's or a list's entry said of the page.
    fn witness(&self, who: &str, name: &str) -> Vec<Candidate> {
        self.page
            .witness
            .and_then(|said| said.get(who))
            .and_then(|said| said.get(name))
            .map(of_value)
            .unwrap_or_default()
    }
}

fn of_path(value: &Value, path: &JsonPath) -> Vec<Candidate> {
    path.find(value).into_iter().flat_map(of_value).collect()
}

/// The nodes below `node` that a rule's `drop` leaves out, with those that are left out anyway, sorted.
fn dropped_in(
    dom: &Dom<'_>,
    node: NodeNumber,
    drop: &[Drop],
    mut dropped: Vec<NodeNumber>,
) -> Vec<NodeNumber> {
    for rule in drop {
        if let DropWhat::Nodes { css, having } = &rule.what {
            let nodes = dom.select_in(css, node).into_iter();
            dropped.extend(
                nodes.filter(|&node| {
                    having.as_ref().is_none_or(|having| having.is_match(&dom.text(node, &[])))
                }),
            );
        }
    }
    dropped.sort_unstable();
    if drop.iter().any(|rule| rule.what.line().is_some()) {
        let of = dom.lines(node, &dropped).into_iter();
        let left_out = of.filter(|line| leaves_out(drop, &line.text));
        dropped.extend(left_out.flat_map(|line| line.nodes).collect::<Vec<_>>());
        dropped.sort_unstable();
    }
    dropped
}

/// Whether a rule's `drop` leaves out the line.
fn leaves_out(drop: &[Drop], line: &str) -> bool {
    drop.iter().any(|rule| rule.what.line().is_some_and(|regex| regex.is_match(line)))
}

/// A text of a source that is no node, after `drop`, and its lines. Text that is HTML has nodes of its own.
fn read_text(candidate: Candidate, alternative: &Alternative) -> (Candidate, Vec<String>) {
    let drop = &alternative.drop;
    if alternative.form == TextForm::Html {
        let parsed = parse::fragment(&candidate.text, &Budget::default());
        let dom = Dom::new(&parsed, None);
        let dropped = dropped_in(&dom, 0, drop, Vec::new());
        let lines = dom.lines(0, &dropped).into_iter().map(|line| line.text).collect();
        return (Candidate { text: dom.text(0, &dropped), ..candidate }, lines);
    }
    let drops_lines = drop.iter().any(|rule| rule.what.line().is_some());
    if alternative.line.is_none() && !drops_lines {
        return (candidate, Vec::new());
    }
    let lines = candidate.text.lines().map(tidy).filter(|line| !line.is_empty() && !leaves_out(drop, line));
    let lines: Vec<String> = lines.collect();
    let text = if drops_lines { lines.join("\n") } else { candidate.text.clone() };
    (Candidate { text, ..candidate }, lines)
}

/// The groups of a pattern in a line, by name; `None` where it does not match.
fn groups(regex: &Regex, line: &str) -> Option<Vec<(Option<String>, String)>> {
    let found = regex.captures(line)?;
    let groups = regex.capture_names().zip(found.iter()).skip(1);
    Some(
        groups
            .filter_map(|(name, group)| Some((name.map(str::to_owned), group?.as_str().to_owned())))
            .collect(),
    )
}

/// An array offers its elements.
fn of_value(value: &Value) -> Vec<Candidate> {
    match value {
        Value::Array(values) => values.iter().filter_map(Candidate::of_json).collect(),
        other => Candidate::of_json(other).into_iter().collect(),
    }
}

/// `having` and `nth` on values that are not nodes.
fn pick(
    mut candidates: Vec<(Candidate, Vec<String>)>,
    alternative: &Alternative,
) -> Vec<(Candidate, Vec<String>)> {
    if let Some(having) = &alternative.having {
        candidates.retain(|(candidate, _)| having.is_match(&tidy(&candidate.text)));
    }
    nth(candidates, alternative.nth)
}

/// Counted from 1, negative from the end.
pub(crate) fn nth<T>(mut items: Vec<T>, nth: Option<i32>) -> Vec<T> {
    let Some(nth) = nth else { return items };
    let index = match usize::try_from(nth) {
        Ok(nth) => nth.checked_sub(1),
        Err(_) => items.len().checked_sub(nth.unsigned_abs() as usize),
    };
    match index {
        Some(index) if index < items.len() => vec![items.swap_remove(index)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nth_counts_from_one_and_from_the_end() {
        assert_eq!(nth(vec!['a', 'b', 'c'], Some(2)), ['b']);
        assert_eq!(nth(vec!['a', 'b', 'c'], Some(-1)), ['c']);
        assert_eq!(nth(vec!['a'], Some(2)), [' '; 0]);
        assert_eq!(nth(vec!['a'], Some(-2)), [' '; 0]);
        assert_eq!(nth(vec!['a', 'b'], None), ['a', 'b']);
    }
}
