//! The stream stage, from any sequence of segments.
//!
//! A script is a row of steps of seven bytes, each a segment:
//!
//! | byte | meaning |
//! |---|---|
//! | 0 | bit 0: sent by the server; bits 1-2: which connection; bits 3-6: SYN, ACK, FIN, RST; bit 7: snapped |
//! | 1 | sequence number, signed, from where the sender's last segment ended; -128: it is far off, by byte 2 |
//! | 2 | payload bytes |
//! | 3 | acknowledgement, signed, from where the other side's last segment ended; -128: far off, by byte 2 |
//! | 4 | bits 0-5: packet time that passes, as a power of two in nanoseconds; bit 7: it goes back |
//! | 5 | times: 1; from 200 on up to 56, or 4200 if the script begins with 255. Bit 0: each continues the last |
//! | 6 | 255: the payload differs from what was sent; else nothing |
//!
//! Whatever the script: no panic, offsets follow each other without hole or overlap, every byte that is delivered is
//! one that its packet carried for that place, and every captured byte is delivered or counted, once.

use deframe::packet::{Flags, Segment, VlanPath};
use deframe::stream::{Connection, ConnectionId, StreamConfig, StreamSink, Streams};
use deframe::units::{Chunk, Direction, Endpoint, Gap, Origin, StreamOffset, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Length of a step.
const STEP: usize = 7;

/// Most segments of a script, so that none takes long.
const SEGMENTS: usize = 20_000;

/// Where the sequence numbers of all sides start: they wrap soon.
const FIRST_SEQ: u32 = u32::MAX - 100;

/// A segment that owns its payload.
#[derive(Clone)]
struct Sent {
    seq: u32,
    syn: bool,
    payload: Vec<u8>,
}

/// Plays `script` and checks what the stage makes of it.
///
/// # Panics
/// If something does not hold that must hold for every sequence of segments. That is a defect.
pub fn check(script: &[u8]) {
    let mut player = Player {
        streams: Streams::new(StreamConfig { server_ports: vec![8000], ..StreamConfig::default() }),
        told: Told::default(),
        time_ns: 0,
        ends: [FIRST_SEQ; 8],
        long: script.first() == Some(&255),
    };
    let (steps, _) = script.as_chunks::<STEP>();
    for step in steps {
        player.step(step);
    }
    player.streams.finish(&mut player.told);
    assert_eq!(player.streams.oldest_pending(), None, "nothing waits after the end");
    player.told.assert_all_told();
}

struct Player {
    streams: Streams,
    told: Told,
    time_ns: i64,
    /// Where the last segment of each side of each connection ended.
    ends: [u32; 8],
    /// Steps may be repeated so often that queues fill up.
    long: bool,
}

impl Player {
    fn step(&mut self, step: &[u8; STEP]) {
        let [head, seq, len, ack, time, times, differs] = *step;
        let side = usize::from(head & 7);
        let far = u32::from(len) << 24;
        let near = |end: u32, delta: u8| match delta.cast_signed() {
            i8::MIN => end.wrapping_add(far),
            delta => end.wrapping_add_signed(i32::from(delta)),
        };
        let bit = |bit: u8| head & 1 << bit != 0;
        let flags = Flags { syn: bit(3), ack: bit(4), fin: bit(5), rst: bit(6) };
        let passed = 1_i64 << (time & 0x3f).min(62);
        let passed = if time & 0x80 == 0 { passed } else { -passed };
        let mut seq = near(self.ends[side], seq);
        let continues = times & 1 == 1;
        let times = match times {
            0..200 => 1,
            255 if self.long => 4200,
            200.. => usize::from(times - 199),
        };
        for time in 0..times {
            self.time_ns = if time == 0 { self.time_ns.saturating_add(passed) } else { self.time_ns };
            let first = seq.wrapping_add(u32::from(flags.syn));
            let payload = (0..u32::from(len)).map(|index| byte(side, first.wrapping_add(index), differs == 255));
            let sent = Sent { seq, syn: flags.syn, payload: payload.collect() };
            let cut = if bit(7) { u32::from(ack) } else { 0 };
            let end = first.wrapping_add(u32::from(len)).wrapping_add(cut);
            self.push(side, flags, near(self.ends[side ^ 1], ack), cut, &sent);
            self.ends[side] = end;
            seq = if continues { end } else { seq };
        }
    }

    fn push(&mut self, side: usize, flags: Flags, ack: u32, cut: u32, sent: &Sent) {
        if self.told.sent.len() == SEGMENTS {
            return;
        }
        let client = Endpoint { addr: Ipv4Addr::LOCALHOST.into(), port: 40_000 + (side as u16 >> 1) };
        let server = Endpoint { port: 8000, ..client };
        let (source, destination) = if side & 1 == 0 { (client, server) } else { (server, client) };
        self.told.sent.push(sent.clone());
        let packet = self.told.sent.len() as u64;
        let segment = Segment {
            origin: Origin { packet, time: Timestamp::from_ns(self.time_ns), ..Origin::default() },
            source,
            destination,
            vlan: VlanPath::default(),
            seq: sent.seq,
            ack,
            flags,
            payload: &sent.payload,
            payload_len: sent.payload.len() as u32 + cut,
        };
        self.streams.push(&segment, &mut self.told);
        assert!(self.streams.oldest_pending().is_none_or(|oldest| oldest <= packet));
    }
}

/// The byte that a side sends at a sequence number.
fn byte(side: usize, seq: u32, differs: bool) -> u8 {
    let mixed = (seq ^ side as u32).wrapping_mul(0x9e37_79b9);
    (mixed >> 24) as u8 ^ if differs { 0x55 } else { 0 }
}

/// What the stage told.
#[derive(Default)]
struct Told {
    /// All packets.
    sent: Vec<Sent>,
    directions: BTreeMap<(ConnectionId, Direction), Delivered>,
    closed: BTreeSet<ConnectionId>,
    /// Payload bytes that the stage says it was given.
    captured: u64,
}

#[derive(Default)]
struct Delivered {
    /// Where the next chunk or gap has to start.
    end: u64,
    delivered: u64,
    missing: u64,
    gaps: u64,
    available: Origin,
    /// Sequence numbers that offset 0 may have, judging by the bytes that were delivered so far.
    zeros: Option<Vec<u32>>,
}

impl Told {
    fn direction(&mut self, connection: &Connection, direction: Direction) -> &mut Delivered {
        assert!(!self.closed.contains(&connection.id), "nothing comes after the end");
        self.directions.entry((connection.id, direction)).or_default()
    }

    fn assert_all_told(&self) {
        let sent: usize = self.sent.iter().map(|sent| sent.payload.len()).sum();
        assert_eq!(self.captured, sent as u64, "every captured byte is counted");
        assert!(self.directions.keys().all(|(id, _)| self.closed.contains(id)), "every connection is closed");
    }
}

impl StreamSink for Told {
    type Kept = ();

    fn chunk(&mut self, connection: &Connection, (): &mut (), direction: Direction, chunk: Chunk<'_>) {
        let sent = self.sent[chunk.packet as usize - 1].clone();
        let Delivered { end, delivered, available, zeros, .. } = self.direction(connection, direction);
        let len = chunk.bytes.len() as u64;
        assert_eq!(chunk.offset, StreamOffset(*end));
        assert!(len > 0 && *available <= chunk.available && chunk.packet <= chunk.available.packet);
        let first = sent.seq.wrapping_add(u32::from(sent.syn)).wrapping_sub(chunk.offset.0 as u32);
        let places = sent.payload.windows(chunk.bytes.len()).zip(0_u32..);
        let places = places.filter(|(bytes, _)| *bytes == chunk.bytes).map(|(_, at)| first.wrapping_add(at));
        let places: Vec<u32> = places.filter(|zero| zeros.as_ref().is_none_or(|zeros| zeros.contains(zero))).collect();
        assert!(!places.is_empty(), "packet {} did not carry these bytes for {}", chunk.packet, chunk.offset);
        (*zeros, *available) = (Some(places), chunk.available);
        *end += len;
        *delivered += len;
    }

    fn gap(&mut self, connection: &Connection, (): &mut (), direction: Direction, gap: Gap) {
        let Delivered { end, missing, gaps, .. } = self.direction(connection, direction);
        assert_eq!(gap.offset, StreamOffset(*end));
        assert!(gap.len > 0);
        *end += gap.len;
        *missing += gap.len;
        *gaps += 1;
    }

    fn conflict(&mut self, connection: &Connection, (): &mut (), direction: Direction, _: StreamOffset, seen: Origin) {
        let sent = self.sent.len() as u64;
        assert!(seen.packet <= sent);
        self.direction(connection, direction);
    }

    fn closed(&mut self, connection: &Connection, (): &mut ()) {
        for direction in Direction::BOTH {
            let facts = connection.facts(direction);
            let told = self.direction(connection, direction);
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late, "{facts:?}");
            assert_eq!(
                (facts.delivered, facts.missing, facts.gaps),
                (told.delivered, told.missing, told.gaps),
                "{facts:?}"
            );
            self.captured += facts.captured;
        }
        assert!(self.closed.insert(connection.id), "a connection ends once");
    }
}
