//! Values of one word: languages, zones, durations, sizes, URLs, days, counts, paths.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use url::Url;

use super::compile::{Compiler, is_alphabetic};
use super::meant::{day_meant, duration_meant, instant_meant, language_meant, offset_meant, size_meant};
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

/// Whether a path could name something outside the folder that it counts from.
pub(super) fn leads_out(path: &str) -> bool {
    path.is_empty()
        || path.starts_with(['/', '\\', '~'])
        || path.split(['/', '\\']).any(|part| part == "..")
        || path.chars().nth(1) == Some(':')
        || path.contains('\0')
}

/// `+09:00`, `-0330`, `Z`
pub(super) fn fixed_offset(text: &str) -> Option<Offset> {
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

pub(super) fn days_of(text: &str) -> Option<(Date, Date)> {
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
    fn offsets_are_zones() {
        assert_eq!(fixed_offset("+09:00").map(|offset| offset.seconds()), Some(32_400));
        assert_eq!(fixed_offset("-0330").map(|offset| offset.seconds()), Some(-12_600));
        assert_eq!(fixed_offset("+9"), None);
    }
}
