//! Headers between IP and what it carries: the IPv6 extension headers (RFC 8200 section 4) and the authentication
//! header of either version (RFC 4302).

use super::UnreadReason;
use super::datagram::Place;
use super::layer::Layer;
use super::protocol::readable;
use super::unread::Unread;
use etherparse::{IpNumber, ip_number};

/// Bytes of the fragment header, and of every other one without what its length field counts.
const SHORTEST: usize = 8;

/// Mask of the fragment offset field of IPv6: more fragments follow.
const MORE: u16 = 1;
/// Mask of the fragment offset field of IPv6: the offset in units of 8 bytes, in place, so that it is the offset in
/// bytes.
const OFFSET: u16 = 0xfff8;

/// Type of the Pad1 option, which is one byte (RFC 8200 section 4.2).
const PAD_1: u8 = 0;
/// Type of the option that holds the length of a jumbogram (RFC 2675 section 2).
const JUMBO: u8 = 0xc2;

/// Looks through the extension headers that what an IP packet carries starts with, to where they say that it is a
/// fragment.
#[inline]
pub(super) fn decode(protocol: &mut IpNumber, rest: &mut Layer<'_>) -> Result<Option<Place>, Unread> {
    loop {
        let bytes_per_unit = match *protocol {
            ip_number::IPV6_HOP_BY_HOP | ip_number::IPV6_ROUTE | ip_number::IPV6_DEST_OPTIONS => 8,
            ip_number::AUTH => 4,
            ip_number::IPV6_FRAG => 0,
            _ => return Ok(None),
        };
        let is_fragment = *protocol == ip_number::IPV6_FRAG;
        let [next, units, high, low, id @ ..] = *rest.take::<SHORTEST>(UnreadReason::BadIpHeader)?;
        *protocol = readable(IpNumber(next))?;
        rest.skip(usize::from(units) * bytes_per_unit, UnreadReason::BadIpHeader)?;
        let place = u16::from_be_bytes([high, low]);
        if is_fragment && place & (OFFSET | MORE) != 0 {
            let (offset, more) = (usize::from(place & OFFSET), place & MORE != 0);
            return Ok(Some(Place { id: u32::from_be_bytes(id), offset, more }));
        }
    }
}

/// The length of an IPv6 packet, after its header, whose header says 0: what the jumbo payload option says, or 0.
pub(super) fn jumbo_len(protocol: IpNumber, payload: Layer<'_>) -> Result<usize, UnreadReason> {
    if protocol != ip_number::IPV6_HOP_BY_HOP {
        return Ok(0);
    }
    let bad = UnreadReason::BadIpHeader;
    let [_, units, ..] = *{ payload }.take::<SHORTEST>(bad)?;
    let len = SHORTEST + usize::from(units) * 8;
    let mut options = payload.bytes().get(2..len).ok_or_else(|| payload.too_short(len, bad))?;
    while let Some((kind, rest)) = options.split_first() {
        options = match (*kind, rest) {
            (PAD_1, rest) => rest,
            (JUMBO, [4, a, b, c, d, ..]) => {
                let len = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                // What is shorter is no jumbogram, and no capture hides that it cut one.
                let is_jumbo = len > usize::from(u16::MAX) && len <= payload.wire_len();
                return if is_jumbo { Ok(len) } else { Err(bad) };
            }
            (_, [len, rest @ ..]) => rest.get(usize::from(*len)..).ok_or(bad)?,
            (_, []) => return Err(bad),
        };
    }
    Ok(0)
}
