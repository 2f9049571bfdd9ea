//! Why a packet gave no segment.

use std::fmt;

/// Why a packet gave no segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadReason {
    /// Its link type is none of those that are read.
    UnknownLinkType,
    /// It carries something else than IP: ARP, LLDP, a tunnel.
    NotIp,
    /// It is IP, but not TCP.
    NotTcp,
    /// It is a fragment of a TCP packet.
    IpFragment,
    /// The snap length cut it before the end of the TCP header.
    HeadersSnapped,
    /// It ends in its link-layer header though nothing was cut off, or has more VLAN tags than are followed.
    BadLinkHeader,
    /// Its IP header contradicts itself or the packet.
    BadIpHeader,
    /// Its TCP header contradicts itself or the packet.
    BadTcpHeader,
}

impl UnreadReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::UnknownLinkType,
        Self::NotIp,
        Self::NotTcp,
        Self::IpFragment,
        Self::HeadersSnapped,
        Self::BadLinkHeader,
        Self::BadIpHeader,
        Self::BadTcpHeader,
    ];

    /// Its name in reports, which does not change.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownLinkType => "unknown-link-type",
            Self::NotIp => "not-ip",
            Self::NotTcp => "not-tcp",
            Self::IpFragment => "ip-fragment",
            Self::HeadersSnapped => "headers-snapped",
            Self::BadLinkHeader => "bad-link-header",
            Self::BadIpHeader => "bad-ip-header",
            Self::BadTcpHeader => "bad-tcp-header",
        }
    }
}

impl fmt::Display for UnreadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
