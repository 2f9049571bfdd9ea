//! Which connections the built-in profile is taken for.

use crate::collected;
use crate::faults::packet::Packet;
use crate::faults::pcap::{ETHERNET, Record};
use crate::faults::transit::data_positions;
use crate::protocol::{on_port, sample};
use deframe::record::FindingKind;
use std::collections::BTreeSet;

/// The sample with `change` done to every packet.
fn changed(change: impl Fn(usize, &mut Packet)) -> Vec<Record> {
    let numbered = sample().into_iter().enumerate();
    numbered
        .map(|(place, record)| {
            let mut packet = Packet::decode(ETHERNET, &record.data).unwrap();
            change(place, &mut packet);
            packet.encode(record.time_ns)
        })
        .collect()
}

#[test]
fn the_magic_shows_the_profile_on_any_port() {
    let told = collected::run_records(&on_port(&sample(), 4242));
    assert_eq!(told.messages.len(), 44);
    told.assert_sound("another port");
}

#[test]
fn a_damaged_first_header_does_not_cost_the_connection() {
    let first: BTreeSet<usize> = data_positions(&sample()).values().map(|positions| positions[0]).collect();
    assert_eq!(first.len(), 4);
    for damaged in [&first, &first.iter().copied().take(1).collect(), &first.iter().copied().skip(1).collect()] {
        let records = changed(|place, packet| {
            if damaged.contains(&place) {
                packet.payload[4] ^= 0xff;
            }
        });
        let told = collected::run_records(&records);
        told.assert_sound("first header damaged");
        assert_eq!(told.messages.len(), 44 - damaged.len(), "{damaged:?}");
        let bad = told.findings.iter().filter(|finding| finding.kind == FindingKind::BadHeader);
        assert_eq!(bad.count(), damaged.len(), "{damaged:?}");
    }
}
