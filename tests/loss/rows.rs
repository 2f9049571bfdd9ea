//! The rows of the table: what happened to the capture in each.

use crate::faults::packet::Packet;
use crate::faults::pcap::{ETHERNET, Record};
use crate::faults::random::Random;
use crate::faults::transit::{data_positions, duplicated};
use std::collections::BTreeSet;

/// Bytes of each packet that are captured in the rows with a snap length.
pub(crate) const SNAP_LEN: usize = 600;

/// Packets between two that are swapped, at most: more is more than the patience with which a hole is waited for.
const NEIGHBOURS: usize = 8;

/// A row: its name, and how a clean capture becomes one with the fault.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) fault: fn(Vec<Record>, u64) -> Vec<Record>,
}

#[rustfmt::skip]
pub(crate) const ROWS: [Row; 8] = [
    Row { name: "nothing", fault: |records, _| records },
    Row { name: "1 segment lost", fault: |records, seed| lost(records, seed, 1) },
    Row { name: "19 lost", fault: |records, seed| lost(records, seed, 19) },
    Row { name: "19 swapped with their neighbour", fault: |records, seed| swapped(records, seed, 19) },
    Row { name: "19 lost and 19 swapped", fault: |records, seed| swapped(lost(records, seed, 19), seed, 19) },
    Row { name: "starts in mid-stream", fault: |records, _| midstream(records) },
    Row { name: "snap length 600", fault: |records, _| snapped(records) },
    Row { name: "all of these, and half repeated", fault: all },
];

/// So many data segments, of either direction, are not captured.
fn lost(mut records: Vec<Record>, seed: u64, count: usize) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut data: Vec<usize> = data_positions(&records).into_values().flatten().collect();
    let gone: BTreeSet<usize> = (0..count).map(|_| data.swap_remove(random.below(data.len()))).collect();
    let mut position = 0;
    records.retain(|_| {
        position += 1;
        !gone.contains(&(position - 1))
    });
    records
}

/// So many data segments come after the next one of their direction. The times stay where they are.
fn swapped(mut records: Vec<Record>, seed: u64, count: usize) -> Vec<Record> {
    let mut random = Random::new(!seed);
    let flows = data_positions(&records);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for positions in flows.values() {
        let pairs_of_two = positions.as_chunks().0.iter().map(|[first, second]| (*first, *second));
        pairs.extend(pairs_of_two.filter(|(first, second)| second - first <= NEIGHBOURS));
    }
    for _ in 0..count {
        let (first, second) = pairs.swap_remove(random.below(pairs.len()));
        let times = (records[first].time_ns, records[second].time_ns);
        records.swap(first, second);
        (records[first].time_ns, records[second].time_ns) = times;
    }
    records
}

/// The first eighth of the packets, and with it the handshake, came before the capture.
fn midstream(mut records: Vec<Record>) -> Vec<Record> {
    records.drain(..records.len() / 8);
    records
}

/// The end of long packets is not captured.
fn snapped(mut records: Vec<Record>) -> Vec<Record> {
    for record in &mut records {
        record.data.truncate(SNAP_LEN);
    }
    records
}

fn all(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let repeated = duplicated(records, seed);
    snapped(midstream(swapped(lost(repeated, seed, 19), seed, 19)))
}

/// Data segments of a capture.
pub(crate) fn segments(records: &[Record]) -> usize {
    let packets = records.iter().filter_map(|record| Packet::decode(ETHERNET, &record.data));
    packets.filter(|packet| !packet.payload.is_empty()).count()
}
