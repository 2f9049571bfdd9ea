//! The assembler against a slow model that is right by its looks: one cell for each byte.

use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Connection, DirectionFacts, StreamConfig, StreamSink, Streams};
use crate::units::{Chunk, Direction, Endpoint, Gap, GapReason, Origin, StreamOffset, Timestamp};
use proptest::prelude::*;

/// Longest stream of a case, in bytes.
const LEN: usize = 80;

/// A payload as it is captured: where it starts, its bytes, and how many more were cut off.
#[derive(Clone, Debug)]
struct Capture {
    at: usize,
    bytes: Vec<u8>,
    cut: usize,
}

/// What is known of a byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    Unknown,
    Cut,
    Byte { value: u8, packet: u64 },
}

/// What the sink was told of a byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Missing(GapReason),
    Byte { value: u8, packet: u64, available: u64 },
}

#[derive(Debug, Default)]
struct Outcome {
    told: Vec<Told>,
    facts: DirectionFacts,
    conflicts: Vec<u64>,
}

fn model(captures: &[Capture]) -> Outcome {
    let mut cells = [Cell::Unknown; LEN];
    let (mut outcome, mut reach) = (Outcome::default(), 0);
    for (packet, Capture { at, bytes, cut }) in (2..).zip(captures) {
        let keep_alive = bytes.len() == 1 && *cut == 0 && at + 1 == reach && cells[*at] != Cell::Unknown;
        let mut conflict = false;
        for (index, value) in bytes.iter().copied().enumerate() {
            let cell = &mut cells[at + index];
            match *cell {
                _ if keep_alive => outcome.facts.duplicate += 1,
                Cell::Byte { value: first, .. } => {
                    outcome.facts.duplicate += 1;
                    outcome.facts.conflicting += u64::from(first != value);
                    conflict |= first != value;
                }
                Cell::Cut | Cell::Unknown => *cell = Cell::Byte { value, packet },
            }
        }
        let end = at + bytes.len() + cut;
        for cell in cells[at + bytes.len()..end].iter_mut().filter(|cell| **cell == Cell::Unknown) {
            *cell = Cell::Cut;
        }
        if conflict {
            outcome.conflicts.push(packet);
        }
        if end > *at {
            reach = reach.max(end);
        }
        while let Some(Cell::Byte { value, packet: carrier }) = cells.get(outcome.told.len()).copied() {
            outcome.told.push(Told::Byte { value, packet: carrier, available: packet });
        }
    }
    let mut available = 0;
    for told in &outcome.told {
        if let Told::Byte { available: later, .. } = told {
            available = *later;
        }
    }
    for cell in &cells[outcome.told.len()..reach.max(outcome.told.len())] {
        outcome.told.push(match *cell {
            Cell::Unknown => Told::Missing(GapReason::NotCaptured),
            Cell::Cut => Told::Missing(GapReason::Snapped),
            Cell::Byte { value, packet } => {
                available = available.max(packet);
                Told::Byte { value, packet, available }
            }
        });
    }
    outcome
}

impl StreamSink for Outcome {
    type Kept = ();

    fn chunk(&mut self, _: &Connection, (): &mut (), _: Direction, chunk: Chunk<'_>) {
        assert_eq!(chunk.offset.0, self.told.len() as u64);
        let (packet, available) = (chunk.packet, chunk.available.packet);
        self.told.extend(chunk.bytes.iter().map(|value| Told::Byte { value: *value, packet, available }));
    }

    fn gap(&mut self, _: &Connection, (): &mut (), _: Direction, gap: Gap) {
        assert_eq!(gap.offset.0, self.told.len() as u64);
        self.told.extend((0..gap.len).map(|_| Told::Missing(gap.reason)));
    }

    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, _: StreamOffset, seen: Origin) {
        self.conflicts.push(seen.packet);
    }

    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        self.facts = connection.facts(Direction::ClientToServer);
    }
}

fn stage(isn: u32, captures: &[Capture]) -> Outcome {
    let endpoint = |port| Endpoint { addr: std::net::Ipv4Addr::LOCALHOST.into(), port };
    let segment = Segment {
        origin: Origin { packet: 1, time: Timestamp::from_ns(0), ..Origin::default() },
        source: endpoint(40_000),
        destination: endpoint(80),
        vlan: VlanPath::default(),
        seq: isn,
        ack: 0,
        flags: Flags { syn: true, ..Flags::default() },
        payload: &[],
        payload_len: 0,
    };
    let mut outcome = Outcome::default();
    let mut streams = Streams::new(StreamConfig::default());
    streams.push(&segment, &mut outcome);
    for (packet, Capture { at, bytes, cut }) in (2..).zip(captures) {
        let segment = Segment {
            origin: Origin { packet, time: Timestamp::from_ns(0), ..Origin::default() },
            seq: isn.wrapping_add(1 + u32::try_from(*at).unwrap()),
            flags: Flags::default(),
            payload: bytes,
            payload_len: u32::try_from(bytes.len() + cut).unwrap(),
            ..segment
        };
        streams.push(&segment, &mut outcome);
    }
    streams.finish(&mut outcome);
    outcome
}

/// Mostly the same byte for the same place, so that some copies conflict.
fn captures() -> impl Strategy<Value = Vec<Capture>> {
    let cut = prop_oneof![4 => Just(0), 1 => 1..10usize];
    let capture = (0..LEN - 30, 0..20usize, cut, prop::option::weighted(0.2, 0..20usize));
    let capture = capture.prop_map(|(at, len, cut, wrong)| {
        let mut bytes: Vec<u8> = (at..at + len).map(|index| b'a' + u8::try_from(index % 26).unwrap()).collect();
        if let Some(byte) = wrong.and_then(|index| bytes.get_mut(index)) {
            *byte = b'!';
        }
        Capture { at, bytes, cut }
    });
    // Fewer than give up a hole.
    prop::collection::vec(capture, 0..30)
}

proptest! {
    #[test]
    fn any_overlapping_segments_give_the_first_copy_of_each_byte(
        isn in prop_oneof![u32::MAX - 40..=u32::MAX, any::<u32>()],
        captures in captures(),
    ) {
        let (expected, got) = (model(&captures), stage(isn, &captures));
        prop_assert_eq!(&got.told, &expected.told);
        prop_assert_eq!(&got.conflicts, &expected.conflicts);
        let counts = |facts: DirectionFacts| (facts.duplicate, facts.late, facts.conflicting);
        prop_assert_eq!(counts(got.facts), counts(expected.facts));
        let captured: usize = captures.iter().map(|capture| capture.bytes.len()).sum();
        prop_assert_eq!(got.facts.captured, captured as u64);
        prop_assert_eq!(got.facts.captured, got.facts.delivered + got.facts.duplicate + got.facts.late);
        prop_assert_eq!(got.facts.delivered + got.facts.missing, got.told.len() as u64);
    }
}
