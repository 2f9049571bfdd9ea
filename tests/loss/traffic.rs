//! A conversation over one connection: frames of the Star Network layout with payloads as its services
//! send them, in full segments as a busy sender makes them, so that frames start anywhere in a segment;
//! every one or two acknowledged.

use crate::faults::packet::{ACK, FIN, Flow, PSH, Packet, SYN};
use crate::faults::pcap::Record;
use crate::faults::random::Random;

/// Frames of the conversation that the document shows.
pub(crate) const FRAMES: usize = 7395;

/// Payload bytes of a full segment: 1500 less the headers with timestamps.
const SEGMENT_LEN: usize = 1448;

/// Port of the client and of the server.
pub(crate) const PORTS: Flow = (40_123, 8001);

const MAGIC: [u8; 4] = [0xef, 0xbe, 0xad, 0xde];

/// A clean capture, and what it carries. Sides are the client, 0, and the server, 1.
pub(crate) struct Conversation {
    pub(crate) records: Vec<Record>,
    /// Sequence number of the first byte of each side. Both wrap within the conversation.
    pub(crate) first_seq: [u32; 2],
    /// All bytes of each side.
    pub(crate) bytes: [Vec<u8>; 2],
    /// Position and length of each frame of each side.
    pub(crate) frames: [Vec<(u64, u64)>; 2],
}

/// The flow of a side.
pub(crate) const fn flow(side: usize) -> Flow {
    if side == 0 { PORTS } else { (PORTS.1, PORTS.0) }
}

/// The conversation of this `seed`, handshake and end included, with so many frames in all.
pub(crate) fn conversation(seed: u64, frames: usize) -> Conversation {
    let mut random = Random::new(seed);
    let first_seq = [0, 0].map(|_: u32| u32::MAX - number(random.below(300_000)));
    let mut talk = Talk {
        made: Conversation { records: Vec::new(), first_seq, bytes: Default::default(), frames: Default::default() },
        unsent: Default::default(),
        time_ns: 1_754_596_432_000_000_000,
    };
    talk.handshake();
    let mut sent = 0;
    while sent < frames {
        let side = random.below(2);
        for _ in 0..writes_together(&mut random).min(frames - sent) {
            let frame = frame(&payload(side, sent, &mut random));
            let at = talk.made.bytes[side].len() + talk.unsent[side].len();
            talk.made.frames[side].push((at as u64, frame.len() as u64));
            talk.unsent[side].extend(frame);
            sent += 1;
        }
        talk.send_full_segments(side, &mut random);
    }
    talk.end(&mut random);
    talk.made
}

/// Frames that are written at once: four or so, sometimes many.
fn writes_together(random: &mut Random) -> usize {
    let mut count = 1;
    while count < 40 && !random.one_in(4) {
        count += 1;
    }
    count
}

fn frame(payload: &[u8]) -> Vec<u8> {
    [&number(payload.len()).to_le_bytes()[..], &MAGIC, payload].concat()
}

/// A number that fits.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A protobuf message; `index` is in all of them, so that no two are the same.
fn payload(side: usize, index: usize, random: &mut Random) -> Vec<u8> {
    match random.below(10) {
        0 if side == 0 => {
            let id = [varint(1, index as u64), varint(2, random.below(1 << 60) as u64)].concat();
            let body = [bytes(1, b"Star Citizen Game Client"), bytes(2, b"sc_client"), bytes(3, &id)].concat();
            [bytes(1, b"diff.service.online"), bytes(2, &body), varint(3, 0)].concat()
        }
        0 => {
            let names: [&[u8]; 3] = [b"authentication_service", b"diffusion_service", b"game_server"];
            let endpoint = |name: &[u8]| bytes(2, &[bytes(1, name), bytes(2, b"127.0.0.1"), varint(3, 8443)].concat());
            let endpoints = names.map(endpoint).concat();
            [varint(1, 1), endpoints, bytes(3, b"1.0.0"), varint(4, 1_754_596_432_582 + index as u64)].concat()
        }
        1..=4 if side == 0 => {
            let state = [varint(1, 4), varint(2, index as u64), varint(3, u64::MAX), varint(4, u64::MAX)].concat();
            [bytes(1, b"heartbeat"), bytes(2, &bytes(1, &state)), varint(3, 0)].concat()
        }
        1..=4 => {
            let session = bytes(3, b"sc_session_1754596432_82ca96b7");
            let time = varint(2, 1_754_596_432_582 + index as u64);
            [bytes(1, b"heartbeat_ack"), time, session, varint(4, 1), varint(5, 30)].concat()
        }
        _ => update(index, update_len(random), random),
    }
}

