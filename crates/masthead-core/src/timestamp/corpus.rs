//! A measurement on dateparser's own tests: `dates/absolute.json` of the shared corpus.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Case {
    string: String,
    expected: Option<String>,
    language: Option<String>,
    settings_free: bool,
}

fn cases() -> Option<Vec<Case>> {
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(shared.join("corpus/dates/absolute.json"));
    let Ok(text) = text else {
        eprintln!("SKIPPED: the measurement on dates/absolute.json (../shared is absent)");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn tag(language: &str) -> &str {
    let tags = HashMap::from([
        ("Bangla", "bn"),
        ("Belarusian", "be"),
        ("Chinese", "zh"),
        ("Croatian", "hr"),
        ("Czech", "cs"),
        ("Dutch", "nl"),
        ("English", "en"),
        ("Filipino", "fil"),
        ("Finnish", "fi"),
        ("French", "fr"),
        ("Georgian", "ka"),
        ("German", "de"),
        ("Hindi", "hi"),
        ("Italian", "it"),
        ("Portuguese", "pt"),
        ("Romanian", "ro"),
        ("Russian", "ru"),
        ("Spanish", "es"),
        ("Tagalog", "tl"),
        ("Thai", "th"),
        ("Turkish", "tr"),
        ("Ukrainian", "uk"),
        ("Vietnamese", "vi"),
    ]);
    tags.get(language).copied().unwrap_or(language)
}

/// dateparser answers in UTC and puts midnight where there is no time.
fn agrees(read: &str, expected: &str) -> bool {
    let expected: jiff::civil::DateTime = expected.parse().unwrap();
    match read.parse::<jiff::Timestamp>() {
        Ok(instant) => {
            let read = jiff::tz::Offset::UTC.to_datetime(instant);
            read.duration_until(expected).as_millis() == 0
        }
        Err(_) => read.parse::<jiff::civil::Date>().unwrap() == expected.date(),
    }
}

#[test]
fn what_is_read_of_dateparsers_cases_is_right() {
    let Some(cases) = cases() else { return };
    let (mut right, mut wrong, mut unread) = (0, Vec::new(), Vec::new());
    for case in cases.iter().filter(|case| case.settings_free) {
        let locale = case.language.as_deref().and_then(|language| Locale::parse(tag(language)));
        let rule = TimeRule { locale: locale.as_ref(), ..TimeRule::default() };
        match (parse(&case.string, &rule), &case.expected) {
            (Some(read), Some(expected)) if agrees(&read.text, expected) => right += 1,
            (Some(read), _) => wrong.push(format!("{} → {}", case.string, read.text)),
            (None, _) => unread.push(case.string.as_str()),
        }
    }
    eprintln!("dates/absolute.json: {right} right, {} wrong, {} not read", wrong.len(), unread.len());
    eprintln!("not read: {}", unread.join(" ¦ "));
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right >= 140, "{right} of {} right", cases.len());
}
