//! One end of a connection, and how it is written.
//!
//! Out: [`Endpoint`]. Not responsible for which end opened the connection.

use std::fmt;
use std::net::IpAddr;

/// One end of a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// IPv4 or IPv6 address.
    pub addr: IpAddr,
    /// TCP port.
    pub port: u16,
}

/// Writes `127.0.0.1:8001` or `[::1]:8001`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.addr {
            IpAddr::V4(addr) => write!(f, "{addr}:{}", self.port),
            IpAddr::V6(addr) => write!(f, "[{addr}]:{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_endpoint_has_brackets() {
        let endpoint = Endpoint { addr: IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), port: 80 };
        assert_eq!(endpoint.to_string(), "[::1]:80");
    }
}
