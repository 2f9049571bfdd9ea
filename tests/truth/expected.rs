//! What a capture should give, by the slowest and most obvious way: every direction is a map from stream position to
//! the byte that came first and the packet that brought it.

use crate::collected::{Collected, Message};
use crate::faults::frames::frames;
use crate::faults::packet::{FIN, Flow, Packet, SYN};
use crate::faults::pcap::{ETHERNET, Record};
use crate::protocol;
use deframe::units::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// One direction of one connection.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) client_port: u16,
    pub(crate) direction: Direction,
    /// Position in the clean stream that a report counts from.
    pub(crate) base: u64,
    /// From where to where a report must tell what is missing: known to be sent by what was captured of the direction.
    pub(crate) told: (u64, u64),
    /// Length of the clean stream, and one more if its FIN was not captured: an acknowledgement counts that too.
    pub(crate) len: u64,
    /// Position and length of the clean frames.
    pub(crate) frames: Vec<(u64, u64)>,
    /// By position: the byte, and the number of the packet that brought it.
    pub(crate) bytes: BTreeMap<u64, (u8, u64)>,
    /// Payload bytes of all packets, those that came twice counted twice.
    pub(crate) captured: u64,
}

/// The clean streams: their flows, first sequence numbers, and bytes.
fn clean_streams(clean: &[Record]) -> Vec<(Flow, bool, u32, Vec<u8>)> {
    let packets: Vec<Packet> = clean.iter().filter_map(|record| Packet::decode(ETHERNET, &record.data)).collect();
    let syns = packets.iter().filter(|packet| packet.flags & SYN != 0);
    syns.map(|syn| {
        let first = syn.seq.wrapping_add(1);
        let mut bytes = BTreeMap::new();
        for packet in packets.iter().filter(|packet| packet.flow == syn.flow) {
            bytes.extend((u64::from(packet.seq.wrapping_sub(first))..).zip(packet.payload.iter().copied()));
        }
        assert!(bytes.keys().copied().eq(0..bytes.len() as u64), "the clean capture is whole");
        (syn.flow, syn.is_syn(), first, bytes.into_values().collect())
    })
    .collect()
}

/// What is left of the `clean` capture in `records`, which are of link type `link`.
pub(crate) fn streams(clean: &[Record], link: u32, records: &[Record]) -> Vec<Stream> {
    let numbers = 1..;
    let packets: Vec<(u64, Packet)> = numbers
        .zip(records)
        .filter_map(|(number, record)| Some((number, Packet::decode(link, &record.data)?)))
        .collect();
    let of_flow = |(flow, from_client, first, clean): (Flow, bool, u32, Vec<u8>)| {
        let mut bytes = BTreeMap::new();
        let of_flow = || packets.iter().filter(|(_, packet)| packet.flow == flow);
        let syn = of_flow().find(|(_, packet)| packet.flags & SYN != 0).map(|(_, packet)| packet.seq.wrapping_add(1));
        let (mut fin, mut captured) = (false, 0);
        for (number, packet) in of_flow() {
            let start = u64::from(packet.seq.wrapping_sub(syn.unwrap_or(first)));
            fin |= packet.flags & FIN != 0;
            captured += packet.payload.len() as u64;
            for (position, byte) in (start..).zip(&packet.payload) {
                bytes.entry(position).or_insert((*byte, *number));
            }
        }
        let len = clean.len() as u64;
        let first_captured = bytes.keys().next().copied().unwrap_or(len);
        let base = if syn.is_some() { 0 } else { first_captured };
        let end = bytes.keys().next_back().map_or(base, |last| last + 1);
        Stream {
            client_port: if from_client { flow.0 } else { flow.1 },
            direction: if from_client { Direction::ClientToServer } else { Direction::ServerToClient },
            base,
            told: (base, if fin { len } else { end }),
            len: if fin { len } else { len + 1 },
            frames: frames(if from_client { flow.1 } else { flow.0 }, &clean),
            bytes,
            captured,
        }
    };
    clean_streams(clean).into_iter().map(of_flow).collect()
}

impl Stream {
    fn captured_of(&self, (offset, len): (u64, u64)) -> impl Iterator<Item = (u64, (u8, u64))> {
        self.bytes.range(offset..offset + len).map(|(position, byte)| (*position, *byte))
    }

