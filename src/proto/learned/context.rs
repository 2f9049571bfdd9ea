//! What surrounds a payload: the time of its packet and the ends of its connection.

use crate::units::{Endpoint, Timestamp};
use std::net::IpAddr;

/// What numbers in a payload are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Time of the packet that completed the payload.
    pub time: Timestamp,
    /// Endpoints of the connection: client and server.
    pub ends: [Endpoint; 2],
}

/// Ticks of a second in each unit in which Unix time is counted.
pub(super) const UNITS: [u64; 4] = [1, 1_000, 1_000_000, 1_000_000_000];

/// How far a time in a payload may be from the time of its packet, in nanoseconds: a day, for clocks that are wrong and
/// moments that are past or to come. Of all 32-bit numbers one in 25,000 is that near in seconds.
const NEAR_NS: u64 = 86_400_000_000_000;

impl Context {
    /// For each unit, how far `value` is from the packet's time in nanoseconds, if it is near.
    pub(super) fn near(&self, value: u64) -> [Option<u64>; 4] {
        UNITS.map(|per_second| {
            let ns = i64::try_from(value.checked_mul(1_000_000_000 / per_second)?).ok()?;
            Some(ns.abs_diff(self.time.ns())).filter(|distance| *distance <= NEAR_NS)
        })
    }

    /// Whether `value` is a port of the connection.
    pub(super) fn is_port(&self, value: u64) -> bool {
        self.ends.iter().any(|end| u64::from(end.port) == value)
    }

    /// Whether `value` is an IPv4 address of the connection, in either order of its bytes.
    pub(super) fn is_address(&self, value: u64) -> bool {
        self.ends.iter().any(|end| match end.addr {
            IpAddr::V4(addr) => {
                let bits = addr.to_bits();
                u64::from(bits) == value || u64::from(bits.swap_bytes()) == value
            }
            IpAddr::V6(_) => false,
        })
    }

    /// Whether `content` is an address of the connection in network order.
    pub(super) fn is_address_bytes(&self, content: &[u8]) -> bool {
        self.ends.iter().any(|end| match end.addr {
            IpAddr::V4(addr) => content == addr.octets(),
            IpAddr::V6(addr) => content == addr.octets(),
        })
    }
}
