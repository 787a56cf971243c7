//! HTTP/2, chosen by ALPN: as much of it as a few answers take (RFC 9113).

use masthead_crawler::fetch::{Fetch, FetchErrorKind, HttpFetcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::authority::Authority;
use super::server::{Peer, Server, options, request};

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const DATA: u8 = 0;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200` in the static table of HPACK.
const STATUS_200: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// `content-encoding: gzip`, its name from the static table, its value spelled out.
const GZIP: &[u8] = b"\x0f\x0b\x04gzip";

/// What comes of every request.
#[derive(Clone, Copy)]
enum Course {
    Page,
    BrokenHead,
    BrokenBody,
}

async fn serve(mut peer: Peer, course: Course) {
    let mut preface = [0; 24];
    if peer.stream.read_exact(&mut preface).await.is_err() {
        return;
    }
    assert!(preface.starts_with(b"PRI * HTTP/2.0"));
    peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    let mut head = [0; 9];
    while peer.stream.read_exact(&mut head).await.is_ok() {
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        peer.stream.read_exact(&mut payload).await.unwrap();
        let stream = u32::from_be_bytes(stream);
        let answer = match kind {
            SETTINGS if flags & ACK == 0 => frame(SETTINGS, ACK, 0, &[]),
            HEADERS => answer(stream, course),
            _ => continue,
        };
        peer.stream.write_all(&answer).await.unwrap();
        peer.stream.flush().await.unwrap();
    }
}

fn answer(stream: u32, course: Course) -> Vec<u8> {
    let broken = frame(RST_STREAM, 0, stream, &2_u32.to_be_bytes());
    match course {
        Course::Page => {
            let page = format!("page {stream}");
            let head = frame(HEADERS, END_HEADERS, stream, &[STATUS_200]);
            [head, frame(DATA, END_STREAM, stream, page.as_bytes())].concat()
        }
        Course::BrokenHead => broken,
        Course::BrokenBody => {
            let head = frame(HEADERS, END_HEADERS, stream, &[&[STATUS_200], GZIP].concat());
            let start = frame(DATA, 0, stream, b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
            [head, start, broken].concat()
        }
    }
}

async fn start(course: Course) -> (Server, HttpFetcher) {
    let authority = Authority::new();
    let tls = authority.server("127.0.0.1", 2099, &["h2"]);
    let server = Server::listen(Some(tls), |_| std::future::ready(()), move |peer| serve(peer, course)).await;
    let mut options = options();
    options.extra_roots = vec![authority.pem.into_bytes()];
    (server, HttpFetcher::new(options).unwrap())
}

#[tokio::test]
async fn pages_share_a_connection() {
    let (server, fetcher) = start(Course::Page).await;
    for stream in [1, 3, 5] {
        let response = fetcher.fetch(&request(&server.secure_url("/"))).await.unwrap();
        assert_eq!((response.status, response.body), (200, format!("page {stream}").into_bytes()));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_stream_that_is_reset_broke_off() {
    for course in [Course::BrokenHead, Course::BrokenBody] {
        let (server, fetcher) = start(course).await;
        let error = fetcher.fetch(&request(&server.secure_url("/"))).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::ConnectionBroken);
        assert!(error.is_retryable());
    }
}
