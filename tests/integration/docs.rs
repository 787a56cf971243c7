//! The documents say what is there: links lead somewhere, every flag is described, every profile in them is sound.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Program, project, project_text, text};

const README: &str = "README.md";

/// README.md and all below docs/, as paths from the project's root.
fn documents() -> Vec<String> {
    let mut found = vec![README.to_owned()];
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(project(text(&folder))).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(text(&path).to_owned());
            }
        }
    }
    found.sort();
    found
}

/// A block of a document between two fences.
struct Block {
    /// The line of its first fence, from 1.
    line: usize,
    language: String,
    text: String,
}

/// A document's prose, in which a block is an empty line, and its blocks.
fn parts(document: &str) -> (String, Vec<Block>) {
    let mut prose = String::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in document.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(language), false) => {
                blocks.push(Block { line: number + 1, language: language.to_owned(), text: String::new() });
                open = true;
            }
            (None, true) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {
                prose.push_str(line);
                prose.push('\n');
            }
        }
    }
    assert!(!open, "a block that does not end");
    (prose, blocks)
}

/// Where the links `[words](target)` of a document lead.
fn targets(prose: &str) -> Vec<&str> {
    let after = prose.split("](").skip(1);
    after.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// The anchors of a document's headings, as forges make them.
fn anchors(prose: &str) -> BTreeSet<String> {
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// The relative links of a document: the path from the project's root, and the anchor.
fn relative_links(document: &str) -> Vec<(PathBuf, Option<String>)> {
    let folder = Path::new(document).parent().unwrap();
    let (prose, _) = parts(&project_text(document));
    let own = targets(&prose).into_iter().filter(|target| !target.contains(':'));
    own.map(|target| {
        let (path, anchor) = target.split_once('#').map_or((target, None), |(path, at)| (path, Some(at)));
        let path = if path.is_empty() { PathBuf::from(document) } else { normal(&folder.join(path)) };
        (path, anchor.map(str::to_owned))
    })
    .collect()
}

/// `docs/../x` is `x`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path {
        if part == ".." {
            assert!(normal.pop(), "{} leads out of the project", path.display());
        } else if part != "." {
            normal.push(part);
        }
    }
    normal
}

