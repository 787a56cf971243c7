//! The JSON Schema of the language (draft 2020-12), made from its table.

use serde_json::{Map, Value, json};

use super::grammar::{self, Key, Leaf, MapKind, Names, Needs, Shape};
use super::yaml;

/// The JSON Schema of a profile, for editors: every key with what it says and an example.
///
/// It sees less than a load does: not whether a selector or a regex is one, nor what names refer to.
#[must_use]
pub fn schema() -> Value {
    let definitions: Map<String, Value> =
        grammar::maps().into_iter().map(|kind| (kind.name.to_owned(), map(kind))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A profile of Masthead",
        "$ref": format!("#/$defs/{}", grammar::PROFILE.name),
        "$defs": definitions,
    })
}

fn map(kind: &MapKind) -> Value {
    let properties: Map<String, Value> =
        kind.keys().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = kind.keys().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({
        "description": kind.doc,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let mut put = |name: &str, value: Value| {
        if let Some(object) = schema.as_object_mut() {
            object.insert(name.to_owned(), value);
        }
    };
    if kind.name == grammar::PROFILE.name {
        // What the base of an overlay says, the overlay need not say again.
        put("anyOf", json!([{"required": ["extends"]}, {"required": required}]));
    } else if kind.name == "layout" {
        put("required", json!(["id"]));
    } else if !required.is_empty() {
        put("required", json!(required));
    }
    let each = |names: &[&str]| names.iter().map(|name| json!({"required": [name]})).collect::<Vec<_>>();
    match kind.needs {
        Needs::Nothing => {}
        Needs::One(names) => put("oneOf", Value::Array(each(names))),
        Needs::Some(names) => put("anyOf", Value::Array(each(names))),
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = shape(key.shape);
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".into(), json!(key.doc));
        object.insert("examples".into(), json!([yaml::to_json(key.example)]));
    }
    schema
}

fn shape(shape_: &Shape) -> Value {
    match shape_ {
        Shape::Leaf(leaf) => leaf_schema(*leaf),
        Shape::List(item) => json!({"type": "array", "items": shape(item)}),
        Shape::OneOrMany(item) => json!({"anyOf": [shape(item), {"type": "array", "items": shape(item)}]}),
        Shape::Pair(first, second) => {
            json!({"type": "array", "prefixItems": [shape(first), shape(second)], "minItems": 2, "maxItems": 2})
        }
        Shape::Map(kind) => reference(kind),
        Shape::Named(names, item) => {
            let mut schema = json!({"type": "object", "additionalProperties": shape(item)});
            if let (Names::Plain, Some(object)) = (names, schema.as_object_mut()) {
                object.insert("propertyNames".into(), json!({"pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"}));
            }
            schema
        }
        Shape::Either(shapes) => json!({"anyOf": shapes.iter().map(|one| shape(one)).collect::<Vec<_>>()}),
        Shape::MapBy(choices, other) => {
            let maps = choices.iter().map(|(_, kind)| *kind).chain([*other]);
            json!({"anyOf": maps.map(reference).collect::<Vec<_>>()})
        }
        Shape::OrNull(inner) => json!({"anyOf": [shape(inner), {"type": "null"}]}),
    }
}

fn reference(kind: &MapKind) -> Value {
    json!({"$ref": format!("#/$defs/{}", kind.name)})
}

/// YAML takes `2019` for a number and `true` for a truth value, where the author may mean text.
fn leaf_schema(leaf: Leaf) -> Value {
    match leaf {
        Leaf::Text | Leaf::Scalar => json!({"type": ["string", "number", "boolean"]}),
        Leaf::Name => json!({"type": ["string", "number"], "pattern": "^[^/\\\\\\s]+$"}),
        Leaf::Selector | Leaf::Value => json!({"type": "string", "minLength": 1}),
        Leaf::Regex => json!({"type": ["string", "number", "boolean"]}),
        Leaf::Duration => json!({"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"}),
        Leaf::Size => json!({"type": ["string", "integer"], "pattern": "^[0-9]+ ?([kKMG]i?)?B?$"}),
        Leaf::Zone | Leaf::Format => json!({"type": "string", "minLength": 1}),
        Leaf::Language => json!({"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"}),
        Leaf::Path => json!({"type": ["string", "integer"]}),
        Leaf::Url | Leaf::NumberedUrl | Leaf::RelativePath => json!({"type": "string", "minLength": 1}),
        Leaf::Host => json!({"type": "string", "pattern": "^[^/@\\s]+$"}),
        Leaf::Bool => json!({"type": "boolean"}),
        Leaf::True => json!({"const": true}),
        Leaf::Integer(from, to) => json!({"type": "integer", "minimum": from, "maximum": to}),
        Leaf::Count => {
            json!({"type": ["string", "integer"], "pattern": "^([0-9]+|[0-9]*\\.\\.[0-9]+|[0-9]+\\.\\.)$"})
        }
        Leaf::Day => json!({"type": ["string", "integer"], "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}),
        Leaf::Instant => json!({"type": "string", "format": "date-time"}),
        Leaf::Word(words) => json!({"enum": words}),
        Leaf::Anything => json!({}),
    }
}
