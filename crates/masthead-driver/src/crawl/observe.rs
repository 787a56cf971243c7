//! What each article's page has shown of the profile: which layout, which alternative served each field, how many words
//! belonged to nothing. Kept with the state, so that `doctor` can tell a change of the site from its past.
//!
//! Pages are gathered in memory and written 25 at a time, and at the end of a run: a process that is killed loses the
//! last few, which nothing else depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use masthead_core::Profile;
use masthead_frontier::{Frontier, Observation, Sample, Seen, StoreError};
use masthead_record::{Content, Provenance, Record};
use serde_json::{Map, Value, json};
use url::Url;

use super::contradiction::is_contradicted;
use crate::observed::{By, Key, MUCH_RESIDUAL, PageKey, Rules, WordKind, WordsKey, residual_class};

/// So many pages are written together.
const TOGETHER: usize = 25;
/// So many pages with one and the same fault, or without any, are kept from the beginning of a run on; then one in ten
/// and one in twenty-five.
const FIRST_BAD: u64 = 40;
const FIRST_GOOD: u64 = 5;
const ONE_IN_BAD: u64 = 10;
const ONE_IN_GOOD: u64 = 25;

/// What was seen on one page.
#[derive(Debug)]
pub(crate) struct PageSeen {
    at: Instant,
    key: PageKey,
    /// Words by what became of them.
    words: [u64; 3],
    sample: Option<Sample>,
    /// Where the rules stand that served: their id and `FILE:LINE`.
    places: Vec<(String, String)>,
}

#[cfg(test)]
impl PageSeen {
    /// The observation's key and the sample, as the store would get them.
    pub(crate) fn told(self) -> (String, Option<Sample>) {
        (Key::Page(self.key).to_string(), self.sample)
    }
}

/// Looks at pages for a crawl.
#[derive(Debug)]
pub(crate) struct Observer {
    rules: Rules,
    keeps_samples: bool,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    seen: Vec<PageSeen>,
    /// How many pages of a group have had a fault; the empty fault is none.
    faults: BTreeMap<(String, String), u64>,
    /// The note of the rules as it was written last.
    written: Option<String>,
    places: BTreeMap<String, BTreeMap<String, String>>,
}

