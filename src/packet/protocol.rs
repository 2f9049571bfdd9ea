//! The protocols in IP that may lead to TCP.
//!
//! In: the number that an IP header gives. Out: the same, or that there is no TCP. Not responsible for reading any of
//! them.

use super::UnreadReason;
use super::detail::Detail;
use super::unread::Unread;
use etherparse::{IpNumber, ip_number};

/// Lets `protocol` pass if it may lead to TCP.
#[inline]
pub(super) fn readable(protocol: IpNumber) -> Result<IpNumber, Unread> {
    match protocol {
        ip_number::TCP
        | ip_number::UDP
        | ip_number::GRE
        | ip_number::IPV4
        | ip_number::IPV6
        | ip_number::MPLS_IN_IP
        | ip_number::AUTH
        | ip_number::IPV6_HOP_BY_HOP
        | ip_number::IPV6_ROUTE
        | ip_number::IPV6_FRAG
        | ip_number::IPV6_DEST_OPTIONS => Ok(protocol),
        _ => Err(not_tcp(protocol)),
    }
}

/// The reason for a packet with `protocol` in place of TCP.
pub(super) fn not_tcp(protocol: IpNumber) -> Unread {
    Unread::of(UnreadReason::NotTcp, Detail::Protocol(protocol))
}
