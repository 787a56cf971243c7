//! A server that does on each connection exactly what the test says, also what no server should.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use masthead_crawler::fetch::{
    Fetch, FetchError, FetchErrorKind, HttpFetcher, HttpOptions, Request, Response,
};
use masthead_crawler::scope::Opened;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use url::Url;

pub(super) const AGENT: &str = "Masthead/test (+https://example.org/bot)";
pub(super) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage";

pub(super) struct Server {
    pub(super) address: SocketAddr,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    connections: AtomicUsize,
    requests: Mutex<Vec<Arrival>>,
}

/// A request as it came in.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) head: String,
    pub(super) at: Instant,
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// The server's end of a connection.
pub(super) struct Peer {
    pub(super) stream: Box<dyn Stream>,
    log: Arc<Log>,
}

impl Server {
    /// Runs `serve` on each connection.
    pub(super) async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(Peer) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::listen(None, |_| std::future::ready(()), serve).await
    }

    /// Answers every request of every connection with these bytes.
    pub(super) async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::start(move |mut peer| {
            let answer = Arc::clone(&answer);
            async move { peer.answer_all(&answer).await }
        })
        .await
    }

    /// Waits for `before`, which gets the connection's number, ahead of the TLS handshake; then runs `serve`.
    pub(super) async fn listen<B, F>(
        tls: Option<TlsAcceptor>,
        before: impl Fn(usize) -> B + Send + Sync + 'static,
        serve: impl Fn(Peer) -> F + Send + Sync + 'static,
    ) -> Self
    where
        B: Future<Output = ()> + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let accepted = Arc::clone(&log);
        let serve = Arc::new(serve);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let number = accepted.connections.fetch_add(1, Ordering::SeqCst);
                let (log, serve, tls) = (Arc::clone(&accepted), Arc::clone(&serve), tls.clone());
                let ready = before(number);
                tokio::spawn(async move {
                    ready.await;
                    let stream: Box<dyn Stream> = match tls {
                        None => Box::new(stream),
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => return,
                        },
                    };
                    serve(Peer { stream, log }).await;
                });
            }
        });
        Self { address, log }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn secure_url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    pub(super) fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    pub(super) fn requests(&self) -> Vec<Arrival> {
        self.log.requests.lock().unwrap().clone()
    }

    pub(super) fn heads(&self) -> Vec<String> {
        self.requests().into_iter().map(|arrival| arrival.head).collect()
    }
}

impl Peer {
    /// The head of the next request; `None` at the end.
    pub(super) async fn request(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        self.log.requests.lock().unwrap().push(Arrival { head: head.clone(), at: Instant::now() });
        Some(head)
    }

    /// Whether all of it went out.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok()
    }

    pub(super) async fn answer_all(&mut self, answer: &[u8]) {
        while self.request().await.is_some() {
            if !self.send(answer).await {
                return;
            }
        }
    }

    /// Ends the connection with a reset.
    pub(super) fn reset(self) {
        self.stream.tcp().set_zero_linger().unwrap();
    }

    /// Returns when the other side has closed.
    pub(super) async fn closed(&mut self) {
        while self.stream.read_u8().await.is_ok() {}
    }
}

pub(super) fn options() -> HttpOptions {
    let mut options = HttpOptions::new(AGENT);
    options.opened = Opened::new(["127.0.0.0/8"]).unwrap();
    options
}

pub(super) fn fetcher() -> HttpFetcher {
    HttpFetcher::new(options()).unwrap()
}

pub(super) fn request(url: &str) -> Request {
    Request::new(Url::parse(url).unwrap(), 1 << 20, Duration::from_secs(20))
}

pub(super) async fn get(url: &str) -> Result<Response, FetchError> {
    fetcher().fetch(&request(url)).await
}

pub(super) async fn fault(url: &str) -> FetchErrorKind {
    get(url).await.unwrap_err().kind
}

/// An answer with a body and the headers given, each with its line end.
pub(super) fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}
