//! GENEVE (RFC 8926).

use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::vlan::Tunnel;
use super::super::{UnreadReason, VlanPath};
use etherparse::EtherType;

/// Masks of the first byte of a GENEVE header: the version, which is 0, and the length of the options in words of 4
/// bytes.
const VERSION: u8 = 0xc0;
const OPTIONS_WORDS: u8 = 0x3f;

/// Bit of the second byte of a GENEVE header: what follows is for the tunnel endpoint itself.
const CONTROL: u8 = 0x80;

pub(super) fn decode(packet: &mut Layer<'_>, vlan: &mut VlanPath) -> Result<HeaderKind, UnreadReason> {
    let [first, flags, kind_a, kind_b, a, b, c, reserved] = *packet.take(UnreadReason::NotTcp)?;
    if first & VERSION != 0 || flags & CONTROL != 0 || reserved != 0 {
        return Err(UnreadReason::NotTcp);
    }
    packet.skip(usize::from(first & OPTIONS_WORDS) * 4, UnreadReason::NotTcp)?;
    *vlan = vlan.inside(Tunnel::Geneve, u32::from_be_bytes([0, a, b, c]));
    Ok(HeaderKind::Typed(EtherType(u16::from_be_bytes([kind_a, kind_b]))))
}
