use std::error::Error;
use std::fmt;
use std::time::Duration;

use thiserror::Error as ThisError;

use crate::scope::Opened;

/// How an [`HttpFetcher`](super::HttpFetcher) asks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// The private addresses that may be reached; none by default.
    pub opened: Opened,
    /// Whether cookies that hosts set are sent back. The jar is the fetcher's own and dies with it.
    pub cookies: bool,
    /// Cookies that are in the jar from the beginning; they need `cookies`.
    pub preset: Vec<PresetCookie>,
    /// How many connections to a host are kept while nothing is asked; as many as requests are in flight serve best.
    pub idle_connections: usize,
    /// The time for name, TCP and TLS of a new connection together; ten seconds by default.
    pub connect_timeout: Duration,
    /// Authorities that are trusted besides the system's: each a PEM text with one or more certificates.
    pub extra_roots: Vec<Vec<u8>>,
    /// The way to the hosts.
    pub proxy: Proxy,
}

/// A cookie that a host did not set itself (RFC 6265 §4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct PresetCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host that gets it, and its sub-domains.
    pub host: String,
    /// Whether it goes over `https:` only.
    pub secure: bool,
}

/// The value may be a secret.
impl fmt::Debug for PresetCookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}=… for {}", self.name, self.host)
    }
}

/// The way to the hosts.
///
/// A proxy resolves the names of the hosts itself, so what addresses they have is not known here: of private
/// addresses only those written out in URLs are refused then. Names that a SOCKS proxy leaves to us (`socks5:`), and
/// those that `NO_PROXY` exempts, are looked up and checked as ever.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// Straight there, whatever the environment says.
    #[default]
    None,
    /// What the environment or the system says: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    Environment,
    /// This proxy for everything: `http:`, `https:`, `socks5:` or `socks5h:`.
    Url(String),
}

/// Options that no fetcher can be made of.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum HttpSetupError {
    /// The user agent has characters that a header can't carry.
    #[error("the user agent can't be sent: use visible ASCII characters on one line")]
    UserAgent,
    /// One of the extra roots is not a PEM text with certificates.
    #[error("extra root {0} has no certificate that can be read: give PEM text with BEGIN CERTIFICATE lines")]
    ExtraRoot(usize),
    /// The proxy's URL is not one.
    #[error("the proxy's URL can't be used: write http://HOST:PORT or socks5h://HOST:PORT")]
    Proxy,
    /// A preset cookie that can't be sent.
    #[error(
        "the cookie {name} can't be sent: a value has no control characters, spaces, quotes, commas, semicolons or backslashes"
    )]
    Cookie {
        /// Its name.
        name: String,
    },
    /// The HTTP client can't be made.
    #[error("the HTTP client can't be made")]
    Client(#[source] Box<dyn Error + Send + Sync>),
}

impl HttpOptions {
    /// Defaults: nothing private, no cookies, no proxy, the system's authorities.
    #[must_use]
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            opened: Opened::default(),
            cookies: false,
            preset: Vec::new(),
            idle_connections: 2,
            connect_timeout: Duration::from_secs(10),
            extra_roots: Vec::new(),
            proxy: Proxy::None,
        }
    }
}

/// The URL of a proxy may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Environment => "Environment",
            Self::Url(_) => "Url(…)",
        })
    }
}
