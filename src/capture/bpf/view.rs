//! What an expression sees of a packet.
//!
//! `port 80` of libpcap finds nothing in a tagged Ethernet frame, and `not port 80` finds everything there.
//! People mean the packet, so VLAN tags (IEEE 802.1Q, 802.1ad) of Ethernet and of Linux cooked captures, version
//! 1, are taken off before an expression sees it, whatever they are and however many; an expression with the word
//! `vlan` sees them, as in libpcap. The header of loopback captures holds an address family whose numbers and
//! byte order are those of another machine, so that libpcap misses packets of captures from elsewhere: the
//! expression sees the IP packet behind it.

use super::super::LinkType;

/// 0-based position of the EtherType in an Ethernet header, in bytes.
const ETHERNET_TYPE: usize = 12;
/// 0-based position of the protocol in a Linux cooked header, first version, in bytes.
const COOKED_TYPE: usize = 14;
/// Length of the loopback header, in bytes.
const FAMILY_LEN: usize = 4;
/// Length of a VLAN tag in bytes, EtherType included.
const TAG_LEN: usize = 4;

/// How expressions look at packets of one link type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Angle {
    /// All bytes are seen.
    Plain(LinkType),
    /// VLAN tags from this position on are taken off.
    Untagged(LinkType, usize),
    /// Raw IP is seen, behind this many bytes.
    Behind(usize),
}

impl Angle {
    pub(super) fn new(link: LinkType, expression: &str) -> Self {
        match link {
            LinkType::NULL | LinkType::LOOP => Self::Behind(FAMILY_LEN),
            LinkType::ETHERNET if !says_vlan(expression) => Self::Untagged(link, ETHERNET_TYPE),
            LinkType::LINUX_SLL if !says_vlan(expression) => Self::Untagged(link, COOKED_TYPE),
            link => Self::Plain(link),
        }
    }

    /// The link type that expressions are compiled for.
    pub(super) const fn link(self) -> LinkType {
        match self {
            Self::Plain(link) | Self::Untagged(link, _) => link,
            Self::Behind(_) => LinkType::RAW,
        }
    }

    /// What an expression sees of a packet.
    pub(super) fn of(self, data: &[u8]) -> View<'_> {
        let (hole, hole_len) = match self {
            Self::Plain(_) => (0, 0),
            Self::Untagged(_, at) => (at, tags_len(data, at)),
            Self::Behind(len) => (0, len),
        };
        View { data, hole, hole_len }
    }
}

/// Whether an expression has the word `vlan`.
pub(super) fn says_vlan(expression: &str) -> bool {
    // A name such as vlan-gateway.example is one word.
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || "-_.:\\".contains(c);
    expression.split(|c: char| !is_of_word(c)).any(|word| word == "vlan")
}

/// Length of the VLAN tags at `at`, in bytes.
fn tags_len(data: &[u8], at: usize) -> usize {
    let rest = data.get(at..).unwrap_or_default();
    let is_tag = |tag: &&[u8]| matches!(tag, [0x81, 0, ..] | [0x88, 0xa8, ..] | [0x91 | 0x92, 0, ..]);
    rest.chunks_exact(TAG_LEN).take_while(is_tag).count() * TAG_LEN
}

/// Bytes of a packet, some of them left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    data: &'a [u8],
    hole: usize,
    hole_len: usize,
}

impl View<'_> {
    /// `N` bytes from position `at` on, if they were all captured.
    #[inline]
    pub(super) fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let end = at.checked_add(N)?;
        if end <= self.hole {
            return self.data.get(at..)?.first_chunk().copied();
        }
        if at >= self.hole {
            return self.data.get(at.checked_add(self.hole_len)?..)?.first_chunk().copied();
        }
        let mut bytes = [0; N];
        for (byte, at) in bytes.iter_mut().zip(at..end) {
            *byte = *self.data.get(if at < self.hole { at } else { at.checked_add(self.hole_len)? })?;
        }
        Some(bytes)
    }
}
