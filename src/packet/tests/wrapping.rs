//! Everything that an IP packet can be in, written byte by byte.

use super::*;

/// A way to put a packet into something. The name is for failures.
pub(super) type Way = (&'static str, fn(&[u8]) -> Vec<u8>);

fn ether_type(ip: &[u8]) -> [u8; 2] {
    if ip[0] >> 4 == 6 { [0x86, 0xdd] } else { [8, 0] }
}

fn ppp_protocol(ip: &[u8]) -> [u8; 2] {
    if ip[0] >> 4 == 6 { [0, 0x57] } else { [0, 0x21] }
}

fn be16(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap().to_be_bytes()
}

fn frame(rest: &[&[u8]]) -> Vec<u8> {
    [&[0x02, 0x46, 0x60, 0, 0, 1, 0x02, 0, 0, 0, 0, 2], &rest.concat()[..]].concat()
}

fn snap(ip: &[u8]) -> Vec<u8> {
    [&[0xaa, 0xaa, 3, 0, 0, 0], &ether_type(ip)[..], ip].concat()
}

/// An IPv4 packet, with a header checksum, as tshark wants it.
pub(super) fn in_ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap();
    let header = etherparse::Ipv4Header::new(len, 64, etherparse::IpNumber(protocol), [10, 9, 8, 7], [10, 9, 8, 6]);
    let mut bytes = Vec::new();
    header.unwrap().write(&mut bytes).unwrap();
    [&bytes, payload].concat()
}

pub(super) fn in_ipv6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    [&[0x60, 0, 0, 0], &be16(payload.len())[..], &[protocol, 64], &v6(8), &v6(9), payload].concat()
}

fn udp(port: u16, payload: &[&[u8]]) -> Vec<u8> {
    let payload = payload.concat();
    [&[0xc0, 0], &port.to_be_bytes()[..], &be16(payload.len() + 8), &[0, 0], &payload].concat()
}

/// IP packets in Ethernet frames.
pub(super) const FRAMES: [Way; 12] = [
    ("Ethernet", |ip| frame(&[&ether_type(ip), ip])),
    ("802.3", |ip| frame(&[&be16(snap(ip).len()), &snap(ip), b"pad"])),
    ("802.3 without SNAP", |ip| frame(&[&be16(ip.len() + 3), &[6, 6, 3], ip])),
    ("802.1H", |ip| frame(&[&be16(ip.len() + 8), &[0xaa, 0xaa, 3, 0, 0, 0xf8], &ether_type(ip), ip])),
    ("VLAN", |ip| frame(&[&[0x81, 0, 0, 5], &ether_type(ip), ip])),
    ("VLAN with 802.3", |ip| frame(&[&[0x81, 0, 0, 5], &be16(snap(ip).len()), &snap(ip)])),
    ("QinQ", |ip| frame(&[&[0x88, 0xa8, 0x20, 6, 0x81, 0, 0, 5], &ether_type(ip), ip])),
    ("MPLS", |ip| frame(&[&[0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64], ip])),
    ("MPLS with Ethernet", |ip| {
        frame(&[&[0x88, 0x47, 0, 1, 1, 64], &[0x46, 0, 9, 9, 9, 9, 0, 2, 3, 4, 5, 6], &ether_type(ip), ip])
    }),
    ("MPLS with Ethernet whose address starts with 0", |ip| {
        frame(&[&[0x88, 0x48, 0, 1, 1, 64], &[0, 0, 9, 9, 9, 9, 0, 2, 3, 4, 5, 6], &ether_type(ip), ip])
    }),
    ("MPLS with a control word", |ip| {
        frame(&[&[0x88, 0x47, 0, 1, 1, 64], &[0, 0, 0, 7, 2, 0, 9, 9, 9, 9, 0, 2, 3, 4, 5, 6], &ether_type(ip), ip])
    }),
    ("PPPoE", |ip| frame(&[&[0x88, 0x64, 0x11, 0, 0, 9], &be16(ip.len() + 2), &ppp_protocol(ip), ip, b"padding"])),
];

