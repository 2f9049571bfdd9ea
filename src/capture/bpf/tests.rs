//! Expressions against packets, and the machine against libpcap's own.

use super::view::says_vlan;
use super::*;
use crate::units::Timestamp;

fn packet(link: LinkType, len: u32, data: &[u8]) -> Packet<'_> {
    Packet { number: 1, time: Timestamp::default(), link, interface: 0, len, fcs_len: 0, data }
}

/// An Ethernet frame with an IPv4 packet of `protocol`, from 10.0.0.1:1000 to 10.0.0.2:80, after `tags`.
fn ethernet(tags: &[u16], protocol: u8) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in tags {
        frame.extend([0x81, 0]);
        frame.extend(tag.to_be_bytes());
    }
    frame.extend([8, 0]);
    frame.extend(ipv4(protocol));
    frame
}

fn ipv4(protocol: u8) -> Vec<u8> {
    let mut ip = vec![0x45, 0, 0, 44, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    ip.extend([3, 232, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0]);
    ip.extend(*b"abcd");
    ip
}

fn filter(expression: &str) -> BpfFilter {
    BpfFilter::new(BpfExpression::parse(expression).unwrap())
}

fn selects(expression: &str, link: LinkType, data: &[u8]) -> bool {
    let len = u32::try_from(data.len()).unwrap();
    filter(expression).selects(&packet(link, len, data))
}

const TCP: u8 = 6;
const UDP: u8 = 17;

#[test]
fn the_length_is_that_on_the_wire_though_fewer_bytes_were_captured() {
    let frame = ethernet(&[], TCP);
    for (expression, expected) in [("len = 1500", true), ("greater 1000", true), ("less 1000", false)] {
        assert_eq!(filter(expression).selects(&packet(LinkType::ETHERNET, 1500, &frame)), expected, "{expression}");
    }
}

#[test]
fn what_was_not_captured_selects_nothing() {
    let frame = ethernet(&[], TCP);
    let cut = |len| packet(LinkType::ETHERNET, 58, &frame[..len]);
    assert!(filter("tcp port 80").selects(&cut(38)));
    assert!(!filter("tcp port 80").selects(&cut(37)));
    assert!(filter("tcp").selects(&cut(24)));
}

#[test]
fn tags_are_taken_off_unless_the_expression_is_about_them() {
    for tags in [&[][..], &[7], &[100, 7], &[0], &[1, 2, 3, 4, 5]] {
        let (tcp, udp) = (ethernet(tags, TCP), ethernet(tags, UDP));
        let one = |expression, frame: &[u8]| selects(expression, LinkType::ETHERNET, frame);
        assert!(one("tcp port 80 and host 10.0.0.2 and ether src 02:00:00:00:00:01", &tcp), "{tags:?}");
        assert!(!one("not port 80", &tcp), "not matched for want of looking: {tags:?}");
        assert!(one("udp", &udp) && !one("tcp", &udp), "{tags:?}");
        assert_eq!(one("vlan", &tcp), !tags.is_empty(), "{tags:?}");
        assert_eq!(one("vlan 7 and tcp", &tcp), *tags == [7], "{tags:?}");
        assert_eq!(one("vlan 100 && vlan 7 && tcp port 80", &tcp), *tags == [100, 7], "{tags:?}");
        assert_eq!(one("len = 58", &tcp), tags.is_empty(), "the length on the wire is with tags: {tags:?}");
    }
}

#[test]
fn tags_of_cooked_captures_are_taken_off_too() {
    let cooked = |kind: &[u8]| [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], kind, &ipv4(TCP)].concat();
    for kind in [&[8, 0][..], &[0x81, 0, 0, 7, 8, 0], &[0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 8, 0]] {
        assert!(selects("tcp port 80", LinkType::LINUX_SLL, &cooked(kind)), "{kind:?}");
        assert!(!selects("udp or port 81", LinkType::LINUX_SLL, &cooked(kind)), "{kind:?}");
    }
}

