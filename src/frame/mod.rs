//! Ordered bytes become frames.
//!
//! In: the chunks and gaps of one direction, and a layout. Out, through [`FrameSink`]: complete
//! frames, and every byte that is in none, with the reason. Invariant: framed, skipped, prologue and tail bytes
//! add up to the delivered bytes; no frame holds a byte that was not captured. Knows no TCP.

pub mod fit;
mod habit;
pub mod layout;
mod probe;
mod sink;
pub mod splitter;
mod whole;

pub use habit::Habit;
pub use layout::{Checksum, Layout};
pub use probe::Probe;
pub use sink::{Frame, FrameSink, SkipReason, Skipped};
pub use splitter::{FrameBuffer, Ledger, Splitter};
pub use whole::split;
