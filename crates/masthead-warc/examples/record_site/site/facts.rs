//! What a reader takes from an article: the facts that a crawl of the recorded site is compared with.

use serde_json::{Value, json};

use super::article::{Article, Part, Trait};
use super::{Fault, Site};

/// Words at the body's beginning and end that are written down.
const EDGE_WORDS: usize = 5;

pub(super) fn of(article: &Article, site: &Site) -> Result<Value, Fault> {
    let texts: Vec<&str> = article
        .body
        .iter()
        .filter_map(|part| match part {
            Part::Paragraph(text) | Part::Heading(text) => Some(text.as_str()),
            Part::Image(_) | Part::Break => None,
        })
        .collect();
    let words: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let last = words.split_at(words.len().saturating_sub(EDGE_WORDS)).1;
    let headings = article.body.iter().filter(|part| matches!(part, Part::Heading(_))).count();
    let related: Vec<&str> = article
        .related
        .iter()
        .map(|id| site.article(id).map(|other| other.title.as_str()))
        .collect::<Result<_, _>>()?;
    let mut missing = Vec::new();
    missing.extend(article.published.is_none().then_some("published"));
    missing.extend(article.has(Trait::Empty).then_some("body"));
    Ok(json!({
        "era": article.era,
        "title": article.title,
        "authors": article.authors,
        "section": article.section,
        "published": article.published,
        "updated": article.updated,
        "paragraphs": article.paragraphs().count(),
        "headings": headings,
        "words": words.len(),
        "first_words": words.iter().take(EDGE_WORDS).copied().collect::<Vec<_>>().join(" "),
        "last_words": last.join(" "),
        "images": article.images().collect::<Vec<_>>(),
        "related": related,
        "complete": missing.is_empty(),
        "missing": missing,
    }))
}
