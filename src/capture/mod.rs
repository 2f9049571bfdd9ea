//! Capture files and standard input become packets.
//!
//! In: paths, or `-` for standard input; pcap and pcapng, plain or compressed with gzip or zstd. Out: [`Packet`]s in
//! time order, borrowed from the reader, and [`CaptureFacts`]. Invariant: whatever the bytes, every packet before the
//! first damage is delivered, and the damage is a [`Problem`], not an error. Not responsible for what a packet holds.

mod bpf;
mod compression;
mod course;
mod error;
mod facts;
mod gzip;
mod input;
mod link_type;
#[cfg(feature = "live")]
pub mod live;
mod log;
mod merge;
mod named;
mod open;
mod order;
mod packet;
mod pcap;
mod pcapng;
mod progress;
mod reader;
mod record;
pub mod save;
mod signature;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod window;
mod zstandard;
mod zstd_windows;

pub use bpf::{BpfError, BpfExpression, BpfFilter};
pub use error::{OpenCause, OpenError};
pub use facts::{CaptureFacts, FileFacts, FileFormat, InterfaceFacts, InterfaceStatistics, Problem};
pub use link_type::LinkType;
pub use merge::Captures;
pub use named::CaptureSource;
pub use open::{open, open_all};
pub use packet::Packet;
pub use progress::Progress;
pub use source::{Input, PacketSource};
pub use text::{About, Comment, WrittenBy};
