use std::path::{Path, PathBuf};
use std::process::ExitCode;

use masthead_driver::Diagnosis;

use super::status::{STATES, states};
use crate::args::Doctor;
use crate::exit_code::{self, Usage};
use crate::output;

/// Says what has changed for the worse, and what would serve instead.
pub(crate) fn run(args: &Doctor, quiet: bool) -> anyhow::Result<ExitCode> {
    let folders = folders(args)?;
    let found = folders.iter().map(|folder| masthead_driver::doctor(folder));
    let mut found = found.collect::<anyhow::Result<Vec<Diagnosis>>>()?;
    if !args.profiles.is_empty() {
        for name in &args.profiles {
            if !found.iter().any(|one| one.profile.as_ref() == Some(name)) {
                return Err(Usage(format!("there is no crawl of {name}; name its state with --state")).into());
            }
        }
        found.retain(|one| one.profile.as_ref().is_some_and(|name| args.profiles.contains(name)));
    }
    let is_alarm = |one: &&Diagnosis| !one.alarms.is_empty();
    if args.json {
        output::line(&serde_json::to_string_pretty(&found)?)?;
    } else {
        // With --quiet only what a person must know: a cron job mails whatever is printed.
        for one in found.iter().filter(|one| !quiet || is_alarm(one)) {
            output::data(&output::printable(&one.to_string()))?;
        }
    }
    let alarms = found.iter().filter(is_alarm).count();
    Ok(ExitCode::from(if alarms == 0 { exit_code::DONE } else { exit_code::SHORT }))
}

/// The states that are meant: the one that is named, those in the folder that is named, or all of the present folder.
fn folders(args: &Doctor) -> Result<Vec<PathBuf>, Usage> {
    let named = args.state.as_deref();
    if let Some(folder) = named.filter(|folder| masthead_driver::is_state(folder)) {
        return Ok(vec![folder.to_owned()]);
    }
    let folder = named.unwrap_or(Path::new(STATES));
    let found: Vec<PathBuf> =
        states(folder).into_iter().filter(|folder| masthead_driver::is_state(folder)).collect();
    if found.is_empty() {
        let folder = folder.display();
        return Err(Usage(format!("there is no crawl in {folder}; name its state with --state")));
    }
    Ok(found)
}
