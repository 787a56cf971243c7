//! Records of kinds of the profile's own.

use std::collections::{HashMap, HashSet};

use masthead_record::{Content, Provenance, Record, RecordId};
use serde_json::{Map, Value};
use url::Url;

use super::article::Sources;
use super::claims::Place;
use super::context::Context;
use super::finding::Finding;
use super::read::Page;
use super::typed::Typed;
use crate::dom::{Dom, NodeNumber, tidy};
use crate::profile::model::{Drop, Items, Profile, RecordField, RecordKind, Rule};

/// What one item of the page says, before it has an id.
pub(super) struct Found {
    /// Its number among the profile's kinds.
    kind: usize,
    fields: Map<String, Value>,
    missing: Vec<String>,
    sources: Sources,
}

/// What is noted of the fields of one record.
#[derive(Default)]
struct Notes {
    /// Required fields without a value; those of items inside as `people.name`.
    missing: Vec<String>,
    sources: Sources,
}

impl Profile {
    /// Whether a page is one that holds records of the profile's own.
    pub(super) fn has_records_on(&self, dom: &Dom<'_>, url: &Url) -> bool {
        self.records.iter().any(|kind| kind.when.holds(dom, url))
    }
}

impl Context<'_> {
    /// What the page says of each kind whose `when` holds. Items without a single value are left out, with a finding.
    pub(super) fn own_records(&mut self) -> Vec<Found> {
        let profile = self.profile;
        let mut found = Vec::new();
        for (number, kind) in profile.records.iter().enumerate() {
            if kind.when.holds(self.dom, self.page.url) {
                found.extend(self.of_kind(number, kind));
            }
        }
        found
    }

    fn of_kind(&mut self, number: usize, kind: &RecordKind) -> Vec<Found> {
        let scopes: Vec<Option<NodeNumber>> = match &kind.each {
            None => vec![None],
            Some(each) => {
                let nodes = self.dom.select(each);
                let nodes = self.kept_items(&kind.name, nodes, kind.having.as_ref(), kind.expect.as_ref());
                nodes.into_iter().map(Some).collect()
            }
        };
        let (mut records, mut empty) = (Vec::new(), 0_usize);
        for scope in scopes {
            let mut notes = Notes::default();
            if let Some(node) = scope {
                self.claims.add(&kind.name, Place::Item(node));
            }
            let fields = self.own_item(&kind.name, &kind.fields, &kind.drop, scope, "", &mut notes);
            if is_empty(&fields) {
                empty += 1;
                continue;
            }
            for name in &notes.missing {
                let field = format!("{}.{name}", kind.name);
                let tried = tried(&kind.fields, name);
                self.findings
                    .push(Finding::warning(&field, format!("required, and not found; tried {tried}")));
            }
            records.push(Found { kind: number, fields, missing: notes.missing, sources: notes.sources });
        }
        if empty > 0 {
            let message = format!("{empty} items have none of the fields, and give no record");
            self.findings.push(Finding::warning(&kind.name, message));
        }
        records
    }

    /// The values of one item; `None` stands for the page. Fields without a value are null.
    fn own_item(
        &mut self,
        owner: &str,
        fields: &[(String, RecordField)],
        drop: &[Drop],
        scope: Option<NodeNumber>,
        prefix: &str,
        notes: &mut Notes,
    ) -> Map<String, Value> {
        let dropped = scope.map(|node| self.dropped(node, drop)).unwrap_or_default();
        let around = std::mem::replace(&mut self.item_dropped, dropped);
        let mut values = Map::new();
        let mut beside = Vec::new();
        for (name, field) in fields {
            let value = match field {
                RecordField::Value(rule) => {
                    let resolution = self.resolve(owner, name, rule, scope);
                    beside.extend(resolution.beside);
                    if prefix.is_empty() {
                        notes.sources.insert(name.clone(), resolution.provenance);
                    }
                    resolution.value.map_or(Value::Null, Typed::into_json)
                }
                RecordField::Items(items) => {
                    let inner = format!("{prefix}{name}.");
                    let values = self.own_items(owner, items, scope, &inner, notes);
                    if prefix.is_empty() {
                        notes.sources.insert(name.clone(), items.provenance(values.len()));
                    }
                    Value::Array(values)
                }
            };
            values.insert(name.clone(), value);
        }
        self.item_dropped = around;
        // A field with a rule of its own that found something keeps it.
        for (name, text) in beside {
            let text = tidy(&text);
            if let Some(value) = values.get_mut(&name).filter(|value| value.is_null() && !text.is_empty()) {
                *value = Value::String(text);
            }
        }
        let required = fields.iter().filter(|(name, field)| match field {
            RecordField::Value(rule) => !rule.optional && values.get(name).is_none_or(lacks_value),
            RecordField::Items(_) => false,
        });
        let absent: Vec<String> = required.map(|(name, _)| format!("{prefix}{name}")).collect();
        if !is_empty(&values) {
            for name in absent {
                if !notes.missing.contains(&name) {
                    notes.missing.push(name);
                }
            }
        }
        values
    }

    /// The items inside an item, as objects; one without a single value is none.
    fn own_items(
        &mut self,
        owner: &str,
        items: &Items,
        scope: Option<NodeNumber>,
        prefix: &str,
        notes: &mut Notes,
    ) -> Vec<Value> {
        let nodes = match scope {
            Some(scope) => self.dom.select_in(&items.each, scope),
            None => self.dom.select(&items.each),
        };
        let left_out = &self.item_dropped;
        let is_left_out = |node| left_out.iter().any(|&out| out == node || self.dom.within(node, out));
        let nodes = nodes.into_iter().filter(|&node| !is_left_out(node)).collect();
        let name = format!("{owner}.{}", prefix.trim_end_matches('.'));
        let nodes = self.kept_items(&name, nodes, items.having.as_ref(), items.expect.as_ref());
        let objects = nodes
            .into_iter()
            .map(|node| self.own_item(owner, &items.fields, &items.drop, Some(node), prefix, notes));
        objects.filter(|fields| !is_empty(fields)).map(Value::Object).collect()
    }
}