/// Most are of some hundred bytes, some of thousands.
fn update_len(random: &mut Random) -> usize {
    let mut len = 100 + random.below(540);
    while len < 6000 && random.one_in(3) {
        len *= 2;
    }
    len
}

fn update(index: usize, len: usize, random: &mut Random) -> Vec<u8> {
    let mut out = [bytes(1, b"entity_update"), varint(2, index as u64)].concat();
    while out.len() < len {
        out.extend(match random.below(5) {
            0 => bytes(4, format!("npc_{:06}", random.below(65_536)).as_bytes()),
            1 => {
                let blob: Vec<u8> = (0..32).map(|_| random.below(256).to_le_bytes()[0]).collect();
                bytes(5, &blob)
            }
            _ => {
                let float =
                    |key: u8, value: usize| [&[key << 3 | 5][..], &(number(value) as f32).to_le_bytes()].concat();
                let place = [2, 3, 4].map(|key| float(key, random.below(20_000))).concat();
                bytes(3, &[varint(1, random.below(1 << 32) as u64), place].concat())
            }
        });
    }
    out
}

fn base128(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
    out
}

fn varint(field: u64, value: u64) -> Vec<u8> {
    [base128(field << 3), base128(value)].concat()
}

fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [&base128(field << 3 | 2)[..], &base128(content.len() as u64), content].concat()
}

struct Talk {
    made: Conversation,
    /// What waits until it fills a segment, by side.
    unsent: [Vec<u8>; 2],
    time_ns: u64,
}

impl Talk {
    /// What `side` sends next.
    fn next_seq(&self, side: usize) -> u32 {
        self.made.first_seq[side].wrapping_add(number(self.made.bytes[side].len()))
    }

    fn send(&mut self, packet: &Packet, after_us: usize) {
        self.time_ns += 1000 * after_us as u64;
        self.made.records.push(packet.encode(self.time_ns));
    }

    fn packet(&self, side: usize, flags: u8) -> Packet {
        Packet::new(flow(side), self.next_seq(side), self.next_seq(1 - side), flags)
    }

    fn handshake(&mut self) {
        let [client, server] = self.made.first_seq.map(|first| first.wrapping_sub(1));
        self.send(&Packet::new(flow(0), client, 0, SYN), 1);
        self.send(&Packet::new(flow(1), server, client.wrapping_add(1), SYN | ACK), 50);
        self.send(&self.packet(0, ACK), 5);
    }

    fn send_full_segments(&mut self, side: usize, random: &mut Random) {
        while self.unsent[side].len() >= SEGMENT_LEN {
            self.send_segment(side, SEGMENT_LEN, random);
        }
    }

    fn send_segment(&mut self, side: usize, len: usize, random: &mut Random) {
        let mut packet = self.packet(side, PSH | ACK);
        packet.payload = self.unsent[side].drain(..len).collect();
        self.send(&packet, 1 + random.below(20));
        self.made.bytes[side].extend(packet.payload);
        if random.one_in(2) {
            self.send(&self.packet(1 - side, ACK), 1 + random.below(20));
        }
    }

    fn end(&mut self, random: &mut Random) {
        for side in [0, 1] {
            self.send_segment(side, self.unsent[side].len(), random);
        }
        self.send(&self.packet(0, FIN | ACK), 100);
        let after_fin = |mut packet: Packet, seq: u32, ack: u32| {
            packet.seq = packet.seq.wrapping_add(seq);
            packet.ack = packet.ack.wrapping_add(ack);
            packet
        };
        self.send(&after_fin(self.packet(1, FIN | ACK), 0, 1), 10);
        self.send(&after_fin(self.packet(0, ACK), 1, 1), 10);
    }
}
