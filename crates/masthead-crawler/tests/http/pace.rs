//! The delay between requests as the server sees it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use masthead_crawler::fetch::{Fetch, FetchErrorKind, HttpFetcher, Request};
use masthead_crawler::pace::{HostPace, TokioClock};
use tokio::sync::Notify;

use super::authority::Authority;
use super::server::{OK, Server, options, request};

const DELAY: Duration = Duration::from_millis(200);

fn pace(concurrency: usize) -> Arc<HostPace> {
    Arc::new(HostPace::new(Arc::new(TokioClock::new()), DELAY, concurrency, Duration::ZERO))
}

fn trusting(authority: &Authority) -> Arc<HttpFetcher> {
    let mut options = options();
    options.extra_roots = vec![authority.pem.clone().into_bytes()];
    Arc::new(HttpFetcher::new(options).unwrap())
}

async fn paced(fetcher: Arc<HttpFetcher>, pace: Arc<HostPace>, url: String) {
    let turn = pace.turn().await;
    let request = Request { departure: Some(turn.departure()), ..request(&url) };
    fetcher.fetch(&request).await.unwrap();
}

/// Every other handshake is slow: by their turns alone, each request on a quick one would follow the slow one's after
/// a quarter of the delay. The bound holds however busy the machine is: a request can't leave before the server lets
/// the handshake go on, and the next one leaves a delay later.
#[tokio::test]
async fn slow_connections_bring_no_two_requests_together() {
    for concurrency in [1, 2] {
        let authority = Authority::new();
        let tls = authority.server("127.0.0.1", 2099, &["http/1.1"]);
        let ready: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let log = Arc::clone(&ready);
        let before = move |number: usize| {
            let log = Arc::clone(&log);
            async move {
                tokio::time::sleep(if number.is_multiple_of(2) { DELAY * 3 / 4 } else { Duration::ZERO })
                    .await;
                log.lock().unwrap().push(Instant::now());
            }
        };
        let server = Server::listen(Some(tls), before, |mut peer| async move {
            peer.request().await;
            peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\npage").await;
        })
        .await;
        let (fetcher, pace) = (trusting(&authority), pace(concurrency));
        let visits: Vec<_> = (0..5)
            .map(|_| tokio::spawn(paced(Arc::clone(&fetcher), Arc::clone(&pace), server.secure_url("/"))))
            .collect();
        for visit in visits {
            visit.await.unwrap();
        }
        let (ready, arrived) = (ready.lock().unwrap().clone(), server.requests());
        assert_eq!((ready.len(), arrived.len()), (5, 5));
        for (ready, next) in ready.iter().zip(arrived.iter().skip(1)) {
            assert!(next.at.duration_since(*ready) >= DELAY, "{:?}", next.at.duration_since(*ready));
        }
    }
}

/// The second connection never stands; its request goes out on the first one when that is free. What is left of the
/// connecting goes on without a request, and the third request keeps its distance from the second.
#[tokio::test]
async fn a_request_on_a_borrowed_connection_keeps_the_delay() {
    let authority = Authority::new();
    let tls = authority.server("127.0.0.1", 2099, &["http/1.1"]);
    let second = Arc::new(Notify::new());
    let (came, awaited) = (Arc::clone(&second), Arc::clone(&second));
    let before = move |number: usize| {
        let came = Arc::clone(&came);
        async move {
            if number > 0 {
                came.notify_one();
                std::future::pending::<()>().await;
            }
        }
    };
    let server = Server::listen(Some(tls), before, move |mut peer| {
        let awaited = Arc::clone(&awaited);
        async move {
            peer.request().await;
            awaited.notified().await;
            // Long enough for the third turn to come, were it not held back.
            tokio::time::sleep(DELAY * 3 / 2).await;
            peer.send(OK).await;
            peer.answer_all(OK).await;
        }
    })
    .await;
    let (fetcher, pace) = (trusting(&authority), pace(3));
    let visits: Vec<_> = ["/1", "/2", "/3"]
        .map(|path| tokio::spawn(paced(Arc::clone(&fetcher), Arc::clone(&pace), server.secure_url(path))))
        .into();
    for visit in visits {
        visit.await.unwrap();
    }
    let arrived = server.requests();
    assert_eq!(arrived.len(), 3);
    assert_eq!(server.connections(), 2);
    let gap = |at: usize| arrived[at + 1].at.duration_since(arrived[at].at);
    assert!(gap(1) >= DELAY, "{:?}", gap(1));
}

/// Whoever gives up while its connection is being made must not hold the host's next turns back.
#[tokio::test]
async fn a_request_that_is_given_up_lets_the_next_turn_come() {
    let authority = Authority::new();
    let tls = authority.server("127.0.0.1", 2099, &[]);
    let server = Server::listen(Some(tls), |_| std::future::pending(), |_| std::future::ready(())).await;
    let (fetcher, pace) = (trusting(&authority), pace(3));
    let short = Duration::from_millis(50);
    let turn = pace.turn().await;
    let given_up =
        Request { departure: Some(turn.departure()), timeout: short, ..request(&server.secure_url("/")) };
    assert_eq!(fetcher.fetch(&given_up).await.unwrap_err().kind, FetchErrorKind::Timeout(short));
    let turn = tokio::time::timeout(DELAY * 50, pace.turn()).await.unwrap();
    let dropped = Request { departure: Some(turn.departure()), ..request(&server.secure_url("/")) };
    assert!(tokio::time::timeout(short, fetcher.fetch(&dropped)).await.is_err());
    assert!(tokio::time::timeout(DELAY * 50, pace.turn()).await.is_ok());
}
