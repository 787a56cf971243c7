//! The profiles that ship: each loads, has tests, and passes them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use serde_json::Value;

use crate::program::{Program, Run, project, project_text, shared, text};

/// The names of the profiles in the project's folder.
fn shipped() -> Vec<String> {
    let files = std::fs::read_dir(project("profiles")).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let mut names: Vec<String> =
        yaml.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert!(names.contains(&"koreatimes".to_owned()) && names.contains(&"hankookilbo".to_owned()));
    names
}

/// `crawl test` of one profile with these folders of pages, and its rows.
fn test(program: &Program, name: &str, folders: &[&str], more: &[&str]) -> (Run, Vec<Value>) {
    let pages = folders.iter().flat_map(|folder| ["--pages", folder]);
    let arguments: Vec<&str> =
        ["test", name, "--json"].into_iter().chain(pages).chain(more.iter().copied()).collect();
    let run = program.run(&arguments);
    let rows = run.json().as_array().unwrap().clone();
    (run, rows)
}

#[test]
fn each_profile_is_built_in_sound_and_tested() {
    let program = Program::new();
    let pages = project("tests/pages");
    for name in shipped() {
        let check = program.run(&["check", &name]).expect(0);
        assert!(check.stderr.contains(": sound"), "{name}: {}", check.stderr);
        assert_eq!(check.stdout, "");
        assert_eq!(program.run(&["check", &name, "--json"]).expect(0).json(), Value::Array(Vec::new()));
        let (run, rows) = test(&program, &name, &[text(&pages)], &["--skip-missing"]);
        let run = run.expect(0);
        let count = |verdict: &str| rows.iter().filter(|row| row["verdict"] == verdict).count();
        assert!(count("passed") >= 1, "{name} has no test whose page is part of the project");
        let said = format!(", {} SKIPPED", count("skipped"));
        assert_eq!(run.stderr.contains(&said), count("skipped") > 0, "{name}: {}", run.stderr);
        assert!(rows.iter().all(|row| row["line"].as_u64().is_some_and(|line| line > 1)), "{name}: {rows:?}");
    }
}

#[test]
fn a_page_that_is_absent_fails_a_test_unless_it_may_be_skipped() {
    let program = Program::new();
    let pages = project("tests/pages");
    let (run, rows) = test(&program, "koreatimes", &[text(&pages)], &[]);
    run.expect(1);
    let failed: Vec<_> = rows.iter().filter(|row| row["verdict"] == "failed").collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0]["detail"].as_str().unwrap().contains("no such page"), "{}", failed[0]);
    let run = program.run(&["test", "koreatimes", "--pages", text(&pages), "--skip-missing"]).expect(0);
    assert!(run.stderr.contains("SKIPPED  koreatimes article-2019-08-21.html"), "{}", run.stderr);
}

#[test]
fn with_the_corpus_every_test_runs_and_passes() {
    let (Some(koreatimes), Some(fundus)) = (shared("koreatimes"), shared("corpus/fundus")) else { return };
    let program = Program::new();
    let own = project("tests/pages");
    for name in shipped() {
        let (run, rows) = test(&program, &name, &[text(&own), text(&koreatimes), text(&fundus)], &[]);
        assert!(rows.iter().all(|row| row["verdict"] == "passed"), "{name}: {rows:?}");
        assert!(!run.expect(0).stderr.contains("SKIPPED"));
    }
}

#[test]
fn a_failed_test_names_the_field_and_both_values() {
    let program = Program::new();
    program.write("page.html", "<h1>A bridge</h1><div class=b><p>The bridge is open.</div>");
    program.write(
        "small.yaml",
        "profile: small\nhosts: [a.example]\narticle: {title: h1, published: {value: 2019-08-21}, body: .b}\ntests:\n  \
         - {page: page.html, url: 'https://a.example/1', expect: {title: A ferry, body: {words: 4}}}\n",
    );
    let run = program.run(&["test", "small.yaml", "--pages", "."]).expect(1);
    assert!(
        run.stderr.contains("expected \"A ferry\"") && run.stderr.contains("found    \"A bridge\""),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("0 passed, 1 failed") && !run.stderr.contains("body"), "{}", run.stderr);
}

#[test]
fn the_list_says_what_there_is_and_which_place_wins() {
    let program = Program::new();
    let built_in = program.run(&["profiles", "--json"]).expect(0).json();
    let names: Vec<&str> =
        built_in.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, shipped());
    let recorded = built_in.as_array().unwrap().iter().find(|row| row["name"] == "koreatimes").unwrap();
    assert_eq!(recorded["recorded_pages"], true);
    assert!(recorded["from"].as_str().unwrap().contains("built in"), "{recorded}");
    std::fs::create_dir(program.path("profiles")).unwrap();
    program.write("profiles/koreatimes.yaml", "profile: koreatimes\nhosts: [a.example]\n");
    program.write("profiles/mine.yaml", "profile: mine\nhosts: [b.example]\n");
    let words = program.run(&["profiles"]).expect(0).stdout;
    let line =
        |name: &str| words.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{words}"));
    assert!(
        line("koreatimes").contains("a.example") && line("koreatimes").contains("profiles/koreatimes.yaml)"),
        "{words}"
    );
    assert!(line("mine").contains("b.example"), "{words}");
}

#[test]
fn the_schema_is_json_and_takes_every_profile() {
    let schema = Program::new().run(&["schema"]).expect(0).json();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in shipped() {
        let mut profile: serde_yaml::Value =
            serde_yaml::from_str(&project_text(&format!("profiles/{name}.yaml"))).unwrap();
        profile.apply_merge().unwrap();
        let mut profile = serde_json::to_value(profile).unwrap();
        let problems: Vec<String> =
            validator.iter_errors(&profile).map(|problem| problem.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
        profile["artcle"] = profile["article"].clone();
        assert!(!validator.is_valid(&profile), "{name}: an unknown key is refused");
    }
}

#[test]
fn each_shell_gets_a_completion_script() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = program.run(&["completions", shell]).expect(0).stdout;
        for word in ["extract", "offline", "profile"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
