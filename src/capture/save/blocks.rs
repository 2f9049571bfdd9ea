//! The blocks that are written, little-endian. Times are in nanoseconds.

use crate::capture::live::Counts;
use crate::capture::{InterfaceFacts, LinkType};
use crate::units::Timestamp;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;

const BYTE_ORDER: u32 = 0x1a2b_3c4d;
const COMMENT: u16 = 1;

/// Appends a section header block. `comment` is what people are to read of it.
pub(super) fn section(out: &mut Vec<u8>, comment: Option<&str>) {
    block(out, SECTION, |body| {
        body.extend(BYTE_ORDER.to_le_bytes());
        body.extend(1u16.to_le_bytes());
        body.extend(0u16.to_le_bytes());
        body.extend((-1i64).to_le_bytes());
        if let Some(comment) = comment {
            option(body, COMMENT, comment.as_bytes());
        }
        option(body, 3, std::env::consts::OS.as_bytes());
        option(body, 4, concat!("deframe ", env!("CARGO_PKG_VERSION")).as_bytes());
        option(body, 0, &[]);
    });
}

/// Appends an interface description block.
pub(super) fn interface(out: &mut Vec<u8>, facts: &InterfaceFacts) {
    let LinkType(link) = facts.link;
    block(out, INTERFACE, |body| {
        body.extend(u16::try_from(link).unwrap_or(u16::MAX).to_le_bytes());
        body.extend(0u16.to_le_bytes());
        body.extend(facts.snap_len.to_le_bytes());
        for (code, text) in [(2, &facts.name), (3, &facts.description)] {
            if let Some(text) = text {
                option(body, code, text.as_bytes());
            }
        }
        option(body, 9, &[9]);
        if let Some(filter) = &facts.filter {
            // 0: it is a text.
            option(body, 11, &[b"\0", filter.as_bytes()].concat());
        }
        option(body, 12, std::env::consts::OS.as_bytes());
        option(body, 0, &[]);
    });
}

/// Appends an enhanced packet block. `lost` packets were lost before it.
pub(super) fn packet(out: &mut Vec<u8>, interface: u32, time: Timestamp, len: u32, data: &[u8], lost: u64) {
    block(out, PACKET, |body| {
        body.extend(interface.to_le_bytes());
        body.extend(timestamp(time));
        body.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend(len.to_le_bytes());
        padded(body, data);
        if lost > 0 {
            option(body, 4, &lost.to_le_bytes());
            option(body, 0, &[]);
        }
    });
}

/// Appends an interface statistics block: what was counted from `start` to `end`, and how many packets are in the
/// files.
pub(super) fn statistics(out: &mut Vec<u8>, interface: u32, span: [Timestamp; 2], counts: Counts, saved: u64) {
    let [start, end] = span;
    block(out, STATISTICS, |body| {
        body.extend(interface.to_le_bytes());
        body.extend(timestamp(end));
        if counts.queue_dropped > 0 {
            let said = format!("{} packets were dropped as the queue of deframe was full", counts.queue_dropped);
            option(body, COMMENT, said.as_bytes());
        }
        option(body, 2, &timestamp(start));
        option(body, 3, &timestamp(end));
        for (code, count) in [(4, counts.received), (5, counts.if_dropped), (7, counts.dropped), (8, saved)] {
            option(body, code, &count.to_le_bytes());
        }
        option(body, 0, &[]);
    });
}

/// Bytes of the whole blocks at the start of `bytes`, which begin with a block, and how many of these hold packets.
pub(super) fn whole(bytes: &[u8]) -> (usize, u64) {
    let (mut whole, mut packets) = (0, 0);
    while let Some([kind, len]) = bytes.get(whole..).and_then(|rest| rest.as_chunks::<4>().0.first_chunk::<2>()) {
        let len = u32::from_le_bytes(*len) as usize;
        if len < 12 || bytes.len() - whole < len {
            break;
        }
        whole += len;
        packets += u64::from(u32::from_le_bytes(*kind) == PACKET);
    }
    (whole, packets)
}

/// The ticks of a packet block in nanoseconds: the upper half first, each half little-endian.
fn timestamp(time: Timestamp) -> [u8; 8] {
    let ns = u64::try_from(time.ns()).unwrap_or(0);
    (ns.rotate_left(32)).to_le_bytes()
}

/// Appends a block of `kind`: its length stands before and after what `write` gives.
fn block(out: &mut Vec<u8>, kind: u32, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend(kind.to_le_bytes());
    out.extend([0; 4]);
    write(out);
    let len = u32::try_from(out.len() - start + 4).unwrap_or(u32::MAX).to_le_bytes();
    out.extend(len);
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&len);
    }
}

/// Appends an option; a text longer than the format can say is cut.
fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.extend(code.to_le_bytes());
    out.extend(len.to_le_bytes());
    padded(out, value.get(..usize::from(len)).unwrap_or_default());
}

/// Appends bytes and zeros up to a multiple of four.
fn padded(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
    out.extend(std::iter::repeat_n(0, bytes.len().next_multiple_of(4) - bytes.len()));
}
