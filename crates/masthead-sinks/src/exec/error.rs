use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a text is no command for this sink. Each message says what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No word, or an empty one first.
    #[error("there is no program in the command: write `exec:PROGRAM ARGUMENTS`")]
    Empty,
    /// A quote that is not closed.
    #[error(
        "a quote is not closed in `{0}`: close it, or write a backslash before a quote that belongs to a word"
    )]
    OpenQuote(String),
    /// A value of `ack` that there isn't.
    #[error(
        "`ack` can't be `{0}`: it is `exit` (the program exits with 0) or `lines` (it prints each record's id)"
    )]
    Acknowledgement(String),
    /// A value of `timeout` that is no time.
    #[error("`timeout` can't be `{0}`: it is a whole number of seconds, 1 or more")]
    Timeout(String),
}

/// Why a program can't keep records. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// The system can't start it.
    #[error(
        "can't start `{program}`: name a program that is on the PATH, or the path of a file that may be run"
    )]
    Start {
        /// The program's name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// It ended with another code than 0, or by a signal.
    #[error("`{program}` ended with {status}{}", last_words(.said.as_deref()))]
    Failed {
        /// The program's name.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The last line that it wrote to its standard error.
        said: Option<String>,
    },
    /// It ended with 0 and had not read all that it was given.
    #[error(
        "`{program}` ended before it had read its whole input, so it has none of it: let it read to the end{}",
        last_words(.said.as_deref())
    )]
    LeftUnread {
        /// The program's name.
        program: String,
        /// The last line that it wrote to its standard error.
        said: Option<String>,
    },
    /// It ended and had not printed every id.
    #[error(
        "`{program}` ended ({status}) and left {count} records unacknowledged: let it print the id of each, a line \
         each, before it ends{}",
        last_words(.said.as_deref())
    )]
    Unacknowledged {
        /// The program's name.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// How many records.
        count: usize,
        /// The last line that it wrote to its standard error.
        said: Option<String>,
    },
    /// No sign of life.
    #[error(
        "`{program}` took nothing and printed nothing for {} s and was ended: let it flush what it prints, or give \
         it longer with the option `timeout`",
        .after.as_secs()
    )]
    Silent {
        /// The program's name.
        program: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The system refused what has to do with a running program.
    #[error("can't go on with `{program}`")]
    Io {
        /// The program's name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// It fails again and again.
    #[error(
        "the program failed {failures} times in a row and acknowledged nothing: put it right and start again, \
         nothing is lost"
    )]
    GivenUp {
        /// How many times.
        failures: u32,
        /// The last failure.
        source: Box<ExecError>,
    },
    /// Used before it was opened, or after an error.
    #[error("the sink is not open: open it again after an error")]
    NotOpen,
}

fn last_words(said: Option<&str>) -> String {
    said.map_or_else(String::new, |said| format!("; it said last: {said}"))
}
