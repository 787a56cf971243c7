use std::error::Error;
use std::time::Duration;

use thiserror::Error as ThisError;
use url::Url;

/// A request that brought no usable answer.
#[derive(Debug, ThisError)]
#[error("{url}: {kind}")]
pub struct FetchError {
    /// What was asked for, user information left out.
    pub url: String,
    /// What happened.
    pub kind: FetchErrorKind,
    /// The cause.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// The archive has no answer for the URL.
    #[error("not in the archive")]
    NotInArchive,
    /// There is an answer, and the archive that it belongs into can't be written.
    #[error("the answer can't be kept")]
    NotKept,
    /// The archive has an answer that can't be read.
    #[error("the archived answer can't be read")]
    BrokenArchive,
    /// No connection, for a reason that has no kind of its own: it is the cause.
    #[error("unreachable")]
    Unreachable,
    /// The name has no address, or the name service did not answer.
    #[error("the host's name leads to no address")]
    NameNotFound,
    /// Nothing listens there.
    #[error("connection refused")]
    ConnectionRefused,
    /// The connection ended before the answer was whole.
    #[error("the connection broke off")]
    ConnectionBroken,
    /// No connection in time: name, TCP and TLS together.
    #[error("no connection within {0:?}")]
    ConnectTimeout(Duration),
    /// The server's certificate is not accepted; with the reason.
    #[error("certificate not accepted: {0}")]
    Certificate(String),
    /// The two ends agree on no TLS connection; with the reason.
    #[error("no TLS connection: {0}")]
    Tls(String),
    /// The answer breaks the rules of HTTP; with the rule.
    #[error("not a valid HTTP answer: {0}")]
    Malformed(String),
    /// The URL is one for browsers, but not for a request: longer than 65,534 bytes, for example.
    #[error("no HTTP request can be made of this URL")]
    NotRequestable,
    /// The answer was not complete in time.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The body is larger than allowed.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The limit, in decoded bytes.
        limit: usize,
    },
    /// The URL, or an address that its host has, may not be reached; with the reason.
    #[error("out of scope: {0}")]
    OutOfScope(String),
}

impl FetchError {
    /// An error without a cause.
    #[must_use]
    pub fn new(url: &Url, kind: FetchErrorKind) -> Self {
        Self { url: without_user(url).into(), kind, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            FetchErrorKind::Unreachable
            | FetchErrorKind::NameNotFound
            | FetchErrorKind::ConnectionRefused
            | FetchErrorKind::ConnectionBroken
            | FetchErrorKind::ConnectTimeout(_)
            | FetchErrorKind::Timeout(_) => true,
            FetchErrorKind::NotInArchive
            | FetchErrorKind::NotKept
            | FetchErrorKind::BrokenArchive
            | FetchErrorKind::Certificate(_)
            | FetchErrorKind::Tls(_)
            | FetchErrorKind::Malformed(_)
            | FetchErrorKind::NotRequestable
            | FetchErrorKind::TooLarge { .. }
            | FetchErrorKind::OutOfScope(_) => false,
        }
    }
}

/// Passwords belong neither in messages nor on the wire.
pub(super) fn without_user(url: &Url) -> Url {
    let mut bare = url.clone();
    match bare.set_username("").and_then(|()| bare.set_password(None)) {
        Ok(()) => bare,
        // Only URLs without a host refuse, and they have no user.
        Err(()) => url.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_no_password() {
        let url = Url::parse("https://reader:secret@example.com/a").unwrap();
        let error = FetchError::new(&url, FetchErrorKind::TooLarge { limit: 5 }).caused_by("cause");
        assert_eq!(error.to_string(), "https://example.com/a: more than 5 bytes");
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("cause"));
        assert!(!error.is_retryable());
        assert!(FetchError::new(&url, FetchErrorKind::Unreachable).is_retryable());
    }
}
