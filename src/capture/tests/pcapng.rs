//! pcapng files with blocks of every kind.

use super::build::{Blocks, put32};
use super::*;
use crate::limits;

const TIME: i64 = 1_754_607_232_581_782_000;
const TICKS: u64 = 1_754_607_232_581_782;

fn both_orders(check: impl Fn(Order)) {
    check(Order::Little);
    check(Order::Big);
}

#[test]
fn every_kind_of_packet_block_is_read() {
    both_orders(|order| {
        let blocks = Blocks::new(order)
            .interface(1, 0, &[(2, b"eth0"), (9, &[6])])
            .packet(0, TICKS, 60, b"enhanced")
            .simple_packet(6, b"simple")
            .obsolete_packet(0, TICKS + 5, 8, b"obsolete");
        let (packets, facts) = read(&blocks.bytes);
        let packet = |number, time, len, data: &[u8]| Owned {
            number,
            time,
            link: 1,
            interface: 0,
            len,
            fcs_len: 0,
            data: data.to_vec(),
        };
        assert_eq!(facts.problems, []);
        assert_eq!(
            packets,
            [packet(1, TIME, 60, b"enhanced"), packet(2, TIME, 6, b"simple"), packet(3, TIME + 5000, 8, b"obsolete"),]
        );
        assert_eq!(facts.interfaces[0].name.as_deref(), Some("eth0"));
    });
}

#[test]
fn the_snap_length_cuts_a_simple_packet() {
    both_orders(|order| {
        let blocks = Blocks::new(order).interface(1, 5, &[]).simple_packet(9, b"12345");
        let packets = read_whole(&blocks.bytes);
        assert_eq!((packets[0].len, &packets[0].data[..], packets[0].time), (9, &b"12345"[..], 0));
    });
}

#[test]
fn interfaces_have_link_types_and_clocks_of_their_own() {
    both_orders(|order| {
        let offset = if order == Order::Little { 100_i64.to_le_bytes() } else { 100_i64.to_be_bytes() };
        let blocks = Blocks::new(order)
            .interface(1, 0, &[(9, &[9]), (2, b"lo")])
            .interface(113, 0, &[(9, &[0x80 | 10])])
            .interface(101, 0, &[(14, &offset), (9, &[3])])
            .packet(2, 1, 0, b"")
            .packet(0, 1, 0, b"")
            .packet(1, 512, 0, b"");
        let packets = read_whole(&blocks.bytes);
        let seen: Vec<_> = packets.iter().map(|packet| (packet.interface, packet.link, packet.time)).collect();
        assert_eq!(seen, [(2, 101, 100_001_000_000), (0, 1, 1), (1, 113, 500_000_000)]);
    });
}

#[test]
fn a_section_has_its_own_byte_order_and_interfaces() {
    let blocks = Blocks::new(Order::Little)
        .interface(1, 0, &[])
        .packet(0, 1, 1, b"a")
        .section(Order::Big)
        .interface(113, 0, &[])
        .packet(0, 2, 1, b"b")
        .section(Order::Little)
        .interface(276, 0, &[])
        .packet(0, 3, 1, b"c");
    let (packets, facts) = read(&blocks.bytes);
    let seen: Vec<_> = packets.iter().map(|packet| (packet.interface, packet.link, packet.time)).collect();
    assert_eq!((seen, facts.problems), (vec![(0, 1, 1000), (1, 113, 2000), (2, 276, 3000)], vec![]));
}

#[test]
fn blocks_without_packets_are_passed_over_however_long() {
    let large = vec![0; limits::BLOCK_LEN as usize + 8];
    let blocks = Blocks::new(Order::Little)
        .block(0xbad, b"custom")
        .interface(1, 0, &[])
        .block(10, b"secrets")
        .block(0x7777_7777, &large)
        .packet(0, 1, 1, b"a")
        .block(9, b"journal");
    let (packets, facts) = read(&blocks.bytes);
    assert_eq!((packets.len(), &facts.problems[..]), (1, &[][..]));
    assert_eq!((facts.files[0].secrets, facts.files[0].other_blocks), (1, 3));
}

#[test]
fn a_packet_of_a_missing_interface_is_skipped_and_told() {
    let blocks = Blocks::new(Order::Big).interface(1, 0, &[]).packet(3, 1, 1, b"a").packet(0, 2, 1, b"b");
    let (packets, offset, what) = read_damaged(&blocks.bytes);
    assert_eq!((packets.len(), offset), (1, blocks.ends[1] as u64));
    assert!(what.contains("interface 3") && what.contains("only 1"), "{what}");
    let interfaces_end_with_their_section = Blocks::new(Order::Big).interface(1, 0, &[]).section(Order::Big);
    assert_eq!(read_damaged(&interfaces_end_with_their_section.simple_packet(1, b"a").bytes).0, []);
}

