//! XML as real sitemaps and feeds have it: read in one pass, forgiving, without a tree.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
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
        let attribute = self
            .0
            .html_attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().as_ref().eq_ignore_ascii_case(name))?;
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
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.into();
    }
    let name: &str = reference;
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

/// The bytes as text: a byte order mark counts most, then the XML declaration's label, then UTF-8. White space and
/// marks before the document are dropped.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.trim_ascii_start();
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => declared(bytes).unwrap_or(UTF_8),
    };
    let (text, ..) = encoding.decode(bytes);
    let is_blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches(is_blank)),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches(is_blank).to_owned()),
    }
}

/// `<?xml … encoding="label"?>`
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let declaration = declaration.get(..declaration.len().min(200))?;
    let declaration = declaration.split(|byte| *byte == b'>').next()?;
    let after = memchr::memmem::find(declaration, b"encoding").and_then(|at| declaration.get(at + 8..))?;
    let label = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start().get(1..)?;
    Encoding::for_label(label.split(|byte| matches!(byte, b'"' | b'\'')).next()?)
}
