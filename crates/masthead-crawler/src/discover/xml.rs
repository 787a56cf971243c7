//! XML as real sitemaps and feeds have it: read in one pass, forgiving, without a tree.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The longest text of one element that is kept, in bytes; what follows is dropped.
const MAX_TEXT: usize = 64 * 1024;

/// A reader of the few things that matter.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    /// The end of an empty element, which the next step gives.
    pending: Option<Name>,
    /// Whether the markup broke; text before the break is whole.
    pub(super) broken: bool,
}

/// A step through the document.
pub(super) enum Step<'a> {
    Open(Name, Attributes<'a>),
    Close(Name),
    Text(Cow<'a, str>),
}

/// An element's name, lower case: some feeds write `pubdate` or `PubDate`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) prefix: String,
    pub(super) local: String,
}

pub(super) struct Attributes<'a>(BytesStart<'a>);

impl Attributes<'_> {
    /// An attribute by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.find(|key| key.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case(name)))
    }

    /// `xml:base`, against which addresses within the element are read (XML Base).
    pub(super) fn base(&self) -> Option<String> {
        self.find(|key| key.eq_ignore_ascii_case("xml:base"))
    }

    fn find(&self, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
        let attribute = self
            .0
            .html_attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| is_wanted(attribute.key.as_ref()))?;
        match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => Some(value.into_owned()),
            // A bare `&` among references.
            Err(_) => Some(attribute.value.replace("&amp;", "&")),
        }
    }
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        Self { reader, pending: None, broken: false }
    }

    /// The next step; `None` at the end, and where the markup breaks.
    pub(super) fn step(&mut self) -> Option<Step<'a>> {
        if let Some(name) = self.pending.take() {
            return Some(Step::Close(name));
        }
        loop {
            let Ok(event) = self.reader.read_event() else {
                self.broken = true;
                return None;
            };
            return Some(match event {
                Event::Start(start) => Step::Open(Name::of(start.name().0), Attributes(start)),
                Event::Empty(start) => {
                    let name = Name::of(start.name().0);
                    self.pending = Some(name.clone());
                    Step::Open(name, Attributes(start))
                }
                Event::End(end) => Step::Close(Name::of(end.name().0)),
                Event::Text(text) => Step::Text(text.into_inner()),
                Event::CData(text) => Step::Text(text.into_inner()),
                Event::GeneralRef(reference) => Step::Text(resolve(&reference).into()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
                Event::Eof => return None,
            });
        }
    }
}

impl Name {
    fn of(name: &str) -> Self {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        Self { prefix: prefix.to_ascii_lowercase(), local: local.to_ascii_lowercase() }
    }
}

/// Character references and XML's five entities; any other stays as written, so that nothing a document declares can
/// grow.
fn resolve(reference: &BytesRef<'_>) -> String {
    let name: &str = reference;
    if let Some(letter) = name.strip_prefix('#').and_then(numbered) {
        return letter.into();
    }
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        "nbsp" => "\u{a0}".into(),
        other => format!("&{other};"),
    }
}

/// `#8217`, `#x2019` and, as HTML allows, `#X2019`. Numbers 128 to 159 are meant as windows-1252, which is what HTML
/// makes of them and what those who write them see.
fn numbered(digits: &str) -> Option<char> {
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => digits.parse().ok()?,
    };
    match u8::try_from(number) {
        Ok(0) => None,
        Ok(byte @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(number),
    }
}

/// Appends within the limit of one element's text.
pub(super) fn append(text: &mut String, more: &str) {
    let room = MAX_TEXT.saturating_sub(text.len());
    let end = (0..=room.min(more.len())).rev().find(|end| more.is_char_boundary(*end)).unwrap_or(0);
    text.push_str(more.get(..end).unwrap_or_default());
}

/// White space runs as one space, none outside; `None` for nothing.
pub(super) fn tidy(text: &str) -> Option<String> {
    let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!tidied.is_empty()).then_some(tidied)
}
