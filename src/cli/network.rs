//! A host or a network as it is typed.

use crate::pipeline::Network;
use std::net::IpAddr;

/// Reads an address or a network: `10.0.0.1`, `10.0.0.0/8`, `::1`, `2001:db8::/32`.
pub(super) fn network(text: &str) -> Result<Network, String> {
    let (addr, prefix_len) = match text.split_once('/') {
        Some((addr, prefix_len)) => (addr, Some(prefix_len)),
        None => (text, None),
    };
    let addr: IpAddr = addr.parse().map_err(|_| "expected an IPv4 or IPv6 address, or a network such as 10.0.0.0/8")?;
    let bits = Network::bits(addr);
    let prefix_len = prefix_len.map_or(Ok(bits), str::parse).ok();
    prefix_len
        .and_then(|prefix_len| Network::new(addr, prefix_len))
        .ok_or_else(|| format!("expected the number of leading bits after the slash, from 0 to {bits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_addresses_or_networks() {
        assert_eq!(network("10.0.0.1"), network("10.0.0.1/32"));
        assert_eq!(network("::1"), network("::1/128"));
        for text in ["", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "::/129", "::/-1", "host", "10.0.0.1:80"] {
            assert!(network(text).is_err(), "{text}");
        }
    }
}
