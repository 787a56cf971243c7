//! What could serve instead of a rule that broke: the place of the same value on the pages that were kept.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use masthead_core::suggest::{SamplePages, Wanted};
use masthead_core::{Options, Outcome, Page, Profile, read};
use masthead_frontier::KeptSample;
use serde_json::Value;
use url::Url;

use super::Repair;
use super::alarms::{Broken, What};

/// A page is unpacked up to so many bytes.
const MOST: u64 = 16 << 20;
/// A rule that serves fewer of the kept pages is no repair: in tenths.
const TENTHS: usize = 8;

/// Which part of a page's metadata is asked, after what serves now; its headings last.
const WITNESSES: [&str; 8] = ["jsonld", "microdata", "og", "meta", "link", "time", "title", "h1"];

/// A page that the rule did not serve, and what others on it say, by their names; nobody's name is what serves now.
struct Lost {
    text: String,
    said: BTreeMap<Option<String>, Wanted>,
}

/// A rule that gives the value which another witness gives, on nearly all pages that were kept since.
pub(super) fn find(broken: &Broken, samples: &[KeptSample]) -> Option<Repair> {
    let field = broken.field()?;
    if matches!(broken.what, What::Residual { .. }) {
        return None;
    }
    let lost: Vec<Lost> = samples
        .iter()
        .filter(|sample| sample.at >= broken.fall.since && !sample.good)
        .filter(|sample| broken.group.as_ref().is_none_or(|group| sample.group == *group))
        .filter_map(|sample| lost(broken, field, sample))
        .collect();
    let pages = SamplePages::parse(lost.iter().map(|page| page.text.as_str()));
    let witnesses = std::iter::once(None).chain(WITNESSES.map(|name| Some(name.to_owned())));
    witnesses.into_iter().find_map(|witness| {
        let wanted: Vec<Option<Wanted>> = lost.iter().map(|page| page.said.get(&witness).cloned()).collect();
        let found = pages.suggest(&wanted, 1).into_iter().next()?;
        let serves = found.pages * 10 >= found.of * TENTHS && found.of * 2 >= lost.len();
        serves.then(|| Repair { rule: found.rule(), pages: found.pages, of: found.of, witness })
    })
}

/// The page, where the rule did not serve it.
fn lost(broken: &Broken, field: &str, sample: &KeptSample) -> Option<Lost> {
    let said: Value = serde_json::from_str(&sample.said).ok()?;
    let entry = said.get(field)?;
    let by = entry.get("by").and_then(Value::as_str).unwrap_or_default();
    let alone = entry.get("contradicted").and_then(Value::as_bool).unwrap_or_default();
    let is_lost = match &broken.what {
        What::Rule { rule, .. } => by != rule.id,
        What::Contradicted { rule } => by == rule.id && alone,
        _ => matches!(by, "!" | "-"),
    };
    if !is_lost {
        return None;
    }
    let text = unpacked(&sample.text)?;
    let mut said = from_metadata(field, &sample.url, &text).unwrap_or_default();
    let served = entry.get("value").filter(|_| !alone).and_then(|value| wanted(field, value));
    said.extend(served.map(|served| (None, served)));
    Some(Lost { text, said })
}

fn wanted(field: &str, value: &Value) -> Option<Wanted> {
    match (field, value) {
        ("published" | "updated", Value::String(time)) => Some(Wanted::Time(time.clone())),
        ("byline", Value::Array(names)) => {
            let names: Vec<String> = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            (!names.is_empty()).then_some(Wanted::Names(names))
        }
        (_, Value::String(text)) => Some(Wanted::Text(text.clone())),
        _ => None,
    }
}

/// What the page says of itself, by who says it.
fn from_metadata(field: &str, url: &str, text: &str) -> Option<BTreeMap<Option<String>, Wanted>> {
    let url = Url::parse(url).ok()?;
    let page = Page { url: &url, text, fetched: None, witness: None };
    let options = Options { explain: true, only_articles: false };
    let Outcome::Article(record) = read(&Profile::automatic(), &page, &options).outcome else { return None };
    let value = match field {
        "byline" => {
            record.content.authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>().into()
        }
        field => serde_json::to_value(&record.content).ok()?.get(field)?.clone(),
    };
    let provenance = record.provenance.as_ref()?.get(field)?;
    let first = provenance.source.iter().map(|source| source.trim_start_matches("auto:"));
    let same = first.chain(provenance.agrees.iter().map(String::as_str));
    let same = same.map(|name| (name.to_owned(), value.clone()));
    let others = provenance.disagrees.iter().map(|(name, said)| (name.clone(), said.clone().into()));
    let each = same.chain(others);
    Some(each.filter_map(|(name, value)| Some((Some(name), wanted(field, &value)?))).collect())
}

fn unpacked(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    GzDecoder::new(text).take(MOST).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}
