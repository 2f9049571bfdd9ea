//! Chains the stages and owns the loop.
//!
//! In: packets, and a [`Setup`]. Out: records, to a [`Sink`]. Invariant: records come in capture order (by the packet that
//! completed them), and the byte ledger of every direction balances. The only module that knows the order of the stages.

mod backlog;
mod conversations;
mod event;
mod filter;
mod flow;
mod framing;
mod held;
mod hints;
mod losses;
mod messages;
mod order;
mod reader;
mod rooms;
mod select;
mod single;
mod stages;
mod tell;
mod teller;
mod ticket;
mod totals;
mod traffic;
mod trials;
mod workers;

pub use filter::Filter;
pub use select::{Candidate, Trust};
pub use single::{Bare, decode};
pub use traffic::{Moment, Network, Traffic};

use crate::capture::{Input, PacketSource};
use crate::learning::Surveys;
use crate::limits::Caps;
use crate::profile::Profile;
use crate::record::{Sink, Summary};
use messages::Messages;
use stages::Stages;
use std::io;
use std::sync::Arc;
use std::thread;

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
    /// How much memory may be used for what.
    pub caps: Caps,
    /// Whether somebody waits for the records: messages are held back for order's sake only for
    /// [`crate::limits::LIVE_ORDER_NS`], and the summary tells how much of the caps was used.
    pub live: bool,
    /// When it is learned what the fields of payloads without a type are.
    pub learn: Learn,
    /// Threads of a run. One takes packets apart, tells, and reads payloads and renders messages when the others, which do nothing
    /// else, are behind. Where the report must see every message itself there is only that one. The records are the same
    /// with any number.
    pub threads: usize,
}

/// When it is learned what the fields of payloads without a type are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Learn {
    /// From the first frames of each server port, up to [`crate::limits::SURVEY_BYTES`] of them, before any of them is
    /// reported. A live capture waits for nothing and always learns as messages come.
    #[default]
    Beforehand,
    /// As messages come, each connection by itself, so that no message waits for later ones. The first messages are then
    /// read by less than what later ones show.
    AsTheyCome,
}

impl Setup {
    fn profile(&self, index: usize) -> Option<&Profile> {
        self.candidates.get(index).map(|candidate| &*candidate.profile)
    }

    /// The phases of all profiles, in order.
    fn phases(&self) -> impl Iterator<Item = &Arc<str>> {
        self.candidates.iter().flat_map(|candidate| &candidate.profile.phases)
    }

    fn server_ports(&self) -> Vec<u16> {
        if !self.traffic.ports.is_empty() {
            return self.traffic.ports.clone();
        }
        self.candidates.iter().flat_map(|candidate| candidate.profile.ports.iter()).copied().collect()
    }

    /// Whether it is one of these.
    fn serves(&self, port: u16) -> bool {
        match &*self.traffic.ports {
            [] => self.candidates.iter().any(|candidate| candidate.profile.has_port(port)),
            ports => ports.contains(&port),
        }
    }
}

/// Reads all packets of `source` and tells `sink` what they carry.
///
/// # Errors
/// Only those of `sink`: whatever is wrong with the capture is in the records.
pub fn run(source: &mut dyn PacketSource, setup: &Setup, sink: &mut dyn Sink) -> io::Result<Summary> {
    sink.begin(source.facts())?;
    let surveys = Surveys::default();
    if setup.threads > 1 && !setup.live && !setup.bytes {
        return thread::scope(|scope| {
            let messages = Messages::threaded(setup, &surveys, sink, setup.threads, scope);
            drive(source, Stages::new(setup, messages))
        });
    }
    drive(source, Stages::new(setup, Messages::new(setup, &surveys, sink)))
}

/// Lets everything that `source` gives go through the stages.
fn drive(source: &mut dyn PacketSource, mut stages: Stages<'_>) -> io::Result<Summary> {
    while let Some(input) = source.next_input() {
        match input {
            Input::Packet(packet) => stages.packet(&packet),
            Input::Lost { after, upto } => stages.framing.losses.add(after, upto),
            Input::Time(time) => {
                stages.time(time);
                stages.check()?;
                stages.tell_time(time, source.facts())?;
            }
        }
        stages.check()?;
    }
    stages.finish(source.facts())
}
