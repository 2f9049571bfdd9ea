//! The same packets captured elsewhere: other link types, padding, a snap length, finer clocks.

use super::pcap::Record;
use super::random::Random;

/// Bytes of a packet that [`snapped`] keeps: the headers and 62 bytes of payload.
pub(crate) const SNAP_LEN: u32 = 128;

/// Only the first [`SNAP_LEN`] bytes of each packet are captured.
pub(crate) fn snapped(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    changed(records, |record| record.data.truncate(SNAP_LEN as usize))
}

/// Captured from a BSD loopback interface: the address family takes the place of the Ethernet header.
pub(crate) fn null(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    changed(records, |record| {
        record.data.splice(..14, 2_u32.to_le_bytes());
        record.wire_len -= 10;
    })
}

/// In VLAN 42.
pub(crate) fn vlan(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    changed(records, |record| {
        record.data.splice(12..12, [0x81, 0x00, 0, 42]);
        record.wire_len += 4;
    })
}

/// Eight bytes after the end of each IP packet that belong to nothing, as padding and trailers do.
pub(crate) fn padded(records: Vec<Record>, _seed: u64) -> Vec<Record> {
    changed(records, |record| {
        record.data.extend([0xaa; 8]);
        record.wire_len += 8;
    })
}

/// Times that no microsecond can say.
pub(crate) fn nanoseconds(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    let mut earliest = 0;
    changed(records, |record| {
        record.time_ns = (record.time_ns + random.below(1000) as u64).max(earliest);
        earliest = record.time_ns;
    })
}

fn changed(mut records: Vec<Record>, change: impl FnMut(&mut Record)) -> Vec<Record> {
    records.iter_mut().for_each(change);
    records
}
