//! Faults combined at random: whatever happened to a capture, what it still has is told, and nothing else.
//!
//! A seed decides which faults, how strong, and in which order. `DEFRAME_SEEDS=5000` tries more of them, and
//! `DEFRAME_SEEDS=1234..1235` one again.

use crate::collected;
use crate::expected::{self, Pairs, assert_told};
use crate::faults::packet::{ACK, FIN, Packet, SYN};
use crate::faults::pcap::{self, ETHERNET, Format, NULL, Record};
use crate::faults::random::Random;
use crate::faults::{links, segmentation, transit};
use crate::protocol;
use std::ops::Range;

/// Packets that a packet may come late by.
const WINDOW: usize = 4;

/// A capture with faults.
pub(crate) struct Generated {
    /// What was done to it.
    faults: Vec<&'static str>,
    /// The capture that the faults were done to.
    clean: Vec<Record>,
    format: Format,
    pub(crate) records: Vec<Record>,
}

impl Generated {
    fn apply(&mut self, name: &'static str, seed: usize, fault: fn(Vec<Record>, u64) -> Vec<Record>) {
        self.faults.push(name);
        self.records = fault(std::mem::take(&mut self.records), seed as u64);
    }

    fn has(&self, name: &str) -> bool {
        self.faults.contains(&name)
    }
}

fn packet(record: &Record) -> Packet {
    Packet::decode(ETHERNET, &record.data).unwrap()
}

/// One in `n` of the packets that are `gone` is not captured.
fn drop_some(records: Vec<Record>, seed: u64, n: usize, gone: fn(&Packet) -> bool) -> Vec<Record> {
    let mut random = Random::new(seed);
    records.into_iter().filter(|record| !(gone(&packet(record)) && random.one_in(n))).collect()
}

fn some_data_lost(records: Vec<Record>, seed: u64) -> Vec<Record> {
    drop_some(records, seed, 2 + usize::try_from(seed % 30).unwrap(), |packet| !packet.payload.is_empty())
}

fn some_acknowledgements_lost(records: Vec<Record>, seed: u64) -> Vec<Record> {
    drop_some(records, seed, 2, |packet| packet.payload.is_empty() && packet.flags == ACK)
}

fn all_acknowledgements_lost(records: Vec<Record>, seed: u64) -> Vec<Record> {
    drop_some(records, seed, 1, |packet| packet.payload.is_empty() && packet.flags == ACK)
}

fn ends_lost(records: Vec<Record>, seed: u64) -> Vec<Record> {
    drop_some(records, seed, 2, |packet| packet.flags & FIN != 0)
}

fn handshakes_lost(records: Vec<Record>, seed: u64) -> Vec<Record> {
    drop_some(records, seed, 2, |packet| packet.flags & SYN != 0)
}

/// Packets come up to [`WINDOW`] places late; the times stay where they are.
fn shuffled(records: Vec<Record>, seed: u64) -> Vec<Record> {
    let mut random = Random::new(seed);
    let times: Vec<u64> = records.iter().map(|record| record.time_ns).collect();
    let late = |random: &mut Random| if random.one_in(4) { random.below(WINDOW + 1) } else { 0 };
    let mut places: Vec<(usize, Record)> =
        records.into_iter().enumerate().map(|(place, record)| (place + late(&mut random), record)).collect();
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().zip(times).map(|((_, record), time_ns)| Record { time_ns, ..record }).collect()
}

/// A capture with faults, as if captured on Ethernet.
pub(crate) fn damaged(clean: &[Record], seed: u64) -> Generated {
    damage(clean, seed, &mut Random::new(seed))
}

fn generate(clean: &[Record], seed: u64) -> Generated {
    let mut random = Random::new(seed);
    let mut made = damage(clean, seed, &mut random);
    captured_elsewhere(&mut made, &mut random);
    made
}

