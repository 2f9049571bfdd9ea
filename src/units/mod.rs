//! The words that every stage shares: time, offset in a stream, direction, endpoint, origin.
//!
//! Nothing here knows a format, a protocol or another module.

mod direction;
mod endpoint;
mod offset;
mod origin;
mod time;

pub use direction::{Both, Direction};
pub use endpoint::Endpoint;
pub use offset::StreamOffset;
pub use origin::Origin;
pub use time::Timestamp;
