//! An answer of the client as one of ours.

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderValue};

use crate::fetch::FetchErrorKind;

/// Now, on the wall clock, in UTC and whole seconds.
pub(super) fn now() -> Option<String> {
    Timestamp::from_second(Timestamp::now().as_second()).ok().map(|now| now.to_string())
}

/// Names and values. No value is lost.
pub(super) fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// UTF-8, or else Latin-1, which any bytes are (RFC 9110 §5.5).
fn text(value: &HeaderValue) -> String {
    match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// A body that grows up to a limit, in decoded bytes.
pub(super) struct Body {
    bytes: Vec<u8>,
    limit: usize,
    /// Whether what goes beyond is left out instead of refused.
    cut: bool,
}

impl Body {
    /// A declared length above the limit is refused before anything is read.
    pub(super) fn new(declared: Option<u64>, limit: usize, cut: bool) -> Result<Self, FetchErrorKind> {
        if !cut
            && declared.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
        {
            return Err(FetchErrorKind::TooLarge { limit });
        }
        Ok(Self { bytes: Vec::new(), limit, cut })
    }

    /// Adds a piece, or refuses it: nothing past the limit is kept. Says whether more is wanted.
    pub(super) fn add(&mut self, piece: &[u8]) -> Result<bool, FetchErrorKind> {
        let room = self.limit.saturating_sub(self.bytes.len());
        match piece.get(..room) {
            Some(first) if piece.len() > room && self.cut => {
                self.bytes.extend_from_slice(first);
                Ok(false)
            }
            _ if piece.len() > room => Err(FetchErrorKind::TooLarge { limit: self.limit }),
            _ => {
                self.bytes.extend_from_slice(piece);
                Ok(true)
            }
        }
    }

    /// The whole body. Memory in flight is counted by its length, so it must take no more.
    pub(super) fn whole(mut self) -> Vec<u8> {
        self.bytes.shrink_to_fit();
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_at_its_limit() {
        let mut body = Body::new(Some(4), 4, false).unwrap();
        assert_eq!(body.add(b"123"), Ok(true));
        assert_eq!(body.add(b"45"), Err(FetchErrorKind::TooLarge { limit: 4 }));
        assert_eq!(body.add(b"4"), Ok(true));
        assert_eq!(body.whole(), b"1234");
        assert!(Body::new(Some(5), 4, false).is_err() && Body::new(Some(u64::MAX), 4, false).is_err());
    }

    #[test]
    fn a_body_may_be_cut_at_its_limit() {
        let mut body = Body::new(Some(9), 4, true).unwrap();
        assert_eq!((body.add(b"123"), body.add(b"456")), (Ok(true), Ok(false)));
        assert_eq!(body.whole(), b"1234");
    }

    #[test]
    fn the_time_has_whole_seconds_and_is_utc() {
        let now = now().unwrap();
        assert!(now.len() == 20 && now.ends_with('Z') && now.parse::<Timestamp>().is_ok(), "{now}");
    }
}
