//! Takes the contents of `<script>` and `<style>` out of a page before it is parsed.
//!
//! Four bytes in ten of a news page are script and style, in which no visible text stands; the tokenizer looks at each
//! of them. A byte scan finds their ends instead. In the text that is parsed a short mark stands for the contents, and
//! the tree gives the contents back where it meets the mark. The scan follows the tokenizer's states (HTML, "13.2.5
//! Tokenization") as far as it must to know where a script begins and ends; wherever it could be wrong, it leaves the
//! text as it is, and where a mark does not come out where it was put, the page is parsed again as it was.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Begins and ends a mark: a character for private use.
const SIGN: char = '\u{f8f0}';
const SIGN_BYTES: &[u8] = "\u{f8f0}".as_bytes();
/// Shorter contents are not worth a mark.
const LEAST: usize = 48;

/// A page without its scripts and styles.
pub(crate) struct Lifted<'a> {
    /// What is to be parsed.
    pub(crate) text: Cow<'a, str>,
    /// The contents that were taken out; a mark holds the number of its own.
    pub(crate) contents: Vec<&'a str>,
}

/// Takes the contents out.
pub(crate) fn lift(page: &str) -> Lifted<'_> {
    let mut scan = Scan { page, at: 0, copied: 0, text: String::new(), contents: Vec::new() };
    scan.run();
    if scan.contents.is_empty() {
        return Lifted { text: Cow::Borrowed(page), contents: Vec::new() };
    }
    scan.text.push_str(page.get(scan.copied..).unwrap_or_default());
    Lifted { text: Cow::Owned(scan.text), contents: scan.contents }
}

/// Whether a mark, or what looks like one, stands in a text.
pub(crate) fn contains_mark(text: &str) -> bool {
    memmem::find(text.as_bytes(), SIGN_BYTES).is_some()
}

/// The number in a text that is a mark.
pub(crate) fn number_of_mark(text: &str) -> Option<usize> {
    text.strip_prefix(SIGN)?.strip_suffix(SIGN)?.parse().ok()
}

struct Scan<'a> {
    page: &'a str,
    at: usize,
    copied: usize,
    text: String,
    contents: Vec<&'a str>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        self.page.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Moves behind the next `needle`; `false` where there is none.
    fn skip_past(&mut self, needle: &[u8]) -> bool {
        match memmem::find(self.rest(), needle) {
            Some(found) => {
                self.at += found + needle.len();
                true
            }
            None => false,
        }
    }

    fn run(&mut self) {
        while let Some(open) = memchr(b'<', self.rest()) {
            self.at += open + 1;
            let go_on = match self.rest().first() {
                Some(b'!') if self.rest().starts_with(b"!--") => {
                    // `<!-->` and `<!--->` are whole comments.
                    self.at += 1;
                    self.skip_past(b"-->")
                }
                Some(b'!' | b'?') => self.skip_past(b">"),
                Some(b'/') => self.tag().is_some(),
                Some(byte) if byte.is_ascii_alphabetic() => match self.tag() {
                    Some(name) => self.contents_of(name),
                    None => false,
                },
                Some(_) => true,
                None => false,
            };
            if !go_on {
                return;
            }
        }
    }

    /// Moves behind the tag and gives its name; `None` where it does not end.
    fn tag(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let name_end = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
            .filter(|&end| end > 0);
        let name = rest.get(..name_end.unwrap_or(0))?;
        let (mut quote, mut after_equals) = (None, false);
        for (index, &byte) in rest.iter().enumerate().skip(name.len()) {
            match quote {
                Some(mark) if byte == mark => quote = None,
                Some(_) => {}
                None => match byte {
                    b'>' => {
                        self.at += index + 1;
                        return Some(name);
                    }
                    b'"' | b'\'' if after_equals => (quote, after_equals) = (Some(byte), false),
                    b'=' => after_equals = true,
                    byte if byte.is_ascii_whitespace() => {}
                    _ => after_equals = false,
                },
            }
        }
        None
    }

    /// Handles what stands behind a start tag; `false` ends the scan.
    fn contents_of(&mut self, name: &[u8]) -> bool {
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        if is(b"script") || is(b"style") {
            return self.lift_until(if is(b"script") { b"script" } else { b"style" });
        }
        for raw in [&b"textarea"[..], b"title", b"noscript", b"iframe", b"noembed", b"noframes", b"xmp"] {
            if is(raw) {
                return self.end_tag(raw).is_some_and(|end| {
                    self.at += end;
                    true
                });
            }
        }
        if is(b"svg") || is(b"math") {
            // In foreign content a `<style>` is an element like others, and its contents are tags.
            return self.skip_past(if is(b"svg") { b"</svg" } else { b"</math" });
        }
        !is(b"plaintext")
    }

    /// Where the end tag of a raw text element stands, from here: `</name` and white space, `/` or `>`.
    fn end_tag(&self, name: &[u8]) -> Option<usize> {
        let rest = self.rest();
        memmem::find_iter(rest, b"</").find(|&at| {
            let own = rest.get(at + 2..at + 2 + name.len());
            let after = rest.get(at + 2 + name.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
                && after.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
        })
    }

    fn lift_until(&mut self, name: &[u8]) -> bool {
        let Some(end) = self.end_tag(name) else { return false };
        let Some(contents) = self.page.get(self.at..self.at + end) else { return false };
        // In a script `<!-- <script>` hides the end tag that follows: the tokenizer's double escaped state.
        if let Some(comment) = contents.find("<!--")
            && contents
                .get(comment..)
                .is_some_and(|rest| memmem::find(&rest.as_bytes().to_ascii_lowercase(), b"<script").is_some())
        {
            return false;
        }
        if contents.len() >= LEAST {
            self.text.push_str(self.page.get(self.copied..self.at).unwrap_or_default());
            self.text.push(SIGN);
            self.text.push_str(&self.contents.len().to_string());
            self.text.push(SIGN);
            self.contents.push(contents);
            self.copied = self.at + end;
        }
        self.at += end;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(page: &str) -> Vec<&str> {
        lift(page).contents
    }

    #[test]
    fn scripts_and_styles_are_lifted_and_marked() {
        let long = "x".repeat(LEAST);
        let page =
            format!("<p>a<SCRIPT src='>'>{long}</Script ><style>{long}y</style><script>short</script>b");
        let lifted = lift(&page);
        assert_eq!(lifted.contents, [long.clone(), format!("{long}y")]);
        let mark = |n: usize| format!("{SIGN}{n}{SIGN}");
        let expected = format!(
            "<p>a<SCRIPT src='>'>{}</Script ><style>{}</style><script>short</script>b",
            mark(0),
            mark(1)
        );
        assert_eq!(lifted.text, expected);
        assert_eq!(number_of_mark(&mark(17)), Some(17));
        assert_eq!(number_of_mark("17"), None);
    }

    #[test]
    fn what_only_looks_like_a_script_is_left() {
        let script = format!("<script>{}</script>", "x".repeat(LEAST));
        for page in [
            format!("<!-- {script} -->"),
            format!("<textarea>{script}</textarea>"),
            format!("<title>{script}</title>"),
            format!("<noscript>{script}</noscript>"),
            format!("<p title=\"{script}\">"),
            format!("<svg>{script}</svg>"),
            format!("<plaintext>{script}"),
            format!("<script><!-- <script> {script} --></script>"),
            "<script>never ends".to_owned(),
            "<".to_owned(),
        ] {
            assert_eq!(contents(&page), [""; 0], "{page}");
        }
    }
}