fn damage(clean: &[Record], seed: u64, random: &mut Random) -> Generated {
    let mut clean = clean.to_vec();
    let mut faults = Vec::new();
    if random.one_in(4) {
        faults.push("wrapped");
        clean = transit::wrapped(clean, seed);
    }
    let mut made = Generated { faults, records: clean.clone(), clean, format: Format::TCPDUMP };
    let draw = |random: &mut Random| random.below(1 << 20);
    if random.one_in(4) {
        made.apply("coalesced", draw(random), segmentation::coalesced);
    }
    if random.one_in(5) {
        made.apply("midstream", draw(random), transit::midstream);
    }
    match random.below(4) {
        0 => made.apply("split", draw(random), segmentation::split),
        1 => made.apply("overlapping", draw(random), segmentation::overlapping),
        _ => {}
    }
    // Retransmissions that come before the loss can make up for it, those that come after it cannot.
    if random.one_in(4) {
        made.apply("duplicated", draw(random), transit::duplicated);
    }
    if random.one_in(2) {
        made.apply("data lost", draw(random), some_data_lost);
    }
    match random.below(6) {
        0 => made.apply("acknowledgements lost", draw(random), some_acknowledgements_lost),
        1 => made.apply("all acknowledgements lost", draw(random), all_acknowledgements_lost),
        _ => {}
    }
    if random.one_in(6) {
        made.apply("ends lost", draw(random), ends_lost);
    }
    if random.one_in(6) {
        made.apply("handshakes lost", draw(random), handshakes_lost);
    }
    if random.one_in(3) {
        made.apply("shuffled", draw(random), shuffled);
    }
    match random.below(5) {
        0 => made.apply("duplicated", draw(random), transit::duplicated),
        1 => made.apply("conflicting", draw(random), transit::conflicting),
        2 => made.apply("keep-alives", draw(random), transit::keep_alives),
        _ => {}
    }
    made
}

fn captured_elsewhere(made: &mut Generated, random: &mut Random) {
    match random.below(6) {
        // The garbage of a keep-alive would be the only copy of a byte that is snapped off.
        0 if !made.has("keep-alives") => made.apply("snapped", 0, links::snapped),
        1 => {
            made.apply("null", 0, links::null);
            made.format.link = NULL;
        }
        2 => made.apply("vlan", 0, links::vlan),
        3 => made.apply("padded", 0, links::padded),
        4 => {
            made.apply("nanoseconds", random.below(1000), links::nanoseconds);
            made.format.nanoseconds = true;
        }
        _ => made.format.big_endian = random.one_in(2),
    }
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("DEFRAME_SEEDS") else { return 0..200 };
    match text.split_once("..") {
        Some((start, end)) => start.parse().unwrap()..end.parse().unwrap(),
        None => 0..text.parse().unwrap(),
    }
}

#[test]
fn whatever_happened_to_a_capture_what_it_still_has_is_told_and_nothing_else() {
    let clean = protocol::sample();
    for seed in seeds() {
        let made = generate(&clean, seed);
        let name = format!("seed {seed}, {}", made.faults.join(", "));
        let told = collected::run_bytes(&pcap::encode(&made.records, made.format), protocol::built_in());
        let streams = expected::streams(&made.clean, made.format.link, &made.records);
        let pairs = match () {
            () if made.has("shuffled") => Pairs::Any,
            // Requests come when they are repeated, which may be after their answers.
            () if made.has("data lost") && made.has("duplicated") => Pairs::Any,
            // Nobody knows what was answered before the first captured byte.
            () if made.has("data lost") && (made.has("handshakes lost") || made.has("midstream")) => Pairs::Any,
            // Of two answers in one segment the first is taken for that to the second request, if its own is missing.
            () if made.has("data lost") && made.has("coalesced") => Pairs::Any,
            () if made.has("data lost") || made.has("snapped") => Pairs::NoneWrong,
            // Where two answers share a segment, a pause does not tell which of them it ended.
            () if made.has("coalesced") && (made.has("handshakes lost") || made.has("midstream")) => Pairs::NoneWrong,
            () if made.has("handshakes lost") || made.has("midstream") => Pairs::AfterPauses,
            () => Pairs::All,
        };
        assert_told(&name, &told, &streams, pairs);
        for message in &told.messages {
            let record = &made.records[usize::try_from(message.last_packet).unwrap() - 1];
            let resolution = if made.format.nanoseconds { 1 } else { 1000 };
            assert_eq!(
                message.time_ns.cast_unsigned(),
                record.time_ns / resolution * resolution,
                "{name}: {message:?}"
            );
        }
    }
}