impl Items {
    /// Where `count` items came from.
    fn provenance(&self, count: usize) -> Provenance {
        Provenance {
            rule: Some(format!("{}:{}", self.at.file, self.at.line)),
            alternative: (count > 0).then_some(1),
            source: Some("css".to_owned()),
            alternatives: vec![count],
            ..Provenance::default()
        }
    }
}

/// Whether no field has a value.
fn is_empty(fields: &Map<String, Value>) -> bool {
    fields.values().all(lacks_value)
}

fn lacks_value(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// The sources of a field's chain; `people.name` is a field of items inside.
fn tried(fields: &[(String, RecordField)], name: &str) -> String {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let field = fields.iter().find(|(key, _)| key == name || key == first).map(|(_, field)| field);
    match field {
        Some(RecordField::Items(items)) => tried(&items.fields, rest),
        Some(RecordField::Value(Rule { chain, .. })) => {
            let sources = chain.iter().map(|alternative| format!("`{}`", alternative.source));
            sources.collect::<Vec<_>>().join(", ")
        }
        None => String::new(),
    }
}

/// What was found as records, each with an id of its own.
pub(super) fn records(
    profile: &Profile,
    (page, url): (&Page<'_>, &Url),
    explain: bool,
    found: Vec<Found>,
    findings: &mut Vec<Finding>,
) -> Vec<Record> {
    let mut known: HashMap<(&str, String), HashSet<String>> = HashMap::new();
    let mut records = Vec::with_capacity(found.len());
    for Found { kind, fields, missing, sources } in found {
        let Some(kind) = profile.records.get(kind) else { continue };
        let Some(key) = key(kind, &fields, &mut known, findings) else { continue };
        let content = Content { fields: Some(fields), missing, ..Content::default() };
        records.push(Record {
            id: RecordId::new(&kind.name, url.as_str(), &key),
            revision: 1,
            kind: kind.name.clone(),
            profile: profile.name.clone(),
            layout: None,
            url: url.to_string(),
            fetched: page.fetched.map(str::to_owned),
            content,
            truncated: Vec::new(),
            provenance: explain.then_some(sources),
            ledger: None,
        });
    }
    records
}

/// The key of a record among those of its kind on the page; `None` for one that stands there twice. Where two that
/// differ have one key, both are kept, and a person is told.
fn key<'k>(
    kind: &'k RecordKind,
    fields: &Map<String, Value>,
    known: &mut HashMap<(&'k str, String), HashSet<String>>,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let values: Vec<&Value> = kind.key.iter().map(|name| fields.get(name).unwrap_or(&Value::Null)).collect();
    if values.iter().all(|value| lacks_value(value)) {
        if !kind.key.is_empty() {
            let message = "a record has no value in any field of `key`, and is known by all its fields";
            findings.push(Finding::warning(&kind.name, message));
        }
        let equals = known.entry((&kind.name, RecordId::key_of_fields(fields, 0))).or_default();
        let key = RecordId::key_of_fields(fields, equals.len());
        equals.insert(key.clone());
        return Some(key);
    }
    let key = RecordId::key_of_values(&values);
    let same = known.entry((&kind.name, key.clone())).or_default();
    if !same.insert(RecordId::key_of_fields(fields, 0)) {
        let message = "a record stands on the page twice, and is given once";
        findings.push(Finding::note(&kind.name, message));
        return None;
    }
    match same.len() - 1 {
        0 => Some(key),
        before => {
            let message = "two records that differ have the same `key`: name the fields that tell them apart";
            findings.push(Finding::warning(&kind.name, message));
            Some(format!("{key} {before}"))
        }
    }
}

#[cfg(test)]
mod tests;
