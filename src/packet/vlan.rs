//! The virtual networks that a packet went through, as a small value.

use crate::limits;

/// VLAN tags of a packet, and the tunnels that it was in: part of a connection's identity.
///
/// The identifiers that are the same in both directions count: tags, the network identifiers of VXLAN and GENEVE, the
/// key of GRE. MPLS labels and the tunnel endpoints of GTP differ by direction, so that they leave no trace. Tag 0 is a
/// priority without a VLAN (IEEE 802.1Q), which leaves none either where it is outermost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanPath {
    /// The innermost tags, 12 bits each, the last one lowest.
    tags: u64,
    /// A digest of the tunnels and of the tags that `tags` has no place for; 0 if there are none.
    tunnels: u64,
}

/// A kind of tunnel with an identifier.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tunnel {
    Gre = 1,
    Vxlan,
    Geneve,
}

impl VlanPath {
    const TAG_BITS: usize = 12;

    /// This path with `tag` inside all others.
    #[must_use]
    pub const fn with(self, tag: u16) -> Self {
        let outermost = self.tags >> ((limits::VLAN_TAGS - 1) * Self::TAG_BITS);
        let tunnels = if outermost == 0 { self.tunnels } else { mix(self.tunnels, outermost) };
        let tags = (self.tags << Self::TAG_BITS | (tag & 0xfff) as u64) & !(!0 << (limits::VLAN_TAGS * Self::TAG_BITS));
        Self { tags, tunnels }
    }

    /// This path with a tunnel inside the tags and tunnels so far.
    pub(super) const fn inside(self, tunnel: Tunnel, id: u32) -> Self {
        let tunnels = mix(mix(self.tunnels, self.tags), (tunnel as u64) << 32 | id as u64);
        Self { tags: self.tags, tunnels }
    }

    /// The VLAN tags, outermost first.
    pub fn tags(self) -> impl Iterator<Item = u16> {
        let tags =
            (0..limits::VLAN_TAGS).rev().map(move |index| (self.tags >> (index * Self::TAG_BITS) & 0xfff) as u16);
        tags.skip_while(|tag| *tag == 0)
    }

    /// A digest of the path, which differs, but for a chance of 1 in 2^64, if the tags or tunnels do.
    #[must_use]
    pub const fn digest(self) -> u64 {
        if self.tunnels == 0 { self.tags } else { mix(self.tunnels, self.tags) }
    }
}

/// Mixes `value` into `digest` by one step of SplitMix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", 2014).
const fn mix(digest: u64, value: u64) -> u64 {
    let mut bits = (digest.rotate_left(32) ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tags_come_back_outermost_first() {
        let path = VlanPath::default().with(100).with(0).with(0xffff);
        assert_eq!(path.tags().collect::<Vec<_>>(), [100, 0, 0xfff]);
        assert_eq!(VlanPath::default().tags().count(), 0);
        assert_eq!((1..=5).fold(VlanPath::default(), VlanPath::with).tags().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn tags_that_have_no_place_still_make_a_difference() {
        let path = |first| (2..=6).fold(VlanPath::default().with(first), VlanPath::with);
        assert_eq!(path(1).tags().collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_ne!(path(1), path(7));
        assert_eq!(path(1), path(1));
    }

    #[test]
    fn tunnels_differ_by_kind_identifier_and_place() {
        let plain = VlanPath::default();
        let paths = [
            plain,
            plain.inside(Tunnel::Vxlan, 0),
            plain.inside(Tunnel::Vxlan, 5),
            plain.inside(Tunnel::Geneve, 5),
            plain.inside(Tunnel::Gre, 5),
            plain.inside(Tunnel::Vxlan, 5).inside(Tunnel::Geneve, 6),
            plain.inside(Tunnel::Geneve, 6).inside(Tunnel::Vxlan, 5),
            plain.with(5),
            plain.with(7).inside(Tunnel::Vxlan, 5),
            plain.inside(Tunnel::Vxlan, 5).with(7),
        ];
        assert_eq!(BTreeSet::from(paths).len(), paths.len());
        assert_eq!(BTreeSet::from(paths.map(VlanPath::digest)).len(), paths.len());
        assert_eq!(paths[8].tags().collect::<Vec<_>>(), [7]);
    }
}
