//! What pcapng files say apart from packets: interfaces, statistics, names, comments, writers.

use super::build::{Blocks, put32, put64};
use super::*;
use crate::capture::{InterfaceStatistics, WrittenBy};
use crate::limits;
use proptest::prelude::*;

const ORDERS: [Order; 2] = [Order::Little, Order::Big];

fn comments(facts: &CaptureFacts) -> Vec<(About, &str)> {
    facts.comments.iter().map(|comment| (comment.about, comment.text.as_str())).collect()
}

#[test]
fn an_interface_is_described() {
    for order in ORDERS {
        let options: &[(u16, &[u8])] = &[
            (2, b"eth0"),
            (3, b"the wired one"),
            (1, b"looked slow"),
            (11, b"\0tcp port 80"),
            (13, &[32]),
            (12, b"Linux"),
            (2988, b"custom"),
        ];
        let blocks = Blocks::new(order).interface(1, 96, options).interface(113, 0, &[(11, b"\x01\x06\0\0\0")]);
        let (_, facts) = read(&blocks.packet(1, 1, 1, b"a").bytes);
        let interface = &facts.interfaces[0];
        assert_eq!(interface.name.as_deref(), Some("eth0"));
        assert_eq!(interface.description.as_deref(), Some("the wired one"));
        assert_eq!(interface.filter.as_deref(), Some("tcp port 80"));
        assert_eq!((interface.snap_len, interface.fcs_len, interface.packets), (96, Some(4), 0));
        let other = &facts.interfaces[1];
        assert_eq!((&other.filter, &other.name, other.packets, other.link), (&None, &None, 1, LinkType::LINUX_SLL));
        assert_eq!(comments(&facts), [(About::Interface(0), "looked slow")]);
        assert_eq!(facts.problems, []);
    }
}

#[test]
fn the_last_statistics_of_an_interface_count() {
    for order in ORDERS {
        let count = |number: u64| put64(order, number);
        let blocks = Blocks::new(order)
            .interface(1, 0, &[])
            .interface(1, 0, &[])
            .statistics(1, &[(4, &count(10)), (5, &count(1)), (7, &count(1))])
            .statistics(1, &[(4, &count(900)), (5, &count(20)), (6, &count(880)), (7, &count(3)), (1, b"busy")])
            .packet(0, 1, 1, b"a");
        let (_, facts) = read(&blocks.bytes);
        let expected =
            InterfaceStatistics { received: Some(900), dropped_by_interface: Some(20), dropped_by_system: Some(3) };
        assert_eq!((facts.interfaces[0].statistics, facts.interfaces[1].statistics), (None, Some(expected)));
        assert_eq!(facts.dropped_packets(), 23);
        assert_eq!(comments(&facts), [(About::Interface(1), "busy")]);
        assert_eq!(facts.problems, []);
    }
}

#[test]
fn drops_between_packets_are_summed_and_not_counted_again_in_the_statistics() {
    for order in ORDERS {
        let blocks = Blocks::new(order)
            .interface(1, 0, &[])
            .packet_with(0, 1, 1, b"a", &[(4, &put64(order, 5))])
            .obsolete_packet_after(7, 0, 2, 1, b"b")
            .obsolete_packet_after(0xffff, 0, 2, 1, b"b");
        let (_, facts) = read(&blocks.bytes);
        assert_eq!((facts.interfaces[0].dropped_between, facts.dropped_packets()), (12, 12));
        let told_twice = blocks.clone().statistics(0, &[(5, &put64(order, 12))]);
        assert_eq!(read(&told_twice.bytes).1.dropped_packets(), 12);
        let endless = blocks.packet_with(0, 1, 1, b"a", &[(4, &put64(order, u64::MAX))]);
        assert_eq!(read(&endless.bytes).1.dropped_packets(), u64::MAX);
    }
}

#[test]
fn statistics_that_cannot_be_are_told() {
    let interface = || Blocks::new(Order::Little).interface(1, 0, &[]);
    for (blocks, expected) in [
        (interface().statistics(1, &[]), "a block names interface 1, but its section has only 1"),
        (interface().block(5, &[0; 0]), "a statistics block of 12 bytes is too short"),
        (interface().block(5, &[0; 8]), "a statistics block of 20 bytes is too short"),
        (interface().statistics(0, &[(5, &[1; 7])]), "option 5 has a value of 7 bytes, which cannot be"),
        (interface().statistics(0, &[(4, &[])]), "option 4 has a value of 0 bytes, which cannot be"),
    ] {
        let (packets, _, what) = read_damaged(&blocks.packet(0, 1, 1, b"a").bytes);
        assert_eq!(packets.len(), 1);
        assert!(what.starts_with(expected), "{what}");
    }
}

