//! What was tried on the way to a record: for people who mend a rule. Nothing of it is made unless it is asked for.

use std::cell::RefCell;

use serde::Serialize;
use url::Url;

use super::condition::matches_url;
use super::context::Context;
use super::signals;
use super::source::Candidate;
use crate::dom::{Dom, NodeNumber};
use crate::profile::model::{At, BodyAlternative, Condition, DropWhat, Layout, Rule, Source};

/// What was tried on the way to a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// The condition of the `skip` that held, where one did.
    pub skip: Vec<Part>,
    /// All layouts in the profile's order; the first that held was taken.
    pub layouts: Vec<LayoutTrace>,
    /// The fields that have rules, in the order in which they were read. Fields of items come as `images.caption`.
    pub fields: Vec<FieldTrace>,
    /// The `drop` rules of the body's alternative that was taken, with those that found nothing.
    pub drops: Vec<DropTrace>,
}

impl Trace {
    /// What was tried for a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldTrace> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Whether a layout's `when` held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayoutTrace {
    /// Absent where the profile has no `layouts:`.
    pub id: Option<String>,
    /// Whether all parts held.
    pub held: bool,
    /// The parts of its `when`; none always holds.
    pub parts: Vec<Part>,
}

/// One part of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// As written: `has: .headline`.
    pub text: String,
    /// Whether it held.
    pub held: bool,
}

/// A field's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldTrace {
    /// `title`, `byline.name`, `images.caption`, `extra.article_id`.
    pub name: String,
    /// How often it was read: once, or once an item.
    pub asked: usize,
    /// In the chain's order.
    pub alternatives: Vec<AlternativeTrace>,
}

/// What one alternative of a chain found. In the items of an `each` the numbers are sums over all items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AlternativeTrace {
    /// `FILE:LINE`.
    pub rule: String,
    /// The source as written: `.headline`, `jsonld: headline`.
    pub source: String,
    /// Nodes or values that it matched.
    pub matched: usize,
    /// How often it gave a value that is valid for the field's type.
    pub valid: usize,
    /// How often its value was taken, as no alternative before it gave one.
    pub chosen: usize,
    /// Why it gave no value, where it could have; of several refusals the first.
    pub refused: Option<Refused>,
}

/// Why what was there gave no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refused {
    /// One clause, such as `` `match` does not match ``.
    pub why: String,
    /// The beginning of the text that was refused; empty where it was no text.
    pub text: String,
}

/// What a `drop` rule of the body found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DropTrace {
    /// `FILE:LINE`.
    pub rule: String,
    /// As the ledger names it: `.advert`, `line: ^Read also`.
    pub text: String,
    /// Nodes, or lines, that it matched.
    pub matched: usize,
}

/// Where a trace is written to; `None` for all readings that nobody asked to explain.
pub(crate) type Recorder<'a> = Option<&'a RefCell<Trace>>;

/// Which rule was asked, and where.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) owner: &'a str,
    pub(super) field: &'a str,
    pub(super) rule: &'a Rule,
    pub(super) scope: Option<NodeNumber>,
}

impl Asked<'_> {
    fn name(&self) -> String {
        if self.owner == self.field {
            self.field.to_owned()
        } else {
            format!("{}.{}", self.owner, self.field)
        }
    }
}

/// What an alternative gave, once.
struct Found {
    matched: usize,
    valid: bool,
    chosen: bool,
    refused: Option<Refused>,
}

impl Condition {
    /// Each part, and whether it holds.
    pub(super) fn parts(&self, dom: &Dom<'_>, url: &Url) -> Vec<Part> {
        let part = |text: String, held| Part { text, held };
        let urls = self.url.iter().map(|regex| part(format!("url: {regex}"), matches_url(regex, url)));
        let has = self.has.iter().map(|css| part(format!("has: {}", css.text()), dom.has(css)));
        let lacks = self.lacks.iter().map(|css| part(format!("lacks: {}", css.text()), !dom.has(css)));
        let metas = self.meta.iter().map(|(name, regex)| {
            let held = signals::meta(dom, name).iter().any(|content| regex.is_match(content));
            part(format!("meta: {name}: {regex}"), held)
        });
        urls.chain(has).chain(lacks).chain(metas).collect()
    }
}

/// Notes which layouts hold.
pub(super) fn note_layouts(recorder: Recorder<'_>, layouts: &[Layout], dom: &Dom<'_>, url: &Url) {
    let Some(recorder) = recorder else { return };
    let tested = layouts.iter().map(|layout| LayoutTrace {
        id: layout.id.clone(),
        held: layout.when.holds(dom, url),
        parts: layout.when.parts(dom, url),
    });
    recorder.borrow_mut().layouts = tested.collect();
}

