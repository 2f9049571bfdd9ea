//! What the length field of a layout means.
//!
//! Out: [`Length`]: how the length of a frame comes from the value of the field. Not responsible for reading that.

/// How the length of a frame follows from the value of its length field:
/// `(value & mask) * unit + adjust`, plus what is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) mask: u64,
    pub(super) unit: u64,
    pub(super) adjust: i64,
    pub(super) counts: Counts,
}

/// What the length counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Counts {
    /// The payload; with an inner length, payload and tail.
    #[default]
    Payload,
    /// Everything after the length field.
    Rest,
    /// The whole frame, the length field and what is before it included.
    Frame,
}

/// The bits of `mask` that are 0 in every value up to `largest`.
pub(super) fn spare_bits(mask: u64, largest: u64) -> u32 {
    mask.checked_shr(largest.max(1).ilog2()).unwrap_or(0).count_ones()
}

/// All bits of a field of `width` bytes.
pub(super) fn mask_of(width: usize) -> u64 {
    u64::MAX >> (64 - 8 * width.clamp(1, 8))
}
