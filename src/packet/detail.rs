//! The names of what is not read.

use crate::capture::LinkType;
use etherparse::IpNumber;
use std::fmt;

/// What a header announced that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// The link type of the packet.
    Link(LinkType),
    /// An EtherType (IEEE 802 numbers of IANA).
    EtherType(u16),
    /// The service access point that an IEEE 802.2 packet goes to.
    Llc(u8),
    /// A PPP protocol (PPP numbers of IANA).
    Ppp(u16),
    /// An address family of the system that captured.
    Family(u32),
    /// The kind of an IEEE 802.11 frame: type in the upper half, subtype in the lower one.
    Wlan(u8),
    /// An IP protocol (protocol numbers of IANA).
    Protocol(IpNumber),
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::Link(link) => return link.fmt(f),
            Self::Protocol(protocol) => protocol.keyword_str(),
            Self::EtherType(number) => ether_type(number),
            Self::Llc(0x42) => Some("spanning tree"),
            Self::Llc(0xe0 | 0xff) => Some("IPX"),
            Self::Llc(0xf0) => Some("NetBIOS"),
            Self::Llc(0xfe) => Some("OSI"),
            Self::Ppp(number) => ppp(number),
            Self::Wlan(kind) => wlan(kind >> 4),
            Self::Llc(_) | Self::Family(_) => None,
        };
        if let Some(name) = name {
            return f.pad(name);
        }
        match *self {
            Self::Link(_) => Ok(()),
            Self::EtherType(number) => write!(f, "EtherType 0x{number:04x}"),
            Self::Llc(number) => write!(f, "LLC 0x{number:02x}"),
            Self::Ppp(number) => write!(f, "PPP 0x{number:04x}"),
            Self::Family(number) => write!(f, "address family {number}"),
            Self::Wlan(kind) => write!(f, "802.11 0x{kind:02x}"),
            Self::Protocol(number) => write!(f, "IP protocol {}", number.0),
        }
    }
}

fn ether_type(number: u16) -> Option<&'static str> {
    Some(match number {
        0x0806 => "ARP",
        0x0842 => "Wake-on-LAN",
        0x22eb => "ERSPAN III",
        0x8035 => "RARP",
        0x8137 => "IPX",
        0x8809 => "LACP",
        0x8847 | 0x8848 => "MPLS",
        0x8863 => "PPPoE discovery",
        0x888e => "EAPOL",
        0x8892 => "PROFINET",
        0x88a4 => "EtherCAT",
        0x88b8 => "GOOSE",
        0x88ba => "IEC 61850 sampled values",
        0x88cc => "LLDP",
        0x88e5 => "MACsec",
        0x88e7 => "PBB",
        0x88f7 => "PTP",
        0x894f => "NSH",
        0x8902 => "CFM",
        0x8906 => "FCoE",
        0x9000 => "loopback test",
        _ => return None,
    })
}

fn ppp(number: u16) -> Option<&'static str> {
    Some(match number {
        0x002d | 0x002f => "PPP with compressed TCP",
        0x003d => "PPP multilink",
        0x00fd => "PPP compressed or encrypted",
        0x8021 => "PPP IPCP",
        0x8057 => "PPP IPV6CP",
        0x80fd => "PPP CCP",
        0xc021 => "PPP LCP",
        0xc023 => "PPP PAP",
        0xc223 => "PPP CHAP",
        _ => return None,
    })
}

fn wlan(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "802.11 management",
        1 => "802.11 control",
        2 => "802.11 without data",
        _ => return None,
    })
}
