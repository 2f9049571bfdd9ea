//! The words that every stage shares: time and how it passes, offset in a stream, direction, endpoint, origin, and what
//! a stream consists of.
//!
//! Nothing here knows a format, a protocol or another module.

mod clock;
mod direction;
mod endpoint;
mod heap;
mod offset;
mod origin;
mod piece;
mod time;

pub use clock::{Clock, Elapsed};
pub use direction::{Both, Direction};
pub use endpoint::Endpoint;
pub use heap::allocated;
pub use offset::StreamOffset;
pub use origin::{Acked, Origin};
pub use piece::{Chunk, Gap, GapReason};
pub use time::Timestamp;
