//! One captured packet.
//!
//! Out: [`Packet`], lent by whoever read it. Not responsible for what it holds.

use super::LinkType;
use crate::units::Timestamp;

/// One captured packet, borrowed from the reader until the next one is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Number of the packet, 1-based over all captures of the run, as Wireshark counts.
    pub number: u64,
    /// Time at which the packet was captured.
    pub time: Timestamp,
    /// Link type of the packet: how `data` starts.
    pub link: LinkType,
    /// 0-based index into [`CaptureFacts::interfaces`](super::CaptureFacts::interfaces).
    pub interface: usize,
    /// Length on the wire in bytes, as the capture says. Larger than `data.len()` where the packet was snapped; some
    /// writers claim less than they captured, which is passed on as it is.
    pub len: u32,
    /// Bytes of the frame check sequence that the packet ends with, as the capture says; part of `len`, and of `data`
    /// unless the packet was snapped. 0 if there is none or nothing is said.
    pub fcs_len: u8,
    /// The captured bytes of the packet.
    pub data: &'a [u8],
}
