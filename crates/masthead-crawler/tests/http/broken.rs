//! Servers that fail, and addresses that may not be asked.

use std::time::Duration;

use masthead_crawler::fetch::{Fetch, FetchErrorKind, HttpFetcher, HttpOptions, Request};
use masthead_crawler::scope::Opened;

use super::server::{AGENT, OK, Server, answer, fault, fetcher, get, options, request};

#[tokio::test]
async fn a_refused_connection() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let error = get(&format!("http://{address}/")).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::ConnectionRefused);
    assert!(error.is_retryable());
    assert!(std::error::Error::source(&error).is_none(), "the kind says it all, and names no address");
}

#[tokio::test]
async fn a_name_without_an_address() {
    // A label of more than 63 bytes is refused without asking anybody.
    let error = get(&format!("http://{}.example/", "a".repeat(64))).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::NameNotFound);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_connection_that_breaks_off() {
    for start in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
        let server = Server::start(move |mut peer| async move {
            peer.request().await;
            peer.send(start.as_bytes()).await;
            peer.reset();
        })
        .await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::ConnectionBroken, "{start:?}");
        assert!(error.is_retryable());
        assert_eq!(server.requests().len(), 1, "nothing is asked for twice");
    }
}

#[tokio::test]
async fn what_is_not_http() {
    for (bytes, words) in [
        ("SSH-2.0-OpenSSH_9.2\r\n", "invalid HTTP version parsed"),
        ("HTTP/1.1 OK\r\n\r\n", "invalid HTTP status-code parsed"),
        ("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "invalid content-length parsed"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\npage",
            "invalid content-length parsed",
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunk"),
    ] {
        let server = Server::saying(bytes).await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert!(!error.is_retryable(), "{bytes}: {error}");
        match error.kind {
            FetchErrorKind::Malformed(rule) => assert!(rule.contains(words), "{bytes}: {rule}"),
            other => panic!("{bytes}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_head_may_be_large_but_not_endless() {
    let line = format!("X-Policy: {}\r\n", "p".repeat(500));
    let server = Server::saying(answer(&line.repeat(500), b"page")).await;
    let response = get(&server.url("/")).await.unwrap();
    assert_eq!(response.headers.iter().filter(|(name, _)| name == "x-policy").count(), 500);
    for lines in [line.repeat(1000), "X: y\r\n".repeat(2000)] {
        let server = Server::saying(answer(&lines, b"page")).await;
        let too_large = FetchErrorKind::Malformed("message head is too large".to_owned());
        assert_eq!(fault(&server.url("/")).await, too_large);
    }
}

#[tokio::test]
async fn the_timeout_is_for_all_of_the_answer() {
    for start in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"] {
        let server = Server::start(move |mut peer| async move {
            peer.request().await;
            peer.send(start.as_bytes()).await;
            // One byte at a time: a timeout that starts anew with each would never come.
            while start.ends_with("\r\n\r\n") && peer.send(b"x").await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            peer.closed().await;
        })
        .await;
        let timeout = Duration::from_millis(300);
        let error = fetcher().fetch(&Request { timeout, ..request(&server.url("/")) }).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Timeout(timeout), "{start:?}");
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn a_connection_that_never_stands() {
    let authority = super::authority::Authority::new();
    let tls = authority.server("127.0.0.1", 2099, &[]);
    let server = Server::listen(Some(tls), |_| std::future::pending(), |_| std::future::ready(())).await;
    let mut options = options();
    options.connect_timeout = Duration::from_millis(100);
    let fetcher = HttpFetcher::new(options).unwrap();
    let error = fetcher.fetch(&request(&server.secure_url("/"))).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::ConnectTimeout(Duration::from_millis(100)));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn private_addresses_are_never_connected_to() {
    let server = Server::saying(OK).await;
    let port = server.address.port();
    let closed = HttpFetcher::new(HttpOptions::new(AGENT)).unwrap();
    for host in ["127.0.0.1", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST"] {
        let error = closed.fetch(&request(&format!("http://{host}:{port}/"))).await.unwrap_err();
        assert!(matches!(error.kind, FetchErrorKind::OutOfScope(_)), "{host}: {error}");
        assert!(!error.is_retryable());
        let words = error.kind.to_string();
        assert_eq!(
            words, "out of scope: its address is private, and --allow-private does not open it",
            "{host}"
        );
    }
    assert_eq!(server.connections(), 0);
    let mut options = HttpOptions::new(AGENT);
    options.opened = Opened::new(["localhost"]).unwrap();
    let opened = HttpFetcher::new(options).unwrap();
    assert_eq!(opened.fetch(&request(&format!("http://localhost:{port}/"))).await.unwrap().body, b"page");
    assert!(opened.fetch(&request(&server.url("/"))).await.is_err(), "the name alone is open");
}

#[tokio::test]
async fn what_no_request_can_be_made_of() {
    let server = Server::saying(OK).await;
    let long = format!("/?{}", "q".repeat(70_000));
    assert_eq!(fault(&server.url(&long)).await, FetchErrorKind::NotRequestable);
    assert!(matches!(fault("ftp://name.example/").await, FetchErrorKind::OutOfScope(_)));
    for path in ["/a{b}|c^d`e?q=[x]|{y}'\"<>", "/%zz?%", "/\u{e9}?\u{e9}"] {
        assert_eq!(
            get(&server.url(path)).await.map(|answer| answer.status).map_err(|error| error.kind),
            Ok(200)
        );
    }
}
