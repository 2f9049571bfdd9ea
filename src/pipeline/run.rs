//! The loop of a run: packets in, until the source or the sink ends it.

use super::messages::Messages;
use super::setup::Setup;
use super::stages::Stages;
use crate::capture::{Input, PacketSource};
use crate::learning::Surveys;
use crate::record::{Sink, Summary};
use std::io;
use std::ops::ControlFlow;
use std::thread;

/// Reads all packets of `source` and tells `sink` what they carry.
///
/// # Errors
/// Only those of `sink`: whatever is wrong with the capture is in the records.
pub fn run(source: &mut dyn PacketSource, setup: &Setup, sink: &mut dyn Sink) -> io::Result<Summary> {
    let wants = sink.wants();
    let begun = sink.begin(source.facts())?;
    let surveys = Surveys::default();
    if setup.threads > 1 && !setup.live && !wants.bytes {
        return thread::scope(|scope| {
            let messages = Messages::threaded(setup, &surveys, wants, sink, setup.threads, scope);
            drive(source, begun, Stages::new(setup, false, messages))
        });
    }
    drive(source, begun, Stages::new(setup, wants.bytes, Messages::new(setup, &surveys, wants, sink)))
}

/// Lets everything that `source` gives go through the stages, until the sink breaks.
fn drive(source: &mut dyn PacketSource, mut flow: ControlFlow<()>, mut stages: Stages<'_>) -> io::Result<Summary> {
    while flow.is_continue()
        && let Some(input) = source.next_input()
    {
        match input {
            Input::Packet(packet) => stages.packet(&packet),
            Input::Lost { after, upto } => stages.framing.losses.add(after, upto),
            Input::Time(time) => {
                stages.time(time);
                if stages.check()?.is_continue() {
                    stages.tell_time(time, source.facts())?;
                }
            }
        }
        flow = stages.check()?;
    }
    stages.finish(source.facts())
}
