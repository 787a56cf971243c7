use std::net::IpAddr;

use thiserror::Error;
use url::Host;

use super::address::{embedded_v4, is_in, is_public_address};
use super::hosts::{host_of, without_dot};

/// What `--allow-private HOST|CIDR` opens of the addresses that are not public. Nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    names: Vec<String>,
    networks: Vec<Network>,
}

/// A value of `--allow-private` that is neither.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{value}` is neither a host nor a network such as 10.0.0.0/8")]
pub struct OpenError {
    /// As written.
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    length: u32,
}

impl Opened {
    /// Takes hosts (that name alone, without sub-domains; or an address) and networks.
    ///
    /// # Errors
    ///
    /// The first value that is neither.
    pub fn new<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Result<Self, OpenError> {
        let mut opened = Self::default();
        for value in values {
            let value = value.as_ref();
            opened.open(value).ok_or_else(|| OpenError { value: value.to_owned() })?;
        }
        Ok(opened)
    }

    /// Whether a connection to `address`, which the name or address `host` of a URL led to, may be made.
    #[must_use]
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        let address = unmapped(address);
        is_public_address(address)
            || self.networks.iter().any(|network| network.contains(address))
            || self.names.iter().any(|name| name == without_dot(host))
    }

    fn open(&mut self, value: &str) -> Option<()> {
        if let Some((address, length)) = value.split_once('/') {
            let network = Network { address: unmapped(address.parse().ok()?), length: length.parse().ok()? };
            let fits = network.length <= network.width();
            self.networks.extend(fits.then_some(network));
            return fits.then_some(());
        }
        match host_of(value)? {
            Host::Domain(name) => self.names.push(name),
            Host::Ipv4(address) => self.networks.push(Network { address: address.into(), length: 32 }),
            Host::Ipv6(address) => {
                let address = unmapped(address.into());
                let length = if address.is_ipv4() { 32 } else { 128 };
                self.networks.push(Network { address, length });
            }
        }
        Some(())
    }
}

impl Network {
    fn width(self) -> u32 {
        if self.address.is_ipv4() { 32 } else { 128 }
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                is_in(address.to_bits().into(), network.to_bits().into(), self.length, 32)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                is_in(address.to_bits(), network.to_bits(), self.length, 128)
            }
            _ => false,
        }
    }
}

/// IPv4 written into IPv6 in any way is IPv4.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(inner) => embedded_v4(inner).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_open_by_default() {
        let opened = Opened::default();
        assert!(opened.permits("example.com", "8.8.8.8".parse().unwrap()));
        assert!(!opened.permits("example.com", "10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn networks_addresses_and_names_open() {
        let opened = Opened::new(["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8", "Intranet.example"]).unwrap();
        for (host, address) in [
            ("a.example", "10.9.8.7"),
            ("a.example", "::ffff:10.9.8.7"),
            ("localhost", "127.0.0.1"),
            ("localhost", "::1"),
            ("a.example", "fd12::1"),
            ("intranet.example", "192.168.0.1"),
        ] {
            assert!(opened.permits(host, address.parse().unwrap()), "{host} {address}");
        }
        for (host, address) in [
            ("a.example", "192.168.0.1"),
            ("x.intranet.example", "192.168.0.1"),
            ("localhost", "127.0.0.2"),
            ("a.example", "fe80::1"),
        ] {
            assert!(!opened.permits(host, address.parse().unwrap()), "{host} {address}");
        }
    }

    #[test]
    fn a_faulty_value_is_named() {
        for value in ["10.0.0.0/33", "x/8", "http://a", "10.0.0.0/", ""] {
            assert_eq!(Opened::new([value]).unwrap_err().value, value);
        }
        assert!(Opened::new(["0.0.0.0/0"]).unwrap().permits("a", "10.0.0.1".parse().unwrap()));
    }
}
