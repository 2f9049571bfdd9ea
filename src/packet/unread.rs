//! Why a packet gave no segment.

use super::detail::Detail;
use std::fmt;

/// Why a packet gave no segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UnreadReason {
    /// The packet's link type is none of those that are read.
    UnknownLinkType,
    /// The packet carries something else than IP: ARP, LLDP, a tunnel that is not read.
    NotIp,
    /// The packet is IP, but not TCP.
    NotTcp,
    /// A fragment of an IP packet of which other fragments were not captured, or came too late.
    IpFragmentIncomplete,
    /// An IP fragment that differs from earlier ones of the same bytes; those were kept.
    IpFragmentOverlap,
    /// An IP fragment of which all bytes came before.
    IpFragmentDuplicate,
    /// An IP fragment that no packet can have: past 64 KiB, past the last one, empty, or of a length that is no
    /// multiple of 8 though more follow.
    BadIpFragment,
    /// An IP fragment that was given up because too many packets waited for their fragments.
    IpFragmentEvicted,
    /// An IP fragment that was given up because those that waited took too much memory.
    IpFragmentMemory,
    /// An IEEE 802.11 frame that is encrypted.
    WlanEncrypted,
    /// A fragment of an IEEE 802.11 frame.
    WlanFragment,
    /// An IEEE 802.11 frame that holds several packets.
    WlanAggregate,
    /// An IEEE 802.11 frame that was received damaged.
    WlanDamaged,
    /// The packet has more headers in each other than are followed.
    NestedTooDeep,
    /// The snap length cut the packet before the end of what is needed of its headers.
    HeadersSnapped,
    /// The packet ends in its link-layer header though nothing was cut off, or that header contradicts itself.
    BadLinkHeader,
    /// A tunnel header contradicts itself or the packet.
    BadTunnelHeader,
    /// An IP header contradicts itself or the packet.
    BadIpHeader,
    /// The TCP header contradicts itself or the packet.
    BadTcpHeader,
}

impl UnreadReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [Self; 19] = [
        Self::UnknownLinkType,
        Self::NotIp,
        Self::NotTcp,
        Self::IpFragmentIncomplete,
        Self::IpFragmentOverlap,
        Self::IpFragmentDuplicate,
        Self::BadIpFragment,
        Self::IpFragmentEvicted,
        Self::IpFragmentMemory,
        Self::WlanEncrypted,
        Self::WlanFragment,
        Self::WlanAggregate,
        Self::WlanDamaged,
        Self::NestedTooDeep,
        Self::HeadersSnapped,
        Self::BadLinkHeader,
        Self::BadTunnelHeader,
        Self::BadIpHeader,
        Self::BadTcpHeader,
    ];

    /// Name of the reason in reports, which does not change.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownLinkType => "unknown-link-type",
            Self::NotIp => "not-ip",
            Self::NotTcp => "not-tcp",
            Self::IpFragmentIncomplete => "ip-fragment-incomplete",
            Self::IpFragmentOverlap => "ip-fragment-overlap",
            Self::IpFragmentDuplicate => "ip-fragment-duplicate",
            Self::BadIpFragment => "bad-ip-fragment",
            Self::IpFragmentEvicted => "ip-fragment-evicted",
            Self::IpFragmentMemory => "ip-fragment-memory",
            Self::WlanEncrypted => "wlan-encrypted",
            Self::WlanFragment => "wlan-fragment",
            Self::WlanAggregate => "wlan-aggregate",
            Self::WlanDamaged => "wlan-damaged",
            Self::NestedTooDeep => "nested-too-deep",
            Self::HeadersSnapped => "headers-snapped",
            Self::BadLinkHeader => "bad-link-header",
            Self::BadTunnelHeader => "bad-tunnel-header",
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

/// Why a packet is not read, and what in it, where that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) reason: UnreadReason,
    pub(super) detail: Option<Detail>,
}

impl Unread {
    pub(super) fn of(reason: UnreadReason, detail: Detail) -> Self {
        Self { reason, detail: Some(detail) }
    }
}

impl From<UnreadReason> for Unread {
    fn from(reason: UnreadReason) -> Self {
        Self { reason, detail: None }
    }
}
