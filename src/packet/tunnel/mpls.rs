//! MPLS label stacks (RFC 3032). What they carry is not said, so that it is told by how it looks: IP by its version,
//! Ethernet, with or without a control word (RFC 4448), by its EtherType. Labels differ by direction, so they tell no
//! connections apart.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;

/// Bit of the third byte of an MPLS label: it is the last label.
const LAST: u8 = 1;

/// Bytes of the control word of a pseudowire; its first 4 bits are 0.
const CONTROL_WORD: usize = 4;

/// Bytes of an Ethernet header.
const ETHERNET: usize = 14;

const MPLS: Detail = Detail::EtherType(0x8847);

pub(in super::super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadTunnelHeader;
    loop {
        let [_, _, last, _] = *packet.take(bad)?;
        if last & LAST != 0 {
            break;
        }
    }
    let [first] = *{ *packet }.take(bad)?;
    let mut after_control_word = *packet;
    after_control_word.skip(CONTROL_WORD, bad)?;
    match first >> 4 {
        4 | 6 if fits_ip(packet) || !looks_like_ethernet(packet) => Ok(HeaderKind::Ip),
        0 if looks_like_ethernet(&after_control_word) || !looks_like_ethernet(packet) => {
            *packet = after_control_word;
            Ok(HeaderKind::Ethernet)
        }
        _ if looks_like_ethernet(packet) => Ok(HeaderKind::Ethernet),
        _ => Err(Unread::of(UnreadReason::NotIp, MPLS)),
    }
}

/// Whether an IP packet of the length that its header gives, or of one that it does not give, fits.
fn fits_ip(packet: &Layer<'_>) -> bool {
    let len = match packet.bytes() {
        [first, _, high, low, ..] if first >> 4 == 4 => u16::from_be_bytes([*high, *low]).into(),
        [_, _, _, _, high, low, ..] => 40 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    len <= packet.wire_len()
}

/// Whether there is an EtherType where Ethernet has one, and what follows, if it is IP, is of that version.
fn looks_like_ethernet(frame: &Layer<'_>) -> bool {
    match frame.bytes().get(ETHERNET - 2..=ETHERNET) {
        Some([0x08, 0x00, next]) => next >> 4 == 4,
        Some([0x86, 0xdd, next]) => next >> 4 == 6,
        Some([0x81 | 0x91 | 0x92, 0x00, _] | [0x88, 0xa8 | 0x47 | 0x48 | 0x64, _]) => true,
        _ => false,
    }
}
