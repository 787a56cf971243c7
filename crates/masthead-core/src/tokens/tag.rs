//! Tags and their attributes.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, TokenSink};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::{memchr, memchr2};

use super::{Tokenizer, references};

/// Why there is no tag.
pub(super) enum Fault {
    /// The page ends in it.
    Unfinished,
    /// It has too many attributes.
    Crowded,
}

/// Most tags have no more attributes.
const FEW: usize = 3;

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b' ')
}

/// A name and where a value stands, by bytes of the page.
struct Found {
    name: (usize, usize),
    value: (usize, usize),
    /// Behind all of it.
    end: usize,
}

impl<S: TokenSink> Tokenizer<'_, S> {
    /// Reads the tag whose name begins at `start`, and moves behind it. An end tag's attributes mean nothing and are
    /// passed over.
    pub(super) fn tag(&mut self, start: usize, is_start: bool) -> Result<Tag, Fault> {
        let mut at = self.find(start, |byte| is_space(byte) || matches!(byte, b'/' | b'>'))?;
        let name = self.name(start, at);
        let mut tag = Tag {
            kind: if is_start { TagKind::StartTag } else { TagKind::EndTag },
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        let mut count = 0;
        loop {
            match self.byte(at)? {
                byte if is_space(byte) => at += 1,
                b'>' => break,
                b'/' => {
                    at += 1;
                    tag.self_closing = self.byte(at)? == b'>';
                }
                _ => {
                    let found = self.attribute(at)?;
                    at = found.end;
                    if is_start {
                        count += 1;
                        if count > self.most_attributes {
                            return Err(Fault::Crowded);
                        }
                        self.add(&found, &mut tag);
                    }
                }
            }
        }
        self.at = at + 1;
        Ok(tag)
    }

    fn add(&mut self, found: &Found, tag: &mut Tag) {
        let local = self.name(found.name.0, found.name.1);
        if tag.attrs.iter().any(|attribute| attribute.name.local == local) {
            tag.had_duplicate_attributes = true;
            return;
        }
        let value = self.value(found.value.0, found.value.1);
        if tag.attrs.is_empty() {
            tag.attrs.reserve_exact(FEW);
        }
        // The tree builder gives those of foreign elements their namespace.
        tag.attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
    }

    fn byte(&self, at: usize) -> Result<u8, Fault> {
        self.bytes().get(at).copied().ok_or(Fault::Unfinished)
    }

    fn find(&self, from: usize, is_end: impl Fn(u8) -> bool) -> Result<usize, Fault> {
        let rest = self.bytes().get(from..).unwrap_or_default();
        rest.iter().position(|&byte| is_end(byte)).map(|found| from + found).ok_or(Fault::Unfinished)
    }

    /// The attribute that begins at `start`, whatever its first character is.
    fn attribute(&self, start: usize) -> Result<Found, Fault> {
        let name_end = self.find(start + 1, |byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='))?;
        let name = (start, name_end);
        let after_name = self.find(name_end, |byte| !is_space(byte))?;
        if self.byte(after_name)? != b'=' {
            return Ok(Found { name, value: (after_name, after_name), end: after_name });
        }
        let begin = self.find(after_name + 1, |byte| !is_space(byte))?;
        match self.byte(begin)? {
            quote @ (b'"' | b'\'') => {
                let rest = self.bytes().get(begin + 1..).unwrap_or_default();
                let length = memchr(quote, rest).ok_or(Fault::Unfinished)?;
                let end = begin + 1 + length;
                Ok(Found { name, value: (begin + 1, end), end: end + 1 })
            }
            b'>' => Ok(Found { name, value: (begin, begin), end: begin }),
            _ => {
                let end = self.find(begin, |byte| is_space(byte) || byte == b'>')?;
                Ok(Found { name, value: (begin, end), end })
            }
        }
    }

    /// The atom of a tag's or an attribute's name.
    fn name(&mut self, from: usize, until: usize) -> LocalName {
        let written = self.page.get(from..until).unwrap_or_default();
        if let Some(known) = self.names.get(written) {
            return known.clone();
        }
        let name = LocalName::from(written.to_ascii_lowercase().replace('\0', "\u{fffd}"));
        self.names.insert(written, name.clone());
        name
    }

    fn value(&self, from: usize, until: usize) -> StrTendril {
        let written = self.page.get(from..until).unwrap_or_default();
        match memchr2(b'&', 0, written.as_bytes()) {
            None => self.slice(from, until),
            // No reference has a U+0000 in it, and none becomes one.
            Some(_) => references::resolved(written, true).replace('\0', "\u{fffd}").into(),
        }
    }
}
