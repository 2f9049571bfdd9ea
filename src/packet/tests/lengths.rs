//! Payloads have their true length, whatever the padding and the snap length.

use super::*;

/// Payload and its true length, of a frame.
fn payload<'a>(packet: &Packet<'a>) -> (&'a [u8], u32) {
    let segment = segment(packet);
    (segment.payload, segment.payload_len)
}

#[test]
fn padding_never_enters_the_payload() {
    for ip in [ipv4(b""), ipv4(b"abc"), ipv6(b""), ipv6(b"abc")] {
        let expected = if ip.ends_with(b"abc") { (&b"abc"[..], 3) } else { (&b""[..], 0) };
        for padding in 1..20 {
            // Padding that would look like data, and a frame check sequence.
            let data = [ethernet(&ip), vec![b'P'; padding]].concat();
            assert_eq!(payload(&packet(LinkType::ETHERNET, &data)), expected);
        }
    }
}

#[test]
fn a_snapped_packet_keeps_its_true_length() {
    let content = vec![7; 1000];
    for (ip, headers) in [(ipv4(&content), 54), (ipv6(&content), 74)] {
        let data = ethernet(&ip);
        for captured in headers..=data.len() {
            let (bytes, len) = payload(&snapped(LinkType::ETHERNET, &data, captured));
            assert_eq!((bytes.len(), len), (captured - headers, 1000));
        }
        for captured in headers - 6..headers {
            let (bytes, len) = payload(&snapped(LinkType::ETHERNET, &data, captured));
            assert_eq!((bytes.len(), len), (0, 1000), "window, checksum and urgent pointer are not needed");
        }
        for captured in 0..headers - 6 {
            assert_eq!(reason(&snapped(LinkType::ETHERNET, &data, captured)), UnreadReason::HeadersSnapped);
        }
    }
}

#[test]
fn a_packet_snapped_in_its_tcp_options_is_a_gap_of_its_true_length() {
    let mut ip = Vec::new();
    let tcp = PacketBuilder::ipv4(V4[0], V4[1], 64).tcp(CLIENT, SERVER, SEQ, 4).options_raw(&[1; 40]).unwrap();
    tcp.write(&mut ip, &[7; 1000]).unwrap();
    let data = ethernet(&ip);
    for captured in 48..94 {
        let packet = snapped(LinkType::ETHERNET, &data, captured);
        assert_eq!((payload(&packet), segment(&packet).seq), ((&b""[..], 1000), SEQ), "{captured}");
    }
    assert_eq!(payload(&snapped(LinkType::ETHERNET, &data, 95)), (&[7][..], 1000));
    assert_eq!(reason(&snapped(LinkType::ETHERNET, &data, 47)), UnreadReason::HeadersSnapped);
}

#[test]
fn a_snapped_packet_with_padding_keeps_its_true_length() {
    let data = [ethernet(&ipv4(b"abcd")), vec![b'P'; 20]].concat();
    assert_eq!(payload(&snapped(LinkType::ETHERNET, &data, 56)), (&b"ab"[..], 4));
    assert_eq!(payload(&snapped(LinkType::ETHERNET, &data, 70)), (&b"abcd"[..], 4));
}

#[test]
fn the_length_by_ip_counts_where_the_capture_hides_that_it_cut() {
    let data = ethernet(&ipv4(b"abcdef"));
    assert_eq!(payload(&packet(LinkType::ETHERNET, &data[..56])), (&b"ab"[..], 6));
}

#[test]
fn a_wire_length_below_what_was_captured_is_harmless() {
    let data = ethernet(&ipv4(b"abcdef"));
    let packet = Packet { len: 10, ..packet(LinkType::ETHERNET, &data) };
    assert_eq!(payload(&packet), (&b"abcdef"[..], 6));
}

#[test]
fn without_a_length_by_ip_all_of_the_packet_counts() {
    for (mut ip, length_at) in [(ipv4(b"abcdef"), 2), (ipv6(b"abcdef"), 4)] {
        ip[length_at..length_at + 2].fill(0);
        let data = ethernet(&ip);
        assert_eq!(payload(&packet(LinkType::ETHERNET, &data)), (&b"abcdef"[..], 6));
        let captured = data.len() - 4;
        assert_eq!(payload(&snapped(LinkType::ETHERNET, &data, captured)), (&b"ab"[..], 6));
        let hides = Packet { len: 1, ..packet(LinkType::ETHERNET, &data) };
        assert_eq!(payload(&hides), (&b"abcdef"[..], 6));
    }
}

