//! Addresses that begin with the same bits.

use std::net::IpAddr;

/// An IPv4 or IPv6 network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    addr: IpAddr,
    prefix_len: u8,
}

impl Network {
    /// The addresses of which the first `prefix_len` bits are those of `addr`; none if it has fewer.
    #[must_use]
    pub fn new(addr: IpAddr, prefix_len: u8) -> Option<Self> {
        (prefix_len <= Self::bits(addr)).then_some(Self { addr, prefix_len })
    }

    /// The address, if there is only one.
    #[must_use]
    pub fn single(self) -> Option<IpAddr> {
        (self.prefix_len == Self::bits(self.addr)).then_some(self.addr)
    }

    /// Length of an address like `addr` in bits: 32 or 128.
    #[must_use]
    pub const fn bits(addr: IpAddr) -> u8 {
        if addr.is_ipv4() { 32 } else { 128 }
    }

    /// Whether `addr` is in the network.
    #[must_use]
    pub fn contains(self, addr: IpAddr) -> bool {
        let different = match (self.addr, addr) {
            (IpAddr::V4(own), IpAddr::V4(other)) => u128::from(own.to_bits() ^ other.to_bits()),
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() ^ other.to_bits(),
            _ => return false,
        };
        different.checked_shr((Self::bits(addr) - self.prefix_len).into()).unwrap_or(0) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(addr: &str, prefix_len: u8) -> Network {
        Network::new(addr.parse().unwrap(), prefix_len).unwrap()
    }

    #[test]
    fn a_network_contains_the_addresses_that_begin_like_it() {
        let cases = [
            ("10.1.2.3", 8, "10.255.0.1", true),
            ("10.1.2.3", 8, "11.1.2.3", false),
            ("10.1.2.3", 32, "10.1.2.3", true),
            ("10.1.2.3", 32, "10.1.2.2", false),
            ("10.1.2.3", 0, "192.168.0.1", true),
            ("10.1.2.3", 0, "::1", false),
            ("2001:db8::", 32, "2001:db8:ffff::1", true),
            ("2001:db8::", 33, "2001:db8:ffff::1", false),
            ("::1", 128, "::1", true),
            ("::", 0, "2001:db8::1", true),
        ];
        for (own, prefix_len, other, expected) in cases {
            assert_eq!(
                network(own, prefix_len).contains(other.parse().unwrap()),
                expected,
                "{own}/{prefix_len} {other}"
            );
        }
        assert_eq!(Network::new("10.0.0.0".parse().unwrap(), 33), None);
        assert_eq!(Network::new("::".parse().unwrap(), 129), None);
    }
}
