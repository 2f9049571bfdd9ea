//! Sequence numbers become positions.
//!
//! In: raw 32-bit sequence and acknowledgement numbers (RFC 9293 section 3.4). Out: [`Position`]s, which never wrap.
//! Invariant: nothing past this file compares raw numbers, so streams of any length and any initial number are the
//! same case. Not responsible for where a stream starts: a position is not yet an offset.

use std::num::NonZero;

/// A place in the sequence space of one direction, 64 bits wide. Differences count bytes; the absolute value means
/// nothing.
pub(super) type Position = u64;

/// A position that may be unknown as an `Option`, which takes no room of its own, as no position is 0.
pub(super) type Known = NonZero<Position>;

/// Position of the first known sequence number: far enough from 0 that earlier ones, of segments captured
/// out of order, have positions too.
const ANCHOR: Position = 1 << 62;

/// The sequence space of one direction, pinned at one raw number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sequence {
    anchor: u32,
}

impl Sequence {
    /// The sequence space in which `raw` is the first known number.
    pub(super) const fn pinned_at(raw: u32) -> Self {
        Self { anchor: raw }
    }

    /// The position of the number that the space is pinned at.
    pub(super) const fn first(self) -> Position {
        ANCHOR
    }

    /// The position of `raw` that is nearest to `near`. True numbers are at most 2^30 bytes away, the largest window
    /// (RFC 7323 section 2.3); 2^31 is what 32 bits can tell.
    pub(super) fn position(self, raw: u32, near: Position) -> Position {
        let distance = raw.wrapping_sub(self.raw(near)).cast_signed();
        near.saturating_add_signed(distance.into())
    }

    fn raw(self, position: Position) -> u32 {
        let [a, b, c, d, ..] = position.wrapping_sub(ANCHOR).to_le_bytes();
        self.anchor.wrapping_add(u32::from_le_bytes([a, b, c, d]))
    }
}

/// Splits `bytes` after `len`, or at their end if they are shorter.
pub(super) fn split(bytes: &[u8], len: u64) -> (&[u8], &[u8]) {
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    bytes.split_at_checked(len).unwrap_or((bytes, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_astride_the_wrap_are_neighbours() {
        let sequence = Sequence::pinned_at(u32::MAX);
        assert_eq!(sequence.position(0, sequence.first()), sequence.first() + 1);
        assert_eq!(sequence.position(u32::MAX - 1, sequence.first()), sequence.first() - 1);
    }

    proptest! {
        #[test]
        fn a_position_is_found_again_past_any_number_of_wraps(
            anchor: u32,
            near in 0..1u64 << 40,
            distance in -(1i64 << 31)..1i64 << 31,
        ) {
            let sequence = Sequence::pinned_at(anchor);
            let near = sequence.first() + near;
            let position = near.saturating_add_signed(distance);
            prop_assert_eq!(sequence.position(sequence.raw(position), near), position);
        }
    }
}
