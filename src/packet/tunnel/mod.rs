//! Tunnels in IP: packets that carry packets.

mod geneve;
mod gre;
mod gtp;
pub(super) mod mpls;
mod udp;
mod vxlan;

use super::detail::Detail;
use super::layer::Layer;
use super::trail::Kind;
use super::unread::Unread;
use super::{UnreadReason, VlanPath};
use etherparse::{IpNumber, ip_number};

/// `protocol`, if it is one that may lead to TCP.
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

/// Decodes the tunnel header that what an IP packet carries starts with: IP in IP (RFC 2003, RFC 2473, RFC 4213), MPLS in
/// IP (RFC 4023), and those with a file of their own.
pub(super) fn decode(protocol: IpNumber, packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<Kind, Unread> {
    match protocol {
        ip_number::IPV4 | ip_number::IPV6 => Ok(Kind::Ip),
        ip_number::GRE => gre::decode(packet, vlan),
        ip_number::MPLS_IN_IP => mpls::decode(packet),
        ip_number::UDP => udp::decode(packet, vlan),
        other => Err(not_tcp(other)),
    }
}

fn not_tcp(protocol: IpNumber) -> Unread {
    Unread::of(UnreadReason::NotTcp, Detail::Protocol(protocol))
}
