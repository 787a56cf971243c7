use serde_json::{Map, Number, Value};

use super::escape::push_escape;

/// Containers may nest this deep.
const MAX_DEPTH: usize = 128;
/// A value has at most this many parts, so that a page of 5 MB can't ask for gigabytes.
const MAX_PARTS: usize = 500_000;

/// How much is forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// Comments, trailing commas, `undefined`, `NaN`, `!0`.
    Script,
    /// Also raw control characters, stray quotes and missing commas.
    Document,
}

/// A value that did not end well.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The byte at which the text stopped being JSON; always past the start.
    pub(crate) at: usize,
    /// The opening quote of a string that the fault is in or follows. Perhaps it was a closing one.
    pub(crate) quote: Option<usize>,
    /// The objects and lists that were still open, outermost first, with what they hold so far.
    open: Vec<Frame>,
}

impl Broken {
    /// The objects and lists inside that are whole, in order.
    pub(crate) fn into_whole_parts(self) -> impl Iterator<Item = Value> {
        let values = self.open.into_iter().flat_map(|frame| -> Vec<Value> {
            match frame {
                Frame::List(items) => items,
                Frame::Object { map, .. } => map.into_iter().map(|(_, value)| value).collect(),
            }
        });
        values.filter(|value| value.is_array() || value.is_object())
    }

    /// Everything up to the fault, as if all that is open had ended there.
    pub(crate) fn into_partial(self) -> Option<Value> {
        let mut inner = None;
        for mut frame in self.open.into_iter().rev() {
            if let Some(value) = inner.take() {
                frame.push(value);
            }
            inner = Some(frame.into_value());
        }
        inner
    }
}

/// Reads the object or list that begins at byte `start` of `text`, in one pass; the value and the byte after its end.
///
/// # Errors
///
/// Where it is none: how far it went and what was read.
pub(crate) fn read(text: &str, start: usize, manners: Manners) -> Result<(Value, usize), Broken> {
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: start, manners, open: Vec::new(), parts: 0, quote: None };
    match reader.value() {
        Some(value) => Ok((value, reader.at)),
        None => Err(Broken { at: reader.at.max(start + 1), quote: reader.quote, open: reader.open }),
    }
}

/// An object or list whose end is not reached yet.
#[derive(Debug)]
enum Frame {
    List(Vec<Value>),
    Object { map: Map<String, Value>, key: Option<String> },
}

impl Frame {
    fn push(&mut self, value: Value) {
        match self {
            Self::List(items) => items.push(value),
            Self::Object { map, key } => {
                if let Some(key) = key.take() {
                    map.insert(key, value);
                }
            }
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::List(items) => Value::Array(items),
            Self::Object { map, .. } => Value::Object(map),
        }
    }
}

/// What may come next in the innermost container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value or a key, or the end (after the opening bracket or a comma).
    Item,
    /// The value of a key.
    Value,
    /// A comma or the end.
    Comma,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    manners: Manners,
    open: Vec<Frame>,
    parts: usize,
    quote: Option<usize>,
}

