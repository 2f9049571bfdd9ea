//! Where something comes from.
//!
//! Out: [`Origin`]: number and time of a packet, and what its sender had when it sent it ([`Acked`]).

use super::{StreamOffset, Timestamp};

/// The packet that brought something: its 1-based number, as Wireshark counts, and its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// 1-based packet number over all captures of the run.
    pub packet: u64,
    /// Capture time of the packet.
    pub time: Timestamp,
    /// What the packet's sender had of the other direction.
    pub acked: Acked,
}

/// How much of the other direction the sender of a segment had when it sent it, as its acknowledgment number says (RFC
/// 9293 section 3.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acked(u64);

impl Acked {
    /// Nothing is known: no acknowledgment, or the start of the other direction is not settled.
    pub const UNKNOWN: Self = Self(u64::MAX);
    const NOT_CAPTURED: u64 = 1 << 63;

    /// The sender had everything before `offset`, all of which `is_captured` or not.
    #[must_use]
    pub const fn up_to(offset: StreamOffset, is_captured: bool) -> Self {
        Self(offset.0 & !Self::NOT_CAPTURED | if is_captured { 0 } else { Self::NOT_CAPTURED })
    }

    /// Position in the other direction before which the sender had everything, if that is known.
    #[must_use]
    pub fn offset(self) -> Option<StreamOffset> {
        (self != Self::UNKNOWN).then_some(StreamOffset(self.0 & !Self::NOT_CAPTURED))
    }

    /// Whether the sender is known to have had bytes that were not captured before.
    #[must_use]
    pub fn has_missing(self) -> bool {
        self != Self::UNKNOWN && self.0 & Self::NOT_CAPTURED != 0
    }
}

impl Default for Acked {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl std::fmt::Debug for Acked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Acked").field(&self.offset().map(|offset| offset.0)).field(&self.has_missing()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgment_says_how_far_and_whether_that_was_captured() {
        assert_eq!(Acked::default().offset(), None);
        assert!(!Acked::default().has_missing());
        for is_captured in [false, true] {
            let acked = Acked::up_to(StreamOffset(7), is_captured);
            assert_eq!((acked.offset(), acked.has_missing()), (Some(StreamOffset(7)), !is_captured));
        }
    }
}
