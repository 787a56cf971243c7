//! A web server that does exactly what a test says, also what no server should, and remembers what it was asked and
//! when. Each loopback address is a host of its own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server's clock may be off by: a request is noted when its thread gets the processor, not when its bytes
/// arrive.
const CLOCK: Duration = Duration::from_millis(10);
/// Longer than any wait in these tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// A request as a test sees it.
pub(super) struct Asked {
    /// The address that was asked.
    pub(super) host: String,
    /// Path and query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    /// How many requests came before it, to all hosts.
    pub(super) before: usize,
}

/// What the server does about a request.
pub(super) enum Answer {
    /// A well-formed answer.
    Page(Page),
    /// These bytes, whatever they are, and the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, and the connection stays open for more requests.
    BytesAndOn(Vec<u8>),
    /// The end of the connection.
    Nothing,
    /// Nothing at all, until the other side gives up.
    Hang,
    /// A body of this piece again and again, until the other side gives up.
    Endless(Vec<u8>),
    /// A body that comes a byte at a time with such pauses, until the other side gives up.
    Drip(Duration),
}

/// A well-formed answer.
pub(super) struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    after: Duration,
}

/// A request, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Logged {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    /// When its head had been read.
    pub(super) at: Instant,
    /// When the answer was sent off, or the connection was closed.
    pub(super) answered: Option<Instant>,
    /// 0 where the answer has none.
    pub(super) status: u16,
    /// How many bytes of the answer the system took.
    pub(super) sent: u64,
}

pub(super) struct Server {
    port: u16,
    doors: Vec<SocketAddr>,
    shared: Arc<Shared>,
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

struct Shared {
    handler: Box<Handler>,
    log: Mutex<Vec<Logged>>,
    changed: Condvar,
    arrived: AtomicUsize,
    closed: AtomicBool,
    /// The longest time by which a thread of this process woke up too late, in microseconds.
    lateness: AtomicU64,
}

impl Answer {
    pub(super) fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::Page(Page::new(200, body).header("Content-Type", "text/html; charset=utf-8"))
    }

    pub(super) fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::Page(Page::new(200, body).header("Content-Type", "text/plain"))
    }

    pub(super) fn status(status: u16) -> Self {
        Self::Page(Page::new(status, format!("{status}\n")))
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self::status(302).header("Location", to)
    }

    /// Adds a header to a well-formed answer.
    pub(super) fn header(self, name: &str, value: &str) -> Self {
        match self {
            Self::Page(page) => Self::Page(page.header(name, value)),
            other => other,
        }
    }

    /// Lets the client wait for a well-formed answer.
    pub(super) fn after(self, wait: Duration) -> Self {
        match self {
            Self::Page(page) => Self::Page(Page { after: wait, ..page }),
            other => other,
        }
    }
}

impl Page {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), after: Duration::ZERO }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} As Said\r\n", self.status);
        // A 304 has no body (RFC 9110 §15.4.5).
        let body = if self.status == 304 { &[] } else { self.body.as_slice() };
        if self.status != 304 {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Logged {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The loopback address that is the test's host of this number, from 1.
pub(super) fn host(number: u8) -> String {
    Ipv4Addr::new(127, 0, 0, number).to_string()
}

impl Server {
    /// Serves the hosts 1 to `hosts` on one port.
    pub(super) fn start(hosts: u8, handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listeners = listeners(hosts);
        let doors: Vec<SocketAddr> = listeners.iter().map(|door| door.local_addr().unwrap()).collect();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            log: Mutex::default(),
            changed: Condvar::new(),
            arrived: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            lateness: AtomicU64::new(0),
        });
        for listener in listeners {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.accept(&listener));
        }
        let ticking = Arc::clone(&shared);
        thread::spawn(move || ticking.tick());
        Self { port: doors[0].port(), doors, shared }
    }

    pub(super) fn url(&self, number: u8, path: &str) -> String {
        format!("http://{}:{}{path}", host(number), self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// All requests so far, in the order in which they came.
    pub(super) fn log(&self) -> Vec<Logged> {
        let mut log = self.shared.log.lock().unwrap().clone();
        log.sort_by_key(|logged| logged.at);
        log
    }

    /// The requests to one host.
    pub(super) fn log_of(&self, number: u8) -> Vec<Logged> {
        let mut log = self.log();
        log.retain(|logged| logged.host == host(number));
        log
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|logged| logged.path).collect()
    }

    /// How often a path was asked for, on all hosts.
    pub(super) fn count(&self, path: &str) -> usize {
        self.log().iter().filter(|logged| logged.path == path).count()
    }

    /// Returns when the log is as the test wants it.
    #[track_caller]
    pub(super) fn wait_until(&self, what: impl Fn(&[Logged]) -> bool) {
        let log = self.shared.log.lock().unwrap();
        let (log, waited) = self.shared.changed.wait_timeout_while(log, PATIENCE, |log| !what(log)).unwrap();
        assert!(!waited.timed_out(), "the server waited in vain; it was asked {log:#?}");
    }

    /// How much closer than its delay two requests may seem: the server's own clock, and twice the longest time by which
    /// this machine woke a thread too late while the test ran. The client's write of the first request may be as late
    /// as that, and then the server's look at it.
    pub(super) fn tolerance(&self) -> Duration {
        CLOCK + 2 * Duration::from_micros(self.shared.lateness.load(Ordering::SeqCst))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        for door in &self.doors {
            // Wakes the thread that accepts; where it can't be reached, it is gone.
            drop(TcpStream::connect_timeout(door, Duration::from_secs(1)));
        }
    }
}

