//! Times as pages write them: text in, RFC 3339 with an offset or a bare day out.
//!
//! [`parse`] reads a text under a [`TimeRule`]. With `format` the author says what the text looks like ([`Format`]).
//! Without, only forms that allow one reading are taken:
//!
//! - RFC 3339, RFC 2822 (any weekday, four-digit year), ISO 8601 dates and times (basic and extended, `T` or a space;
//!   no week or ordinal dates), JavaScript's and C's (`Wed Aug 21 16:56:00 2019`);
//! - numbers with the year first (`2019.08.21 16:56`, `2019年8月21日`, `2019년 8월 21일 오후 4:56`);
//! - a month by its name in the [`Locale`], in any order, with a year of four digits;
//! - ten digits (unix seconds), thirteen (milliseconds), eight and fourteen (`20190821165600`), if they are all there is.
//!
//! `03/04/2019` is never read, and neither is `13/04/2019`: a rule that works on some days only hides its fault. No
//! clock is asked, so "2 hours ago" is no time. Years lie between 1500 and 2100: beyond is another calendar.
//!
//! **The date is the substance of the text.** Exactly one date, at most one clock time; a label of at most four words
//! and forty characters before, *or* two words after, never both; nothing unknown between date and time, and no other
//! number anywhere. Texts over 1,000 characters hold no time.
//!
//! **Zones.** The text's offset counts, then a zone word: as the profile's zone abbreviates itself on that day (`IST`
//! under `Asia/Kolkata`), else by a table of words with one meaning. A zone word that neither knows makes the value
//! invalid. A time without any gets the profile's zone, else UTC.

mod automatic;
mod clock;
mod dates;
mod directive;
mod format;
mod locale;
mod matched;
mod pattern;
mod pieces;
mod reading;
mod text;
mod tokens;
mod zones;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;

use reading::Parsed;

pub(crate) use format::Format;
pub(crate) use locale::Locale;
pub(crate) use reading::TimeRule;

/// Reads the time that `text` holds; `None` where it holds none, or one that allows more than one reading.
///
/// With formats, the first that matches anywhere in the text and gives a real date wins, and nothing else is tried.
#[must_use]
pub(crate) fn parse(text: &str, rule: &TimeRule<'_>) -> Option<Parsed> {
    let text = text::tidy(text)?;
    let names = locale::names(rule.locale);
    if rule.formats.is_empty() {
        return automatic::read(&text, names)?.resolve(rule);
    }
    rule.formats.iter().find_map(|format| format.read(&text, names, rule))
}
