//! Writes records, each a gzip member of its own (WARC/1.1 annex D), so that a reader can jump to any of them.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use crate::date;
use crate::digest;
use crate::error::WriteError;
use crate::http::{head, payload_offset};
use crate::record::RecordType;
use crate::record_id::RecordIds;

const HTTP_RESPONSE: &str = "application/http; msgtype=response";
const HTTP_REQUEST: &str = "application/http; msgtype=request";
const FIELDS: &str = "application/warc-fields";
/// WARC/1.1 §6.7.2.
const IDENTICAL_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// A record to be written with [`WarcWriter::write`].
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    /// `WARC-Type`.
    pub record_type: RecordType,
    /// `WARC-Date`: UTC, `2026-03-02T03:00:00Z`.
    pub date: &'a str,
    /// `WARC-Target-URI`; a `warcinfo` has none.
    pub target_uri: Option<&'a str>,
    /// `Content-Type` of the block.
    pub content_type: &'a str,
    /// Further fields, such as `WARC-IP-Address`.
    pub fields: Vec<(&'a str, &'a str)>,
    /// The content.
    pub block: &'a [u8],
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The record's id with its angle brackets, `<urn:uuid:…>`: for `WARC-Concurrent-To` and the like.
    pub record_id: String,
    /// `WARC-Payload-Digest`, where the block is an HTTP message with a body.
    pub payload_digest: Option<String>,
    /// File offset of the record's gzip member.
    pub offset: u64,
    /// Bytes of the gzip member.
    pub length: u64,
}

/// Writes records to any `Write`; [`append`](Self::append) opens a file on disk.
#[derive(Debug)]
pub struct WarcWriter<W> {
    inner: W,
    ids: RecordIds,
    position: u64,
    warcinfo_id: Option<String>,
}

impl<W: Write> WarcWriter<W> {
    /// A writer whose output stands at its beginning. A file's first record should be [`warcinfo`](Self::warcinfo).
    pub fn new(inner: W, ids: RecordIds) -> Self {
        Self::at(inner, ids, 0)
    }

    /// A writer whose output stands at file offset `position`, behind whole gzip members.
    pub fn at(inner: W, ids: RecordIds, position: u64) -> Self {
        WarcWriter { inner, ids, position, warcinfo_id: None }
    }

    /// File offset behind the last record.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The output.
    pub fn get_ref(&self) -> &W {
        &self.inner
    }

    /// Ends the writing.
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// Hands buffered bytes on.
    ///
    /// # Errors
    /// As the output says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    /// Describes the file: `software`, `description` and other fields of the writer's choice. Records written after it
    /// refer to it.
    ///
    /// # Errors
    /// See [`write`](Self::write).
    pub fn warcinfo(
        &mut self,
        date: &str,
        filename: &str,
        about: &[(&str, &str)],
    ) -> Result<Written, WriteError> {
        let block = fields_block(about)?;
        let written = self.write(&NewRecord {
            record_type: RecordType::Warcinfo,
            date,
            target_uri: None,
            content_type: FIELDS,
            fields: vec![("WARC-Filename", filename)],
            block: &block,
        })?;
        self.warcinfo_id = Some(written.record_id.clone());
        Ok(written)
    }

    /// A server's answer: a whole HTTP message, for instance from [`http_response`](crate::http_response).
    ///
    /// # Errors
    /// See [`write`](Self::write).
    pub fn response(&mut self, url: &str, date: &str, message: &[u8]) -> Result<Written, WriteError> {
        self.write(&NewRecord {
            record_type: RecordType::Response,
            date,
            target_uri: Some(url),
            content_type: HTTP_RESPONSE,
            fields: Vec::new(),
            block: message,
        })
    }

    /// What the server was asked; `response_id` is [`Written::record_id`] of the answer.
    ///
    /// # Errors
    /// See [`write`](Self::write).
    pub fn request(
        &mut self,
        url: &str,
        date: &str,
        response_id: &str,
        message: &[u8],
    ) -> Result<Written, WriteError> {
        self.write(&NewRecord {
            record_type: RecordType::Request,
            date,
            target_uri: Some(url),
            content_type: HTTP_REQUEST,
            fields: vec![("WARC-Concurrent-To", response_id)],
            block: message,
        })
    }

    /// Facts about another record, such as the page that linked to it.
    ///
    /// # Errors
    /// See [`write`](Self::write).
    pub fn metadata(
        &mut self,
        url: &str,
        date: &str,
        record_id: &str,
        about: &[(&str, &str)],
    ) -> Result<Written, WriteError> {
        self.write(&NewRecord {
            record_type: RecordType::Metadata,
            date,
            target_uri: Some(url),
            content_type: FIELDS,
            fields: vec![("WARC-Refers-To", record_id)],
            block: &fields_block(about)?,
        })
    }

