//! What deframe's stages up to the streams tell of a file, and what of it explains that TShark tells something else.

use deframe::capture;
use deframe::packet::Decoder;
use deframe::stream::{Connection, DirectionFacts, StreamConfig, StreamSink, Streams};
use deframe::units::{Chunk, Direction, Gap, GapReason, Origin, StreamOffset};
use std::collections::BTreeMap;
use std::path::Path;

/// One direction: its bytes, `None` where one is missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) cells: Vec<Option<u8>>,
    pub(super) facts: DirectionFacts,
    /// Some are missing because of the snap length.
    pub(super) snapped: bool,
    /// For each cell the packet that carried its first copy, 0 where there is none.
    pub(super) carriers: Vec<u64>,
    /// Raw numbers of what the direction sent, by packet; a SYN counts as a byte before the first one.
    pub(super) sent: BTreeMap<u64, u32>,
    /// Raw numbers that the other side waited for, by packet.
    pub(super) awaited: BTreeMap<u64, u32>,
}

impl Stream {
    /// The place in `cells` of a raw number. The streams here are much shorter than 2^31.
    fn place(&self, raw: u32) -> i64 {
        let first = self.carriers.first().and_then(|packet| self.sent.get(packet));
        let base = if self.facts.syn { self.sent.values().next() } else { first };
        i64::from(raw.wrapping_sub(base.copied().unwrap_or(raw)).cast_signed())
    }

    /// Whether TShark had to pass over the byte at `place`: a packet of the other side waited for what lies beyond it,
    /// and beyond it something had been captured, before the first copy of the byte was.
    pub(super) fn was_given_up(&self, place: usize) -> bool {
        let Some(carrier) = self.carriers.get(place).copied() else { return false };
        self.awaited.range(..carrier).any(|(packet, raw)| {
            let awaited = usize::try_from(self.place(*raw)).unwrap_or(0).min(self.carriers.len());
            let beyond = self.carriers.get(place + 1..awaited).unwrap_or_default();
            beyond.iter().any(|carrier| (1..*packet).contains(carrier))
        })
    }

    /// Whether TShark starts at `place`: there begins the first packet of the direction, or there the other side waited
    /// when its first packet came.
    pub(super) fn may_start(&self, place: i64) -> bool {
        let mut firsts = self.sent.values().next().into_iter().chain(self.awaited.values().next());
        firsts.any(|raw| self.place(*raw) == place)
    }
}

/// By the ports of sender and receiver.
pub(super) type Directions = BTreeMap<(u16, u16), Stream>;

#[derive(Default)]
pub(super) struct Told {
    pub(super) directions: Directions,
    pub(super) connections: usize,
}

impl Told {
    fn stream(&mut self, connection: &Connection, direction: Direction) -> &mut Stream {
        let (client, server) = (connection.client.port, connection.server.port);
        let ports = if direction == Direction::ClientToServer { (client, server) } else { (server, client) };
        self.directions.entry(ports).or_default()
    }
}

impl StreamSink for Told {
    type Kept = ();

    fn chunk(&mut self, connection: &Connection, (): &mut (), direction: Direction, chunk: Chunk<'_>) {
        let stream = self.stream(connection, direction);
        stream.cells.extend(chunk.bytes.iter().copied().map(Some));
        stream.carriers.resize(stream.cells.len(), chunk.packet);
    }

    fn gap(&mut self, connection: &Connection, (): &mut (), direction: Direction, gap: Gap) {
        let stream = self.stream(connection, direction);
        stream.cells.extend((0..gap.len).map(|_| None));
        stream.carriers.resize(stream.cells.len(), 0);
        stream.snapped |= gap.reason == GapReason::Snapped;
    }

    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, _: StreamOffset, _: Origin) {}

    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        self.connections += 1;
        for direction in Direction::BOTH {
            let facts = connection.facts(direction);
            self.stream(connection, direction).facts = facts;
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late);
        }
    }
}

/// What deframe's stages up to the streams tell of a file.
pub(super) fn deframe(path: &Path) -> Told {
    let mut captures = capture::open(&[path.display().to_string()]).unwrap();
    let (mut decoder, mut told) = (Decoder::new(), Told::default());
    let mut streams = Streams::new(StreamConfig { server_ports: vec![8001], ..StreamConfig::default() });
    while let Some(packet) = captures.next_packet() {
        if let Some(segment) = decoder.decode(&packet) {
            let (source, destination) = (segment.source.port, segment.destination.port);
            let number = segment.origin.packet;
            let first = segment.seq.wrapping_add(u32::from(segment.flags.syn));
            told.directions.entry((source, destination)).or_default().sent.insert(number, first);
            if segment.flags.ack {
                told.directions.entry((destination, source)).or_default().awaited.insert(number, segment.ack);
            }
            streams.push(&segment, &mut told);
        }
    }
    streams.finish(&mut told);
    told
}

#[test]
fn a_byte_was_given_up_only_if_the_other_side_waited_beyond_it_and_beyond_what_was_there_before_it_came() {
    // `abc` came in packet 5, `def` in packet 2, after a SYN in packet 1.
    let stream = |awaited: &[(u64, u32)]| Stream {
        cells: b"abcdef".map(Some).to_vec(),
        carriers: vec![5, 5, 5, 2, 2, 2],
        facts: DirectionFacts { syn: true, ..DirectionFacts::default() },
        sent: BTreeMap::from([(1, 100), (2, 103), (5, 100)]),
        awaited: awaited.iter().copied().collect(),
        ..Stream::default()
    };
    assert!(stream(&[(3, 106)]).was_given_up(0));
    assert!(stream(&[(4, 104)]).was_given_up(2));
    assert!(!stream(&[(3, 103)]).was_given_up(2), "nothing is known beyond what it waits for");
    assert!(!stream(&[(2, 106)]).was_given_up(0), "nothing was captured beyond it yet");
    assert!(!stream(&[(6, 106)]).was_given_up(0), "it had come");
    assert!(!stream(&[(3, 106)]).was_given_up(5), "it came first");
    assert!(stream(&[]).may_start(0) && !stream(&[]).may_start(3) && stream(&[(1, 103)]).may_start(3));
}
