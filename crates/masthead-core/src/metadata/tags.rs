use serde_json::Value;

use super::signals::Witness;
use super::text::{skeleton, tidy};

/// An article has no more tags than this.
const MAX_TAGS: usize = 200;
/// Longer texts are no tags.
const MAX_BYTES: usize = 1_000;

/// A list of tags from texts. One text may hold many, parted by commas or semicolons; of several texts each is one.
pub(super) fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let texts: Vec<&str> = texts.into_iter().collect();
    match texts.as_slice() {
        [one] => clean(one.split([',', ';', '、', '，', '；'])),
        _ => clean(texts),
    }
}

/// `keywords` of JSON-LD: a text, or a list of texts and of objects with a name.
pub(super) fn from_json(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => from_texts(list.iter().filter_map(name)),
        one => from_texts(name(one)),
    }
}

fn name(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("name")?.as_str()).or_else(|| value.get("@value")?.as_str())
}

/// Some systems join their keywords with spaces in one place and keep them apart in another: a single tag in which
/// all tags of another witness stand is moved behind it.
pub(super) fn put_run_together_last(found: &mut [Witness<Vec<String>>]) {
    let is_joined = |witness: &Witness<Vec<String>>| {
        let [one] = witness.value.as_slice() else { return false };
        let joined = skeleton(one);
        let holds = |other: &Witness<Vec<String>>| {
            other.value.len() > 1 && other.value.iter().all(|tag| joined.contains(&skeleton(tag)))
        };
        found.iter().any(holds)
    };
    let joined: Vec<bool> = found.iter().map(is_joined).collect();
    let mut joined = joined.into_iter();
    found.sort_by_cached_key(|_| joined.next().unwrap_or(false));
}

/// Numbers and identifiers of the publisher's system are no tags.
fn is_identifier(tag: &str) -> bool {
    let is_number = tag.len() >= 6 && tag.bytes().all(|byte| byte.is_ascii_digit());
    let parts = tag.split('-').map(|part| (part.len(), part.bytes().all(|byte| byte.is_ascii_hexdigit())));
    is_number || parts.eq([8, 4, 4, 4, 12].map(|length| (length, true)))
}

fn clean<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for text in texts {
        let tag = tidy(text);
        let is_tag = !tag.is_empty() && tag.len() <= MAX_BYTES && !is_identifier(&tag);
        if is_tag && tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::signals::Source;
    use super::*;

    #[test]
    fn tags_come_apart() {
        assert_eq!(from_texts(["bridge, river;city，bridge"]), ["bridge", "river", "city"]);
        assert_eq!(from_texts(["Washington, D.C.", "river"]), ["Washington, D.C.", "river"]);
        assert_eq!(from_json(&json!(["a, b"])), ["a", "b"]);
        assert_eq!(from_json(&json!([{"@type": "DefinedTerm", "name": "R&amp;D"}, "b", 3])), ["R&D", "b"]);
        assert_eq!(from_texts(["a, 100312362, 26157981-b4f7-4929-adc1-e860c6f03636, 2024"]), ["a", "2024"]);
        assert_eq!(from_json(&json!(null)), [] as [&str; 0]);
    }

    #[test]
    fn tags_that_were_run_together_come_last() {
        let witness =
            |source, tags: &[&str]| Witness::new(source, tags.iter().map(|tag| (*tag).to_owned()).collect());
        let mut found =
            [witness(Source::JsonLd, &["bridge old river"]), witness(Source::Meta, &["old river", "bridge"])];
        put_run_together_last(&mut found);
        assert_eq!(found[0].source, Source::Meta);
    }
}
