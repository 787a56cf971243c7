//! The tokenizer (HTML, "13.2.5 Tokenization"): text in, tokens for html5ever's tree builder out.
//!
//! html5ever's own tokenizer takes its input piece by piece and looks at each character; with it the tokens alone cost
//! more than half of a parse. A page is whole in memory here, so one search finds the end of a text, a value, a comment
//! or a script, and what it finds goes on as a slice of the page. The states are those of the standard; the tests
//! compare the trees with those of html5ever's tokenizer, on real pages and on random ones.

mod doctype;
mod raw;
mod references;
mod tag;

use std::borrow::Cow;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Token, TokenSink, TokenSinkResult};
use memchr::{memchr, memchr_iter, memchr2, memmem};
use rustc_hash::FxHashMap;

/// Every line's end a line feed (HTML, "13.2.3.5 Preprocessing the input stream").
pub(crate) fn normalized(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut normal = String::with_capacity(text.len());
    let mut pieces = text.split('\r');
    normal.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        normal.push('\n');
        normal.push_str(piece.strip_prefix('\n').unwrap_or(piece));
    }
    Cow::Owned(normal)
}

/// What the characters of a text mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// References are resolved; U+0000 is a token of its own.
    Data,
    /// References are resolved.
    Escapable,
    /// Nothing has a meaning.
    Raw,
    /// Nothing has a meaning, but U+0000 is a token of its own.
    Section,
}

/// Different names of tags and attributes on one page; a real one has hundreds. The table of atoms, which all threads
/// share, has buckets for a few thousand and slows down with more.
const MOST_NAMES: usize = 50_000;

/// A tokenizer at a place in a page.
pub(crate) struct Tokenizer<'p, S> {
    /// Without carriage returns.
    page: &'p str,
    /// The page once more: slices of it are shared, not copied.
    shared: StrTendril,
    at: usize,
    sink: S,
    /// Names as they are written, and their atoms: a page has few names, and writes them often.
    names: FxHashMap<&'p str, LocalName>,
    /// Whether a doctype was given out. What a second one says has no effect.
    had_doctype: bool,
    /// Attributes of one tag. The search for doubles is quadratic in them.
    most_attributes: usize,
}

impl<'p, S: TokenSink> Tokenizer<'p, S> {
    /// Begins at the beginning of a [`normalized`] page.
    pub(crate) fn new(page: &'p str, sink: S, most_attributes: usize) -> Self {
        let names = FxHashMap::default();
        Self {
            page,
            shared: StrTendril::from_slice(page),
            at: 0,
            sink,
            names,
            had_doctype: false,
            most_attributes,
        }
    }

    /// Gives out all tokens, unless a tag has too many attributes, the page too many names, or `over` names a limit,
    /// which it is asked for after each token. Gives back the sink and the limit.
    pub(crate) fn run(mut self, over: impl Fn(&S) -> Option<&'static str>) -> (S, Option<&'static str>) {
        let mut cut = None;
        while cut.is_none() && self.at < self.page.len() {
            cut = self.step().or_else(|| over(&self.sink));
            if self.names.len() > MOST_NAMES {
                cut = cut.or(Some("attributes"));
            }
        }
        self.send(Token::EOFToken);
        self.sink.end();
        (self.sink, cut)
    }