    fn is_complete(&self, span: (u64, u64)) -> bool {
        self.captured_of(span).count() as u64 == span.1
    }

    /// The frames that the capture has, with their index in the clean stream.
    fn messages(&self) -> Vec<Expected> {
        let complete = self.frames.iter().enumerate().filter(|(_, span)| self.is_complete(**span));
        complete
            .map(|(index, span)| {
                let end = span.0 + span.1;
                // Bytes are available in order: a frame is complete when all that comes before its end has come.
                let before = self.bytes.range(..end).map(|(_, (_, packet))| *packet);
                Expected {
                    index,
                    offset: span.0 - self.base,
                    frame: self.captured_of(*span).map(|(_, (byte, _))| byte).collect(),
                    first_packet: self.bytes[&span.0].1,
                    last_packet: before.max().unwrap(),
                }
            })
            .collect()
    }

    /// Position and length of each run of missing bytes from `start` to `end`.
    fn missing(&self, (start, end): (u64, u64)) -> BTreeSet<u64> {
        (start..end).filter(|position| !self.bytes.contains_key(position)).collect()
    }
}

/// A message that must be told.
#[derive(Debug)]
struct Expected {
    index: usize,
    offset: u64,
    frame: Vec<u8>,
    first_packet: u64,
    last_packet: u64,
}

/// How well answers must find their requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Every answer answers the request with its index, if that was complete before it, and no other.
    All,
    /// As all, but what comes before the first captured byte may have been asked or answered: an answer may stay
    /// without its request unless it follows at once, and the request a pause.
    AfterPauses,
    /// An answer may stay without its request, but is not given another one while its own is there: bytes are missing,
    /// and with them the evidence.
    NoneWrong,
    /// The order in which requests and answers were captured is not that in which they were sent.
    Any,
}

/// Holds what the pipeline told of a capture against the streams that it carries.
pub(crate) fn assert_told(name: &str, told: &Collected, streams: &[Stream], pairs: Pairs) {
    told.assert_sound(name);
    let mut expected_messages = 0;
    for stream in streams {
        let (port, direction) = (stream.client_port, stream.direction);
        let name = format!("{name}, {port} {direction}");
        let is_of_stream = |message: &&Message| message.client_port == port && message.direction == direction.as_str();
        let messages: Vec<&Message> = told.messages.iter().filter(is_of_stream).collect();
        let expected = stream.messages();
        expected_messages += expected.len();
        let offsets: Vec<u64> = messages.iter().map(|message| message.offset).collect();
        let expected_offsets: Vec<u64> = expected.iter().map(|expected| expected.offset).collect();
        assert_eq!(offsets, expected_offsets, "{name}: frames");
        for (message, expected) in messages.iter().zip(&expected) {
            assert!(message.frame == expected.frame, "{name}: bytes of {expected:?}");
            let (label, type_name) = protocol::name(direction == Direction::ClientToServer, expected.index);
            assert_eq!(message.label.as_deref(), Some(label), "{name}: {expected:?}");
            assert_eq!(message.type_name, Some(type_name), "{name}: {expected:?}");
            assert_eq!(message.findings, 0, "{name}: {expected:?}");
            let packets = (message.first_packet, message.last_packet);
            assert_eq!(packets, (expected.first_packet, expected.last_packet), "{name}: packets of {expected:?}");
        }
        assert_gaps(&name, told, stream);
        assert_told_of_incomplete_frames(&name, told, stream);
        assert_ledger(&name, told, stream);
    }
    assert_eq!(told.messages.len(), expected_messages, "{name}: messages of no known stream");
    if pairs != Pairs::Any {
        assert_pairs(name, told, streams, pairs);
    }
}

/// Gaps are the missing bytes, all of them where something that was captured shows that they were sent.
fn assert_gaps(name: &str, told: &Collected, stream: &Stream) {
    let is_of_stream = |gap: &&deframe::record::GapRecord| {
        gap.connection.client.port == stream.client_port && gap.direction == stream.direction
    };
    let gaps = told.gaps.iter().filter(is_of_stream);
    let positions = gaps.flat_map(|gap| {
        let start = gap.offset.0 + stream.base;
        start..start + gap.len
    });
    let positions: BTreeSet<u64> = positions.collect();
    let missing = stream.missing((stream.base, stream.len));
    assert!(positions.is_subset(&missing), "{name}: gaps {positions:?} that are none, missing {missing:?}");
    let interior = stream.missing(stream.told);
    assert!(interior.is_subset(&positions), "{name}: missing {interior:?} but told {positions:?}");
}

