//! Capture files and standard input become packets.
//!
//! In: paths, or `-` for standard input; pcap and pcapng, plain or compressed with gzip or zstd. Out: [`Packet`]s in
//! time order, borrowed from the reader, and [`CaptureFacts`]. Invariant: whatever the bytes, every packet before the
//! first damage is delivered, and the damage is a [`Problem`], not an error. Not responsible for what a packet holds.

mod bpf;
mod compression;
mod error;
mod facts;
mod gzip;
mod link_type;
#[cfg(feature = "live")]
pub mod live;
mod log;
mod merge;
mod open;
mod order;
mod pcap;
mod pcapng;
mod progress;
mod reader;
pub mod save;
mod signature;
#[cfg(test)]
mod tests;
mod text;
mod window;
mod zstandard;

pub use bpf::{BpfError, BpfExpression, BpfFilter};
pub use error::{OpenCause, OpenError};
pub use facts::{CaptureFacts, FileFacts, FileFormat, InterfaceFacts, InterfaceStatistics, Problem};
pub use link_type::LinkType;
pub use merge::Captures;
pub use open::open;
pub use progress::Progress;
pub use text::{About, Comment, WrittenBy};

use crate::units::Timestamp;

/// One captured packet, borrowed from the reader until the next one is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// 1-based, over all captures of the run, as Wireshark counts.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// How `data` starts.
    pub link: LinkType,
    /// 0-based index into [`CaptureFacts::interfaces`].
    pub interface: usize,
    /// Length on the wire in bytes, as the capture says. Larger than `data.len()` where the packet was snapped; some
    /// writers claim less than they captured, which is passed on as it is.
    pub len: u32,
    /// Bytes of the frame check sequence that the packet ends with, as the capture says; part of `len`, and of `data`
    /// unless the packet was snapped. 0 if there is none or nothing is said.
    pub fcs_len: u8,
    /// The captured bytes.
    pub data: &'a [u8],
}

/// What a source says next.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A packet.
    Packet(Packet<'a>),
    /// All packets up to this time were given. A live source says so while nothing comes, so that what waits for a time
    /// need not wait for a packet too. Files never do: their time is that of their packets.
    Time(Timestamp),
    /// The capture lost packets somewhere between the packets with these numbers.
    Lost {
        /// The last packet that was given before the loss; 0 for none.
        after: u64,
        /// The last packet that was given until now.
        upto: u64,
    },
}

/// Where packets come from.
pub trait PacketSource {
    /// What comes next, packets in time order, or `None` at the end. Damage ends the file that it is in and is told by
    /// [`PacketSource::facts`].
    fn next_input(&mut self) -> Option<Input<'_>>;

    /// What is known of the captures so far; complete once [`PacketSource::next_input`] gave `None`.
    fn facts(&self) -> &CaptureFacts;
}
