//! The JSON inside scripts: `window.state = {…};`, `queue.push([…])`, `JSON.parse("…")`.
//!
//! # Linear time
//!
//! Every `{` and `[` may begin a value, and a hostile script has as many of them as bytes. So a start that fails at
//! some byte is not tried again from its next byte: a container that was open there fails at the same byte when it is
//! tried alone, one that was closed is whole and is kept. The scan goes on at the fault. Only a string that led to
//! the fault is read once more, because its opening quote may have been a closing one; there is no quote inside it,
//! so its bytes are read at most twice. Strings that hold JSON overlap at most once for each of the three quotes.

use std::collections::VecDeque;

use serde_json::Value;

use crate::loose_json::{Manners, push_escape, read};

/// Scripts have no more values than this; further ones are left out.
const MAX_VALUES: usize = 10_000;

/// Every object and list that stands in a script's text, in order; values inside an accepted value are not given
/// again, empty ones are left out. A string whose whole text is an object or a list counts as that value.
/// Takes time in proportion to the script's length; reads on only when asked for the next value.
pub(crate) fn values(script: &str) -> impl Iterator<Item = Value> {
    Values { script, at: 0, found: VecDeque::new() }.take(MAX_VALUES)
}

struct Values<'a> {
    script: &'a str,
    at: usize,
    found: VecDeque<Value>,
}

impl Iterator for Values<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(value) = self.found.pop_front() {
                if !is_empty(&value) {
                    return Some(value);
                }
                continue;
            }
            let bytes = self.script.as_bytes();
            match *bytes.get(self.at)? {
                b'{' | b'[' => self.container(),
                b'\\' => self.at += 2, // an escaped quote opens nothing
                quote @ (b'"' | b'\'' | b'`') => self.string(quote),
                _ => {
                    let rest = bytes.get(self.at..)?;
                    self.at += rest.iter().position(|byte| is_mark(*byte)).unwrap_or(rest.len());
                }
            }
        }
    }
}