    fn bytes(&self) -> &'p [u8] {
        self.page.as_bytes()
    }

    fn rest(&self) -> &'p [u8] {
        self.bytes().get(self.at..).unwrap_or_default()
    }

    /// Only a start tag's token has an answer that means anything.
    fn send(&self, token: Token) {
        let _answer = self.sink.process_token(token, 1);
    }

    /// One token, or a few that belong together.
    fn step(&mut self) -> Option<&'static str> {
        let rest = self.rest();
        match memchr(b'<', rest) {
            Some(0) => match rest.get(1) {
                Some(byte) if byte.is_ascii_alphabetic() => return self.start_tag(),
                Some(b'/') => self.end_tag(),
                Some(b'!') => self.declaration(),
                Some(b'?') => self.bogus_comment(1),
                _ => self.characters(1, Text::Data),
            },
            found => self.characters(found.unwrap_or(rest.len()), Text::Data),
        }
        None
    }

    /// Gives out so many bytes of text.
    fn characters(&mut self, length: usize, kind: Text) {
        let from = self.at;
        self.at += length;
        let Some(text) = self.page.get(from..self.at).filter(|text| !text.is_empty()) else { return };
        let special = match kind {
            Text::Data | Text::Escapable => memchr2(b'&', 0, text.as_bytes()),
            Text::Raw | Text::Section => memchr(0, text.as_bytes()),
        };
        if special.is_none() {
            self.send_text(self.slice(from, self.at));
            return;
        }
        let nulls_apart = matches!(kind, Text::Data | Text::Section);
        let resolve = matches!(kind, Text::Data | Text::Escapable);
        for (index, part) in text.split('\0').enumerate() {
            if index > 0 && nulls_apart {
                self.send(Token::NullCharacterToken);
            } else if index > 0 {
                self.send_text(StrTendril::from_char('\u{fffd}'));
            }
            if resolve {
                self.send_text(references::resolved(part, false).as_ref().into());
            } else {
                self.send_text(part.into());
            }
        }
    }

    fn send_text(&self, text: StrTendril) {
        if !text.is_empty() {
            self.send(Token::CharacterTokens(text));
        }
    }

    /// A part of the page without a copy.
    fn slice(&self, from: usize, until: usize) -> StrTendril {
        let range = u32::try_from(from).ok().zip(u32::try_from(until.saturating_sub(from)).ok());
        range.and_then(|(from, length)| self.shared.try_subtendril(from, length).ok()).unwrap_or_default()
    }

    /// From `<` and a letter.
    fn start_tag(&mut self) -> Option<&'static str> {
        let tag = match self.tag(self.at + 1, true) {
            Ok(tag) => tag,
            Err(tag::Fault::Unfinished) => {
                self.at = self.page.len();
                return None;
            }
            Err(tag::Fault::Crowded) => return Some("attributes"),
        };
        let name = tag.name.clone();
        match self.sink.process_token(Token::TagToken(tag), 1) {
            TokenSinkResult::RawData(kind) => self.raw_text(&name, kind),
            TokenSinkResult::Plaintext => self.characters(self.rest().len(), Text::Raw),
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => {}
        }
        None
    }

    /// The contents of a script, a style or a title.
    fn raw_text(&mut self, name: &str, kind: RawKind) {
        let rest = self.rest();
        let (end, text) = match kind {
            RawKind::Rcdata => (raw::end_tag(rest, name.as_bytes()), Text::Escapable),
            RawKind::Rawtext => (raw::end_tag(rest, name.as_bytes()), Text::Raw),
            RawKind::ScriptData | RawKind::ScriptDataEscaped(_) => (raw::end_of_script(rest), Text::Raw),
        };
        self.characters(end.unwrap_or(rest.len()), text);
    }

    /// From `</`.
    fn end_tag(&mut self) {
        match self.rest().get(2) {
            Some(byte) if byte.is_ascii_alphabetic() => match self.tag(self.at + 2, false) {
                Ok(tag) => self.send(Token::TagToken(tag)),
                Err(_) => self.at = self.page.len(),
            },
            Some(b'>') => self.at += 3,
            Some(_) => self.bogus_comment(2),
            None => self.characters(2, Text::Data),
        }
    }

    /// From `<!`.
    fn declaration(&mut self) {
        let rest = self.rest();
        let begins =
            |word: &[u8]| rest.get(2..2 + word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word));
        if begins(b"--") {
            self.at += 4 + length_of_comment(rest.get(4..).unwrap_or_default());
            self.comment();
        } else if begins(b"doctype") {
            self.doctype();
        } else if rest.get(2..).is_some_and(|rest| rest.starts_with(b"[CDATA["))
            && self.sink.adjusted_current_node_present_but_not_in_html_namespace()
        {
            self.at += 9;
            let end = memmem::find(self.rest(), b"]]>");
            self.characters(end.unwrap_or(self.rest().len()), Text::Section);
            self.at += end.map_or(0, |_| 3);
        } else {
            self.bogus_comment(2);
        }
    }

    /// Nobody reads comments: only that one stands here goes into the tree.
    fn comment(&self) {
        self.send(Token::CommentToken(StrTendril::new()));
    }

    /// A comment to the next `>`, which is looked for from `after` bytes on.
    fn bogus_comment(&mut self, after: usize) {
        let rest = self.rest();
        let end = memchr(b'>', rest.get(after..).unwrap_or_default());
        self.at += end.map_or(rest.len(), |end| after + end + 1);
        self.comment();
    }

    /// Whatever is in it, the first `>` ends a doctype. One counts, so html5ever's own tokenizer may read it.
    fn doctype(&mut self) {
        let rest = self.rest();
        let length = memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
        let text = self.slice(self.at, self.at + length);
        self.at += length;
        let doctype = if self.had_doctype { Doctype::default() } else { doctype::read(text) };
        self.had_doctype = true;
        self.send(Token::DoctypeToken(doctype));
    }
}

/// Where a comment ends, behind its `<!--`.
fn length_of_comment(rest: &[u8]) -> usize {
    if rest.starts_with(b">") {
        return 1;
    }
    if rest.starts_with(b"->") {
        return 2;
    }
    let end = memchr_iter(b'>', rest)
        .find(|&end| rest.get(..end).is_some_and(|text| text.ends_with(b"--") || text.ends_with(b"--!")));
    end.map_or(rest.len(), |end| end + 1)
}

#[cfg(test)]
mod tests;
