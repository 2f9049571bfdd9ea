//! Tunnels in IP: packets that carry packets.

mod geneve;
mod gre;
mod gtp;
pub(super) mod mpls;
mod udp;
mod vxlan;

use super::VlanPath;
use super::header_kind::HeaderKind;
use super::layer::Layer;
use super::protocol::not_tcp;
use super::unread::Unread;
use etherparse::{IpNumber, ip_number};

/// Decodes the tunnel header that what an IP packet carries starts with: IP in IP (RFC 2003, RFC 2473, RFC 4213), MPLS
/// in IP (RFC 4023), and those with a file of their own.
pub(super) fn decode(protocol: IpNumber, packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, Unread> {
    match protocol {
        ip_number::IPV4 | ip_number::IPV6 => Ok(HeaderKind::Ip),
        ip_number::GRE => gre::decode(packet, vlan),
        ip_number::MPLS_IN_IP => mpls::decode(packet),
        ip_number::UDP => udp::decode(packet, vlan),
        other => Err(not_tcp(other)),
    }
}
