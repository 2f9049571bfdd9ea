//! The VLAN tags of a packet as one number.

/// VLAN tags of a packet, outermost first; part of a connection's identity. `0` is no tag; each tag is 12 bits.
///
/// Tag 0 is a priority without a VLAN (IEEE 802.1Q), so it leaves no trace when it is outermost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanPath(pub u64);

impl VlanPath {
    /// Tags that fit.
    pub const MAX_TAGS: usize = 5;

    /// With `tag` inside the others. At most [`VlanPath::MAX_TAGS`] times.
    #[must_use]
    pub const fn with(self, tag: u16) -> Self {
        Self(self.0 << 12 | (tag & 0xfff) as u64)
    }

    /// The tags, outermost first.
    pub fn tags(self) -> impl Iterator<Item = u16> {
        let tags = (0..Self::MAX_TAGS).rev().map(move |index| (self.0 >> (index * 12) & 0xfff) as u16);
        tags.skip_while(|tag| *tag == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back_outermost_first() {
        let path = VlanPath::default().with(100).with(0).with(0xffff);
        assert_eq!(path.tags().collect::<Vec<_>>(), [100, 0, 0xfff]);
        assert_eq!(VlanPath::default().tags().count(), 0);
        assert_eq!((1..=5).fold(VlanPath::default(), VlanPath::with).tags().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}
