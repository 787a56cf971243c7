//! Items with fields: images, related articles, authors.

use masthead_record::Provenance;
use regex::Regex;
use serde_json::{Map, Value};

use super::claims::Place;
use super::context::Context;
use super::finding::Finding;
use crate::dom::NodeNumber;
use crate::profile::model::{Each, Expect};

/// One item: its node and the values of its fields, in the order of the profile.
pub(crate) struct ItemFound {
    pub(crate) node: NodeNumber,
    pub(crate) values: Vec<(String, String)>,
}

impl ItemFound {
    /// The value of a field of the item.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    fn set(&mut self, name: &str, value: String) {
        if !value.trim().is_empty() && self.get(name).is_none() {
            self.values.push((name.to_owned(), crate::dom::tidy(&value)));
        }
    }
}

impl Each {
    /// Where `count` items came from.
    pub(crate) fn provenance(&self, count: usize) -> Provenance {
        Provenance {
            rule: Some(format!("{}:{}", self.at.file, self.at.line)),
            alternative: (count > 0).then_some(1),
            source: Some("css".to_owned()),
            alternatives: vec![count],
            ..Provenance::default()
        }
    }
}

impl Context<'_> {
    /// Reads the items of `owner`. Each is claimed whole; one that contains the body claims only through its fields.
    pub(crate) fn items(&mut self, owner: &str, each: &Each) -> Vec<ItemFound> {
        let nodes = self.item_nodes(owner, each);
        nodes.into_iter().map(|node| self.item(owner, each, node)).collect()
    }

    /// The nodes of the items.
    pub(crate) fn item_nodes(&mut self, owner: &str, each: &Each) -> Vec<NodeNumber> {
        let nodes = self.dom.select(&each.each);
        self.kept_items(owner, nodes, each.having.as_ref(), each.expect.as_ref())
    }

    /// Of the matches of an `each` those that are items: an item within another is a part of it.
    pub(crate) fn kept_items(
        &mut self,
        owner: &str,
        mut nodes: Vec<NodeNumber>,
        having: Option<&Regex>,
        expect: Option<&Expect>,
    ) -> Vec<NodeNumber> {
        let mut last: Option<NodeNumber> = None;
        nodes.retain(|&node| {
            let inner = last.is_some_and(|last| self.dom.within(node, last));
            if !inner {
                last = Some(node);
            }
            !inner
        });
        if let Some(having) = having {
            nodes.retain(|&node| having.is_match(&self.dom.text(node, &[])));
        }
        if let Some((least, most)) = expect.and_then(|expect| expect.count)
            && !(least..=most).contains(&nodes.len())
        {
            let found = nodes.len();
            self.findings
                .push(Finding::warning(owner, format!("{found} items where {least}..{most} are expected")));
        }
        nodes
    }

    /// The values of an item's fields as JSON, times with their offset and lists as lists; fields without a value are
    /// left out. Nothing is claimed by the item itself.
    pub(crate) fn item_values(&mut self, owner: &str, each: &Each, node: NodeNumber) -> Map<String, Value> {
        self.item_dropped = self.dropped(node, &each.drop);
        let mut values = Map::new();
        let mut beside = Vec::new();
        for (name, rule) in &each.fields {
            let resolution = self.resolve(owner, name, rule, Some(node));
            values.extend(resolution.value.map(|value| (name.clone(), value.into_json())));
            beside.extend(resolution.beside);
        }
        self.item_dropped.clear();
        for (name, value) in beside {
            if !values.contains_key(&name) && !value.trim().is_empty() {
                values.insert(name, crate::dom::tidy(&value).into());
            }
        }
        values
    }

    fn item(&mut self, owner: &str, each: &Each, node: NodeNumber) -> ItemFound {
        self.claims.add(owner, Place::Item(node));
        self.item_dropped = self.dropped(node, &each.drop);
        let mut item = ItemFound { node, values: Vec::new() };
        let mut beside = Vec::new();
        for (name, rule) in &each.fields {
            let resolution = self.resolve(owner, name, rule, Some(node));
            if let Some(value) = resolution.value.and_then(super::typed::Typed::into_text) {
                item.set(name, value);
            }
            beside.extend(resolution.beside);
        }
        self.item_dropped.clear();
        // A field with a rule of its own that found something keeps it.
        for (name, value) in beside {
            item.set(&name, value);
        }
        item
    }
}
