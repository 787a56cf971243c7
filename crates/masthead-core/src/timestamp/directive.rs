//! The directives of formats: what they match and which part of a time they give.

/// A directive that matches text by itself; `%F`, `%T`, `%R`, `%D` are written out in these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    Weekday,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
    Meridian,
    ZoneWord,
    Offset,
    ZoneName,
    Unix,
}

/// The part of a time that a directive gives. A format has each at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    Month,
    Day,
    DayOfYear,
    Weekday,
    Hour,
    Minute,
    Second,
    Fraction,
    Meridian,
    ZoneWord,
    Offset,
    ZoneName,
    Unix,
}

/// What a directive or a literal begins or ends with: it decides whether white space between two may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Digit,
    Letter,
    Other,
}

impl Directive {
    /// The directive of a letter (`Y` of `%Y`); `None` where there is none.
    pub(super) fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'Y' => Self::Year,
            'y' => Self::ShortYear,
            'm' => Self::Month,
            'b' | 'B' | 'h' => Self::MonthName,
            'd' | 'e' => Self::Day,
            'j' => Self::DayOfYear,
            'a' | 'A' => Self::Weekday,
            'H' | 'k' => Self::Hour,
            'I' | 'l' => Self::Hour12,
            'M' => Self::Minute,
            'S' => Self::Second,
            'f' => Self::Fraction,
            'p' | 'P' => Self::Meridian,
            'Z' => Self::ZoneWord,
            'z' => Self::Offset,
            'Q' => Self::ZoneName,
            's' => Self::Unix,
            _ => return None,
        })
    }

    /// What the letter of a directive for several parts stands for.
    pub(super) fn written_out(letter: char) -> Option<&'static str> {
        Some(match letter {
            'F' => "%Y-%m-%d",
            'D' => "%m/%d/%y",
            'T' => "%H:%M:%S",
            'R' => "%H:%M",
            _ => return None,
        })
    }

    pub(super) fn part(self) -> Part {
        match self {
            Self::Year | Self::ShortYear => Part::Year,
            Self::Month | Self::MonthName => Part::Month,
            Self::Day => Part::Day,
            Self::DayOfYear => Part::DayOfYear,
            Self::Weekday => Part::Weekday,
            Self::Hour | Self::Hour12 => Part::Hour,
            Self::Minute => Part::Minute,
            Self::Second => Part::Second,
            Self::Fraction => Part::Fraction,
            Self::Meridian => Part::Meridian,
            Self::ZoneWord => Part::ZoneWord,
            Self::Offset => Part::Offset,
            Self::ZoneName => Part::ZoneName,
            Self::Unix => Part::Unix,
        }
    }

    /// The name of the directive's group in the pattern.
    pub(super) fn group(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::ShortYear => "short_year",
            Self::Month => "month",
            Self::MonthName => "month_name",
            Self::Day => "day",
            Self::DayOfYear => "day_of_year",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::Hour12 => "hour12",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Fraction => "fraction",
            Self::Meridian => "meridian",
            Self::ZoneWord => "zone_word",
            Self::Offset => "offset",
            Self::ZoneName => "zone_name",
            Self::Unix => "unix",
        }
    }

    /// What it matches. A number without its leading zero is taken too, except where digits touch others
    /// (`%Y%m%d`), where only the width tells them apart.
    pub(super) fn pattern(self, touches_digits: bool) -> &'static str {
        match self {
            Self::Year => "[0-9]{4}",
            Self::ShortYear => "[0-9]{2}",
            Self::DayOfYear if touches_digits => "[0-9]{3}",
            Self::DayOfYear => "[0-9]{1,3}",
            Self::Month | Self::Day | Self::Hour | Self::Hour12 if !touches_digits => "[0-9]{1,2}",
            Self::Month | Self::Day | Self::Hour | Self::Hour12 | Self::Minute | Self::Second => "[0-9]{2}",
            Self::Fraction => "[0-9]{1,9}",
            Self::Unix => "[0-9]{1,11}",
            Self::MonthName => r"[\p{L}\p{M}][\p{L}\p{M}.'’׳॰]*",
            Self::Weekday => r"[\p{L}\p{M}]+(?:[- .'’][\p{L}\p{M}]+)*\.?",
            Self::Meridian => r"[ap]\.? ?m\.?|[\p{L}\p{M}]+(?:\.[\p{L}\p{M}]+)*\.?",
            Self::ZoneWord => "[a-z]{1,5}",
            Self::Offset => "z|(?:(?:gmt|utc) ?)?[-+−][0-9]{1,2}(?::?[0-9]{2})?|gmt|utc",
            Self::ZoneName => "[a-z]+(?:/[a-z0-9_+-]+)*",
        }
    }

    pub(super) fn class(self) -> Class {
        match self {
            Self::MonthName | Self::Weekday | Self::Meridian | Self::ZoneWord | Self::ZoneName => {
                Class::Letter
            }
            Self::Offset => Class::Other,
            _ => Class::Digit,
        }
    }
}

/// What to say of a letter that is no directive here, where another says it.
pub(super) fn instead_of(letter: char) -> &'static str {
    match letter {
        'c' | 'x' | 'X' | '+' | 'v' => "write the parts out: `%Y-%m-%d %H:%M:%S`",
        'r' => "write `%I:%M:%S %p`",
        'N' | 'L' | '.' => "write `%f` for fractions of a second, `%S.%f`",
        'i' => "write `%M` for minutes",
        'G' | 'g' | 'V' | 'U' | 'W' | 'u' | 'w' | 'C' => {
            "dates are read from year, month and day: `%Y`, `%m`, `%d`"
        }
        _ => "the directives are %Y %y %m %b %B %d %e %j %a %A %H %I %M %S %f %p %z %Z %Q %s %F %D %T %R %%",
    }
}
