//! Link types: how the bytes of a packet start, and what people call that.

use std::borrow::Cow;
use std::fmt;

/// A link type as registered by the tcpdump group (`LINKTYPE_*`, <https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u32);

impl LinkType {
    /// BSD loopback: a 4-byte address family in the byte order of the capturing host, then IP.
    pub const NULL: Self = Self(0);
    /// IEEE 802.3.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with or without HDLC address and control.
    pub const PPP: Self = Self(9);
    /// Raw IP as OpenBSD's `DLT_RAW` is found in files; the registry says 101.
    pub const RAW_12: Self = Self(12);
    /// Raw IP as `DLT_RAW` of the other systems is found in files; the registry says 101.
    pub const RAW_14: Self = Self(14);
    /// PPP in HDLC-like framing, or what Cisco's framing carries.
    pub const PPP_HDLC: Self = Self(50);
    /// PPP over Ethernet, without the Ethernet header.
    pub const PPP_ETHER: Self = Self(51);
    /// IPv4 or IPv6, told apart by the version.
    pub const RAW: Self = Self(101);
    /// Cisco's HDLC.
    pub const C_HDLC: Self = Self(104);
    /// IEEE 802.11.
    pub const IEEE802_11: Self = Self(105);
    /// OpenBSD loopback: as [`LinkType::NULL`], in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux `any` device, 16-byte header.
    pub const LINUX_SLL: Self = Self(113);
    /// IEEE 802.11 after what the receiver says of it.
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    /// PPP with its direction in place of the HDLC address, as the Linux PPP daemon records it.
    pub const PPP_PPPD: Self = Self(166);
    /// PPP after its direction.
    pub const PPP_WITH_DIR: Self = Self(204);
    /// IPv4.
    pub const IPV4: Self = Self(228);
    /// IPv6.
    pub const IPV6: Self = Self(229);
    /// What the Linux firewall logs.
    pub const NFLOG: Self = Self(239);
    /// Linux `any` device, 20-byte header.
    pub const LINUX_SLL2: Self = Self(276);

    /// Usual name of the link type, or `link type 123`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::NULL => "NULL/Loopback".into(),
            Self::ETHERNET => "Ethernet".into(),
            Self::RAW | Self::RAW_12 | Self::RAW_14 => "Raw IP".into(),
            Self::PPP => "PPP".into(),
            Self::PPP_HDLC => "PPP over HDLC".into(),
            Self::PPP_ETHER => "PPP over Ethernet".into(),
            Self::C_HDLC => "Cisco HDLC".into(),
            Self::IEEE802_11 => "802.11".into(),
            Self::LOOP => "OpenBSD loopback".into(),
            Self::LINUX_SLL => "Linux cooked v1".into(),
            Self::IEEE802_11_RADIOTAP => "802.11 with radiotap".into(),
            Self::PPP_PPPD | Self::PPP_WITH_DIR => "PPP with direction".into(),
            Self::IPV4 => "Raw IPv4".into(),
            Self::IPV6 => "Raw IPv6".into(),
            Self::NFLOG => "Linux nflog".into(),
            Self::LINUX_SLL2 => "Linux cooked v2".into(),
            Self(number) => format!("link type {number}").into(),
        }
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_type_without_a_name_shows_its_number() {
        assert_eq!(LinkType::ETHERNET.name(), "Ethernet");
        assert_eq!(LinkType(147).to_string(), "link type 147");
    }
}
