//! Paths into JSON: the small dotted form that profiles write after `jsonld:`, `json:` and `script: …, path:`.
//!
//! | step | meaning |
//! |---|---|
//! | `a`, `@type`, `dc:date` | a key; on a list it maps over the elements; digits on a list are an index |
//! | `'a b'`, `["a.b"]` | a key with odd characters, in single or double quotes; `\` escapes the next character |
//! | `*` | the value of every key, or every element |
//! | `[]`, `[*]` | every element of a list |
//! | `[0]`, `[-1]` | one element, counted from 0, or from the end |
//! | `[type=photo]`, `[a.b='c d']` | the elements whose key has that value (or a list with it) |
//!
//! Steps are joined by dots; none is needed before a bracket. A leading `$` is the root and may be left out.
//!
//! JSON on pages is loose: the same key holds one object here and a list there. So `[]`, `[0]` and `[-1]` take what
//! is no list as a list of one, and a filter applied to one object keeps or drops that object. `null` is nothing:
//! it is never found.

use serde_json::Value;
use thiserror::Error;

/// A path finds no more values than this; further ones are left out.
const MAX_FOUND: usize = 10_000;
/// A path has no more steps than this.
const MAX_STEPS: usize = 64;

/// A compiled path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub(crate) struct PathError {
    /// Where the fault is: bytes from the start of the text.
    pub(crate) offset: usize,
    /// What is wrong and what to write instead, as a lowercase fragment.
    pub(crate) message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    AnyKey,
    Each,
    Index(i64),
    Filter { keys: Vec<String>, value: String },
}

impl JsonPath {
    /// Compiles a path. An empty text (or `$`) is the root itself.
    ///
    /// # Errors
    ///
    /// Where the text is no path: the offset of the faulty character and a message for the author.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let steps = Parser { text, offset: 0 }.path()?;
        Ok(Self { text: text.to_owned(), steps })
    }

    /// The path as written.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The values that the path leads to, in document order, without nulls; at most 10,000.
    /// Takes time in proportion to the size of `value` for each step.
    #[must_use]
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for step in &self.steps {
            let mut next = Vec::new();
            for value in found {
                step.apply(value, &mut next);
            }
            found = next;
        }
        found.retain(|value| !value.is_null());
        found
    }
}

impl Step {
    /// Adds what the step leads to from one value.
    fn apply<'v>(&self, value: &'v Value, found: &mut Vec<&'v Value>) {
        match (self, value) {
            (Self::Key(key), _) => find_key(key, value, found),
            (Self::AnyKey, Value::Object(map)) => push_all(map.values(), found),
            (Self::AnyKey | Self::Each, Value::Array(list)) => push_all(list, found),
            (Self::AnyKey, _) => {}
            (Self::Index(index), Value::Array(list)) => push_all(element(list, *index), found),
            (Self::Each | Self::Index(0 | -1), _) => push_all([value], found),
            (Self::Index(_), _) => {}
            (Self::Filter { keys, value: wanted }, Value::Array(list)) => {
                push_all(list.iter().filter(|item| holds(item, keys, wanted)), found);
            }
            (Self::Filter { keys, value: wanted }, _) => {
                push_all(Some(value).filter(|item| holds(item, keys, wanted)), found);
            }
        }
    }
}

/// Looks a key up, through lists of any nesting.
fn find_key<'v>(key: &str, value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => push_all(map.get(key), found),
        Value::Array(list) => match key.parse().ok().filter(|_| is_digits(key)) {
            Some(index) => push_all(element(list, index), found),
            None => list.iter().for_each(|item| find_key(key, item, found)), // JSON's reader bounds the nesting
        },
        _ => {}
    }
}

fn is_digits(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

fn push_all<'v>(values: impl IntoIterator<Item = &'v Value>, found: &mut Vec<&'v Value>) {
    let room = MAX_FOUND.saturating_sub(found.len());
    found.extend(values.into_iter().take(room));
}

fn element(list: &[Value], index: i64) -> Option<&Value> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    let place = if index < 0 { list.len().checked_sub(distance)? } else { distance };
    list.get(place)
}

/// Whether the value below the keys reads `wanted`, or is a list in which an element does.
fn holds(item: &Value, keys: &[String], wanted: &str) -> bool {
    let below = keys.iter().try_fold(item, |value, key| value.get(key));
    match below {
        Some(Value::Array(list)) => list.iter().any(|value| reads(value, wanted)),
        Some(value) => reads(value, wanted),
        None => false,
    }
}

fn reads(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Number(number) => number.to_string() == wanted,
        Value::Bool(truth) => wanted == if *truth { "true" } else { "false" },
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Reads a path from left to right.
struct Parser<'a> {
    text: &'a str,
    offset: usize,
}

