//! README says what is true: it leads to every page, and its profile gives the record beside it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;

use serde_json::{Map, Value};

use crate::program::{Program, project, project_text, text};

/// The text between the first fence of a language and the next fence.
fn block<'a>(page: &'a str, language: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn it_leads_to_every_page() {
    let readme = project_text("README.md");
    let mut count = 0;
    for entry in fs::read_dir(project("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            count += 1;
            assert!(readme.contains(&format!("](docs/{name})")), "README.md does not lead to docs/{name}");
        }
    }
    assert!(count >= 10, "{count} pages");
}

#[test]
fn its_profile_gives_its_record() {
    let readme = project_text("README.md");
    let profile = block(&readme, "yaml");
    assert_eq!(profile.lines().count(), 5);
    assert_eq!(profile, project_text("docs/examples/example.yaml"));

    // Run away from the project, where its paths mean nothing.
    let command = readme.lines().find_map(|line| line.strip_prefix("    crawl extract ")).unwrap();
    let files = |word: &str| match word.starts_with("docs/") {
        true => text(&project(word)).to_owned(),
        false => word.to_owned(),
    };
    let words: Vec<String> = command.split(' ').map(files).collect();
    let arguments: Vec<&str> = ["extract"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let run = Program::new().run(&arguments).expect(0);
    assert!(run.stderr.contains("4 words in the container belong to nothing"), "{}", run.stderr);

    let record = run.json();
    let shown: Map<String, Value> = serde_json::from_str(block(&readme, "json")).unwrap();
    for (field, value) in &shown {
        assert_eq!(record[field], *value, "{field}");
    }
    // Left out: what is empty, and the names and the text a second time.
    for (field, value) in record.as_object().unwrap() {
        let twice = ["authors", "blocks"].contains(&field.as_str());
        let is_empty = match value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        assert!(is_empty || twice || shown.contains_key(field), "README.md does not show {field}: {value}");
    }
}