impl Values<'_> {
    fn container(&mut self) {
        match read(self.script, self.at, Manners::Script) {
            Ok((value, end)) => {
                self.at = end;
                self.found.push_back(value);
            }
            Err(broken) => {
                self.at = broken.quote.map_or(broken.at, |quote| quote + 1);
                self.found.extend(broken.into_whole_parts());
            }
        }
    }

    /// A string that begins like JSON: its value, if the whole of it is one.
    fn string(&mut self, quote: u8) {
        let inside = self.at + 1;
        self.at = inside;
        let begins = self.script.as_bytes().get(inside..).unwrap_or_default().trim_ascii_start();
        if !matches!(begins, [b'{' | b'[', ..]) {
            return;
        }
        let Some((text, end)) = unescape(self.script, inside, quote) else { return };
        let text = text.trim();
        if let Ok((value, read_to)) = read(text, 0, Manners::Script)
            && read_to == text.len()
        {
            self.at = end;
            self.found.push_back(value);
        }
    }
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'\'' | b'`' | b'\\')
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The text of a JavaScript string that begins at byte `at`, and the byte after its closing quote.
fn unescape(script: &str, at: usize, quote: u8) -> Option<(String, usize)> {
    let bytes = script.as_bytes();
    let mut text = String::new();
    let mut run = at;
    let mut at = at;
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'\\' => {
                text.push_str(script.get(run..at)?);
                at = push_escape(script, at, &mut text)?;
                run = at;
            }
            b'\n' if quote != b'`' => return None,
            b'\n' => at += 1,
            _ => {
                text.push_str(script.get(run..at)?);
                return Some((text, at + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use std::io::Read as _;
    use std::path::PathBuf;

    use flate2::read::GzDecoder;
    use serde_json::json;

    use super::*;
    use crate::path::JsonPath;

    fn all(script: &str) -> Vec<Value> {
        values(script).collect()
    }

    #[test]
    fn assignments_calls_and_strings() {
        assert_eq!(all(r#"window.a = {"b": [1, 2]}; go();"#), [json!({"b": [1, 2]})]);
        assert_eq!(
            all(
                r#"window["q"] = window["q"] || []; window["q"].push({"m": [], "d": "<p class=\"x\">Hi</p>"});"#
            ),
            [json!(["q"]), json!(["q"]), json!(["q"]), json!({"m": [], "d": "<p class=\"x\">Hi</p>"})]
        );
        assert_eq!(all(r#"s = JSON.parse("{\"a\":\"\\\"x\\\" \u00e9\"}")"#), [json!({"a": "\"x\" é"})]);
        assert_eq!(
            all(r#"s = JSON.parse('{"a":"it\'s"}'), t = {"b":1}"#),
            [json!({"a": "it's"}), json!({"b": 1})]
        );
        assert_eq!(all("s = JSON.parse(`[\n1]`)"), [json!([1])]);
        assert_eq!(all(r#"{"whole": "document"}"#), [json!({"whole": "document"})]);
    }

    #[test]
    fn whole_values_inside_javascript_are_found() {
        assert_eq!(
            all(r#"var c = {key: {"a": 1}, list: [ {"b": 2}, f(), {"c": 3} ]}"#),
            [json!({"a": 1}), json!({"b": 2}), json!({"c": 3})]
        );
        assert_eq!(all("function f() { if (x) { return {} } }"), [] as [Value; 0]);
        assert_eq!(
            all(r#"var q = '["'; window.x = {"a": 1}"#),
            [json!({"a": 1})],
            "a quote in another string"
        );
        assert_eq!(all("/* don't { */ x = {\"a\": 1} // [\n"), [json!({"a": 1})]);
        assert_eq!(all("a = {\"x\": 1, \"y\": \"cut"), [] as [Value; 0]);
    }

    #[test]
    fn a_path_takes_the_first_value_that_has_it() {
        let script = r#"self.q.push({"queries":[{"state":{"article":{"body":"<p>One.<\/p>"}}}]})"#;
        let path = JsonPath::parse("queries[0].state.article.body").unwrap();
        let body = values(script).find_map(|value| path.find(&value).first().map(|found| (*found).clone()));
        assert_eq!(body, Some(json!("<p>One.</p>")));
    }

    /// A real page that keeps its article in a state of React Query, between other calls.
    #[test]
    fn an_article_in_a_real_pages_state_is_found() {
        let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
            PathBuf::from,
        );
        let page = shared.join("corpus/fundus/kr/HankookIlbo/HankookIlbo_2026_01_29.html.gz");
        let Ok(stored) = std::fs::read(page) else {
            eprintln!("SKIPPED: JSON in a real page's scripts (../shared is absent)");
            return;
        };
        let mut page = String::new();
        GzDecoder::new(stored.as_slice()).read_to_string(&mut page).unwrap();
        let path = JsonPath::parse("queries[0].state.data.data.detail.contentHtml").unwrap();
        let scripts =
            page.split("<script").filter_map(|part| part.split_once('>')?.1.split("</script").next());
        let mut scripts = scripts.filter(|script| script.contains("__RQ_"));
        let body = scripts.find_map(|script| {
            values(script)
                .find_map(|value| path.find(&value).first().and_then(|found| found.as_str().map(str::len)))
        });
        assert_eq!(body, Some(7035), "the body's bytes");
    }

    /// Each of these made a scan that starts again at every bracket quadratic; half a megabyte would need minutes.
    #[test]
    fn hostile_scripts_take_linear_time() {
        let pieces = [
            "{",
            "[",
            "{\"a\":",
            "[[1,",
            "[\"",
            "[\"[",
            "\"{",
            "'{\"",
            "`[\"",
            "{/*",
            "[//",
            "[1,[",
            "{\"{",
            "[\"\\",
            "\"{\\\"",
            "['[\"{",
            "[\",[1,",
            "[\"\n",
            "[\"[\",[],",
            "\\\"[",
            "{\"a\":1,\"b\":{\"c\":[1],",
        ];
        for piece in pieces {
            let script = piece.repeat(500_000 / piece.len());
            let started = Instant::now();
            let found = values(&script).count();
            let spent = started.elapsed();
            assert!(spent < Duration::from_secs(20), "{piece}: {spent:?}");
            assert!(found <= MAX_VALUES);
        }
    }
}
