use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use masthead_driver::bundled;
use serde_json::json;

use crate::args::Listing;
use crate::{output, profiles};

/// Lists what `--profile` finds by name, with the place that wins.
pub(crate) fn run(args: &Listing) -> anyhow::Result<ExitCode> {
    let mut names: BTreeMap<String, ()> =
        bundled::profiles().iter().map(|profile| (profile.name.to_owned(), ())).collect();
    let folders = [Some(Path::new("profiles").to_owned()), profiles::user_folder()];
    for folder in folders.into_iter().flatten() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|ending| ending == "yaml")
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                names.insert(name.to_owned(), ());
            }
        }
    }
    let mut rows = Vec::new();
    for name in names.keys() {
        let found = bundled::lookup(name, profiles::user_folder().as_deref())?;
        let source = profiles::source(name)?;
        let recorded = bundled::recorded_pages(name).is_some();
        let state = match masthead_core::profile::load(source, &profiles::Lookup) {
            Ok(profile) => profile.hosts().join(", "),
            Err(faults) => profiles::count(&faults, &found.name),
        };
        rows.push((name.clone(), state, found.origin.to_string(), recorded));
    }
    if args.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(name, hosts, origin, recorded)| json!({"name": name, "hosts": hosts, "from": origin, "recorded_pages": recorded}))
            .collect();
        output::line(&serde_json::to_string_pretty(&rows)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, hosts, origin, recorded) in rows {
        let offline = if recorded { "  --offline works" } else { "" };
        output::line(&format!("{name:width$}  {hosts}  ({origin}){offline}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
