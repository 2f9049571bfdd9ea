//! Damaged captures give every packet before the damage, and say where that is.

use super::build::{Blocks, Sample, pcap_as, sample, size};
use super::*;
use proptest::prelude::*;

/// A valid file, where its records end, and how many packets there are up to each end.
#[derive(Clone, Debug)]
struct Written {
    bytes: Vec<u8>,
    /// End of a record or block, and packets up to it. The first is the end of the file header.
    ends: Vec<(usize, usize)>,
}

fn a_packet() -> impl Strategy<Value = Sample> {
    (0..1_i64 << 40, 0..100_u32, prop::collection::vec(any::<u8>(), 0..70)).prop_map(|(time, missing, data)| Sample {
        time: time * 1000,
        len: size(data.len()) + missing,
        data,
    })
}

fn an_order() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::Little), Just(Order::Big)]
}

fn a_pcap() -> impl Strategy<Value = Written> {
    (an_order(), prop_oneof![Just(1), Just(1000)], prop::collection::vec(a_packet(), 0..6)).prop_map(
        |(order, unit, packets)| {
            let ends = (0..=packets.len()).map(|count| (pcap_as(order, unit, &packets[..count]).len(), count));
            Written { ends: ends.collect(), bytes: pcap_as(order, unit, &packets) }
        },
    )
}

fn a_pcapng() -> impl Strategy<Value = Written> {
    (an_order(), prop::collection::vec((0..9_u8, a_packet()), 0..8)).prop_map(|(order, parts)| {
        let mut blocks = Blocks::new(order).interface(1, 0, &[(2, b"eth0")]);
        let mut counts = vec![0, 0];
        for (kind, packet) in parts {
            let (data, ticks) = (&packet.data, packet.time.unsigned_abs() / 1000);
            let before = blocks.ends.len();
            blocks = match kind {
                0 => blocks.simple_packet(size(data.len()), data),
                1 => blocks.obsolete_packet(0, ticks, packet.len, data),
                2 => blocks.block(9, data),
                3 => blocks.section(order).interface(113, 0, &[]),
                4 => blocks.packet_with(0, ticks, packet.len, data, &[(1, b"why"), (4, &[0; 8]), (2, &[0; 4])]),
                5 => blocks.statistics(0, &[(5, &[1; 8]), (1, b"busy")]),
                6 => blocks.names(&[(1, b"\x0a\0\0\x01one\0")], &[(1, b"found")]),
                _ => blocks.packet(0, ticks, packet.len, data),
            };
            let packets = counts.last().unwrap() + usize::from(!matches!(kind, 2 | 3 | 5 | 6));
            counts.extend(vec![packets; blocks.ends.len() - before]);
        }
        Written { ends: blocks.ends.iter().copied().zip(counts).collect(), bytes: blocks.bytes }
    })
}

fn a_capture() -> impl Strategy<Value = Written> {
    prop_oneof![a_pcap(), a_pcapng()]
}

proptest! {
    #[test]
    fn a_cut_anywhere_gives_exactly_the_packets_before_it(written in a_capture()) {
        let whole = read_whole(&written.bytes);
        prop_assert_eq!(whole.len(), written.ends.last().unwrap().1);
        for cut in 0..=written.bytes.len() {
            let Some((end, packets)) = written.ends.iter().rfind(|(end, _)| *end <= cut).copied() else {
                let cause = open_bytes(&[written.bytes[..cut].to_vec()], usize::MAX).err();
                prop_assert!(cause.is_some(), "cut in the file header at {}", cut);
                continue;
            };
            let (read, facts) = read(&written.bytes[..cut]);
            prop_assert_eq!(&read[..], &whole[..packets]);
            prop_assert_eq!(facts.problems.len(), usize::from(end != cut), "cut at {}", cut);
            if let [problem] = &facts.problems[..] {
                prop_assert_eq!(problem.offset, end as u64);
                prop_assert!(problem.what.contains(&format!("ends {} bytes into", cut - end)), "{}", problem.what);
            }
        }
    }

    #[test]
    fn how_the_bytes_arrive_makes_no_difference(written in a_capture(), step in 1..40_usize) {
        let dribbled = drain(open_bytes(std::slice::from_ref(&written.bytes), step).unwrap());
        prop_assert_eq!(dribbled, read(&written.bytes));
    }

    #[test]
    fn damaged_files_give_packets_and_problems_but_no_panic(
        mut written in a_capture(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        for (at, value) in flips {
            let at = at.index(written.bytes.len());
            written.bytes[at] = value;
        }
        if let Ok(captures) = open_bytes(&[written.bytes.clone()], usize::MAX) {
            let (packets, facts) = drain(captures);
            prop_assert_eq!(packets.len() as u64, facts.packets);
            prop_assert!(facts.captured_bytes <= written.bytes.len() as u64);
        }
    }

    #[test]
    fn arbitrary_bytes_after_any_magic_do_not_panic(
        magic in prop::sample::select(vec![
            &[0xd4, 0xc3, 0xb2, 0xa1][..], &[0xa1, 0xb2, 0x3c, 0x4d], &[0x34, 0xcd, 0xb2, 0xa1], &[0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a],
            &[0x1f, 0x8b, 8], &[0x28, 0xb5, 0x2f, 0xfd], &[],
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [magic, &rest].concat();
        if let Ok(captures) = open_bytes(std::slice::from_ref(&bytes), usize::MAX) {
            let (packets, facts) = drain(captures);
            prop_assert_eq!(packets.len() as u64, facts.packets);
        }
    }
}

#[test]
fn a_cut_record_says_what_was_there_and_what_was_needed() {
    let mut file = pcap_as(Order::Little, 1000, &[sample(0, &[0; 60]), sample(0, &[0; 74])]);
    file.truncate(24 + 76 + 12);
    let (packets, offset, what) = read_damaged(&file);
    assert_eq!((packets.len(), offset), (1, 100));
    assert_eq!(what, "the file ends 12 bytes into a record header of 16 bytes; everything before it was read");
    file.extend([0; 8]);
    file[108] = 74;
    assert_eq!(
        read_damaged(&file).2,
        "the file ends 20 bytes into a record of 90 bytes; everything before it was read"
    );
}

/// Fails instead of ending.
struct Failing(io::Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}

#[test]
fn a_read_error_is_told_and_what_came_before_is_kept() {
    for kept in [40, 38] {
        let file = pcap_as(Order::Little, 1000, &[sample(0, b""), sample(0, b"")])[..kept].to_vec();
        let mut facts = CaptureFacts::default();
        let reader = open::start(
            "disk",
            Source { bytes: Box::new(Failing(io::Cursor::new(file))), len: None },
            &Windows::default(),
            &mut facts,
        )
        .unwrap();
        let (packets, facts) = drain(Captures::new(vec![reader], facts, Vec::new()));
        assert_eq!((packets.len(), facts.problems.len()), (kept / 40, 1));
        assert!(facts.problems[0].what.contains("the disk is gone"), "{}", facts.problems[0].what);
    }
}
