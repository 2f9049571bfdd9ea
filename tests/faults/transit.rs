//! What happens to packets on the way into a capture: lost, late, twice, changed, or before it started.

use super::packet::{ACK, FIN, Flow, Packet, SYN};
use super::pcap::{ETHERNET, Record};
use super::random::Random;
use super::segmentation::split;
use std::collections::{BTreeMap, BTreeSet};

/// Where the data segments of each flow are.
pub(crate) fn data_positions(records: &[Record]) -> BTreeMap<Flow, Vec<usize>> {
    let mut positions: BTreeMap<Flow, Vec<usize>> = BTreeMap::new();
    for (position, record) in records.iter().enumerate() {
        if let Some(packet) = Packet::decode(ETHERNET, &record.data).filter(|packet| !packet.payload.is_empty()) {
            positions.entry(packet.flow).or_default().push(position);
        }
    }
    positions
}

impl Packet {
    /// The first packet of a connection, sent by its client.
    pub(crate) fn is_syn(&self) -> bool {
        self.flags & (SYN | ACK) == SYN
    }
}

/// In the middle of each flow one data segment is not captured.
pub(crate) fn lost(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    let middle = |positions: &Vec<usize>| positions.get(positions.len() / 2).copied();
    let gone: BTreeSet<usize> = data_positions(&records).values().filter_map(middle).collect();
    let positions = records.into_iter().enumerate();
    positions.filter(|(position, _)| !gone.contains(position)).map(|(_, record)| record).collect()
}

/// Split, and in the middle of each flow one of the small segments is not captured: a part of a frame.
pub(crate) fn lost_split(records: Vec<Record>, seed: u64) -> Vec<Record> {
    lost(split(records, seed), seed)
}

/// Split, and one in twelve of the small segments is not captured.
pub(crate) fn lossy(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut records = split(records, seed);
    records.retain(|record| {
        let is_data = Packet::decode(ETHERNET, &record.data).is_some_and(|packet| !packet.payload.is_empty());
        !(is_data && random.one_in(12))
    });
    records
}

/// In each flow one pair of neighbouring data segments comes in the wrong order.
pub(crate) fn reordered(mut records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    for positions in data_positions(&records).values() {
        let first = random.below(positions.len().saturating_sub(1));
        if let [a, b, ..] = positions.get(first..).unwrap_or_default() {
            swap(&mut records, *a, *b);
        }
    }
    records
}

/// Split, and half of the pairs of segments that follow each other directly come in the wrong order.
pub(crate) fn reordered_split(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut records = split(records, seed);
    for positions in data_positions(&records).values() {
        for pair in positions.chunks_exact(2) {
            if let [a, b] = pair
                && a + 1 == *b
                && random.one_in(2)
            {
                swap(&mut records, *a, *b);
            }
        }
    }
    records
}

/// Exchanges two packets; the times stay where they are, so that time does not run back.
fn swap(records: &mut [Record], a: usize, b: usize) {
    let times = [a, b].map(|position| records.get(position).map(|record| record.time_ns));
    records.swap(a, b);
    for (position, time_ns) in [a, b].into_iter().zip(times) {
        if let (Some(record), Some(time_ns)) = (records.get_mut(position), time_ns) {
            record.time_ns = time_ns;
        }
    }
}

/// Half of the data segments come once more, up to three packets later.
pub(crate) fn duplicated(records: Vec<Record>, seed: u64) -> Vec<Record> {
    repeated(records, seed, |packet| packet)
}

/// As [`duplicated`], but the last byte of the repetition differs. The first one counts.
pub(crate) fn conflicting(records: Vec<Record>, seed: u64) -> Vec<Record> {
    repeated(records, seed, |mut packet| {
        if let Some(byte) = packet.payload.last_mut() {
            *byte ^= 0xff;
        }
        packet
    })
}

