use std::time::Duration;

/// No host is asked to wait longer than a day between two requests: more is a mistake of the file.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// `Request-rate: 1/10s`: at most `requests` requests in `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestRate {
    /// At least 1.
    pub requests: u32,
    /// The span in which they may be made.
    pub per: Duration,
    /// The hours of the day (UTC, minutes since midnight: from, to) that the line is meant for, where it says so.
    pub window: Option<(u16, u16)>,
}

impl RequestRate {
    /// The time between two requests, at most a day.
    #[must_use]
    pub fn period(&self) -> Duration {
        (self.per / self.requests.max(1)).min(LONGEST)
    }

    /// `requests/seconds`, the unit `s`, `m`, `h` or `d`, then perhaps `hhmm-hhmm`. `None` where either number is
    /// missing, is 0 or is too large.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        let (rate, window) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (requests, span) = rate.split_once('/')?;
        let requests = requests.trim().parse().ok().filter(|count| *count > 0)?;
        let (number, unit) =
            span.split_at_checked(span.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len())?;
        let unit = match unit {
            "" | "s" | "S" => 1,
            "m" | "M" => 60,
            "h" | "H" => 60 * 60,
            "d" | "D" => 24 * 60 * 60,
            _ => return None,
        };
        let seconds = number.trim().parse::<u64>().ok()?.checked_mul(unit).filter(|seconds| *seconds > 0)?;
        let per = Duration::from_secs(seconds);
        Some(Self { requests, per, window: window_of(window.trim()) })
    }
}

fn window_of(text: &str) -> Option<(u16, u16)> {
    let minutes = |clock: &str| {
        let (hours, minutes) = clock.split_at_checked(2)?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    let (from, to) = text.split_once('-')?;
    Some((minutes(from)?, minutes(to)?))
}

/// Seconds, perhaps with a fraction, at most a day; what follows the number is ignored, a unit too. `None` where the
/// value does not begin with a number.
pub(super) fn crawl_delay(value: &[u8]) -> Option<Duration> {
    let number: String = value
        .iter()
        .map(|byte| char::from(*byte))
        .take_while(|letter| letter.is_ascii_digit() || *letter == '.')
        .collect();
    let seconds: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_seconds() {
        for (value, milliseconds) in [
            ("10<BR>", 10_000),
            ("10s", 10_000),
            ("10 seconds", 10_000),
            ("0.5", 500),
            (".5", 500),
            ("2.", 2_000),
            ("0", 0),
            ("1,5", 1_000),
            ("1e3", 1_000),
        ] {
            assert_eq!(crawl_delay(value.as_bytes()), Some(Duration::from_millis(milliseconds)), "{value}");
        }
        for nothing in ["", "soon", "-1", "+1", "1.2.3", ".", "[5]", "NaN", "inf", "\u{663}"] {
            assert_eq!(crawl_delay(nothing.as_bytes()), None, "{nothing}");
        }
    }

    #[test]
    fn no_wait_is_longer_than_a_day() {
        for long in [b"86401".to_vec(), b"99999999999999999999999".to_vec(), b"9".repeat(400_000)] {
            assert_eq!(crawl_delay(&long), Some(LONGEST));
        }
        for long in ["1/2d", "1/18446744073709551615", "1/1000000h"] {
            assert_eq!(RequestRate::read(long.as_bytes()).map(|rate| rate.period()), Some(LONGEST), "{long}");
        }
        assert_eq!(RequestRate::read(b"1/18446744073709551615d"), None);
        assert_eq!(RequestRate::read(b"14/7d").map(|rate| rate.period()), Some(LONGEST / 2));
    }

    #[test]
    fn rates_have_units_and_windows() {
        let rate = |text: &[u8]| {
            RequestRate::read(text).map(|rate| (rate.requests, rate.per.as_secs(), rate.window))
        };
        assert_eq!(rate(b"1/10s"), Some((1, 10, None)));
        assert_eq!(rate(b"9000/1d"), Some((9000, 86_400, None)));
        assert_eq!(rate(b"1/10 0600-0845"), Some((1, 10, Some((360, 525)))));
        assert_eq!(rate(b"1/10 2500-0845"), Some((1, 10, None)), "an unreadable window is none");
        for nothing in
            ["", "often", "0/10", "1/0", "1/", "/10", "-1/10", "1/-10", "1/0.5", "1/10w", "4294967296/1"]
        {
            assert_eq!(rate(nothing.as_bytes()), None, "{nothing}");
        }
        assert_eq!(RequestRate::read(b"4/1m").map(|rate| rate.period()), Some(Duration::from_secs(15)));
    }
}