/// IP packets in the payload of IP packets, after the number of the protocol.
pub(super) const TUNNELS_OF_IP: [Way; 13] = [
    ("IP in IP", |ip| [&[if ip[0] >> 4 == 6 { 41 } else { 4 }], ip].concat()),
    ("GRE", |ip| [&[47, 0, 0], &ether_type(ip)[..], ip].concat()),
    ("GRE with all fields", |ip| {
        [&[47, 0xb0, 0], &ether_type(ip)[..], &[0, 0, 0, 0, 0, 0, 0, 77, 0, 0, 0, 1], ip].concat()
    }),
    ("ERSPAN III of IP", |ip| {
        [&[47, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0, 3, 0, 0, 0, 9, 0, 0, 0x08, 0], ip].concat()
    }),
    ("GRE with MPLS", |ip| [&[47, 0, 0, 0x88, 0x47, 0, 1, 1, 64], ip].concat()),
    ("MPLS in IP", |ip| [&[137, 0, 1, 1, 64], ip].concat()),
    ("authenticated IP", |ip| {
        [&[51, if ip[0] >> 4 == 6 { 41 } else { 4 }, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], &[0; 12][..], ip].concat()
    }),
    ("GENEVE of IP", |ip| {
        [&[17], &udp(6081, &[&[2, 0], &ether_type(ip), &[0, 0, 9, 0], &[1, 2, 3, 1, 0, 0, 0, 0], ip])[..]].concat()
    }),
    ("VXLAN-GPE of IP", |ip| {
        let next = if ip[0] >> 4 == 6 { 2 } else { 1 };
        [&[17], &udp(4790, &[&[0x0c, 0, 0, next, 0, 0, 9, 0], ip])[..]].concat()
    }),
    ("GTP", |ip| [&[17], &udp(2152, &[&[0x30, 255], &be16(ip.len()), &[0, 0, 0, 3], ip])[..]].concat()),
    ("GTP with a sequence number", |ip| {
        [&[17], &udp(2152, &[&[0x32, 255], &be16(ip.len() + 4), &[0, 0, 0, 3, 0, 1, 0, 0], ip])[..]].concat()
    }),
    ("GTP with an extension", |ip| {
        let optional = [0, 0, 0, 0x85, 1, 0x10, 5, 0];
        [&[17], &udp(2152, &[&[0x34, 255], &be16(ip.len() + 8), &[0, 0, 0, 3], &optional, ip])[..]].concat()
    }),
    ("GTP with extensions", |ip| {
        let optional = [0, 0, 0, 0xc0, 1, 0, 9, 0x85, 2, 0, 0, 0, 0, 0, 0, 0];
        [&[17], &udp(2152, &[&[0x37, 255], &be16(ip.len() + 16), &[0, 0, 0, 3], &optional, ip])[..]].concat()
    }),
];