impl Parser<'_> {
    fn path(mut self) -> Result<Vec<Step>, PathError> {
        let mut steps = Vec::new();
        let mut key_may_follow = true;
        if matches!(self.rest().as_bytes(), [b'$'] | [b'$', b'.' | b'[', ..]) {
            self.eat('$');
            key_may_follow = false;
        }
        while let Some(next) = self.peek() {
            if steps.len() == MAX_STEPS {
                return Err(self.fault(format!("a path has at most {MAX_STEPS} steps")));
            }
            match next {
                '[' => steps.push(self.bracket()?),
                '.' if key_may_follow => return Err(self.fault("a key is missing before this dot")),
                '.' => {
                    self.eat('.');
                    key_may_follow = true;
                    match self.peek() {
                        None => return Err(self.fault("the path ends with a dot; a key is missing after it")),
                        Some('[') => return Err(self.fault("leave the dot before `[` out")),
                        Some(_) => continue,
                    }
                }
                _ if !key_may_follow => return Err(self.fault("a dot is missing before this key")),
                '*' => {
                    self.eat('*');
                    steps.push(Step::AnyKey);
                }
                _ => steps.push(Step::Key(self.key()?)),
            }
            key_may_follow = false;
        }
        Ok(steps)
    }

    /// `[…]` in each of its forms.
    fn bracket(&mut self) -> Result<Step, PathError> {
        let opened = self.offset;
        self.eat('[');
        let step = match self.peek() {
            Some(']') => Step::Each,
            Some('*') => {
                self.eat('*');
                Step::Each
            }
            Some('0'..='9' | '-') => self.index()?,
            _ => self.quoted_key_or_filter()?,
        };
        if self.eat(']') {
            return Ok(step);
        }
        match self.peek() {
            None => {
                Err(PathError { offset: opened, message: "this bracket is not closed; add `]`".to_owned() })
            }
            Some(_) => Err(self.fault("expected `]` here")),
        }
    }

    fn index(&mut self) -> Result<Step, PathError> {
        let start = self.offset;
        let digits = self.take_while(|c| c == '-' || c.is_ascii_digit());
        digits.parse().map(Step::Index).map_err(|_| PathError {
            offset: start,
            message: format!("`{digits}` is no index; write a whole number such as `[0]` or `[-1]`"),
        })
    }

    /// `["a b"]`, or `[key=value]`, which JSONPath's habit writes as `[?key=value]`.
    fn quoted_key_or_filter(&mut self) -> Result<Step, PathError> {
        let start = self.offset;
        let quoted = matches!(self.peek(), Some('\'' | '"'));
        self.eat('?');
        let mut keys = vec![self.key()?];
        while self.eat('.') {
            keys.push(self.key()?);
        }
        if self.eat('=') {
            self.eat('='); // `==` is what programmers write
            return Ok(Step::Filter { keys, value: self.filter_value()? });
        }
        match keys.pop() {
            Some(key) if quoted && keys.is_empty() => Ok(Step::Key(key)),
            _ => Err(PathError {
                offset: start,
                message: "expected a number, nothing, a key in quotes, or `key=value` in the brackets"
                    .to_owned(),
            }),
        }
    }

    fn filter_value(&mut self) -> Result<String, PathError> {
        if let Some(quote @ ('\'' | '"')) = self.peek() {
            return self.quoted(quote);
        }
        let value = self.take_while(|c| c != ']' && c != '[').trim().to_owned();
        if value.is_empty() {
            return Err(self.fault("a value is missing after `=`; write `''` for an empty one"));
        }
        Ok(value)
    }

    fn key(&mut self) -> Result<String, PathError> {
        if let Some(quote @ ('\'' | '"')) = self.peek() {
            return self.quoted(quote);
        }
        let key =
            self.take_while(|c| !c.is_whitespace() && !matches!(c, '.' | '[' | ']' | '=' | '*' | '\'' | '"'));
        match (key.is_empty(), self.peek()) {
            (false, None | Some('.' | '[' | ']' | '=')) => Ok(key.to_owned()),
            (_, None) => Err(self.fault("a key is missing here")),
            (_, Some(odd)) => {
                Err(self.fault(format!("`{odd}` cannot stand here; write a key that has it in quotes")))
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let opened = self.offset;
        self.eat(quote);
        let mut key = String::new();
        while let Some(next) = self.peek() {
            self.eat(next);
            if next == quote {
                return Ok(key);
            }
            match self.peek() {
                Some(escaped) if next == '\\' => {
                    self.eat(escaped);
                    key.push(escaped);
                }
                _ => key.push(next),
            }
        }
        Err(PathError {
            offset: opened,
            message: format!("this quote is not closed; add {quote} at its end"),
        })
    }

    fn rest(&self) -> &str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let eaten = self.peek() == Some(wanted);
        if eaten {
            self.offset += wanted.len_utf8();
        }
        eaten
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let taken: String = self.rest().chars().take_while(|c| wanted(*c)).collect();
        self.offset += taken.len();
        taken
    }

    fn fault(&self, message: impl Into<String>) -> PathError {
        PathError { offset: self.offset, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, value: &Value) -> Value {
        let path = JsonPath::parse(path).unwrap();
        Value::Array(path.find(value).into_iter().cloned().collect())
    }

    #[test]
    fn keys_indexes_and_lists() {
        let value = json!({
            "queries": [{"state": {"body": "<p>One</p>"}}, {"state": {"body": "<p>Two</p>"}}],
            "author": [{"name": "Ada Lind"}, {"name": "Bo Ek"}],
            "a b": {"c.d": 1, "e": {"f": null}},
        });
        assert_eq!(found("queries[0].state.body", &value), json!(["<p>One</p>"]));
        assert_eq!(found("queries[-1].state.body", &value), json!(["<p>Two</p>"]));
        assert_eq!(found("queries.1.state.body", &value), json!(["<p>Two</p>"]));
        assert_eq!(found("queries[2].state", &value), json!([]));
        assert_eq!(found("queries[-3]", &value), json!([]));
        assert_eq!(found("author[].name", &value), json!(["Ada Lind", "Bo Ek"]));
        assert_eq!(found("author.name", &value), json!(["Ada Lind", "Bo Ek"]));
        assert_eq!(found("$.author[*].name", &value), json!(["Ada Lind", "Bo Ek"]));
        assert_eq!(found("'a b'.\"c.d\"", &value), json!([1]));
        assert_eq!(found("[\"a b\"]['c.d']", &value), json!([1]));
        assert_eq!(found("'a b'.e.f", &value), json!([]), "null is nothing");
        assert_eq!(found("queries.*.state.*", &value), json!(["<p>One</p>", "<p>Two</p>"]));
        assert_eq!(found("$", &value), json!([value]));
        assert_eq!(found("$ref.@id", &json!({"$ref": {"@id": 7}})), json!([7]));
    }

    #[test]
    fn one_object_is_a_list_of_one() {
        let value = json!({"author": {"name": "Ada Lind"}, "image": "https://example.com/a.jpg"});
        assert_eq!(found("author[].name", &value), json!(["Ada Lind"]));
        assert_eq!(found("author[0].name", &value), json!(["Ada Lind"]));
        assert_eq!(found("image[-1]", &value), json!(["https://example.com/a.jpg"]));
        assert_eq!(found("image[1]", &value), json!([]));
        assert_eq!(found("image.url", &value), json!([]));
    }

    #[test]
    fn filters() {
        let value = json!({"items": [
            {"type": "photo", "url": "/1", "n": 3, "meta": {"kind": "large one"}},
            {"type": ["video", "photo"], "url": "/2", "live": true},
            {"type": "text", "url": "/3"},
        ]});
        assert_eq!(found("items[type=photo].url", &value), json!(["/1", "/2"]));
        assert_eq!(found("items[?type=='text'].url", &value), json!(["/3"]));
        assert_eq!(found("items[n=3].url", &value), json!(["/1"]));
        assert_eq!(found("items[live=true].url", &value), json!(["/2"]));
        assert_eq!(found("items[meta.kind=large one].url", &value), json!(["/1"]));
        assert_eq!(found("items[0][type=photo].url", &value), json!(["/1"]));
    }

    #[test]
    fn faults_name_their_place() {
        let fault = |text: &str| JsonPath::parse(text).unwrap_err();
        for (text, offset) in [
            ("a..b", 2),
            (".a", 0),
            ("a.", 2),
            ("a.[0]", 2),
            ("a b", 1),
            ("가[0", 3),
            ("a[0", 1),
            ("a[--1]", 2),
            ("a[0]b", 4),
            ("a[b]", 2),
            ("a[b=]", 4),
            ("a['b", 2),
            ("a]", 1),
            ("a**", 1),
            ("a[99999999999999999999]", 2),
        ] {
            assert_eq!(fault(text).offset, offset, "{text}: {}", fault(text));
        }
        assert!(fault(&"a.".repeat(100)).message.contains("64"));
    }

    #[test]
    fn results_are_bounded() {
        let value = Value::Array(vec![json!({"a": [1, 2]}); 20_000]);
        assert_eq!(JsonPath::parse("a").unwrap().find(&value).len(), MAX_FOUND);
        assert_eq!(JsonPath::parse("[].a[]").unwrap().find(&value).len(), MAX_FOUND);
    }
}
