//! The same bytes in other segments: cut smaller, overlapping, joined.

use super::packet::{FIN, PSH, Packet};
use super::pcap::{ETHERNET, Record};
use super::random::Random;
use super::transit::data_positions;

/// Longest piece that [`split`] makes, in bytes.
const PIECE_LEN: usize = 40;

/// Every data segment becomes two or more of random small sizes; a quarter of them are single bytes.
pub(crate) fn split(records: Vec<Record>, seed: u64) -> Vec<Record> {
    split_with(records, seed, 0)
}

/// As [`split`], but a piece starts up to eight bytes before the end of the piece before it.
pub(crate) fn overlapping(records: Vec<Record>, seed: u64) -> Vec<Record> {
    split_with(records, seed, 8)
}

fn split_with(records: Vec<Record>, seed: u64, most_overlap: usize) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut out: Vec<Record> = Vec::new();
    for record in records {
        match Packet::decode(ETHERNET, &record.data).filter(|packet| packet.payload.len() > 1) {
            None => out.push(record),
            Some(packet) => {
                let earliest = out.last().map_or(0, |before| before.time_ns);
                let pieces = pieces(&packet, &mut random, most_overlap);
                let count = pieces.len() as u64;
                for (piece, index) in pieces.iter().zip(1..) {
                    let before_last_us = count - index;
                    let time_ns = record.time_ns.saturating_sub(before_last_us * 1000).max(earliest);
                    out.push(piece.encode(time_ns));
                }
            }
        }
    }
    out
}

fn pieces(packet: &Packet, random: &mut Random, most_overlap: usize) -> Vec<Packet> {
    let mut sizes = Vec::new();
    let mut left = packet.payload.len();
    while left > 0 {
        let longest = PIECE_LEN.min(if sizes.is_empty() { left - 1 } else { left });
        let size = if random.one_in(4) { 1 } else { 1 + random.below(longest) };
        sizes.push(size);
        left -= size;
    }
    let mut pieces = cut(packet, &sizes);
    let mut before = 0;
    for (piece, size) in pieces.iter_mut().zip(sizes) {
        let overlap = random.below(most_overlap + 1).min(before);
        let start = before - overlap;
        piece.seq = piece.seq.wrapping_sub(u32::try_from(overlap).unwrap_or(0));
        piece.payload = packet.payload.iter().copied().skip(start).take(overlap + size).collect();
        before += size;
    }
    pieces
}

/// The packet's payload in segments of these sizes, of which the last one is repeated as often as needed.
pub(crate) fn cut(packet: &Packet, sizes: &[usize]) -> Vec<Packet> {
    let mut pieces = Vec::new();
    let (mut rest, mut seq) = (packet.payload.as_slice(), packet.seq);
    let mut sizes = sizes.iter().chain(std::iter::repeat(sizes.last().unwrap_or(&usize::MAX)));
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(rest.len()).clamp(1, rest.len());
        let (payload, after) = rest.split_at(size);
        let flags = if after.is_empty() { packet.flags } else { packet.flags & !(PSH | FIN) };
        let mut piece = packet.clone();
        (piece.seq, piece.flags, piece.payload) = (seq, flags, payload.to_vec());
        pieces.push(piece);
        seq = seq.wrapping_add(u32::try_from(size).unwrap_or(0));
        rest = after;
    }
    pieces
}

/// Every two neighbouring data segments from the side that did not speak first become one, in the place of the second.
pub(crate) fn coalesced(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    let servers: Vec<_> = records
        .iter()
        .filter_map(|record| Packet::decode(ETHERNET, &record.data))
        .filter(Packet::is_syn)
        .map(|syn| (syn.flow.1, syn.flow.0))
        .collect();
    let mut waiting: Vec<Packet> = Vec::new();
    let mut out = Vec::new();
    let positions = data_positions(&records);
    let last = |flow| positions.get(&flow).and_then(|positions| positions.last()).copied();
    for (position, record) in records.into_iter().enumerate() {
        let packet = Packet::decode(ETHERNET, &record.data);
        match packet.filter(|packet| !packet.payload.is_empty() && servers.contains(&packet.flow)) {
            None => out.push(record),
            Some(mut second) => {
                if let Some(index) = waiting.iter().position(|first| first.flow == second.flow) {
                    let first = waiting.swap_remove(index);
                    second.seq = first.seq;
                    second.payload = [first.payload, second.payload].concat();
                    out.push(second.encode(record.time_ns));
                } else if last(second.flow) == Some(position) {
                    out.push(record);
                } else {
                    waiting.push(second);
                }
            }
        }
    }
    out
}
