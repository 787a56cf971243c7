//! Clock times and the zones behind them, in the forms that pages use.

use jiff::civil::Time;

use super::dates::is_filler;
use super::locale::{Meridian, Names};
use super::tokens::{Cursor, Kind, Token};
use super::zones::{self, ZoneText};

/// Words before a time that leave no doubt that one follows, so that `kl. 16.56` and `ore 16` are times.
const MARKERS: [&str; 9] = ["kl", "klo", "kello", "ora", "ore", "alle", "pukul", "jam", "saat"];

/// Words for hours after a number, before minutes or at the end.
const HOURS: [&str; 10] = ["гадзін", "h", "heure", "heures", "hodin", "時", "时", "點", "点", "시"];
const MINUTES: [&str; 6] = ["m", "min", "mn", "分", "분", "хвілін"];
const SECONDS: [&str; 5] = ["s", "sec", "sek", "秒", "초"];

/// Words after a time that say no more than that it is one.
const O_CLOCK: [&str; 8] = ["uhr", "uur", "h", "hs", "hrs", "น", "óra", "val"];

/// A clock time as it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockTime {
    pub(super) time: Time,
    /// Whether it ends in seconds: what follows them is no second time of day.
    pub(super) has_seconds: bool,
    /// Whether it says which half of the day.
    pub(super) has_meridian: bool,
}

/// The clock time that begins at the cursor, and the place after it.
pub(super) fn time<'t>(mut at: Cursor<'t>, names: &Names) -> Option<(ClockTime, Cursor<'t>)> {
    let marked = at.word(&MARKERS);
    if marked {
        at.mark('.');
    }
    let before = leading_meridian(&mut at, names);
    let hour = at.number(1..=2)?;
    let (digits, clear) = after_hour(&mut at)?;
    let meridian = before.or_else(|| trailing_meridian(&mut at, names));
    let o_clock = at.word(&O_CLOCK);
    if !(clear || marked || o_clock || meridian.is_some()) {
        return None;
    }
    let [minute, second, nanosecond] = digits.map(Option::unwrap_or_default);
    let time = civil(hour, minute, second, nanosecond, meridian)?;
    Some((ClockTime { time, has_seconds: digits[1].is_some(), has_meridian: meridian.is_some() }, at))
}

/// `16`, `1656`, `165600`, as they follow the T of ISO 8601's basic format.
pub(super) fn compact(digits: &str) -> Option<Time> {
    let (hour, rest) = digits.split_at_checked(2).filter(|_| matches!(digits.len(), 2 | 4 | 6))?;
    let (minute, second) = rest.split_at_checked(2).unwrap_or(("0", ""));
    let second = if second.is_empty() { "0" } else { second };
    civil(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, 0, None)
}

/// The time of these numbers. `16:56 PM` is what it says; `0:30 PM` is half past noon, as Japan writes it. A leap
/// second is the one before.
pub(super) fn civil(
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
    meridian: Option<Meridian>,
) -> Option<Time> {
    let hour = match (meridian, hour) {
        (Some(Meridian::Am), 12) => 0,
        (Some(Meridian::Am), 13..) => return None,
        (Some(Meridian::Pm), 0..12) => hour + 12,
        _ => hour,
    };
    let second = if second == 60 { 59 } else { second };
    let small = |value: u32| i8::try_from(value).ok();
    Time::new(small(hour)?, small(minute)?, small(second)?, i32::try_from(nanosecond).ok()?).ok()
}

/// The digits after a decimal point as nanoseconds; further digits are cut.
pub(super) fn nanoseconds(digits: &str) -> u32 {
    let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    padded.fold(0, |value, digit| value * 10 + u32::from(digit.saturating_sub(b'0')))
}

type Digits = [Option<u32>; 3];

/// What follows the hour: minutes, seconds, nanoseconds, and whether they alone make this a time.
fn after_hour(at: &mut Cursor<'_>) -> Option<(Digits, bool)> {
    let bare = *at;
    if at.mark(':') {
        let minute = at.number(2..=2)?;
        if !at.mark(':') {
            return Some(([Some(minute), None, None], true));
        }
        let second = at.number(2..=2)?;
        return Some(([Some(minute), Some(second), fraction(at)], true));
    }
    if at.word(&HOURS) {
        let minute = at.number(1..=2);
        let second = minute.filter(|_| at.word(&MINUTES)).and_then(|_| at.number(1..=2));
        if second.is_some() {
            at.word(&SECONDS);
        }
        return Some(([minute, second, None], true));
    }
    if at.mark('.')
        && let Some(minute) = at.glued_number(2..=2)
    {
        let dotted = *at;
        let second = at.mark('.').then(|| at.glued_number(2..=2)).flatten();
        if second.is_none() {
            *at = dotted;
        }
        return Some(([Some(minute), second, None], false));
    }
    *at = bare;
    Some(([None; 3], false))
}

fn fraction(at: &mut Cursor<'_>) -> Option<u32> {
    let whole = *at;
    let digits = at.any_mark(&['.', ',']).and_then(|_| at.peek()).filter(|token| token.glued);
    let Some(digits) = digits.filter(|token| token.kind == Kind::Number) else {
        *at = whole;
        return None;
    };
    at.advance();
    Some(nanoseconds(digits.text))
}

