//! Networks of addresses, in CIDR notation (RFC 4632, RFC 4291).

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A network: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    length: u32,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network, as 10.0.0.0/8 or ::1")]
pub struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| InvalidNetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let digits = |text: &&str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let parse = |text: &str| Some(text.trim()).filter(digits).and_then(|text| text.parse().ok());
        let length: u32 = length.map_or(Ok(width), |length| parse(length).ok_or(InvalidNetwork))?;
        if length > width {
            return Err(InvalidNetwork);
        }
        let network = Self { address, length };
        // As routers write it: without the bits of a host.
        let bits = bits(address) & network.mask();
        let address = match address {
            IpAddr::V4(_) => IpAddr::V6(bits.into()).to_canonical(),
            IpAddr::V6(_) => IpAddr::V6(bits.into()),
        };
        Ok(Self { address, length })
    }
}

impl Network {
    /// Whether the network has `address`; an IPv4 address in the form of IPv6 is the same one.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask() == bits(self.address)
    }

    fn mask(self) -> u128 {
        let offset = if self.address.is_ipv4() { 96 } else { 0 };
        u128::MAX.checked_shl(128 - (self.length + offset)).unwrap_or(0)
    }
}

/// IPv4 as mapped IPv6 (RFC 4291, section 2.5.5.2), so that both compare in one way.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_are_in_or_out() {
        let all = network("0.0.0.0/0");
        assert!(all.contains("198.51.100.7".parse().unwrap()) && !all.contains("2001:db8::1".parse().unwrap()));
        let ten = network("10.0.0.0/8");
        assert!(ten.contains("::ffff:10.1.2.3".parse().unwrap()) && !ten.contains("11.0.0.1".parse().unwrap()));
        assert!(network("::/0").contains("10.1.2.3".parse().unwrap()));
    }

    #[test]
    fn a_network_is_written_without_the_bits_of_a_host() {
        let written = ["10.1.2.3/8", "192.0.2.7", "2001:db8::7/32", "::1"].map(|text| network(text).to_string());
        assert_eq!(written, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128"]);
        for wrong in ["10.0.0.0/33", "::/129", "ten", "10.0.0.0/x", "10.0.0.0/+8", ""] {
            assert_eq!(wrong.parse::<Network>(), Err(InvalidNetwork), "{wrong}");
        }
    }
}
