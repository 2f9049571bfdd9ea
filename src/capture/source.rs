//! Where packets come from: files, interfaces, and whatever else gives them.
//!
//! Out: [`PacketSource`], which the stages after this one read from, and [`Input`], what it gives.

use super::{CaptureFacts, Packet};
use crate::units::Timestamp;

/// What a source says next.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The next packet.
    Packet(Packet<'a>),
    /// All packets up to this time were given. A live source says so while nothing comes, so that what waits for a time
    /// need not wait for a packet too. Files never do: their time is that of their packets.
    Time(Timestamp),
    /// The capture lost packets somewhere between the packets with these numbers.
    Lost {
        /// Number of the last packet that was given before the loss; 0 for none.
        after: u64,
        /// Number of the last packet that was given until now.
        upto: u64,
    },
}

/// Where packets come from.
pub trait PacketSource {
    /// The next input, packets in time order, or `None` at the end. Damage ends the file that it is in and is
    /// told by [`PacketSource::facts`].
    fn next_input(&mut self) -> Option<Input<'_>>;

    /// The facts of the captures so far; complete once [`PacketSource::next_input`] gave `None`.
    fn facts(&self) -> &CaptureFacts;
}
