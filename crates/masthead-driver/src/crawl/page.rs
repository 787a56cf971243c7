//! Bytes to what they say: decoded and read, on a thread that may block.

use std::sync::Arc;

use masthead_core::{Finding, Level, Link, LinkRole, More, Options, Outcome, Page, Profile};
use masthead_crawler::discover::{self, Entry, Kind};
use masthead_crawler::fetch::Response;
use masthead_record::Record;
use serde_json::{Value, json};
use url::Url;

use super::observe::{Observer, PageSeen};

/// What a page is read with.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) profile: Profile,
    /// The first day that is wanted, `2019-08-21`.
    pub(super) since: Option<String>,
    /// Whether records keep provenance and ledger.
    pub(super) explain: bool,
    pub(super) observer: Arc<Observer>,
}

/// What came of a page.
#[derive(Debug)]
pub(super) enum Reading {
    Article {
        record: Box<Record>,
        /// Of kinds of the profile's own.
        records: Vec<Record>,
        findings: Vec<Finding>,
        auto: Vec<String>,
        /// The next part of the article that was not read.
        more: Option<More>,
        seen: Box<PageSeen>,
    },
    /// Not an article: its links are wanted, and the records of the profile's own.
    Other { links: Vec<Link>, records: Vec<Record>, findings: Vec<Finding> },
    /// Not wanted, and why.
    Skipped(String),
    /// An article that none of the profile's layouts is for, and why not.
    NoLayout { why: String, seen: Box<PageSeen> },
    /// Nothing could be read, and why.
    Unreadable(String),
}

/// A page that a feed or sitemap names.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) url: Url,
    pub(super) what: NamedAs,
    /// `{"feed": {…}}`
    pub(super) witness: Value,
}

/// What a feed or sitemap names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedAs {
    Article,
    List,
    Sitemap,
}

impl Reader {
    /// Reads an article from its parts, the first of which has its fields; `lacking` is why there are not more of them.
    pub(super) fn article(
        &self,
        parts: &[Arc<Response>],
        witness: &Value,
        mut lacking: Option<String>,
    ) -> Reading {
        // Provenance tells which fields came from metadata alone; the report counts them.
        let options = Options { explain: true, only_articles: false };
        let mut texts = Vec::new();
        for part in parts {
            match self.text(part) {
                Ok(text) => texts.push(text),
                Err(why) if texts.is_empty() => return Reading::Unreadable(why),
                Err(why) => {
                    lacking = Some(format!("{} is {why}", part.url));
                    break;
                }
            }
        }
        let witness = Some(witness).filter(|witness| !witness.is_null());
        let pages: Vec<Page<'_>> =
            parts.iter().zip(&texts).map(|(part, text)| page(part, text, witness)).collect();
        let Some((first, others)) = pages.split_first() else {
            return Reading::Unreadable("no page".to_owned());
        };
        let mut reading = masthead_core::read_parts(&self.profile, first, others, &options);
        if let Some(why) = lacking {
            let message = format!("a part of the article is not there: {why}");
            reading.findings.push(Finding { level: Level::Warning, field: Some("body".to_owned()), message });
        }
        let cut = parts.iter().any(|part| part.truncated);
        self.sorted(reading, (first.url, first.text), cut)
    }

    /// What comes after a part of an article, or why that can't be told.
    pub(super) fn after(&self, more: More, part: &Response) -> Result<Option<More>, String> {
        let text = self.text(part).map_err(|why| format!("{} is {why}", part.url))?;
        Ok(more.after(&self.profile, &page(part, &text, None)))
    }

    /// Reads a list's links; where articles are not known by their addresses, the page may be one itself.
    pub(super) fn list(&self, answer: &Response, witness: &Value) -> Reading {
        let text = match self.text(answer) {
            Ok(text) => text,
            Err(why) => return Reading::Unreadable(why),
        };
        let witness = Some(witness).filter(|witness| !witness.is_null());
        let page = page(answer, &text, witness);
        let options = Options { explain: true, only_articles: true };
        let reading = if self.profile.knows_articles_by_address() {
            masthead_core::read_list(&self.profile, &page, &options)
        } else {
            masthead_core::read(&self.profile, &page, &options)
        };
        self.sorted(reading, (&answer.url, &text), answer.truncated)
    }

    fn sorted(&self, reading: masthead_core::Reading, (url, text): (&Url, &str), cut: bool) -> Reading {
        let masthead_core::Reading { outcome, mut records, findings, links, more, .. } = reading;
        records.iter_mut().for_each(|record| self.trim(record, cut));
        match outcome {
            Outcome::Article(record) => {
                let seen = Box::new(self.observer.article(&record, url, text));
                self.record(record, (records, findings, more), cut, seen)
            }
            Outcome::Skipped { why } => Reading::Skipped(why),
            Outcome::NoLayout { why } => {
                Reading::NoLayout { why, seen: Box::new(self.observer.no_layout(url, text)) }
            }
            _ => Reading::Other { links, records, findings },
        }
    }

    /// Reads what a feed or sitemap names, as far as the profile wants it.
    pub(super) fn entries(&self, answer: &Response) -> Result<Vec<Named>, String> {
        let found = discover::read_labelled(&answer.body, answer.charset(), &answer.url)
            .map_err(|error| error.to_string())?;
        let wanted = found.entries.into_iter().filter(|entry| self.wants(entry));
        Ok(wanted.filter_map(|entry| self.named(entry, found.kind)).collect())
    }