#[test]
fn a_name_with_vlan_in_it_is_not_the_word() {
    for expression in ["vlan", "not vlan", "!vlan&&tcp", "tcp or(vlan 5)", "port 80 and vlan"] {
        assert!(says_vlan(expression), "{expression}");
    }
    for expression in ["", "tcp", "host vlan-7.example", "host my_vlan", "host vlan.example"] {
        assert!(!says_vlan(expression), "{expression}");
    }
}

#[test]
fn loopback_captures_of_any_machine_are_understood() {
    let mut ipv6 = vec![0x60, 0, 0, 0, 0, 20, TCP, 64];
    ipv6.extend([0; 32]);
    ipv6.extend(&ipv4(TCP)[20..40]);
    for family in [[2, 0, 0, 0], [0, 0, 0, 2]] {
        for link in [LinkType::NULL, LinkType::LOOP] {
            assert!(selects("ip and tcp dst port 80", link, &[&family[..], &ipv4(TCP)].concat()), "{family:?}");
            assert!(!selects("ip6 or udp", link, &[&family[..], &ipv4(TCP)].concat()), "{family:?}");
        }
    }
    // IPv6 is family 10 on Linux, 24, 28 or 30 elsewhere.
    for family in [10, 24, 28, 30] {
        let data = [&[family, 0, 0, 0][..], &ipv6].concat();
        assert!(selects("ip6 and tcp dst port 80", LinkType::NULL, &data), "{family}");
    }
}

#[test]
fn raw_ip_has_three_numbers_in_files() {
    for link in [LinkType::RAW, LinkType::RAW_12, LinkType::RAW_14, LinkType::IPV4] {
        assert!(selects("tcp port 80", link, &ipv4(TCP)), "{link:?}");
    }
}

#[test]
fn packets_that_an_expression_means_nothing_for_are_counted() {
    let mut filter = filter("ether host 02:00:00:00:00:01");
    assert!(filter.selects(&packet(LinkType::ETHERNET, 58, &ethernet(&[], TCP))));
    assert!(!filter.selects(&packet(LinkType::RAW, 44, &ipv4(TCP))));
    assert!(!filter.selects(&packet(LinkType::RAW, 44, &ipv4(TCP))));
    assert!(!filter.selects(&packet(LinkType(9999), 44, &ipv4(TCP))));
    let refused: Vec<_> = filter.refused().map(|(link, error, count)| (link, error.message(), count)).collect();
    let [(LinkType::RAW, why, 2), (LinkType(9999), unknown, 1)] = refused[..] else { panic!("{refused:?}") };
    assert!(why.starts_with("ethernet addresses supported only on ethernet"), "{why}");
    assert!(unknown.contains("9999"), "{unknown}");
}

#[test]
fn an_expression_for_one_kind_of_link_is_an_expression() {
    for expression in ["type mgt subtype beacon", "ether host 02:00:00:00:00:01", "inbound", ""] {
        assert_eq!(BpfExpression::parse(expression).unwrap().text(), expression);
    }
    // Only the Linux cooked header says which way a packet went.
    let mut inbound = filter("inbound");
    let cooked = [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], &ipv4(TCP)[..]].concat();
    assert!(inbound.selects(&packet(LinkType::LINUX_SLL, 60, &cooked)));
    assert!(!inbound.selects(&packet(LinkType::ETHERNET, 58, &ethernet(&[], TCP))));
    let refused: Vec<_> = inbound.refused().map(|(_, error, count)| (error.message(), count)).collect();
    assert_eq!(refused, [("packets of Ethernet do not say which way they went", 1)]);
}

