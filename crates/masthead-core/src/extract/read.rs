//! The whole of it: choose the layout, read the fields, build the record.

use std::cell::RefCell;

use masthead_record::{Author, Content, Provenance, Record, RecordId};
use serde_json::{Map, Value};
use url::Url;

use super::body::Body;
use super::context::Context;
use super::finding::Finding;
use super::links::{self, Link};
use super::missing::missing;
use super::signals;
use super::trace::{self, Recorder, Trace};
use super::typed::Typed;
use crate::dom::Dom;
use crate::parse::{self, Budget, Parsed};
use crate::profile::model::{Byline, Fields, Layout, Profile, Rule, Source, TextForm};

/// A page to be read.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Where it was fetched, after redirects.
    pub url: &'a Url,
    /// Its text, decoded.
    pub text: &'a str,
    /// When it was fetched, RFC 3339.
    pub fetched: Option<&'a str>,
    /// What others said of it: `{"feed": {…}, "list": {…}}`.
    pub witness: Option<&'a Value>,
}

/// What is wanted besides the record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Provenance and ledger in the record.
    pub explain: bool,
    /// The page may be anything: read it only where a layout's `when` holds or its metadata says that it is an
    /// article. For profiles that have no patterns of articles' addresses.
    pub only_articles: bool,
}

/// What a page is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// An article, whole or incomplete.
    Article(Box<Record>),
    /// A page that the profile does not want.
    Skipped {
        /// The profile's word for it.
        why: String,
    },
    /// None of the profile's layouts holds: an alarm.
    NoLayout {
        /// For people: what was tried.
        why: String,
    },
    /// Nothing says that it is an article. Only with [`Options::only_articles`].
    NotAnArticle,
}

/// What was read from a page.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The record, or why there is none.
    pub outcome: Outcome,
    /// What a person should look at.
    pub findings: Vec<Finding>,
    /// The links that the profile follows; none where the page is an article, whose links are not followed.
    pub links: Vec<Link>,
}

/// Reads an article's page.
#[must_use]
pub fn read(profile: &Profile, page: &Page<'_>, options: &Options) -> Reading {
    read_into(profile, page, options, None)
}

/// Reads an article's page as [`read`] does, with provenance and ledger, and says what was tried: for people who mend a
/// rule. It costs more than [`read`], as it also looks into what lost.
#[must_use]
pub fn read_traced(profile: &Profile, page: &Page<'_>) -> (Reading, Trace) {
    let trace = RefCell::default();
    let options = Options { explain: true, only_articles: false };
    let reading = read_into(profile, page, &options, Some(&trace));
    (reading, trace.into_inner())
}

fn read_into(profile: &Profile, page: &Page<'_>, options: &Options, recorder: Recorder<'_>) -> Reading {
    let budget = Budget::default();
    let parsed = parse::document(page.text, &budget);
    let dom = Dom::new(&parsed, None);
    let without_record = |outcome| {
        let links = links::links(profile, page, &dom);
        Reading { outcome, findings: Vec::new(), links }
    };
    if let Some(skip) = profile.skip.iter().find(|skip| skip.when.holds(&dom, page.url)) {
        if let Some(recorder) = recorder {
            recorder.borrow_mut().skip = skip.when.parts(&dom, page.url);
        }
        return without_record(Outcome::Skipped { why: skip.why.clone() });
    }
    trace::note_layouts(recorder, &profile.layouts, &dom, page.url);
    let Some(layout) = profile.layouts.iter().find(|layout| layout.when.holds(&dom, page.url)) else {
        let why = no_layout(profile, &dom);
        return without_record(if options.only_articles {
            Outcome::NotAnArticle
        } else {
            Outcome::NoLayout { why }
        });
    };
    let mut context = Context::new(profile, page, &dom, options.explain, recorder);
    if options.only_articles && layout.when.is_empty() && !context.metadata().is_article() {
        return without_record(Outcome::NotAnArticle);
    }
    let with_record = |record, findings| {
        let outcome = Outcome::Article(Box::new(record));
        Reading { outcome, findings, links: Vec::new() }
    };
    if let Some((index, inner)) = &embedded(&context, layout, &budget) {
        // The page is laid out again with the embedded document behind it.
        let both = Dom::new(&parsed, Some(&inner.html));
        let mut context = Context::new(profile, page, &both, options.explain, recorder);
        context.embedded_body = Some(*index);
        let record = article(&mut context, layout, parsed.cut.or(inner.cut));
        return with_record(record, context.findings);
    }
    let record = article(&mut context, layout, parsed.cut);
    with_record(record, context.findings)
}

/// The links of a page that is not an article.
#[must_use]
pub fn links_of(profile: &Profile, page: &Page<'_>) -> Vec<Link> {
    let parsed = parse::document(page.text, &Budget::default());
    let dom = Dom::new(&parsed, None);
    links::links(profile, page, &dom)
}

