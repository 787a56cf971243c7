//! Profiles and extraction: a page's text and its address in, a record out.
//!
//! Pure and synchronous: no network, no files, no clock, no environment. What the language means stands in
//! `docs/profile-language.md`.

mod address;
mod canonical;
mod decode;
mod dom;
mod expectation;
mod extract;
mod loose_json;
mod metadata;
mod parse;
mod path;
mod people;
pub mod profile;
mod script_json;
mod select;
pub mod suggest;
mod timestamp;
mod tokens;
mod tree;

pub use address::own_address;
pub use canonical::canonical;
pub use decode::{Decoded, decode};
pub use expectation::{Mismatch, compare};
pub use extract::{
    AlternativeTrace, DropTrace, FieldTrace, Finding, LayoutTrace, Level, Link, LinkRole, More, Options,
    Outcome, Page, Part, Reading, Refused, Trace, links_of, read, read_list, read_parts, read_traced,
};
pub use profile::{Politeness, Profile, Test};

/// Whether a text is a time with an offset (RFC 3339).
#[must_use]
pub fn is_rfc3339(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