impl Context<'_> {
    /// Notes what a field's alternative found; `tried` is what its source offered.
    pub(super) fn note_tried(
        &self,
        asked: Asked<'_>,
        index: usize,
        tried: &[Candidate],
        valid: bool,
        chosen: bool,
    ) {
        let (Some(recorder), Some(alternative)) = (self.trace, asked.rule.chain.get(index)) else { return };
        let refused = (!valid).then(|| self.refusal(asked, alternative, tried)).flatten();
        let found = Found { matched: tried.len(), valid, chosen, refused };
        note(recorder, &asked.name(), index, &alternative.at, &alternative.source, found);
    }

    /// Notes what `auto` in a chain found: so many witnesses on the page.
    pub(super) fn note_auto(&self, asked: Asked<'_>, index: usize, chosen: bool) {
        let (Some(recorder), Some(alternative)) = (self.trace, asked.rule.chain.get(index)) else { return };
        let matched = self.witnesses(asked.field).len();
        let found = Found { matched, valid: matched > 0, chosen, refused: None };
        note(recorder, &asked.name(), index, &alternative.at, &alternative.source, found);
    }

    /// Notes what an alternative of the body's chain found.
    pub(super) fn note_body_tried(
        &self,
        index: usize,
        alternative: &BodyAlternative,
        matched: usize,
        chosen: bool,
    ) {
        let Some(recorder) = self.trace else { return };
        let refused = (!chosen && matched > 0)
            .then(|| Refused { why: "no text in it makes a block".to_owned(), text: String::new() });
        let found = Found { matched, valid: chosen, chosen, refused };
        note(recorder, "body", index, &alternative.at, &alternative.source, found);
    }

    /// Notes the alternatives of the body's chain that were not reached.
    pub(super) fn note_body_not_reached(&self, from: usize, chain: &[BodyAlternative]) {
        let Some(recorder) = self.trace else { return };
        for (index, alternative) in chain.iter().enumerate().skip(from) {
            let matched = match &alternative.source {
                Source::Css { selector: Some(selector), .. } => self.dom.select(selector).len(),
                Source::Auto => usize::from(self.article_body().is_some()),
                _ => self.body_candidates(alternative).len(),
            };
            let found = Found { matched, valid: matched > 0, chosen: false, refused: None };
            note(recorder, "body", index, &alternative.at, &alternative.source, found);
        }
    }

    /// Notes what the `drop` rules of the body matched.
    pub(super) fn note_drops(
        &self,
        alternative: &BodyAlternative,
        roots: &[NodeNumber],
        ledger: &masthead_record::Ledger,
    ) {
        let Some(recorder) = self.trace else { return };
        let drops = alternative.drop.iter().map(|drop| {
            let matched = match &drop.what {
                DropWhat::Nodes { css, having } => {
                    let nodes = roots.iter().flat_map(|&root| self.dom.select_in(css, root));
                    let having = |node| {
                        having.as_ref().is_none_or(|having| having.is_match(&self.dom.text(node, &[])))
                    };
                    nodes.filter(|&node| having(node)).count()
                }
                DropWhat::Lines(_) => ledger.dropped_text.get(&drop.text).map_or(0, Vec::len),
            };
            DropTrace { rule: place(&drop.at), text: drop.text.clone(), matched }
        });
        recorder.borrow_mut().drops = drops.collect();
    }
}

/// Adds to what is known of the alternative; items are asked one after another.
fn note(recorder: &RefCell<Trace>, name: &str, index: usize, at: &At, source: &Source, found: Found) {
    let fields = &mut recorder.borrow_mut().fields;
    let known = fields.iter().position(|field| field.name == name);
    let number = known.unwrap_or_else(|| {
        fields.push(FieldTrace { name: name.to_owned(), asked: 0, alternatives: Vec::new() });
        fields.len() - 1
    });
    let Some(field) = fields.get_mut(number) else { return };
    field.asked += usize::from(index == 0);
    if field.alternatives.len() <= index {
        field.alternatives.resize_with(index + 1, AlternativeTrace::default);
    }
    let Some(alternative) = field.alternatives.get_mut(index) else { return };
    if alternative.rule.is_empty() {
        alternative.rule = place(at);
        alternative.source = source.to_string();
    }
    alternative.matched += found.matched;
    alternative.valid += usize::from(found.valid);
    alternative.chosen += usize::from(found.chosen);
    if alternative.refused.is_none() {
        alternative.refused = found.refused;
    }
}

fn place(at: &At) -> String {
    format!("{}:{}", at.file, at.line)
}

#[cfg(test)]
mod tests;
