//! One record: its header and its block.

use crate::digest;
use crate::http::payload_offset;

/// A record's type, `WARC-Type` (WARC/1.1 §5.5 and §6).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordType {
    /// About the file itself and the software that wrote it.
    Warcinfo,
    /// What a server answered, usually a whole HTTP response.
    Response,
    /// What the server was asked.
    Request,
    /// Bytes without the protocol's frame.
    Resource,
    /// About another record.
    Metadata,
    /// "The same as before": refers to an earlier response.
    Revisit,
    /// Another version of a record, made by a program.
    Conversion,
    /// The rest of a record of an earlier file.
    Continuation,
    /// A type that the standard does not name.
    Other(String),
}

impl RecordType {
    /// As the header spells it.
    pub fn as_str(&self) -> &str {
        match self {
            RecordType::Warcinfo => "warcinfo",
            RecordType::Response => "response",
            RecordType::Request => "request",
            RecordType::Resource => "resource",
            RecordType::Metadata => "metadata",
            RecordType::Revisit => "revisit",
            RecordType::Conversion => "conversion",
            RecordType::Continuation => "continuation",
            RecordType::Other(name) => name,
        }
    }

    fn from_field(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "warcinfo" => RecordType::Warcinfo,
            "response" => RecordType::Response,
            "request" => RecordType::Request,
            "resource" => RecordType::Resource,
            "metadata" => RecordType::Metadata,
            "revisit" => RecordType::Revisit,
            "conversion" => RecordType::Conversion,
            "continuation" => RecordType::Continuation,
            _ => RecordType::Other(text.to_owned()),
        }
    }
}

/// A record's header: named fields, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordHeader {
    /// The first line, `WARC/1.1` or `WARC/1.0`.
    pub version: String,
    /// Names as written, values without the white space around them.
    pub fields: Vec<(String, String)>,
}

impl RecordHeader {
    /// The first value of a field; names know no upper and lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `WARC-Type`.
    pub fn record_type(&self) -> RecordType {
        RecordType::from_field(self.field("WARC-Type").unwrap_or_default())
    }

    /// `WARC-Target-URI`. Old versions of wget put it in angle brackets, which are taken off.
    pub fn target_uri(&self) -> Option<&str> {
        self.uri("WARC-Target-URI")
    }

    /// `WARC-Date`, as written: UTC, `2026-03-02T03:00:00Z`.
    pub fn date(&self) -> Option<&str> {
        self.field("WARC-Date")
    }

    /// `WARC-Record-ID` without its angle brackets: `urn:uuid:…`.
    pub fn record_id(&self) -> Option<&str> {
        self.uri("WARC-Record-ID")
    }

    /// `Content-Length`: bytes of the block.
    pub fn content_length(&self) -> Option<u64> {
        self.field("Content-Length")?.parse().ok()
    }

    /// A field that holds a URI, with or without angle brackets.
    pub(crate) fn uri(&self, name: &str) -> Option<&str> {
        let value = self.field(name)?;
        Some(value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(value))
    }

    /// Whether the block is (or may be) an HTTP message.
    pub(crate) fn holds_http(&self) -> bool {
        self.field("Content-Type").is_none_or(|value| value.trim_start().starts_with("application/http"))
    }
}

/// A record as read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The named fields.
    pub header: RecordHeader,
    /// The content: for a response, the HTTP head and body as they were stored.
    pub block: Vec<u8>,
}

impl Record {
    /// The block without the HTTP head, where there is one.
    pub fn payload(&self) -> &[u8] {
        let start = if self.header.holds_http() { payload_offset(&self.block).unwrap_or(0) } else { 0 };
        self.block.get(start..).unwrap_or_default()
    }

    /// Whether the block is what `WARC-Block-Digest` says; `None` without a digest that we know (SHA-1).
    pub fn block_digest_matches(&self) -> Option<bool> {
        digest::matches(self.header.field("WARC-Block-Digest")?, &self.block)
    }

    /// Whether the payload is what `WARC-Payload-Digest` says; `None` without a digest that we know, and for revisits,
    /// whose payload is elsewhere.
    pub fn payload_digest_matches(&self) -> Option<bool> {
        if self.header.record_type() == RecordType::Revisit {
            return None;
        }
        digest::matches(self.header.field("WARC-Payload-Digest")?, self.payload())
    }
}