    fn text(&self, answer: &Response) -> Result<String, String> {
        let kind = answer.header("content-type").unwrap_or("text/html");
        if !is_text(kind) {
            return Err(format!("not a page but {}", essence(kind)));
        }
        let domain = answer.url.domain().and_then(|name| name.rsplit('.').next());
        let decoded = masthead_core::decode(&answer.body, answer.charset(), domain);
        if decoded.text.trim().is_empty() { Err("the page is empty".to_owned()) } else { Ok(decoded.text) }
    }

    fn record(
        &self,
        mut record: Box<Record>,
        (records, findings, more): (Vec<Record>, Vec<Finding>, Option<More>),
        cut: bool,
        seen: Box<PageSeen>,
    ) -> Reading {
        if let (Some(since), Some(day)) = (&self.since, record.content.published.as_deref().and_then(day))
            && day < since.as_str()
        {
            return Reading::Skipped(format!("published before {since}"));
        }
        let auto = from_metadata(&record);
        self.trim(&mut record, cut);
        Reading::Article { record, records, findings, auto, more, seen }
    }

    /// Notes that the answer was cut, and takes out what is only for people who mend a profile.
    fn trim(&self, record: &mut Record, cut: bool) {
        if cut && !record.truncated.iter().any(|budget| budget == "body") {
            record.truncated.push("body".to_owned());
        }
        if self.explain {
            return;
        }
        record.ledger = None;
        // Of an incomplete record what was tried is kept: it is what a person looks for.
        let missing = record.content.missing.clone();
        if let Some(sources) = &mut record.provenance {
            sources.retain(|field, _| missing.contains(field));
        }
        record.provenance = record.provenance.take().filter(|sources| !sources.is_empty());
    }

    fn wants(&self, entry: &Entry) -> bool {
        let said = entry.updated.as_deref().or(entry.published.as_deref()).and_then(day);
        let recent = !matches!((&self.since, said), (Some(since), Some(day)) if day < since.as_str());
        recent && self.profile.in_scope(&entry.url) && self.profile.skips_url(&entry.url).is_none()
    }

    /// A feed names articles; a sitemap names all sorts of pages, of which the profile wants what its patterns match.
    fn named(&self, entry: Entry, kind: Kind) -> Option<Named> {
        let what = match (kind, self.profile.classify(&entry.url)) {
            (Kind::Index, _) => NamedAs::Sitemap,
            (_, Some(LinkRole::List | LinkRole::Next)) => NamedAs::List,
            (Kind::Feed, _) | (_, Some(LinkRole::Article)) => NamedAs::Article,
            (Kind::Sitemap, None) if self.profile.knows_articles_by_address() => return None,
            // Any page of such a site may be an article; the page itself will tell.
            (Kind::Sitemap, None) => NamedAs::List,
        };
        let witness = if what == NamedAs::Article { witness(&entry) } else { Value::Null };
        Some(Named { url: entry.url, what, witness })
    }
}

fn page<'a>(answer: &'a Response, text: &'a str, witness: Option<&'a Value>) -> Page<'a> {
    Page { url: &answer.url, text, fetched: answer.fetched.as_deref(), witness }
}

/// What a feed's or sitemap's entry says, as the profile language names it.
fn witness(entry: &Entry) -> Value {
    let mut said = serde_json::Map::new();
    let texts = [
        ("title", &entry.title),
        ("published", &entry.published),
        ("updated", &entry.updated),
        ("summary", &entry.summary),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            said.insert(name.to_owned(), json!(text));
        }
    }
    if !entry.authors.is_empty() {
        said.insert("author".to_owned(), json!(entry.authors.join(", ")));
    }
    if !entry.tags.is_empty() {
        said.insert("tags".to_owned(), json!(entry.tags));
    }
    if said.is_empty() { Value::Null } else { json!({ "feed": said }) }
}

/// The fields whose value came from the page's metadata, without a rule of the profile's or by its `auto`.
fn from_metadata(record: &Record) -> Vec<String> {
    let sources = record.provenance.iter().flatten();
    let found =
        sources.filter(|(_, source)| source.source.as_deref().is_some_and(|word| word.starts_with("auto")));
    found.map(|(field, _)| field.clone()).collect()
}

/// The day that a time begins with, where it is written year first.
fn day(time: &str) -> Option<&str> {
    let day = time.get(..10)?;
    is_day(day).then_some(day)
}

/// Whether a text is a day as `2019-08-21`.
pub(crate) fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn is_text(content_type: &str) -> bool {
    let essence = essence(content_type).to_ascii_lowercase();
    essence.is_empty()
        || essence.starts_with("text/")
        || ["html", "xml", "json"].iter().any(|word| essence.ends_with(word))
        // Servers that don't know say this.
        || essence == "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types() {
        for (kind, expected) in [
            ("text/html;charset=utf-8", true),
            ("application/xhtml+xml", true),
            ("application/json", true),
            ("", true),
            ("application/pdf", false),
            ("image/jpeg", false),
        ] {
            assert_eq!(is_text(kind), expected, "{kind}");
        }
    }

    #[test]
    fn days() {
        assert_eq!(day("2019-08-21T16:56:00+09:00"), Some("2019-08-21"));
        assert_eq!(day("Wed, 21 Aug 2019"), None);
        assert_eq!(day("2019-08"), None);
        assert!(is_day("2019-08-21") && !is_day("2019-08-21T") && !is_day("21.08.2019"));
    }
}
