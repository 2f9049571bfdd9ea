//! Link layers: what a packet starts with, and what may follow it in any of them.

mod cooked;
pub(super) mod ether_type;
pub(super) mod ethernet;
mod hdlc;
pub(super) mod llc;
mod loopback;
mod nflog;
pub(super) mod ppp;
mod pppoe;
mod radiotap;
mod wlan;

use super::UnreadReason;
use super::detail::Detail;
use super::header_kind::HeaderKind;
use super::layer::Layer;
use super::unread::Unread;
use crate::capture::LinkType;

/// Decodes the link-layer header of a packet, and leaves what follows the header.
pub(super) fn decode(link: LinkType, packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    match link {
        LinkType::ETHERNET => Ok(HeaderKind::Ethernet),
        LinkType::NULL | LinkType::LOOP => loopback::decode(packet),
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => Ok(HeaderKind::Ip),
        LinkType::LINUX_SLL => cooked::decode_v1(packet),
        LinkType::LINUX_SLL2 => cooked::decode_v2(packet),
        LinkType::PPP => ppp::decode_framed(packet),
        LinkType::PPP_HDLC => hdlc::decode(packet),
        LinkType::PPP_PPPD | LinkType::PPP_WITH_DIR => ppp::decode_directed(packet),
        LinkType::PPP_ETHER => pppoe::decode(packet),
        LinkType::C_HDLC => hdlc::decode_cisco(packet),
        LinkType::IEEE802_11 => wlan::decode(packet, wlan::Padding::No),
        LinkType::IEEE802_11_RADIOTAP => radiotap::decode(packet),
        LinkType::NFLOG => nflog::decode(packet),
        _ => Err(Unread::of(UnreadReason::UnknownLinkType, Detail::Link(link))),
    }
}
