//! A capture of connections that talk at the same time, written packet by packet, so that it may be of any size.
//!
//! Ethernet, IPv4, TCP without options; full segments of 1,448 bytes; every write is acknowledged. Faults are made on
//! the way: two neighbouring segments swapped, a segment captured twice, a segment not captured.

use super::messages::{Sizes, pool};
use super::random::Random;
use std::io::{self, Write};

/// Payload bytes of a full segment.
const SEGMENT_LEN: usize = 1448;
const SERVER: ([u8; 4], u16) = ([10, 0, 0, 1], 8001);

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// What a capture is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    pub(crate) seed: u64,
    pub(crate) bytes: u64,
    pub(crate) connections: usize,
    pub(crate) sizes: Sizes,
    /// Writes after which a connection ends and another begins; 0 for never.
    pub(crate) writes: usize,
    pub(crate) faults: Faults,
    pub(crate) pcapng: bool,
}

/// Out of a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// Writes of several segments of which two are swapped.
    pub(crate) reordered: usize,
    /// Segments that are captured twice.
    pub(crate) duplicated: usize,
    /// Segments that are not captured.
    pub(crate) lost: usize,
}

impl Traffic {
    /// The capture that the others are compared with: so many megabytes over 64 connections.
    pub(crate) const fn usual(megabytes: u64) -> Self {
        Self {
            seed: 1,
            bytes: megabytes * 1_000_000,
            connections: 64,
            sizes: Sizes::Mixed(200),
            writes: 0,
            faults: Faults { reordered: 0, duplicated: 0, lost: 0 },
            pcapng: false,
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Made {
    pub(crate) bytes: u64,
    pub(crate) packets: u64,
    pub(crate) frames: u64,
}

struct Connection {
    address: [u8; 4],
    port: u16,
    /// Next sequence number of the client and of the server.
    next: [u32; 2],
    writes: usize,
}

struct Capture<W> {
    out: W,
    pcapng: bool,
    time_us: u64,
    made: Made,
    random: Random,
    opened: usize,
}

/// Writes the capture.
pub(crate) fn write(traffic: &Traffic, out: impl Write) -> io::Result<Made> {
    let mut random = Random::new(traffic.seed);
    let pool = pool(&mut random, traffic.sizes);
    let mut capture = Capture {
        out,
        pcapng: traffic.pcapng,
        time_us: 1_754_596_432_000_000,
        made: Made::default(),
        random,
        opened: 0,
    };
    capture.file_header()?;
    let mut connections = Vec::new();
    for _ in 0..traffic.connections {
        connections.push(capture.open()?);
    }
    while capture.made.bytes < traffic.bytes {
        let index = capture.random.below(connections.len());
        let connection = &mut connections[index];
        let side = capture.random.below(2);
        let mut bytes = Vec::new();
        for _ in 0..capture.random.burst(4.0) {
            bytes.extend_from_slice(capture.random.pick::<Vec<u8>>(&pool[side]));
            capture.made.frames += 1;
        }
        capture.send(connection, side, &bytes, traffic.faults)?;
        connection.writes += 1;
        if traffic.writes > 0 && connection.writes >= traffic.writes {
            capture.close(connection)?;
            connections[index] = capture.open()?;
        }
    }
    capture.out.flush()?;
    Ok(capture.made)
}

impl<W: Write> Capture<W> {
    fn open(&mut self) -> io::Result<Connection> {
        let index = self.opened;
        self.opened += 1;
        let address = [10, 1 + (index / 62_500 % 200) as u8, (index / 250 % 250) as u8, 1 + (index % 250) as u8];
        let port = 20_000 + (index % 40_000) as u16;
        let next = [0, 0].map(|_: u32| self.random.next() as u32);
        let mut connection = Connection { address, port, next, writes: 0 };
        for (side, flags) in [(0, SYN), (1, SYN | ACK), (0, ACK)] {
            let packet = self.packet(&mut connection, side, flags, &[]);
            self.record(&packet)?;
        }
        Ok(connection)
    }

    fn close(&mut self, connection: &mut Connection) -> io::Result<()> {
        for (side, flags) in [(0, FIN | ACK), (1, FIN | ACK), (0, ACK)] {
            let packet = self.packet(connection, side, flags, &[]);
            self.record(&packet)?;
        }
        Ok(())
    }

    fn send(&mut self, connection: &mut Connection, side: usize, bytes: &[u8], faults: Faults) -> io::Result<()> {
        let mut packets = Vec::new();
        for segment in bytes.chunks(SEGMENT_LEN) {
            let packet = self.packet(connection, side, PSH | ACK, segment);
            if self.random.below(1000) >= faults.lost {
                packets.push(packet);
            }
        }
        if packets.len() > 1 && self.random.below(1000) < faults.reordered {
            let first = self.random.below(packets.len() - 1);
            packets.swap(first, first + 1);
        }
        for packet in &packets {
            self.record(packet)?;
            if self.random.below(1000) < faults.duplicated {
                self.record(packet)?;
            }
        }
        let packet = self.packet(connection, 1 - side, ACK, &[]);
        self.record(&packet)
    }

    /// A packet of `side`, whose sequence numbers move on.
    fn packet(&mut self, connection: &mut Connection, side: usize, flags: u8, payload: &[u8]) -> Vec<u8> {
        let client = (connection.address, connection.port);
        let (from, to) = if side == 0 { (client, SERVER) } else { (SERVER, client) };
        let ip_len = 40 + payload.len() as u16;
        let mut packet = Vec::with_capacity(54 + payload.len());
        packet.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0]);
        packet.extend(ip_len.to_be_bytes());
        packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        packet.extend([from.0, to.0].concat());
        packet.extend([from.1.to_be_bytes(), to.1.to_be_bytes()].concat());
        packet.extend(connection.next[side].to_be_bytes());
        packet.extend(if flags & ACK == 0 { 0 } else { connection.next[1 - side] }.to_be_bytes());
        packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        packet.extend_from_slice(payload);
        let moved = payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        connection.next[side] = connection.next[side].wrapping_add(moved);
        packet
    }

    fn file_header(&mut self) -> io::Result<()> {
        let words: &[u32] = if self.pcapng {
            // A section header, and an interface with Ethernet and the usual microseconds.
            &[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28, 1, 20, 1, 262_144, 20]
        } else {
            &[0xa1b2_c3d4, 2 | 4 << 16, 0, 0, 262_144, 1]
        };
        self.put(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())
    }

    fn record(&mut self, packet: &[u8]) -> io::Result<()> {
        self.time_us += 1 + self.random.below(20) as u64;
        self.made.packets += 1;
        let (len, padding) = (packet.len() as u32, packet.len().next_multiple_of(4) - packet.len());
        let (time_us, total) = (self.time_us, 32 + len + padding as u32);
        if self.pcapng {
            let head = [6, total, 0, (time_us >> 32) as u32, time_us as u32, len, len].map(u32::to_le_bytes);
            self.put(head.as_flattened())?;
            self.put(packet)?;
            self.put(&[0; 3][..padding])?;
            self.put(&total.to_le_bytes())
        } else {
            let head = [(time_us / 1_000_000) as u32, (time_us % 1_000_000) as u32, len, len].map(u32::to_le_bytes);
            self.put(head.as_flattened())?;
            self.put(packet)
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.made.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}
