//! What is left of a capture: which bytes of which stream, and which frames.
//!
//! Slow and obvious on purpose: every direction is a map from stream position to byte, the first byte that comes for a
//! position counts, and a position is the sequence number minus the first one.

use super::frames::frames;
use super::packet::{Flow, Packet, SYN};
use super::pcap::Record;
use serde::Serialize;
use std::collections::BTreeMap;

/// One direction of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) flow: Flow,
    pub(crate) from_client: bool,
    /// Sequence number of the first byte.
    first_seq: u32,
    pub(crate) bytes: BTreeMap<u64, u8>,
}

/// The streams of a capture, in the order of their first packets. Those that start in mid-stream, without a SYN, are
/// taken to start where the stream of the same ports in `clean` starts.
pub(crate) fn streams(link: u32, records: &[Record], clean: &[Stream]) -> Vec<Stream> {
    let packets: Vec<Packet> = records.iter().filter_map(|record| Packet::decode(link, &record.data)).collect();
    let mut streams: Vec<Stream> = Vec::new();
    for packet in packets.iter().filter(|packet| packet.flags & SYN != 0) {
        let first_seq = packet.seq.wrapping_add(1);
        let (flow, from_client) = (packet.flow, packet.is_syn());
        streams.push(Stream { flow, from_client, first_seq, bytes: BTreeMap::new() });
    }
    for stream in clean {
        if !streams.iter().any(|known| known.flow == stream.flow) {
            streams.push(Stream { bytes: BTreeMap::new(), ..stream.clone() });
        }
    }
    for packet in packets {
        for stream in streams.iter_mut().filter(|stream| stream.flow == packet.flow) {
            let start = u64::from(packet.seq.wrapping_sub(stream.first_seq));
            for (position, byte) in (start..).zip(&packet.payload) {
                stream.bytes.entry(position).or_insert(*byte);
            }
        }
    }
    streams
}

impl Stream {
    fn client_port(&self) -> u16 {
        if self.from_client { self.flow.0 } else { self.flow.1 }
    }

    fn server_port(&self) -> u16 {
        if self.from_client { self.flow.1 } else { self.flow.0 }
    }

    /// The bytes of the whole stream, if none is missing up to the last one.
    pub(crate) fn whole(&self) -> Option<Vec<u8>> {
        let positions = self.bytes.keys().copied();
        positions.eq(0..self.bytes.len() as u64).then(|| self.bytes.values().copied().collect())
    }

    /// Position and length of each frame, if the stream is whole.
    pub(crate) fn frames(&self) -> Vec<(u64, u64)> {
        self.whole().map_or_else(Vec::new, |bytes| frames(self.server_port(), &bytes))
    }

    /// Runs of positions below `end` that have no byte.
    fn missing(&self, end: u64) -> Vec<(u64, u64)> {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for position in (0..end).filter(|position| !self.bytes.contains_key(position)) {
            match runs.last_mut() {
                Some((start, len)) if *start + *len == position => *len += 1,
                _ => runs.push((position, 1)),
            }
        }
        runs
    }

    fn direction(&self) -> &'static str {
        if self.from_client { "client->server" } else { "server->client" }
    }

    fn frame(&self, (offset, len): (u64, u64), captured: Option<u64>) -> Frame {
        Frame { client_port: self.client_port(), direction: self.direction(), offset, len, captured }
    }
}

/// A frame of the clean capture.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    pub(crate) client_port: u16,
    pub(crate) direction: &'static str,
    /// Position of the frame's first byte in the clean stream, 0-based.
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// How many of its bytes a variant still has; absent where all of them are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) captured: Option<u64>,
}

/// One direction of a connection in a variant.
#[derive(Debug, Serialize)]
pub(crate) struct Direction {
    pub(crate) client_port: u16,
    pub(crate) direction: &'static str,
    /// Bytes in the clean capture.
    pub(crate) stream_len: u64,
    /// Positions of which the variant has the byte.
    pub(crate) captured: u64,
    /// The first of them.
    pub(crate) first_captured: Option<u64>,
    /// Position and length of each run of bytes that the variant does not have.
    pub(crate) missing: Vec<(u64, u64)>,
}

/// What a variant still has of a clean capture.
#[derive(Debug, Serialize)]
pub(crate) struct Remains {
    pub(crate) packets: usize,
    pub(crate) directions: Vec<Direction>,
    /// The frames of which bytes are missing. All others are complete.
    pub(crate) incomplete_frames: Vec<Frame>,
}

/// All frames of a clean capture, direction by direction.
pub(crate) fn all_frames(clean: &[Stream]) -> Vec<Frame> {
    clean.iter().flat_map(|stream| stream.frames().into_iter().map(|span| stream.frame(span, None))).collect()
}

/// What the `records` of a variant, of this link type, still have of the `clean` streams.
pub(crate) fn remains(clean: &[Stream], link: u32, records: &[Record]) -> Remains {
    let left = streams(link, records, clean);
    let mut remains = Remains { packets: records.len(), directions: Vec::new(), incomplete_frames: Vec::new() };
    for stream in clean {
        let Some(left) = left.iter().find(|left| left.flow == stream.flow) else { continue };
        let stream_len = stream.bytes.len() as u64;
        remains.directions.push(Direction {
            client_port: stream.client_port(),
            direction: stream.direction(),
            stream_len,
            captured: left.bytes.len() as u64,
            first_captured: left.bytes.keys().next().copied(),
            missing: left.missing(stream_len),
        });
        for (offset, len) in stream.frames() {
            let captured = left.bytes.range(offset..offset + len).count() as u64;
            if captured < len {
                remains.incomplete_frames.push(stream.frame((offset, len), Some(captured)));
            }
        }
    }
    remains
}
