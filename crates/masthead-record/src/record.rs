use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::RecordId;

/// What was read from one page: `{"id", "revision", "kind", "profile", "layout", "url", "fetched", …}` in JSON.
///
/// A record of a kind of the profile's own has `fields` in place of an article's: `{"id", "revision", "kind", "profile",
/// "url", "fetched", "fields"}`, and `missing` where a required field was not found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
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
    /// Names of budgets that the page ran into: the record comes from a part of the page. `pages` stands for parts of
    /// an article that were not read.
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
#[serde(default)]
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
    /// What a record of a kind of the profile's own holds; of the rest it has only `missing`. Absent in articles.
    #[serde(skip_serializing)]
    pub fields: Option<Map<String, Value>>,
}

/// How a record of a kind of the profile's own is written.
#[derive(Serialize)]
struct Own<'a> {
    id: &'a RecordId,
    revision: u32,
    kind: &'a str,
    profile: &'a str,
    url: &'a str,
    fetched: Option<&'a str>,
    fields: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    truncated: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'a BTreeMap<String, Provenance>>,
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(fields) = &self.content.fields else { return Self::serialize(self, serializer) };
        let own = Own {
            id: &self.id,
            revision: self.revision,
            kind: &self.kind,
            profile: &self.profile,
            url: &self.url,
            fetched: self.fetched.as_deref(),
            fields,
            missing: &self.content.missing,
            truncated: &self.truncated,
            provenance: self.provenance.as_ref(),
        };
        own.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(content: Content) -> Record {
        Record {
            id: RecordId::new("quotes", "https://example.com/", "x"),
            revision: 1,
            kind: "quotes".to_owned(),
            profile: "example".to_owned(),
            layout: None,
            url: "https://example.com/".to_owned(),
            fetched: None,
            content,
            truncated: Vec::new(),
            provenance: None,
            ledger: None,
        }
    }

    #[test]
    fn a_record_of_ones_own_is_its_fields_and_comes_back() {
        let fields = json!({"text": "To be", "tags": ["a"], "people": [{"name": null}]});
        let own = record(Content { fields: fields.as_object().cloned(), ..Content::default() });
        let text = serde_json::to_string(&own).unwrap();
        let expected = format!(
            r#"{{"id":"{}","revision":1,"kind":"quotes","profile":"example","url":"https://example.com/","fetched":null,"fields":{fields}}}"#,
            own.id
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), own);
        let item: crate::Item = serde_json::from_str(&text).unwrap();
        assert_eq!(item, crate::Item::Record(Box::new(own)));
    }

    #[test]
    fn a_record_of_ones_own_may_be_incomplete() {
        let content =
            Content { fields: Some(Map::new()), missing: vec!["text".to_owned()], ..Content::default() };
        let value = serde_json::to_value(record(content)).unwrap();
        assert_eq!(value["missing"], json!(["text"]));
        assert!(serde_json::from_value::<Record>(value).unwrap().is_incomplete());
    }

    #[test]
    fn an_article_is_written_with_all_its_fields_and_no_other() {
        let text = serde_json::to_string(&record(Content::default())).unwrap();
        assert!(
            text.ends_with(
                r#""url":"https://example.com/","fetched":null,"title":null,"subtitle":null,"section":null,"summary":null,"byline":null,"authors":[],"published":null,"updated":null,"tags":[],"language":null,"body":null,"blocks":[],"images":[],"related":[],"paywalled":false,"extra":{},"missing":[]}"#
            ),
            "{text}"
        );
    }
}
