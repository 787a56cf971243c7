//! Bodies: codings, limits, lengths that lie.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use masthead_crawler::fetch::{Fetch, FetchErrorKind, Request};
use tokio::sync::Notify;

use super::server::{Server, answer, fault, fetcher, get, request};

const TEXT: &[u8] = b"a page, squeezed";
const BROTLI: &[u8] =
    &[139, 7, 128, 97, 32, 112, 97, 103, 101, 44, 32, 115, 113, 117, 101, 101, 122, 101, 100, 3];
const ZSTD: &[u8] = &[
    40, 181, 47, 253, 4, 88, 129, 0, 0, 97, 32, 112, 97, 103, 101, 44, 32, 115, 113, 117, 101, 101, 122, 101,
    100, 191, 194, 223, 169,
];

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn limited(url: &str, max_body: usize) -> Request {
    Request { max_body, ..request(url) }
}

#[tokio::test]
async fn content_codings_are_undone() {
    let codings =
        [("gzip", gzip(TEXT)), ("deflate", deflate(TEXT)), ("br", BROTLI.to_vec()), ("zstd", ZSTD.to_vec())];
    for (coding, body) in codings {
        let server = Server::saying(answer(&format!("Content-Encoding: {coding}\r\n"), &body)).await;
        let response = get(&server.url("/")).await.unwrap();
        assert_eq!(response.body, TEXT, "{coding}");
        let head = server.heads().concat().to_lowercase();
        let offered = head.lines().find_map(|line| line.strip_prefix("accept-encoding: ")).unwrap();
        assert!(offered.split(", ").flat_map(|list| list.split(',')).any(|each| each == coding), "{offered}");
    }
}

#[tokio::test]
async fn an_unknown_coding_is_left_as_it_is() {
    let server = Server::saying(answer("Content-Encoding: rot13\r\n", b"cntr")).await;
    let response = get(&server.url("/")).await.unwrap();
    assert_eq!(response.body, b"cntr");
    assert_eq!(response.header("content-encoding"), Some("rot13"));
}

#[tokio::test]
async fn a_coding_that_is_broken_is_no_page() {
    let server = Server::saying(answer("Content-Encoding: gzip\r\n", b"no gzip at all, not at all")).await;
    let kind = fault(&server.url("/")).await;
    assert!(matches!(kind, FetchErrorKind::Malformed(_)), "{kind:?}");
    let whole = gzip(&[7; 5000]);
    let server =
        Server::saying(answer("Content-Encoding: gzip\r\n", whole.split_at(whole.len() - 12).0)).await;
    assert_eq!(fault(&server.url("/")).await, FetchErrorKind::ConnectionBroken);
}

#[tokio::test]
async fn an_answer_without_a_body_may_name_a_coding() {
    for head in [
        "HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nContent-Length: 9000000\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 0\r\n\r\n",
    ] {
        let server = Server::saying(head).await;
        let response = fetcher().fetch(&limited(&server.url("/"), 1000)).await;
        assert_eq!(
            response.map(|response| response.body).map_err(|error| error.kind),
            Ok(Vec::new()),
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_bomb_is_stopped_at_the_limit() {
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 1 << 20, "it passes as far as its declared length goes");
    let server = Server::saying(answer("Content-Encoding: gzip\r\n", &bomb)).await;
    assert_eq!(fault(&server.url("/")).await, FetchErrorKind::TooLarge { limit: 1 << 20 });
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_a_page() {
    let server = Server::saying(answer("", b"12345")).await;
    let fetcher = fetcher();
    assert_eq!(fetcher.fetch(&limited(&server.url("/"), 5)).await.unwrap().body, b"12345");
    let error = fetcher.fetch(&limited(&server.url("/"), 4)).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::TooLarge { limit: 4 });
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_declared_length_above_the_limit_is_not_waited_for() {
    let closed = Arc::new(Notify::new());
    let told = Arc::clone(&closed);
    let server = Server::start(move |mut peer| {
        let told = Arc::clone(&told);
        async move {
            peer.request().await;
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n").await;
            peer.closed().await;
            told.notify_one();
        }
    })
    .await;
    assert_eq!(fault(&server.url("/")).await, FetchErrorKind::TooLarge { limit: 1 << 20 });
    closed.notified().await;
}

#[tokio::test]
async fn an_endless_body_costs_no_more_than_its_limit() {
    let sent = Arc::new(AtomicUsize::new(0));
    let over = Arc::new(Notify::new());
    let (counted, told) = (Arc::clone(&sent), Arc::clone(&over));
    let server = Server::start(move |mut peer| {
        let (counted, told) = (Arc::clone(&counted), Arc::clone(&told));
        async move {
            peer.request().await;
            peer.send(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let piece = vec![b'x'; 64 << 10];
            while peer.send(&piece).await {
                counted.fetch_add(piece.len(), Ordering::SeqCst);
            }
            told.notify_one();
        }
    })
    .await;
    assert_eq!(fault(&server.url("/")).await, FetchErrorKind::TooLarge { limit: 1 << 20 });
    over.notified().await;
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 32 << 20, "{sent} bytes, of which all but one MiB stood in the sockets' buffers");
}

#[tokio::test]
async fn chunks_are_put_together() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na pag\r\n1\r\ne\r\n0\r\nTrailer: x\r\n\r\n",
    )
    .await;
    let fetcher = fetcher();
    for _ in 0..2 {
        assert_eq!(fetcher.fetch(&request(&server.url("/"))).await.unwrap().body, b"a page");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_body_past_its_declared_length_is_cut_there() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage and more").await;
    let fetcher = fetcher();
    for _ in 0..2 {
        let answer = fetcher.fetch(&request(&server.url("/"))).await;
        assert_eq!(answer.unwrap().body, b"page", "what follows is no second answer");
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_no_page() {
    for start in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a page",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf a page",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\na page\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
    ] {
        let server = Server::start(move |mut peer| async move {
            peer.request().await;
            peer.send(start.as_bytes()).await;
        })
        .await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::ConnectionBroken, "{start}");
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn without_a_length_the_end_of_the_connection_is_the_end() {
    let server = Server::start(|mut peer| async move {
        peer.request().await;
        peer.send(b"HTTP/1.0 200 OK\r\n\r\nan old page").await;
    })
    .await;
    assert_eq!(get(&server.url("/")).await.unwrap().body, b"an old page");
}
