//! Reads and writes WARC files: the web's archive format (WARC/1.1, ISO 28500:2017,
//! <https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/>).
//!
//! | you have | you want | use |
//! |---|---|---|
//! | exchanges of a crawl | a file that survives a crash | [`WarcWriter::append`] |
//! | any `Write` | records, one gzip member each | [`WarcWriter`] |
//! | a file or a stream | its records, in order | [`RecordReader`] |
//! | a file, a folder, embedded bytes | the page of a URL | [`Archive`] |
//!
//! The crate has no clock and no network. Times are given by the caller, and so are HTTP headers: whoever writes
//! an archive decides which of them (cookies, credentials) must not be in it.
//!
//! ```
//! use masthead_warc::{Archive, RecordIds, WarcWriter, http_response};
//!
//! let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("example"));
//! let message = http_response(200, &[("Content-Type", "text/html")], b"<h1>Hello</h1>");
//! writer.response("https://example.com/", "2026-03-02T03:00:00Z", &message)?;
//! let bytes: &'static [u8] = writer.into_inner().leak();
//!
//! let archive = Archive::from_static(bytes);
//! let page = archive.get("https://example.com/")?.expect("it was written above");
//! assert_eq!((page.status, page.body.as_slice()), (200, &b"<h1>Hello</h1>"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod append;
mod archive;
mod coding;
mod date;
mod digest;
mod error;
mod http;
mod index;
mod member;
mod reader;
mod record;
mod record_id;
mod writer;

pub use append::{Opened, WarcFile};
pub use archive::{Archive, Exchange};
pub use coding::Body;
pub use error::{AppendError, ArchiveError, HttpError, ReadError, ReadErrorKind, WriteError};
pub use http::{HttpResponse, http_response};
pub use reader::{Location, ReadOptions, RecordReader};
pub use record::{Record, RecordHeader, RecordType};
pub use record_id::RecordIds;
pub use writer::{NewRecord, WarcWriter, Written};
