//! The hosts that a profile may claim.

use std::net::IpAddr;

use url::Host;

use crate::profile::compile::Compiler;
use crate::profile::node::Node;
use crate::profile::show::quoted;

pub(super) fn hosts(cx: &mut Compiler<'_>, node: &Node) -> Vec<String> {
    if node.is_list() && node.items().is_empty() {
        cx.reject(node, "a profile without hosts", "write the site's name: `hosts: [example.com]`");
    }
    node.each().iter().filter_map(|item| host(cx, item)).collect()
}

fn host(cx: &mut Compiler<'_>, node: &Node) -> Option<String> {
    let text = node.text()?;
    let bare = text.trim_start_matches("https://").trim_start_matches("http://");
    let bare = bare.split('/').next().unwrap_or(bare);
    if bare != text {
        cx.reject(node, format!("{} is a URL, not a host", quoted(text)), format!("write `{bare}`"));
        return None;
    }
    if let Some(name) = text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
        cx.reject(node, "sub-domains are included anyway", format!("write `{name}`"));
        return None;
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    if let Some((name, port)) =
        text.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()))
    {
        let help = format!("write `{name}`");
        cx.reject(node, format!("a host has no port (`:{port}`): any port of it is meant"), help);
        return None;
    }
    match Host::parse(text) {
        Ok(Host::Ipv4(address)) => Some(address.to_string()),
        Ok(Host::Ipv6(address)) => Some(address.to_string()),
        Ok(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_owned();
            if is_public_suffix(&name) {
                let message = format!("{} is a public suffix: everybody's sites are below it", quoted(&name));
                cx.reject(node, message, format!("write the site's own name, such as `example.{name}`"));
                return None;
            }
            Some(name)
        }
        Err(error) => {
            cx.reject(
                node,
                format!("{} is no host name: {error}", quoted(text)),
                "write one such as `example.com`",
            );
            None
        }
    }
}

/// Whether a name is in the Public Suffix List (publicsuffix.org) itself. A name of one label that the list does not
/// know belongs to somebody's own network.
fn is_public_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix == name && suffix.is_known())
}

/// Whether a host is somebody's own, so that no stranger is troubled by a crawl of it.
pub(super) fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, ..] = address.octets();
            let shared = a == 100 && (64..128).contains(&b); // RFC 6598
            address.is_loopback() || address.is_private() || address.is_link_local() || shared
        }
        Ok(IpAddr::V6(address)) => {
            let mapped = address.to_ipv4_mapped().is_some_and(|address| is_private(&address.to_string()));
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local() || mapped
        }
        Err(_) => {
            let suffix = host.rsplit('.').next().unwrap_or(host);
            // RFC 6761, RFC 6762, and the name that ICANN keeps free.
            matches!(suffix, "localhost" | "test" | "local" | "internal" | "invalid") || !host.contains('.')
        }
    }
}

/// Whether a name is one of the hosts or below one.
pub(super) fn covers(hosts: &[String], name: &str) -> bool {
    hosts.iter().any(|host| {
        name == host
            || name.strip_suffix(host.as_str()).is_some_and(|rest| rest.ends_with('.') && !rest.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_suffixes_are_known() {
        for name in ["com", "co.kr", "github.io"] {
            assert!(is_public_suffix(name), "{name}");
        }
        for name in ["example.com", "koreatimes.co.kr", "localhost", "intranet"] {
            assert!(!is_public_suffix(name), "{name}");
        }
    }

    #[test]
    fn sub_domains_are_covered_and_look_alikes_are_not() {
        let hosts = ["example.com".to_owned()];
        assert!(covers(&hosts, "example.com") && covers(&hosts, "www.example.com"));
        assert!(!covers(&hosts, "badexample.com") && !covers(&hosts, "example.com.evil.net"));
    }

    #[test]
    fn addresses_are_told_apart() {
        assert!(
            is_private("127.0.0.1")
                && is_private("::1")
                && is_private("100.64.1.1")
                && is_private("localhost")
        );
        assert!(!is_private("8.8.8.8") && !is_private("example.com"));
    }
}
