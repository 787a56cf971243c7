use std::time::Duration;

use url::Url;

use crate::pace::Departure;

/// What to get, and within which limits.
#[derive(Clone, Debug)]
pub struct Request {
    /// The URL as found; its canonical form is a key only.
    pub url: Url,
    /// What an earlier answer said, to be told "not modified" (304) where nothing changed.
    pub validators: Validators,
    /// The largest body, in decoded bytes.
    pub max_body: usize,
    /// A longer body is cut there, and the answer marked as truncated, instead of refused.
    pub cut: bool,
    /// The time for the whole answer.
    pub timeout: Duration,
    /// Who wants to know when the request leaves: the turn that it takes at its host's pace.
    pub departure: Option<Departure>,
}

impl Request {
    /// Asks for all of a URL's answer, and tells nobody.
    #[must_use]
    pub fn new(url: Url, max_body: usize, timeout: Duration) -> Self {
        Self { url, validators: Validators::default(), max_body, cut: false, timeout, departure: None }
    }
}

/// What a conditional request carries (RFC 9110 §13.1), as the server wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` of the last answer.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The URL that answered: the request's.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// Names and values in the order received.
    pub headers: Vec<(String, String)>,
    /// The body, content codings undone.
    pub body: Vec<u8>,
    /// When it was received, RFC 3339.
    pub fetched: Option<String>,
    /// Whether the body is known not to be whole, such as one that was cut when it was archived.
    pub truncated: bool,
}

impl Response {
    /// The first value of a header; names know no case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where a redirect (301, 302, 303, 307, 308) leads: `Location` read against the URL. `None` for other statuses,
    /// and where the header is missing or no URL.
    #[must_use]
    pub fn redirect(&self) -> Option<Url> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        self.url.join(self.header("location")?.trim()).ok()
    }

    /// The `charset` of the `Content-Type` (RFC 9110 §8.3.1).
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        self.header("content-type")?.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_charset = name.trim().eq_ignore_ascii_case("charset");
            is_charset.then(|| value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
        })
    }

    /// What the next request for this URL may carry.
    #[must_use]
    pub fn validators(&self) -> Validators {
        let value = |name| self.header(name).map(str::to_owned);
        Validators { etag: value("etag"), last_modified: value("last-modified") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)]) -> Response {
        Response {
            url: Url::parse("https://example.com/a/b").unwrap(),
            status,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: Vec::new(),
            fetched: None,
            truncated: false,
        }
    }

    #[test]
    fn redirects_are_read_against_the_url() {
        let to = |status, location| response(status, &[("LOCATION", location)]).redirect().map(String::from);
        assert_eq!(to(301, "../c").as_deref(), Some("https://example.com/c"));
        assert_eq!(to(307, " //example.org/ ").as_deref(), Some("https://example.org/"));
        assert_eq!(to(200, "/c"), None);
        assert_eq!(to(304, "/c"), None);
        assert_eq!(to(302, "https://"), None);
        assert_eq!(response(302, &[]).redirect(), None);
    }

    #[test]
    fn a_charset_is_read_from_the_content_type() {
        let charset = |kind: &str| response(200, &[("Content-Type", kind)]).charset().map(str::to_owned);
        assert_eq!(charset("text/html; Charset=\"EUC-KR\"").as_deref(), Some("EUC-KR"));
        assert_eq!(charset("text/html; boundary=x"), None);
        assert_eq!(response(200, &[]).charset(), None);
    }

    #[test]
    fn validators_are_kept_as_written() {
        let validators = response(200, &[("etag", "W/\"1\"")]).validators();
        assert_eq!(validators, Validators { etag: Some("W/\"1\"".into()), last_modified: None });
    }
}
