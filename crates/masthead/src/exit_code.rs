//! The exit codes that `--help` documents; 3, could not go on, is [`masthead_driver::exit_code`]'s to give.

use std::process::ExitCode;

use masthead_driver::LookError;

/// Done.
pub(crate) const DONE: u8 = 0;
/// Done, but something fell short: incomplete records past the limit, failed tests, findings.
pub(crate) const SHORT: u8 = 1;
/// Bad usage, or a bad profile.
pub(crate) const USAGE: u8 = 2;

/// A mistake of the caller's: an unknown profile, a file that is not there, a faulty profile.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Usage for the caller's mistakes; everything else stopped the program.
pub(crate) fn of_error(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(number_of(error))
}

/// The same as a number, for a command that does several things.
pub(crate) fn number_of(error: &anyhow::Error) -> u8 {
    let usage =
        error.chain().any(|cause| cause.is::<Usage>() || cause.is::<masthead_driver::bundled::LookupError>());
    match error.downcast_ref() {
        _ if usage => USAGE,
        // The site has answered: there is no page, or not for us.
        Some(
            LookError::Closed { .. }
            | LookError::Away { .. }
            | LookError::Status { .. }
            | LookError::Redirects { .. },
        ) => SHORT,
        _ => masthead_driver::exit_code(error),
    }
}
