use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::CommandError;

/// How long a program may take nothing and print nothing before it is ended, unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(600);

/// How a program says which records it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acknowledgement {
    /// By exiting with 0 after the end of its input: it has all of it.
    #[default]
    Exit,
    /// By printing the record's id, on a line of its own.
    Lines,
}

/// What to run, and how to get on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecCommand {
    program: OsString,
    arguments: Vec<String>,
    pub(super) acknowledgement: Acknowledgement,
    pub(super) timeout: Duration,
}

impl ExecCommand {
    /// Splits `text` as a shell splits words. No shell runs it, so `|`, `>`, `$` and `*` mean nothing.
    ///
    /// # Errors
    /// Where a quote is open, or there is no word.
    pub fn parse(text: &str) -> Result<Self, CommandError> {
        let words = shell_words::split(text).map_err(|_| CommandError::OpenQuote(text.to_owned()))?;
        let mut words = words.into_iter();
        let program = words.next().filter(|program| !program.is_empty()).ok_or(CommandError::Empty)?;
        Ok(Self {
            program: program.into(),
            arguments: words.collect(),
            acknowledgement: Acknowledgement::default(),
            timeout: TIMEOUT,
        })
    }

    /// The same command, acknowledging in this way.
    #[must_use]
    pub fn acknowledging_by(mut self, acknowledgement: Acknowledgement) -> Self {
        self.acknowledgement = acknowledgement;
        self
    }

    /// The same command, ended after so long without a sign of life. Default ten minutes.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    pub(super) fn with_options(mut self, options: &BTreeMap<String, String>) -> Result<Self, CommandError> {
        if let Some(value) = options.get("ack") {
            self.acknowledgement = match value.as_str() {
                "exit" => Acknowledgement::Exit,
                "lines" => Acknowledgement::Lines,
                _ => return Err(CommandError::Acknowledgement(value.clone())),
            };
        }
        if let Some(value) = options.get("timeout") {
            let seconds = value.parse().ok().filter(|seconds| *seconds > 0);
            let seconds = seconds.ok_or_else(|| CommandError::Timeout(value.clone()))?;
            self.timeout = Duration::from_secs(seconds);
        }
        Ok(self)
    }

    /// The program's name without its folder, as the log shows it. Its arguments may hold secrets.
    pub(super) fn name(&self) -> String {
        let path = Path::new(&self.program);
        path.file_name().unwrap_or(&self.program).to_string_lossy().into_owned()
    }

    pub(super) fn to_run(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let command = ExecCommand::parse(text).unwrap();
        std::iter::once(command.program.into_string().unwrap()).chain(command.arguments).collect()
    }

    #[test]
    fn words_are_split_as_a_shell_splits_them() {
        assert_eq!(words(" keep  --to 'a b' "), ["keep", "--to", "a b"]);
        assert_eq!(words(r#"keep "say \"no\"" it\'s '' 뉴스"#), ["keep", r#"say "no""#, "it's", "", "뉴스"]);
        // What a shell would act on is text here.
        assert_eq!(
            words("keep $HOME *.txt | wc > out ?"),
            ["keep", "$HOME", "*.txt", "|", "wc", ">", "out", "?"]
        );
    }

    #[test]
    fn a_command_without_a_program_is_refused() {
        for text in ["", "  ", "''", "'' keep"] {
            assert_eq!(ExecCommand::parse(text), Err(CommandError::Empty), "{text:?}");
        }
        for text in ["keep 'it", "keep \"it"] {
            assert_eq!(ExecCommand::parse(text), Err(CommandError::OpenQuote(text.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn options_say_how_it_acknowledges_and_how_long_it_may_be_silent() {
        let with = |name: &str, value: &str| {
            let options = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            ExecCommand::parse("keep").unwrap().with_options(&options)
        };
        let plain = ExecCommand::parse("keep").unwrap();
        assert_eq!((plain.acknowledgement, plain.timeout.as_secs()), (Acknowledgement::Exit, 600));
        assert_eq!(with("ack", "lines").unwrap().acknowledgement, Acknowledgement::Lines);
        assert_eq!(with("ack", "exit").unwrap(), plain);
        assert_eq!(with("timeout", "7").unwrap().timeout, Duration::from_secs(7));
        assert_eq!(with("ack", "line"), Err(CommandError::Acknowledgement("line".to_owned())));
        for value in ["0", "-1", "10m", ""] {
            assert_eq!(with("timeout", value), Err(CommandError::Timeout(value.to_owned())));
        }
    }

    #[test]
    fn the_name_has_neither_folder_nor_arguments() {
        assert_eq!(ExecCommand::parse("/opt/news/keep --password hidden").unwrap().name(), "keep");
    }
}
