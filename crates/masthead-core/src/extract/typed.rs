//! From text to a value of the field's type.

use jiff::tz::TimeZone;
use masthead_record::ZoneFrom;
use serde_json::Value;
use url::Url;

use super::steps::Texts;
use crate::dom::tidy;
use crate::people;
use crate::profile::model::{Alternative, TextForm, ValueType};
use crate::timestamp::{self, TimeRule};

/// A value that is valid for its type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Typed {
    Text(String),
    List(Vec<String>),
    Time { text: String, zone_from: Option<ZoneFrom> },
    Json(Value),
}

impl Typed {
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Time { text, .. } => Some(text),
            Self::List(texts) => Some(texts.join(" ")).filter(|text| !text.is_empty()),
            Self::Json(Value::String(text)) => Some(text),
            Self::Json(_) => None,
        }
    }

    pub(crate) fn into_list(self) -> Vec<String> {
        match self {
            Self::List(texts) => texts,
            other => other.into_text().into_iter().collect(),
        }
    }

    pub(crate) fn into_json(self) -> Value {
        match self {
            Self::Text(text) | Self::Time { text, .. } => Value::String(text),
            Self::List(texts) => texts.into(),
            Self::Json(value) => value,
        }
    }
}

/// What a type needs to know besides the text.
pub(crate) struct Surroundings<'a> {
    pub(crate) base: &'a Url,
    pub(crate) zone: Option<&'a TimeZone>,
}

/// The value, where the text is valid for the type.
pub(crate) fn typed(
    texts: Texts,
    kind: ValueType,
    alternative: &Alternative,
    around: &Surroundings<'_>,
) -> Option<Typed> {
    match kind {
        ValueType::People => {
            let names: Vec<String> =
                unique(texts.into_vec().iter().flat_map(|text| people::people(&tidy(text))).collect());
            (!names.is_empty()).then_some(Typed::List(names))
        }
        ValueType::List => {
            let texts = texts.into_vec();
            let by_itself = alternative.then.is_empty() && texts.len() == 1;
            let parts =
                texts.iter().flat_map(|text| if by_itself { split_list(text) } else { vec![tidy(text)] });
            Some(Typed::List(unique(parts.filter(|part| !part.is_empty()).collect())))
        }
        kind => match texts {
            Texts::One(text) => scalar(&text, kind, alternative, around),
            Texts::Many(texts) if kind == ValueType::Text => {
                let one = |text: &String| scalar(text, kind, alternative, around)?.into_text();
                let parts: Vec<String> = texts.iter().filter_map(one).collect();
                (!parts.is_empty()).then_some(Typed::List(parts))
            }
            Texts::Many(texts) => {
                let values = texts.iter().filter_map(|text| scalar(text, kind, alternative, around));
                Some(Typed::Json(Value::Array(values.map(Typed::into_json).collect())))
            }
        },
    }
}

fn split_list(text: &str) -> Vec<String> {
    text.split([',', ';', '、', '，']).map(tidy).collect()
}

fn unique(texts: Vec<String>) -> Vec<String> {
    let mut seen = rustc_hash::FxHashSet::default();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}

fn scalar(
    text: &str,
    kind: ValueType,
    alternative: &Alternative,
    around: &Surroundings<'_>,
) -> Option<Typed> {
    // Lines mean something where the value keeps its markup.
    let text = if keeps_markup(alternative) { text.trim().to_owned() } else { tidy(text) };
    if text.is_empty() {
        return None;
    }
    match kind {
        ValueType::Int => integer(&text).map(|number| Typed::Json(number.into())),
        ValueType::Decimal => decimal(&text).map(|number| Typed::Json(number.into())),
        ValueType::Bool => boolean(&text).map(|value| Typed::Json(value.into())),
        ValueType::Json => serde_json::from_str(&text).ok().map(Typed::Json),
        ValueType::Url => absolute(around.base, &text).map(Typed::Text),
        ValueType::Time | ValueType::Date => {
            let rule = TimeRule {
                formats: &alternative.formats,
                zone: alternative.zone.as_ref(),
                default_zone: around.zone,
                locale: alternative.locale.as_ref(),
                day_only: kind == ValueType::Date,
            };
            let parsed = timestamp::parse(&text, &rule)?;
            Some(Typed::Time { text: parsed.text, zone_from: parsed.zone_from })
        }
        _ => Some(Typed::Text(text)),
    }
}

/// Whether the value is HTML of an element, or Markdown.
fn keeps_markup(alternative: &Alternative) -> bool {
    match alternative.form {
        TextForm::Text => false,
        TextForm::Html => alternative.source.is_node(),
        TextForm::Markdown => true,
    }
}

/// An http(s) URL, absolute. `data:`, `javascript:` and other schemes are no addresses of documents.
pub(crate) fn absolute(base: &Url, text: &str) -> Option<String> {
    let url = base.join(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// Digits with a sign, and with separators between groups of three.
fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let mut groups = text.split([',', ' ', '\'', '_']);
        let first = groups.next()?.trim_start_matches('-');
        let rest: Vec<&str> = groups.collect();
        let grouped =
            (1..=3).contains(&first.len()) && !rest.is_empty() && rest.iter().all(|group| group.len() == 3);
        grouped.then(|| text.replace([',', ' ', '\'', '_'], "").parse().ok())?
    })
}

fn decimal(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(integer("274260"), Some(274_260));
        assert_eq!(integer("1,274,260"), Some(1_274_260));
        assert_eq!(integer("-12"), Some(-12));
        assert_eq!(integer("1,2"), None);
        assert_eq!(integer("Advertisement"), None);
        assert_eq!(decimal("inf"), None);
    }

    #[test]
    fn only_addresses_of_documents_are_urls() {
        let base = Url::parse("https://a.example/b/").unwrap();
        assert_eq!(absolute(&base, " c?d ").as_deref(), Some("https://a.example/b/c?d"));
        assert_eq!(absolute(&base, "javascript:void(0)"), None);
        assert_eq!(absolute(&base, "data:image/gif;base64,AA"), None);
    }
}
