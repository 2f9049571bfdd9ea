//! A packet gives the same segment in whatever frames and tunnels it travels.

use super::wrapping::{FRAMES, TUNNELS_OF_FRAMES, TUNNELS_OF_IP, Way, in_ipv4, in_ipv6, links, wlan};
use super::*;
use proptest::prelude::*;

/// What must be the same however a packet was wrapped.
fn essence(segment: &Segment<'_>) -> (String, String, u32, u32, Vec<u8>, u32) {
    let Segment { source, destination, seq, ack, payload, payload_len, .. } = *segment;
    (source.to_string(), destination.to_string(), seq, ack, payload.to_vec(), payload_len)
}

fn check(link: u32, data: &[u8], plain: &[u8], name: &str) {
    let mut decoder = Decoder::new();
    let packet = packet(LinkType(link), data);
    let found = decoder.decode(&packet).map(|segment| essence(&segment));
    let expected = essence(&segment(&super::packet(LinkType::RAW, plain)));
    assert_eq!(found, Some(expected), "{name}: {:?}", decoder.details().collect::<Vec<_>>());
}

fn in_ip(is_v6: bool, tunnel: &[u8]) -> Vec<u8> {
    let (protocol, payload) = tunnel.split_first().unwrap();
    if is_v6 { in_ipv6(*protocol, payload) } else { in_ipv4(*protocol, payload) }
}

#[test]
fn a_packet_in_a_frame_or_tunnel_gives_the_same_segment() {
    for plain in [ipv4(b"payload"), ipv6(b"payload"), ipv4(b""), ipv6(b"")] {
        for (name, wrap) in FRAMES {
            check(1, &wrap(&plain), &plain, name);
        }
        for (name, wrap) in TUNNELS_OF_IP {
            for is_v6 in [false, true] {
                check(101, &in_ip(is_v6, &wrap(&plain)), &plain, name);
            }
        }
        for ((name, wrap), (frame_name, frame)) in
            TUNNELS_OF_FRAMES.iter().flat_map(|way| FRAMES.map(|frame| (way, frame)))
        {
            check(101, &in_ip(false, &wrap(&frame(&plain))), &plain, &format!("{frame_name} in {name}"));
        }
        for (link, data) in links(&plain) {
            check(link, &data, &plain, &format!("{link} {data:x?}"));
        }
    }
}

#[test]
fn a_cut_in_any_wrapping_leaves_what_was_captured() {
    let plain = ipv4(b"payload");
    let tunnels = TUNNELS_OF_IP.map(|(name, wrap)| (name, 101, in_ip(false, &wrap(&plain))));
    let frames = FRAMES.map(|(name, wrap)| (name, 1, wrap(&plain)));
    let links = links(&plain).into_iter().map(|(link, data)| ("link", link, data));
    for (name, link, data) in tunnels.into_iter().chain(frames).chain(links) {
        let content = data.windows(7).rposition(|window| window == b"payload").unwrap();
        for captured in 0..data.len() {
            let packet = snapped(LinkType(link), &data, captured);
            if captured < content - 6 {
                let reason = reason(&packet);
                // The shortest cuts take what tells a payload that is cut from one that is none.
                assert_eq!(reason, UnreadReason::HeadersSnapped, "{name} {link} {captured}");
            } else {
                let segment = segment(&packet);
                let known = captured.saturating_sub(content).min(7);
                assert_eq!(
                    (segment.payload, segment.payload_len),
                    (&b"payload"[..known], 7),
                    "{name} {link} {captured}"
                );
            }
        }
    }
}

