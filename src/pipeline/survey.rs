//! The first look at a capture: the same stages, with nothing reported, to learn what its payloads are made of.

use super::learning::Survey;
use super::messages::Messages;
use super::stages::Stages;
use super::{Setup, drive};
use crate::capture::{CaptureFacts, Input, PacketSource};
use crate::limits;
use crate::record::Sink;
use std::io;

/// Learns from the beginning of `source`, at most [`limits::SURVEY_BYTES`] of it, what payloads without a type are made
/// of. The source is used up as far as that; the report wants it anew.
#[must_use]
pub fn survey(source: &mut dyn PacketSource, setup: &Setup) -> Survey {
    let mut survey = Survey::default();
    let mut beginning = Beginning { source, left: limits::SURVEY_BYTES, last: 0 };
    let mut nobody = Nobody;
    let messages = Messages::surveying(setup, &mut nobody, &mut survey);
    // Nobody takes records, so nothing can go wrong with them.
    let _: io::Result<_> = drive(&mut beginning, Stages::new(setup, messages));
    survey.finish(beginning.last);
    survey
}

struct Nobody;

impl Sink for Nobody {}

/// The first packets of a source.
struct Beginning<'a> {
    source: &'a mut dyn PacketSource,
    /// Bytes.
    left: u64,
    /// Number of the last packet.
    last: u64,
}

impl PacketSource for Beginning<'_> {
    fn next_input(&mut self) -> Option<Input<'_>> {
        if self.left == 0 {
            return None;
        }
        let input = self.source.next_input();
        match &input {
            Some(Input::Packet(packet)) => {
                self.left = self.left.saturating_sub(packet.data.len() as u64);
                self.last = packet.number;
            }
            Some(Input::Time(_) | Input::Lost { .. }) => {}
            // It was all of the capture.
            None => self.last = u64::MAX,
        }
        input
    }

    fn facts(&self) -> &CaptureFacts {
        self.source.facts()
    }
}
