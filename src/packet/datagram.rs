//! What is inside IP.

use super::layer::Layer;
use etherparse::{IpNumber, Ipv4HeaderSlice, Ipv6HeaderSlice};
use std::net::IpAddr;

/// What an IP packet carries, or a part of that, and between whom it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) between: Addresses<'a>,
    /// Of a part, and in IPv6, only the first one says for sure.
    pub(super) protocol: IpNumber,
    /// Where the part is in the datagram, if it is not all of it.
    pub(super) place: Option<Place>,
    pub(super) payload: Layer<'a>,
}

/// Where a fragment is in its datagram (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The same in all fragments of a datagram.
    pub(super) id: u32,
    /// Where the fragment begins, in bytes. A multiple of 8.
    pub(super) offset: usize,
    /// More of the datagram follows.
    pub(super) more: bool,
}

/// Source and destination as they are in the packet: they are wanted only once it is known to lead to TCP.
#[derive(Clone, Copy, Debug)]
pub(super) enum Addresses<'a> {
    V4(Ipv4HeaderSlice<'a>),
    V6(Ipv6HeaderSlice<'a>),
}

impl Addresses<'_> {
    pub(super) fn source(self) -> IpAddr {
        match self {
            Self::V4(header) => IpAddr::V4(header.source_addr()),
            Self::V6(header) => IpAddr::V6(header.source_addr()),
        }
    }

    pub(super) fn destination(self) -> IpAddr {
        match self {
            Self::V4(header) => IpAddr::V4(header.destination_addr()),
            Self::V6(header) => IpAddr::V6(header.destination_addr()),
        }
    }
}
