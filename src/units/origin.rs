//! Where something comes from.
//!
//! Out: [`Origin`]: number and time of a packet.

use super::Timestamp;

/// The packet that brought something: its 1-based number, as Wireshark counts, and its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// 1-based packet number over all captures of the run.
    pub packet: u64,
    /// Capture time of the packet.
    pub time: Timestamp,
}
