//! Where requests may go that people can aim: which addresses count as outside.

use std::net::IpAddr;

use crate::networks::Network;

/// Nobody's service: this network, link-local addresses (the metadata of cloud machines among them), multicast, what is
/// reserved, and addresses that stand for others.
const NEVER: [&str; 16] = [
    "0.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "64:ff9b::/96",
    "2001::/23",
    "2002::/16",
    "fd00:ec2::254/128",
    "fe80::/10",
    "ff00::/8",
];
/// Inside of the operator's own networks.
const LOCAL: [&str; 8] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "::1/128",
    "fc00::/7",
];

/// Whether a request may go to `address`, with or without leave for private networks.
#[must_use]
pub fn is_allowed(address: IpAddr, allow_local: bool) -> bool {
    let address = address.to_canonical();
    let is_in = |networks: &[&str]| {
        networks.iter().filter_map(|text| text.parse::<Network>().ok()).any(|network| network.contains(address))
    };
    !is_in(&NEVER) && (allow_local || !is_in(&LOCAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_need_leave_and_some_are_never_reached() {
        let is = |text: &str, allow_local| is_allowed(text.parse().unwrap(), allow_local);
        for public in ["1.1.1.1", "104.18.7.192", "172.32.0.1", "2606:4700::6812:7c0", "::ffff:1.1.1.1"] {
            assert!(is(public, false) && is(public, true), "{public}");
        }
        for local in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.100.100.200",
            "::1",
            "fd12::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
        ] {
            assert!(!is(local, false) && is(local, true), "{local}");
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(!is(never, false) && !is(never, true), "{never}");
        }
    }

    #[test]
    fn the_networks_are_networks() {
        assert!(NEVER.iter().chain(&LOCAL).all(|text| text.parse::<Network>().is_ok()));
    }
}
