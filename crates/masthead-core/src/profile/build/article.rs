//! An article's fields, and the layouts with what they share merged in.

use super::value::{LayoutScript, Scope, rule};
use super::{body, condition, each, refuse_doubles};
use crate::profile::compile::Compiler;
use crate::profile::model::{Byline, Each, Extra, Fields, Layout, Link, Pages, Source, ValueType};
use crate::profile::node::{Content, Entry, Node};
use crate::profile::source::Span;

/// A profile has no more layouts than this.
const MAX_LAYOUTS: usize = 64;
/// An article's other parts, where nothing is said.
const PAGES: u32 = 10;

/// The layouts, or the one that `article:` is. Never empty.
pub(super) fn layouts(cx: &mut Compiler<'_>, root: &Node, list: Option<&Each>) -> Vec<Layout> {
    let article = root.get("article");
    let written = root.get("layouts").map(Node::items).unwrap_or_default();
    if let (Some(node), true) = (root.get("layouts"), written.len() > MAX_LAYOUTS) {
        cx.reject(node, format!("more than {MAX_LAYOUTS} layouts"), "make several profiles");
    } else if !written.is_empty() {
        refuse_doubles(cx, "a layout", written.iter().filter_map(|layout| layout.get("id")));
        if let Some(seen) = article.and_then(|article| article.get("seen")).filter(|_| written.len() > 1) {
            cx.reject(
                seen,
                "`seen` under `article:` is for a profile with one look",
                "write it into each layout",
            );
        }
        return written.iter().map(|node| layout(cx, article, Some(node), &node.span, list)).collect();
    }
    vec![layout(cx, article, None, &root.span, list)]
}

fn layout(
    cx: &mut Compiler<'_>,
    article: Option<&Node>,
    layout: Option<&Node>,
    span: &Span,
    list: Option<&Each>,
) -> Layout {
    let merged = overlaid(article, layout, span);
    let when = layout.and_then(|layout| layout.get("when"));
    Layout {
        id: layout.and_then(|layout| super::name(cx, layout.get("id")?)),
        when: when.map(|when| condition::condition(cx, when)).unwrap_or_default(),
        seen: merged.get("seen").map(|seen| condition::seen(cx, seen)),
        fields: fields(cx, &merged, list),
    }
}

/// The article with a layout's keys in place of its own.
fn overlaid(article: Option<&Node>, layout: Option<&Node>, span: &Span) -> Node {
    let own = layout.map(Node::entries).unwrap_or_default();
    let common = article.map(Node::entries).unwrap_or_default();
    let kept = common.iter().filter(|entry| !own.iter().any(|own| own.key == entry.key));
    let entries: Vec<Entry> = kept.chain(own).cloned().collect();
    Node { span: span.clone(), content: Content::Map { entries, flow: false } }
}

/// Fields of an article that named groups may fill.
const TEXT_FIELDS: &[&str] =
    &["title", "subtitle", "section", "summary", "byline", "published", "updated", "tags", "language"];