#[test]
fn comments_of_packets_have_the_numbers_of_the_merged_run() {
    for order in ORDERS {
        let file = |ticks, text: &[u8]| {
            let blocks = Blocks::new(order).interface(1, 0, &[]).packet(0, ticks, 1, b"a");
            blocks.packet_with(0, ticks + 2, 3, b"abc", &[(1, text), (2, &put32(order, 1)), (1, b"again")]).bytes
        };
        let (packets, facts) = read_all(&[file(2, b"later"), file(1, b"earlier")]);
        assert_eq!(packets.len(), 4);
        let expected = [(3, "earlier"), (3, "again"), (4, "later"), (4, "again")];
        assert_eq!(comments(&facts), expected.map(|(number, text)| (About::Packet(number), text)));
        assert_eq!(facts.comments.iter().map(|comment| comment.file).collect::<Vec<_>>(), [1, 1, 0, 0]);
    }
}

#[test]
fn a_section_says_what_wrote_it_once() {
    for order in ORDERS {
        let options: &[(u16, &[u8])] = &[(2, b"a machine"), (3, b"a system"), (4, b"a program"), (1, b"why")];
        let blocks = Blocks::new(order)
            .section_with(order, (1, 0), -1, options)
            .section_with(order, (1, 0), -1, options)
            .section_with(order, (1, 0), -1, &[(4, b"another program\0\0")]);
        let (_, facts) = read(&blocks.bytes);
        let [first, second] = &Vec::from_iter(&facts.written_by)[..] else { panic!("{:?}", facts.written_by) };
        assert_eq!(**first, WrittenBy { application: Some("another program".into()), ..WrittenBy::default() });
        assert_eq!(second.hardware.as_deref(), Some("a machine"));
        assert_eq!((second.system.as_deref(), second.application.as_deref()), (Some("a system"), Some("a program")));
        assert_eq!(comments(&facts), [(About::Section(2), "why"), (About::Section(3), "why")]);
        assert_eq!((facts.files[0].sections, &facts.problems[..]), (4, &[][..]));
    }
}

#[test]
fn names_of_addresses_are_collected_once() {
    for order in ORDERS {
        let v6 = [&[0x20, 1, 0xd, 0xb8][..], &[0; 11], &[1], b"six.example\0"].concat();
        let records: &[(u16, &[u8])] = &[
            (1, b"\x0a\0\0\x01one.example\0uno.example\0"),
            (2, &v6),
            (3, b"\0\x01\x02\x03\x04\x05card\0"),
            (99, b"?"),
        ];
        let options: &[(u16, &[u8])] = &[(2, b"resolver"), (1, b"looked up later")];
        let blocks = Blocks::new(order).names(records, options).names(records, &[]).names(&[], &[(1, b"empty")]);
        let (_, facts) = read(&blocks.bytes);
        let names: Vec<_> = facts.names.iter().map(|(address, name)| format!("{address} {name}")).collect();
        assert_eq!(names, ["10.0.0.1 one.example", "10.0.0.1 uno.example", "2001:db8::1 six.example"]);
        assert_eq!(comments(&facts), [(About::Section(1), "looked up later"), (About::Section(1), "empty")]);
        assert_eq!(facts.problems, []);
    }
}

#[test]
fn name_records_that_cannot_be_are_told_and_what_came_before_is_kept() {
    let good = [1, 0, 6, 0, 10, 0, 0, 1, b'x', 0, 0, 0];
    for (bad, expected) in [
        (&[1, 0, 3, 0, 10, 0, 0, 0][..], "a name record of 3 bytes has no IPv4 address"),
        (&[2, 0, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0], "a name record of 15 bytes has no IPv6"),
        (&[1, 0, 255, 0, 10, 0, 0, 1], "a name record claims 255 bytes, but its block has only 4 left"),
        (&[0, 0, 0, 0, 1, 0, 9, 0], "option 1 claims 9 bytes"),
    ] {
        let body = [&good[..], bad].concat();
        let blocks = Blocks::new(Order::Little).block(4, &body).interface(1, 0, &[]).packet(0, 1, 1, b"a");
        let (packets, facts) = read(&blocks.bytes);
        assert_eq!((packets.len(), facts.names.len(), facts.problems.len()), (1, 1, 1));
        assert!(facts.problems[0].what.starts_with(expected), "{}", facts.problems[0].what);
    }
}

#[test]
fn secrets_are_counted_and_never_kept() {
    let secret = b"CLIENT_RANDOM 0011 2233";
    let body = [&put32(Order::Little, 0x544c_534b)[..], &put32(Order::Little, 23), secret].concat();
    let (_, facts) = read(&Blocks::new(Order::Little).block(10, &body).block(10, &body).block(0x4000_0bad, b"x").bytes);
    assert_eq!((facts.files[0].secrets, facts.files[0].other_blocks), (2, 1));
    assert!(!format!("{facts:?}").contains("CLIENT_RANDOM"));
}

