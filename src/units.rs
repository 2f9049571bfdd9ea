//! The words that every stage shares: time, offset in a stream, direction, endpoint, origin.
//!
//! Nothing here knows a format, a protocol or another module.

use std::fmt;
use std::net::IpAddr;

/// A moment of packet time: nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
///
/// Time always comes from packets, never from the wall clock, so a file gives the same report every time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `ns` nanoseconds after the epoch.
    #[must_use]
    pub const fn from_ns(ns: i64) -> Self {
        Self(ns)
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// Nanoseconds from `earlier` to `self`; negative if the capture's clock went back. Saturates.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same moment as jiff's type, for calendars and time zones.
    #[must_use]
    pub fn civil(self) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// RFC 3339 in UTC with nanoseconds: `2025-08-07T22:53:52.581782000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.9}", self.civil())
    }
}

/// A position in one direction of a connection: bytes since the first byte after the SYN, or since the first
/// captured byte where the capture starts in mid-stream. Never wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamOffset(pub u64);

impl StreamOffset {
    /// The position `len` bytes further on. Saturates.
    #[must_use]
    pub const fn plus(self, len: u64) -> Self {
        Self(self.0.saturating_add(len))
    }

    /// Bytes from `earlier` to `self`, 0 if `earlier` is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for StreamOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which way bytes of a connection flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the side that opened the connection.
    ClientToServer,
    /// From the side that was listening.
    ServerToClient,
}

impl Direction {
    /// Both directions, in the order of [`Direction::index`].
    pub const BOTH: [Self; 2] = [Self::ClientToServer, Self::ServerToClient];

    /// 0 for client to server, 1 for server to client.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The other direction.
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::ClientToServer => Self::ServerToClient,
            Self::ServerToClient => Self::ClientToServer,
        }
    }

    /// `client->server` or `server->client`, as in every report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientToServer => "client->server",
            Self::ServerToClient => "server->client",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One end of a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// IPv4 or IPv6 address.
    pub addr: IpAddr,
    /// TCP port.
    pub port: u16,
}

/// `127.0.0.1:8001` or `[::1]:8001`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.addr {
            IpAddr::V4(addr) => write!(f, "{addr}:{}", self.port),
            IpAddr::V6(addr) => write!(f, "[{addr}]:{}", self.port),
        }
    }
}

/// The packet that brought something: its 1-based number, as Wireshark counts, and its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// 1-based packet number over all captures of the run.
    pub packet: u64,
    /// Capture time of that packet.
    pub time: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_printed_as_rfc_3339_with_nanoseconds() {
        let time = Timestamp::from_ns(1_754_607_232_581_782_000);
        assert_eq!(time.to_string(), "2025-08-07T22:53:52.581782000Z");
        assert_eq!(Timestamp::from_ns(-1).to_string(), "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn an_ipv6_endpoint_has_brackets() {
        let endpoint = Endpoint { addr: IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), port: 80 };
        assert_eq!(endpoint.to_string(), "[::1]:80");
    }

    #[test]
    fn a_direction_reversed_twice_is_itself() {
        for direction in Direction::BOTH {
            assert_eq!(direction.reverse().reverse(), direction);
            assert_eq!(Direction::BOTH[direction.index()], direction);
        }
    }
}
