//! Which record answers for which URL.

use std::collections::BTreeMap;
use std::io::BufRead;

use url::Url;

use crate::date::sort_key;
use crate::error::{ReadError, ReadErrorKind};
use crate::reader::{Location, RecordReader};
use crate::record::{RecordHeader, RecordType};

/// Faults kept a file; a broken file could yield one a line.
const MAX_FAULTS: usize = 100;

/// One recorded answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capture {
    /// `WARC-Date` as written.
    pub(crate) date: String,
    /// Number of the archive's file, in order.
    pub(crate) file: usize,
    pub(crate) location: Location,
    pub(crate) is_revisit: bool,
}

/// URL → its captures, the oldest first; those of one date in the order of files and records.
#[derive(Debug, Default)]
pub(crate) struct Index {
    captures: BTreeMap<String, Vec<Capture>>,
}

impl Index {
    /// Takes in a file's records. Their blocks are not read.
    pub(crate) fn add_file<R: BufRead>(
        &mut self,
        file: usize,
        mut reader: RecordReader<R>,
    ) -> Vec<ReadError> {
        let mut faults = Vec::new();
        let mut last = None;
        while let Some(header) = reader.next_header() {
            match header {
                Ok(header) => last = self.add(file, reader.location(), &header),
                Err(fault) => {
                    // A record cut short is in the index by now, with half a body: take it out again.
                    if matches!(fault.kind, ReadErrorKind::Truncated | ReadErrorKind::Io(_)) {
                        self.remove(last.take(), file, fault.offset);
                    }
                    if faults.len() < MAX_FAULTS {
                        faults.push(fault);
                    }
                }
            }
        }
        faults
    }

    /// Returns the key under which the record now stands.
    fn add(&mut self, file: usize, location: Location, header: &RecordHeader) -> Option<String> {
        let is_revisit = match header.record_type() {
            RecordType::Response if header.holds_http() => false,
            RecordType::Resource => false,
            RecordType::Revisit => true,
            _ => return None,
        };
        let key = key(header.target_uri()?);
        let date = header.date().unwrap_or_default().to_owned();
        let captures = self.captures.entry(key.clone()).or_default();
        let place = captures.partition_point(|other| sort_key(&other.date) <= sort_key(&date));
        captures.insert(place, Capture { date, file, location, is_revisit });
        Some(key)
    }

    fn remove(&mut self, key: Option<String>, file: usize, offset: u64) {
        let Some(key) = key else { return };
        if let Some(captures) = self.captures.get_mut(&key) {
            captures.retain(|capture| (capture.file, capture.location.offset) != (file, offset));
            if captures.is_empty() {
                self.captures.remove(&key);
            }
        }
    }

    /// All captures of a URL, the oldest first.
    pub(crate) fn captures(&self, url: &str) -> &[Capture] {
        self.captures.get(&key(url)).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        self.captures.keys().map(String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.captures.len()
    }
}

/// URLs that differ in spelling alone (`HTTP://Example.com` and `http://example.com/#top`) have one key. What is no URL
/// is its own key.
fn key(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(mut url) => {
            url.set_fragment(None);
            url.into()
        }
        Err(_) => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_url_have_one_key() {
        assert_eq!(key("HTTP://Example.com#top"), key("http://example.com:80/"));
        assert_ne!(key("http://example.com/a"), key("http://example.com/A"));
        assert_eq!(key("no url"), "no url");
    }

    #[test]
    fn captures_are_in_the_order_of_their_dates() {
        let mut index = Index::default();
        let header = |date: &str| RecordHeader {
            version: "WARC/1.1".to_owned(),
            fields: [
                ("WARC-Type", "response"),
                ("WARC-Target-URI", "http://a.example/"),
                ("WARC-Date", date),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        };
        let dates =
            ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"];
        for (offset, date) in (0..).zip(dates) {
            index.add(0, Location { offset, within: 0 }, &header(date));
        }
        let order: Vec<u64> = index.captures("http://a.example/").iter().map(|c| c.location.offset).collect();
        assert_eq!(order, [2, 0, 1, 3]);
    }
}
