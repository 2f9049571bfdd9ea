//! What holds for every capture of the same conversation, and for every sequence of segments at all.

use super::script::Events;
use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Connection, StreamConfig, StreamSink, Streams};
use crate::units::{Chunk, Direction, Endpoint, Gap, GapReason, Origin, StreamOffset, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

/// A segment that owns its payload.
#[derive(Clone, Debug)]
struct Sent {
    from_client: bool,
    port: u16,
    seq: u32,
    ack: u32,
    flags: Flags,
    payload: Vec<u8>,
    cut: u32,
    time_ns: i64,
}

fn push_all(sent: &[Sent], streams: &mut Streams, sink: &mut impl StreamSink<Kept = ()>) {
    for (packet, sent) in (1..).zip(sent) {
        let client = Endpoint { addr: std::net::Ipv4Addr::LOCALHOST.into(), port: sent.port };
        let server = Endpoint { port: 8000, ..client };
        let (source, destination) = if sent.from_client { (client, server) } else { (server, client) };
        let segment = Segment {
            origin: Origin { packet, time: Timestamp::from_ns(sent.time_ns), ..Origin::default() },
            source,
            destination,
            vlan: VlanPath::default(),
            seq: sent.seq,
            ack: sent.ack,
            flags: sent.flags,
            payload: &sent.payload,
            payload_len: u32::try_from(sent.payload.len()).unwrap().saturating_add(sent.cut),
        };
        streams.push(&segment, sink);
        let waits = streams.oldest_pending();
        assert!(waits.is_none_or(|oldest| oldest <= packet));
    }
    streams.finish(sink);
    assert_eq!(streams.oldest_pending(), None);
}

/// The bytes of both directions; `None` where one is missing.
#[derive(Debug, Default, PartialEq)]
struct Bytes {
    told: [Vec<Option<u8>>; 2],
    reasons: Vec<GapReason>,
    late: u64,
}

impl StreamSink for Bytes {
    type Kept = ();

    fn chunk(&mut self, _: &Connection, (): &mut (), direction: Direction, chunk: Chunk<'_>) {
        let told = &mut self.told[direction.index()];
        assert_eq!(chunk.offset.0, told.len() as u64);
        told.extend(chunk.bytes.iter().copied().map(Some));
    }

    fn gap(&mut self, _: &Connection, (): &mut (), direction: Direction, gap: Gap) {
        let told = &mut self.told[direction.index()];
        assert_eq!(gap.offset.0, told.len() as u64);
        told.extend((0..gap.len).map(|_| None));
        self.reasons.push(gap.reason);
    }

    fn conflict(&mut self, _: &Connection, (): &mut (), _: Direction, offset: StreamOffset, _: Origin) {
        panic!("no copies differ, but one does at {offset}");
    }

    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        self.late += Direction::BOTH.map(|direction| connection.facts(direction).late).iter().sum::<u64>();
    }
}

/// The byte at `index` of a direction.
fn byte(from_client: bool, index: usize) -> u8 {
    u8::try_from((index * 7 + index / 251 + usize::from(from_client)) % 251).unwrap()
}

/// A conversation in the order in which it was sent: turns of so many bytes, each acknowledging all before it.
fn conversation(turns: &[(bool, usize)], isns: [u32; 2]) -> (Vec<Sent>, [usize; 2]) {
    let mut lens = [0usize; 2];
    let mut sent = Vec::new();
    for (index, (from_client, len)) in (1..).zip(turns) {
        let [own, other] = if *from_client { [0, 1] } else { [1, 0] };
        let number = |side: usize, len: usize| isns[side].wrapping_add(1 + u32::try_from(len).unwrap());
        sent.push(Sent {
            from_client: *from_client,
            port: 40_000,
            seq: number(own, lens[own]),
            ack: number(other, lens[other]),
            flags: Flags { ack: true, ..Flags::default() },
            payload: (lens[own]..lens[own] + len).map(|index| byte(*from_client, index)).collect(),
            cut: 0,
            time_ns: index * 1000,
        });
        lens[own] += len;
    }
    (sent, lens)
}

fn handshake([client, server]: [u32; 2]) -> [Sent; 2] {
    let syn = Sent {
        from_client: true,
        port: 40_000,
        seq: client,
        ack: 0,
        flags: Flags { syn: true, ..Flags::default() },
        payload: Vec::new(),
        cut: 0,
        time_ns: 0,
    };
    let flags = Flags { syn: true, ack: true, ..Flags::default() };
    let answer = Sent { from_client: false, seq: server, ack: client.wrapping_add(1), flags, ..syn.clone() };
    [syn, answer]
}

/// Moves each element by less than 16 places, and drops it, repeats it or leaves it, as `fates` say.
fn disturb(sent: Vec<Sent>, fates: &[(usize, usize, usize)]) -> Vec<Sent> {
    let mut copies: Vec<(usize, Sent)> = Vec::new();
    for (index, sent) in sent.into_iter().enumerate() {
        let (copies_of_it, first, second) = fates[index % fates.len()];
        for delay in [first, second].into_iter().take(copies_of_it) {
            copies.push((index + delay, sent.clone()));
        }
    }
    copies.sort_by_key(|(place, _)| *place);
    copies.into_iter().map(|(_, sent)| sent).collect()
}

fn turns() -> impl Strategy<Value = Vec<(bool, usize)>> {
    vec((any::<bool>(), 0..50usize), 1..120)
}

fn isns() -> impl Strategy<Value = [u32; 2]> {
    [u32::MAX - 2000..=u32::MAX, u32::MAX - 10..=u32::MAX]
}