fn no_layout(profile: &Profile, dom: &Dom<'_>) -> String {
    let names: Vec<&str> = profile.layouts.iter().filter_map(|layout| layout.id.as_deref()).collect();
    let title = signals::tagged(dom, "title").next().map(|node| dom.text(node, &[])).unwrap_or_default();
    let title: String = title.chars().take(80).collect();
    format!("no layout matches (tried {}); the page's title is \"{title}\"", names.join(", "))
}

/// The HTML that the body's chain takes from a script or from metadata, where no alternative before it matches.
fn embedded(context: &Context<'_>, layout: &Layout, budget: &Budget) -> Option<(usize, Parsed<'static>)> {
    for (index, alternative) in layout.fields.body.as_ref()?.chain.iter().enumerate() {
        match &alternative.source {
            Source::Css { selector: Some(selector), .. } if context.dom.has(selector) => return None,
            Source::Css { .. } => {}
            _ if alternative.form == TextForm::Html => {
                let texts = context.body_candidates(alternative);
                if texts.iter().any(|text| !text.trim().is_empty()) {
                    return Some((index, parse::fragment(&texts.join("\n"), budget)));
                }
            }
            _ => {}
        }
    }
    None
}

/// Provenance by field, while the fields are read.
pub(super) type Sources = std::collections::BTreeMap<String, Provenance>;

fn article(context: &mut Context<'_>, layout: &Layout, cut: Option<&'static str>) -> Record {
    let fields = &layout.fields;
    let mut sources = Sources::new();
    let mut content = Content {
        title: text(context, "title", fields.title.as_ref(), &mut sources),
        subtitle: text(context, "subtitle", fields.subtitle.as_ref(), &mut sources),
        section: text(context, "section", fields.section.as_ref(), &mut sources),
        summary: text(context, "summary", fields.summary.as_ref(), &mut sources),
        authors: authors(context, fields.byline.as_ref(), &mut sources),
        published: text(context, "published", fields.published.as_ref(), &mut sources),
        updated: text(context, "updated", fields.updated.as_ref(), &mut sources),
        tags: list(context, "tags", fields.tags.as_ref(), &mut sources),
        language: text(context, "language", fields.language.as_ref(), &mut sources),
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
    content.extra = extra(context, fields, &mut sources);
    content.paywalled = match &fields.paywalled {
        Some(condition) => condition.holds(context.dom, context.page.url),
        None => context.auto_paywalled(),
    };
    let body = match &fields.body {
        Some(rule) => context.body(rule),
        None => context.auto_body(),
    };
    content.body = body.text();
    content.missing = missing(context, fields, &content, &sources, &body);
    look_over(context, layout, &content, &body);
    let mut truncated: Vec<String> = cut.into_iter().map(str::to_owned).collect();
    if context.dom.refused_a_selection() {
        truncated.push("selection".to_owned());
    }
    let url = record_url(context);
    content.blocks = body.blocks;
    sources.insert("body".to_owned(), body.provenance);
    Record {
        id: RecordId::new("article", url.as_str(), ""),
        revision: 1,
        kind: "article".to_owned(),
        profile: context.profile.name.clone(),
        layout: layout.id.clone(),
        url: url.to_string(),
        fetched: context.page.fetched.map(str::to_owned),
        content,
        truncated,
        provenance: context.explain.then_some(sources),
        ledger: context.explain.then_some(body.ledger),
    }
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

/// Findings on a record as a whole.
fn look_over(context: &mut Context<'_>, layout: &Layout, content: &Content, body: &Body) {
    if body.ledger.residual > 0 {
        let example: String =
            body.ledger.residual_text.first().map(|text| text.chars().take(60).collect()).unwrap_or_default();
        let message = format!(
            "{} words in the container belong to nothing, such as \"{example}\"",
            body.ledger.residual
        );
        context.findings.push(Finding::note("body", message));
    }
    if body.ledger.linked > 0 {
        let message = format!("{} words are in blocks that are all link", body.ledger.linked);
        context.findings.push(Finding::note("body", message));
    }
    let day = |stamp: &Option<String>| {
        stamp.as_ref().and_then(|stamp| stamp.get(..10)?.parse::<jiff::civil::Date>().ok())
    };
    if let (Some(seen), Some(day)) = (&layout.seen, day(&content.published))
        && (seen.from.is_some_and(|from| day < from) || seen.until.is_some_and(|until| day > until))
    {
        let id = layout.id.as_deref().unwrap_or("article");
        context.findings.push(Finding::warning(
            "published",
            format!("{day} is outside of the days when layout `{id}` was seen"),
        ));
    }
    if let (Some(published), Some(updated)) = (&content.published, &content.updated)
        && let (Ok(published), Ok(updated)) =
            (published.parse::<jiff::Timestamp>(), updated.parse::<jiff::Timestamp>())
        && updated < published
    {
        context.findings.push(Finding::warning("updated", "before `published`"));
    }
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
