//! A number for which fields a payload has at its top level, and in which order.

use super::fields::walk;

/// Multiplier that mixes the digest: that of Knuth's linear congruential generator MMIX, odd, with bits all over.
const MULTIPLIER: u64 = 6_364_136_223_846_793_005;

/// A digest of the numbers and wire types of the top-level fields of a payload, neighbours that are alike counted once:
/// of at most its first 1,024 fields, up to bytes that do not read as one.
///
/// Equal on every run, as what is said of a capture must be. It can be made to be that of other fields.
#[must_use]
pub fn digest(payload: &[u8]) -> u64 {
    let mut digest = Digest::default();
    walk(payload, |field, _| digest.add(field.tag));
    digest.sum()
}

/// A digest that grows field by field.
#[derive(Clone, Copy, Default)]
pub(super) struct Digest {
    sum: u64,
    tag_before: u32,
}

impl Digest {
    /// Takes the next field into the digest.
    #[inline(always)]
    pub(super) fn add(&mut self, tag: u32) {
        // No jump here: whether neighbours are alike is what no processor foresees.
        let mixed = (self.sum.rotate_left(23) ^ (u64::from(tag) + 1)).wrapping_mul(MULTIPLIER);
        self.sum = if tag == self.tag_before { self.sum } else { mixed };
        self.tag_before = tag;
    }

    pub(super) fn sum(self) -> u64 {
        self.sum
    }
}