/// Half of the data segments are followed by a keep-alive of their sender: a byte of garbage just before what it
/// sends next (RFC 9293 section 3.8.4).
pub(crate) fn keep_alives(records: Vec<Record>, seed: u64) -> Vec<Record> {
    repeated(records, seed, |mut packet| {
        let before_next = u32::try_from(packet.payload.len()).unwrap_or(0).wrapping_sub(1);
        packet.seq = packet.seq.wrapping_add(before_next);
        packet.flags = ACK;
        packet.payload = vec![0];
        packet
    })
}

fn repeated(records: Vec<Record>, seed: u64, change: fn(Packet) -> Packet) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut out = Vec::new();
    let mut waiting: Vec<(usize, Packet)> = Vec::new();
    for (position, record) in records.into_iter().enumerate() {
        let time_ns = record.time_ns;
        let packet = Packet::decode(ETHERNET, &record.data);
        // Nothing is repeated after the end of its connection.
        let due = |at: usize, repetition: &Packet| {
            at <= position
                || packet.as_ref().is_some_and(|packet| packet.flags & FIN != 0 && packet.flow == repetition.flow)
        };
        let (now, later) = waiting.into_iter().partition(|(at, repetition)| due(*at, repetition));
        waiting = later;
        out.extend(now.into_iter().map(|(_, repetition)| repetition.encode(time_ns)));
        out.push(record);
        if let Some(packet) = packet.filter(|packet| !packet.payload.is_empty())
            && random.one_in(2)
        {
            waiting.push((position + 1 + random.below(3), change(packet)));
        }
    }
    out
}

/// Split, and the capture starts late: no handshake, and the first captured data is the third small segment of a
/// frame, from the client in the first connection, from the server in the second, and so on in turns.
pub(crate) fn midstream(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let records = split(records, seed);
    let positions = data_positions(&records);
    let syns = records.iter().filter_map(|record| Packet::decode(ETHERNET, &record.data)).filter(Packet::is_syn);
    let starts: Vec<(Flow, usize)> = syns
        .map(|syn| syn.flow)
        .enumerate()
        .map(|(index, (client, server))| {
            let flow = if index % 2 == 0 { (client, server) } else { (server, client) };
            let start = positions.get(&flow).and_then(|positions| positions.get(2));
            ((client, server), start.copied().unwrap_or(0))
        })
        .collect();
    let is_captured = |(position, record): &(usize, Record)| {
        let flow = Packet::decode(ETHERNET, &record.data).map(|packet| packet.flow);
        let start = starts.iter().find(|((a, b), _)| flow == Some((*a, *b)) || flow == Some((*b, *a)));
        start.is_none_or(|(_, start)| position >= start)
    };
    records.into_iter().enumerate().filter(is_captured).map(|(_, record)| record).collect()
}

/// Sequence numbers pass 2^32 within the first two hundred bytes of each flow.
pub(crate) fn wrapped(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    const FIRST: u32 = 200_u32.wrapping_neg();
    let mut shifts: BTreeMap<Flow, u32> = BTreeMap::new();
    let mut shifted = |record: Record| {
        let Some(mut packet) = Packet::decode(ETHERNET, &record.data) else { return record };
        let shift = *shifts.entry(packet.flow).or_insert(FIRST.wrapping_sub(packet.seq));
        let peer = shifts.get(&(packet.flow.1, packet.flow.0)).copied().unwrap_or(0);
        packet.seq = packet.seq.wrapping_add(shift);
        packet.ack = if packet.flags & ACK == 0 { packet.ack } else { packet.ack.wrapping_add(peer) };
        packet.encode(record.time_ns)
    };
    records.into_iter().map(&mut shifted).collect()
}

/// Everything at once: split, one segment of one flow lost, others late, others twice.
pub(crate) fn all(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut records = reordered_split(records, seed);
    let first_flow = data_positions(&records).into_values().next().unwrap_or_default();
    if let Some(middle) = first_flow.get(first_flow.len() / 2) {
        records.remove(*middle);
    }
    duplicated(records, seed)
}