#[test]
fn networks_tell_connections_apart_and_directions_do_not() {
    let vxlan = |network: u8| {
        let frame = FRAMES[0].1(&ipv4(b"payload"));
        let header = [0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, network, 0];
        segment(&packet(LinkType::RAW, &in_ipv4(17, &[&header[..], &frame].concat()))).vlan
    };
    assert_eq!(vxlan(1), vxlan(1));
    assert_ne!(vxlan(1), vxlan(2));
    let gre = |key: u8| {
        let data = in_ipv4(47, &[&[0x20, 0, 8, 0, 0, 0, 0, key], &ipv4(b"payload")[..]].concat());
        segment(&packet(LinkType::RAW, &data)).vlan
    };
    assert_ne!(gre(1), gre(2));
    assert_ne!(gre(1), vxlan(1));
    // What has no identifier, or one for each direction.
    let plain = VlanPath::default();
    for name in ["IP in IP", "GRE", "MPLS in IP", "GTP", "GTP with an extension"] {
        let (_, wrap) = TUNNELS_OF_IP.into_iter().find(|way| way.0 == name).unwrap();
        assert_eq!(segment(&packet(LinkType::RAW, &in_ip(false, &wrap(&ipv4(b"payload"))))).vlan, plain, "{name}");
    }
}

#[test]
fn tags_inside_a_tunnel_are_told() {
    let frame = FRAMES.into_iter().find(|way| way.0 == "QinQ").unwrap().1;
    let inner = in_ip(false, &TUNNELS_OF_FRAMES[0].1(&frame(&ipv4(b"payload"))));
    let outer = FRAMES.into_iter().find(|way| way.0 == "VLAN").unwrap().1(&inner);
    let path = segment(&packet(LinkType::ETHERNET, &outer)).vlan;
    assert_eq!(path.tags().collect::<Vec<_>>(), [5, 6, 5]);
}

/// Reason and name of what a packet is.
fn unread(link: u32, data: &[u8]) -> (UnreadReason, String) {
    let mut decoder = Decoder::new();
    assert!(decoder.decode(&packet(LinkType(link), data)).is_none());
    let (reason, _) = decoder.unread().next().unwrap();
    (reason, decoder.details().next().map_or_else(String::new, |(_, name, _)| name))
}

#[test]
fn a_header_that_is_none_of_a_tunnel_is_just_udp() {
    let datagram = |port: u16, content: &[u8]| {
        in_ipv4(17, &[&[0, 9], &port.to_be_bytes()[..], &[0, 40, 0, 0], content, &[0; 30]].concat())
    };
    let cases: [(u16, &[u8]); 12] = [
        (4789, &[0, 0, 0, 0, 0, 0, 9, 0]),
        (4789, &[8, 0, 0, 0, 0, 0, 9, 1]),
        (4789, &[8]),
        (4790, &[0x04, 0, 0, 1, 0, 0, 9, 0]),
        (4790, &[0x0d, 0, 0, 1, 0, 0, 9, 0]),
        (4790, &[0x0c, 0, 0, 4, 0, 0, 9, 0]),
        (6081, &[0x40, 0, 8, 0, 0, 0, 9, 0]),
        (6081, &[0, 0x80, 8, 0, 0, 0, 9, 0]),
        (6081, &[0x3f, 0, 8, 0, 0, 0, 9, 0]),
        (2152, &[0x30, 1, 0, 4, 0, 0, 0, 0]),
        (2152, &[0x50, 255, 0, 4, 0, 0, 0, 0]),
        (2152, &[0x34, 255, 0, 12, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0]),
    ];
    for (port, content) in cases {
        let found = if content.len() == 1 {
            unread(101, &in_ipv4(17, &[&[0, 9], &port.to_be_bytes()[..], &[0, 9, 0, 0], content].concat()))
        } else {
            unread(101, &datagram(port, content))
        };
        assert_eq!(found, (UnreadReason::NotTcp, "UDP".to_owned()), "{port} {content:x?}");
    }
    let other_port = TUNNELS_OF_IP.into_iter().find(|way| way.0 == "GTP").unwrap().1(&ipv4(b"payload"));
    let mut other_port = in_ip(false, &other_port);
    other_port[23] += 1;
    assert_eq!(unread(101, &other_port).0, UnreadReason::NotTcp);
}

