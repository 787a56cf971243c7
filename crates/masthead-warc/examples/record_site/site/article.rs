//! An article as its author wrote it down.

use serde::{Deserialize, Serialize};

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleFile {
    pub(super) note: String,
    pub(super) articles: Vec<Article>,
}

/// The site's markup changed over the years; facts about each layout stand in the templates.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum Era {
    /// 2013–16: `view-page-news.html`.
    L1,
    /// 2017–22: `view-headline.html`, text in spans.
    L2,
    /// 2022–25: `view-headline.html`, paragraphs.
    L3,
    /// 2025 on: `editor-contents.html`.
    L4,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) era: Era,
    pub(super) url: String,
    pub(super) title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) korean_title: Option<String>,
    /// The section above `section`.
    pub(super) menu: String,
    pub(super) section: String,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) authors: Vec<Author>,
    /// What is special about the page's markup.
    pub(super) traits: Vec<Trait>,
    pub(super) body: Vec<Part>,
    /// Ids of articles in the box of related ones.
    pub(super) related: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<serde_json::Value>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Author {
    pub(super) name: String,
    pub(super) email: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Trait {
    /// Scripts, frames and advertisements inside the body.
    Ads,
    /// A second headline, in Korean.
    Bilingual,
    /// A canonical link to the page itself.
    Canonical,
    /// Recorded with chunked transfer coding.
    Chunked,
    /// The body's container is empty.
    Empty,
    /// Encoded in EUC-KR, declared by a meta tag alone.
    EucKr,
    /// The webmaster's address is a visible link, not a part of an image map.
    Footer,
    /// Recorded with gzip content coding.
    Gzip,
    /// A button "Listen" inside the body.
    Listen,
    /// Dates hold a raw no-break space instead of an entity.
    Nbsp,
    /// Spans inside spans.
    Nested,
    /// No date at all.
    #[serde(rename = "nodate")]
    NoDate,
    /// The body's container is `#p`.
    P,
    /// Each paragraph has a span of its own.
    Siblings,
    /// The body's container is `#startts` (the default after 2016).
    Startts,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    Paragraph(String),
    Heading(String),
    Image(Image),
    /// A blank line that the editor's software writes as an empty paragraph.
    Break,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Image {
    pub(super) caption: Option<String>,
    pub(super) credit: Option<String>,
}

impl Article {
    pub(super) fn has(&self, wanted: Trait) -> bool {
        self.traits.contains(&wanted)
    }

    /// Its address without the host.
    pub(super) fn path(&self) -> &str {
        self.url.split_once("koreatimes.co.kr").map_or(self.url.as_str(), |(_, path)| path)
    }

    pub(super) fn images(&self) -> impl Iterator<Item = &Image> {
        self.body.iter().filter_map(|part| match part {
            Part::Image(image) => Some(image),
            _ => None,
        })
    }

    pub(super) fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.body.iter().filter_map(|part| match part {
            Part::Paragraph(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The beginning of the text, cut in the middle of a word as lists do.
    pub(super) fn lead(&self) -> String {
        let first = self.paragraphs().next().unwrap_or_default();
        format!("{}...", first.chars().take(110).collect::<String>())
    }

    /// "A and B"; `None` for agency copy.
    pub(super) fn byline(&self) -> Option<String> {
        let names: Vec<&str> = self.authors.iter().map(|author| author.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(" and "))
    }

    /// Day and time of day as the page shows them: `2019-08-21`, `16:56`.
    pub(super) fn day_and_time(time: &str) -> (&str, &str) {
        (time.get(..10).unwrap_or_default(), time.get(11..16).unwrap_or_default())
    }

    /// A number that tells pages apart: it chooses the names of wrappers that nobody has recorded.
    pub(super) fn shape(&self) -> usize {
        self.id.bytes().map(usize::from).sum()
    }

    /// A word that looks like a hash of the page: names of files and of CSS classes.
    pub(super) fn hash(&self, salt: &str, length: usize) -> String {
        super::template::hash(&format!("{}{salt}", self.url), length)
    }
}

impl Image {
    /// Caption and credit as one line, as the page shows them.
    pub(super) fn line(&self) -> Option<String> {
        match (&self.caption, &self.credit) {
            (Some(caption), Some(credit)) => Some(format!("{caption} {credit}")),
            (caption, _) => caption.clone(),
        }
    }
}
