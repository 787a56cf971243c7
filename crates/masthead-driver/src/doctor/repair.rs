//! What could serve instead of a rule that broke: the place of the same value on the pages that were kept.

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

/// A page that the rule did not serve.
struct Lost {
    text: String,
    wanted: Option<(Wanted, String)>,
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
    let wanted: Vec<Option<Wanted>> =
        lost.iter().map(|page| page.wanted.as_ref().map(|(wanted, _)| wanted.clone())).collect();
    let found = pages.suggest(&wanted, 1).into_iter().next()?;
    let witness = lost.iter().find_map(|page| page.wanted.as_ref())?.1.clone();
    let serves = found.pages * 10 >= found.of * TENTHS;
    serves.then(|| Repair { rule: found.rule(), pages: found.pages, of: found.of, witness })
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
    let served = entry.get("value").filter(|_| !alone).and_then(|value| wanted(field, value));
    let wanted = match served {
        Some(wanted) => Some((wanted, "the value that serves now".to_owned())),
        None => from_metadata(field, &sample.url, &text),
    };
    Some(Lost { text, wanted })
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

/// What the page's own metadata says, and which part of it.
fn from_metadata(field: &str, url: &str, text: &str) -> Option<(Wanted, String)> {
    let url = Url::parse(url).ok()?;
    let page = Page { url: &url, text, fetched: None, witness: None };
    let options = Options { explain: true, only_articles: false };
    let Outcome::Article(record) = read(&Profile::automatic(), &page, &options).outcome else { return None };
    let value = serde_json::to_value(&record.content).ok()?;
    let value = match field {
        "byline" => {
            record.content.authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>().into()
        }
        field => value.get(field)?.clone(),
    };
    let source = record.provenance.as_ref()?.get(field)?.source.clone()?;
    let witness = source.strip_prefix("auto:").unwrap_or(&source).to_owned();
    Some((wanted(field, &value)?, witness))
}

fn unpacked(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    GzDecoder::new(text).take(MOST).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}
