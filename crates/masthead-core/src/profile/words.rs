//! Values of one word: languages, zones, durations, sizes, URLs, days, counts, paths.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use url::Url;

use super::compile::{Compiler, is_alphabetic};
use super::node::Node;
use super::show::quoted;
use super::suggest::{did_you_mean, nearest};

impl Compiler<'_> {
    /// A language tag (RFC 5646), by its form.
    pub(super) fn language(&mut self, node: &Node) -> Option<String> {
        let text = node.text()?;
        let mut parts = text.split('-');
        // Longer ones are allowed by the form, and no language has one: they are names of languages.
        let primary = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && is_alphabetic(part));
        let others = parts
            .all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
        if primary && others {
            return Some(text.to_owned());
        }
        let help = match language_meant(text) {
            Some(tag) => format!("write `{tag}`"),
            None => "write one such as `en`, `ko` or `pt-BR`".to_owned(),
        };
        self.reject(node, format!("{} is no language tag", quoted(text)), help);
        None
    }

    /// An IANA name or a fixed offset such as `+09:00`.
    pub(super) fn zone(&mut self, node: &Node) -> Option<TimeZone> {
        let text = node.text()?;
        if let Some(offset) = fixed_offset(text) {
            return Some(offset.to_time_zone());
        }
        if let Ok(zone) = self.zones.get(text) {
            return Some(zone);
        }
        let help = match nearest_zone(text, self.zone_names()) {
            Some(name) => did_you_mean(name),
            None => match offset_meant(text) {
                Some(offset) => format!("write `{offset}`").into(),
                None => "write an IANA name such as `Asia/Seoul`, or an offset such as `+09:00`".into(),
            },
        };
        self.reject(node, format!("{} is no time zone", quoted(text)), help);
        None
    }

    pub(super) fn duration(&mut self, node: &Node) -> Option<Duration> {
        let text = node.text()?;
        let found = duration(text);
        if found.is_none() {
            let help = match duration_meant(text) {
                Some(meant) => format!("write `{meant}`"),
                None => "write a whole number with its unit: `500ms`, `2s`, `15m`, `1h` or `1d`".to_owned(),
            };
            self.reject(node, format!("{} is no duration", quoted(text)), help);
        }
        found
    }

    /// Bytes: `5MB`, `500KB`, `2MiB`, or a number.
    pub(super) fn size(&mut self, node: &Node) -> Option<u64> {
        let text = node.text()?;
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(digits)?;
        let factor = match unit.trim() {
            "" | "B" => Some(1),
            "KB" | "kB" => Some(1_000),
            "MB" => Some(1_000_000),
            "GB" => Some(1_000_000_000),
            "KiB" => Some(1 << 10),
            "MiB" => Some(1 << 20),
            "GiB" => Some(1 << 30),
            _ => None,
        };
        let size =
            number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
        if size.is_none_or(|size| size == 0) {
            let help = match size_meant(text) {
                Some(meant) => format!("write `{meant}`"),
                None => "write `5MB`, `500KB` or a number of bytes".to_owned(),
            };
            self.reject(node, format!("{} is no size", quoted(text)), help);
            return None;
        }
        size
    }

    /// An absolute http(s) URL, or one below `base`.
    pub(super) fn url(&mut self, node: &Node, base: Option<&Url>) -> Option<Url> {
        let text = node.text()?;
        let parsed = base.map_or_else(|| Url::parse(text), |base| base.join(text));
        match parsed {
            Ok(url) if !matches!(url.scheme(), "http" | "https") => {
                self.reject(
                    node,
                    format!("{} is no web address", quoted(text)),
                    "write one with http:// or https://",
                );
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                let help = "a profile holds no secrets: take the name and the password out";
                self.reject(node, "the URL holds a name or a password", help);
            }
            Ok(url) => return Some(url),
            Err(error) => {
                let message = format!("{} is no URL: {error}", quoted(text));
                self.reject(node, message, "write it whole: https://example.com/path");
            }
        }
        None
    }

    /// The first and the last day of a date, a month or a year.
    pub(super) fn days(&mut self, node: &Node) -> Option<(Date, Date)> {
        let text = node.text()?;
        let found = days_of(text);
        if found.is_none() {
            let help = match day_meant(text) {
                Some(meant) => format!("write `{meant}`"),
                None => "write `2019-08-21`, `2019-08` or `2019`".to_owned(),
            };
            self.reject(node, format!("{} is no date", quoted(text)), help);
        }
        found
    }

    pub(super) fn instant(&mut self, node: &Node) -> Option<Timestamp> {
        let text = node.text()?;
        let found = text.parse().ok();
        if found.is_none() {
            let message = format!("{} is no time with an offset", quoted(text));
            let help = match instant_meant(text) {
                Some(meant) => format!("add the offset: `{meant}`, or `+09:00` for `Z`"),
                None => "write `2019-12-08T11:59:00+09:00`".to_owned(),
            };
            self.reject(node, message, help);
        }
        found
    }

    /// `2`, `1..2`, `1..`
    pub(super) fn count(&mut self, node: &Node) -> Option<(usize, usize)> {
        let text = node.text()?;
        let number = |text: &str| text.trim().parse::<usize>().ok();
        let found = match text.split_once("..") {
            None => number(text).map(|count| (count, count)),
            Some((from, "")) => number(from).map(|from| (from, usize::MAX)),
            Some(("", to)) => number(to).map(|to| (0, to)),
            Some((from, to)) => number(from).zip(number(to)),
        };
        let found = found.filter(|(from, to)| from <= to);
        if found.is_none() {
            self.reject(node, format!("{} is no count", quoted(text)), "write `2`, `1..2` or `1..`");
        }
        found
    }

    /// A path below a root: no `..`, not absolute.
    pub(super) fn relative_path(&mut self, node: &Node) -> Option<String> {
        let text = node.text()?;
        if leads_out(text) {
            let help = "write a path below the folder, without `..` and without a leading `/`";
            self.reject(node, format!("{} leads out of its folder", quoted(text)), help);
            return None;
        }
        Some(text.to_owned())
    }
}

