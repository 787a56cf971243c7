//! `crawl`: a site's articles, by its profile, into records.

mod args;
mod commands;
mod display;
mod exit_code;
mod interrupt;
mod logging;
mod output;
mod page_file;
mod profiles;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    logging::start(cli.verbose, cli.quiet);
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) if matches!(error.downcast_ref(), Some(output::DataError::ReaderGone)) => {
            ExitCode::from(exit_code::DONE)
        }
        Err(error) => {
            output::say(&format!("error: {}", output::chain(&error)));
            exit_code::of_error(&error)
        }
    }
}