/// The shortest time from one request to the next.
pub(super) fn shortest_gap(log: &[Logged]) -> Duration {
    let gaps = log.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at));
    gaps.min().unwrap_or(Duration::MAX)
}

/// From the first request to the last.
pub(super) fn span(log: &[Logged]) -> Duration {
    match (log.first(), log.last()) {
        (Some(first), Some(last)) => last.at.duration_since(first.at),
        _ => Duration::ZERO,
    }
}

/// The most requests that were in flight at once: come, and not yet answered.
pub(super) fn most_in_flight(log: &[Logged]) -> usize {
    let in_flight_at = |moment: Instant| {
        let is_open = |logged: &&Logged| {
            logged.at <= moment && logged.answered.is_none_or(|answered| answered > moment)
        };
        log.iter().filter(is_open).count()
    };
    log.iter().map(|logged| in_flight_at(logged.at)).max().unwrap_or(0)
}

/// One port that is free on all the addresses.
fn listeners(hosts: u8) -> Vec<TcpListener> {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        let others = (2..=hosts).map(|number| TcpListener::bind((Ipv4Addr::new(127, 0, 0, number), port)));
        if let Ok(others) = others.collect::<io::Result<Vec<_>>>() {
            return [first].into_iter().chain(others).collect();
        }
    }
    panic!("no port is free on {hosts} addresses");
}

/// A port on which nothing listens.
pub(super) fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl Shared {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let shared = Arc::clone(self);
            // A client that goes away ends its thread with an error, which is nobody's fault.
            thread::spawn(move || drop(shared.serve(&stream)));
        }
    }

    /// A thread that does nothing but wake up: by how much it is late, others may be.
    fn tick(&self) {
        const TICK: Duration = Duration::from_millis(1);
        while !self.closed.load(Ordering::SeqCst) {
            let before = Instant::now();
            thread::sleep(TICK);
            let late = before.elapsed().saturating_sub(TICK).as_micros();
            self.lateness.fetch_max(u64::try_from(late).unwrap(), Ordering::SeqCst);
        }
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let IpAddr::V4(address) = stream.local_addr()?.ip() else { return Ok(()) };
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some((path, headers)) = read_head(&mut reader)? {
            let at = Instant::now();
            let before = self.arrived.fetch_add(1, Ordering::SeqCst);
            let asked = Asked { host: address.to_string(), path, headers, before };
            let number = self.note(&asked, at);
            if !self.answer(stream, number, (self.handler)(&asked))? {
                return stream.shutdown(Shutdown::Both);
            }
        }
        Ok(())
    }

    fn note(&self, asked: &Asked, at: Instant) -> usize {
        let mut log = self.log.lock().unwrap();
        log.push(Logged {
            host: asked.host.clone(),
            path: asked.path.clone(),
            headers: asked.headers.clone(),
            at,
            answered: None,
            status: 0,
            sent: 0,
        });
        self.changed.notify_all();
        log.len() - 1
    }

    fn update(&self, number: usize, change: impl FnOnce(&mut Logged)) {
        change(&mut self.log.lock().unwrap()[number]);
        self.changed.notify_all();
    }

    /// Whether the connection goes on.
    fn answer(&self, mut stream: &TcpStream, number: usize, answer: Answer) -> io::Result<bool> {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>";
        let goes_on = match answer {
            Answer::Page(page) => {
                thread::sleep(page.after);
                self.update(number, |logged| logged.status = page.status);
                self.send(stream, number, &page.bytes())?;
                true
            }
            Answer::BytesAndOn(bytes) => {
                self.send(stream, number, &bytes)?;
                true
            }
            Answer::Bytes(bytes) => {
                self.send(stream, number, &bytes)?;
                false
            }
            Answer::Nothing => false,
            Answer::Hang => {
                // Until it closes: nothing else is to come.
                drop(stream.read(&mut [0]));
                false
            }
            Answer::Endless(piece) => {
                stream.write_all(head)?;
                while let Ok(sent @ 1..) = stream.write(&piece) {
                    self.update(number, |logged| logged.sent += sent as u64);
                }
                false
            }
            Answer::Drip(pause) => {
                stream.write_all(head)?;
                while stream.write_all(b".").is_ok() {
                    self.update(number, |logged| logged.sent += 1);
                    thread::sleep(pause);
                }
                false
            }
        };
        self.update(number, |logged| {
            logged.answered.get_or_insert_with(Instant::now);
        });
        Ok(goes_on)
    }

    /// The client may go on as soon as the bytes are out, before this thread does: the moment is taken before.
    fn send(&self, mut stream: &TcpStream, number: usize, bytes: &[u8]) -> io::Result<()> {
        self.update(number, |logged| {
            logged.answered = Some(Instant::now());
            logged.sent = bytes.len() as u64;
        });
        stream.write_all(bytes)
    }
}

type Head = (String, Vec<(String, String)>);

/// The target of the request line, and the headers; `None` at the end of the connection.
fn read_head(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Head>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(Some((path, headers))) };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}