fn fields(cx: &mut Compiler<'_>, node: &Node, list: Option<&Each>) -> Fields {
    let at_text = node.get("script").and_then(|script| script.get("at"));
    let at_is_sound = at_text.is_none_or(|path| cx.path(path).is_some());
    let script = node.get("script").filter(|_| at_is_sound).and_then(|script| {
        let at = at_text.and_then(Node::text).unwrap_or("");
        Some(LayoutScript { id: script.get("id")?.text()?, at })
    });
    let extra_names = node.get("extra").map(Node::entries).unwrap_or_default();
    let beside: Vec<&str> =
        TEXT_FIELDS.iter().copied().chain(extra_names.iter().map(|entry| entry.key.as_str())).collect();
    let scope = Scope { inside: false, beside: &beside, script, list, own: false };
    constant_language(cx, node.get("language"));
    let mut field =
        |key: &str, kind, optional| node.get(key).and_then(|value| rule(cx, value, kind, optional, scope));
    Fields {
        title: field("title", ValueType::Text, false),
        subtitle: field("subtitle", ValueType::Text, true),
        section: field("section", ValueType::Text, true),
        summary: field("summary", ValueType::Text, true),
        published: field("published", ValueType::Time, false),
        updated: field("updated", ValueType::Time, true),
        tags: field("tags", ValueType::List, true),
        language: field("language", ValueType::Text, true),
        byline: node.get("byline").and_then(|value| byline(cx, value, scope)),
        body: node.get("body").and_then(|value| body::body(cx, value, scope)),
        images: node.get("images").and_then(|value| each::list(cx, value, each::IMAGE, scope)),
        related: node.get("related").and_then(|value| each::list(cx, value, each::RELATED, scope)),
        paywalled: node
            .get("paywalled")
            .filter(|value| value.is_map())
            .map(|value| condition::condition(cx, value)),
        extra: extra(cx, node.get("extra"), scope),
        pages: node.get("pages").and_then(|value| pages(cx, value)),
    }
}

/// `language: ko` would look for elements of that name.
fn constant_language(cx: &mut Compiler<'_>, node: Option<&Node>) {
    let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else { return };
    let (primary, region) = text.split_once('-').unwrap_or((text, "KO"));
    let letters = |text: &str| text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic());
    if letters(primary) && letters(region) {
        let help = format!(
            "for a constant write `{{value: {text}}}`, or `language: {text}` at the top of the profile"
        );
        cx.reject(node, format!("`{text}` is a selector here"), help);
    }
}

fn byline(cx: &mut Compiler<'_>, node: &Node, scope: Scope<'_>) -> Option<Byline> {
    if node.has("each") {
        return each::each(cx, node, each::AUTHOR, scope).map(Byline::Each);
    }
    let names: Vec<&str> = each::AUTHOR.iter().map(|(name, _)| *name).collect();
    if node.has("name") || node.has("email") {
        let inner = Scope { beside: &names, ..scope };
        let mut part = |key: &str, kind| node.get(key).and_then(|value| rule(cx, value, kind, true, inner));
        return Some(Byline::Parts {
            name: part("name", ValueType::People),
            // One for each of the people.
            email: part("email", ValueType::List),
            url: part("url", ValueType::List),
            optional: node.get("optional").and_then(Node::bool).unwrap_or(true),
        });
    }
    // The groups of a byline's `match` may also be parts of its author.
    let beside: Vec<&str> = scope.beside.iter().copied().chain(names).collect();
    rule(cx, node, ValueType::People, true, Scope { beside: &beside, ..scope }).map(Byline::Value)
}

fn extra(cx: &mut Compiler<'_>, node: Option<&Node>, scope: Scope<'_>) -> Vec<Extra> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let built = entries.iter().filter_map(|entry| {
        let rule = rule(cx, &entry.value, ValueType::Text, true, Scope { own: true, ..scope })?;
        Some(Extra { name: entry.key.clone(), rule })
    });
    built.collect()
}

fn pages(cx: &mut Compiler<'_>, node: &Node) -> Option<Pages> {
    let max =
        node.get("max").and_then(Node::integer).and_then(|max| u32::try_from(max).ok()).unwrap_or(PAGES);
    if let Some(next) = node.get("next") {
        return link(cx, next).map(|link| Pages::Next { link, max });
    }
    link(cx, node.get("single")?).map(Pages::Single)
}

fn link(cx: &mut Compiler<'_>, node: &Node) -> Option<Link> {
    match cx.css_value(node, false)? {
        Source::Css { selector: Some(selector), attribute } => {
            Some(Link { selector, attribute: attribute.unwrap_or_else(|| "href".to_owned()) })
        }
        _ => {
            cx.reject(node, "a link is a selector", "write `a.next`, or `a.next@href`");
            None
        }
    }
}
