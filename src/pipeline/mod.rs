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
mod traffic;

pub use filter::Filter;
pub use select::{Candidate, Trust};
pub use single::{Bare, decode};
pub use traffic::{Moment, Network, Traffic};

use crate::capture::PacketSource;
use crate::packet::Decoder;
use crate::profile::Profile;
use crate::record::{Sink, Summary};
use crate::stream::{StreamConfig, Streams};
use framing::Framing;
use messages::Messages;
use order::Ordered;
use std::io;
use traffic::Gate;

/// What a run is to do.
#[derive(Debug, Default)]
pub struct Setup {
    /// The profiles that connections are tried with, in this order.
    pub candidates: Vec<Candidate>,
    /// Which packets are followed. Its ports take the place of those of the profiles in telling who the server is where
    /// no SYN was captured.
    pub traffic: Traffic,
    /// Which messages are reported.
    pub filter: Filter,
    /// Whether the report wants the bytes of the streams.
    pub bytes: bool,
}

impl Setup {
    fn profile(&self, index: usize) -> Option<&Profile> {
        self.candidates.get(index).map(|candidate| &*candidate.profile)
    }

    fn server_ports(&self) -> Vec<u16> {
        if !self.traffic.ports.is_empty() {
            return self.traffic.ports.clone();
        }
        self.candidates.iter().flat_map(|candidate| candidate.profile.ports.iter()).copied().collect()
    }
}

/// Reads all packets of `source` and tells `sink` what they carry.
///
/// # Errors
/// Only those of `sink`: whatever is wrong with the capture is in the records.
pub fn run(source: &mut dyn PacketSource, setup: &Setup, sink: &mut dyn Sink) -> io::Result<Summary> {
    sink.begin(source.facts())?;
    let mut decoder = Decoder::new();
    let mut gate = Gate::new(&setup.traffic);
    let mut streams = Streams::new(StreamConfig { server_ports: setup.server_ports() });
    let mut framing = Framing::new(setup, Ordered::new(Messages::new(setup, sink)));
    while let Some(packet) = source.next_packet() {
        if !gate.lets_in(&packet) {
            continue;
        }
        let Some(segment) = decoder.decode(&packet).filter(|segment| gate.admits(segment)) else { continue };
        framing.expect(&streams);
        streams.push(&segment, &mut framing);
        framing.release(&streams);
        framing.out.inner.check()?;
    }
    framing.expect(&streams);
    streams.finish(&mut framing);
    framing.out.release(None);
    framing.out.inner.finish(source.facts(), &decoder, &gate)
}
