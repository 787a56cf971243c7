//! Sitemaps and feeds: bytes in, entries with absolute URLs out. Whatever is broken yields what was read before the
//! break, and says so.

mod decode;
mod entry;
mod feed;
mod json;
mod read;
mod sitemap;
mod xml;

pub use entry::{Cut, Entry, Found, Kind};
pub use read::{MAX_BYTES, MAX_ENTRIES, ReadError, read, read_labelled};
