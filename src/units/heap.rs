//! What memory costs beside the bytes that are put in it.
//!
//! Out: what an allocation takes. Caps count that, not what was asked for: of one byte it is thirty times as much. Not
//! responsible for what an allocator keeps for itself.

/// Memory that an allocation of `len` bytes takes from the system's allocator, in bytes; none if there is no need for
/// one.
#[must_use]
pub const fn allocated(len: usize) -> usize {
    // A word before the bytes, all in steps of two words, and at least four words: as the GNU C library does it, of the
    // usual ones the one that takes most.
    const WORD: usize = size_of::<usize>();
    match len {
        0 => 0,
        1..=24 => 4 * WORD,
        _ => len.saturating_add(WORD).next_multiple_of(2 * WORD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_allocations_cost_more_than_they_hold() {
        assert_eq!([0, 1, 24, 25, 40, 41, 1000].map(allocated), [0, 32, 32, 48, 48, 64, 1008]);
    }
}
