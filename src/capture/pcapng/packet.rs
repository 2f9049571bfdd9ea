//! Packet blocks (draft-ietf-opsawg-pcapng sections 4.3, 4.4 and appendix A): enhanced, simple, and the obsolete ones.

use super::super::log::Log;
use super::super::order::Order;
use super::super::record::Record;
use super::block::{OBSOLETE_PACKET, Wrong, content};
use super::interface::Interface;
use super::options::{self, COMMENT};
use crate::limits;
use crate::units::Timestamp;

/// Bytes before the packet of an enhanced or obsolete packet block, and of a simple one.
const HEADER: usize = 28;
const SIMPLE_HEADER: usize = 12;

/// Option codes of packet blocks. The obsolete block has the first, under another name, and not the second.
const FLAGS: u16 = 2;
const DROP_COUNT: u16 = 4;

/// The drop count of an obsolete packet block that has none.
const DROPS_UNKNOWN: u16 = 0xffff;

/// Decodes an enhanced packet block, or the obsolete one, which has a 16-bit interface and a drop count in its place.
/// What is wrong with its options is the second result; it does not cost the packet.
pub(super) fn decode(
    order: Order,
    kind: u32,
    block: &[u8],
    interfaces: &[Interface],
    log: &mut Log<'_>,
) -> Result<(Record, Result<(), Wrong>), Wrong> {
    let size = block.len();
    let Some([_, _, first, high, low, captured, len]) = order.words(content(block)) else {
        return Err(format!("a packet block of {size} bytes is too short"));
    };
    let (interface, drops) = match block.get(8..).and_then(|bytes| bytes.first_chunk()) {
        Some([a, b, c, d]) if kind == OBSOLETE_PACKET => (order.u16([*a, *b]).into(), Some(order.u16([*c, *d]))),
        _ => (first, None),
    };
    let interface = of(interfaces, interface)?;
    let room = content(block).len().saturating_sub(HEADER);
    if captured as usize > room || captured > limits::PACKET_LEN {
        return Err(format!("a packet block of {size} bytes claims a packet of {captured} bytes"));
    }
    let mut record = Record {
        time: interface.clock.time(u64::from(high) << 32 | u64::from(low)),
        link: interface.link,
        interface: interface.index,
        len,
        fcs_len: interface.fcs_len,
        has_comments: false,
        data_at: HEADER,
        captured: captured as usize,
        size,
    };
    if let Some(drops) = drops.filter(|drops| *drops != DROPS_UNKNOWN) {
        lost(interface, drops.into(), log);
    }
    let options = options_of(block, &record);
    if options.is_empty() {
        return Ok((record, Ok(())));
    }
    let taken = options::read(order, options, |code, value| {
        match code {
            COMMENT => record.has_comments = true,
            FLAGS => match fcs_len(order.u32(value.try_into().ok()?)) {
                0 => {}
                len => record.fcs_len = len,
            },
            DROP_COUNT if kind != OBSOLETE_PACKET => lost(interface, order.u64(value.try_into().ok()?), log),
            _ => {}
        }
        Some(())
    });
    Ok((record, taken))
}

/// Decodes a simple packet block, which is of the first interface and has no time: it gets that of the packet before
/// it.
pub(super) fn decode_simple(
    order: Order,
    block: &[u8],
    interfaces: &[Interface],
    time: Timestamp,
) -> Result<Record, Wrong> {
    let size = block.len();
    let Some([_, _, len]) = order.words(content(block)) else {
        return Err(format!("a packet block of {size} bytes is too short"));
    };
    let &Interface { index, link, snap_len, fcs_len, .. } = of(interfaces, 0)?;
    let room = content(block).len().saturating_sub(SIMPLE_HEADER);
    let snap_len = if snap_len == 0 { u32::MAX } else { snap_len };
    let captured = len.min(snap_len).min(limits::PACKET_LEN) as usize;
    if captured > room {
        return Err(format!("a packet block of {size} bytes claims a packet of {captured} bytes"));
    }
    let data_at = SIMPLE_HEADER;
    Ok(Record { time, link, interface: index, len, fcs_len, has_comments: false, data_at, captured, size })
}

/// The options of the block that `record` is of.
pub(super) fn options_of<'a>(block: &'a [u8], record: &Record) -> &'a [u8] {
    let start = record.data_at + record.captured.next_multiple_of(4);
    content(block).get(start..).unwrap_or_default()
}

/// The interface that a block names by its number in the section.
pub(super) fn of(interfaces: &[Interface], index: u32) -> Result<&Interface, Wrong> {
    interfaces
        .get(index as usize)
        .ok_or_else(|| format!("a block names interface {index}, but its section has only {} so far", interfaces.len()))
}

/// Notes packets that the capture lost.
fn lost(interface: &Interface, packets: u64, log: &mut Log<'_>) {
    if let Some(facts) = log.interface_facts(interface.index) {
        facts.dropped_between = facts.dropped_between.saturating_add(packets);
    }
}

/// The length of the frame check sequence in the flags word, bits 5 to 8; 0 where it says nothing.
fn fcs_len(flags: u32) -> u8 {
    u8::try_from(flags >> 5 & 0xf).unwrap_or(0)
}
