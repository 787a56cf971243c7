//! Bytes to what they say: decoded and read, on a thread that may block.

use masthead_core::{Finding, Link, LinkRole, Options, Outcome, Page, Profile};
use masthead_crawler::discover::{self, Entry, Kind};
use masthead_crawler::fetch::Response;
use masthead_record::Record;
use serde_json::{Value, json};
use url::Url;

/// What a page is read with.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) profile: Profile,
    /// The first day that is wanted, `2019-08-21`.
    pub(super) since: Option<String>,
    /// Whether records keep provenance and ledger.
    pub(super) explain: bool,
}

/// What came of a page.
#[derive(Debug)]
pub(super) enum Reading {
    Article {
        record: Box<Record>,
        findings: Vec<Finding>,
        auto: Vec<String>,
    },
    /// Not an article: its links are all that is wanted.
    Links(Vec<Link>),
    /// Not wanted, and why.
    Skipped(String),
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
    /// Reads an article's page.
    pub(super) fn article(&self, answer: &Response, witness: &Value) -> Reading {
        // Provenance tells which fields came from metadata alone; the report counts them.
        self.read(answer, witness, &Options { explain: true, only_articles: false })
    }

    fn read(&self, answer: &Response, witness: &Value, options: &Options) -> Reading {
        let text = match self.text(answer) {
            Ok(text) => text,
            Err(why) => return Reading::Unreadable(why),
        };
        let witness = Some(witness).filter(|witness| !witness.is_null());
        let page = Page { url: &answer.url, text: &text, fetched: answer.fetched.as_deref(), witness };
        let reading = masthead_core::read(&self.profile, &page, options);
        match reading.outcome {
            Outcome::Article(record) => self.record(record, reading.findings, answer.truncated),
            Outcome::Skipped { why } => Reading::Skipped(why),
            Outcome::NoLayout { why } => Reading::Unreadable(why),
            _ => Reading::Links(reading.links),
        }
    }

    /// Reads a list's links; where articles are not known by their addresses, the page may be one itself.
    pub(super) fn list(&self, answer: &Response, witness: &Value) -> Reading {
        if !self.profile.knows_articles_by_address() {
            return self.read(answer, witness, &Options { explain: true, only_articles: true });
        }
        match self.text(answer) {
            Ok(text) => {
                let fetched = answer.fetched.as_deref();
                let page = Page { url: &answer.url, text: &text, fetched, witness: None };
                Reading::Links(masthead_core::links_of(&self.profile, &page))
            }
            Err(why) => Reading::Unreadable(why),
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

    fn record(&self, mut record: Box<Record>, findings: Vec<Finding>, cut: bool) -> Reading {
        if let (Some(since), Some(day)) = (&self.since, record.content.published.as_deref().and_then(day))
            && day < since.as_str()
        {
            return Reading::Skipped(format!("published before {since}"));
        }
        if cut && !record.truncated.iter().any(|budget| budget == "body") {
            record.truncated.push("body".to_owned());
        }
        let auto = from_metadata(&record);
        if !self.explain {
            record.ledger = None;
            // Of an incomplete record what was tried is kept: it is what a person looks for.
            let missing = record.content.missing.clone();
            if let Some(sources) = &mut record.provenance {
                sources.retain(|field, _| missing.contains(field));
            }
            record.provenance = record.provenance.filter(|sources| !sources.is_empty());
        }
        Reading::Article { record, findings, auto }
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
