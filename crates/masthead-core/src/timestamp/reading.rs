use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use masthead_record::ZoneFrom;

use super::zones::ZoneText;
use super::{Format, Locale};

/// How a field's times are read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TimeRule<'a> {
    /// `format:`; where there are none, only unambiguous forms are read.
    pub(crate) formats: &'a [Format],
    /// `zone:` on the field: the clock time is in it, whatever offset the text claims.
    pub(crate) zone: Option<&'a TimeZone>,
    /// The profile's `timezone:`, for clock times that say none.
    pub(crate) default_zone: Option<&'a TimeZone>,
    /// Whose month and day names; without one, those that mean the same in every language that has them.
    pub(crate) locale: Option<&'a Locale>,
    /// Whether only the day is wanted (`type: date`).
    pub(crate) day_only: bool,
}

/// A time that was read, in the form that records carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// RFC 3339 with an offset, or a bare day; see [`Reading`].
    pub(crate) text: String,
    /// Who said in which zone the time is; `None` for a bare day.
    pub(crate) zone_from: Option<ZoneFrom>,
}

/// What a text says: an instant, or no more than a day.
///
/// Its text is RFC 3339 with seconds and a numeric offset (`2019-08-21T16:56:00+09:00`, UTC as `+00:00`), milliseconds
/// only where they are not zero; or the bare day (`2019-08-21`): midnight is never invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// An instant, and the offset of the clock that showed it.
    Instant(Timestamp, Offset),
    /// A day without a time.
    Day(Date),
}

impl Reading {
    /// A clock time in a zone. A time that a zone's clocks skip or show twice is resolved as RFC 5545 says
    /// (section 3.3.5): by the offset before the gap, and to the first of two.
    fn in_zone(time: DateTime, zone: &TimeZone) -> Option<Self> {
        let instant = zone.to_timestamp(time).ok()?;
        Some(Self::at(instant, zone))
    }

    /// An instant on a zone's clocks. RFC 3339 has no seconds in offsets, as zones before standard time have them.
    fn at(instant: Timestamp, zone: &TimeZone) -> Self {
        let seconds = zone.to_offset(instant).seconds();
        let offset = Offset::from_seconds(seconds - seconds % 60).unwrap_or(Offset::UTC);
        Self::Instant(instant, offset)
    }

    fn day(self) -> Date {
        match self {
            Self::Instant(instant, offset) => offset.to_datetime(instant).date(),
            Self::Day(day) => day,
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day();
        write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day())?;
        let Self::Instant(instant, offset) = self else { return Ok(()) };
        let time = offset.to_datetime(*instant).time();
        write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        if time.millisecond() != 0 {
            write!(f, ".{:03}", time.millisecond())?;
        }
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

/// What was found in a text, before zones are settled.
#[derive(Clone, Debug)]
pub(super) enum Moment {
    /// Unix time.
    Instant(Timestamp),
    /// A day, its clock time, and the zone that the text says.
    Civil { day: Date, time: Option<Time>, zone: Option<ZoneText> },
}

impl Moment {
    /// Settles the zone. `None` where the text names a zone that nobody knows, or where the year leaves RFC 3339.
    pub(super) fn resolve(&self, rule: &TimeRule<'_>) -> Option<Parsed> {
        let (reading, zone_from) = match self {
            Self::Instant(instant) => {
                let zone = rule.zone.or(rule.default_zone).cloned().unwrap_or(TimeZone::UTC);
                (Reading::at(*instant, &zone), Some(ZoneFrom::Page))
            }
            Self::Civil { day, time: Some(time), zone } if !rule.day_only => {
                let time = day.to_datetime(*time);
                let (zone, zone_from) = settle(time, zone.as_ref(), rule)?;
                (Reading::in_zone(time, &zone)?, Some(zone_from))
            }
            Self::Civil { day, .. } => (Reading::Day(*day), None),
        };
        let reading = if rule.day_only { Reading::Day(reading.day()) } else { reading };
        let zone_from = zone_from.filter(|_| !rule.day_only);
        (1..=9999).contains(&reading.day().year()).then(|| Parsed { text: reading.to_string(), zone_from })
    }
}

fn settle(time: DateTime, said: Option<&ZoneText>, rule: &TimeRule<'_>) -> Option<(TimeZone, ZoneFrom)> {
    if let Some(zone) = rule.zone {
        return Some((zone.clone(), ZoneFrom::Profile));
    }
    if let Some(said) = said {
        return Some((said.at(time, rule.default_zone)?, ZoneFrom::Page));
    }
    Some(match rule.default_zone {
        Some(zone) => (zone.clone(), ZoneFrom::Profile),
        None => (TimeZone::UTC, ZoneFrom::Fallback),
    })
}
