//! Records as JSON Lines on the standard input of a program: a sink in any language.
//!
//! The command is split as a shell splits words, and no shell runs it. The program gets the lines that `jsonl` writes.
//! What it prints is shown in the log, control characters escaped; nothing of it reaches the crawl's own output.
//!
//! A record may come again, with the same id and revision: after a crash, and after a failure of the program. Which
//! records it has is told by an [`Acknowledgement`]:
//!
//! - [`Exit`](Acknowledgement::Exit): it reads its input to the end and exits with 0; then it has all of it. A crawl
//!   may run for weeks and its outbox is bounded, so the input ends after about [`RECORDS_A_RUN`] records, and the
//!   program is started again for the next ones. What a program leaves unread it does not have, whatever its exit code.
//! - [`Lines`](Acknowledgement::Lines): it prints the id of each record that it has, a line each, and runs as long as the
//!   crawl. The position is the last record before which none is missing.
//!
//! A program that fails is started again, after longer and longer waits, with what it has not acknowledged. Failures
//! in a row with nothing acknowledged between them end the crawl.

mod command;
mod error;
mod output;
mod pending;
mod running;
mod sink;

use masthead_record::{Guarantee, Sink};

pub use command::{Acknowledgement, ExecCommand};
pub use error::{CommandError, ExecError};
pub use sink::{ExecSink, RECORDS_A_RUN};

use crate::{SinkKind, Target, TargetForm};

/// The kind `exec`.
#[must_use]
pub fn kind() -> SinkKind {
    SinkKind::new("exec", |spec| match &spec.target {
        Target::Text(text) => {
            let command = ExecCommand::parse(text)?.with_options(&spec.options)?;
            Ok(Box::new(ExecSink::new(command)) as Box<dyn Sink>)
        }
        other => Err(format!("`{other}` is no command").into()),
    })
    .described("a program of your own: JSON Lines on its standard input; it has them when it exits with 0")
    .example("exec:python3 keep.py")
    .guarantees(Guarantee::AtLeastOnce)
    .writes_to(TargetForm::Text)
    .option(
        "ack",
        "`exit`: the program has what it read when it exits with 0; `lines`: it prints the id of each record",
    )
    .option("timeout", "ends a program that takes nothing and prints nothing for so many seconds; 600")
}
