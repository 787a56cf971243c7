use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use masthead_driver::{Registry, SinkKind, SinkSpec};
use masthead_record::{Cause, Sink};

use crate::{args, commands, exit_code, logging, output};

/// The command `crawl`, with sinks of your own beside those that come with it.
#[derive(Debug)]
pub struct Cli {
    registry: Registry,
    fault: Option<anyhow::Error>,
}

impl Cli {
    /// The command as it ships.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: Registry::builtin(), fault: None }
    }

    /// Adds a sink: `--sink name:TARGET` makes one by `factory`, which finds the target, any text, in the spec.
    ///
    /// A factory only looks at the spec; it is [`Sink::open`] that touches files or networks.
    #[must_use]
    pub fn sink<S: Sink + 'static>(
        self,
        name: &'static str,
        factory: impl Fn(&SinkSpec) -> Result<S, Cause> + Send + Sync + 'static,
    ) -> Self {
        self.sink_kind(SinkKind::new(name, move |spec| Ok(Box::new(factory(spec)?))))
    }

    /// Adds a kind of sink with all that can be said of it: its description, what its target is, its options.
    #[must_use]
    pub fn sink_kind(mut self, kind: SinkKind) -> Self {
        if let Err(error) = self.registry.register(kind) {
            self.fault.get_or_insert(error.into());
        }
        self
    }

    /// Does what the process's arguments ask for, and says what to exit with: `fn main() -> ExitCode` returns it.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let arguments = args::Cli::parse();
        logging::start(&arguments);
        let done = match self.fault {
            Some(fault) => Err(fault),
            None => commands::run(arguments, &Arc::new(self.registry)),
        };
        match done {
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
}

impl Default for Cli {
    fn default() -> Self {
        Self::new()
    }
}
