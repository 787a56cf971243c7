//! JSON Feed 1.0 and 1.1 (<https://www.jsonfeed.org/version/1.1/>), read item by item: what breaks off yields the
//! items before the break, and no more of an item is kept than is used.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::{Draft, Entries};
use super::xml::{append, tidy};

/// How many authors or tags of one item are kept.
const MOST_NAMES: usize = 200;

/// The keys that are used, of items and of people.
const KEYS: [&str; 14] = [
    "id",
    "url",
    "external_url",
    "title",
    "summary",
    "content_html",
    "content_text",
    "date_published",
    "date_modified",
    "author",
    "authors",
    "tags",
    "name",
    "items",
];

/// JSON without a list of items.
pub(super) struct NoFeed;

/// Reads the items; whether the file breaks off. The word under `version` is not asked for: feeds write it in many
/// ways.
pub(super) fn entries(text: &str, into: &mut Entries<'_>) -> Result<bool, NoFeed> {
    let mut has_items = false;
    let mut json = serde_json::Deserializer::from_str(text);
    let whole = json.deserialize_map(Feed { has_items: &mut has_items, into }).is_ok() && json.end().is_ok();
    if has_items { Ok(!whole) } else { Err(NoFeed) }
}

struct Feed<'a, 'b> {
    has_items: &'a mut bool,
    into: &'a mut Entries<'b>,
}

impl<'de> Visitor<'de> for Feed<'_, '_> {
    type Value = ();

    fn expecting(&self, message: &mut fmt::Formatter<'_>) -> fmt::Result {
        message.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Part(0))? {
            if key.text().as_deref() == Some("items") {
                *self.has_items = true;
                map.next_value_seed(Items(self.into))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Items<'a, 'b>(&'a mut Entries<'b>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, message: &mut fmt::Formatter<'_>) -> fmt::Result {
        message.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element_seed(Part(0))? {
            self.0.push(draft(&item));
            if self.0.full {
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}

fn draft(item: &Value) -> Draft {
    let text = |key: &str| item.get(key).and_then(Value::text);
    // Browsers drop line breaks within an address and keep its blanks.
    let address = |key: &str| match item.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let id = text("id").filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    let people = [item.get("authors"), item.get("author")].into_iter().flatten();
    let mut draft = Draft {
        url: address("url").or_else(|| address("external_url")).or(id),
        title: text("title"),
        published: text("date_published"),
        updated: text("date_modified"),
        summary: text("summary"),
        content: text("content_text").or_else(|| text("content_html")),
        authors: people.map(Value::names).find(|names| !names.is_empty()).unwrap_or_default(),
        tags: item.get("tags").map(Value::names).unwrap_or_default(),
    };
    draft.fill_from(Draft::default());
    draft
}

/// What is kept of a value.
enum Value {
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    Nothing,
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn text(&self) -> Option<String> {
        if let Self::Text(text) = self { tidy(text) } else { None }
    }

    /// Texts, or people with a name; one of either, or a list.
    fn names(&self) -> Vec<String> {
        match self {
            Self::List(values) => values.iter().flat_map(Self::names).collect(),
            Self::Map(_) => self.get("name").and_then(Self::text).into_iter().collect(),
            _ => self.text().into_iter().collect(),
        }
    }
}

/// Reads a value at a depth below an item; what lies deeper than people do is not kept.
#[derive(Clone, Copy)]
struct Part(u8);

const DEEPEST: u8 = 2;

impl<'de> DeserializeSeed<'de> for Part {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        if self.0 > DEEPEST + 1 {
            return json.deserialize_ignored_any(IgnoredAny).map(|_| Value::Nothing);
        }
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part {
    type Value = Value;

    fn expecting(&self, message: &mut fmt::Formatter<'_>) -> fmt::Result {
        message.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        let mut kept = String::new();
        append(&mut kept, text);
        Ok(Value::Text(kept))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < MOST_NAMES {
            match list.next_element_seed(Part(self.0 + 1))? {
                Some(value) => kept.push(value),
                None => return Ok(Value::List(kept)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut kept: Vec<(String, Value)> = Vec::new();
        while let Some(key) = map.next_key_seed(Part(0))? {
            let key = key.text().filter(|key| KEYS.contains(&key.as_str()));
            match key.filter(|key| kept.iter().all(|(name, _)| name != key)) {
                Some(key) => kept.push((key, map.next_value_seed(Part(self.0 + 1))?)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Value::Map(kept))
    }
}

#[cfg(test)]
mod tests;