#[test]
fn a_packet_longer_than_its_block_is_skipped_and_told() {
    for kind in [2, 6] {
        let body =
            [0, 0, 0, 5, 5].iter().flat_map(|word| put32(Order::Little, *word)).chain(*b"four").collect::<Vec<_>>();
        let blocks = Blocks::new(Order::Little).interface(1, 0, &[]).block(kind, &body).packet(0, 1, 1, b"b");
        let (packets, _, what) = read_damaged(&blocks.bytes);
        assert_eq!(packets[0].data, b"b");
        assert!(what.contains("claims a packet of 5 bytes"), "{what}");
    }
    let blocks = Blocks::new(Order::Little).interface(1, 0, &[]).simple_packet(5, b"four").packet(0, 1, 1, b"b");
    assert_eq!(read_damaged(&blocks.bytes).0.len(), 1);
}

#[test]
fn a_block_whose_lengths_differ_ends_the_file() {
    for damaged in 1..4 {
        let blocks = Blocks::new(Order::Little).interface(1, 0, &[]).block(9, b"journalled").packet(0, 1, 1, b"a");
        let mut bytes = blocks.packet(0, 2, 1, b"b").bytes;
        let ends = [0, 28, 48, 72, 108];
        bytes[ends[damaged + 1] - 4] ^= 4;
        let (packets, offset, what) = read_damaged(&bytes);
        assert_eq!((packets.len(), offset), (0, ends[damaged] as u64), "{what}");
    }
}

#[test]
fn block_lengths_that_cannot_be_end_the_file() {
    for len in [0_u32, 8, 11, 33, limits::BLOCK_LEN + 4, u32::MAX - 3] {
        let mut bytes = Blocks::new(Order::Little).interface(1, 0, &[]).packet(0, 1, 1, b"a").bytes;
        let start = bytes.len();
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend(len.to_le_bytes());
        bytes.extend([0; 100]);
        let (packets, offset, _) = read_damaged(&bytes);
        assert_eq!((packets.len(), offset), (1, start as u64));
    }
}

#[test]
fn a_time_out_of_range_is_clamped() {
    let blocks = Blocks::new(Order::Little).interface(1, 0, &[]).packet(0, u64::MAX, 0, b"");
    assert_eq!(read_whole(&blocks.bytes)[0].time, i64::MAX);
}

#[test]
fn problems_are_counted_past_those_that_are_kept() {
    let mut blocks = Blocks::new(Order::Little);
    for _ in 0..limits::FINDINGS_KEPT + 5 {
        blocks = blocks.simple_packet(0, b"");
    }
    let (_, facts) = read(&blocks.bytes);
    assert_eq!((facts.problems.len(), facts.more_problems), (limits::FINDINGS_KEPT, 5));
}

#[test]
fn interfaces_are_bounded() {
    let mut blocks = Blocks::new(Order::Little);
    for _ in 0..=limits::INTERFACES {
        blocks = blocks.interface(1, 0, &[]);
    }
    let blocks = blocks.packet(0, 1, 1, b"a");
    let (packets, facts) = read(&blocks.bytes);
    assert_eq!((packets.len(), facts.interfaces.len(), facts.problems.len()), (1, limits::INTERFACES, 1));
}

#[test]
fn options_that_cannot_be_are_told_and_do_not_lose_the_interface() {
    for wrong in [
        // A length that goes beyond the block.
        &[9, 0, 9, 0, 9][..],
        &[2, 0, 255, 255, b'x', 0, 0, 0],
        // Only the start of an option.
        &[9, 0, 1],
        // Values that are too short, too long, or not there.
        &[9, 0, 0, 0],
        &[9, 0, 2, 0, 9, 9],
        &[14, 0, 2, 0, 1, 1],
        &[13, 0, 0, 0],
        &[11, 0, 0, 0],
    ] {
        let mut body = vec![113, 0, 0, 0, 0, 0, 0, 0];
        body.extend(wrong);
        body.resize(body.len().next_multiple_of(4), 0);
        let blocks = Blocks::new(Order::Little).block(1, &body).packet(0, 1, 1, b"a");
        let (packets, offset, what) = read_damaged(&blocks.bytes);
        assert_eq!((packets[0].link, packets[0].time, offset), (113, 1000, 28));
        assert!(what.starts_with("option ") && what.ends_with("; it is ignored"), "{what}");
    }
}

#[test]
fn no_field_reaches_into_the_length_at_the_end_of_a_block() {
    let interface = || Blocks::new(Order::Little).interface(1, 0, &[]);
    for (kind, least) in [(1, 8), (2, 20), (3, 4), (5, 12), (6, 20)] {
        for len in (0..least).step_by(4) {
            let (packets, _, what) = read_damaged(&interface().block(kind, &vec![0; len]).packet(0, 1, 1, b"a").bytes);
            assert_eq!(packets.len(), 1);
            assert!(
                what.ends_with(&format!("block of {} bytes is too short; the block is skipped", len + 12)),
                "{what}"
            );
        }
        assert_eq!(read(&interface().block(kind, &vec![0; least]).bytes).1.problems, []);
    }
}