#[test]
fn without_a_length_by_ip_a_frame_check_sequence_is_not_payload() {
    for (mut ip, length_at) in [(ipv4(b"abcdef"), 2), (ipv6(b"abcdef"), 4)] {
        let with_length = [ethernet(&ip), b"FCS!".to_vec()].concat();
        ip[length_at..length_at + 2].fill(0);
        let without = [ethernet(&ip), b"FCS!".to_vec()].concat();
        for data in [&with_length, &without] {
            let whole = Packet { fcs_len: 4, ..packet(LinkType::ETHERNET, data) };
            assert_eq!(payload(&whole), (&b"abcdef"[..], 6));
            for missing in 1..=6 {
                let captured = data.len() - missing;
                let cut = Packet { fcs_len: 4, ..snapped(LinkType::ETHERNET, data, captured) };
                assert_eq!(payload(&cut), (&b"abcdef"[..6 - missing.saturating_sub(4)], 6));
            }
        }
        // A capture that says there is one where there is none costs nothing, as long as IP gives the length.
        let untrue = Packet { fcs_len: 4, ..packet(LinkType::ETHERNET, &with_length[..with_length.len() - 4]) };
        assert_eq!(payload(&untrue), (&b"abcdef"[..], 6));
        let longer_than_the_packet = Packet { fcs_len: 255, ..packet(LinkType::ETHERNET, &without) };
        assert!(Decoder::new().decode(&longer_than_the_packet).is_none());
    }
}

/// A jumbogram with `content`, and `options`, whose length is a multiple of 8 but for 2.
fn jumbogram(options: &[u8], content: &[u8]) -> Vec<u8> {
    let plain = ipv6(b"");
    let units = u8::try_from((options.len() + 2) / 8 - 1).unwrap();
    let mut ip = [&plain[..40], &[6, units], options, &plain[40..], content].concat();
    (ip[4], ip[5], ip[6]) = (0, 0, 0);
    ip
}

#[test]
fn a_jumbogram_has_the_length_of_its_option() {
    let content = vec![7; 70_000];
    for padding in [&[][..], &[0; 8], &[1, 6, 0, 0, 0, 0, 0, 0]] {
        let len = u32::try_from(8 + padding.len() + 20 + content.len()).unwrap().to_be_bytes();
        let options = [padding, &[0xc2, 4], &len].concat();
        let data = [ethernet(&jumbogram(&options, &content)), vec![b'P'; 20]].concat();
        assert_eq!(payload(&packet(LinkType::ETHERNET, &data)), (&content[..], 70_000));
        let headers = 14 + 40 + 8 + padding.len() + 20;
        assert_eq!(payload(&snapped(LinkType::ETHERNET, &data, headers + 5)), (&content[..5], 70_000));
    }
}

#[test]
fn a_jumbogram_that_contradicts_itself_is_bad() {
    let content = vec![7; 70_000];
    let outcome =
        |len: u32| reason(&packet(LinkType::RAW, &jumbogram(&[&[0xc2, 4], &len.to_be_bytes()[..]].concat(), &content)));
    assert_eq!(outcome(65_535), UnreadReason::BadIpHeader, "short enough for the header");
    assert_eq!(outcome(70_029), UnreadReason::BadIpHeader, "longer than the packet");
    assert_eq!(outcome(u32::MAX), UnreadReason::BadIpHeader);
    let options = |options: &[u8]| reason(&packet(LinkType::RAW, &jumbogram(options, &content)));
    assert_eq!(options(&[1, 200, 0, 0, 0, 0]), UnreadReason::BadIpHeader, "an option longer than the header");
    assert_eq!(options(&[0, 0, 0, 0, 0, 0xc2]), UnreadReason::BadIpHeader, "an option without a length");
}

#[test]
fn without_a_jumbo_option_all_of_the_packet_counts() {
    let data = jumbogram(&[1, 4, 0, 0, 0, 0], b"abcdef");
    assert_eq!(payload(&packet(LinkType::RAW, &data)), (&b"abcdef"[..], 6));
}

#[test]
fn of_a_packet_that_is_cut_and_too_short_the_first_missing_field_tells() {
    let frame = ethernet(&ipv4(b"x"));
    let (v4, v6) = (ipv4(b"x"), ipv6(b"x"));
    // What was sent, how much of it was captured, and whether the first field that is not whole was sent.
    for (link, sent, captured, was_sent) in [
        (LinkType::ETHERNET, &frame[..13], 8, true),
        (LinkType::ETHERNET, &frame[..13], 12, false),
        (LinkType::RAW, &v4[..18], 13, true),
        (LinkType::RAW, &v4[..18], 16, false),
        (LinkType::RAW, &v6[..30], 10, true),
        (LinkType::RAW, &v6[..30], 24, false),
    ] {
        let bad = if link == LinkType::RAW { UnreadReason::BadIpHeader } else { UnreadReason::BadLinkHeader };
        let expected = if was_sent { UnreadReason::HeadersSnapped } else { bad };
        assert_eq!(reason(&snapped(link, sent, captured)), expected, "{link}, {captured} of {} bytes", sent.len());
    }
}
