//! The stages of one run, chained.
//!
//! In: packets, and the time that passes without any. Out: records, in capture order. Invariant: after every packet all
//! that can be told is told, and memory is within the caps. Not responsible for where packets come from.

use super::framing::{Followed, Framer};
use super::messages::Messages;
use super::order::{Ordered, Patience};
use super::packets::Gate;
use super::recording::Intake;
use super::setup::Setup;
use crate::capture::{CaptureFacts, Packet};
use crate::limits;
use crate::packet::Decoder;
use crate::record::{CapUse, SinkResult, Summary};
use crate::stream::{StreamConfig, Streams};
use crate::units::Timestamp;
use std::io;

pub(super) struct Stages<'s> {
    setup: &'s Setup,
    decoder: Decoder,
    gate: Gate,
    streams: Followed,
    pub(super) framing: Framer<'s>,
}

impl<'s> Stages<'s> {
    /// Joins the stages; with `bytes`, those of the streams are told too.
    pub(super) fn new(setup: &'s Setup, bytes: bool, messages: Messages<'s>) -> Self {
        let caps = setup.caps;
        let patience = Patience { bytes: caps.order_bytes, time_ns: setup.live.then_some(limits::LIVE_ORDER_NS) };
        Self {
            setup,
            decoder: Decoder::limited_to(caps.fragment_bytes),
            gate: Gate::new(setup.expression.as_ref()),
            streams: Streams::new(StreamConfig {
                server_ports: setup.known_ports(),
                max_connections: caps.connections,
                max_pending_bytes: caps.pending_bytes,
            }),
            framing: Framer::new(setup, bytes, Ordered::new(messages, patience)),
        }
    }

    pub(super) fn packet(&mut self, packet: &Packet<'_>) {
        let Self { setup, decoder, gate, streams, framing } = self;
        framing.out.inner.selection.packet(packet.time);
        if !gate.lets_in(packet) {
            return;
        }
        let Some(segment) = decoder.decode(packet) else { return };
        framing.expect(streams, packet.time);
        streams.push(&segment, framing);
        while framing.held_bytes() > setup.caps.flow_bytes() && streams.evict(framing) {}
        framing.release(streams);
    }

    /// Takes note that all packets up to `now` have come.
    pub(super) fn time(&mut self, now: Timestamp) {
        let Self { streams, framing, .. } = self;
        framing.expect(streams, now);
        streams.pass_time(now, framing);
        framing.lose_patience(streams);
        framing.release(streams);
    }

    /// Whether the sink takes more packets.
    pub(super) fn check(&mut self) -> SinkResult {
        self.framing.out.inner.check()
    }

    /// Tells the sink the time.
    pub(super) fn tell_time(&mut self, now: Timestamp, capture: &CaptureFacts) -> io::Result<()> {
        let caps = self.cap_uses(capture);
        let Self { decoder, gate, streams, framing, .. } = self;
        let read = Intake { capture, decoder, gate, caps, misfits: Vec::new() };
        framing.out.inner.time(now, streams.open_connections(), &read)
    }

    /// Ends the run after all packets, and gives the summary.
    pub(super) fn finish(mut self, capture: &CaptureFacts) -> io::Result<Summary> {
        let last = capture.last_time.unwrap_or_default();
        self.framing.expect(&self.streams, last);
        // In the order of packets: of what comes of them all, no more waits than may.
        while self.streams.end_oldest_hole(&mut self.framing) {}
        self.streams.finish(&mut self.framing);
        self.framing.out.release(None);
        let (caps, misfits) = (self.cap_uses(capture), self.framing.misfits());
        let Self { decoder, gate, framing, .. } = self;
        framing.out.inner.finish(&Intake { capture, decoder: &decoder, gate: &gate, caps, misfits })
    }

    fn cap_uses(&self, capture: &CaptureFacts) -> Vec<CapUse> {
        let (caps, peaks) = (self.setup.caps, self.streams.peaks());
        let uses = [
            ("connections", peaks.connections, caps.connections),
            ("pending_bytes", peaks.pending_bytes, caps.pending_bytes),
            ("held_bytes", self.framing.peak_held_bytes(), caps.flow_bytes()),
            ("order_bytes", self.framing.out.peak_bytes(), caps.order_bytes),
            ("fragment_bytes", self.decoder.peak_fragment_bytes(), caps.fragment_bytes),
            ("queue_bytes", capture.peak_queue_bytes, caps.queue_bytes),
        ];
        uses.map(|(name, peak, limit)| CapUse { name, peak: peak as u64, limit: limit as u64 }).to_vec()
    }
}
