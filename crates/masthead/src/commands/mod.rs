//! One file a command.

mod check;
mod completions;
mod crawl;
mod doctor;
mod extract;
mod import;
mod profiles;
mod robots;
mod schema;
mod sinks;
mod status;
mod test;
mod try_page;

use std::process::ExitCode;
use std::sync::Arc;

use masthead_driver::Registry;

use crate::args::{Cli, Command};

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli, registry: &Arc<Registry>) -> anyhow::Result<ExitCode> {
    match cli.command {
        None => crawl::run(&cli.crawl, registry, cli.quiet),
        Some(Command::Extract(args)) => extract::run(&args),
        Some(Command::Try(args)) => try_page::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Test(args)) => test::run(&args),
        Some(Command::Profiles(args)) => profiles::run(&args),
        Some(Command::Sinks(args)) => sinks::run(&args, registry),
        Some(Command::Schema) => schema::run(),
        Some(Command::Robots(args)) => robots::run(&args),
        Some(Command::Import(args)) => import::run(&args, cli.quiet),
        Some(Command::Status(args)) => status::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args, cli.quiet),
        Some(Command::Completions { shell }) => completions::run(shell),
    }
}