#[test]
fn options_of_a_packet_that_cannot_be_do_not_lose_it() {
    for order in ORDERS {
        for (options, expected) in [
            (&[(2, &[1, 2, 3][..])][..], "option 2 has a value of 3 bytes"),
            (&[(4, &[])], "option 4 has a value of 0 bytes"),
            (&[(4, &[0; 9])], "option 4 has a value of 9 bytes"),
        ] {
            let blocks = Blocks::new(order).interface(1, 0, &[]).packet_with(0, 1, 1, b"a", options);
            let (packets, offset, what) = read_damaged(&blocks.bytes);
            assert_eq!((packets.len(), offset), (1, blocks.ends[1] as u64));
            assert!(what.starts_with(expected), "{what}");
        }
    }
    // The end of the options is left out, or the last option goes beyond the block.
    for (tail, problems, kept) in [(&[1, 0, 2, 0, b'h', b'i', 0, 0][..], 0, 1), (&[1, 0, 9, 0, b'h', b'i', 0, 0], 1, 0)]
    {
        let body = [0, 0, 0, 4, 4].iter().flat_map(|word| put32(Order::Little, *word)).chain(*b"data");
        let body: Vec<u8> = body.chain(tail.iter().copied()).collect();
        let (packets, facts) = read(&Blocks::new(Order::Little).interface(1, 0, &[]).block(6, &body).bytes);
        assert_eq!((packets.len(), facts.problems.len(), facts.comments.len()), (1, problems, kept));
    }
}

#[test]
fn empty_texts_say_nothing_and_broken_ones_are_mended() {
    let options: &[(u16, &[u8])] = &[(1, b""), (1, b"\0\0\0"), (1, b"caf\xe9\0"), (2, b""), (3, b"\0")];
    let (_, facts) = read(&Blocks::new(Order::Big).interface(1, 0, options).bytes);
    assert_eq!(comments(&facts), [(About::Interface(0), "caf\u{fffd}")]);
    assert_eq!((&facts.interfaces[0].name, &facts.interfaces[0].description), (&None, &None));
}

#[test]
fn texts_are_kept_up_to_a_limit_and_then_counted() {
    let long = vec![b'x'; 60_000];
    let mut blocks = Blocks::new(Order::Little).interface(1, 0, &[]);
    for _ in 0..30 {
        blocks = blocks.packet_with(0, 1, 1, b"a", &[(1, &long)]);
    }
    let (packets, facts) = read(&blocks.bytes);
    let kept = limits::CAPTURE_TEXT_BYTES / (60_000 + 64);
    assert_eq!((packets.len(), facts.comments.len(), facts.more_texts), (30, kept, 30 - kept as u64));
    assert_eq!(facts.problems, []);
}

/// Options of any code with any value.
fn any_options() -> impl Strategy<Value = Vec<(u16, Vec<u8>)>> {
    let code = prop_oneof![1..16_u16, Just(2988), any::<u16>()];
    prop::collection::vec((code, prop::collection::vec(any::<u8>(), 0..20)), 0..6)
}

proptest! {
    /// Whatever stands in options, packets come out the same, and both byte orders tell the same story.
    #[test]
    fn options_do_not_change_packets(options in prop::collection::vec(any_options(), 3)) {
        let written = ORDERS.map(|order| {
            // Only what has no numbers in it means the same in both byte orders.
            let some = |index: usize, keep: &dyn Fn(u16) -> bool| -> Vec<(u16, &[u8])> {
                options[index].iter().filter(|(code, _)| keep(*code)).map(|(code, value)| (*code, &value[..])).collect()
            };
            Blocks::new(order)
                .section_with(order, (1, 0), -1, &some(0, &|_| true))
                .interface(1, 0, &some(1, &|code| code != 9 && code != 14))
                .packet_with(0, 1, 4, b"abc", &some(2, &|code| code != 2 && code != 4))
                .packet(0, 2, 2, b"de")
                .bytes
        });
        let [little, big] = written.map(|bytes| read(&bytes));
        prop_assert_eq!(&little, &big);
        let seen: Vec<_> = little.0.iter().map(|packet| (packet.time, packet.len, &packet.data[..])).collect();
        prop_assert_eq!(seen, [(1000, 4, &b"abc"[..]), (2000, 2, b"de")]);
    }

    /// Blocks of every kind with any content: no panic, the text limit holds, and reading goes on after each.
    #[test]
    fn any_content_of_a_block_costs_at_most_that_block(
        kind in prop_oneof![0..12_u32, Just(0xbad), any::<u32>()],
        body in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        prop_assume!(kind != 0x0a0d_0d0a);
        let blocks = Blocks::new(Order::Big).interface(1, 0, &[]).block(kind, &body).packet(0, 2, 1, b"z");
        let (packets, facts) = read(&blocks.bytes);
        let last = packets.last().unwrap();
        prop_assert_eq!((last.time, &last.data[..]), (2000, &b"z"[..]));
        prop_assert!(facts.problems.len() <= 1);
        prop_assert!(facts.text_bytes <= limits::CAPTURE_TEXT_BYTES);
    }
}
