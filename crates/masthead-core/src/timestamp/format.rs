use regex::{Regex, RegexBuilder};

use super::directive::Directive;
use super::locale::Names;
use super::matched::Match;
use super::pattern;
use super::pieces;
use super::reading::{Parsed, TimeRule};

/// The longest format, in bytes.
const LONGEST: usize = 500;

/// How many places of a text are tried, so that one that looks like a date and is none does not hide the next.
const TRIES: usize = 32;

/// A format of times, as `strftime` (POSIX.1-2024) has them: `Posted : %Y-%m-%d %H:%M`.
///
/// It is found anywhere in a text. Other characters stand for themselves, in any case and width (`：` is `:`). White
/// space matches any run of white space, and none too, except between two letters or two digits.
///
/// | directive | matches |
/// |---|---|
/// | `%Y` `%y` | year in four digits, in two (69 to 99 are 19xx) |
/// | `%m` `%d` `%e` `%H` `%I` `%k` `%l` | one or two digits, with `-` (`%-m`) or without; two where digits touch |
/// | `%M` `%S` `%f` | two digits, two digits, digits of a fraction |
/// | `%b` `%B` `%h` `%a` `%A` | the locale's names, full or short, in any case |
/// | `%p` `%P` | AM or PM: English, Korean, Chinese, Japanese and the locale's |
/// | `%j` | day of the year |
/// | `%z` `%Z` `%Q` | `+09:00`, `+0900`, `Z`, `GMT+9`; a zone word; an IANA name |
/// | `%s` | unix seconds |
/// | `%F` `%D` `%T` `%R` | `%Y-%m-%d` `%m/%d/%y` `%H:%M:%S` `%H:%M` |
/// | `%n` `%t` `%%` | white space, white space, `%` |
///
/// A date is whole: year, month and day, or `%Y` and `%j`, or `%s`. A zone word in the format itself (`%H:%M KST`)
/// counts as one that the text says, and so does an offset or zone right behind the match.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    regex: Regex,
    pub(super) directives: Vec<Directive>,
    /// A zone that the format spells out.
    pub(super) zone: Option<String>,
    /// Whether it ends with the clock time, so that a zone may follow.
    pub(super) ends_with_time: bool,
}

/// What is wrong with a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct FormatError {
    /// Where, in bytes from the start of the format.
    pub(crate) offset: usize,
    /// What is wrong and what to write.
    pub(crate) message: String,
}

impl FormatError {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into() }
    }
}

impl Format {
    /// Compiles a format.
    ///
    /// # Errors
    /// Unknown directives, two for the same part, parts that say nothing without another (a month without a year).
    pub(crate) fn parse(text: &str) -> Result<Self, FormatError> {
        if text.len() > LONGEST {
            return Err(FormatError::new(0, format!("a format has at most {LONGEST} bytes")));
        }
        let pieces = pieces::parse(text)?;
        pieces::check(&pieces, text.len())?;
        let pattern = pattern::regex(&pieces);
        let regex = RegexBuilder::new(&pattern).case_insensitive(true).build();
        let regex = regex.map_err(|_| FormatError::new(0, "the format is too large; shorten its text"))?;
        let directives = pieces::directives(&pieces).map(|(directive, ..)| directive).collect();
        Ok(Self {
            regex,
            directives,
            zone: pattern::spelled_zone(&pieces),
            ends_with_time: pattern::ends_with_time(&pieces),
        })
    }

    /// The first match in a tidied text that gives a date which exists, in a zone which is known.
    pub(super) fn read(&self, text: &str, names: &Names, rule: &TimeRule<'_>) -> Option<Parsed> {
        let mut start = 0;
        for _ in 0..TRIES {
            let captures = self.regex.captures_at(text, start)?;
            let whole = captures.name("whole")?;
            let after = text.get(whole.end()..).unwrap_or_default();
            let moment = Match { captures: &captures, format: self }.moment(after, names);
            if let Some(parsed) = moment.and_then(|moment| moment.resolve(rule)) {
                return Some(parsed);
            }
            start = whole.start() + text.get(whole.start()..)?.chars().next()?.len_utf8();
        }
        None
    }
}