fn whole(lens: [usize; 2]) -> [Vec<Option<u8>>; 2] {
    let side = |from_client, len| (0..len).map(|index| Some(byte(from_client, index))).collect();
    [side(true, lens[0]), side(false, lens[1])]
}

proptest! {
    #[test]
    fn order_within_patience_and_repetition_change_nothing(
        turns in turns(),
        isns in isns(),
        fates in vec((1..3usize, 0..12usize, 0..12usize), 120),
    ) {
        let (sent, lens) = conversation(&turns, isns);
        let captured: Vec<Sent> = handshake(isns).into_iter().chain(disturb(sent, &fates)).collect();
        let mut bytes = Bytes::default();
        push_all(&captured, &mut Streams::new(StreamConfig::default()), &mut bytes);
        prop_assert_eq!(bytes, Bytes { told: whole(lens), ..Bytes::default() });
    }

    #[test]
    fn a_start_in_mid_stream_gives_the_same_bytes(
        turns in turns(),
        isns in isns(),
        fates in vec((1..3usize, 0..12usize, 0..12usize), 120),
    ) {
        let opening: Vec<(bool, usize)> = [(true, 5), (false, 5)].into_iter().chain(turns).collect();
        let (mut sent, lens) = conversation(&opening, isns);
        let rest = sent.split_off(2);
        sent.extend(disturb(rest, &fates));
        let mut bytes = Bytes::default();
        push_all(&sent, &mut Streams::new(StreamConfig::default()), &mut bytes);
        prop_assert_eq!(bytes, Bytes { told: whole(lens), ..Bytes::default() });
    }

    #[test]
    fn lost_segments_leave_gaps_of_just_their_bytes(
        turns in turns(),
        isns in isns(),
        fates in vec((0..3usize, 0..12usize, 0..12usize), 120),
    ) {
        let (sent, lens) = conversation(&turns, isns);
        let mut expected = whole(lens);
        let captured: Vec<Sent> = handshake(isns).into_iter().chain(disturb(sent.clone(), &fates)).collect();
        for lost in (0..sent.len()).filter(|index| fates[index % fates.len()].0 == 0) {
            let Sent { from_client, seq, payload, .. } = &sent[lost];
            let side = usize::from(!from_client);
            let start = seq.wrapping_sub(isns[side]) as usize - 1;
            expected[side][start..start + payload.len()].fill(None);
        }
        let mut bytes = Bytes::default();
        push_all(&captured, &mut Streams::new(StreamConfig::default()), &mut bytes);
        // The capture knows of the last bytes only if they were captured or acknowledged.
        for (told, expected) in bytes.told.iter().zip(&mut expected) {
            prop_assert!(expected.iter().skip(told.len()).all(Option::is_none));
            expected.truncate(told.len());
        }
        prop_assert_eq!(&bytes.told, &expected);
        prop_assert_eq!(bytes.late, 0);
        prop_assert!(bytes.reasons.iter().all(|reason| *reason == GapReason::NotCaptured));
    }

    #[test]
    fn a_time_that_jumps_changes_nothing_that_is_told(
        turns in [turns(), turns()],
        isns in isns(),
        fates in vec((0..3usize, 0..12usize, 0..12usize), 120),
        at in any::<prop::sample::Index>(),
        jump_ns in prop_oneof![any::<i64>(), -8_000_000_000_000..8_000_000_000_000i64],
        stays in any::<bool>(),
    ) {
        let sides = (40_000..).zip(&turns).map(|(port, turns)| {
            let sent = handshake(isns).into_iter().chain(disturb(conversation(turns, isns).0, &fates));
            sent.map(move |sent| Sent { port, ..sent }).collect::<Vec<_>>()
        });
        let mut sent: Vec<Sent> = sides.flatten().collect();
        sent.sort_by_key(|sent| sent.time_ns);
        let told = |sent: &[Sent]| {
            let (mut streams, mut events) = (Streams::new(StreamConfig::default()), Events::default());
            push_all(sent, &mut streams, &mut events);
            events.text
        };
        let expected = told(&sent);
        let at = at.index(sent.len());
        let jumped = if stays { sent.len() } else { at + 1 };
        for sent in &mut sent[at..jumped] {
            sent.time_ns = sent.time_ns.saturating_add(jump_ns);
        }
        prop_assert_eq!(told(&sent), expected);
    }

    #[test]
    fn no_segments_upset_the_stage(sent in vec(anything(), 0..300), connections in 1..4usize, pending_bytes in 500..5000usize) {
        // `Events` asserts that offsets follow each other and that the counts add up.
        let config = StreamConfig {
            max_connections: connections,
            max_pending_bytes: pending_bytes,
            ..StreamConfig::default()
        };
        push_all(&sent, &mut Streams::new(config), &mut Events::default());
    }
}

fn anything() -> impl Strategy<Value = Sent> {
    let number = || prop_oneof![6 => u32::MAX - 40..=u32::MAX, 6 => 0..60u32, 1 => any::<u32>()];
    let time = prop_oneof![8 => 0..1_000_000_000i64, 3 => 0..4_000_000_000_000i64, 1 => any::<i64>()];
    let flags = [0.05, 0.7, 0.05, 0.03].map(prop::bool::weighted);
    let cut = prop_oneof![20 => Just(0), 3 => 0..20u32, 1 => any::<u32>()];
    (any::<bool>(), 40_000..40_003u16, number(), number(), flags, vec(b'a'..b'c', 0..20), cut, time).prop_map(
        |(from_client, port, seq, ack, [syn, ack_flag, fin, rst], payload, cut, time_ns)| Sent {
            from_client,
            port,
            seq,
            ack,
            flags: Flags { syn, ack: ack_flag, fin, rst },
            payload,
            cut,
            time_ns,
        },
    )
}
