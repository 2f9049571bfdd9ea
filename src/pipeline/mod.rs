//! Chains the stages and owns the loop.
//!
//! In: packets, and a [`Setup`]. Out: records, to a [`Sink`]. Invariant: records come in capture order (by the packet that
//! completed them), and the byte ledger of every direction balances. The only module that knows the order of the stages.

mod event;
mod filter;
mod flow;
mod framing;
mod messages;
mod order;
mod select;
mod single;
mod talks;
mod tell;
mod totals;

pub use filter::Filter;
pub use select::{Candidate, Trust};
pub use single::{Bare, decode};

use crate::capture::PacketSource;
use crate::packet::Decoder;
use crate::profile::Profile;
use crate::record::{Sink, Summary};
use crate::stream::{StreamConfig, Streams};
use framing::Framing;
use messages::Messages;
use order::Ordered;
use std::io;

/// What a run is to do.
#[derive(Debug, Default)]
pub struct Setup {
    /// The profiles that connections are tried with, in this order.
    pub candidates: Vec<Candidate>,
    /// Which messages are reported.
    pub filter: Filter,
    /// Ports of servers, apart from those of the profiles; they tell the server where no SYN was captured.
    pub server_ports: Vec<u16>,
}

impl Setup {
    fn profile(&self, index: usize) -> Option<&Profile> {
        self.candidates.get(index).map(|candidate| &*candidate.profile)
    }

    fn server_ports(&self) -> Vec<u16> {
        let profiles = self.candidates.iter().flat_map(|candidate| candidate.profile.ports.iter());
        profiles.chain(&self.server_ports).copied().collect()
    }
}

/// Reads all packets of `source` and tells `sink` what they carry.
///
/// # Errors
/// Only those of `sink`: whatever is wrong with the capture is in the records.
pub fn run(source: &mut dyn PacketSource, setup: &Setup, sink: &mut dyn Sink) -> io::Result<Summary> {
    sink.begin(source.facts())?;
    let mut decoder = Decoder::new();
    let mut streams = Streams::new(StreamConfig { server_ports: setup.server_ports() });
    let mut framing = Framing::new(setup, Ordered::new(Messages::new(setup, sink)));
    while let Some(packet) = source.next_packet() {
        let Some(segment) = decoder.decode(&packet) else { continue };
        framing.expect(&streams);
        streams.push(&segment, &mut framing);
        framing.release(&streams);
        framing.out.inner.check()?;
    }
    framing.expect(&streams);
    streams.finish(&mut framing);
    framing.out.release(None);
    framing.out.inner.finish(source.facts(), &decoder)
}
