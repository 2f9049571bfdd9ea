//! The variants of pcap, and frame check sequences.

use super::build::{Blocks, Sample, pcap_header, pcap_record, put16, put32, sample, size};
use super::*;
use crate::limits;

const ORDERS: [Order; 2] = [Order::Little, Order::Big];

/// A pcap header with a magic, a version and a link type.
fn header(order: Order, magic: u32, (major, minor): (u16, u16), link: u32) -> Vec<u8> {
    let mut bytes = put32(order, magic).to_vec();
    bytes.extend(put16(order, major));
    bytes.extend(put16(order, minor));
    bytes.extend([0, 0, 65_535, link].iter().flat_map(|word| put32(order, *word)));
    bytes
}

/// A record whose header is followed by what a variant put there.
fn record(order: Order, words: [u32; 4], more: usize, data: &[u8]) -> Vec<u8> {
    let header = words.iter().flat_map(|word| put32(order, *word));
    header.chain(std::iter::repeat_n(0xee, more)).chain(data.iter().copied()).collect()
}

/// A file after Kuznetzov's patch, and where its records end.
fn modified(order: Order, more: usize, packets: &[&[u8]]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = header(order, 0xa1b2_cd34, (2, 4), 1);
    let mut ends = vec![bytes.len()];
    for data in packets {
        bytes.extend(record(order, [7, 8, size(data.len()), 1500], more, data));
        ends.push(bytes.len());
    }
    (bytes, ends)
}

#[test]
fn records_of_the_modified_formats_have_longer_headers() {
    for order in ORDERS {
        for more in [8, 12] {
            let packets = read_whole(&modified(order, more, &[b"one", b"two!", b""]).0);
            let seen: Vec<_> = packets.iter().map(|packet| (packet.time, packet.len, &packet.data[..])).collect();
            let time = 7_000_008_000;
            assert_eq!(seen, [(time, 1500, &b"one"[..]), (time, 1500, b"two!"), (time, 1500, b"")], "{more}");
        }
    }
}

#[test]
fn a_modified_file_cut_anywhere_gives_the_packets_before_the_cut() {
    for order in ORDERS {
        let (bytes, ends) = modified(order, 8, &[b"one", b"two!", &[0xee; 40]]);
        for cut in ends[0]..=bytes.len() {
            let (packets, facts) = read(&bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!((packets.len(), facts.problems.len()), (whole, usize::from(!ends.contains(&cut))), "{cut}");
        }
        let (bytes, ends) = modified(order, 12, &[b"one", b"two!", &[0xee; 40]]);
        for cut in ends[1] + 16..=bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
            assert_eq!(read(&bytes[..cut]).0.len(), whole, "{cut}");
        }
    }
}

#[test]
fn a_modified_record_that_cannot_be_ends_the_file() {
    let mut bytes = modified(Order::Big, 8, &[b"one"]).0;
    bytes.extend(record(Order::Big, [0, 0, limits::PACKET_LEN + 1, 0], 8, b""));
    let (packets, offset, _) = read_damaged(&bytes);
    assert_eq!((packets.len(), offset), (1, 24 + 24 + 3));
}

#[test]
fn old_versions_have_the_lengths_the_other_way_round() {
    for order in ORDERS {
        let file = |version, first, second| {
            [header(order, 0xa1b2_c3d4, version, 1), record(order, [0, 0, first, second], 0, b"four")].concat()
        };
        for (version, first, second) in
            [((2, 2), 60, 4), ((2, 0), 60, 4), ((543, 0), 60, 4), ((2, 3), 60, 4), ((2, 3), 4, 60), ((2, 4), 4, 60)]
        {
            let packets = read_whole(&file(version, first, second));
            assert_eq!((packets[0].len, &packets[0].data[..]), (60, &b"four"[..]), "{version:?}");
        }
    }
}

#[test]
fn an_unknown_version_is_told_and_read_like_the_last_one() {
    for order in ORDERS {
        for version in [(2, 5), (3, 0), (0, 0), (543, 1)] {
            let first_is_wire = version.0 == 543;
            let lengths = if first_is_wire { [60, 4] } else { [4, 60] };
            let mut file = header(order, 0xa1b2_3c4d, version, 1);
            file.extend(record(order, [0, 5, lengths[0], lengths[1]], 0, b"four"));
            let (packets, offset, what) = read_damaged(&file);
            assert_eq!((packets[0].time, packets[0].len, offset), (5, 60, 0));
            assert!(what.contains(&format!("version {}.{}", version.0, version.1)), "{what}");
        }
    }
}

#[test]
fn the_link_type_of_pcap_says_how_long_the_check_sequence_is() {
    for order in ORDERS {
        for (link, expected) in [(0x2400_0001, 4), (0x1400_0001, 2), (0xf400_0001, 30), (0x2000_0001, 0), (1, 0)] {
            let mut file = pcap_header(order, 1000, link);
            file.extend(pcap_record(order, 1000, &sample(0, b"x")));
            let (packets, facts) = read(&file);
            assert_eq!((packets[0].link, packets[0].fcs_len), (1, expected));
            assert_eq!(facts.interfaces[0].fcs_len, (link & 0x0400_0000 != 0).then_some(expected));
        }
    }
}

#[test]
fn pcapng_says_it_for_an_interface_and_for_a_packet() {
    for order in ORDERS {
        for (said, expected) in [(4, 4), (32, 4), (2, 2), (16, 2), (0, 0)] {
            let flags = put32(order, 2 << 5 | 1);
            let silent = put32(order, 1);
            let blocks = Blocks::new(order)
                .interface(1, 0, &[(13, &[said])])
                .packet(0, 0, 1, b"a")
                .packet_with(0, 0, 1, b"b", &[(2, &flags)])
                .packet_with(0, 0, 1, b"c", &[(2, &silent)])
                .simple_packet(1, b"d")
                .obsolete_packet(0, 0, 1, b"e");
            let lens: Vec<_> = read_whole(&blocks.bytes).iter().map(|packet| packet.fcs_len).collect();
            assert_eq!(lens, [expected, 2, expected, expected, expected]);
        }
    }
}

#[test]
fn a_snapped_packet_of_a_variant_keeps_both_lengths() {
    let packet = Sample { time: 0, len: 1514, data: b"start".to_vec() };
    let mut file = pcap_header(Order::Big, 1, 1);
    file.extend(pcap_record(Order::Big, 1, &packet));
    let read = read_whole(&file);
    assert_eq!((read[0].len, &read[0].data), (packet.len, &packet.data));
}
