//! Certificates: which are accepted, and what is said of the others.

use std::process::Command;

use masthead_crawler::fetch::{Fetch, FetchError, FetchErrorKind, HttpFetcher, Response};
use tokio_rustls::TlsAcceptor;

use super::authority::Authority;
use super::server::{OK, Server, get, options, request};

async fn secure(tls: TlsAcceptor) -> Server {
    Server::listen(Some(tls), |_| std::future::ready(()), |mut peer| async move { peer.answer_all(OK).await })
        .await
}

async fn trusting(authority: &Authority, url: &str) -> Result<Response, FetchError> {
    let mut options = options();
    options.extra_roots = vec![authority.pem.clone().into_bytes()];
    HttpFetcher::new(options).unwrap().fetch(&request(url)).await
}

fn refused(answer: Result<Response, FetchError>, reason: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Certificate(reason.to_owned()));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_words() {
    let authority = Authority::new();
    let good = secure(authority.server("127.0.0.1", 2099, &["http/1.1"])).await;
    assert_eq!(trusting(&authority, &good.secure_url("/")).await.unwrap().body, b"page");
    refused(get(&good.secure_url("/")).await, "its issuer is unknown");
    let expired = secure(authority.server("127.0.0.1", 2021, &[])).await;
    refused(trusting(&authority, &expired.secure_url("/")).await, "it has expired");
    let other = secure(authority.server("other.example", 2099, &[])).await;
    refused(trusting(&authority, &other.secure_url("/")).await, "it is for another name");
    assert!(expired.requests().is_empty() && other.requests().is_empty());
}

#[tokio::test]
async fn a_server_that_speaks_no_tls() {
    let server = Server::start(|mut peer| async move {
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        peer.closed().await;
    })
    .await;
    let error = get(&server.secure_url("/")).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Tls("the server does not speak TLS".to_owned()));
    assert!(!error.is_retryable());
}

const ALONE: &str = "MASTHEAD_TEST_WITHOUT_CERTIFICATES";

/// The environment is read when a fetcher is made, so this test runs itself in a process of its own.
#[test]
fn a_machine_without_certificates() {
    if std::env::var_os(ALONE).is_some() {
        return without_certificates();
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "http::certificates::a_machine_without_certificates"])
        .env(ALONE, "1")
        .env("SSL_CERT_FILE", "/nonexistent/file")
        .env("SSL_CERT_DIR", "/nonexistent/directory")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::main(flavor = "current_thread")]
async fn without_certificates() {
    // The machine is as wanted: the client alone can't be made.
    assert!(reqwest::Client::builder().build().is_err());
    let plain = Server::saying(OK).await;
    assert_eq!(get(&plain.url("/")).await.unwrap().body, b"page");
    let authority = Authority::new();
    let server = secure(authority.server("127.0.0.1", 2099, &[])).await;
    refused(get(&server.secure_url("/")).await, "its issuer is unknown");
    assert_eq!(trusting(&authority, &server.secure_url("/")).await.unwrap().body, b"page");
}
