//! The fields of one page of an article.

use masthead_record::{Author, Content, Provenance};
use serde_json::{Map, Value};
use url::Url;

use super::body::Body;
use super::context::Context;
use super::finding::Finding;
use super::links;
use super::onward::{self, Onward};
use super::records::Found;
use super::signals;
use super::typed::Typed;
use crate::profile::model::{Byline, Fields, Layout, Profile, Rule};

/// Provenance by field, while the fields are read.
pub(super) type Sources = std::collections::BTreeMap<String, Provenance>;

/// What one page says of an article: the whole of it, or a part.
pub(super) struct OnePage {
    /// Without the body, and without what is missing.
    pub(super) content: Content,
    pub(super) body: Body,
    pub(super) sources: Sources,
    pub(super) findings: Vec<Finding>,
    pub(super) records: Vec<Found>,
    /// Names of budgets that the page ran into.
    pub(super) truncated: Vec<String>,
    /// The record's address.
    pub(super) url: Url,
    /// Where the article goes on.
    pub(super) onward: Onward,
}

/// Reads a page by a layout; `cut` is the budget that its parse ran into.
pub(super) fn one_page(mut context: Context<'_>, layout: &Layout, cut: Option<&'static str>) -> OnePage {
    let context = &mut context;
    let fields = &layout.fields;
    let mut sources = Sources::new();
    let content = content(context, fields, &mut sources);
    // What the profile's own records took is not body either.
    let records = context.own_records();
    let body = match &fields.body {
        Some(rule) => context.body(rule),
        None => context.auto_body(),
    };
    let url = record_url(context);
    let onward = fields.pages.as_ref().map(|pages| onward::of(context, pages)).unwrap_or_default();
    let mut truncated: Vec<String> = cut.into_iter().map(str::to_owned).collect();
    if context.dom.refused_a_selection() {
        truncated.push("selection".to_owned());
    }
    let findings = std::mem::take(&mut context.findings);
    OnePage { content, body, sources, findings, records, truncated, url, onward }
}

/// All fields but the body. What they claim must be known before it is read.
fn content(context: &mut Context<'_>, fields: &Fields, sources: &mut Sources) -> Content {
    let mut content = Content {
        title: text(context, "title", fields.title.as_ref(), sources),
        subtitle: text(context, "subtitle", fields.subtitle.as_ref(), sources),
        section: text(context, "section", fields.section.as_ref(), sources),
        summary: text(context, "summary", fields.summary.as_ref(), sources),
        authors: authors(context, fields.byline.as_ref(), sources),
        published: text(context, "published", fields.published.as_ref(), sources),
        updated: text(context, "updated", fields.updated.as_ref(), sources),
        tags: list(context, "tags", fields.tags.as_ref(), sources),
        language: text(context, "language", fields.language.as_ref(), sources),
        ..Content::default()
    };
    content.byline = byline(&content.authors);
    if let (None, Some(language)) = (&content.language, &context.profile.language) {
        content.language = Some(language.clone());
        sources.insert(
            "language".to_owned(),
            Provenance { source: Some("profile".to_owned()), ..Provenance::default() },
        );
    }
    content.images = match &fields.images {
        Some(each) => context.images(each),
        None => context.auto_images(),
    };
    content.related = fields.related.as_ref().map(|each| context.related(each)).unwrap_or_default();
    for (name, each, count) in [
        ("images", &fields.images, content.images.len()),
        ("related", &fields.related, content.related.len()),
    ] {
        sources.insert(name.to_owned(), each.as_ref().map(|each| each.provenance(count)).unwrap_or_default());
    }
    content.extra = extra(context, fields, sources);
    content.paywalled = match &fields.paywalled {
        Some(condition) => condition.holds(context.dom, context.page.url),
        None => context.auto_paywalled(),
    };
    content
}

fn value(
    context: &mut Context<'_>,
    field: &str,
    rule: Option<&Rule>,
    sources: &mut Sources,
) -> Option<Typed> {
    let mut resolution = match rule {
        Some(rule) => context.resolve(field, field, rule, None),
        None => context.resolve_left_to_auto(field),
    };
    context.compare(field, resolution.value.as_ref(), &mut resolution.provenance);
    sources.insert(field.to_owned(), resolution.provenance);
    resolution.value
}

fn text(
    context: &mut Context<'_>,
    field: &str,
    rule: Option<&Rule>,
    sources: &mut Sources,
) -> Option<String> {
    value(context, field, rule, sources).and_then(Typed::into_text)
}

fn list(context: &mut Context<'_>, field: &str, rule: Option<&Rule>, sources: &mut Sources) -> Vec<String> {
    value(context, field, rule, sources).map(Typed::into_list).unwrap_or_default()
}

fn authors(context: &mut Context<'_>, rule: Option<&Byline>, sources: &mut Sources) -> Vec<Author> {
    let (authors, provenance) = match rule {
        Some(rule) => context.authors(rule),
        None => context.auto_authors(),
    };
    sources.insert("byline".to_owned(), provenance);
    authors
}

fn byline(authors: &[Author]) -> Option<String> {
    let names: Vec<&str> = authors.iter().map(|author| author.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn extra(context: &mut Context<'_>, fields: &Fields, sources: &mut Sources) -> Map<String, Value> {
    let mut extra = Map::new();
    for field in &fields.extra {
        let name = format!("extra.{}", field.name);
        let value = value(context, &name, Some(&field.rule), sources);
        extra.insert(field.name.clone(), value.map_or(Value::Null, Typed::into_json));
    }
    extra
}

/// The page's canonical link where it is itself an article of this site; else where the page was fetched.
///
/// Some sites name their front page as the canonical address of every article: all but one would be lost.
fn record_url(context: &mut Context<'_>) -> Url {
    let fetched = context.profile.canonical(context.page.url);
    let Some(named) = signals::canonical_link(context.dom).and_then(|href| context.base.join(href).ok())
    else {
        return fetched;
    };
    let named = context.profile.canonical(&named);
    if named == fetched {
        return fetched;
    }
    if context.profile.in_scope(&named) && context.profile.names_an_article(&named) {
        return named;
    }
    context.findings.push(Finding::note(
        "url",
        format!("the canonical link {named} is no article of this site; it was ignored"),
    ));
    fetched
}

impl Profile {
    /// Whether a URL can be an article's: by the patterns of `discover.articles`, or, where there are none, any but
    /// the front page.
    fn names_an_article(&self, url: &Url) -> bool {
        if self.discover.articles.is_empty() {
            return url.path() != "/" || url.query().is_some();
        }
        self.classify(url) == Some(links::Role::Article)
    }
}
