//! Interface description blocks (draft-ietf-opsawg-pcapng section 4.2).

use super::super::facts::InterfaceFacts;
use super::super::link_type::LinkType;
use super::super::order::Order;
use super::super::reader::Record;
use super::clock::Clock;
use super::{TRAILER, Wrong};
use crate::units::Timestamp;

/// Bytes before the options.
const HEADER: usize = 16;

/// Option codes.
const END: u16 = 0;
const NAME: u16 = 2;
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// What reading the packets of an interface needs.
pub(super) struct Interface {
    /// 0-based over the run.
    pub(super) index: usize,
    pub(super) link: LinkType,
    /// 0 is no limit.
    pub(super) snap_len: u32,
    pub(super) clock: Clock,
}

impl Interface {
    /// The record of a packet of this interface.
    pub(super) fn record(&self, time: Timestamp, len: u32, data_at: usize, captured: usize, size: usize) -> Record {
        Record { time, link: self.link, interface: self.index, len, data_at, captured, size }
    }
}

/// Decodes a whole block.
pub(super) fn decode(order: Order, block: &[u8], file: usize) -> Result<(InterfaceFacts, Clock), Wrong> {
    let Some([_, _, _, snap_len]) = order.words(block) else {
        return Err(format!("an interface block of {} bytes is too short", block.len()));
    };
    let link = block.get(8..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| order.u16(*bytes));
    let (mut name, mut clock) = (None, Clock::DEFAULT);
    let mut rest = block.get(HEADER..block.len().saturating_sub(TRAILER)).unwrap_or_default();
    while let Some((code, value, after)) = split_option(order, rest) {
        match (code, value) {
            (NAME, _) => name = Some(String::from_utf8_lossy(value).into_owned()),
            (RESOLUTION, [resolution]) => clock = clock.with_resolution(*resolution),
            (OFFSET, _) => clock = clock.with_offset(value.first_chunk().map_or(0, |bytes| order.i64(*bytes))),
            _ => {}
        }
        rest = after;
    }
    Ok((InterfaceFacts { file, name, link: LinkType(link.into()), snap_len }, clock))
}

/// The code and value of the first option, and what follows it. `None` after the last one; options that do not fit
/// their block end there too, as nothing says where the next one would be.
fn split_option(order: Order, options: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (code, rest) = options.split_first_chunk()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (code, len) = (order.u16(*code), usize::from(order.u16(*len)));
    let value = rest.get(..len)?;
    let after = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
    (code != END).then_some((code, value, after))
}
