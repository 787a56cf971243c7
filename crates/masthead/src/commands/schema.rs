use std::process::ExitCode;

use crate::output;

/// Prints the JSON Schema of the language.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    output::line(&serde_json::to_string_pretty(&masthead_core::profile::schema())?)?;
    Ok(ExitCode::SUCCESS)
}
