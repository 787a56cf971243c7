//! Forms of a day that allow one reading.

use jiff::civil::{Date, Time};

use super::clock;
use super::locale::Names;
use super::tokens::{Cursor, Kind};
use super::zones::ZoneText;

/// Years of which a bare number may speak: before and after, it is a Buddhist, Persian or Hijri year, or no year.
const YEARS: std::ops::RangeInclusive<i16> = 1500..=2100;

/// How many separators and small words may part two parts of a date: `21. august, 2019`, `21 de agosto de 2019`.
const LARGEST_GAP: usize = 3;

/// What may stand between the parts.
const SEPARATORS: [char; 11] = [',', '.', '-', '–', '/', '،', '·', '[', ']', '\'', '’'];

/// Small words that carry nothing: articles and prepositions before a day, a month, a year, an hour; ordinal endings;
/// words for day, year and hour that follow their number.
const FILLERS: &str = "\
    a à às ai al am an ano año as at d da das de dei del den der di die dnia do e em er ère gada h i il \
    in je kell la las le lúc los m na nd ngày năm o ob of og om on och pada r rd re roku st the th to u \
    uhr um v vào year z в г год года году о об р року у წლის লা ই সাল kl klo kello ora ore alle pukul \
    jam saat du ste ème της στις ב την ل শে রা kai και val";

/// Whether the folded word carries nothing.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.split(' ').any(|filler| filler == word)
}

/// A day, and the clock time where it stands inside of the date (`Aug 21 16:56:00 KST 2019`).
pub(super) struct Found {
    pub(super) day: Date,
    pub(super) time: Option<(Time, Option<ZoneText>)>,
}

impl From<Date> for Found {
    fn from(day: Date) -> Self {
        Self { day, time: None }
    }
}

/// The date that begins at the cursor, and the place after it.
pub(super) fn date<'t>(at: Cursor<'t>, names: &Names) -> Option<(Found, Cursor<'t>)> {
    with_units(at).or_else(|| year_first(at)).map(|(day, at)| (day.into(), at)).or_else(|| named(at, names))
}

/// `20190821`
pub(super) fn compact(digits: &str) -> Option<Date> {
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    if day.len() != 2 {
        return None;
    }
    civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `2019年8月21日`, `2019년 8월 21일`
fn with_units(mut at: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    let year = at.number(4..=4).filter(|_| at.word(&["年", "년"]))?;
    let month = at.number(1..=2).filter(|_| at.word(&["月", "월"]))?;
    let day = at.number(1..=2)?;
    at.word(&["日", "일", "号", "號"]).then_some(())?;
    Some((civil(year, month, day)?, at))
}

/// `2019-08-21`, `2019/8/21`, `2019. 8. 21.`: no country writes year, day, month.
fn year_first(mut at: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    let year = at.number(4..=4)?;
    let separator = at.any_mark(&['-', '/', '.'])?;
    let month = at.number(1..=2)?;
    at.mark(separator).then_some(())?;
    let day = at.number(1..=2)?;
    Some((civil(year, month, day)?, at))
}

/// A month by name, a year of four digits, a day of one or two, in any order that keeps the day beside the month.
fn named<'t>(mut at: Cursor<'t>, names: &Names) -> Option<(Found, Cursor<'t>)> {
    let (mut year, mut month, mut day, mut time) = (None, None, None, None);
    for place in 0..3 {
        if place > 0 {
            at = after_gap(at);
        }
        if place == 2 && year.is_none() {
            (time, at) = inner_time(at, names);
        }
        let part = part(&mut at, names)?;
        // Day and month stand side by side in every language.
        if place == 1 && matches!(part, Part::Year(_)) {
            return None;
        }
        let slot = match part {
            Part::Year(_) => &mut year,
            Part::Month(_) => &mut month,
            Part::Day(_) => &mut day,
        };
        if slot.replace(part.value()).is_some() {
            return None;
        }
    }
    let day = civil(year?, month?, day?)?;
    Some((Found { day, time }, at))
}

enum Part {
    Year(u32),
    Month(u32),
    Day(u32),
}

impl Part {
    fn value(&self) -> u32 {
        let (Self::Year(value) | Self::Month(value) | Self::Day(value)) = self;
        *value
    }
}

fn part(at: &mut Cursor<'_>, names: &Names) -> Option<Part> {
    if let Some(year) = at.number(4..=4) {
        return Some(Part::Year(year));
    }
    if let Some(day) = at.number(1..=2) {
        return Some(Part::Day(day));
    }
    // Vietnamese numbers its months: tháng 8.
    if at.word(&["tháng"]) {
        return at.number(1..=2).map(Part::Month);
    }
    let word = at.peek().filter(|token| token.kind == Kind::Word)?;
    let month = names.month(&word.folded)?;
    at.advance();
    Some(Part::Month(u32::try_from(month).ok()?))
}

/// The place after separators and small words.
fn after_gap(mut at: Cursor<'_>) -> Cursor<'_> {
    for _ in 0..LARGEST_GAP {
        let Some(token) = at.peek() else { break };
        let skip = match token.kind {
            Kind::Mark(mark) => SEPARATORS.contains(&mark),
            Kind::Word => is_filler(&token.folded),
            Kind::Number => false,
        };
        if !skip {
            break;
        }
        at.advance();
    }
    at
}

/// A clock time, its zone, between the day and the year.
fn inner_time<'t>(at: Cursor<'t>, names: &Names) -> (Option<(Time, Option<ZoneText>)>, Cursor<'t>) {
    let Some((time, after)) = clock::time(at, names) else { return (None, at) };
    match clock::zone(after, names, time.has_seconds) {
        clock::Zone::Found(zone, after) => (Some((time.time, Some(zone))), after_gap(after)),
        clock::Zone::Absent => (Some((time.time, None)), after_gap(after)),
        clock::Zone::Unclear => (None, at),
    }
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
