//! Interface description and interface statistics blocks (draft-ietf-opsawg-pcapng sections 4.2 and 4.6).

use super::super::facts::{InterfaceFacts, InterfaceStatistics};
use super::super::link_type::LinkType;
use super::super::log::Log;
use super::super::order::Order;
use super::super::text::About;
use super::block::{Wrong, content};
use super::clock::Clock;
use super::options::{self, COMMENT};

/// Bytes before the options of an interface description block.
const DESCRIPTION_HEADER: usize = 16;
/// Bytes before the options of an interface statistics block.
const STATISTICS_HEADER: usize = 20;

/// Option codes of an interface description block.
const NAME: u16 = 2;
const DESCRIPTION: u16 = 3;
const RESOLUTION: u16 = 9;
const FILTER: u16 = 11;
const FCS_LEN: u16 = 13;
const OFFSET: u16 = 14;

/// Option codes of an interface statistics block.
const RECEIVED: u16 = 4;
const DROPPED_BY_INTERFACE: u16 = 5;
const DROPPED_BY_SYSTEM: u16 = 7;

/// What `if_filter` starts with if text follows, as opposed to a program.
const FILTER_IS_TEXT: u8 = 0;

/// What reading the packets of an interface needs.
pub(super) struct Interface {
    /// 0-based index of the interface over the run.
    pub(super) index: usize,
    pub(super) link: LinkType,
    /// Most bytes that are captured of a packet; 0 is no limit.
    pub(super) snap_len: u32,
    pub(super) clock: Clock,
    /// Bytes of the frame check sequence at the end of each packet.
    pub(super) fcs_len: u8,
}

/// Decodes a whole interface description block, and notes what it says. What is wrong with its options is the second
/// result; it does not cost the interface.
pub(super) fn describe(order: Order, block: &[u8], log: &mut Log<'_>) -> Result<(Interface, Result<(), Wrong>), Wrong> {
    let Some([_, _, _, snap_len]) = order.words(content(block)) else {
        return Err(format!("an interface block of {} bytes is too short", block.len()));
    };
    let link = block.get(8..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| order.u16(*bytes));
    let mut clock = Clock::DEFAULT;
    let mut facts =
        InterfaceFacts { file: log.file, link: LinkType(link.into()), snap_len, ..InterfaceFacts::default() };
    // The index that it will have; comments come among the options that describe it.
    let about = About::Interface(log.facts.interfaces.len());
    let options = options_after(DESCRIPTION_HEADER, block);
    let taken = options::read(order, options, |code, value| {
        match code {
            COMMENT => log.comment(about, value),
            NAME => facts.name = log.text(value),
            DESCRIPTION => facts.description = log.text(value),
            RESOLUTION => clock = clock.with_resolution(single(value)?),
            FILTER => {
                let (kind, text) = value.split_first()?;
                facts.filter = if *kind == FILTER_IS_TEXT { log.text(text) } else { None };
            }
            FCS_LEN => facts.fcs_len = Some(fcs_bytes(single(value)?)),
            OFFSET => clock = clock.with_offset(order.i64(value.try_into().ok()?)),
            _ => {}
        }
        Some(())
    });
    let fcs_len = facts.fcs_len.unwrap_or(0);
    let index = log.interface(facts);
    Ok((Interface { index, link: LinkType(link.into()), snap_len, clock, fcs_len }, taken))
}

/// Decodes a whole interface statistics block of the interface with this index over the run.
pub(super) fn count(order: Order, block: &[u8], index: usize, log: &mut Log<'_>) -> Result<(), Wrong> {
    let mut statistics = InterfaceStatistics::default();
    let taken = options::read(order, options_after(STATISTICS_HEADER, block), |code, value| {
        let counter = match code {
            COMMENT => {
                log.comment(About::Interface(index), value);
                return Some(());
            }
            RECEIVED => &mut statistics.received,
            DROPPED_BY_INTERFACE => &mut statistics.dropped_by_interface,
            DROPPED_BY_SYSTEM => &mut statistics.dropped_by_system,
            _ => return Some(()),
        };
        *counter = Some(order.u64(value.try_into().ok()?));
        Some(())
    });
    if let Some(facts) = log.interface_facts(index) {
        facts.statistics = Some(statistics);
    }
    taken
}

/// The options of a block whose fixed part has `header` bytes.
fn options_after(header: usize, block: &[u8]) -> &[u8] {
    content(block).get(header..).unwrap_or_default()
}

fn single(value: &[u8]) -> Option<u8> {
    match value {
        [byte] => Some(*byte),
        _ => None,
    }
}

/// Bytes of the frame check sequence from `if_fcslen`, which is in bits, but writers that took it for bytes are as
/// common. No check sequence is longer than 8 bytes, and none is shorter than 16 bits, so the value tells.
fn fcs_bytes(len: u8) -> u8 {
    if len <= 8 { len } else { len / 8 }
}
