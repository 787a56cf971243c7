//! The lines of a site config of FiveFilters Full-Text RSS: `key: value`, `key(argument): value`, `#` comments.

use crate::keys;

/// A config has no more lines than this; the longest that is known has some hundreds.
const MAX_LINES: usize = 20_000;

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) key: String,
    /// What stands in brackets behind the key.
    pub(crate) argument: Option<String>,
    pub(crate) value: String,
}

impl Directive {
    /// As the author wrote it, in one line.
    pub(crate) fn written(&self) -> String {
        match &self.argument {
            Some(argument) => format!("{}({argument}): {}", self.key, self.value),
            None => format!("{}: {}", self.key, self.value),
        }
    }
}

/// A line that is no directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) message: String,
}

/// A config's lines, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    pub(crate) directives: Vec<Directive>,
    pub(crate) faults: Vec<Fault>,
}

/// Reads a config. Whatever the text holds, all lines are accounted for; lines past [`MAX_LINES`] are a fault.
pub(crate) fn parse(text: &str) -> Config {
    let mut config = Config::default();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if index >= MAX_LINES {
            let message =
                format!("a config has at most {MAX_LINES} lines; this one and those below are left out");
            config.faults.push(Fault { line: number, text: line.to_owned(), message });
            break;
        }
        match directive(number, line) {
            Ok(directive) => config.directives.push(directive),
            Err(message) => config.faults.push(Fault { line: number, text: line.to_owned(), message }),
        }
    }
    config
}

fn directive(number: usize, line: &str) -> Result<Directive, String> {
    let (key, argument, value) = parts(line).ok_or("a line is `key: value`")?;
    if !keys::is_known(key) {
        return Err(match keys::nearest(key) {
            Some(near) => format!("`{key}` is no key; did its author mean `{near}`?"),
            None => format!("`{key}` is no key"),
        });
    }
    if value.is_empty() && !keys::may_be_empty(key) {
        return Err(format!("`{key}` says nothing"));
    }
    Ok(Directive {
        line: number,
        key: key.to_owned(),
        argument: argument.map(str::to_owned),
        value: value.to_owned(),
    })
}

/// Key, argument and value. An argument may hold colons and brackets: it ends at the first `):`.
fn parts(line: &str) -> Option<(&str, Option<&str>, &str)> {
    let (before, after) = line.split_once(':')?;
    if let Some((key, _)) = before.split_once('(')
        && let Some((_, rest)) = line.split_once('(')
        && let Some((argument, value)) = rest.split_once("):")
    {
        return Some((key.trim(), Some(argument), value.trim()));
    }
    Some((before.trim(), None, after.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_directives_comments_or_faults() {
        let config = parse(
            "\u{feff}# a comment\n\ntitle: //h1\r\n  body://div[@id='a:b']\ntitl: //h2\nnonsense\ndate:\n",
        );
        let read: Vec<_> =
            config.directives.iter().map(|d| (d.line, d.key.as_str(), d.value.as_str())).collect();
        assert_eq!(read, [(3, "title", "//h1"), (4, "body", "//div[@id='a:b']")]);
        let faults: Vec<_> = config.faults.iter().map(|f| (f.line, f.message.as_str())).collect();
        assert_eq!(
            faults,
            [
                (5, "`titl` is no key; did its author mean `title`?"),
                (6, "a line is `key: value`"),
                (7, "`date` says nothing"),
            ]
        );
    }

    #[test]
    fn an_argument_ends_at_its_bracket_and_colon() {
        let config = parse("replace_string(<a href=\"http://x/(1)\">): <b>\nreplace_string(x):");
        assert_eq!(config.directives[0].argument.as_deref(), Some("<a href=\"http://x/(1)\">"));
        assert_eq!(config.directives[0].value, "<b>");
        assert_eq!(config.directives[0].written(), "replace_string(<a href=\"http://x/(1)\">): <b>");
        assert_eq!(
            (config.directives[1].argument.as_deref(), config.directives[1].value.as_str()),
            (Some("x"), "")
        );
    }
}
