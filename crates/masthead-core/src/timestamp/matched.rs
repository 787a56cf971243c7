//! From a match of a format's pattern to a moment.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use regex::Captures;

use super::clock::{self, Zone};
use super::directive::{Directive, Part};
use super::format::Format;
use super::locale::Names;
use super::reading::Moment;
use super::text::fold;
use super::tokens::{Cursor, tokens};
use super::zones::{self, ZoneText};

/// One place of a text where the pattern matches.
pub(super) struct Match<'a> {
    pub(super) captures: &'a Captures<'a>,
    pub(super) format: &'a Format,
}

impl Match<'_> {
    fn text(&self, directive: Directive) -> Option<&str> {
        if !self.format.directives.contains(&directive) {
            return None;
        }
        self.captures.name(directive.group()).map(|group| group.as_str())
    }

    fn number(&self, directive: Directive) -> Option<i16> {
        self.text(directive)?.parse().ok()
    }

    /// The moment of the match, where it is a real day and time; `after` is the text behind it.
    pub(super) fn moment(&self, after: &str, names: &Names) -> Option<Moment> {
        if let Some(seconds) = self.text(Directive::Unix) {
            return Timestamp::from_second(seconds.parse().ok()?).ok().map(Moment::Instant);
        }
        if let Some(weekday) = self.text(Directive::Weekday) {
            fold(weekday).split(['-', ' ']).all(|word| names.is_weekday(word)).then_some(())?;
        }
        let day = self.day(names)?;
        if !self.has_hour() {
            return Some(Moment::Civil { day, time: None, zone: None });
        }
        let time = Some(self.time(names)?);
        Some(Moment::Civil { day, time, zone: self.zone(names, after) })
    }

    fn day(&self, names: &Names) -> Option<Date> {
        let year = match self.number(Directive::ShortYear) {
            Some(year) => year + if year >= 69 { 1900 } else { 2000 },
            None => self.number(Directive::Year)?,
        };
        if let Some(number) = self.number(Directive::DayOfYear) {
            return Date::new(year, 1, 1).ok()?.with().day_of_year(number).build().ok();
        }
        let month = match self.text(Directive::MonthName) {
            Some(name) => names.month(&fold(name))?,
            None => i8::try_from(self.number(Directive::Month)?).ok()?,
        };
        Date::new(year, month, i8::try_from(self.number(Directive::Day)?).ok()?).ok()
    }

    fn has_hour(&self) -> bool {
        self.format.directives.iter().any(|directive| directive.part() == Part::Hour)
    }

    fn time(&self, names: &Names) -> Option<Time> {
        let number = |directive| self.text(directive).map_or(Some(0), |digits| digits.parse::<u32>().ok());
        let hour = number(Directive::Hour)? + number(Directive::Hour12)?;
        let meridian = match self.text(Directive::Meridian) {
            Some(word) => {
                let word: String = fold(word).chars().filter(|character| *character != ' ').collect();
                Some(names.meridian(&word)?)
            }
            None => None,
        };
        let fraction = self.text(Directive::Fraction).map_or(0, clock::nanoseconds);
        clock::civil(hour, number(Directive::Minute)?, number(Directive::Second)?, fraction, meridian)
    }

    /// The zone that the text or the format says. One that can't be read stays a word, which nothing resolves.
    fn zone(&self, names: &Names, after: &str) -> Option<ZoneText> {
        if let Some(text) = self.text(Directive::Offset).or_else(|| self.text(Directive::ZoneWord)) {
            return Some(whole_zone(text, names));
        }
        if let Some(name) = self.text(Directive::ZoneName) {
            return Some(
                zones::named(name).map_or_else(|| ZoneText::Word(name.to_uppercase()), ZoneText::Named),
            );
        }
        if let Some(word) = &self.format.zone {
            return Some(ZoneText::Word(word.clone()));
        }
        let exact = self.format.directives.contains(&Directive::Second);
        self.format.ends_with_time.then(|| zone_behind(after, names, exact)).flatten()
    }
}

/// The zone that a whole group of the match is.
fn whole_zone(text: &str, names: &Names) -> ZoneText {
    let text = text.to_uppercase();
    match clock::zone(Cursor::new(&tokens(&text)), names, true) {
        Zone::Found(zone, _) => zone,
        Zone::Absent | Zone::Unclear => ZoneText::Word(text),
    }
}

/// The zone right behind the match: the format leaves it out, and the text says it all the same. Words that are no
/// zone for certain are the text's next words.
fn zone_behind(after: &str, names: &Names, exact: bool) -> Option<ZoneText> {
    let tokens = tokens(after);
    match clock::zone(Cursor::new(&tokens), names, exact) {
        Zone::Found(ZoneText::Word(word), _) if !zones::is_zone_word(&word) => None,
        Zone::Found(zone, _) => Some(zone),
        Zone::Absent | Zone::Unclear => None,
    }
}
