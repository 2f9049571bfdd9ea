//! Generic routing encapsulation (RFC 2784, RFC 2890), and the mirrored frames of ERSPAN types I, II and III in it
//! (draft-foschiano-erspan).

use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::protocol::not_tcp;
use super::super::unread::Unread;
use super::super::vlan::Tunnel;
use super::super::{UnreadReason, VlanPath};
use etherparse::{EtherType, ip_number};

/// Bits of the first two bytes of a GRE header that say which fields follow.
const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
/// Mask of the version in the first two bytes of a GRE header: 0, or 1 for point-to-point tunnels (RFC 2637).
const VERSION: u16 = 0x0007;

const ERSPAN: u16 = 0x88be;
const ERSPAN_III: u16 = 0x22eb;

/// Bytes of the header of ERSPAN type II, whose first 4 bits are the version. Type I has none, and no sequence number.
const ERSPAN_HEADER: usize = 8;
const ERSPAN_VERSION: u8 = 1;

/// Bytes of the header of ERSPAN type III. Its last two bytes say what was mirrored, and whether 8 bytes of the
/// platform follow.
const ERSPAN_III_HEADER: usize = 12;
const ERSPAN_III_VERSION: u8 = 2;
const ERSPAN_III_FRAME_TYPE: u16 = 0x7c00;
const ERSPAN_III_ETHERNET: u16 = 0;
const ERSPAN_III_IP: u16 = 2 << 10;
const ERSPAN_III_MORE: u16 = 0x0001;
const ERSPAN_III_MORE_LEN: usize = 8;

pub(super) fn decode(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadTunnelHeader;
    let [flags_a, flags_b, kind @ ..] = *packet.take::<4>(bad)?;
    let flags = u16::from_be_bytes([flags_a, flags_b]);
    if flags & VERSION != 0 {
        return Err(not_tcp(ip_number::GRE));
    }
    if flags & ROUTING != 0 {
        return Err(bad.into());
    }
    if flags & CHECKSUM != 0 {
        packet.skip(4, bad)?;
    }
    if flags & KEY != 0 {
        *vlan = vlan.inside(Tunnel::Gre, u32::from_be_bytes(*packet.take(bad)?));
    }
    if flags & SEQUENCE != 0 {
        packet.skip(4, bad)?;
    }
    match u16::from_be_bytes(kind) {
        ERSPAN if flags & SEQUENCE == 0 => Ok(HeaderKind::Ethernet),
        ERSPAN => decode_erspan(packet),
        ERSPAN_III => decode_erspan_iii(packet),
        kind => Ok(HeaderKind::Typed(EtherType(kind))),
    }
}

fn decode_erspan(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let [first, ..] = *packet.take::<ERSPAN_HEADER>(UnreadReason::BadTunnelHeader)?;
    if first >> 4 != ERSPAN_VERSION {
        return Err(UnreadReason::BadTunnelHeader.into());
    }
    Ok(HeaderKind::Ethernet)
}

fn decode_erspan_iii(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadTunnelHeader;
    let [first, .., flags_a, flags_b] = *packet.take::<ERSPAN_III_HEADER>(bad)?;
    if first >> 4 != ERSPAN_III_VERSION {
        return Err(bad.into());
    }
    let flags = u16::from_be_bytes([flags_a, flags_b]);
    if flags & ERSPAN_III_MORE != 0 {
        packet.skip(ERSPAN_III_MORE_LEN, bad)?;
    }
    match flags & ERSPAN_III_FRAME_TYPE {
        ERSPAN_III_ETHERNET => Ok(HeaderKind::Ethernet),
        ERSPAN_III_IP => Ok(HeaderKind::Ip),
        _ => Err(bad.into()),
    }
}