#[test]
fn an_error_says_where_it_is() {
    let shown = |expression: &str| BpfExpression::parse(expression).unwrap_err().to_string();
    assert_eq!(
        shown("tcp and port 70000"),
        "tcp and port 70000\n             ^^^^^\nillegal port number 70000 > 65535"
    );
    assert_eq!(shown("net 10.0.0.1/8"), "net 10.0.0.1/8\n    ^^^^^^^^^^\nnon-network bits set in \"10.0.0.1/8\"");
    assert_eq!(shown("tcp prt 80"), "tcp prt 80\n    ^^^\nsyntax error");
    assert_eq!(shown("tcp and ("), "tcp and (\nsyntax error");
    assert!(shown("port 80\0").contains("nul"), "{}", shown("port 80\0"));
}

#[test]
fn a_slip_of_the_keyboard_is_guessed() {
    let hint = |expression: &str| BpfExpression::parse(expression).unwrap_err().hint();
    assert_eq!(hint("tcp prt 80").unwrap(), "`prt` may be meant to be `port`");
    assert_eq!(hint("hsot 10.0.0.1 and tcp").unwrap(), "`hsot` may be meant to be `host`");
    assert_eq!((hint("tcp and ("), hint("port 70000"), hint("host frobnicate or")), (None, None, None));
}

/// libpcap's own machine, which knows one length only.
fn libpcap_selects(expression: &str, link: i32, data: &[u8]) -> bool {
    let dead = pcap::Capture::dead(pcap::Linktype(link)).unwrap();
    dead.compile(expression, true).unwrap().filter(data)
}

const EXPRESSIONS: [&str; 24] = [
    "",
    "tcp",
    "not udp",
    "tcp port 80 or udp portrange 900-2000",
    "host 10.0.0.1 and not host 10.0.0.3",
    "net 10.0.0.0/8 and ip proto 17",
    "ip6 and tcp",
    "ip6 protochain 6",
    "ip protochain 6",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x61626364",
    "ip[0] & 0xf != 5",
    "(ip[2:2] - ((ip[0] & 0xf) << 2)) > 20",
    "len * 3 / 2 % 7 = 1",
    "len <= 60 and len >= 20",
    "ip[8] ^ 0x40 = 0",
    "-ip[8] < 0xffffffc0",
    "ether broadcast or ether multicast",
    "ip multicast or ip broadcast",
    "vlan and ip",
    "vlan 7 and vlan",
    "mpls 5 and tcp",
    "pppoes 3 and ip",
    "geneve or arp",
];

proptest::proptest! {
    #[test]
    fn the_machine_decides_as_libpcaps_own(
        which in 0..EXPRESSIONS.len(),
        tags in proptest::collection::vec(0..9u16, 0..3),
        udp: bool,
        cut in 0..70usize,
        changes in proptest::collection::vec((0..60usize, 0..=255u8), 0..4),
    ) {
        let mut frame = ethernet(&tags, if udp { UDP } else { TCP });
        for (at, byte) in changes {
            if let Some(place) = frame.get_mut(at) {
                *place = byte;
            }
        }
        frame.truncate(cut.max(1));
        let expression = EXPRESSIONS[which];
        let program = compile::compile(expression, LinkType::ETHERNET).unwrap();
        let len = u32::try_from(frame.len()).unwrap();
        let own = program.accepts(&Angle::Plain(LinkType::ETHERNET).of(&frame), len);
        proptest::prop_assert_eq!(own, libpcap_selects(expression, 1, &frame), "{}", expression);
    }
}

#[test]
fn a_chain_of_headers_as_long_as_a_packet_can_be_ends() {
    let mut data = vec![0x60, 0, 0, 0, 0xff, 0xff, 0, 64];
    data.extend([0; 32]);
    // Hop-by-hop options that are each followed by another.
    data.resize(crate::limits::PACKET_LEN as usize, 0);
    assert!(!selects("ip6 protochain 6", LinkType::RAW, &data));
    let end = data.len() - 8;
    data[end] = TCP;
    data.extend([0; 8]);
    assert!(selects("ip6 protochain 6", LinkType::RAW, &data), "the cap is above the longest chain");
}