impl Observer {
    pub(crate) fn new(profile: &Profile, keeps_samples: bool) -> Self {
        Self { rules: Rules::of(profile), keeps_samples, memory: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an article's page shows; its record still has provenance and ledger.
    pub(crate) fn article(&self, record: &Record, url: &Url, text: &str) -> PageSeen {
        let sources = record.provenance.as_ref();
        let (mut fields, mut places, mut faults) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut contradicted = BTreeSet::new();
        let extras = record.content.extra.keys().map(|name| format!("extra.{name}"));
        for field in FIELDS.iter().map(|&name| name.to_owned()).chain(extras) {
            let source = sources.and_then(|sources| sources.get(&field));
            let by = self.by(&record.content, &field, source);
            if let (By::Rule(id), Some(rule)) = (&by, source.and_then(|source| source.rule.clone())) {
                places.push((id.clone(), rule));
            }
            let value = text_of(&record.content, &field);
            let alone = matches!(by, By::Rule(_))
                && source.is_some_and(|source| is_contradicted(&field, value, source));
            if alone {
                contradicted.insert(field.clone());
            }
            if alone || is_fault(&field, &by, source) {
                faults.push(field.clone());
            }
            if by != (By::Missing { required: false }) {
                fields.insert(field, by);
            }
        }
        let words = words(record);
        let layout = record.layout.clone();
        let key = PageKey { layout, matched: true, fields, contradicted, residual: residual_class(words) };
        let sample = self.sample(&key, &faults.join(" "), url, text, || said(record, &key));
        PageSeen { at: Instant::now(), words, sample, places, key }
    }

    /// What a page shows that no layout matches.
    pub(super) fn no_layout(&self, url: &Url, text: &str) -> PageSeen {
        let key = PageKey::no_layout();
        let sample = self.sample(&key, "layout", url, text, || json!({}));
        PageSeen { at: Instant::now(), key, words: [0; 3], sample, places: Vec::new() }
    }

    fn by(&self, content: &Content, field: &str, source: Option<&Provenance>) -> By {
        if !is_filled(content, field) {
            return By::Missing { required: content.missing.iter().any(|name| name == field) };
        }
        let number = source.and_then(|source| source.alternative);
        let rule = source.and_then(|source| source.rule.as_deref());
        match (number, rule) {
            (Some(number), Some(rule)) => self.rules.id(field, number, rule).map_or(By::Auto, By::Rule),
            _ => By::Auto,
        }
    }

    fn sample(
        &self,
        key: &PageKey,
        fault: &str,
        url: &Url,
        text: &str,
        said: impl FnOnce() -> Value,
    ) -> Option<Sample> {
        let good = fault.is_empty();
        if !self.keeps_samples || !self.memory().is_wanted(key.group(), fault, good) {
            return None;
        }
        let text = compressed(text).filter(|text| text.len() <= Sample::MOST_BYTES)?;
        let (url, group) = (url.to_string(), key.group().to_owned());
        Some(Sample { ago: Duration::ZERO, url, group, good, said: said().to_string(), text })
    }

    /// Remembers a page whose outcome was committed; what has gathered is written from time to time.
    pub(super) async fn remember(&self, frontier: &dyn Frontier, page: PageSeen) -> Result<(), StoreError> {
        let gathered = {
            let mut memory = self.memory();
            memory.seen.push(page);
            memory.seen.len()
        };
        if gathered < TOGETHER { Ok(()) } else { self.write(frontier).await }
    }

    /// Writes what has gathered.
    pub(super) async fn write(&self, frontier: &dyn Frontier) -> Result<(), StoreError> {
        let (pages, known) = {
            let mut memory = self.memory();
            (std::mem::take(&mut memory.seen), memory.written.is_some())
        };
        if pages.is_empty() {
            return Ok(());
        }
        let earlier = if known { None } else { frontier.meta(Rules::NOTE).await? };
        let note = {
            let mut memory = self.memory();
            memory.know(earlier.as_deref(), &pages);
            let note = self.rules.note(&memory.places);
            (memory.written.as_ref() != Some(&note)).then_some(note)
        };
        if let Some(note) = note {
            frontier.set_meta(Rules::NOTE, &note).await?;
            self.memory().written = Some(note);
        }
        frontier.observe(seen(pages)).await
    }
}

impl Memory {
    fn is_wanted(&mut self, group: &str, fault: &str, good: bool) -> bool {
        let count = self.faults.entry((group.to_owned(), fault.to_owned())).or_default();
        *count += 1;
        let (first, one_in) = if good { (FIRST_GOOD, ONE_IN_GOOD) } else { (FIRST_BAD, ONE_IN_BAD) };
        *count <= first || count.is_multiple_of(one_in)
    }

    /// Notes where rules stand, as this run and those before it have seen them.
    fn know(&mut self, earlier: Option<&str>, pages: &[PageSeen]) {
        for (group, places) in earlier.map(Rules::places).unwrap_or_default() {
            self.places.entry(group).or_insert(places);
        }
        for page in pages {
            let places = self.places.entry(page.key.group().to_owned()).or_default();
            places.extend(page.places.iter().cloned());
        }
    }
}

/// Pages as the store takes them: runs of pages that show the same are one row.
fn seen(pages: Vec<PageSeen>) -> Seen {
    let mut seen = Seen::default();
    // Apart for pages with much text that belongs to nothing, each at the time of the first of them: so that a change
    // in the midst of the pages does not blur.
    let mut words: BTreeMap<(bool, WordsKey), (Duration, u64)> = BTreeMap::new();
    for page in pages {
        let ago = page.at.elapsed();
        for (kind, count) in WordKind::ALL.into_iter().zip(page.words) {
            let key = WordsKey { group: page.key.group().to_owned(), kind };
            words.entry((page.key.residual >= MUCH_RESIDUAL, key)).or_insert((ago, 0)).1 += count;
        }
        let key = Key::Page(page.key).to_string();
        match seen.observations.last_mut() {
            Some(last) if last.key == key => last.n += 1,
            _ => seen.observations.push(Observation { ago, key, n: 1 }),
        }
        seen.samples.extend(page.sample.map(|sample| Sample { ago, ..sample }));
    }
    let counted = words.into_iter().filter(|(_, (_, n))| *n > 0);
    seen.observations.extend(counted.map(|((_, key), (ago, n))| {
        let key = Key::Words(key).to_string();
        Observation { ago, key, n }
    }));
    seen
}

/// The fields that are looked at, besides a profile's own.
const FIELDS: [&str; 12] = [
    "title",
    "subtitle",
    "section",
    "summary",
    "byline",
    "published",
    "updated",
    "tags",
    "language",
    "images",
    "related",
    "body",
];
/// The fields for whose rules a page is kept where another serves; the others are often absent without a fault.
const WATCHED: [&str; 8] =
    ["title", "subtitle", "section", "summary", "byline", "published", "updated", "body"];

fn is_fault(field: &str, by: &By, source: Option<&Provenance>) -> bool {
    let unusual = source.is_some_and(|source| source.rule.is_some() && source.alternative != Some(1));
    *by == (By::Missing { required: true }) || (unusual && WATCHED.contains(&field))
}

fn is_filled(content: &Content, field: &str) -> bool {
    match field {
        "byline" => !content.authors.is_empty(),
        "tags" => !content.tags.is_empty(),
        "images" => !content.images.is_empty(),
        "related" => !content.related.is_empty(),
        "body" => content.body.is_some(),
        _ => match field.strip_prefix("extra.") {
            Some(own) => content.extra.get(own).is_some_and(|value| !value.is_null()),
            None => text_of(content, field).is_some(),
        },
    }
}

fn text_of<'a>(content: &'a Content, field: &str) -> Option<&'a str> {
    let value = match field {
        "title" => &content.title,
        "subtitle" => &content.subtitle,
        "section" => &content.section,
        "summary" => &content.summary,
        "published" => &content.published,
        "updated" => &content.updated,
        "language" => &content.language,
        _ => return None,
    };
    value.as_deref()
}

/// Claimed, dropped, residual.
fn words(record: &Record) -> [u64; 3] {
    let Some(ledger) = &record.ledger else { return [0; 3] };
    [ledger.claimed.values().sum::<usize>(), ledger.dropped.values().sum(), ledger.residual]
        .map(|count| count as u64)
}

/// What each field gave, for whoever mends a rule: `{"title": {"by": "1a2b3c4d", "value": "…", "contradicted": false}}`.
fn said(record: &Record, key: &PageKey) -> Value {
    let content = &record.content;
    let mut said = Map::new();
    for &field in &WATCHED {
        let value = match field {
            "byline" => json!(content.authors.iter().map(|author| &author.name).collect::<Vec<_>>()),
            _ => json!(text_of(content, field)),
        };
        let alone = key.contradicted.contains(field);
        said.insert(
            field.to_owned(),
            json!({"by": key.by(field).to_string(), "value": value, "contradicted": alone}),
        );
    }
    Value::Object(said)
}

fn compressed(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).ok()?;
    encoder.finish().ok()
}
