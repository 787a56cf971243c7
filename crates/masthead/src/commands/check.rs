use std::process::ExitCode;

use masthead_core::profile;
use serde_json::{Value, json};

use crate::args::Check;
use crate::{exit_code, output, profiles};

/// Lints profiles: all faults of all files.
pub(crate) fn run(args: &Check) -> anyhow::Result<ExitCode> {
    let mut all: Vec<Value> = Vec::new();
    let mut faulty = 0;
    for file in &args.files {
        let source = profiles::source(file)?;
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