    /// An answer whose body was that of an earlier one: only the HTTP head of `message` is kept. `original` is what
    /// [`response`](Self::response) returned then, for `original_url` at `original_date`.
    ///
    /// # Errors
    /// See [`write`](Self::write).
    pub fn revisit(
        &mut self,
        url: &str,
        date: &str,
        message: &[u8],
        original: &Written,
        original_url: &str,
        original_date: &str,
    ) -> Result<Written, WriteError> {
        let mut fields = vec![
            ("WARC-Profile", IDENTICAL_PAYLOAD),
            ("WARC-Refers-To", original.record_id.as_str()),
            ("WARC-Refers-To-Target-URI", original_url),
            ("WARC-Refers-To-Date", original_date),
        ];
        fields.extend(original.payload_digest.as_deref().map(|digest| ("WARC-Payload-Digest", digest)));
        self.write(&NewRecord {
            record_type: RecordType::Revisit,
            date,
            target_uri: Some(url),
            content_type: HTTP_RESPONSE,
            fields,
            block: head(message),
        })
    }

    /// Writes one record as one gzip member, in one call to the output. Digests, length and id are added.
    ///
    /// # Errors
    /// A field holds a control character, the date is not a full UTC time, or the output fails. Nothing is written in
    /// the first two cases; after the last the output may end in a part of a member.
    pub fn write(&mut self, record: &NewRecord<'_>) -> Result<Written, WriteError> {
        if !date::is_full_utc(record.date) {
            return Err(WriteError::InvalidDate(record.date.to_owned()));
        }
        let record_id = self.ids.at(self.position);
        let payload_digest = payload_digest(record);
        let header = self.header(record, &record_id, payload_digest.as_deref())?;
        let member = compress(&[header.as_bytes(), record.block, b"\r\n\r\n"])?;
        self.inner.write_all(&member)?;
        let (offset, length) = (self.position, member.len() as u64);
        self.position += length;
        Ok(Written { record_id, payload_digest, offset, length })
    }

    fn header(
        &self,
        record: &NewRecord<'_>,
        record_id: &str,
        payload_digest: Option<&str>,
    ) -> Result<String, WriteError> {
        let block_digest = digest::labelled(record.block);
        let length = record.block.len().to_string();
        let mut fields = vec![
            ("WARC-Type", record.record_type.as_str()),
            ("WARC-Record-ID", record_id),
            ("WARC-Date", record.date),
        ];
        fields.extend(record.target_uri.map(|uri| ("WARC-Target-URI", uri)));
        fields.extend(self.warcinfo_id.as_deref().map(|id| ("WARC-Warcinfo-ID", id)));
        fields.extend(record.fields.iter().copied());
        fields.extend(payload_digest.map(|digest| ("WARC-Payload-Digest", digest)));
        fields.push(("WARC-Block-Digest", &block_digest));
        fields.push(("Content-Type", record.content_type));
        fields.push(("Content-Length", &length));
        let mut header = "WARC/1.1\r\n".to_owned();
        append_fields(&mut header, &fields)?;
        header.push_str("\r\n");
        Ok(header)
    }
}

/// Of HTTP messages that carry their payload; a revisit names the digest of the earlier one itself.
fn payload_digest(record: &NewRecord<'_>) -> Option<String> {
    let carries = matches!(record.record_type, RecordType::Response | RecordType::Request);
    let start = payload_offset(record.block)
        .filter(|_| carries && record.content_type.starts_with("application/http"));
    record.block.get(start?..).filter(|payload| !payload.is_empty()).map(digest::labelled)
}

fn fields_block(fields: &[(&str, &str)]) -> Result<Vec<u8>, WriteError> {
    let mut block = String::new();
    append_fields(&mut block, fields)?;
    Ok(block.into_bytes())
}

fn append_fields(text: &mut String, fields: &[(&str, &str)]) -> Result<(), WriteError> {
    for (name, value) in fields {
        if name.chars().chain(value.chars()).any(char::is_control) || name.contains(':') {
            return Err(WriteError::InvalidField { name: name.escape_debug().to_string() });
        }
        for part in [name, ": ", value, "\r\n"] {
            text.push_str(part);
        }
    }
    Ok(())
}

/// No time and no name in the member's header: the same record gives the same bytes.
fn compress(parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::default());
    for part in parts {
        encoder.write_all(part)?;
    }
    encoder.finish()
}
