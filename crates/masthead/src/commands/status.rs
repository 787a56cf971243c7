use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::args::Status;
use crate::exit_code::Usage;
use crate::output;

/// Where states lie by default.
pub(super) const STATES: &str = ".crawl";

/// Says what crawls have done and have left.
pub(crate) fn run(args: &Status) -> anyhow::Result<ExitCode> {
    let folders = match &args.state {
        Some(folder) => vec![folder.clone()],
        None => states(Path::new(STATES)),
    };
    if folders.is_empty() {
        return Err(Usage(format!("there is no crawl in ./{STATES}; name its state with --state")).into());
    }
    let found =
        folders.iter().map(|folder| masthead_driver::status(folder)).collect::<anyhow::Result<Vec<_>>>()?;
    if args.json {
        let text = match found.as_slice() {
            [status] if args.state.is_some() => serde_json::to_string_pretty(status)?,
            all => serde_json::to_string_pretty(all)?,
        };
        output::line(&text)?;
        return Ok(ExitCode::SUCCESS);
    }
    for status in &found {
        output::line(&output::printable(&status.to_string()))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn states(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
