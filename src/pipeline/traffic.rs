//! Which packets are followed at all.
//!
//! In: packets, then their segments. Out: whether they go on; those that do not are counted. Unlike [`Filter`](super::Filter) this works before
//! anything is put together, so what is left out takes no part: not in numbers of connections, not in pairs.

use crate::capture::{BpfError, BpfExpression, BpfFilter, LinkType, Packet};
use crate::packet::Segment;
use crate::units::Timestamp;
use std::net::IpAddr;

/// Nanoseconds of a day in UTC, which packet time has without leap seconds.
const DAY_NS: i64 = 86_400_000_000_000;

/// Chooses packets: every kind that is given must hold, and of one kind any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The packet as it was captured is selected by this expression. All else is judged by what is inside its tunnels.
    pub expression: Option<BpfExpression>,
    /// Either side is in one of these networks.
    pub hosts: Vec<Network>,
    /// Either side is on one of these TCP ports.
    pub ports: Vec<u16>,
    /// Not before this time.
    pub from: Option<Moment>,
    /// Not after this time.
    pub to: Option<Moment>,
}

/// Addresses that begin with the same bits.
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

    /// Length of an address like `addr`: 32 or 128.
    #[must_use]
    pub const fn bits(addr: IpAddr) -> u8 {
        if addr.is_ipv4() { 32 } else { 128 }
    }

    /// Whether `addr` is one of them.
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

/// A moment, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// That time.
    At(Timestamp),
    /// Nanoseconds after midnight (UTC) before the first packet.
    OfDay(i64),
    /// Nanoseconds after the first packet.
    After(i64),
}

impl Moment {
    /// The time that is meant in a capture that begins at `first`. Saturates.
    fn resolve(self, first: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::OfDay(ns) => {
                Timestamp::from_ns(first.ns().saturating_sub(first.ns().rem_euclid(DAY_NS)).saturating_add(ns))
            }
            Self::After(ns) => Timestamp::from_ns(first.ns().saturating_add(ns)),
        }
    }
}

/// Lets packets and segments pass, and counts the others.
#[derive(Debug)]
pub(super) struct Gate<'s> {
    traffic: &'s Traffic,
    expression: Option<BpfFilter>,
    /// First and last time, once the first packet is known.
    span: Option<[Timestamp; 2]>,
    pub filtered: u64,
}

impl<'s> Gate<'s> {
    pub(super) fn new(traffic: &'s Traffic) -> Self {
        let expression = traffic.expression.clone().map(BpfFilter::new);
        Self { traffic, expression, span: None, filtered: 0 }
    }

    /// Whether a packet is decoded. The time of the first one tells what the moments are.
    pub(super) fn lets_in(&mut self, packet: &Packet<'_>) -> bool {
        let resolve = |moment: Option<Moment>, first, open| {
            moment.map_or(Timestamp::from_ns(open), |moment: Moment| moment.resolve(first))
        };
        let Traffic { from, to, .. } = *self.traffic;
        self.span.get_or_insert_with(|| [resolve(from, packet.time, i64::MIN), resolve(to, packet.time, i64::MAX)]);
        let selected = self.expression.as_mut().is_none_or(|expression| expression.selects(packet));
        self.filtered += u64::from(!selected);
        selected
    }

    /// Link types that the expression means nothing for, why, and how many packets were left out for it.
    pub(super) fn refused(&self) -> impl Iterator<Item = (LinkType, &BpfError, u64)> {
        self.expression.iter().flat_map(BpfFilter::refused)
    }

    /// Whether a segment is followed.
    pub(super) fn admits(&mut self, segment: &Segment<'_>) -> bool {
        let Traffic { hosts, ports, .. } = self.traffic;
        let ends = [segment.source, segment.destination];
        let admitted = self.span.is_none_or(|[from, to]| (from..=to).contains(&segment.origin.time))
            && (ports.is_empty() || ends.iter().any(|end| ports.contains(&end.port)))
            && (hosts.is_empty() || ends.iter().any(|end| hosts.iter().any(|network| network.contains(end.addr))));
        self.filtered += u64::from(!admitted);
        admitted
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

    #[test]
    fn moments_are_told_by_the_first_packet() {
        let first = Timestamp::from_ns(3 * DAY_NS + 500);
        assert_eq!(Moment::At(Timestamp::from_ns(7)).resolve(first), Timestamp::from_ns(7));
        assert_eq!(Moment::OfDay(8).resolve(first), Timestamp::from_ns(3 * DAY_NS + 8));
        assert_eq!(Moment::After(8).resolve(first), Timestamp::from_ns(3 * DAY_NS + 508));
        assert_eq!(Moment::OfDay(8).resolve(Timestamp::from_ns(-1)), Timestamp::from_ns(8 - DAY_NS));
        assert_eq!(Moment::After(i64::MAX).resolve(first), Timestamp::from_ns(i64::MAX));
        assert_eq!(Moment::OfDay(0).resolve(Timestamp::from_ns(i64::MAX)).ns() % DAY_NS, 0);
    }
}
