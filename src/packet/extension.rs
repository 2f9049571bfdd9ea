//! Headers between IP and TCP: the IPv6 extension headers (RFC 8200 section 4) and the authentication header of either
//! version (RFC 4302).

use super::UnreadReason;
use super::layer::Layer;
use etherparse::{IpNumber, ip_number};

/// Bytes of the fragment header, and of every other one without what its length field counts.
const SHORTEST: usize = 8;

/// Fragment offset and the bit that says that more fragments follow.
const FRAGMENTED: u16 = 0xfff9;

/// Looks through the extension headers that `next` starts for TCP.
pub(super) fn tcp_after(mut next: IpNumber, mut payload: Layer<'_>) -> Result<Layer<'_>, UnreadReason> {
    loop {
        let bytes_per_unit = match next {
            ip_number::TCP => return Ok(payload),
            ip_number::IPV6_HOP_BY_HOP | ip_number::IPV6_ROUTE | ip_number::IPV6_DEST_OPTIONS => 8,
            ip_number::AUTH => 4,
            ip_number::IPV6_FRAG => 0,
            _ => return Err(UnreadReason::NotTcp),
        };
        let ([inner, units, high, low, ..], rest) = payload.split::<SHORTEST>(UnreadReason::BadIpHeader)?;
        if next == ip_number::IPV6_FRAG && u16::from_be_bytes([*high, *low]) & FRAGMENTED != 0 {
            return Err(fragment_of(IpNumber(*inner)));
        }
        payload = rest.after(usize::from(*units) * bytes_per_unit, UnreadReason::BadIpHeader)?;
        next = IpNumber(*inner);
    }
}

/// Only the first fragment has the headers that follow; those before TCP make it worth counting as one of TCP.
fn fragment_of(protocol: IpNumber) -> UnreadReason {
    match protocol {
        ip_number::TCP | ip_number::IPV6_DEST_OPTIONS | ip_number::AUTH => UnreadReason::IpFragment,
        _ => UnreadReason::NotTcp,
    }
}
