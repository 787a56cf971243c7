//! Durations, sizes, tags, offsets and days in other forms than this language's: what is meant by them.

use jiff::Timestamp;

use super::compile::is_alphabetic;
use super::words::{days_of, duration, fixed_offset};

/// `2` is 2s, `2 days` is 2d, `1.5s` is 1500ms, `PT30S` is 30s.
pub(super) fn duration_meant(text: &str) -> Option<String> {
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
pub(super) fn size_meant(text: &str) -> Option<String> {
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
pub(super) fn language_meant(text: &str) -> Option<String> {
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
pub(super) fn offset_meant(text: &str) -> Option<String> {
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
pub(super) fn instant_meant(text: &str) -> Option<String> {
    let time = text.trim().replacen(' ', "T", 1);
    let whole = if time.contains('T') { format!("{time}Z") } else { format!("{time}T00:00:00Z") };
    whole.parse::<Timestamp>().ok().map(|_| whole)
}

/// `2019/8/21` and `2019.8` are 2019-08-21 and 2019-08.
pub(super) fn day_meant(text: &str) -> Option<String> {
    let parts: Option<Vec<u16>> = text.split(['/', '.', '-']).map(|part| part.trim().parse().ok()).collect();
    let written = match parts?.as_slice() {
        [year, month] => format!("{year:04}-{month:02}"),
        [year, month, day] => format!("{year:04}-{month:02}-{day:02}"),
        _ => return None,
    };
    days_of(&written).map(|_| written)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