/// Every captured byte of an incomplete frame is in a finding.
fn assert_told_of_incomplete_frames(name: &str, told: &Collected, stream: &Stream) {
    let findings = told.findings.iter().filter(|finding| {
        finding.connection.is_some_and(|connection| connection.client.port == stream.client_port)
            && finding.direction == Some(stream.direction)
    });
    let spans = findings.filter_map(|finding| finding.offset.zip(finding.len));
    let found: BTreeSet<u64> =
        spans.flat_map(|(offset, len)| offset.0 + stream.base..offset.0 + stream.base + len).collect();
    let incomplete = stream.frames.iter().filter(|span| !stream.is_complete(**span));
    let captured: BTreeSet<u64> =
        incomplete.flat_map(|span| stream.captured_of(*span).map(|(position, _)| position)).collect();
    assert_eq!(found, captured, "{name}: findings are about the bytes of incomplete frames");
}

fn assert_ledger(name: &str, told: &Collected, stream: &Stream) {
    let is_of_stream =
        |connection: &&deframe::record::ConnectionRecord| connection.name.client.port == stream.client_port;
    let connections: Vec<_> = told.connections.iter().filter(is_of_stream).collect();
    assert_eq!(connections.len(), 1, "{name}: one connection");
    let record = connections[0].directions.of(stream.direction);
    let (facts, ledger) = (record.facts, record.ledger);
    let distinct = stream.bytes.len() as u64;
    assert_eq!(ledger.captured, stream.captured, "{name}: {ledger:?}");
    assert_eq!(facts.delivered, distinct, "{name}: {facts:?}");
    assert_eq!(ledger.duplicate, stream.captured - distinct, "{name}: {ledger:?}");
    assert_eq!(ledger.late, 0, "{name}: {ledger:?}");
}

fn assert_pairs(name: &str, told: &Collected, streams: &[Stream], pairs: Pairs) {
    let number_of = |stream: &Stream, offset: u64| {
        let is_it = |message: &&Message| {
            message.client_port == stream.client_port
                && message.direction == stream.direction.as_str()
                && message.offset == offset
        };
        told.messages.iter().find(is_it).unwrap()
    };
    for answers in streams.iter().filter(|stream| stream.direction == Direction::ServerToClient) {
        let is_peer = |stream: &&Stream| {
            stream.client_port == answers.client_port && stream.direction == Direction::ClientToServer
        };
        let requests = streams.iter().find(is_peer).unwrap();
        let expected_requests = requests.messages();
        for answer in answers.messages() {
            let message = number_of(answers, answer.offset);
            let request = expected_requests.iter().find(|request| request.index == answer.index);
            let request = request.filter(|request| request.last_packet < answer.last_packet);
            let request = request.map(|request| number_of(requests, request.offset));
            let expected = request.map(|request| (request.number, message.time_ns - request.time_ns));
            let unknown = expected.is_none() || message.answers.is_none();
            let is_due = match pairs {
                Pairs::All => true,
                Pairs::AfterPauses => request.is_none_or(|request| comes_after_pause(told, request, message)),
                Pairs::NoneWrong | Pairs::Any => false,
            };
            if is_due || !unknown {
                assert_eq!(message.answers, expected, "{name}: answer {} to {:?}", message.number, request);
            }
        }
    }
}

/// Whether both sides were silent before the request, and that for much longer than the answer took.
fn comes_after_pause(told: &Collected, request: &Message, answer: &Message) -> bool {
    let before = told.messages.iter().rev().filter(|message| message.number < request.number);
    let before = before.filter(|message| message.connection == request.connection).map(|message| message.time_ns);
    let silence_ns = before.max().map_or(0, |before| request.time_ns - before);
    silence_ns >= 100_000_000.max(64 * (answer.time_ns - request.time_ns))
}