/// `오후 4:56`. ASCII words do not lead: "am 3. August" is German.
fn leading_meridian(at: &mut Cursor<'_>, names: &Names) -> Option<Meridian> {
    let word = at.peek().filter(|token| token.kind == Kind::Word && !token.text.is_ascii())?;
    let meridian = names.meridian(&word.folded)?;
    at.advance();
    Some(meridian)
}

/// `4:56 p.m.`, `4:56 p. m.`
fn trailing_meridian(at: &mut Cursor<'_>, names: &Names) -> Option<Meridian> {
    let spaced = |mut at: Cursor<'_>| {
        let half = if at.word(&["a"]) { Meridian::Am } else { at.word(&["p"]).then_some(Meridian::Pm)? };
        (at.mark('.') && at.word(&["m"])).then_some(half)
    };
    if let Some(half) = spaced(*at) {
        (0..3).for_each(|_| at.advance());
        at.mark('.');
        return Some(half);
    }
    let word = at.peek().filter(|token| token.kind == Kind::Word)?;
    let meridian = names.meridian(&word.folded)?;
    at.advance();
    at.mark('.');
    Some(meridian)
}

/// What stands where a zone may stand.
pub(super) enum Zone<'t> {
    Absent,
    Found(ZoneText, Cursor<'t>),
    /// Something like a zone that allows no reading.
    Unclear,
}

/// The zone directly behind a time, in brackets or not: an offset, `GMT+9`, a word, an IANA name. A bracket after it,
/// which says the same in other words, is passed over.
///
/// `10:00-11:00` is from ten to eleven: unless the time is `exact` (it has seconds, or stands behind the T of ISO
/// 8601), `-11:00` is not taken as an offset.
pub(super) fn zone<'t>(mut at: Cursor<'t>, names: &Names, exact: bool) -> Zone<'t> {
    let bracket = at.any_mark(&['(', '[']).is_some();
    let Some(token) = at.peek() else { return Zone::Absent };
    let found = match token.kind {
        Kind::Mark(sign @ ('+' | '-' | '−')) => match offset(&mut at) {
            Some(_) if sign != '+' && !exact && at.before(1).is_some_and(|token| token.text == ":") => {
                return Zone::Unclear;
            }
            Some(zone) => Some(zone),
            None if sign == '+' => return Zone::Unclear,
            None => None,
        },
        Kind::Word => iana_name(&mut at).or_else(|| word(&mut at, token, names)),
        _ => None,
    };
    let Some(zone) = found else { return Zone::Absent };
    if bracket {
        at.any_mark(&[')', ']']);
    }
    Zone::Found(zone, after_remark(at))
}

/// `+09:00`, `+0900`, `+09`; the sign touches its digits. `GMT+9` has passed its word already.
fn offset(at: &mut Cursor<'_>) -> Option<ZoneText> {
    let sign = at.any_mark(&['+', '-', '−'])?;
    let digits = at.peek().filter(|token| token.glued && token.kind == Kind::Number)?;
    let value: u32 = digits.text.parse().ok()?;
    at.advance();
    let (hours, minutes) = match digits.text.len() {
        4 => (value / 100, value % 100),
        1 | 2 if at.mark(':') => (value, at.glued_number(2..=2)?),
        1 | 2 => (value, 0),
        _ => return None,
    };
    zones::offset(sign != '+', hours, minutes).map(ZoneText::Offset)
}

/// `Europe/Paris`
fn iana_name(at: &mut Cursor<'_>) -> Option<ZoneText> {
    let mut ahead = *at;
    let mut name = ahead.peek()?.text.to_owned();
    ahead.advance();
    while ahead.mark('/') {
        let part = ahead.peek().filter(|token| token.glued && token.kind == Kind::Word)?;
        name.push('/');
        name.push_str(part.text);
        ahead.advance();
    }
    let zone = zones::named(name.contains('/').then_some(&name)?)?;
    *at = ahead;
    Some(ZoneText::Named(zone))
}

/// `KST`, `GMT+9`. A word of three to five capitals behind a time is a zone, known or not, unless it is something else.
fn word(at: &mut Cursor<'_>, token: &Token<'_>, names: &Names) -> Option<ZoneText> {
    let upper = token.text.to_ascii_uppercase();
    let universal = matches!(upper.as_str(), "UTC" | "GMT") || (upper == "Z" && token.glued);
    let capitals = token.is_capitals() && (3..=5).contains(&token.text.len());
    let something_else = names.month(&token.folded).is_some()
        || names.is_weekday(&token.folded)
        || names.meridian(&token.folded).is_some()
        || is_filler(&token.folded);
    let zone = universal
        || (token.is_capitals() && zones::is_zone_word(&upper) && upper != "Z")
        || (capitals && !something_else);
    if !zone {
        return None;
    }
    at.advance();
    let mut ahead = *at;
    if universal
        && upper != "Z"
        && let Some(zone) = offset(&mut ahead)
    {
        *at = ahead;
        return Some(zone);
    }
    Some(ZoneText::Word(upper))
}

/// The place after `(Korean Standard Time)`.
fn after_remark(at: Cursor<'_>) -> Cursor<'_> {
    let mut ahead = at;
    let Some(open) = ahead.any_mark(&['(', '[']) else { return at };
    let close = if open == '(' { ')' } else { ']' };
    while let Some(token) = ahead.peek() {
        ahead.advance();
        match token.kind {
            Kind::Mark(mark) if mark == close => return ahead,
            Kind::Number => return at,
            _ => {}
        }
    }
    at
}