/// A duration as profiles and the command line write it: `500ms`, `2s`, `15m`, `1h`, `1d`.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let number = number.parse::<u64>().ok().filter(|number| *number <= 1_000_000_000)?;
    Some(Duration::from_millis(number * milliseconds))
}

/// `2` is 2s, `2 days` is 2d, `1.5s` is 1500ms, `PT30S` is 30s.
fn duration_meant(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let lower = lower.strip_prefix("pt").or_else(|| lower.strip_prefix('p')).unwrap_or(&lower);
    let digits = lower.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(lower.len());
    let (number, unit) = lower.split_at_checked(digits)?;
    let (unit, milliseconds) = match unit.trim() {
        "ms" | "msec" | "millis" | "milliseconds" => ("ms", 1),
        "" | "s" | "sec" | "secs" | "second" | "seconds" => ("s", 1_000),
        "m" | "min" | "mins" | "minute" | "minutes" => ("m", 60_000),
        "h" | "hr" | "hrs" | "hour" | "hours" => ("h", 3_600_000),
        "d" | "day" | "days" => ("d", 86_400_000),
        "w" | "week" | "weeks" => ("w", 604_800_000),
        _ => return None,
    };
    let whole = match number.split_once('.') {
        None if unit == "w" => format!("{}d", number.parse::<u32>().ok()?.checked_mul(7)?),
        None => format!("{number}{unit}"),
        Some((number, fraction)) => {
            let tenths = fraction.get(..1)?.parse::<u64>().ok().filter(|_| fraction.len() == 1)?;
            let number = number.parse::<u32>().ok()?;
            format!("{}ms", u64::from(number) * milliseconds + tenths * (milliseconds / 10))
        }
    };
    duration(&whole).map(|_| whole)
}

