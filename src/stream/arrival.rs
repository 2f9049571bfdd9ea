//! When something came, as one connection counts.
//!
//! In: packets. Out: which packet it was, and how far its connection and the clock of all had come by then. Not
//! responsible for what that decides.

use crate::units::{Elapsed, Origin};

/// A packet as one connection counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrival {
    pub(super) origin: Origin,
    pub(super) moment: Moment,
}

/// A moment in the life of a connection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moment {
    /// Segments of the connection so far, both directions, the one at hand included.
    pub(super) segments: u64,
    /// What the clock of the stage shows.
    pub(super) at: Elapsed,
}
