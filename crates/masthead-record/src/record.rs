use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::RecordId;

/// What was read from one page: `{"id", "revision", "kind", "profile", "layout", "url", "fetched", …}` in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Stable over runs and revisions.
    pub id: RecordId,
    /// From 1; rises when a later look finds other content.
    pub revision: u32,
    /// `article`, or the name of a kind of the profile's own.
    pub kind: String,
    /// The profile's name.
    pub profile: String,
    /// The id of the layout that was used; absent where the profile has none.
    pub layout: Option<String>,
    /// The canonical URL.
    pub url: String,
    /// When the page was fetched, RFC 3339; absent where nobody said it.
    pub fetched: Option<String>,
    /// What the page says.
    #[serde(flatten)]
    pub content: Content,
    /// Names of budgets that the page ran into: the record comes from a part of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<String>,
    /// Where each value came from, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<BTreeMap<String, Provenance>>,
    /// What became of every visible word in the body's container, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
}

/// The fields of an article, in words of schema.org: headline, alternativeHeadline, articleSection, description,
/// author, datePublished, dateModified, keywords, inLanguage, articleBody, image, isAccessibleForFree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The headline.
    pub title: Option<String>,
    /// The line below the headline.
    pub subtitle: Option<String>,
    /// The section, as the page names it.
    pub section: Option<String>,
    /// The abstract.
    pub summary: Option<String>,
    /// The authors' names as one line of text, joined by `, `.
    pub byline: Option<String>,
    /// The authors, in the page's order.
    pub authors: Vec<Author>,
    /// RFC 3339 with an offset, or a bare day (`2019-08-21`) where the page gives no time.
    pub published: Option<String>,
    /// Like `published`.
    pub updated: Option<String>,
    /// Keywords, in the page's order.
    pub tags: Vec<String>,
    /// BCP 47 (RFC 5646), as the page or the profile says it.
    pub language: Option<String>,
    /// The blocks' texts joined by an empty line.
    pub body: Option<String>,
    /// The body's parts, in page order.
    pub blocks: Vec<Block>,
    /// The article's images, in page order.
    pub images: Vec<Image>,
    /// Articles that the page names as related.
    pub related: Vec<Related>,
    /// Whether the text is behind a paywall.
    pub paywalled: bool,
    /// Fields of the profile's own.
    pub extra: Map<String, Value>,
    /// Names of required fields that were not found.
    pub missing: Vec<String>,
}

impl Record {
    /// Whether a required field was not found.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.content.missing.is_empty()
    }
}

/// A person who wrote the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The name, without "By".
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The person's page, absolute.
    pub url: Option<String>,
}

/// What a [`Block`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BlockKind {
    /// A paragraph.
    Paragraph,
    /// A heading; its `level` is 1 to 6.
    Heading,
    /// A block quotation; its paragraphs are lines of the text.
    Quote,
    /// A list; its items are lines of the text.
    List,
    /// A table; its rows are lines of the text, its cells parted by tabs.
    Table,
    /// Preformatted text, white space kept.
    Code,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, white space tidied.
    pub text: String,
    /// A heading's level, 1 to 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// A list's items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// A table's cells, row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<String>>,
}

/// An image of the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is, absolute.
    pub url: Option<String>,
    /// The caption, without the credit where the profile tells them apart.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// The alternative text.
    pub alt: Option<String>,
}

/// An article that the page names as related.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its headline.
    pub title: Option<String>,
    /// Where it is, absolute.
    pub url: Option<String>,
    /// What the page says of it.
    pub summary: Option<String>,
}

/// Who said in which zone a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ZoneFrom {
    /// The text itself, by an offset or a zone's name.
    Page,
    /// The profile's `zone` or `timezone`.
    Profile,
    /// Neither; UTC was taken.
    Fallback,
}

/// Where a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// `FILE:LINE` of the rule; absent for fields that the profile leaves to the engine.
    pub rule: Option<String>,
    /// Which alternative of the chain gave it, from 1; absent where none did.
    pub alternative: Option<usize>,
    /// The kind of source: `css`, `meta`, `jsonld`, …
    pub source: Option<String>,
    /// The elements down to the node, `html>body>…`, for sources that are nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The text before steps and types.
    pub raw: Option<String>,
    /// Who gave a time its zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_from: Option<ZoneFrom>,
    /// Other witnesses on the page that say the same.
    pub agrees: Vec<String>,
    /// Other witnesses on the page that say something else, with what they say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub disagrees: BTreeMap<String, String>,
    /// How many values each alternative of the chain found, in order.
    pub alternatives: Alternatives,
}

/// How many nodes or values each alternative of a chain matched, in the chain's order.
pub type Alternatives = Vec<usize>;

/// What became of the visible words in the body's container: claimed, dropped and residual add up to all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Words taken by each field.
    pub claimed: BTreeMap<String, usize>,
    /// Words left out by each rule.
    pub dropped: BTreeMap<String, usize>,
    /// Words that nothing took.
    pub residual: usize,
    /// Words of blocks whose text is all link.
    pub linked: usize,
    /// Visible words of the page beyond the container.
    pub outside: usize,
    /// The residual text, a line a place.
    pub residual_text: Vec<String>,
    /// What was dropped, by rule.
    pub dropped_text: BTreeMap<String, Vec<String>>,
}
