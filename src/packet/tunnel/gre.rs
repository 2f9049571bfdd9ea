//! Generic routing encapsulation (RFC 2784, RFC 2890), and the mirrored frames of ERSPAN types I and II in it
//! (draft-foschiano-erspan).

use super::super::layer::Layer;
use super::super::trail::Kind;
use super::super::unread::Unread;
use super::super::vlan::Tunnel;
use super::super::{UnreadReason, VlanPath};
use super::not_tcp;
use etherparse::{EtherType, ip_number};

/// Bits that say which fields follow.
const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
/// The version: 0, or 1 for point-to-point tunnels (RFC 2637).
const VERSION: u16 = 0x0007;

const ERSPAN: u16 = 0x88be;

/// Bytes of the header of ERSPAN type II, whose first 4 bits are the version. Type I has none, and no sequence number.
const ERSPAN_HEADER: usize = 8;
const ERSPAN_VERSION: u8 = 1;

pub(super) fn decode(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<Kind, Unread> {
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
        ERSPAN if flags & SEQUENCE == 0 => Ok(Kind::Ethernet),
        ERSPAN => decode_erspan(packet),
        kind => Ok(Kind::Typed(EtherType(kind))),
    }
}

fn decode_erspan(packet: &mut Layer<'_>) -> Result<Kind, Unread> {
    let [first, ..] = *packet.take::<ERSPAN_HEADER>(UnreadReason::BadTunnelHeader)?;
    if first >> 4 != ERSPAN_VERSION {
        return Err(UnreadReason::BadTunnelHeader.into());
    }
    Ok(Kind::Ethernet)
}