#[test]
fn what_is_not_read_has_a_name() {
    let ether_type = |a, b| [&[2; 12], &[a, b][..], &[0; 46]].concat();
    let not_ip = UnreadReason::NotIp;
    let cases = [
        (1, ether_type(8, 6), not_ip, "ARP"),
        (1, ether_type(0x88, 0xcc), not_ip, "LLDP"),
        (1, ether_type(0x12, 0x34), not_ip, "EtherType 0x1234"),
        (1, [&[2; 12], &[0, 38, 0x42, 0x42, 3][..], &[0; 35]].concat(), not_ip, "spanning tree"),
        (1, [&[2; 12], &[0, 38, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0][..], &[0; 30]].concat(), not_ip, "LLC 0xaa"),
        (1, [&[2; 12], &[0x88, 0x47, 0, 1, 1, 64, 0x10][..], &[0; 40]].concat(), not_ip, "MPLS"),
        (9, vec![0xff, 3, 0xc0, 0x21, 1, 1], not_ip, "PPP LCP"),
        (9, vec![0x2d, 0, 0, 0], not_ip, "PPP with compressed TCP"),
        (9, vec![0xff, 3, 0x40, 0x21, 1, 1], not_ip, "PPP 0x4021"),
        (0, vec![7, 0, 0, 0, 0x45], not_ip, "address family 7"),
        (239, vec![7, 0, 0, 0, 8, 0, 9, 0, 1, 2, 3, 4], not_ip, "address family 7"),
        (105, vec![0x80, 0, 0, 0], not_ip, "802.11 management"),
        (105, vec![0xd4, 0, 0, 0], not_ip, "802.11 control"),
        (105, vec![0x48, 1, 0, 0], not_ip, "802.11 without data"),
        (101, in_ipv4(1, &[0; 8]), UnreadReason::NotTcp, "ICMP"),
        (101, in_ipv4(254, &[0; 8]), UnreadReason::NotTcp, "IP protocol 254"),
        (101, in_ipv4(47, &[0, 1, 0x88, 0x0b, 0, 0, 0, 0]), UnreadReason::NotTcp, "GRE"),
        (197, vec![0], UnreadReason::UnknownLinkType, "link type 197"),
    ];
    for (link, data, reason, name) in cases {
        let (found, found_name) = unread(link, &data);
        assert_eq!((found, &found_name[..found_name.len().min(name.len())]), (reason, name), "{found_name}");
    }
}

#[test]
fn frames_of_the_air_that_are_not_read_have_reasons_of_their_own() {
    let content = wlan(0x88, 1, &[0, 0], &[0xaa; 60]);
    let with = |at: usize, bits: u8| {
        let mut frame = content.clone();
        frame[at] |= bits;
        unread(105, &frame).0
    };
    assert_eq!(with(1, 0x40), UnreadReason::WlanEncrypted);
    assert_eq!(with(1, 0x04), UnreadReason::WlanFragment);
    assert_eq!(with(22, 0x01), UnreadReason::WlanFragment);
    assert_eq!(with(24, 0x80), UnreadReason::BadLinkHeader, "an aggregate whose part is longer than itself");
    assert_eq!(with(0, 0x01), UnreadReason::BadLinkHeader, "another version");
    let parts = [&[2; 12], &[0, 4, 1, 2, 3, 4][..], &[2; 12], &[0, 4, 1, 2, 3, 4]].concat();
    assert_eq!(unread(105, &wlan(0x88, 1, &[0x80, 0], &parts)).0, UnreadReason::WlanAggregate);
    let damaged = [&[0, 0, 9, 0, 2, 0, 0, 0, 0x50], &content[..]].concat();
    assert_eq!(unread(127, &damaged).0, UnreadReason::WlanDamaged);
    for broken in [[1, 0, 8, 0], [0, 0, 7, 0], [0, 0, 200, 0], [0, 0, 8, 0]] {
        let data = [&broken, &[2, 0, 0, 0], &content[..]].concat();
        assert_eq!(unread(127, &data).0, UnreadReason::BadLinkHeader, "{broken:?}");
    }
}

