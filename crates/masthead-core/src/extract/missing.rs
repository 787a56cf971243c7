//! Required fields that were not found, and what was tried.

use masthead_record::{Content, Provenance};
use serde_json::Value;

use super::article::Sources;
use super::body::Body;
use super::finding::Finding;
use crate::profile::model::{Byline, Fields, Rule};

/// Names of the required fields that were not found, each with a finding that says what was tried.
pub(super) fn missing(
    fields: &Fields,
    content: &Content,
    sources: &Sources,
    body: &Body,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let required = |rule: Option<&Rule>, otherwise: bool| rule.map_or(otherwise, |rule| !rule.optional);
    let optional_byline = match &fields.byline {
        Some(Byline::Value(rule)) => rule.optional,
        Some(Byline::Parts { optional, .. }) => *optional,
        _ => true,
    };
    let extra_missing = fields
        .extra
        .iter()
        .filter(|extra| !extra.rule.optional && content.extra.get(&extra.name).is_none_or(Value::is_null))
        .map(|extra| format!("extra.{}", extra.name));
    let states = [
        ("title", required(fields.title.as_ref(), true), content.title.is_none()),
        ("subtitle", required(fields.subtitle.as_ref(), false), content.subtitle.is_none()),
        ("section", required(fields.section.as_ref(), false), content.section.is_none()),
        ("summary", required(fields.summary.as_ref(), false), content.summary.is_none()),
        ("byline", !optional_byline, content.authors.is_empty()),
        ("published", required(fields.published.as_ref(), true), content.published.is_none()),
        ("updated", required(fields.updated.as_ref(), false), content.updated.is_none()),
        ("tags", required(fields.tags.as_ref(), false), content.tags.is_empty()),
        ("language", required(fields.language.as_ref(), false), content.language.is_none()),
        ("body", fields.body.as_ref().is_none_or(|rule| !rule.optional), content.body.is_none()),
    ];
    let names = states.into_iter().filter(|&(_, required, absent)| required && absent);
    let missing: Vec<String> = names.map(|(name, ..)| name.to_owned()).chain(extra_missing).collect();
    for name in &missing {
        let counts = if name == "body" { Some(&body.provenance) } else { sources.get(name) };
        let tried = tried(fields, name, counts);
        findings.push(Finding::warning(name, format!("required, and not found; tried {tried}")));
    }
    missing
}

/// The sources of a field's chain with what each matched.
fn tried(fields: &Fields, name: &str, provenance: Option<&Provenance>) -> String {
    let chain: Vec<String> = match name {
        "body" => {
            fields.body.iter().flat_map(|rule| &rule.chain).map(|rule| rule.source.to_string()).collect()
        }
        "title" => of_rule(fields.title.as_ref()),
        "published" => of_rule(fields.published.as_ref()),
        "updated" => of_rule(fields.updated.as_ref()),
        "section" => of_rule(fields.section.as_ref()),
        "summary" => of_rule(fields.summary.as_ref()),
        "subtitle" => of_rule(fields.subtitle.as_ref()),
        _ => Vec::new(),
    };
    if chain.is_empty() {
        return "what the page says of itself".to_owned();
    }
    let counts = provenance.map(|provenance| provenance.alternatives.as_slice()).unwrap_or_default();
    let parts: Vec<String> = chain
        .iter()
        .enumerate()
        .map(|(index, source)| match counts.get(index) {
            Some(0) | None => format!("`{source}` (no match)"),
            Some(count) => format!("`{source}` ({count} matched, none valid)"),
        })
        .collect();
    parts.join(", ")
}

fn of_rule(rule: Option<&Rule>) -> Vec<String> {
    rule.iter().flat_map(|rule| &rule.chain).map(|alternative| alternative.source.to_string()).collect()
}
