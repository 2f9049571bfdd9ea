//! Packets from interfaces, by libpcap.
//!
//! In: names of interfaces, and a [BPF expression](https://www.tcpdump.org/manpages/pcap-filter.7.html) that the kernel
//! applies. Out: [`Live`], a [`PacketSource`](super::PacketSource) that also tells the time while nothing comes, and
//! which packets were lost. Invariant: nothing that a reader of the output does keeps the packets in the kernel: each
//! interface has a thread that takes them out into a bounded queue, and what finds no room there is counted.
//! Not responsible for privileges.

mod batch;
mod control;
mod device;
mod error;
mod handle;
mod open;
mod options;
mod queue;
mod reader;
mod source;

pub(super) use batch::Batch;
pub use batch::Counts;
pub use control::Control;
pub use device::{Device, devices};
pub use error::{LiveError, LiveErrorKind};
pub use open::{Opened, open};
pub use options::{ANY, LiveOptions};
pub(super) use queue::{Entry, Exit, Put};
pub use source::Live;
