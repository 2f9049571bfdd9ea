//! Whatever the bytes of a packet: no panic, and payloads come out as they went in.

use super::*;
use proptest::prelude::*;

const LINKS: [u32; 19] = [0, 1, 9, 12, 14, 50, 101, 104, 105, 108, 113, 127, 166, 204, 228, 229, 239, 276, 147];

/// What must hold of a segment, whatever the packet.
fn check(data: &[u8], link: u32, len: u32) -> Result<(), TestCaseError> {
    let mut decoder = Decoder::new();
    let packet = Packet { len, ..packet(LinkType(link), data) };
    let unread: u64 = match decoder.decode(&packet) {
        Some(segment) => {
            prop_assert!(segment.payload.len() as u64 <= u64::from(segment.payload_len));
            prop_assert!(segment.payload.is_empty() || segment.payload.len() + 40 <= data.len());
            prop_assert!(segment.payload.is_empty() || data.as_ptr_range().contains(&segment.payload.as_ptr()));
            0
        }
        None => 1,
    };
    prop_assert_eq!(decoder.unread().map(|(_, count)| count).sum::<u64>(), unread);
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(data in prop::collection::vec(any::<u8>(), 0..200), link in prop::sample::select(&LINKS[..]), len: u32) {
        check(&data, link, len)?;
    }

    #[test]
    fn damaged_packets_do_not_panic(
        content in prop::collection::vec(any::<u8>(), 0..60),
        is_v6: bool,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        len in 0..300_u32,
    ) {
        let mut ip = if is_v6 { ipv6(&content) } else { ipv4(&content) };
        for (at, value) in flips {
            let at = at.index(ip.len());
            ip[at] = value;
        }
        ip.truncate(cut.index(ip.len() + 1));
        check(&ip, 101, len)?;
        if !ip.is_empty() {
            check(&ethernet(&ip), 1, len)?;
        }
    }

    /// Any payload of any size comes out as it went in, whatever padding follows and wherever the snap length cuts.
    #[test]
    fn a_payload_comes_out_as_it_went_in(
        content in prop::collection::vec(any::<u8>(), 0..300),
        is_v6: bool,
        padding in 0..50_usize,
        cut in any::<prop::sample::Index>(),
    ) {
        let ip = if is_v6 { ipv6(&content) } else { ipv4(&content) };
        let headers = ip.len() - content.len() + 14;
        let data = [ethernet(&ip), vec![0xee; padding]].concat();
        let captured = headers + cut.index(data.len() - headers + 1);
        let segment = segment(&snapped(LinkType::ETHERNET, &data, captured));
        prop_assert_eq!(segment.payload_len as usize, content.len());
        prop_assert_eq!(segment.payload, &content[..content.len().min(captured - headers)]);
    }
}
