//! Which addresses may be reached. Names are checked where they are resolved, addresses written out in URLs before
//! the request, for those are never resolved, and the address that answered once more.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use super::options::Proxy;
use crate::scope::{Opened, OutOfScope};

/// The words of the reason, without an address: a report groups by them.
pub(super) const PRIVATE: &str = "its address is private, and --allow-private does not open it";

/// What may be reached.
pub(super) struct Reach {
    opened: Opened,
    /// The names of the proxies, which the user chose: they may stand in the own network.
    proxies: Vec<String>,
    is_direct: bool,
}

/// All addresses of a name are private.
#[derive(Debug, Error)]
#[error("all addresses are private")]
pub(super) struct PrivateName;

/// A name has no address, or nobody could say.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct NoAddress(std::io::Error);

impl Reach {
    pub(super) fn new(opened: Opened, proxy: &Proxy) -> Self {
        let urls = match proxy {
            Proxy::None => Vec::new(),
            Proxy::Url(url) => vec![url.clone()],
            Proxy::Environment => proxies_of_environment(),
        };
        let proxies = urls.iter().filter_map(|url| host_of_proxy(url)).collect();
        Self { opened, proxies, is_direct: *proxy == Proxy::None }
    }

    /// Why a URL may not be asked for, as far as it says itself.
    pub(super) fn check(&self, url: &Url) -> Result<(), String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutOfScope::Scheme(url.scheme().to_owned()).to_string());
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        self.permits(url, address)
    }

    /// Why the address that answered may not be read from. It was checked before it was connected to; this holds even
    /// if a way round that check is found.
    pub(super) fn check_answer(&self, url: &Url, remote: Option<SocketAddr>) -> Result<(), String> {
        match remote {
            Some(remote) if self.is_direct => self.permits(url, remote.ip()),
            _ => Ok(()),
        }
    }

    fn permits(&self, url: &Url, address: IpAddr) -> Result<(), String> {
        let host = url.host_str().unwrap_or_default();
        if self.opened.permits(host, address) { Ok(()) } else { Err(PRIVATE.to_owned()) }
    }

    fn permitted(&self, name: &str, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        let is_proxy = self.proxies.iter().any(|proxy| proxy == name);
        found.filter(|address| is_proxy || self.opened.permits(name, address.ip())).collect()
    }
}

/// A shared [`Reach`] as the client's resolver.
pub(super) struct Resolver(pub(super) Arc<Reach>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = Arc::clone(&self.0);
        Box::pin(async move {
            // Port 0 stands for the URL's.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(NoAddress)?;
            let permitted = reach.permitted(name.as_str(), found);
            if permitted.is_empty() {
                return Err(PrivateName.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

fn proxies_of_environment() -> Vec<String> {
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    names.into_iter().filter_map(|name| std::env::var(name).ok()).collect()
}

/// `HOST:PORT` alone is a proxy, too.
fn host_of_proxy(url: &str) -> Option<String> {
    let url = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
    url.ok()?.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(opened: &[&str], url: &str) -> Result<(), String> {
        Reach::new(Opened::new(opened).unwrap(), &Proxy::None).check(&Url::parse(url).unwrap())
    }

    async fn resolve(opened: &[&str], proxy: Proxy, name: &str) -> Result<Vec<IpAddr>, String> {
        let resolver = Resolver(Arc::new(Reach::new(Opened::new(opened).unwrap(), &proxy)));
        let found = resolver.resolve(name.parse().unwrap()).await;
        found.map(|found| found.map(|address| address.ip()).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.0.0.1",
            "0x7f000001",
            "0177.0.0.1",
            "2130706433",
            "017700000001",
            "127.0.0.1.",
            "127。0。0。1",
            "１２７.０.０.１",
            "%31%32%37.0.0.1",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "0xA9FEA9FE",
            "100.64.0.1",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fc00::1]",
            "user:password@127.0.0.1",
        ] {
            for scheme in ["http", "https"] {
                let url = format!("{scheme}://{host}:8080/");
                assert_eq!(check(&[], &url), Err(PRIVATE.to_owned()), "{url}");
            }
        }
    }

    #[test]
    fn public_addresses_and_opened_ones_pass() {
        for url in ["http://8.8.8.8/", "https://[2606:4700::1111]/", "http://name.example/"] {
            assert_eq!(check(&[], url), Ok(()), "{url}");
        }
        assert_eq!(check(&["127.0.0.0/8"], "http://[::ffff:127.0.0.1]/"), Ok(()));
        assert_eq!(check(&["10.0.0.1"], "http://10.0.0.2/"), Err(PRIVATE.to_owned()));
    }

    #[test]
    fn only_http_and_https_are_asked_for() {
        for url in ["ftp://name.example/", "file:///etc/hosts", "data:,x", "ws://name.example/"] {
            assert!(check(&["0.0.0.0/0"], url).unwrap_err().contains("only http and https"), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_for_a_private_address_is_refused() {
        let refused = Err("all addresses are private".to_owned());
        for name in ["localhost", "127.0.0.1"] {
            assert_eq!(resolve(&[], Proxy::None, name).await, refused, "{name}");
        }
        assert_eq!(resolve(&["10.0.0.0/8", "elsewhere.example"], Proxy::None, "localhost").await, refused);
        let all = resolve(&["localhost"], Proxy::None, "localhost").await.unwrap();
        assert!(!all.is_empty() && all.iter().all(IpAddr::is_loopback), "{all:?}");
        let kept = resolve(&["127.0.0.1"], Proxy::None, "localhost").await.unwrap();
        assert_eq!(kept, ["127.0.0.1".parse::<IpAddr>().unwrap()], "the other addresses are left out");
    }

    #[tokio::test]
    async fn the_proxy_alone_may_be_private() {
        let proxy = Proxy::Url("http://user:secret@localhost:3128".to_owned());
        assert!(resolve(&[], proxy, "localhost").await.is_ok());
        let proxy = Proxy::Url("socks5://proxy.example:1080".to_owned());
        assert!(resolve(&[], proxy, "localhost").await.is_err());
        assert_eq!(host_of_proxy("proxy.example:3128").as_deref(), Some("proxy.example"));
    }

    #[test]
    fn the_address_that_answered_is_checked_again() {
        let url = Url::parse("http://name.example/").unwrap();
        let remote = Some("127.0.0.1:80".parse().unwrap());
        let direct = Reach::new(Opened::default(), &Proxy::None);
        assert_eq!(direct.check_answer(&url, remote), Err(PRIVATE.to_owned()));
        let proxied = Reach::new(Opened::default(), &Proxy::Url("http://localhost".to_owned()));
        assert_eq!(proxied.check_answer(&url, remote), Ok(()), "that is the proxy's");
    }
}
