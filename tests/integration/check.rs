//! `crawl check`: every fault of every file, for people and for editors.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::program::{Program, project, project_text};

/// The program in a folder with the faulty profiles, their twins and their bases; and the names of the faulty.
fn with_faulty_profiles() -> (Program, Vec<String>) {
    let program = Program::new();
    let mut names = Vec::new();
    for (folder, target) in [("tests/invalid-profiles", ""), ("tests/invalid-profiles/profiles", "profiles/")]
    {
        for entry in fs::read_dir(project(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if !name.ends_with(".yaml") {
                continue;
            }
            fs::create_dir_all(program.path("profiles")).unwrap();
            program.write(&format!("{target}{name}"), project_text(&format!("{folder}/{name}")));
            if target.is_empty() && !name.ends_with(".mended.yaml") {
                names.push(name);
            }
        }
    }
    names.sort();
    (program, names)
}

#[test]
fn faulty_profiles_are_refused_and_their_mended_twins_are_sound() {
    let (program, names) = with_faulty_profiles();
    assert!(names.len() >= 75, "{} profiles", names.len());
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = program.run(&[&["check"], all.as_slice()].concat()).expect(2);
    for name in &names {
        let said = project_text(&format!("tests/invalid-profiles/{}", name.replace(".yaml", ".stderr")));
        assert!(run.stderr.contains(&said), "{name}: what was said is not\n{said}");
        assert!(run.stderr.contains(&format!(" in {name}\n")), "{name} is not counted");
    }
    assert!(!run.stderr.contains(": sound"), "{}", run.stderr);
    let twins: Vec<String> = names.iter().map(|name| name.replace(".yaml", ".mended.yaml")).collect();
    let all: Vec<&str> = twins.iter().map(String::as_str).collect();
    let run = program.run(&[&["check"], all.as_slice()].concat()).expect(0);
    assert_eq!(run.stderr.matches(".mended.yaml: sound (").count(), twins.len(), "{}", run.stderr);
}

#[test]
fn faults_for_editors_have_the_places_and_words_of_those_for_people() {
    let (program, names) = with_faulty_profiles();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = program.run(&[&["check", "--json"], all.as_slice()].concat()).expect(2);
    assert_eq!(run.stderr, "");
    let value = run.json();
    let faults = value.as_array().unwrap();
    let people = program.run(&[&["check"], all.as_slice()].concat()).expect(2).stderr;
    let keys = [
        "file",
        "line",
        "column",
        "end_column",
        "message",
        "found",
        "allowed",
        "help",
        "nearest",
        "severity",
    ];
    let mut nearest = 0;
    for fault in faults {
        let own: Vec<&str> = fault.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(own, keys);
        let text = |key: &str| fault[key].as_str().unwrap_or_else(|| panic!("no {key} in {fault}"));
        let (line, column) = (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap());
        assert!(fault["end_column"].as_u64().unwrap() > column, "{fault}");
        assert!(
            people.contains(&format!("{}:{line}:{column}: {}\n", text("file"), text("message"))),
            "{fault}"
        );
        assert!(people.contains(&format!("= help: {}\n", text("help"))), "{fault}");
        if let Some(name) = fault["nearest"].as_str() {
            assert!(text("help").starts_with(&format!("did you mean `{name}`?")), "{fault}");
            nearest += 1;
        }
    }
    let files: BTreeSet<&str> = faults.iter().filter_map(|fault| fault["file"].as_str()).collect();
    assert!(
        names.iter().filter(|name| *name != "extends-circle.yaml").all(|name| files.contains(name.as_str()))
    );
    assert!(faults.len() >= 200 && nearest >= 30, "{} faults, {nearest} with a nearest name", faults.len());
}

#[test]
fn a_fault_for_editors_is_a_range_of_one_line() {
    let program = Program::new();
    program.write(
        "p.yaml",
        "profile: paper\nhosts: [paper.example]\narticle:\n  titel: h1\n  extra: {제목: a}\n",
    );
    let faults = program.run(&["check", "--json", "p.yaml"]).expect(2).json();
    let places: Vec<_> = faults
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| ["line", "column", "end_column"].map(|key| fault[key].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [[4, 3, 8], [5, 11, 13]]);
    assert_eq!(faults[0]["nearest"], "title");
    assert_eq!(faults[0]["found"], "titel");
    assert_eq!(faults[1]["nearest"], Value::Null);
}

#[test]
fn a_file_that_cannot_be_read_hides_nothing_of_the_others() {
    let program = Program::new();
    program.write("latin.yaml", b"profile: caf\xe9\n");
    program.write("bad.yaml", "profile: paper\nhosts: [paper.example]\narticel: {}\n");
    let run = program.run(&["check", "latin.yaml", "nobody.yaml", "bad.yaml"]).expect(2);
    for words in
        ["can't read the profile latin.yaml", "UTF-8", "can't read the profile nobody.yaml", "`article`?"]
    {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let faults = program.run(&["check", "--json", "latin.yaml", "nobody.yaml", "bad.yaml"]).expect(2).json();
    let files: Vec<_> =
        faults.as_array().unwrap().iter().map(|fault| fault["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["latin.yaml", "nobody.yaml", "bad.yaml"]);
    assert_eq!(program.run(&["check", "--json", "koreatimes"]).expect(0).json(), Value::Array(Vec::new()));
}

#[test]
fn the_schema_is_the_one_that_is_committed() {
    let printed = Program::new().run(&["schema"]).expect(0).stdout;
    assert!(printed == project_text("docs/profile.schema.json"), "run core's tests with UPDATE=1");
}

/// "A broken file, as you see it" in docs/profile-language.md is what the program says.
#[test]
fn the_broken_file_of_the_documents_is_shown_as_it_is() {
    let page = project_text("docs/profile-language.md");
    let (_, section) = page.split_once("\n## A broken file, as you see it\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let block = |language: &str| {
        let (_, rest) = section.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let program = Program::new();
    program.write("broken.yaml", block("text"));
    let run = program.run(&["check", "broken.yaml"]).expect(2);
    assert_eq!(format!("$ crawl check broken.yaml\n{}", run.stderr), block("console"));
    assert!(run.stderr.ends_with("3 faults in broken.yaml\n"));
    program.write("mended.yaml", block("yaml"));
    assert_eq!(
        program.run(&["check", "mended.yaml"]).expect(0).stderr,
        "mended.yaml: sound (1 layouts, 0 tests)\n"
    );
    let faults = program.run(&["check", "broken.yaml", "--json"]).expect(2).json();
    let shown: Value = serde_json::from_str(block("json")).unwrap();
    assert_eq!(faults[0], shown);
}