impl Reader<'_> {
    /// Without recursion, so that depth costs no stack. `None` is a fault at `self.at`.
    fn value(&mut self) -> Option<Value> {
        let mut expect = Expect::Item;
        loop {
            self.skip_blank()?;
            let next = *self.bytes.get(self.at)?;
            let in_object = matches!(self.open.last(), Some(Frame::Object { .. }));
            match (next, expect) {
                (b'}' | b']', Expect::Item | Expect::Comma) if !self.open.is_empty() => {
                    if (next == b'}') != in_object {
                        return None;
                    }
                    let value = self.open.pop()?.into_value();
                    self.advance();
                    match self.open.last_mut() {
                        None => return Some(value),
                        Some(outer) => outer.push(value),
                    }
                    expect = Expect::Comma;
                }
                (b',', Expect::Comma) => {
                    self.advance();
                    expect = Expect::Item;
                }
                (b'"' | b'{' | b'[', Expect::Comma) if self.manners == Manners::Document => {
                    expect = Expect::Item; // a comma was forgotten
                }
                (_, Expect::Comma) => return None,
                (b'"', Expect::Item) if in_object => {
                    self.key()?;
                    expect = Expect::Value;
                }
                (_, Expect::Item) if in_object => return None,
                (b'{' | b'[', _) => {
                    self.open_frame(next)?;
                    expect = Expect::Item;
                }
                (_, _) => {
                    let value = self.scalar(next)?;
                    self.open.last_mut()?.push(value);
                    expect = Expect::Comma;
                }
            }
        }
    }

    /// Past one ASCII byte of the grammar; the string before it, if any, was one.
    fn advance(&mut self) {
        self.at += 1;
        self.quote = None;
    }

    fn count(&mut self) -> Option<()> {
        self.parts += 1;
        (self.parts <= MAX_PARTS).then_some(())
    }

    fn open_frame(&mut self, bracket: u8) -> Option<()> {
        self.count()?;
        if self.open.len() == MAX_DEPTH {
            return None;
        }
        self.advance();
        self.open.push(match bracket {
            b'[' => Frame::List(Vec::new()),
            _ => Frame::Object { map: Map::new(), key: None },
        });
        Some(())
    }

    fn key(&mut self) -> Option<()> {
        self.count()?;
        let name = self.string()?;
        self.skip_blank()?;
        if self.bytes.get(self.at) != Some(&b':') {
            return None;
        }
        self.advance();
        if let Some(Frame::Object { key, .. }) = self.open.last_mut() {
            *key = Some(name);
        }
        Some(())
    }

    fn scalar(&mut self, next: u8) -> Option<Value> {
        self.count()?;
        match next {
            b'"' => self.string().map(Value::String),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.bytes.get(self.at..)?;
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let end = self.at + rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let digits = self.text.get(self.at..end)?;
        let value = match serde_json::from_str::<Number>(digits) {
            Ok(number) => Value::Number(number),
            // Numbers such as `007` and `1.` are no JSON; in a document their text is worth more than a fault.
            Err(_) if self.manners == Manners::Document => Value::String(digits.to_owned()),
            Err(_) => return None,
        };
        self.at = end;
        Some(value)
    }

    /// The words of JSON, and those that JavaScript's serialisers leave in it.
    fn word(&mut self) -> Option<Value> {
        const WORDS: [(&str, Value); 8] = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
            ("undefined", Value::Null),
            ("void 0", Value::Null),
            ("NaN", Value::Null),
            ("!0", Value::Bool(true)),
            ("!1", Value::Bool(false)),
        ];
        let rest = self.bytes.get(self.at..)?;
        let (word, value) = WORDS.into_iter().find(|(word, _)| rest.starts_with(word.as_bytes()))?;
        if rest
            .get(word.len())
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.'))
        {
            return None;
        }
        self.at += word.len();
        Some(value)
    }

    /// Reads a string in double quotes.
    fn string(&mut self) -> Option<String> {
        self.quote = Some(self.at);
        self.at += 1;
        let mut text = String::new();
        let mut run = self.at; // where the bytes that need no change begin
        loop {
            let rest = self.bytes.get(self.at..)?;
            let Some(step) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)) else {
                self.at = self.bytes.len();
                return None;
            };
            self.at += step;
            match self.bytes.get(self.at)? {
                b'"' if self.closes() => {
                    text.push_str(self.text.get(run..self.at)?);
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => {
                    text.push_str(self.text.get(run..self.at)?);
                    self.at = push_escape(self.text, self.at, &mut text)?;
                    run = self.at;
                }
                b'"' | b'\t' => self.at += 1,
                _ if self.manners == Manners::Document => self.at += 1,
                _ => return None,
            }
        }
    }

    /// Whether the quote at `self.at` ends its string. In a document a quote with text behind it was not escaped.
    fn closes(&self) -> bool {
        if self.manners == Manners::Script {
            return true;
        }
        let behind = self.text.get(self.at + 1..).unwrap_or_default();
        match behind.chars().find(|c| !is_blank(*c)) {
            None | Some(',' | ':' | '}' | ']' | '/') => true,
            // A comma was forgotten, where the next string does not follow at once.
            Some('"') => behind.starts_with(is_blank),
            Some(_) => false,
        }
    }

    /// White space of any kind, and comments. `None` where a comment does not end.
    fn skip_blank(&mut self) -> Option<()> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.at += 1,
                [b'/', b'/', ..] => self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
                // An unfinished comment costs the rest of the text: looking again for its end would not be linear.
                [b'/', b'*', ..] => match memchr::memmem::find(rest, b"*/") {
                    Some(length) => self.at += length + 2,
                    None => {
                        self.at = self.bytes.len();
                        return None;
                    }
                },
                [0x80..=0xFF, ..] => match self.text.get(self.at..)?.chars().next() {
                    Some(c) if is_blank(c) => self.at += c.len_utf8(),
                    _ => return Some(()),
                },
                [byte, ..] if byte.is_ascii_control() => self.at += 1,
                _ => return Some(()),
            }
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(text: &str) -> Value {
        read(text, 0, Manners::Document)
            .map_or_else(|broken| broken.into_partial().unwrap(), |(value, _)| value)
    }

    #[test]
    fn json_is_read_as_serde_reads_it() {
        let text =
            r#"{"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\ude00\"\/"],"b":{},"c":[], "d":"정준호"}"#;
        for manners in [Manners::Script, Manners::Document] {
            let (value, end) = read(text, 0, manners).unwrap();
            assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
            assert_eq!(end, text.len());
        }
    }

    #[test]
    fn what_pages_write_is_read() {
        assert_eq!(document("{\"a\": 1, // one\n /* two */ \"b\": [2,],}"), json!({"a": 1, "b": [2]}));
        assert_eq!(document("{\"a\": \"one\ntwo\u{1}\"}"), json!({"a": "one\ntwo\u{1}"}));
        assert_eq!(
            document(r#"{"a": "He said "no" twice", "b": 1}"#),
            json!({"a": "He said \"no\" twice", "b": 1})
        );
        assert_eq!(document("{\"a\": \"x\"\n\"b\": \"y\"}"), json!({"a": "x", "b": "y"}));
        assert_eq!(
            document(r#"{"a": 007, "b": undefined, "c": "it\'s"}"#),
            json!({"a": "007", "b": null, "c": "it's"})
        );
        assert_eq!(document("{\u{FEFF}\"a\"\u{A0}: 1}"), json!({"a": 1}));
        assert_eq!(document(r#"{"a": 1, "b": {"c": [2, "d"#), json!({"a": 1, "b": {"c": [2]}}), "cut off");
        assert_eq!(document(r#"{"a": "\ud83d", "b": "\uZZ"}"#), json!({"a": "\u{FFFD}", "b": "\u{FFFD}ZZ"}));
    }

    #[test]
    fn javascript_is_no_json() {
        for text in [
            "{a: 1}",
            "{\"a\": f()}",
            "{\"a\" 1}",
            "[1 2]",
            "[1}",
            "{\"a\": nullable}",
            "{\"a\": \"x\ny\"}",
            "{",
        ] {
            assert!(read(text, 0, Manners::Script).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
        assert!(read(&deep, 0, Manners::Script).is_ok());
        assert_eq!(read(&format!("[{deep}]"), 0, Manners::Script).unwrap_err().at, MAX_DEPTH);
        let long = format!("[{}1]", "1,".repeat(MAX_PARTS));
        assert!(read(&long, 0, Manners::Script).is_err());
    }
}
