use std::process::ExitCode;

use masthead_core::profile;
use serde_json::{Value, json};

use crate::args::Check;
use crate::{exit_code, output, profiles};

/// Lints profiles: all faults of all files. One that can't be read hides nothing of the others.
pub(crate) fn run(args: &Check) -> anyhow::Result<ExitCode> {
    let mut all: Vec<Value> = Vec::new();
    let mut faulty = 0;
    for file in &args.files {
        let source = match profiles::source(file) {
            Ok(source) => source,
            Err(error) => {
                faulty += 1;
                let message = output::chain(&error.into());
                if args.json {
                    all.push(unreadable(file, &message));
                } else {
                    output::say(&format!("error: {message}"));
                }
                continue;
            }
        };
        let name = source.name.clone();
        match profile::load(source, &profiles::Lookup) {
            Ok(profile) if !args.json => {
                let tests = profile.tests().len();
                output::say(&format!(
                    "{name}: sound ({} layouts, {tests} tests)",
                    profile.layout_ids().count().max(1)
                ));
            }
            Ok(_) => {}
            Err(faults) => {
                faulty += 1;
                if args.json {
                    all.extend(faults.as_slice().iter().map(|fault| json!(fault)));
                } else {
                    output::say(&faults.to_string());
                    output::say(&profiles::count(&faults, &name));
                }
            }
        }
    }
    if args.json {
        output::line(&serde_json::to_string_pretty(&all)?)?;
    }
    Ok(ExitCode::from(if faulty == 0 { exit_code::DONE } else { exit_code::USAGE }))
}

/// A file that can't be read, in the form of a fault: an editor has a place to show it.
fn unreadable(file: &str, message: &str) -> Value {
    json!({
        "file": file,
        "line": 1,
        "column": 1,
        "end_column": 2,
        "message": message,
        "found": "",
        "allowed": null,
        "help": "look at the name, the rights and the encoding of the file: profiles are UTF-8",
        "nearest": null,
        "severity": "error",
    })
}
