//! HTTP/1.1 messages as records hold them (RFC 9112): a head, an empty line, a body.

use crate::coding::{self, Body};
use crate::error::HttpError;

/// A recorded HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code, 100 to 999.
    pub status: u16,
    /// Names as recorded, values without the white space around them, in the recorded order.
    pub headers: Vec<(String, String)>,
    /// The body as recorded, perhaps chunked and compressed; see [`body`](Self::body).
    pub raw_body: Vec<u8>,
}

impl HttpResponse {
    /// Parses the block of a response record.
    ///
    /// # Errors
    /// The block does not begin with a status line. Faults in the headers are passed over, as browsers do.
    pub fn parse(block: &[u8]) -> Result<Self, HttpError> {
        let body_start = payload_offset(block).unwrap_or(block.len());
        let (head, raw_body) = block.split_at_checked(body_start).ok_or(HttpError::NoStatusLine)?;
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = lines.next().and_then(status_code).ok_or(HttpError::NoStatusLine)?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers =
            headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
        Ok(HttpResponse { status, headers, raw_body: raw_body.to_vec() })
    }

    /// The first value of a header; names know no upper and lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where a redirect points: `Location` of a 301, 302, 303, 307 or 308, as written (it may be relative).
    pub fn redirect(&self) -> Option<&str> {
        self.header("Location").filter(|_| matches!(self.status, 301 | 302 | 303 | 307 | 308))
    }

    /// The body without its transfer and content codings, at most `max_bytes` of it.
    ///
    /// Archives often hold bodies whose headers tell of a coding that was undone before they were stored; such a body
    /// is taken as it is. Broken compression gives what could be unpacked, marked as truncated.
    ///
    /// # Errors
    /// The body has a content coding that this crate can't undo, such as `br`.
    pub fn body(&self, max_bytes: usize) -> Result<Body, HttpError> {
        let values = |name: &str| -> Vec<&str> {
            let all = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            all.flat_map(|(_, value)| value.split(',')).map(str::trim).collect()
        };
        let is_chunked =
            values("Transfer-Encoding").iter().any(|value| value.eq_ignore_ascii_case("chunked"));
        coding::decode(&self.raw_body, is_chunked, &values("Content-Encoding"), max_bytes)
    }
}

/// An HTTP/1.1 response as bytes, for [`WarcWriter::response`](crate::WarcWriter::response). Line breaks inside names
/// and values become spaces (RFC 9112 §5.2).
///
/// The headers are taken as given. Where the body has been unpacked, leave `Content-Encoding`, `Transfer-Encoding` and
/// the old `Content-Length` out; leave secrets such as `Set-Cookie` out in any case.
pub fn http_response<N: AsRef<str>, V: AsRef<str>>(status: u16, headers: &[(N, V)], body: &[u8]) -> Vec<u8> {
    let mut message = format!("HTTP/1.1 {status} {}\r\n", reason(status)).into_bytes();
    for (name, value) in headers {
        message.extend(one_line(name.as_ref()).bytes());
        message.extend(b": ");
        message.extend(one_line(value.as_ref()).bytes());
        message.extend(b"\r\n");
    }
    message.extend(b"\r\n");
    message.extend(body);
    message
}

/// Where the body begins: behind the first empty line.
pub(crate) fn payload_offset(block: &[u8]) -> Option<usize> {
    let line_ends = block.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    line_ends.into_iter().find_map(|start| match block.get(start..)? {
        [b'\n', ..] => Some(start + 1),
        [b'\r', b'\n', ..] => Some(start + 2),
        _ => None,
    })
}

/// The head of a block with its empty line; the whole block where there is none.
pub(crate) fn head(block: &[u8]) -> &[u8] {
    payload_offset(block).and_then(|end| block.get(..end)).unwrap_or(block)
}

fn status_code(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok().filter(|status| (100..=999).contains(status))
}

fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Reason phrases of the usual codes (RFC 9110 §15); they carry no meaning.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Unnamed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_parsed_as_it_was_built() {
        let block =
            http_response(301, &[("Location", "/new\r\nX-Evil: 1"), ("A", "b: c")], b"moved\r\n\r\nbody");
        let response = HttpResponse::parse(&block).unwrap();
        assert_eq!(response.status, 301);
        assert_eq!(response.redirect(), Some("/new X-Evil: 1"));
        assert_eq!(response.header("a"), Some("b: c"));
        assert_eq!(response.raw_body, b"moved\r\n\r\nbody");
    }

    #[test]
    fn heads_with_bare_line_feeds_and_without_a_reason_are_understood() {
        let response = HttpResponse::parse(b"HTTP/2 204\nServer: x\n\nrest").unwrap();
        assert_eq!((response.status, response.header("server")), (204, Some("x")));
        assert_eq!(response.raw_body, b"rest");
        assert_eq!(HttpResponse::parse(b"HTTP/1.1 200 OK").unwrap().raw_body, b"");
    }

    #[test]
    fn other_bytes_are_no_response() {
        for block in
            [&b""[..], b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 20\r\n\r\n", b"\xff\xfe", b"HTTP/1.1 abc"]
        {
            assert!(matches!(HttpResponse::parse(block), Err(HttpError::NoStatusLine)), "{block:?}");
        }
    }

    #[test]
    fn only_a_redirect_redirects() {
        let block = http_response(200, &[("Location", "/elsewhere")], b"");
        assert_eq!(HttpResponse::parse(&block).unwrap().redirect(), None);
    }
}
