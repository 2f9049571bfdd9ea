//! When something came, as one connection counts.

use crate::units::Origin;

/// A packet as one connection counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrival {
    pub(super) origin: Origin,
    /// Segments of the connection so far, both directions, this one included.
    pub(super) segments: u64,
}
