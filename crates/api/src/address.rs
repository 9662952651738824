//! Where a request comes from: the peer, or what trusted proxies say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::HeaderMap;
use quarterdeck_domain::networks::Network;

/// Whether `peer` looks like a proxy that nobody named as trusted: then everybody behind it has its address.
#[must_use]
pub fn is_unnamed_proxy(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> bool {
    let is_near = match peer.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_loopback(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_loopback(),
    };
    is_near && headers.contains_key("x-forwarded-for") && !trusted.iter().any(|network| network.contains(peer))
}

/// The client's address: the peer, or the last address in `X-Forwarded-For` that is no trusted proxy.
#[must_use]
pub fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut address = unmapped(peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if trusted.is_empty() || !is_trusted(address) {
        return address;
    }
    let values: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    for part in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        let Some(hop) = hop(part.trim()) else { break };
        address = unmapped(hop);
        if !is_trusted(address) {
            break;
        }
    }
    address
}

/// An address with or without port, `[::1]:80`, `10.0.0.1:80`.
fn hop(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    text.parse()
        .ok()
        .or_else(|| bare?.parse::<Ipv6Addr>().ok().map(IpAddr::V6))
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
}

fn unmapped(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn client_of(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_str(forwarded).unwrap());
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client(Some(peer.parse().unwrap()), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(client_of("192.0.2.1", "203.0.113.9", &[]), "192.0.2.1");
        assert_eq!(client_of("192.0.2.1", "203.0.113.9", &["10.0.0.0/8"]), "192.0.2.1");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_counts() {
        assert_eq!(client_of("10.0.0.1", "198.51.100.7, 203.0.113.9, 10.1.2.3", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(client_of("::1", "[2001:db8::7]:4711", &["::1/128"]), "2001:db8::7");
        assert_eq!(client_of("10.0.0.1", "garbage", &["10.0.0.1"]), "10.0.0.1");
    }

    #[test]
    fn proxies_that_nobody_named() {
        let mut headers = HeaderMap::new();
        let (near, far) = ("10.0.0.1".parse().unwrap(), "198.51.100.7".parse().unwrap());
        assert!(!is_unnamed_proxy(near, &headers, &[]));
        headers.insert(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("203.0.113.9"));
        assert!(is_unnamed_proxy(near, &headers, &[]) && !is_unnamed_proxy(far, &headers, &[]));
        assert!(!is_unnamed_proxy(near, &headers, &["10.0.0.0/8".parse().unwrap()]));
    }
}