/// `5M` and `5 megabytes` are 5MB.
fn size_meant(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let (number, unit) = lower.split_at_checked(digits)?;
    let number = number.parse::<u32>().ok().filter(|number| *number > 0)?;
    let unit = match unit.trim() {
        "k" | "kbyte" | "kbytes" | "kilobytes" => "KB",
        "m" | "mb" | "mbyte" | "mbytes" | "megabytes" => "MB",
        "g" | "gb" | "gigabytes" => "GB",
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

/// The tag of a language's English name, or of a tag written with `_`.
fn language_meant(text: &str) -> Option<String> {
    let tag = match text.to_lowercase().as_str() {
        "english" => "en",
        "korean" => "ko",
        "japanese" => "ja",
        "chinese" => "zh",
        "german" | "deutsch" => "de",
        "french" => "fr",
        "spanish" => "es",
        "italian" => "it",
        "portuguese" => "pt",
        "russian" => "ru",
        "dutch" => "nl",
        "norwegian" => "no",
        "arabic" => "ar",
        "hindi" => "hi",
        "turkish" => "tr",
        "polish" => "pl",
        "vietnamese" => "vi",
        other => {
            let (language, region) = other.split_once('_')?;
            let letters =
                language.len() == 2 && region.len() == 2 && is_alphabetic(language) && is_alphabetic(region);
            return letters.then(|| format!("{language}-{}", region.to_uppercase()));
        }
    };
    Some(tag.to_owned())
}

/// `UTC+9` and `GMT+09:00` are +09:00.
fn offset_meant(text: &str) -> Option<String> {
    let upper = text.to_uppercase().replace(' ', "");
    let offset = ["UTC", "GMT"].iter().find_map(|zone| upper.strip_prefix(zone)).unwrap_or(&upper);
    let sign = offset.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let (hours, minutes) = match offset.get(1..)?.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None => (offset.get(1..)?, "00"),
    };
    let written = format!("{sign}{:02}:{:02}", hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    fixed_offset(&written).map(|_| written)
}

/// A date or a local time, in UTC.
fn instant_meant(text: &str) -> Option<String> {
    let time = text.trim().replacen(' ', "T", 1);
    let whole = if time.contains('T') { format!("{time}Z") } else { format!("{time}T00:00:00Z") };
    whole.parse::<Timestamp>().ok().map(|_| whole)
}

/// `2019/8/21` and `2019.8` are 2019-08-21 and 2019-08.
fn day_meant(text: &str) -> Option<String> {
    let parts: Option<Vec<u16>> = text.split(['/', '.', '-']).map(|part| part.trim().parse().ok()).collect();
    let written = match parts?.as_slice() {
        [year, month] => format!("{year:04}-{month:02}"),
        [year, month, day] => format!("{year:04}-{month:02}-{day:02}"),
        _ => return None,
    };
    days_of(&written).map(|_| written)
}

/// Whether a path could name something outside the folder that it counts from.
pub(super) fn leads_out(path: &str) -> bool {
    path.is_empty()
        || path.starts_with(['/', '\\', '~'])
        || path.split(['/', '\\']).any(|part| part == "..")
        || path.chars().nth(1) == Some(':')
        || path.contains('\0')
}

/// `+09:00`, `-0330`, `Z`
fn fixed_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('-')?),
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse::<i32>().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours <= 18 && minutes < 60).then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok())?
}

/// The zone that somebody means: the nearest name, or the one whose city it is.
fn nearest_zone<'a>(text: &str, names: &'a [String]) -> Option<&'a str> {
    let city = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let wanted = text.to_lowercase().replace(' ', "_");
    let by_city = names.iter().find(|name| city(name) == wanted).map(String::as_str);
    let well_known = match text {
        "KST" => Some("Asia/Seoul"),
        "JST" => Some("Asia/Tokyo"),
        "CET" | "CEST" => Some("Europe/Paris"),
        "EST" | "EDT" | "ET" => Some("America/New_York"),
        "PST" | "PDT" | "PT" => Some("America/Los_Angeles"),
        _ => None,
    };
    well_known.or(by_city).or_else(|| nearest(text, names.iter().map(String::as_str)))
}

fn days_of(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse::<i16>().ok()?;
    let month = parts.next().map(|month| month.parse::<i8>().ok());
    let day = parts.next().map(|day| day.parse::<i8>().ok());
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None) => {
            let first = Date::new(year, month?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let date = Date::new(year, month?, day?).ok()?;
            Some((date, date))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_all_of_its_days() {
        let (from, until) = days_of("2020").unwrap();
        assert_eq!((from.to_string(), until.to_string()), ("2020-01-01".into(), "2020-12-31".into()));
        assert_eq!(days_of("2020-02").unwrap().1.to_string(), "2020-02-29");
        assert_eq!(days_of("2020-02-30"), None);
        assert_eq!(days_of("20"), None);
    }

    #[test]
    fn what_is_meant_is_offered() {
        for (text, meant) in [
            ("30", "30s"),
            ("2 days", "2d"),
            ("1.5s", "1500ms"),
            ("PT30S", "30s"),
            ("5 minutes", "5m"),
            ("1 week", "7d"),
        ] {
            assert_eq!(duration_meant(text).as_deref(), Some(meant), "{text}");
        }
        for text in ["soon", "", "-1s", "1.25s", "9999999999999d"] {
            assert_eq!(duration_meant(text), None, "{text}");
        }
        assert_eq!(size_meant("5M").as_deref(), Some("5MB"));
        assert_eq!(language_meant("pt_br").as_deref(), Some("pt-BR"));
        assert_eq!(offset_meant("UTC+9").as_deref(), Some("+09:00"));
        assert_eq!(offset_meant("GMT -3:30").as_deref(), Some("-03:30"));
        assert_eq!(instant_meant("2026-01-02 03:04").as_deref(), Some("2026-01-02T03:04Z"));
        assert_eq!(day_meant("2019/8/21").as_deref(), Some("2019-08-21"));
        assert_eq!(day_meant("21.8.2019"), None);
    }

    #[test]
    fn offsets_are_zones() {
        assert_eq!(fixed_offset("+09:00").map(|offset| offset.seconds()), Some(32_400));
        assert_eq!(fixed_offset("-0330").map(|offset| offset.seconds()), Some(-12_600));
        assert_eq!(fixed_offset("+9"), None);
    }
}
