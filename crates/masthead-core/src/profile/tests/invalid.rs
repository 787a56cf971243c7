//! The profiles in tests/invalid-profiles: what is said of each, and that each is mended by doing what is said.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use super::root;
use crate::profile::{Fault, Faults, Profile, Source, load, schema, yaml};

/// A faulty profile, and its twin in which every remedy was followed.
struct Case {
    name: String,
    text: String,
    mended: String,
}

fn cases() -> Vec<Case> {
    let folder = root().join("tests/invalid-profiles");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut stems: Vec<String> = names
        .filter(|name| !name.ends_with(".mended.yaml"))
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    stems.sort();
    let read = |name: String| {
        fs::read_to_string(folder.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    stems
        .into_iter()
        .map(|stem| Case {
            text: read(format!("{stem}.yaml")),
            mended: read(format!("{stem}.mended.yaml")),
            name: stem,
        })
        .collect()
}

/// Loads a text; `extends:` finds the profiles below tests/invalid-profiles/profiles.
fn read(name: &str, text: &str) -> Result<Profile, Faults> {
    let bases = |name: &str| {
        let path = root().join("tests/invalid-profiles/profiles").join(format!("{name}.yaml"));
        Some(Source::new(format!("profiles/{name}.yaml"), fs::read_to_string(path).ok()?))
    };
    load(Source::new(name, text), &bases)
}

fn faults(case: &Case) -> Faults {
    let name = format!("{}.yaml", case.name);
    read(&name, &case.text).err().unwrap_or_else(|| panic!("{name} has no faults"))
}

/// Every profile has its faults beside it; `UPDATE=1` writes them anew.
#[test]
fn faults_are_explained() {
    let folder = root().join("tests/invalid-profiles");
    let mut wrong = String::new();
    for case in cases() {
        let found = faults(&case).to_string();
        let expected = folder.join(format!("{}.stderr", case.name));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != found {
            writeln!(wrong, "--- {}\n{found}", case.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "these differ from their .stderr (UPDATE=1 rewrites them):\n{wrong}");
}

#[test]
fn every_fault_has_a_place_and_a_remedy() {
    let (mut count, mut lacking) = (0, String::new());
    let cases = cases();
    for case in &cases {
        for fault in &faults(case) {
            count += 1;
            assert!(fault.line >= 1 && fault.end_column > fault.column, "{}: {fault}", case.name);
            if fault.help.as_deref().is_none_or(str::is_empty) {
                writeln!(lacking, "{fault}").unwrap();
            }
            let offers = fault.help.as_deref().unwrap_or("").contains("did you mean");
            assert!(!offers || fault.nearest.is_some(), "{fault}");
        }
    }
    assert!(lacking.is_empty(), "no remedy:\n{lacking}");
    assert!(cases.len() >= 88 && count >= 266, "{} profiles, {count} faults", cases.len());
}

#[test]
fn the_mended_twins_are_sound() {
    let mut wrong = String::new();
    for case in cases() {
        if let Err(faults) = read(&format!("{}.mended.yaml", case.name), &case.mended) {
            writeln!(wrong, "{faults}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The lines of two texts that are not common to both, from 1: of the first, and for each of the second the line of the
/// first that stands before it.
fn difference(first: &str, second: &str) -> (BTreeSet<usize>, Vec<(usize, String)>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    let mut longest = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = if a[i] == b[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut gone, mut new) = (0, 0, BTreeSet::new(), Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || longest[i + 1][j] >= longest[i][j + 1]) {
            gone.insert(i + 1);
            i += 1;
        } else {
            new.push((i, b[j].to_owned()));
            j += 1;
        }
    }
    (gone, new)
}

/// The key that begins a line, as a remedy names it.
fn key_of(line: &str) -> String {
    let line = line.trim_start_matches([' ', '-', '{']);
    format!("{}:", line.split(':').next().unwrap_or(""))
}

/// Only lines that a fault names are changed, or the line of a key that a remedy names; and each fault changes something.
#[test]
fn the_twins_differ_where_the_faults_are() {
    let mut wrong = String::new();
    for case in cases() {
        let faults = faults(&case);
        let name = format!("{}.yaml", case.name);
        let own: Vec<_> = faults.into_iter().filter(|fault| fault.file == name).collect();
        let all: Vec<&str> = case.text.lines().collect();
        // A fault of several lines names them all.
        let breaks = |fault: &Fault| case.text.get(fault.span.clone()).unwrap_or("").matches('\n').count();
        let lines: BTreeSet<usize> =
            own.iter().flat_map(|fault| fault.line as usize..=fault.line as usize + breaks(fault)).collect();
        let mut helps: String = faults.into_iter().filter_map(|fault| fault.help.clone()).collect();
        if own.len() < faults.count() {
            // What is wrong with a base is not mended here: another one is taken.
            helps += "`extends:`";
        }
        let named = |line: &str| helps.contains(&format!("`{}", key_of(line)));
        let (gone, new) = difference(&case.text, &case.mended);
        for line in &gone {
            if !lines.contains(line) && !named(all[line - 1]) {
                writeln!(wrong, "{name}:{line}: changed, and no fault names it").unwrap();
            }
        }
        for (before, line) in &new {
            let beside = (*before..=*before + 1).any(|line| lines.contains(&line) || gone.contains(&line));
            if !beside && !named(line) {
                writeln!(wrong, "{name}:{before}: {line:?} is new, and no fault asks for it").unwrap();
            }
        }
        let moved = |line: usize| new.iter().any(|(before, _)| *before == line || before + 1 == line);
        for fault in own {
            let line = fault.line as usize;
            let elsewhere = new
                .iter()
                .any(|(_, new)| fault.help.as_deref().unwrap_or("").contains(&format!("`{}", key_of(new))));
            if !gone.contains(&line) && !moved(line) && !elsewhere {
                writeln!(wrong, "nothing is done about\n{fault}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a remedy says to write, where it says it whole.
fn to_write(help: &str) -> Option<&str> {
    if let Some((_, rest)) = help.split_once("did you mean `") {
        return rest.split_once("`?").map(|(name, _)| name);
    }
    for words in ["put the value in quotes: ", "take single quotes: ", "write straight ones: "] {
        if let Some((_, rest)) = help.split_once(words) {
            return rest.split("; or").next();
        }
    }
    let (before, rest) = help.split_once("write `")?;
    let (text, after) = rest.split_once('`')?;
    // One of several, or a general form.
    let whole = after.is_empty()
        && !before.contains("or ")
        && !text.contains(['…'])
        && !text.contains("NAME")
        && !text.contains("SELECTOR");
    whole.then_some(text)
}

/// A remedy that can be copied stands in the twin.
#[test]
fn remedies_are_written_as_they_stand() {
    let (mut wrong, mut count) = (String::new(), 0);
    for case in cases() {
        for fault in &faults(&case) {
            let Some(text) = fault.help.as_deref().and_then(to_write) else { continue };
            count += 1;
            let doubled = text.replace('\'', "''");
            let comma = fault.help.as_deref().unwrap_or("").contains("or add a comma");
            if !case.mended.contains(text)
                && !case.mended.contains(&doubled)
                && !comma
                && !fault.file.contains('/')
            {
                writeln!(wrong, "{text:?} is not in the twin\n{fault}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 128, "{count} remedies can be copied");
}

/// Lines that end as on Windows and a byte order mark change no place and no word.
#[test]
fn line_ends_and_marks_change_nothing() {
    for case in cases() {
        let name = format!("{}.yaml", case.name);
        let said = |text: String| read(&name, &text).expect_err("faults").to_string();
        let plain = said(case.text.clone());
        assert_eq!(said(format!("\u{feff}{}", case.text)), plain, "{name} with a mark");
        assert_eq!(said(case.text.replace('\n', "\r\n")), plain, "{name} with CRLF");
        let mended = case.mended.replace('\n', "\r\n");
        assert!(read(&name, &format!("\u{feff}{mended}")).is_ok(), "{name}: its twin with both");
    }
}

/// Files that a schema refuses too: unknown and missing keys, wrong kinds, closed sets, forms.
const SEEN_BY_THE_SCHEMA: [&str; 30] = [
    "attribute-list",
    "comma-in-braces",
    "comment-for-id",
    "durations",
    "faulty-base",
    "hosts",
    "hosts-as-urls",
    "key-beside-itself",
    "korean-positions",
    "languages",
    "layouts",
    "layouts-twice",
    "list-in-css",
    "list-of-keys",
    "missing",
    "near-misses",
    "no-spaces-at-all",
    "not-a-map",
    "numbers-and-dates",
    "own-fields",
    "politeness",
    "sources",
    "steps",
    "times",
    "truth-as-number",
    "unknown-keys",
    "words-of-one-set",
    "words-of-others",
    "words-of-truth",
    "wrong-kinds",
];

/// The schema takes every twin, and refuses just those of the faulty that are listed; the rest it can't see: what is no
/// YAML, what does not compile, and what names refer to.
#[test]
fn the_schema_refuses_what_it_can_see() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let mut refused = Vec::new();
    for case in cases() {
        if let Some(value) = yaml::to_json(&case.text).filter(|value| !validator.is_valid(value)) {
            assert!(value.is_object() || case.name == "not-a-map", "{}", case.name);
            refused.push(case.name.clone());
        }
        let twin = yaml::to_json(&case.mended).unwrap_or_else(|| panic!("{}", case.name));
        let problems: Vec<_> = validator.iter_errors(&twin).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{}.mended.yaml: {problems:?}", case.name);
    }
    assert_eq!(refused, SEEN_BY_THE_SCHEMA, "of {} profiles", cases().len());
}

/// What is no trap: YAML 1.2 leaves these alone, and so do profiles.
#[test]
fn words_that_other_yamls_change_are_text() {
    let profile = read(
        "p.yaml",
        "profile: paper\nhosts: [paper.example]\nlanguage: no\narticle:\n  title: [h1, 'h2']\n  extra:\n    \
         a: {value: 12:30}\n    b: {value: 2019-08-21}\n    c: {value: on}\n    d: {value: 0o17x}\n  body: '#x' # a note\n",
    )
    .unwrap_or_else(|faults| panic!("{faults}"));
    let values: Vec<_> = profile.layouts[0]
        .fields
        .extra
        .iter()
        .map(|extra| match &extra.rule.chain[0].source {
            crate::profile::model::Source::Value(value) => value.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(values, ["\"12:30\"", "\"2019-08-21\"", "\"on\"", "\"0o17x\""]);
    assert_eq!(profile.language.as_deref(), Some("no"));
}

/// What is larger than a profile can be is refused with the way out, which works.
#[test]
fn large_profiles_are_refused() {
    let head = "profile: paper\nhosts: [paper.example]\n";
    let large = format!("{head}# {}\n", "x".repeat(1 << 20));
    let said = read("large.yaml", &large).expect_err("too large").to_string();
    assert!(said.starts_with("large.yaml:1:1: the profile is larger than 1 MiB\n"), "{said}");
    assert!(said.contains("= help: split it: `extends:`"), "{said}");
    assert!(read("small.yaml", "extends: plain-base\n").is_ok());
    let just = format!("{head}# {}", "x".repeat((1 << 20) - head.len() - 2));
    assert!(read("just.yaml", &just).is_ok());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// A faulty file that is made worse ends in faults with places inside it, or is sound; it never ends the program.
    #[test]
    fn any_change_is_explained(
        which in 0_usize..1000,
        changes in proptest::collection::vec((0_usize..4000, 0_usize..3, "[\\PC\t\n'\"\\[\\]{}:,#*&!%@>|-]{0,3}"), 1..5),
    ) {
        let cases = texts();
        let mut text: Vec<char> = cases[which % cases.len()].chars().collect();
        for (at, gone, new) in changes {
            let start = at % (text.len() + 1);
            let end = (start + gone).min(text.len());
            text.splice(start..end, new.chars());
        }
        let text: String = text.into_iter().collect();
        let lines = text.lines().count().max(1) + 1;
        if let Err(faults) = read("any.yaml", &text) {
            for fault in &faults {
                let own = fault.file == "any.yaml";
                proptest::prop_assert!(!own || fault.line as usize <= lines, "{fault:?}");
                proptest::prop_assert!(fault.end_column > fault.column && fault.help.is_some(), "{fault}");
            }
            proptest::prop_assert!(!faults.to_string().is_empty());
        }
    }
}

/// The faulty texts, read once.
fn texts() -> &'static [String] {
    static TEXTS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    TEXTS.get_or_init(|| cases().into_iter().map(|case| case.text).collect())
}
