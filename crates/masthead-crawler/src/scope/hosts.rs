use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

/// The hosts of a profile: names with their sub-domains, and addresses; http and https, any port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    hosts: Vec<Host>,
}

/// An entry of `hosts:` that is no host.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{entry}` is no host: write a name or an address, without scheme, port or path")]
pub struct HostError {
    /// As written.
    pub entry: String,
}

/// Why a URL is not fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OutOfScope {
    /// Not http or https.
    #[error("`{0}:` is not fetched, only http and https are")]
    Scheme(String),
    /// The host is not among the profile's.
    #[error("{0} is not among the profile's hosts")]
    Host(String),
}

impl Scope {
    /// Takes the entries of `hosts:`. Names are compared as the URL standard writes them (lower case, IDNA), so
    /// `Bücher.example` and `xn--bcher-kva.example` are one; a dot at the end is nothing.
    ///
    /// # Errors
    ///
    /// The first entry that is no host.
    pub fn new<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Result<Self, HostError> {
        let hosts = hosts.into_iter().map(|entry| {
            host_of(entry.as_ref()).ok_or_else(|| HostError { entry: entry.as_ref().to_owned() })
        });
        Ok(Self { hosts: hosts.collect::<Result<_, _>>()? })
    }

    /// Whether the URL may be fetched as far as its host goes.
    #[must_use]
    pub fn contains(&self, url: &Url) -> bool {
        self.check(url).is_ok()
    }

    /// Like [`contains`](Self::contains), with the reason.
    ///
    /// # Errors
    ///
    /// Why the URL is out of scope.
    pub fn check(&self, url: &Url) -> Result<(), OutOfScope> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutOfScope::Scheme(url.scheme().to_owned()));
        }
        let within = match url.host() {
            Some(Host::Domain(name)) => self.hosts.iter().any(|host| is_within(without_dot(name), host)),
            Some(Host::Ipv4(address)) => self.hosts.contains(&Host::Ipv4(address)),
            Some(Host::Ipv6(address)) => self.hosts.contains(&Host::Ipv6(address)),
            None => false,
        };
        if within { Ok(()) } else { Err(OutOfScope::Host(url.host_str().unwrap_or_default().to_owned())) }
    }
}

/// A host as the URL standard reads it; IPv6 with or without its brackets.
pub(super) fn host_of(entry: &str) -> Option<Host> {
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Some(match address {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        });
    }
    match Host::parse(entry).ok()? {
        Host::Domain(name) => {
            let name = without_dot(&name);
            (!name.is_empty()).then(|| Host::Domain(name.to_owned()))
        }
        address => Some(address),
    }
}

pub(super) fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn is_within(name: &str, host: &Host) -> bool {
    let Host::Domain(domain) = host else { return false };
    name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(hosts: &[&str], url: &str) -> bool {
        Scope::new(hosts).unwrap().contains(&Url::parse(url).unwrap())
    }

    #[test]
    fn names_include_sub_domains_and_any_port() {
        let hosts = ["Example.com", "Bücher.example"];
        for url in [
            "https://example.com/",
            "http://www.EXAMPLE.com:8080/a",
            "https://a.b.example.com./",
            "https://xn--bcher-kva.example/",
        ] {
            assert!(within(&hosts, url), "{url}");
        }
        for url in [
            "https://notexample.com/",
            "https://example.com.evil.example/",
            "https://com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https://example.org/",
            "data:text/html,x",
            "https://example.com@evil.example/",
        ] {
            assert!(!within(&hosts, url), "{url}");
        }
    }

    #[test]
    fn addresses_match_in_any_spelling() {
        assert!(within(&["127.0.0.1"], "http://127.1:8080/"));
        assert!(within(&["::1"], "http://[::1]:1/") && within(&["[::1]"], "http://[0:0::1]/"));
        assert!(!within(&["0.0.1"], "http://127.0.0.1/"), "an address has no sub-domains");
        assert!(!within(&["127.0.0.1"], "http://x.127.0.0.1.example/"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for entry in ["https://example.com", "example.com/a", "example.com:80", "", ".", "a b"] {
            let error = Scope::new([entry]).unwrap_err();
            assert!(error.to_string().contains("without scheme"), "{entry}");
        }
    }

    #[test]
    fn the_reason_is_said() {
        let scope = Scope::new(["example.com"]).unwrap();
        let reason = scope.check(&Url::parse("https://example.org/").unwrap()).unwrap_err();
        assert_eq!(reason.to_string(), "example.org is not among the profile's hosts");
    }
}
