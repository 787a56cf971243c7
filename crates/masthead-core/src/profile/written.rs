//! Values written as YAML, on one line, with as few quotes as they need.

use serde_json::Value;

/// How a text is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Only where it would be read as something else.
    Needed,
    Single,
    Double,
}

/// A value; `in_flow` where it stands within `[…]` or `{…}`.
pub(super) fn value(value: &Value, quotes: Quotes, in_flow: bool) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text, quotes, in_flow),
        Value::Array(items) => {
            let items: Vec<String> =
                items.iter().map(|item| self::value(item, Quotes::Needed, true)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, item)| {
                    format!(
                        "{}: {}",
                        quoted(key, Quotes::Needed, true),
                        self::value(item, Quotes::Needed, true)
                    )
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn quoted(text: &str, quotes: Quotes, in_flow: bool) -> String {
    let one_line = text.chars().all(is_printable);
    match quotes {
        Quotes::Needed if one_line && is_plain(text, in_flow) => text.to_owned(),
        Quotes::Needed | Quotes::Single if one_line => format!("'{}'", text.replace('\'', "''")),
        _ => in_double_quotes(text),
    }
}

/// Neither a line break nor something that the eye doesn't see; YAML 1.2 §5.1.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a text needs no quotes: YAML 1.2 §7.3.3, and careful beyond it.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let first = text.chars().next().is_some_and(|c| !"-?:,[]{}#&*!|>'\"%@`=<~.+".contains(c));
    let inside = !text.contains(": ") && !text.contains(" #") && !text.ends_with(':');
    let flow = !in_flow || !text.contains([',', '[', ']', '{', '}']);
    let tidy = text.trim() == text;
    first && inside && flow && tidy && reads_as_text(text)
}

/// Not a number, a truth value or nothing, in this version of YAML or the one before.
fn reads_as_text(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&lower.as_str()) {
        return false;
    }
    // Times are read as text; all else that is made of digits might be a number.
    let time = text.contains('-')
        && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::Date>().is_ok());
    let number = |c: char| c.is_ascii_digit() || "_.:eExXaAbBcCdDfFoO+-".contains(c);
    time || !(text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(number))
}

fn in_double_quotes(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_printable(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_is_read_as_it_was() {
        let texts = [
            "A bridge",
            "1984",
            "1e3",
            "0x1F",
            "12:30",
            "2019-08-21",
            "2019-08-21T16:56:00+09:00",
            "yes",
            "Null",
            "~",
            "",
            " a",
            "a ",
            "a: b",
            "a #b",
            "#a",
            "a:",
            "- a",
            "-a",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "'a'",
            "\"a\"",
            "a, b",
            "[a]",
            "{a}",
            "a]b",
            "it's",
            "one\n\ntwo",
            "tab\there",
            "\u{1b}[2J",
            "별무리 항구",
            "a\u{2028}b",
            "<<",
            "=",
            ".5",
            "+1",
            "...",
            "---",
            "? a",
            "a\\b",
            "\u{feff}a",
            "x: [",
            "1,5",
            "1 000",
            "\u{85}",
        ];
        for text in texts {
            for quotes in [Quotes::Needed, Quotes::Single, Quotes::Double] {
                let flow = format!("[{}]", value(&json!(text), quotes, true));
                assert_eq!(super::super::yaml::to_json(&flow), Some(json!([text])), "{flow}");
                let block = format!("a: {}\nb: 1\n", value(&json!(text), quotes, false));
                assert_eq!(super::super::yaml::to_json(&block), Some(json!({"a": text, "b": 1})), "{block}");
                assert_eq!(
                    serde_yaml::from_str::<Value>(&block).unwrap(),
                    json!({"a": text, "b": 1}),
                    "{block}"
                );
            }
        }
    }

    #[test]
    fn quotes_stand_only_where_they_must() {
        let written = |text: &str, flow| value(&json!(text), Quotes::Needed, flow);
        assert_eq!(written("A bridge, at last", false), "A bridge, at last");
        assert_eq!(written("A bridge, at last", true), "'A bridge, at last'");
        assert_eq!(written("2019-08-21T16:56:00+09:00", true), "2019-08-21T16:56:00+09:00");
        assert_eq!(written("It's: a bridge", false), "'It''s: a bridge'");
        assert_eq!(
            value(&json!([{"name": "Ida Marsh", "email": null}, 3, true]), Quotes::Needed, false),
            "[{name: Ida Marsh, email: null}, 3, true]"
        );
    }
}
