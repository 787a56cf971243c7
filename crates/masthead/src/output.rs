//! The one place that prints: data to standard output, words for people to standard error.

use std::io::{self, Write as _};

/// A line for a person, on standard error. Nothing can be done where it can't be written.
pub(crate) fn say(line: &str) {
    let mut stderr = anstream::stderr().lock();
    drop(writeln!(stderr, "{line}"));
}

/// Why standard output can't take data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    /// The reader went away, as `| head` does: no error of ours, the program ends quietly.
    #[error("nobody reads the output any more")]
    ReaderGone,
    /// Anything else.
    #[error("can't write to standard output")]
    Io(#[source] io::Error),
}

/// Data, on standard output.
///
/// # Errors
/// Where standard output can't take it.
pub(crate) fn data(text: &str) -> Result<(), DataError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => DataError::ReaderGone,
        _ => DataError::Io(error),
    })
}

/// Data that is one line.
///
/// # Errors
/// As [`data`].
pub(crate) fn line(text: &str) -> Result<(), DataError> {
    data(&format!("{text}\n"))
}

/// An error and its causes, on one line.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = printable(&cause.to_string());
        if parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

/// Text from a page, safe on a terminal: control characters are shown, not obeyed.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let control = c.is_control() && c != '\n' && c != '\t';
            let plain = (!control).then_some(c);
            let escaped = control.then(|| c.escape_default());
            plain.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn escapes_of_a_page_are_shown_not_obeyed() {
        assert_eq!(printable("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(printable("한글\n"), "한글\n");
    }
}
