//! Sections of pcapng: versions, lengths, and going on after damage.

use super::build::Blocks;
use super::*;

#[test]
fn a_section_of_an_unknown_version_is_skipped_up_to_the_next_one() {
    for version in [(2, 0), (0, 9), (1, 1), (1, 3)] {
        for order in [Order::Little, Order::Big] {
            let blocks = Blocks::new(order)
                .interface(1, 0, &[])
                .packet(0, 1, 1, b"a")
                .section_with(order, version, -1, &[(1, b"not looked at")])
                .interface(1, 0, &[])
                .packet(0, 2, 1, b"b")
                .packet(9, 2, 1, b"b")
                .block(10, b"")
                .section(order)
                .interface(1, 0, &[])
                .packet(0, 3, 1, b"c");
            let (packets, offset, what) = read_damaged(&blocks.bytes);
            assert_eq!(packets.iter().map(|packet| packet.data[0]).collect::<Vec<_>>(), b"ac");
            assert_eq!(offset, blocks.ends[2] as u64);
            assert!(what.starts_with(&format!("a section has the version {}.{}", version.0, version.1)), "{what}");
            let facts = read(&blocks.bytes).1;
            assert_eq!((facts.files[0].sections, facts.interfaces.len(), facts.files[0].secrets), (3, 2, 0));
            assert_eq!(facts.comments, []);
        }
    }
}

#[test]
fn version_1_2_is_what_some_writers_call_1_0() {
    let blocks = Blocks { order: Order::Big, bytes: vec![], ends: vec![] };
    let blocks = blocks.section_with(Order::Big, (1, 2), -1, &[]).interface(1, 0, &[]).packet(0, 1, 1, b"a");
    assert_eq!(read_whole(&blocks.bytes).len(), 1);
}

/// Two sections, the first of which says how long it is, and where the second one starts.
fn two_sections(order: Order, claim: impl Fn(i64) -> i64) -> (Vec<u8>, usize) {
    let header = Blocks { order, bytes: vec![], ends: vec![] };
    let content = |blocks: Blocks, data: &[u8]| blocks.interface(1, 0, &[]).packet(0, 1, 1, data).packet(0, 1, 1, data);
    let whole = content(header.clone().section(order), b"a").bytes.len();
    let first = header.section_with(order, (1, 0), claim(i64::try_from(whole).unwrap() - 28), &[]);
    let first = content(first, b"a");
    (content(first.section(order), b"b").bytes, whole)
}

#[test]
fn after_a_broken_block_reading_goes_on_in_the_next_section_if_its_place_is_known() {
    for order in [Order::Little, Order::Big] {
        let (bytes, second) = two_sections(order, |len| len);
        assert_eq!(read_whole(&bytes).len(), 4);
        // The second packet's block, its length at either end, and a length that is incredible.
        for (at, flip) in
            [(second - 36 + 4, 4), (second - 36 + 7, 4), (second - 36 + 4, 1), (second - 4, 4), (second - 1, 1)]
        {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let (packets, facts) = read(&damaged);
            let data: Vec<_> = packets.iter().map(|packet| packet.data[0]).collect();
            // A length that leads past the next section cannot be told from one that is right until its end is read.
            if data == b"abb" {
                assert!(facts.problems[0].what.ends_with("the rest of the section cannot be read"), "{facts:?}");
            } else {
                assert_eq!(data, b"a", "{at}");
            }
            assert_eq!(facts.problems.len(), 1);
        }
        let mut damaged = bytes.clone();
        let trailer = second - if order == Order::Little { 4 } else { 1 };
        damaged[trailer] ^= 4;
        assert_eq!(read(&damaged).0.len(), 3);
    }
}

#[test]
fn a_section_length_that_leads_nowhere_does_no_harm() {
    for claim in [0_i64, 4, 28, 1 << 20, i64::MAX, i64::MIN, -2] {
        let (bytes, second) = two_sections(Order::Little, |_| claim);
        assert_eq!(read_whole(&bytes).len(), 4, "{claim}");
        let mut damaged = bytes.clone();
        damaged[second - 4] ^= 4;
        let (packets, _, what) = read_damaged(&damaged);
        assert_eq!(packets.len(), 1);
        assert!(what.ends_with("the rest of the file cannot be read"), "{what}");
    }
}

#[test]
fn a_section_header_too_short_for_its_fields_is_told() {
    for missing in [4, 8, 12] {
        let mut blocks = Blocks::new(Order::Little).interface(1, 0, &[]).packet(0, 1, 1, b"a");
        let mut body = vec![0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
        body.extend([0xff; 8]);
        body.truncate(16 - missing);
        blocks = blocks.block(0x0a0d_0d0a, &body).interface(1, 0, &[]).packet(0, 1, 1, b"lost");
        let (packets, offset, what) = read_damaged(&blocks.bytes);
        assert_eq!((packets.len(), offset), (1, blocks.ends[2] as u64));
        assert!(what.contains("is too short"), "{what}");
    }
}
