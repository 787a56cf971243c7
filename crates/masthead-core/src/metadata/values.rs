//! What single values mean: texts, truths, languages, days.

use serde_json::Value;

use super::text::tidy;

/// A text, a number, the name of an object, or the first of a list that has one of these.
pub(super) fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => tidy(text),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => list.iter().find_map(text_of)?,
        Value::Object(map) => tidy(["name", "@value"].into_iter().find_map(|key| map.get(key)?.as_str())?),
        Value::Null | Value::Bool(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

pub(super) fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// `false`, `"False"`, `"http://schema.org/False"`.
pub(super) fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| truth_of_text(value.as_str()?))
}

pub(super) fn truth_of_text(text: &str) -> Option<bool> {
    let word = text.trim().rsplit('/').next()?;
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// `en_GB` → `en-GB`. A language's name (`English`) is none.
pub(super) fn language_tag(text: &str) -> Option<String> {
    let tag = text.split([',', ';', ' ']).next()?.replace('_', "-");
    let mut parts = tag.split('-');
    let is_language =
        |part: &str| matches!(part.len(), 2 | 3) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_language(parts.next()?) && parts.all(is_subtag)).then_some(tag)
}

/// The day in a path: `/2024/05/12/…`, `/2024-05-12-…`, `/20240512…`.
pub(super) fn day_in_path(path: &str) -> Option<String> {
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, _) in path.match_indices(['/', '-', '_']) {
        let rest = path.get(at + 1..)?;
        let (year, month, day) = match (digits_of(rest), rest.get(4..5)) {
            (4, Some(mark @ ("/" | "-" | "."))) => {
                let mut parts = rest.splitn(3, mark);
                let (year, month, day) = (parts.next()?, parts.next(), parts.next());
                let (Some(month), Some(day)) = (month, day) else { continue };
                if !(1..=2).contains(&digits_of(month)) || digits_of(month) != month.len() {
                    continue;
                }
                (year, month, day.get(..digits_of(day)).unwrap_or_default())
            }
            (8.., _) => match (rest.get(..4), rest.get(4..6), rest.get(6..8)) {
                (Some(year), Some(month), Some(day)) => (year, month, day),
                _ => continue,
            },
            _ => continue,
        };
        let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>())
        else {
            continue;
        };
        if (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) {
            return Some(format!("{year:04}-{month:02}-{day:02}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_paths() {
        for (path, day) in [
            ("/2024/05/12/bridge", Some("2024-05-12")),
            ("/news/2024/5/2/x", Some("2024-05-02")),
            ("/a-2024-05-12-b.html", Some("2024-05-12")),
            ("/20240512/x", Some("2024-05-12")),
            ("/article/20240512123456", Some("2024-05-12")),
            ("/2024/05/bridge", None),
            ("/99999999", None),
            ("/2024/13/12", None),
            ("/가나/2024", None),
        ] {
            assert_eq!(day_in_path(path).as_deref(), day, "{path}");
        }
    }

    #[test]
    fn languages_are_tags() {
        assert_eq!(language_tag("ko_KR").as_deref(), Some("ko-KR"));
        assert_eq!(language_tag("English"), None);
        assert_eq!(language_tag(""), None);
    }
}
