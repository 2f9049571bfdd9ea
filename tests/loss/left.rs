//! What a capture still has, by the slowest and most obvious way: for every position of a side the byte that came for
//! it.

use super::traffic::{Conversation, flow};
use crate::faults::packet::Packet;
use crate::faults::pcap::{ETHERNET, Record};

/// What is left of one side.
pub(crate) struct Left {
    /// Position that a report counts from: the first captured one where the handshake is missing.
    pub(crate) base: u64,
    /// Position and length of the frames of which all bytes were captured.
    pub(crate) whole: Vec<(u64, u64)>,
    /// Position and length of the runs of bytes that were not, from `base` on.
    pub(crate) holes: Vec<(u64, u64)>,
    /// Payload bytes of all packets, those that came twice counted twice.
    pub(crate) captured: u64,
}

/// What is left of each side of `clean` in `records`.
pub(crate) fn left(clean: &Conversation, records: &[Record]) -> [Left; 2] {
    [0, 1].map(|side| {
        let mut have = vec![false; clean.bytes[side].len()];
        let (mut captured, mut handshake) = (0, false);
        let packets = records.iter().filter_map(|record| Packet::decode(ETHERNET, &record.data));
        for packet in packets.filter(|packet| packet.flow == flow(side)) {
            handshake |= packet.flags & crate::faults::packet::SYN != 0;
            captured += packet.payload.len() as u64;
            let start = packet.seq.wrapping_sub(clean.first_seq[side]) as usize;
            for (position, byte) in (start..).zip(&packet.payload) {
                assert_eq!(clean.bytes[side][position], *byte, "a fault loses bytes and makes up none");
                have[position] = true;
            }
        }
        let base = if handshake { 0 } else { have.iter().position(|have| *have).unwrap_or(have.len()) };
        let is_whole = |(start, len): &&(u64, u64)| {
            let range = usize::try_from(*start).unwrap()..usize::try_from(start + len).unwrap();
            have[range].iter().all(|have| *have)
        };
        let whole = clean.frames[side].iter().filter(is_whole).copied().collect();
        let mut holes: Vec<(u64, u64)> = Vec::new();
        for position in (base..have.len()).filter(|position| !have[*position]) {
            match holes.last_mut() {
                Some((start, len)) if *start + *len == position as u64 => *len += 1,
                _ => holes.push((position as u64, 1)),
            }
        }
        Left { base: base as u64, whole, holes, captured }
    })
}
