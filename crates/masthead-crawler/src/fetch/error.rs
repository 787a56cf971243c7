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
    /// The archive has an answer that can't be read.
    #[error("the archived answer can't be read")]
    BrokenArchive,
    /// No connection, or it broke.
    #[error("unreachable")]
    Unreachable,
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
        Self { url: without_user(url), kind, source: None }
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
            FetchErrorKind::Unreachable | FetchErrorKind::Timeout(_) => true,
            FetchErrorKind::NotInArchive
            | FetchErrorKind::BrokenArchive
            | FetchErrorKind::TooLarge { .. }
            | FetchErrorKind::OutOfScope(_) => false,
        }
    }
}

/// Passwords don't belong in messages.
fn without_user(url: &Url) -> String {
    let mut shown = url.clone();
    match shown.set_username("").and_then(|()| shown.set_password(None)) {
        Ok(()) => shown.into(),
        // Only URLs without a host refuse, and they have no user.
        Err(()) => url.as_str().to_owned(),
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
