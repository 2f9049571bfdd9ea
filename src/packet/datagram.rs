//! What is inside IP.

use super::layer::Layer;
use etherparse::{IpNumber, Ipv4HeaderSlice, Ipv6HeaderSlice};
use std::net::IpAddr;

/// What an IP packet carries, or a part of that, and between whom it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) between: Addresses<'a>,
    /// Protocol of the content. Of fragments in IPv6 only the first one says it for sure.
    pub(super) protocol: IpNumber,
    /// Place of the part in the datagram, if it is not the whole of it.
    pub(super) place: Option<Place>,
    pub(super) payload: Layer<'a>,
}

/// Where a fragment is in its datagram (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Identification, which all fragments of a datagram share.
    pub(super) id: u32,
    /// Offset of the fragment in the datagram, in bytes; a multiple of 8.
    pub(super) offset: usize,
    /// Whether more of the datagram follows.
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
