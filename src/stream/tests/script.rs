//! Plays scripts in the language of the cases in `tests/cases/`, for what a whole capture file does not show: lower
//! limits, and what the stage says between two segments.

use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Connection, DirectionFacts, Slot, StreamConfig, StreamSink, Streams};
use crate::units::{Chunk, Direction, Endpoint, Gap, Origin, StreamOffset, Timestamp};
use language::{Script, Sent};
use std::collections::HashMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

#[path = "../../../tests/cases/script.rs"]
#[allow(dead_code, reason = "what a segment travels in is for captures")]
mod language;

/// Plays scripts piece by piece.
pub(super) struct Player {
    pub(super) streams: Streams,
    pub(super) events: Events,
    script: Script,
    packet: u64,
}

impl Default for Player {
    fn default() -> Self {
        let streams = Streams::new(StreamConfig { server_ports: vec![9000], ..StreamConfig::default() });
        Self { streams, events: Events::default(), script: Script::default(), packet: 0 }
    }
}

impl Player {
    pub(super) fn play(&mut self, script: &str) -> &mut Self {
        for sent in self.script.play(script) {
            self.packet += 1;
            self.streams.push(&segment(&sent, self.packet), &mut self.events);
        }
        self
    }

    pub(super) fn finish(mut self) -> String {
        self.streams.finish(&mut self.events);
        assert_eq!(self.streams.oldest_pending(), None);
        self.events.text
    }
}

fn segment(sent: &Sent, packet: u64) -> Segment<'_> {
    let client = Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), port: 40_000 + sent.side.1 };
    let server = Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)), port: 8000 };
    let (source, destination) = if sent.side.0 == 'c' { (client, server) } else { (server, client) };
    Segment {
        origin: Origin { packet, time: Timestamp::from_ns(sent.time_ns), ..Origin::default() },
        source,
        destination,
        vlan: VlanPath::default(),
        seq: sent.seq,
        ack: sent.ack.unwrap_or(0),
        flags: Flags { syn: sent.syn, fin: sent.fin, rst: sent.rst, ack: sent.ack.is_some() },
        payload: &sent.payload,
        payload_len: u32::try_from(sent.payload.len()).unwrap() + sent.cut_len,
    }
}

/// What a sink was told, as text, checked for what must hold in every case.
#[derive(Default)]
pub(super) struct Events {
    pub(super) text: String,
    /// Where the next chunk or gap has to start, and when the last chunk was available, by connection and direction.
    at: HashMap<(usize, Direction), (StreamOffset, Origin)>,
    /// Which connection was told of each slot, until that was told to be closed.
    slots: HashMap<Slot, usize>,
}

impl Events {
    fn line(&mut self, connection: &Connection, direction: Direction, event: &str) {
        let side = if connection.client.port != 8000 { ["c", "s"] } else { ["s", "c"] };
        let number = if connection.id.0 == 0 { String::new() } else { (connection.id.0 + 1).to_string() };
        writeln!(self.text, "{}{number} {event}", side[direction.index()]).unwrap();
    }

    fn at(&mut self, connection: &Connection, direction: Direction) -> &mut (StreamOffset, Origin) {
        self.hold_slot(connection);
        self.at.entry((connection.id.0, direction)).or_default()
    }

    /// Asserts that nothing comes of another connection in a slot before the one in it was told to be closed,
    /// and nothing afterwards of that.
    fn hold_slot(&mut self, connection: &Connection) {
        assert_eq!(*self.slots.entry(connection.slot).or_insert(connection.id.0), connection.id.0);
    }
}

impl StreamSink for Events {
    type Kept = ();

    fn chunk(&mut self, connection: &Connection, (): &mut (), direction: Direction, chunk: Chunk<'_>) {
        let (at, available) = self.at(connection, direction);
        assert_eq!(*at, chunk.offset);
        assert!(*available <= chunk.available && !chunk.bytes.is_empty());
        assert!(chunk.packet <= chunk.available.packet);
        *at = at.plus(chunk.bytes.len() as u64);
        *available = chunk.available;
        let bytes = chunk.bytes.escape_ascii();
        let (offset, packet, available) = (chunk.offset, chunk.packet, chunk.available.packet);
        let later = if available == packet { String::new() } else { format!(" at p{available}") };
        self.line(connection, direction, &format!("{offset} \"{bytes}\" p{packet}{later}"));
    }

    fn gap(&mut self, connection: &Connection, (): &mut (), direction: Direction, gap: Gap) {
        let (at, _) = self.at(connection, direction);
        assert_eq!(*at, gap.offset);
        assert!(gap.len > 0);
        *at = at.plus(gap.len);
        let Gap { offset, len, reason, seen } = gap;
        self.line(connection, direction, &format!("{offset} gap of {len} {reason:?} p{}", seen.packet));
    }

    fn conflict(
        &mut self,
        connection: &Connection,
        (): &mut (),
        direction: Direction,
        offset: StreamOffset,
        seen: Origin,
    ) {
        self.hold_slot(connection);
        self.line(connection, direction, &format!("{offset} conflict p{}", seen.packet));
    }

    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        let [to_server, to_client] = Direction::BOTH.map(|direction| connection.facts(direction));
        for (direction, facts) in Direction::BOTH.into_iter().zip([to_server, to_client]) {
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late, "{facts:?}");
            assert_eq!(self.at(connection, direction).0.0, facts.delivered + facts.missing, "{facts:?}");
        }
        self.at.retain(|(id, _), _| *id != connection.id.0);
        self.slots.remove(&connection.slot);
        let (id, state) = (connection.id.0 + 1, connection.state);
        let swapped = if connection.client.port != 8000 { "" } else { " swapped" };
        let to_server = describe(&to_server);
        let to_client = describe(&to_client);
        writeln!(self.text, "closed {id} {state:?}{swapped} ->{to_server} <-{to_client}").unwrap();
    }
}

/// The counts of a direction that are not as everyone expects: nothing lost, nothing twice.
fn describe(facts: &DirectionFacts) -> String {
    let counts = [
        (facts.duplicate, "duplicate"),
        (facts.late, "late"),
        (facts.missing, "missing"),
        (facts.retransmissions, "retransmissions"),
        (facts.out_of_order, "out of order"),
        (facts.conflicting, "conflicting"),
    ];
    let unusual = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    format!(" {}{}", facts.delivered, unusual.collect::<String>())
}
