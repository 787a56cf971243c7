use serde_json::{Value, json};

use super::*;

const PROFILE: &str = "profile: paper   # ours
hosts: [paper.example]
article: {body: .b}   # the only rule

tests:
  # The first page.
  - page: a.html
    url: https://paper.example/a
    expect:
      title: 'A ferry'      # as printed
      byline: [Ida Marsh]
      images: {count: 1, first: {caption: The lamp, credit: \"Tom Read\"}}
      tags:
        - harbour   # the place
        - ferries
        - winter
      body:
        words: 12
        starts: The bridge
  - {page: b.html, url: https://paper.example/b, expect: {title: A ferry, byline: null, tags: []}}
";

fn corrected(text: &str, test: usize, key: &str, value: Value) -> Result<String, CorrectionError> {
    let correction = Correction { test, key: key.to_owned(), value };
    correct_tests(&Source::new("paper.yaml", text), &[correction])
}

/// The lines that are gone, and those that came.
fn diff(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let without = |one: &str, other: &str| -> Vec<String> {
        one.lines().filter(|line| !other.lines().any(|found| found == *line)).map(str::to_owned).collect()
    };
    (without(old, new), without(new, old))
}

#[track_caller]
fn changes(test: usize, key: &str, value: Value, gone: &[&str], came: &[&str]) {
    let new = corrected(PROFILE, test, key, value).unwrap();
    let (lost, found) = diff(PROFILE, &new);
    assert_eq!(
        (lost, found),
        (
            gone.iter().map(|line| (*line).to_owned()).collect(),
            came.iter().map(|line| (*line).to_owned()).collect()
        )
    );
    // Nothing else was moved.
    assert_eq!(new.lines().count() + gone.len(), PROFILE.lines().count() + came.len());
}

#[test]
fn a_value_is_changed_in_its_place_and_in_its_style() {
    let title = "      title: 'A ferry'      # as printed";
    changes(0, "title", json!("It's late"), &[title], &["      title: 'It''s late'      # as printed"]);
    changes(0, "title", json!(null), &[title], &["      title: null      # as printed"]);
    changes(0, "body.words", json!(13), &["        words: 12"], &["        words: 13"]);
    changes(
        0,
        "body.starts",
        json!("The: end"),
        &["        starts: The bridge"],
        &["        starts: 'The: end'"],
    );
    let images = "      images: {count: 1, first: {caption: The lamp, credit: \"Tom Read\"}}";
    let changed = "      images: {count: 1, first: {caption: The lamp, credit: \"Tom, Reed\"}}";
    changes(0, "images.first.credit", json!("Tom, Reed"), &[images], &[changed]);
    changes(0, "images", json!([]), &[images], &["      images: []"]);
    changes(
        0,
        "body",
        json!(null),
        &["      body:", "        words: 12", "        starts: The bridge"],
        &["      body: null"],
    );
}

#[test]
fn lists_lose_and_gain_items_and_keep_the_others_as_they_are() {
    let byline = "      byline: [Ida Marsh]";
    changes(
        0,
        "byline",
        json!(["Ida Marsh", "Tom, Jr."]),
        &[byline],
        &["      byline: [Ida Marsh, 'Tom, Jr.']"],
    );
    changes(
        0,
        "byline",
        json!(["Tom Reed", "Ida Marsh"]),
        &[byline],
        &["      byline: [Tom Reed, Ida Marsh]"],
    );
    changes(0, "byline", json!([]), &[byline], &["      byline: []"]);
    let (place, ferries) = ("        - harbour   # the place", "        - ferries");
    changes(0, "tags", json!(["harbour", "winter"]), &[ferries], &[]);
    changes(0, "tags", json!(["ferries", "winter"]), &[place], &[]);
    changes(0, "tags", json!(["port", "ferries", "winter"]), &[place], &["        - port   # the place"]);
    changes(
        0,
        "tags",
        json!(["harbour", "ferries", "ice", "snow", "winter"]),
        &[],
        &["        - ice", "        - snow"],
    );
    changes(0, "tags", json!(["sea", "harbour", "ferries", "winter"]), &[], &["        - sea"]);
    let b =
        "  - {page: b.html, url: https://paper.example/b, expect: {title: A ferry, byline: null, tags: []}}";
    let with = b.replace("null", "[{name: Ida Marsh}]");
    changes(1, "byline", json!([{"name": "Ida Marsh"}]), &[b], &[&with]);
    changes(1, "tags", json!(["a: b"]), &[b], &[&b.replace("[]", "['a: b']")]);
}

#[test]
fn a_list_at_the_end_of_a_file_without_a_line_break_grows() {
    for line_break in ["\n", "\r\n"] {
        let text = ["profile: p", "tests:", "- expect:", "    tags:", "    - a"].join(line_break);
        let wanted = format!("{text}{line_break}    - b{line_break}");
        assert_eq!(corrected(&text, 0, "tags", json!(["a", "b"])), Ok(wanted));
    }
}

#[test]
fn several_corrections_follow_each_other() {
    let correction = |test, key: &str, value| Correction { test, key: key.to_owned(), value };
    let new = correct_tests(
        &Source::new("paper.yaml", PROFILE),
        &[
            correction(0, "tags", json!(["harbour"])),
            correction(0, "body.words", json!(1)),
            correction(1, "title", json!("A much longer title, with a comma")),
        ],
    );
    let text = new.unwrap();
    assert!(
        text.contains("      tags:\n        - harbour   # the place\n      body:\n        words: 1\n"),
        "{text}"
    );
    assert!(text.contains("{title: 'A much longer title, with a comma', byline"), "{text}");
}

#[test]
fn texts_over_several_lines_are_replaced_whole() {
    for written in [
        "|\n        One\n        two\n",
        ">-\n        One\n        two\n",
        "\"One\n        two\"\n",
        "One\n        two\n",
    ] {
        let text = format!("tests:\n  - expect:\n      title: {written}      tags: [a]\n");
        let new = corrected(&text, 0, "title", json!("Three"));
        let found = new.as_deref().ok().and_then(crate::profile::yaml::to_json);
        assert_eq!(found, Some(json!({"tests": [{"expect": {"title": "Three", "tags": ["a"]}}]})), "{new:?}");
    }
}

#[test]
fn what_is_shared_is_left_to_the_author() {
    let text =
        "tests:\n  - expect: {title: &t A, byline: [&p {name: B}]}\n  - expect: {title: *t, byline: [*p]}\n";
    for test in [0, 1] {
        let error = corrected(text, test, "title", json!("C")).unwrap_err();
        assert_eq!(error, CorrectionError::Shared { key: "title".to_owned(), line: 2 });
    }
    assert!(corrected(text, 1, "byline", json!([{"name": "C"}])).is_err());
    let merged = "x: &e {title: A}\ntests:\n  - expect: {<<: *e, tags: []}\n";
    assert!(corrected(merged, 0, "title", json!("C")).is_err());
    assert!(corrected(merged, 0, "tags", json!(["C"])).is_ok());
}

#[test]
fn what_is_not_there_can_not_be_corrected() {
    let missing = |key: &str| Err(CorrectionError::NoSuchKey { key: key.to_owned() });
    assert_eq!(corrected(PROFILE, 0, "section", json!("a")), missing("section"));
    assert_eq!(corrected(PROFILE, 7, "title", json!("a")), missing("title"));
    assert_eq!(corrected("a: [", 0, "title", json!("a")), Err(CorrectionError::Unreadable));
}
