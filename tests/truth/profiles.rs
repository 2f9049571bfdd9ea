//! Which connections the built-in profile is taken for.

use crate::collected::{self, Collected};
use crate::faults::packet::Packet;
use crate::faults::pcap::{self, ETHERNET, Format, Record};
use crate::faults::transit::data_positions;
use crate::protocol;
use deframe::record::FindingKind;
use std::collections::BTreeSet;

fn clean() -> Vec<Record> {
    pcap::decode(&std::fs::read("samples/star_network.pcap").unwrap()).unwrap()
}

fn told(records: &[Record]) -> Collected {
    collected::run_bytes(&pcap::encode(records, Format::TCPDUMP), protocol::built_in())
}

/// The sample with `change` done to every packet.
fn changed(change: impl Fn(usize, &mut Packet)) -> Vec<Record> {
    let numbered = clean().into_iter().enumerate();
    numbered
        .map(|(place, record)| {
            let mut packet = Packet::decode(ETHERNET, &record.data).unwrap();
            change(place, &mut packet);
            packet.encode(record.time_ns)
        })
        .collect()
}

/// Replaces port 8001 in both directions.
fn on_port(port: u16) -> Vec<Record> {
    let clean = clean();
    let renumber = |record: &Record| {
        let mut data = record.data.clone();
        for at in [34, 36] {
            if data[at..at + 2] == 8001_u16.to_be_bytes() {
                data[at..at + 2].copy_from_slice(&port.to_be_bytes());
            }
        }
        Record { data, ..record.clone() }
    };
    clean.iter().map(renumber).collect()
}

#[test]
fn the_magic_shows_the_profile_on_any_port() {
    let told = told(&on_port(4242));
    assert_eq!(told.messages.len(), 44);
    told.assert_sound("another port");
}

#[test]
fn a_damaged_first_header_does_not_cost_the_connection() {
    let first: BTreeSet<usize> = data_positions(&clean()).values().map(|positions| positions[0]).collect();
    assert_eq!(first.len(), 4);
    for damaged in [&first, &first.iter().copied().take(1).collect(), &first.iter().copied().skip(1).collect()] {
        let records = changed(|place, packet| {
            if damaged.contains(&place) {
                packet.payload[4] ^= 0xff;
            }
        });
        let told = told(&records);
        told.assert_sound("first header damaged");
        assert_eq!(told.messages.len(), 44 - damaged.len(), "{damaged:?}");
        let bad = told.findings.iter().filter(|finding| finding.kind == FindingKind::BadHeader);
        assert_eq!(bad.count(), damaged.len(), "{damaged:?}");
    }
}
