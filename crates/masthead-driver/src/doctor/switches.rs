//! Real publishers that changed their layout: a small profile is drafted from a page of the first, and pages of the next
//! follow. Is the change noticed, and does the repair select the right headline?

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use masthead_core::profile::{NoBases, Source, load};
use masthead_core::suggest::{SamplePages, Wanted};
use masthead_core::{Options, Outcome, Page, Profile, decode, read};
use masthead_frontier::{KeptSample, Observed};
use masthead_record::Record;
use serde_json::{Value, json};
use url::Url;

use super::alarms::{self, Broken};
use super::past::Past;
use super::repair;
use crate::crawl::Observer;
use crate::observed::Rules;

/// Of the titles whose rule broke, so many must be noticed, and so many repairs be right. To be raised, never lowered.
const NOTICED: usize = 19;
const MENDED: usize = 17;

struct Stored {
    version: String,
    url: Url,
    text: String,
    title: String,
    published: Option<String>,
    authors: Vec<String>,
}

fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = shared.join("corpus/fundus");
    if !folder.is_dir() {
        eprintln!("SKIPPED: layouts of real publishers that switch (../shared is absent)");
        return None;
    }
    Some(folder)
}

/// The pages of a publisher, the oldest layout first.
fn publisher(folder: &Path) -> Vec<Stored> {
    let Ok(expected) = fs::read_to_string(folder.join("expected.json")) else { return Vec::new() };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let stored = expected["cases"].as_array().unwrap().iter().map(|case| {
        let mut bytes = Vec::new();
        let packed = fs::read(folder.join(case["file"].as_str().unwrap())).unwrap();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        let expected = &case["expected"];
        let authors = expected["authors"].as_array().into_iter().flatten();
        Stored {
            version: case["parser_version"].as_str().unwrap().to_owned(),
            url: Url::parse(case["url"].as_str().unwrap()).unwrap(),
            text: decode(&bytes, Some("utf-8"), None).text,
            title: tidy(expected["title"].as_str().unwrap_or_default()),
            published: expected["publishing_date"].as_str().map(|time| time.replacen(' ', "T", 1)),
            authors: authors.map(|author| author.as_str().unwrap().to_owned()).collect(),
        }
    });
    let mut stored: Vec<Stored> = stored.collect();
    stored.sort_by(|one, other| one.version.cmp(&other.version));
    stored.dedup_by(|one, other| one.version == other.version);
    stored
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn suggested(page: &Stored, wanted: Wanted) -> Option<String> {
    let found = SamplePages::parse([page.text.as_str()]).suggest(&[Some(wanted)], 50);
    // People write a class where there is one.
    let named = found.iter().find(|one| one.selector.contains(['.', '#', '[']));
    named.or(found.first()).map(masthead_core::suggest::Suggestion::rule)
}

/// A profile of a few lines, as a person would write it after a look at one page.
fn drafted(page: &Stored) -> Option<Profile> {
    // Where the expected title is that of the metadata and stands nowhere on the page, a person takes the heading.
    let title = suggested(page, Wanted::Text(page.title.clone())).unwrap_or_else(|| "h1".to_owned());
    let published = page.published.clone().and_then(|time| suggested(page, Wanted::Time(time)));
    let byline = suggested(page, Wanted::Names(page.authors.clone()));
    let rule = |rule: Option<String>| rule.map_or(json!("auto"), |rule| json!([rule, "auto"]));
    profile(
        page,
        &json!({"title": rule(Some(title)), "published": rule(published), "byline": rule(byline), "body": "body"}),
    )
}

fn profile(page: &Stored, article: &Value) -> Option<Profile> {
    let host = page.url.host_str()?;
    let profile = json!({"profile": "draft", "version": 1, "hosts": [host], "article": article});
    load(Source::new("draft.yaml", profile.to_string()), &NoBases).ok()
}

fn record(profile: &Profile, page: &Stored) -> Option<Box<Record>> {
    let page = Page { url: &page.url, text: &page.text, fetched: None, witness: None };
    match read(profile, &page, &Options { explain: true, only_articles: false }).outcome {
        Outcome::Article(record) => Some(record),
        _ => None,
    }
}

/// Sixty pages like the first and thirty like the second, and what the doctor says of them.
fn switched(profile: &Profile, first: &Stored, second: &Stored) -> (Vec<Broken>, Vec<KeptSample>) {
    let observer = Observer::new(profile, true);
    let (mut observations, mut samples) = (Vec::new(), Vec::new());
    let mut at = Duration::from_secs(1_769_500_000);
    for (page, times) in [(first, 60), (second, 30)] {
        let Some(record) = record(profile, page) else { continue };
        let (key, sample) = observer.article(&record, &page.url, &page.text).told();
        observations.push(Observed { at, key, n: times });
        let sample = sample.unwrap();
        let (url, group) = (sample.url, sample.group);
        samples.push(KeptSample { at, url, group, good: sample.good, said: sample.said, text: sample.text });
        at += Duration::from_secs(600);
    }
    (alarms::find(&Past::new(&observations), &Rules::of(profile)), samples)
}

/// Whether a rule gives the page's headline: the expected one, or what one of the page's other witnesses says.
fn is_headline(rule: &str, page: &Stored) -> bool {
    let Some(profile) = profile(page, &json!({"title": [rule], "body": "body"})) else { return false };
    let Some(record) = record(&profile, page) else { return false };
    let sources = record.provenance.as_ref().unwrap();
    // The heading may be the very node that the rule selects.
    let agrees = sources["title"].agrees.iter().any(|witness| witness != "h1");
    record.content.title.as_deref().is_some_and(|title| tidy(title) == page.title || agrees)
}

#[test]
fn switches_of_real_publishers_are_noticed_and_mended() {
    let Some(folder) = corpus() else { return };
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|country| fs::read_dir(country.unwrap().path()).unwrap())
        .map(|publisher| publisher.unwrap().path())
        .collect();
    folders.sort();
    let (mut switches, mut broke, mut noticed, mut mended, mut other) = (0, 0, 0, 0, 0);
    let (mut publishers, mut alarmed, mut undrafted) = (0, 0, 0);
    eprintln!(
        "{:<18} {:<12} {:<8} {:<8} {:<9} {}",
        "publisher", "switch", "title", "noticed", "repair", "other alarms"
    );
    for folder in &folders {
        let pages = publisher(folder);
        publishers += usize::from(pages.len() > 1);
        for pair in pages.windows(2) {
            let [first, second] = pair else { continue };
            let name = folder.file_name().unwrap().to_string_lossy();
            let switch = format!("{} > {}", first.version, second.version);
            switches += 1;
            let Some(profile) = drafted(first) else {
                undrafted += 1;
                eprintln!("{name:<18} {switch:<12} no element of the first page has the title alone");
                continue;
            };
            let rule =
                profile.written_rules().iter().find(|rule| rule.field == "title").unwrap().source.clone();
            let holds = is_headline(&rule, second);
            let (found, samples) = switched(&profile, first, second);
            let of_title = found.iter().find(|broken| broken.field() == Some("title"));
            let repair = of_title.and_then(|broken| repair::find(broken, &samples));
            let right = repair.as_ref().is_some_and(|repair| is_headline(&repair.rule, second));
            broke += usize::from(!holds);
            noticed += usize::from(!holds && of_title.is_some());
            mended += usize::from(!holds && right);
            other += usize::from(holds && of_title.is_some());
            alarmed += usize::from(!found.is_empty());
            let others: Vec<&str> =
                found.iter().filter_map(Broken::field).filter(|field| *field != "title").collect();
            eprintln!(
                "{name:<18} {switch:<12} {:<8} {:<8} {:<9} {} [{rule} > {}]",
                if holds { "holds" } else { "broke" },
                if of_title.is_some() { "yes" } else { "no" },
                if right {
                    "right"
                } else if repair.is_some() {
                    "wrong"
                } else {
                    "-"
                },
                others.join(" "),
                repair.map(|repair| repair.rule).unwrap_or_default(),
            );
        }
    }
    eprintln!(
        "{publishers} publishers, {switches} switches: an alarm at {alarmed}; {undrafted} without a draft; the title's rule broke at {broke}: \
         {noticed} noticed, {mended} mended; {other} alarms for titles that were right"
    );
    assert!(noticed >= NOTICED && mended >= MENDED, "{noticed} noticed, {mended} mended");
}