#[test]
fn tunnel_headers_that_contradict_themselves_are_bad() {
    for data in [
        &[0x40, 0, 8, 0, 0, 0, 0, 0][..],
        &[0x20, 0, 8, 0, 0],
        &[0, 0, 8],
        &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(unread(101, &in_ipv4(47, data)).0, UnreadReason::BadTunnelHeader, "{data:x?}");
    }
    assert_eq!(
        unread(101, &in_ipv4(137, &[0, 0, 0, 64, 0, 0, 0, 64])).0,
        UnreadReason::BadTunnelHeader,
        "no last label"
    );
}

#[test]
fn packets_in_packets_are_followed_to_the_cap() {
    let nested = |levels: usize| (0..levels).fold(ipv4(b"payload"), |inner, _| in_ipv4(4, &inner));
    check(101, &nested(31), &ipv4(b"payload"), "at the cap");
    assert_eq!(reason(&packet(LinkType::RAW, &nested(32))), UnreadReason::NestedTooDeep);
    assert_eq!(reason(&packet(LinkType::RAW, &nested(1000))), UnreadReason::NestedTooDeep);
}

#[test]
fn the_names_of_what_is_not_read_are_bounded() {
    let mut decoder = Decoder::new();
    for link in 1000..2000 {
        assert!(decoder.decode(&packet(LinkType(link), &[0])).is_none());
    }
    assert!(decoder.decode(&packet(LinkType(1001), &[0])).is_none());
    assert_eq!(decoder.details().count(), crate::limits::UNREAD_DETAILS);
    assert_eq!(decoder.details().next().unwrap(), (UnreadReason::UnknownLinkType, "link type 1001".to_owned(), 2));
    assert_eq!(decoder.unread().collect::<Vec<_>>(), [(UnreadReason::UnknownLinkType, 1001)]);
}

fn way(ways: &'static [Way]) -> impl Strategy<Value = Way> {
    prop::sample::select(ways)
}

/// One packet around another: a tunnel of IP, or a tunnel of frames and the frame.
fn tunnel() -> impl Strategy<Value = (bool, Way, Option<Way>)> {
    let of_ip = (any::<bool>(), way(&TUNNELS_OF_IP), Just(None));
    let of_frames = (any::<bool>(), way(&TUNNELS_OF_FRAMES), way(&FRAMES).prop_map(Some));
    prop_oneof![of_ip, of_frames]
}

proptest! {
    #[test]
    fn any_nesting_gives_the_same_segment(
        content in prop::collection::vec(any::<u8>(), 0..100),
        is_v6: bool,
        tunnels in prop::collection::vec(tunnel(), 0..4),
        (frame_name, frame) in way(&FRAMES),
        link in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let plain = if is_v6 { ipv6(&content) } else { ipv4(&content) };
        let (mut ip, mut name) = (plain.clone(), String::new());
        for (outer_v6, (tunnel_name, tunnel), frame) in tunnels {
            let inner = frame.map_or(ip.clone(), |(_, frame)| frame(&ip));
            ip = in_ip(outer_v6, &tunnel(&inner));
            name += &format!("{} in {tunnel_name} in ", frame.map_or("IP", |(frame_name, _)| frame_name));
        }
        check(1, &frame(&ip), &plain, &format!("{name}{frame_name}"));
        let links = links(&ip);
        let (link, data) = &links[link.index(links.len())];
        check(*link, data, &plain, &format!("{name}{link}"));

        // However much was captured, it does not change what was.
        let packet = snapped(LinkType(*link), data, cut.index(data.len()));
        let mut decoder = Decoder::new();
        if let Some(segment) = decoder.decode(&packet) {
            prop_assert_eq!(segment.payload_len as usize, content.len());
            prop_assert!(content.starts_with(segment.payload));
        } else {
            prop_assert_eq!(decoder.unread().collect::<Vec<_>>(), [(UnreadReason::HeadersSnapped, 1)]);
        }
    }
}
