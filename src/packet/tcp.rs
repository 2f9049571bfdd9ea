//! The TCP header (RFC 9293 section 3.1).
//!
//! Read by hand, and not by etherparse, which takes only whole headers: where the snap length cut one after its first
//! 14 bytes, everything that is wanted of it is there.

use super::datagram::Datagram;
use super::{Flags, Segment, UnreadReason, VlanPath};
use crate::units::{Endpoint, Origin};

/// Bytes of a TCP header up to and with the control bits: all that is used of it. The snap length may take the rest.
const USED: usize = 14;

/// Words of 4 bytes of a TCP header without options, as the data offset counts them.
const SHORTEST_WORDS: u8 = 5;

#[inline]
pub(super) fn decode<'a>(packet: &Datagram<'a>, vlan: VlanPath, origin: Origin) -> Result<Segment<'a>, UnreadReason> {
    let bad = UnreadReason::BadTcpHeader;
    let mut payload = packet.payload;
    let [p0, p1, p2, p3, s0, s1, s2, s3, a0, a1, a2, a3, words, bits] = *{ payload }.take::<USED>(bad)?;
    let words = words >> 4;
    if words < SHORTEST_WORDS {
        return Err(bad);
    }
    payload.skip_uncaptured(usize::from(words) * 4, bad)?;
    Ok(Segment {
        origin,
        source: Endpoint { addr: packet.between.source(), port: u16::from_be_bytes([p0, p1]) },
        destination: Endpoint { addr: packet.between.destination(), port: u16::from_be_bytes([p2, p3]) },
        vlan,
        seq: u32::from_be_bytes([s0, s1, s2, s3]),
        ack: u32::from_be_bytes([a0, a1, a2, a3]),
        flags: Flags { fin: bits & 1 != 0, syn: bits & 2 != 0, rst: bits & 4 != 0, ack: bits & 16 != 0 },
        payload: payload.bytes(),
        payload_len: u32::try_from(payload.wire_len()).unwrap_or(u32::MAX),
    })
}
