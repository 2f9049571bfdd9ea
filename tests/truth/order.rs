//! Messages and gaps come in the order of their packets, also those that became known late.
//!
//! [`assert_told`] holds the order of every run; here are the ways to become known late, one by one.

use crate::collected;
use crate::expected::{self, Pairs, assert_told};
use crate::faults::packet::{ACK, FIN, Packet, SYN};
use crate::faults::pcap::{ETHERNET, Record};
use crate::faults::segmentation::cut;
use crate::faults::transit::data_positions;
use crate::protocol::{on_port, sample};

fn packet(record: &Record) -> Packet {
    Packet::decode(ETHERNET, &record.data).unwrap()
}

/// The server's handshake of the first connection is missing, so its first frame is told only when the next header
/// confirms it.
#[test]
fn a_frame_that_a_search_held_back_keeps_its_place() {
    let clean = sample();
    let syn_ack = clean.iter().position(|record| packet(record).flags & (SYN | ACK) == SYN | ACK).unwrap();
    let mut records = clean.clone();
    records.remove(syn_ack);
    let streams = expected::streams(&clean, ETHERNET, &records);
    let told = collected::run_records(&records);
    assert_told("without one SYN-ACK", &told, &streams, Pairs::All);
    assert_eq!(told.messages[1].direction, "server->client", "the answer that was held back is where it was captured");
}

/// That something is missing before its FIN is known when the FIN comes, and decided when it was waited for.
#[test]
fn a_gap_before_the_end_of_a_connection_keeps_its_place() {
    let clean = sample();
    for positions in data_positions(&clean).values() {
        let mut records = clean.clone();
        records.remove(*positions.last().unwrap());
        let streams = expected::streams(&clean, ETHERNET, &records);
        let told = collected::run_records(&records);
        assert_told("without the last frame", &told, &streams, Pairs::NoneWrong);
        assert_eq!(told.gaps.len(), 1);
        let fin = usize::try_from(told.gaps[0].seen.packet).unwrap() - 1;
        assert_ne!(packet(&records[fin]).flags & FIN, 0, "the FIN shows the gap");
    }
}

/// On a port of no profile, without the header of its first frames, the first connection is known by its magic only
/// when the second one has told its first messages.
#[test]
fn a_gap_of_a_connection_that_is_recognized_late_keeps_its_place() {
    let clean = on_port(&sample(), 4242);
    let first: Vec<usize> = data_positions(&clean).values().map(|positions| positions[0]).collect();
    let of_first_connection = [first.iter().min().unwrap(), first.iter().filter(|place| **place < 8).max().unwrap()];
    let mut records = Vec::new();
    for (place, record) in clean.iter().enumerate() {
        match of_first_connection.contains(&&place) {
            true => records.push(cut(&packet(record), &[8, 200])[1].encode(record.time_ns)),
            false => records.push(record.clone()),
        }
    }
    let told = collected::run_records(&records);
    told.assert_sound("recognized late");
    assert_eq!(told.messages.len(), 42);
    let gaps = told.gaps.iter().map(|gap| (gap.connection.number, gap.offset.0, gap.len));
    assert_eq!(gaps.collect::<Vec<_>>(), [(1, 0, 8), (1, 0, 8)]);
}
