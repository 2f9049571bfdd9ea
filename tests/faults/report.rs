//! A capture that carries the frames of a report: back from the `sd` JSON to packets.
//!
//! Each connection gets a handshake, its frames in segments of any sizes, an acknowledgement after each frame, and an
//! end. The last segment of a frame has the time of its record; the others come a microsecond apart before it.

use super::packet::{ACK, FIN, Flow, PSH, Packet, SYN};
use super::pcap::Record;
use super::random::Random;
use super::segmentation::cut;
use std::io;

/// Where the service listens in the captures that are made.
const SERVER_PORT: u16 = 8000;
/// So near to 2^32 that sequence numbers pass it soon.
const FIRST_SEQ: u32 = 0xffff_ff00;
const US: u64 = 1000;

/// One frame of a report; what else the report says is left aside.
#[derive(serde::Deserialize)]
struct Entry {
    /// Without a zone; taken as UTC.
    timestamp: String,
    direction: String,
    hex_data: String,
    connection: String,
}

/// How frames are cut into segments.
pub(crate) enum Sizes {
    /// In these sizes, of which the last is repeated; each frame starts anew. Empty is one segment a frame.
    Fixed(Vec<usize>),
    /// In 1 to 40 bytes, by this seed.
    Random(u64),
}

/// A connection as far as it has been written.
struct Connection {
    name: String,
    flow: Flow,
    /// Next sequence number of the client and of the server.
    next: [u32; 2],
    time_ns: u64,
}

impl Connection {
    fn packet(&self, from_server: bool, flags: u8) -> Packet {
        let (client, server) = self.flow;
        let [of_client, of_server] = self.next;
        match from_server {
            false => Packet::new((client, server), of_client, of_server, flags),
            true => Packet::new((server, client), of_server, of_client, flags),
        }
    }

    fn advance(&mut self, from_server: bool, len: usize) {
        let [of_client, of_server] = &mut self.next;
        let next = if from_server { of_server } else { of_client };
        *next = next.wrapping_add(u32::try_from(len).unwrap_or(0));
    }

    fn open(&mut self, first_ns: u64, out: &mut Vec<Record>) {
        let mut syn = self.packet(false, SYN);
        syn.ack = 0;
        out.push(syn.encode(first_ns.saturating_sub(200 * US)));
        self.advance(false, 1);
        out.push(self.packet(true, SYN | ACK).encode(first_ns.saturating_sub(150 * US)));
        self.advance(true, 1);
        self.time_ns = first_ns.saturating_sub(100 * US);
        out.push(self.packet(false, ACK).encode(self.time_ns));
    }

    fn send(&mut self, from_server: bool, payload: Vec<u8>, time_ns: u64, sizes: &[usize], out: &mut Vec<Record>) {
        let len = payload.len();
        let mut whole = self.packet(from_server, PSH | ACK);
        whole.payload = payload;
        let pieces = cut(&whole, sizes);
        let count = pieces.len() as u64;
        for (piece, number) in pieces.iter().zip(1..) {
            out.push(piece.encode(time_ns.saturating_sub((count - number) * US).max(self.time_ns)));
        }
        self.advance(from_server, len);
        self.time_ns = time_ns;
        out.push(self.packet(!from_server, ACK).encode(time_ns));
    }

    fn close(&mut self, out: &mut Vec<Record>) {
        for from_server in [false, true] {
            out.push(self.packet(from_server, FIN | ACK).encode(self.time_ns + 100 * US));
            self.advance(from_server, 1);
        }
        out.push(self.packet(false, ACK).encode(self.time_ns + 150 * US));
    }
}

/// The packets that carried the frames of `report`, an `sd` export.
///
/// # Errors
/// It is not JSON of that form, or a connection is not `127.0.0.1:PORT`.
pub(crate) fn packets(report: &[u8], sizes: &Sizes) -> io::Result<Vec<Record>> {
    let mut random = Random::new(if let Sizes::Random(seed) = sizes { *seed } else { 0 });
    let mut entries: Vec<Entry> = serde_json::from_slice(report)?;
    // Times of one form sort as text.
    entries.sort_by(|a, b| a.timestamp.cmp(&b.timestamp));
    let (mut connections, mut records): (Vec<Connection>, _) = (Vec::new(), Vec::new());
    for entry in entries {
        let payload = hex::decode(&entry.hex_data).map_err(io::Error::other)?;
        let time: jiff::civil::DateTime = entry.timestamp.parse().map_err(io::Error::other)?;
        let time = time.to_zoned(jiff::tz::TimeZone::UTC).map_err(io::Error::other)?;
        let time_ns = u64::try_from(time.timestamp().as_nanosecond()).map_err(io::Error::other)?;
        let mut index = connections.iter().position(|connection| connection.name == entry.connection);
        if index.is_none() {
            let port = entry.connection.strip_prefix("127.0.0.1:").and_then(|port| port.parse().ok());
            let port: u16 = port.ok_or_else(|| io::Error::other(format!("{} is not on loopback", entry.connection)))?;
            let (flow, next) = ((port, SERVER_PORT), [FIRST_SEQ; 2]);
            let mut connection = Connection { name: entry.connection.clone(), flow, next, time_ns: 0 };
            connection.open(time_ns, &mut records);
            index = Some(connections.len());
            connections.push(connection);
        }
        let Some(connection) = index.and_then(|index| connections.get_mut(index)) else { continue };
        let random_sizes: Vec<usize>;
        let sizes = match sizes {
            Sizes::Fixed(sizes) => sizes,
            Sizes::Random(_) => {
                random_sizes = payload.iter().map(|_| 1 + random.below(40)).collect();
                &random_sizes
            }
        };
        connection.send(entry.direction == "server->client", payload, time_ns, sizes, &mut records);
    }
    connections.iter_mut().for_each(|connection| connection.close(&mut records));
    records.sort_by_key(|record| record.time_ns);
    Ok(records)
}
