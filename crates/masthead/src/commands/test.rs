use std::path::PathBuf;
use std::process::ExitCode;

use masthead_core::{Mismatch, Options, Outcome, Page, Profile, Test};
use masthead_driver::bundled;
use serde_json::{Value, json};
use url::Url;

use crate::args;
use crate::{exit_code, output, page_file, profiles};

/// What became of one test.
enum Verdict {
    Passed,
    /// With a row a field that differs.
    Failed(Vec<Mismatch>),
    /// No record, or no page.
    Broken(String),
    Skipped,
}

/// Runs the tests in the profiles.
pub(crate) fn run(args: &args::Test) -> anyhow::Result<ExitCode> {
    let names: Vec<String> = if args.profiles.is_empty() {
        bundled::profiles().iter().map(|profile| profile.name.to_owned()).collect()
    } else {
        args.profiles.clone()
    };
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut rows = Vec::new();
    for name in &names {
        let profile = profiles::load(name)?;
        if profile.tests().is_empty() && !args.profiles.is_empty() {
            output::say(&format!("{name}: no tests"));
        }
        for test in profile.tests() {
            let verdict = run_test(&profile, test, &args.pages, args.skip_missing);
            match &verdict {
                Verdict::Passed => passed += 1,
                Verdict::Skipped => skipped += 1,
                Verdict::Failed(_) | Verdict::Broken(_) => failed += 1,
            }
            if args.json {
                rows.push(row(name, test, &verdict));
            } else {
                tell(name, test, &verdict);
            }
        }
    }
    if args.json {
        output::line(&serde_json::to_string_pretty(&rows)?)?;
    }
    let of_skipped =
        if skipped > 0 { format!(", {skipped} SKIPPED (no page in the folders)") } else { String::new() };
    output::say(&format!("{passed} passed, {failed} failed{of_skipped}"));
    Ok(ExitCode::from(if failed == 0 { exit_code::DONE } else { exit_code::SHORT }))
}

fn run_test(profile: &Profile, test: &Test, folders: &[PathBuf], skip_missing: bool) -> Verdict {
    let Some(path) = folders.iter().map(|folder| folder.join(&test.page)).find(|path| path.is_file()) else {
        if skip_missing {
            return Verdict::Skipped;
        }
        let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        return Verdict::Broken(format!("no such page in {} (see --pages)", places.join(", ")));
    };
    let (bytes, url) = match (page_file::read(&path), Url::parse(&test.url)) {
        (Ok(bytes), Ok(url)) => (bytes, url),
        (Err(error), _) => return Verdict::Broken(output::chain(&error)),
        (_, Err(error)) => return Verdict::Broken(format!("{}: {error}", test.url)),
    };
    let decoded =
        masthead_core::decode(&bytes, None, url.host_str().and_then(|host| host.rsplit('.').next()));
    let page = Page { url: &url, text: &decoded.text, fetched: test.fetched.as_deref(), witness: None };
    match masthead_core::read(profile, &page, &Options { explain: true, only_articles: false }).outcome {
        Outcome::Article(record) => {
            let mismatches = masthead_core::compare(&test.expect, &record);
            if mismatches.is_empty() { Verdict::Passed } else { Verdict::Failed(mismatches) }
        }
        Outcome::Skipped { why } => Verdict::Broken(format!("skipped by the profile: {why}")),
        Outcome::NoLayout { why } => Verdict::Broken(why),
        _ => Verdict::Broken("no article".to_owned()),
    }
}

fn tell(name: &str, test: &Test, verdict: &Verdict) {
    let what = format!("{name} {}", test.page);
    match verdict {
        Verdict::Passed => output::say(&format!("ok       {what}")),
        Verdict::Skipped => output::say(&format!("SKIPPED  {what}")),
        Verdict::Broken(why) => {
            output::say(&format!("FAILED   {what} (line {}): {}", test.line, output::printable(why)))
        }
        Verdict::Failed(mismatches) => {
            output::say(&format!("FAILED   {what} (line {})", test.line));
            for mismatch in mismatches {
                output::say(&format!("  {}", mismatch.key));
                output::say(&format!("    expected {}", output::printable(&mismatch.expected.to_string())));
                output::say(&format!("    found    {}", output::printable(&mismatch.found.to_string())));
            }
        }
    }
}

fn row(name: &str, test: &Test, verdict: &Verdict) -> Value {
    let (word, detail) = match verdict {
        Verdict::Passed => ("passed", Value::Null),
        Verdict::Skipped => ("skipped", Value::Null),
        Verdict::Broken(why) => ("failed", json!(why)),
        Verdict::Failed(mismatches) => {
            let rows = mismatches.iter().map(|mismatch| json!({"key": mismatch.key, "expected": mismatch.expected, "found": mismatch.found}));
            ("failed", rows.collect())
        }
    };
    json!({"profile": name, "page": test.page, "line": test.line, "verdict": word, "detail": detail})
}
