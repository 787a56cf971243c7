//! The rows of the table: each field with its value, and what was tried for it.

use masthead_core::{AlternativeTrace, FieldTrace, Trace};
use masthead_record::{Author, Content, Provenance, Record};
use serde_json::Value;

/// A row.
pub(super) struct Row {
    pub(super) field: String,
    /// One line; `None` where nothing was found.
    pub(super) value: Option<String>,
    pub(super) missing: bool,
    /// `FILE:LINE`; `None` where no rule was written.
    pub(super) rule: Option<String>,
    /// `css`, `auto:og`; `None` where nothing gave a value.
    pub(super) source: Option<String>,
    /// How often the chain was asked: more than once in items.
    pub(super) asked: usize,
    pub(super) alternatives: Vec<AlternativeTrace>,
    pub(super) agrees: Vec<String>,
    pub(super) disagrees: Vec<(String, String)>,
}

/// The rows, and the names of fields that have neither a rule nor a value.
pub(super) fn rows(record: &Record, trace: &Trace) -> (Vec<Row>, Vec<String>) {
    let mut rows = Vec::new();
    let mut empty = Vec::new();
    let sources = record.provenance.iter().flatten();
    let mut sources: Vec<(&String, &Provenance)> = sources.filter(|(name, _)| *name != "body").collect();
    sources.sort_by_key(|(name, _)| place(name));
    for (name, provenance) in sources {
        let value = value(record, name);
        let missing = record.content.missing.contains(name);
        if value.is_none() && provenance.rule.is_none() && !missing {
            empty.push(name.clone());
            continue;
        }
        let mut parts: Vec<&FieldTrace> =
            trace.fields.iter().filter(|field| is_part(&field.name, name)).collect();
        // A byline that is a value, or a name with addresses: the field's row speaks for the name.
        let same = |part: &FieldTrace| matched(part) == provenance.alternatives;
        let own = match trace.field(name) {
            Some(own) => Some(own),
            None if name == "byline" => {
                parts.iter().position(|part| same(part)).map(|first| parts.remove(first))
            }
            None => None,
        };
        rows.push(of_field(name, value, missing, provenance, own));
        rows.extend(parts.into_iter().map(|part| of_part(&record.content, part)));
    }
    (rows, empty)
}

/// As people read an article.
fn place(name: &str) -> usize {
    let order =
        ["title", "subtitle", "section", "byline", "published", "updated", "summary", "tags", "language"];
    let last =
        ["images", "related"].iter().position(|own| *own == name).map_or(order.len(), |place| 100 + place);
    order.iter().position(|own| *own == name).unwrap_or(last)
}

/// `byline.email` is a part of `byline`; `extra.id` is a field of its own.
fn is_part(part: &str, field: &str) -> bool {
    part.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'))
}

fn matched(field: &FieldTrace) -> Vec<usize> {
    field.alternatives.iter().map(|alternative| alternative.matched).collect()
}

fn of_field(
    name: &str,
    value: Option<String>,
    missing: bool,
    provenance: &Provenance,
    trace: Option<&FieldTrace>,
) -> Row {
    let counted = || {
        let counts = provenance.alternatives.iter().enumerate();
        counts.map(|(index, &matched)| {
            let mut alternative = AlternativeTrace::default();
            alternative.matched = matched;
            alternative.chosen = usize::from(provenance.alternative == Some(index + 1));
            alternative
        })
    };
    Row {
        field: name.to_owned(),
        value,
        missing,
        rule: provenance.rule.clone(),
        source: provenance.source.clone(),
        asked: 1,
        alternatives: trace.map_or_else(|| counted().collect(), |trace| trace.alternatives.clone()),
        agrees: provenance.agrees.clone(),
        disagrees: provenance.disagrees.clone().into_iter().collect(),
    }
}

/// A field of items, such as `images.caption`.
fn of_part(content: &Content, part: &FieldTrace) -> Row {
    let chosen = part.alternatives.iter().find(|alternative| alternative.chosen > 0);
    let shown = chosen.or_else(|| part.alternatives.first());
    Row {
        field: part.name.clone(),
        value: list(&part_values(content, &part.name)),
        missing: false,
        rule: shown.map(|alternative| alternative.rule.clone()),
        source: None,
        asked: part.asked,
        alternatives: part.alternatives.clone(),
        agrees: Vec::new(),
        disagrees: Vec::new(),
    }
}

/// A field's value on one line, lists with their count.
fn value(record: &Record, name: &str) -> Option<String> {
    let content = &record.content;
    let text = |text: &Option<String>| text.clone();
    match name {
        "title" => text(&content.title),
        "subtitle" => text(&content.subtitle),
        "section" => text(&content.section),
        "summary" => text(&content.summary),
        "published" => text(&content.published),
        "updated" => text(&content.updated),
        "language" => text(&content.language),
        "byline" => list(&content.authors.iter().map(author).collect::<Vec<_>>()),
        "tags" => list(&content.tags),
        "images" => {
            let shown =
                content.images.iter().filter_map(|image| image.caption.clone().or_else(|| image.url.clone()));
            counted(content.images.len(), &shown.collect::<Vec<_>>())
        }
        "related" => {
            let shown =
                content.related.iter().filter_map(|item| item.title.clone().or_else(|| item.url.clone()));
            counted(content.related.len(), &shown.collect::<Vec<_>>())
        }
        name => match content.extra.get(name.strip_prefix("extra.")?)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        },
    }
}

fn author(author: &Author) -> String {
    match &author.email {
        Some(email) => format!("{} <{email}>", author.name),
        None => author.name.clone(),
    }
}

fn part_values(content: &Content, name: &str) -> Vec<String> {
    let images = content.images.iter();
    let related = content.related.iter();
    let authors = content.authors.iter();
    match name {
        "images.url" => images.filter_map(|image| image.url.clone()).collect(),
        "images.caption" => images.filter_map(|image| image.caption.clone()).collect(),
        "images.credit" => images.filter_map(|image| image.credit.clone()).collect(),
        "images.alt" => images.filter_map(|image| image.alt.clone()).collect(),
        "related.title" => related.filter_map(|item| item.title.clone()).collect(),
        "related.url" => related.filter_map(|item| item.url.clone()).collect(),
        "related.summary" => related.filter_map(|item| item.summary.clone()).collect(),
        "byline.name" => authors.map(|author| author.name.clone()).collect(),
        "byline.email" => authors.filter_map(|author| author.email.clone()).collect(),
        "byline.url" => authors.filter_map(|author| author.url.clone()).collect(),
        _ => Vec::new(),
    }
}

fn list(values: &[String]) -> Option<String> {
    counted(values.len(), values)
}

fn counted(count: usize, values: &[String]) -> Option<String> {
    match (count, values) {
        (0, _) => None,
        (1, [only]) => Some(only.clone()),
        _ => Some(format!("{count}: {}", values.join("; "))),
    }
}