#[test]
fn relative_links_lead_somewhere() {
    let mut dead = Vec::new();
    for document in documents() {
        for (path, anchor) in relative_links(&document) {
            let there = project(text(&path));
            let has_anchor = |anchor: &String| anchors(&parts(&project_text(text(&path))).0).contains(anchor);
            if !there.exists() || !anchor.as_ref().is_none_or(has_anchor) {
                dead.push(format!("{document}: {}#{}", path.display(), anchor.unwrap_or_default()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_page_is_linked() {
    let documents = documents();
    let mut linked: BTreeSet<PathBuf> = BTreeSet::new();
    for document in &documents {
        let links = relative_links(document).into_iter().map(|(path, _)| path);
        linked.extend(links.filter(|path| path != Path::new(document)));
    }
    let lost: Vec<_> = documents
        .iter()
        .filter(|document| document.as_str() != README && !linked.contains(Path::new(document)))
        .collect();
    assert!(lost.is_empty(), "no page links to {lost:?}");
}

#[test]
fn the_readme_has_the_two_commands() {
    let readme = project_text(README);
    for line in
        ["    cargo run --release -- --profile koreatimes --offline", "    cargo test --workspace --locked"]
    {
        assert!(readme.lines().any(|known| known == line), "{line}");
    }
}

/// The long flags in a help text.
fn long_flags(help: &str) -> BTreeSet<String> {
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_flag = |word: &&str| {
        word.strip_prefix("--").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    words.filter(is_flag).map(str::to_owned).collect()
}

/// The names below `Commands:` in a help text.
fn commands(help: &str) -> Vec<String> {
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_flag_and_command_is_described() {
    let program = Program::new();
    let page = project_text("docs/command-line.md");
    let described = long_flags(&page);
    let help = program.run(&["--help"]).expect(0).stdout;
    let commands = commands(&help);
    assert!(commands.len() >= 9, "{commands:?}");
    let mut offered = long_flags(&help);
    for command in &commands {
        assert!(page.contains(&format!("`{command}`")), "the command {command} is not described");
        if command != "help" {
            let help = program.run(&[command, "--help"]).expect(0).stdout;
            let (_, section) = page.split_once(&format!("\n## {command}\n")).unwrap();
            let section = section.split("\n## ").next().unwrap();
            let own = &long_flags(&help) - &long_flags("--log-format --verbose --quiet --help");
            let lacking = &own - &long_flags(section);
            assert!(lacking.is_empty(), "{command}: {lacking:?} not described");
            offered.extend(own);
        }
    }
    let lacking = &offered - &described;
    assert!(lacking.is_empty(), "{lacking:?} not described");
    // And none that is gone.
    let gone = &described - &offered;
    assert!(gone.is_empty(), "{gone:?} described, and not there");
}

#[test]
fn profiles_in_the_documents_are_sound() {
    let program = Program::new();
    let mut checked = 0;
    for document in documents() {
        let (_, blocks) = parts(&project_text(&document));
        for block in blocks {
            if block.language == "yaml" && block.text.starts_with("profile:") {
                program.write("profile.yaml", &block.text);
                let run = program.run(&["check", "profile.yaml"]);
                assert_eq!(run.code, Some(0), "{document}:{}: {}", block.line, run.stderr);
                checked += 1;
            }
        }
    }
    assert!(checked >= 3, "{checked} profiles");
}

/// What `docs/add-a-site.md` ends with works, and the messages on the way are those of the program.
#[test]
fn the_walk_from_nothing_to_a_profile_works() {
    let program = Program::new();
    let (_, blocks) = parts(&project_text("docs/add-a-site.md"));
    let of = |language: &str| {
        let texts = blocks.iter().filter(|block| block.language == language);
        texts.map(|block| block.text.as_str()).collect::<Vec<_>>()
    };
    let (yaml, said) = (of("yaml"), of("console").concat());
    let [least, faulty, fields, whole] = yaml.as_slice() else { panic!("{} blocks of YAML", yaml.len()) };
    let page = "pages/harbourpost/2026-03-02-lighthouse.html";
    fs::create_dir_all(program.path("pages/harbourpost")).unwrap();
    program.write(page, of("html").concat());
    let shown = |output: &str| {
        for line in output.lines() {
            assert!(said.contains(line), "docs/add-a-site.md does not show {line:?}");
        }
    };
    let file = "harbourpost.yaml";
    program.write(file, least);
    shown(&program.run(&["check", file]).expect(0).stderr);
    shown(&program.run(&["extract", "--profile", file, page]).expect(1).stderr);
    program.write(file, format!("{least}{faulty}"));
    shown(&program.run(&["check", file]).expect(2).stderr);
    let mended = faulty.replace("subtitel", "subtitle").replace("#story\n", "'#story'\n");
    program.write(file, format!("{least}{mended}"));
    shown(&program.run(&["extract", "--profile", file, page, "--explain"]).expect(0).stderr);
    program.write(file, format!("{least}{fields}"));
    let run = program.run(&["extract", "--profile", file, page, "--explain"]).expect(0);
    assert_eq!(run.stderr, "");
    let record = run.json();
    shown(&record["ledger"].to_string());
    assert_eq!(record["ledger"]["residual"], 0);
    program.write(file, whole);
    shown(&program.run(&["test", file, "--pages", "pages"]).expect(0).stderr);
}

#[test]
fn every_crate_has_its_place_in_the_architecture() {
    let page = project_text("docs/architecture.md");
    for entry in fs::read_dir(project("crates")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().join("Cargo.toml").is_file() {
            let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            assert!(words.into_iter().any(|word| word == name), "{name} is not in docs/architecture.md");
        }
    }
}