/// Ethernet frames in the payload of IP packets, after the number of the protocol.
pub(super) const TUNNELS_OF_FRAMES: [Way; 10] = [
    ("VXLAN", |frame| [&[17], &udp(4789, &[&[8, 0, 0, 0, 0, 0, 9, 0], frame])[..]].concat()),
    ("VXLAN with a group", |frame| [&[17], &udp(4789, &[&[0x88, 0, 1, 2, 0, 0, 9, 0], frame])[..]].concat()),
    ("VXLAN-GPE", |frame| [&[17], &udp(4790, &[&[0x0c, 0, 0, 3, 0, 0, 9, 0], frame])[..]].concat()),
    ("GENEVE", |frame| [&[17], &udp(6081, &[&[0, 0, 0x65, 0x58, 0, 0, 9, 0], frame])[..]].concat()),
    ("GRE of Ethernet", |frame| [&[47, 0x20, 0, 0x65, 0x58, 0, 0, 0, 9], frame].concat()),
    ("ERSPAN I", |frame| [&[47, 0, 0, 0x88, 0xbe], frame].concat()),
    ("ERSPAN II", |frame| [&[47, 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0, 3, 0, 0, 0, 0], frame].concat()),
    ("ERSPAN III", |frame| {
        [&[47, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0, 3, 0, 0, 0, 9, 0, 0, 0x80, 0], frame].concat()
    }),
    ("ERSPAN III with the platform's header", |frame| {
        let header = [0x20, 5, 0, 3, 0, 0, 0, 9, 0, 0, 0x80, 1, 0x0c, 0, 0, 0, 0, 0, 0, 0];
        [&[47, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &header[..], frame].concat()
    }),
    ("MPLS in IP with Ethernet", |frame| [&[137, 0, 1, 1, 64, 0, 0, 0, 0], frame].concat()),
];

/// What other link types than Ethernet make of an IP packet.
pub(super) fn links(ip: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let ppp = [&ppp_protocol(ip), ip].concat();
    let short = [&ppp_protocol(ip)[1..], ip].concat();
    let framed = [&[0xff, 3], &ppp[..]].concat();
    let cisco = |address| [&[address, 0], &ether_type(ip)[..], ip].concat();
    let family = if ip[0] >> 4 == 6 { 10 } else { 2 };
    let mut links = vec![
        (9, ppp.clone()),
        (9, short),
        (9, framed.clone()),
        (50, framed.clone()),
        (50, cisco(0x0f)),
        (204, [&[0], &framed[..]].concat()),
        (204, [&[1], &ppp[..]].concat()),
        (51, [&[0x11, 0, 0, 9], &be16(ppp.len())[..], &ppp, b"padding"].concat()),
        (166, [&[0], &framed[1..]].concat()),
        (166, [&[1], &framed[1..]].concat()),
        (104, cisco(0x0f)),
        (104, cisco(0x8f)),
        (113, [&[0, 4, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0, 4], &snap(ip)[..]].concat()),
    ];
    for swaps in [false, true] {
        let word = |value: u16| if swaps { value.to_be_bytes() } else { value.to_le_bytes() };
        let len = word(u16::try_from(ip.len() + 4).unwrap());
        let head = [&word(8)[..], &word(1), &[8, 0, 0, 1], &word(5), &word(10), b"\0\0\0\0"].concat();
        links.push((239, [&[family, 0, 0, 0], &head[..], &len, &word(9), ip].concat()));
    }
    links.extend(wlans(ip).map(|frame| (105, frame)));
    links.push((127, [&[0, 0, 8, 0, 0, 0, 0, 0], &wlan(0x08, 1, &[], &snap(ip))[..]].concat()));
    let padded = wlan(0x88, 1, &[0, 0, 0xee, 0xee], &snap(ip));
    for (padding, frame) in [(0, wlan(0x08, 1, &[], &snap(ip))), (0x20, padded)] {
        let check = [1, 2, 3, 4];
        let flags = 0x10 | padding;
        links.push((127, [&[0, 0, 9, 0, 2, 0, 0, 0, flags], &frame[..], &check].concat()));
        links.push((127, [&[0, 0, 17, 0, 3, 0, 0, 0][..], &[9; 8], &[flags], &frame[..], &check].concat()));
        let two_words = [0, 0, 26, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0];
        links.push((127, [&two_words[..], &[9; 8], &[flags, 0], &frame[..], &check].concat()));
    }
    links
}

/// A data frame of IEEE 802.11, with what follows the sequence control.
pub(super) fn wlan(first: u8, flags: u8, more: &[u8], payload: &[u8]) -> Vec<u8> {
    [&[first, flags, 0, 0], &[2; 18][..], &[0x10, 0x20], more, payload].concat()
}

fn wlans(ip: &[u8]) -> [Vec<u8>; 6] {
    let snap = snap(ip);
    let part = [&[2; 12], &be16(snap.len())[..], &snap].concat();
    [
        wlan(0x08, 1, &[], &snap),
        wlan(0x08, 2, &[], &snap),
        wlan(0x08, 3, &[2; 6], &snap),
        wlan(0x88, 1, &[0, 0], &snap),
        wlan(0x88, 0x81, &[0, 0, 9, 9, 9, 9], &snap),
        wlan(0x88, 1, &[0x80, 0], &part),
    ]
}
