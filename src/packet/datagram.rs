//! What is inside IP.

use super::layer::Layer;
use etherparse::IpNumber;
use std::net::IpAddr;

/// What an IP packet turned out to hold.
pub(super) enum Carried<'a> {
    Datagram(Datagram<'a>),
    Fragment(Fragment<'a>),
}

/// What an IP packet carries, and between whom it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
    pub(super) payload: Layer<'a>,
}

/// A part of a datagram (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    /// The part. Of IPv6, only the first one says for sure which protocol the datagram has.
    pub(super) part: Datagram<'a>,
    /// The same in all fragments of a datagram.
    pub(super) id: u32,
    /// Where the part begins, in bytes. A multiple of 8.
    pub(super) offset: usize,
    /// More of the datagram follows.
    pub(super) more: bool,
}
