//! What went wrong, in plain words. The client wraps errors in errors; the kind is worked out from the innermost one
//! that has a type. hyper's own errors have none that can be named here, so those few are known by their texts, which
//! the tests on the wire pin.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::connect::ConnectTimedOut;
use super::reach::{NoAddress, PRIVATE, PrivateName};
use crate::fetch::FetchErrorKind;

/// A kind, and the cause where it says more.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: FetchErrorKind,
    pub(super) cause: Option<String>,
}

impl From<FetchErrorKind> for Failure {
    fn from(kind: FetchErrorKind) -> Self {
        Self { kind, cause: None }
    }
}

impl Failure {
    /// Of an error of the client's, whose connections may take `connect_timeout`.
    pub(super) fn of(error: &reqwest::Error, connect_timeout: Duration) -> Self {
        if error.is_builder() {
            return FetchErrorKind::NotRequestable.into();
        }
        let chain = chain(error);
        let known = chain.iter().find_map(|link| own(*link, connect_timeout));
        let known = known.or_else(|| chain.iter().find_map(|link| tls(*link)));
        let known = known.or_else(|| chain.iter().find_map(|link| by_io(*link)));
        let known = known.or_else(|| chain.iter().find_map(|link| by_text(&link.to_string())));
        known.unwrap_or_else(|| unknown(error, &chain))
    }
}

/// The error and its causes. An I/O error that wraps another names as its cause only that one's cause.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut link = error;
    loop {
        let inner = link.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let next = match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => link.source(),
        };
        let Some(next) = next else { return chain };
        chain.push(next);
        link = next;
    }
}

fn own(link: &(dyn Error + 'static), connect_timeout: Duration) -> Option<Failure> {
    if link.is::<PrivateName>() {
        return Some(FetchErrorKind::OutOfScope(PRIVATE.to_owned()).into());
    }
    if link.is::<ConnectTimedOut>() {
        return Some(FetchErrorKind::ConnectTimeout(connect_timeout).into());
    }
    let no_address = link.downcast_ref::<NoAddress>()?;
    Some(Failure { kind: FetchErrorKind::NameNotFound, cause: Some(no_address.to_string()) })
}

fn tls(link: &(dyn Error + 'static)) -> Option<Failure> {
    let error = link.downcast_ref::<rustls::Error>()?;
    let kind = match error {
        rustls::Error::InvalidCertificate(fault) => FetchErrorKind::Certificate(fault_of_certificate(fault)),
        rustls::Error::AlertReceived(alert) => FetchErrorKind::Tls(format!("the server refuses ({alert:?})")),
        rustls::Error::InvalidMessage(_) => FetchErrorKind::Tls("the server does not speak TLS".to_owned()),
        other => FetchErrorKind::Tls(other.to_string()),
    };
    Some(kind.into())
}

fn fault_of_certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::UnknownIssuer => "its issuer is unknown".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".to_owned()
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        other => other.to_string(),
    }
}

fn by_io(link: &(dyn Error + 'static)) -> Option<Failure> {
    let error = link.downcast_ref::<io::Error>()?;
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(FetchErrorKind::ConnectionRefused.into()),
        // Also a content coding that ends in the middle.
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::UnexpectedEof => Some(FetchErrorKind::ConnectionBroken.into()),
        // A chunk's length, or a content coding.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Some(FetchErrorKind::Malformed(error.to_string()).into())
        }
        _ => None,
    }
}

fn by_text(text: &str) -> Option<Failure> {
    let broken = [
        "connection closed before message completed",
        "operation was canceled",
        "channel closed",
        "error reading a body from connection",
        "http2 error",
    ];
    if broken.contains(&text) {
        return Some(FetchErrorKind::ConnectionBroken.into());
    }
    let malformed = ["invalid ", "unexpected ", "received unexpected message", "message head is too large"];
    if malformed.iter().any(|start| text.starts_with(start)) {
        return Some(FetchErrorKind::Malformed(text.to_owned()).into());
    }
    None
}

fn unknown(error: &reqwest::Error, chain: &[&(dyn Error + 'static)]) -> Failure {
    // The outer errors name URLs.
    let cause = chain.last().map(|innermost| innermost.to_string());
    if error.is_decode() {
        let kind = FetchErrorKind::Malformed("its content coding can't be undone".to_owned());
        return Failure { kind, cause };
    }
    let kind =
        if error.is_connect() { FetchErrorKind::Unreachable } else { FetchErrorKind::ConnectionBroken };
    Failure { kind, cause }
}
