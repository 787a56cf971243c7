//! Reading without a format: one date, at most one time, and little else.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::clock::{self, Zone};
use super::dates;
use super::locale::Names;
use super::reading::Moment;
use super::tokens::{Cursor, Kind, tokens};
use super::zones::ZoneText;

/// The longest label before a date, in words that are no weekday, and in characters of any kind.
const LABEL_WORDS: usize = 4;
const LABEL_CHARACTERS: usize = 40;

/// The most words after a date.
const REMARK_WORDS: usize = 2;

/// The time that a tidied text is about.
pub(super) fn read(text: &str, names: &Names) -> Option<Moment> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    let tokens = tokens(text);
    let mut at = Cursor::new(&tokens);
    let mut found = Found::default();
    while at.peek().is_some() {
        at = found.take(at, names)?;
    }
    found.finish()
}

/// A text of digits alone: `20190821`, `20190821165600`, unix seconds, unix milliseconds.
fn digits(text: &str) -> Option<Moment> {
    let instant = match text.len() {
        10 => Timestamp::from_second(text.parse().ok()?),
        13 => Timestamp::from_millisecond(text.parse().ok()?),
        8 | 14 => {
            let (day, time) = text.split_at_checked(8)?;
            let time = if time.is_empty() { None } else { Some(clock::compact(time)?) };
            return Some(Moment::Civil { day: dates::compact(day)?, time, zone: None });
        }
        _ => return None,
    };
    // Ten digits with zeros in front are a telephone number.
    if text.starts_with('0') { None } else { instant.ok().map(Moment::Instant) }
}

/// What of a date has been found, and the words around it.
#[derive(Default)]
struct Found {
    day: Option<Date>,
    time: Option<Time>,
    zone: Option<ZoneText>,
    words_before: usize,
    /// Words since the last part of the date, small ones included.
    words_after: usize,
    /// Whether one of them means something.
    remark: bool,
    /// Whether the last part was a time without AM, PM or zone, and no mark has come since: a word that is not known
    /// may be its other half (`4:56 de la tarde`).
    open_time: bool,
}

impl Found {
    fn has_any(&self) -> bool {
        self.day.is_some() || self.time.is_some()
    }

    /// Takes what stands at the cursor; the place after it, or `None` where the text is not about one time.
    fn take<'t>(&mut self, at: Cursor<'t>, names: &Names) -> Option<Cursor<'t>> {
        if let Some((date, after)) = dates::date(at, names) {
            self.begin(at)?;
            if let Some((time, zone)) = date.time {
                self.set_time(time, zone)?;
            }
            return self.set_day(date.day, after, names);
        }
        if let Some((day, after)) = basic_date(at) {
            self.begin(at)?;
            return self.set_day(day, after, names);
        }
        if let Some((time, after)) = clock::time(at, names) {
            self.begin(at)?;
            return self.take_time(time, at, after, names);
        }
        self.pass(at, names)
    }

    /// Checks what came before a part of the date: a label is short, and nothing unknown parts date and time.
    fn begin(&mut self, at: Cursor<'_>) -> Option<()> {
        let short = self.has_any() || at.peek().is_some_and(|token| token.column <= LABEL_CHARACTERS);
        (self.words_after, self.open_time) = (0, false);
        (short && !self.remark).then_some(())
    }

    fn set_day<'t>(&mut self, day: Date, after: Cursor<'t>, names: &Names) -> Option<Cursor<'t>> {
        if self.day.replace(day).is_some() {
            return None;
        }
        self.iso_time(after, names)
    }

    fn set_time(&mut self, time: Time, zone: Option<ZoneText>) -> Option<()> {
        if self.time.replace(time).is_some() {
            return None;
        }
        self.zone = zone.or(self.zone.take());
        Some(())
    }

    /// The `T16:56`, `T165600` of ISO 8601 right behind its date.
    fn iso_time<'t>(&mut self, at: Cursor<'t>, names: &Names) -> Option<Cursor<'t>> {
        let mut after = at;
        let is_t = at.peek().is_some_and(|token| token.glued) && after.word(&["t"]);
        let Some(digits) = after.peek().filter(|token| is_t && token.glued && token.kind == Kind::Number)
        else {
            return Some(at);
        };
        if let Some((time, end)) = clock::time(after, names) {
            let exact = clock::ClockTime { has_seconds: true, ..time };
            return self.take_time(exact, after, end, names);
        }
        let time = clock::compact(digits.text)?;
        after.advance();
        let time = clock::ClockTime { time, has_seconds: true, has_meridian: false };
        self.take_time(time, at, after, names)
    }

    fn take_time<'t>(
        &mut self,
        time: clock::ClockTime,
        at: Cursor<'t>,
        after: Cursor<'t>,
        names: &Names,
    ) -> Option<Cursor<'t>> {
        if follows_a_sign(at) {
            return None;
        }
        let (zone, end) = match clock::zone(after, names, time.has_seconds) {
            Zone::Found(zone, end) => (Some(zone), end),
            Zone::Absent => (None, after),
            Zone::Unclear => return None,
        };
        self.open_time = zone.is_none() && !time.has_meridian;
        self.set_time(time.time, zone)?;
        Some(end)
    }

    /// Passes over what is no part of the date.
    fn pass<'t>(&mut self, at: Cursor<'t>, names: &Names) -> Option<Cursor<'t>> {
        let token = at.peek()?;
        let mut after = at;
        after.advance();
        match token.kind {
            // A number that fits nowhere may be a time, a second day, an issue: the text is not understood.
            Kind::Number => return None,
            Kind::Mark(mark) => self.open_time &= mark == '.',
            Kind::Word if names.is_weekday(&token.folded) => {}
            Kind::Word if !self.has_any() => self.words_before += 1,
            Kind::Word if dates::is_filler(&token.folded) => self.words_after += 1,
            Kind::Word if self.open_time => return None,
            Kind::Word => {
                // `16:56, 21 August 2019 KST`
                let late_zone = self.time.is_some() && self.zone.is_none() && token.is_capitals();
                if late_zone && let Zone::Found(zone, after) = clock::zone(at, names, true) {
                    self.zone = Some(zone);
                    return Some(after);
                }
                self.words_after += 1;
                self.remark = true;
            }
        }
        Some(after)
    }

    fn finish(self) -> Option<Moment> {
        let label = self.words_before <= LABEL_WORDS && !self.remark;
        let remark = self.words_before == 0 && self.words_after <= REMARK_WORDS;
        (label || remark).then_some(Moment::Civil { day: self.day?, time: self.time, zone: self.zone })
    }
}

/// `20190821T…`; alone it has been read already, and anywhere else eight digits may be anything.
fn basic_date(at: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    let token = at.peek().filter(|token| token.kind == Kind::Number && at.before(0).is_none())?;
    let mut after = at;
    after.advance();
    let t = after.peek().filter(|token| token.glued && token.folded == "t");
    t.and_then(|_| dates::compact(token.text)).map(|day| (day, after))
}

/// Whether `+`, or a `-` with no space around, stands before: `2019-08-21+09:00` is a day with an offset.
fn follows_a_sign(at: Cursor<'_>) -> bool {
    let glued = at.peek().is_some_and(|token| token.glued);
    at.before(0).is_some_and(|sign| match sign.kind {
        Kind::Mark('+') => true,
        Kind::Mark('-' | '−') => glued && sign.glued,
        _ => false,
    })
}
