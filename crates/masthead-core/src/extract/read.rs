//! The whole of it: choose the layout, read the fields, build the record.

use std::cell::RefCell;

use masthead_record::Record;
use serde_json::Value;
use url::Url;

use super::article::{OnePage, one_page};
use super::context::Context;
use super::finding::Finding;
use super::links::{self, Link, Role};
use super::onward::More;
use super::records;
use super::signals;
use super::trace::{self, Recorder, Trace};
use super::whole::whole;
use crate::dom::Dom;
use crate::parse::{self, Budget, Parsed};
use crate::profile::model::{Layout, Profile, Source, TextForm};

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
#[non_exhaustive]
pub struct Reading {
    /// The article's record, or why there is none.
    pub outcome: Outcome,
    /// Records of kinds of the profile's own, in the order of the profile and of the page.
    pub records: Vec<Record>,
    /// What a person should look at.
    pub findings: Vec<Finding>,
    /// The links that the profile follows; none where the page is an article, whose links are not followed.
    pub links: Vec<Link>,
    /// The article's next part, where it has one that was not read. The record says then that it is `truncated`.
    pub more: Option<More>,
}

impl Reading {
    fn without_article(outcome: Outcome) -> Self {
        Self { outcome, records: Vec::new(), findings: Vec::new(), links: Vec::new(), more: None }
    }
}

/// Reads an article's page.
#[must_use]
pub fn read(profile: &Profile, page: &Page<'_>, options: &Options) -> Reading {
    read_into(profile, page, &[], options, None)
}

/// Reads an article that is spread over several pages: `others` are its parts after the first, in their order, as
/// [`Reading::more`] and [`More::after`] name them. Fields are the first page's; body, images and related articles are
/// those of all. Where `pages: {single: …}` names the whole, its body is taken.
#[must_use]
pub fn read_parts(profile: &Profile, first: &Page<'_>, others: &[Page<'_>], options: &Options) -> Reading {
    read_into(profile, first, others, options, None)
}

/// Reads an article's page as [`read`] does, with provenance and ledger, and says what was tried: for people who mend a
/// rule. It costs more than [`read`], as it also looks into what lost.
#[must_use]
pub fn read_traced(profile: &Profile, page: &Page<'_>) -> (Reading, Trace) {
    let trace = RefCell::default();
    let options = Options { explain: true, only_articles: false };
    let reading = read_into(profile, page, &[], &options, Some(&trace));
    (reading, trace.into_inner())
}

/// Reads a page that is known to be no article: its links, and the profile's own records on it.
#[must_use]
pub fn read_list(profile: &Profile, page: &Page<'_>, options: &Options) -> Reading {
    let parsed = parse::document(page.text, &Budget::default());
    let dom = Dom::new(&parsed, None);
    let reading = Reading::without_article(Outcome::NotAnArticle);
    let links = links::links(profile, page, &dom);
    Reading {
        links,
        ..with_records(reading, Context::new(profile, page, &dom, options.explain, None), parsed.cut)
    }
}

fn read_into(
    profile: &Profile,
    page: &Page<'_>,
    others: &[Page<'_>],
    options: &Options,
    recorder: Recorder<'_>,
) -> Reading {
    let parsed = parse::document(page.text, &Budget::default());
    let dom = Dom::new(&parsed, None);
    let no_article = |outcome| {
        let links = links::links(profile, page, &dom);
        Reading { links, ..Reading::without_article(outcome) }
    };
    if let Some(skip) = profile.skip.iter().find(|skip| skip.when.holds(&dom, page.url)) {
        if let Some(recorder) = recorder {
            recorder.borrow_mut().skip = skip.when.parts(&dom, page.url);
        }
        return no_article(Outcome::Skipped { why: skip.why.clone() });
    }
    trace::note_layouts(recorder, &profile.layouts, &dom, page.url);
    let context = Context::new(profile, page, &dom, options.explain, recorder);
    let found = profile.layouts.iter().position(|layout| layout.when.holds(&dom, page.url));
    let layout = found.and_then(|number| Some((number, profile.layouts.get(number)?)));
    match layout {
        Some((number, layout)) if may_be_article(&context, layout, options) => {
            let first = part(context, layout, &parsed);
            let others = others.iter().map(|page| (page, other_part(profile, page, layout, options)));
            whole(profile, number, layout, (page, first), others.collect(), options)
        }
        None if !options.only_articles && !profile.has_records_on(&dom, page.url) => {
            no_article(Outcome::NoLayout { why: no_layout(profile, &dom) })
        }
        _ => with_records(no_article(Outcome::NotAnArticle), context, parsed.cut),
    }
}

/// Whether the page may be an article. One that holds records of the profile's own is none, unless its address or a
/// layout's `when` says so.
fn may_be_article(context: &Context<'_>, layout: &Layout, options: &Options) -> bool {
    let profile = context.profile;
    let said = || !layout.when.is_empty() || profile.classify(context.page.url) == Some(Role::Article);
    if !profile.reads_articles || (profile.has_records_on(context.dom, context.page.url) && !said()) {
        return false;
    }
    !options.only_articles || !layout.when.is_empty() || context.metadata().is_article()
}

/// Adds the profile's own records on a page that is no article.
fn with_records(reading: Reading, mut context: Context<'_>, cut: Option<&'static str>) -> Reading {
    let found = context.own_records();
    let (profile, page) = (context.profile, context.page);
    let url = profile.canonical(page.url);
    let mut findings = std::mem::take(&mut context.findings);
    let mut records = records::records(profile, (page, &url), context.explain, found, &mut findings);
    for record in &mut records {
        record.truncated.extend(cut.map(str::to_owned));
    }
    Reading { records, findings, ..reading }
}

/// Reads a page of an article by a layout. HTML that the body's chain takes from a script is laid out behind the page.
fn part(context: Context<'_>, layout: &Layout, parsed: &Parsed) -> OnePage {
    let Some((index, inner)) = &embedded(&context, layout, &Budget::default()) else {
        return one_page(context, layout, parsed.cut);
    };
    let both = Dom::new(parsed, Some(&inner.tree));
    let mut context = Context::new(context.profile, context.page, &both, context.explain, context.trace);
    context.embedded_body = Some(*index);
    one_page(context, layout, parsed.cut.or(inner.cut))
}

fn other_part(profile: &Profile, page: &Page<'_>, layout: &Layout, options: &Options) -> OnePage {
    let parsed = parse::document(page.text, &Budget::default());
    let dom = Dom::new(&parsed, None);
    part(Context::new(profile, page, &dom, options.explain, None), layout, &parsed)
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
fn embedded(context: &Context<'_>, layout: &Layout, budget: &Budget) -> Option<(usize, Parsed)> {
    for (index, alternative) in layout.fields.body.as_ref()?.chain.iter().enumerate() {
        match &alternative.source {
            Source::Css { selector: Some(selector), .. } if context.dom.has(selector) => return None,
            Source::Microdata(name) if !signals::itemprops(context.dom, name).is_empty() => return None,
            Source::Css { .. } | Source::Microdata(_) => {}
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
