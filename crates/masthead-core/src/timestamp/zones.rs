//! What a text's zone means.

use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

/// A zone as a text says it.
#[derive(Clone, Debug)]
pub(super) enum ZoneText {
    /// `+09:00`, `Z`.
    Offset(Offset),
    /// `KST`, upper case.
    Word(String),
    /// `Europe/Paris`.
    Named(TimeZone),
}

impl ZoneText {
    /// The zone at a clock time. A word is looked for in `home` first, the zone that the profile names: its own
    /// abbreviation settles words of several meanings (`IST`, `BST`, `CST`).
    pub(super) fn at(&self, time: DateTime, home: Option<&TimeZone>) -> Option<TimeZone> {
        match self {
            Self::Offset(offset) => Some(TimeZone::fixed(*offset)),
            Self::Named(zone) => Some(zone.clone()),
            Self::Word(word) => home.and_then(|zone| own_word(zone, word, time)).or_else(|| known(word)),
        }
    }
}

/// Words with one meaning in what newspapers print, in minutes east of UTC. North America's are those of RFC 2822
/// section 4.3, without CST and MST; the rest after the IANA database (release 2025b).
const OFFSETS: [(&str, i32); 47] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("TRT", 180),
    ("SAST", 120),
    ("WAT", 60),
    ("CAT", 120),
    ("EAT", 180),
    ("PKT", 300),
    ("NPT", 345),
    ("WIB", 420),
    ("WITA", 480),
    ("WIT", 540),
    ("HKT", 480),
    ("SGT", 480),
    ("MYT", 480),
    ("PHT", 480),
    ("KST", 540),
    ("JST", 540),
    ("AWST", 480),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("NDT", -150),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("BRT", -180),
];

/// Words that name a zone without saying whether its summer time runs.
const GENERIC: [(&str, &str); 4] = [
    ("ET", "America/New_York"),
    ("CT", "America/Chicago"),
    ("MT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
];

/// Words that are zones for certain, but of several meanings.
const AMBIGUOUS: [&str; 10] = ["IST", "BST", "CST", "MST", "AST", "SST", "GST", "ECT", "AMT", "ADT"];

/// In hours.
const HALF_A_YEAR: i64 = 183 * 24;

/// Whether the upper-case word is a zone, whatever it means.
pub(super) fn is_zone_word(word: &str) -> bool {
    AMBIGUOUS.contains(&word)
        || OFFSETS.iter().any(|(name, _)| *name == word)
        || GENERIC.iter().any(|(name, _)| *name == word)
}

/// The zone of an IANA name in any case, from the database in the program: the machine's is never read.
pub(super) fn named(name: &str) -> Option<TimeZone> {
    static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    DATABASE.get(name).ok()
}

/// An offset of up to 14 hours, the largest in use.
pub(super) fn offset(negative: bool, hours: u32, minutes: u32) -> Option<Offset> {
    if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
        return None;
    }
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

fn known(word: &str) -> Option<TimeZone> {
    if let Some((_, name)) = GENERIC.iter().find(|(known, _)| *known == word) {
        return named(name);
    }
    let (_, minutes) = OFFSETS.iter().find(|(known, _)| *known == word)?;
    Offset::from_seconds(minutes * 60).ok().map(TimeZone::fixed)
}

/// The offset of `zone` that it abbreviates so, at the time or half a year apart: `CST` means the same all year.
fn own_word(zone: &TimeZone, word: &str, time: DateTime) -> Option<TimeZone> {
    let instant = zone.to_timestamp(time).ok()?;
    [0, -HALF_A_YEAR, HALF_A_YEAR].into_iter().find_map(|hours| {
        let info = zone.to_offset_info(instant.checked_add(SignedDuration::from_hours(hours)).ok()?);
        (info.abbreviation() == word).then(|| TimeZone::fixed(info.offset()))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    fn hours(word: &str, home: Option<&str>) -> Option<i32> {
        let time = datetime(2019, 8, 21, 16, 56, 0, 0);
        let home = home.and_then(named);
        let zone = ZoneText::Word(word.to_owned()).at(time, home.as_ref())?;
        Some(zone.to_offset(zone.to_timestamp(time).unwrap()).seconds() / 3_600)
    }

    #[test]
    fn a_word_of_several_meanings_needs_the_profiles_zone() {
        assert_eq!(hours("KST", None), Some(9));
        assert_eq!(hours("CST", None), None);
        assert_eq!(hours("CST", Some("Asia/Shanghai")), Some(8));
        assert_eq!(hours("BST", Some("Europe/London")), Some(1));
        assert_eq!(hours("BST", Some("Europe/Paris")), None);
        assert_eq!(hours("EST", Some("America/New_York")), Some(-5), "as it says, though summer time runs");
        assert_eq!(hours("CST", Some("America/Chicago")), Some(-6), "the same");
        assert_eq!(hours("ET", None), Some(-4));
    }

    #[test]
    fn offsets_are_bounded() {
        assert_eq!(offset(true, 3, 30).map(Offset::seconds), Some(-12_600));
        assert_eq!(offset(false, 20, 19), None);
    }
}
