//! pcapng (draft-ietf-opsawg-pcapng): blocks that give their length at both ends, in sections with a byte order and
//! interfaces of their own.
//!
//! A block whose frame is broken ends the file, because nothing says where the next one starts. A block whose
//! content is wrong is a problem and is skipped. Blocks that hold no packet and no interface are passed over, however
//! long they are.

mod clock;
mod interface;

use super::log::Log;
use super::order::Order;
use super::reader::Record;
use super::window::{Damage, Window};
use crate::limits;
use crate::units::Timestamp;
use interface::Interface;

/// Block types (section 11.1 of the draft).
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Bytes of the shortest block: type and both lengths.
const BLOCK_FRAME: usize = 12;
/// Bytes before the packet of an enhanced, obsolete or simple packet block.
const ENHANCED_HEADER: usize = 28;
const SIMPLE_HEADER: usize = 12;
/// Bytes of the trailing length.
const TRAILER: usize = 4;

/// Bytes of a section header block as far as the byte-order magic.
pub(super) const SECTION_START: usize = 12;
/// Bytes of a section header block without options.
pub(super) const SECTION_HEADER: usize = 28;

/// Reads the blocks of one file.
pub(super) struct PcapNg {
    order: Order,
    interfaces: Vec<Interface>,
    /// Of the packet before, for packets without a time of their own.
    last_time: Timestamp,
}

/// The first bytes of every section header, the same in both byte orders.
pub(super) const MAGIC: [u8; 4] = SECTION.to_be_bytes();

/// The byte order that the byte-order magic of a section header shows.
pub(super) fn section_order(header: &[u8]) -> Option<Order> {
    match header.get(8..)?.first_chunk()? {
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(Order::Little),
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(Order::Big),
        _ => None,
    }
}

/// What is wrong with the content of a block.
type Wrong = String;

impl PcapNg {
    /// Starts at the first section header, whose byte order is known.
    pub(super) fn new(order: Order) -> Self {
        Self { order, interfaces: Vec::new(), last_time: Timestamp::default() }
    }

    /// Makes the next packet's block, the first thing in the window, available. `None` at the end of the file.
    pub(super) fn next(&mut self, window: &mut Window, log: &mut Log<'_>) -> Result<Option<Record>, Damage> {
        loop {
            let Some([kind, mut len]) = window.words(self.order) else {
                return window.end("a block header", 8);
            };
            if kind == SECTION {
                match self.start_section(window)? {
                    Some(section_len) => len = section_len,
                    None => return Ok(None),
                }
            }
            if (len as usize) < BLOCK_FRAME || len % 4 != 0 {
                return window.damage(format!("a block claims a length of {len} bytes; {LOST}"));
            }
            if !matches!(kind, SECTION | INTERFACE | OBSOLETE_PACKET | SIMPLE_PACKET | ENHANCED_PACKET) {
                if !self.pass_over(window, len)? {
                    return Ok(None);
                }
                continue;
            }
            if len > limits::BLOCK_LEN {
                return window.damage(format!(
                    "a block claims a length of {len} bytes, more than the {} that are believed; {LOST}",
                    limits::BLOCK_LEN
                ));
            }
            if !window.fill(len as usize) {
                return window.end("a block", len.into());
            }
            let block = window.view().get(..len as usize).unwrap_or_default();
            self.check_trailer(block, len).or_else(|what| window.damage(what))?;
            match self.block(kind, block, log) {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => {}
                Err(what) => log.problem(window.offset(), what + "; the block is skipped"),
            }
            window.consume(len as usize);
        }
    }

    /// Learns the byte order of the section that starts here, and gives the length of its header. `None` if the file
    /// ends.
    fn start_section(&mut self, window: &mut Window) -> Result<Option<u32>, Damage> {
        if !window.fill(SECTION_START) {
            return window.end("a section header", SECTION_START as u64);
        }
        let Some(order) = section_order(window.view()) else {
            return window.damage(format!("a section header has no byte-order magic; {LOST}"));
        };
        self.order = order;
        Ok(window.words(order).map(|[_kind, len]| len))
    }

    /// Moves past a block without keeping it. False if the file ends.
    fn pass_over(&self, window: &mut Window, len: u32) -> Result<bool, Damage> {
        let start = window.offset();
        let body = u64::from(len) - TRAILER as u64;
        if !window.skip(body) || !window.fill(TRAILER) {
            return Ok(window.end_of_skipped::<()>("a block", len.into(), start)?.is_some());
        }
        self.check_trailer(window.view().get(..TRAILER).unwrap_or_default(), len)
            .map_err(|what| Damage { offset: start, what })?;
        window.consume(TRAILER);
        Ok(true)
    }

    /// A block that ends with another length than it starts with is damaged, and so may be everything after it.
    fn check_trailer(&self, block: &[u8], len: u32) -> Result<(), Wrong> {
        match block.last_chunk().map(|bytes| self.order.u32(*bytes)) {
            Some(trailer) if trailer == len => Ok(()),
            trailer => Err(format!("a block of {len} bytes ends with the length {}; {LOST}", trailer.unwrap_or(0))),
        }
    }

    fn block(&mut self, kind: u32, block: &[u8], log: &mut Log<'_>) -> Result<Option<Record>, Wrong> {
        match kind {
            SECTION => self.section(block).map(|()| None),
            INTERFACE => self.interface(block, log).map(|()| None),
            SIMPLE_PACKET => self.simple_packet(block).map(Some),
            _ => self.packet(kind, block).map(Some),
        }
    }

    fn section(&mut self, block: &[u8]) -> Result<(), Wrong> {
        self.interfaces.clear();
        let version = block.get(12..).and_then(|bytes| bytes.first_chunk()).map(|bytes| self.order.u16(*bytes));
        match version {
            Some(1) => Ok(()),
            Some(major) => Err(format!("a section has the major version {major}; only 1 is known")),
            None => Err("a section header is too short for its version".to_owned()),
        }
    }

    fn interface(&mut self, block: &[u8], log: &mut Log<'_>) -> Result<(), Wrong> {
        let (facts, clock) = interface::decode(self.order, block, log.file)?;
        let (link, snap_len) = (facts.link, facts.snap_len);
        if log.facts.interfaces.len() >= limits::INTERFACES {
            return Err(format!("there are more than {} interfaces", limits::INTERFACES));
        }
        let index = log.interface(facts);
        self.interfaces.push(Interface { index, link, snap_len, clock });
        Ok(())
    }

    /// An enhanced packet block, or the obsolete one, which has a 16-bit interface and a drop count in its place.
    fn packet(&mut self, kind: u32, block: &[u8]) -> Result<Record, Wrong> {
        let size = block.len();
        let Some([_, _, interface, high, low, captured, len]) = self.order.words(block) else {
            return Err(format!("a packet block of {size} bytes is too short"));
        };
        let interface = match block.get(8..).and_then(|bytes| bytes.first_chunk()) {
            Some(bytes) if kind == OBSOLETE_PACKET => self.order.u16(*bytes).into(),
            _ => interface,
        };
        let interface = self.interface_of(interface)?;
        let room = size.saturating_sub(ENHANCED_HEADER + TRAILER);
        if captured as usize > room || captured > limits::PACKET_LEN {
            return Err(format!("a packet block of {size} bytes claims a packet of {captured} bytes"));
        }
        let time = interface.clock.time(u64::from(high) << 32 | u64::from(low));
        let record = interface.record(time, len, ENHANCED_HEADER, captured as usize, size);
        self.last_time = time;
        Ok(record)
    }

    /// A simple packet block, which is of the first interface and has no time: it gets that of the packet before it.
    fn simple_packet(&self, block: &[u8]) -> Result<Record, Wrong> {
        let size = block.len();
        let Some([_, _, len]) = self.order.words(block) else {
            return Err(format!("a packet block of {size} bytes is too short"));
        };
        let interface = self.interface_of(0)?;
        let room = size.saturating_sub(SIMPLE_HEADER + TRAILER);
        let snap_len = if interface.snap_len == 0 { u32::MAX } else { interface.snap_len };
        let captured = len.min(snap_len).min(limits::PACKET_LEN) as usize;
        if captured > room {
            return Err(format!("a packet block of {size} bytes claims a packet of {captured} bytes"));
        }
        Ok(interface.record(self.last_time, len, SIMPLE_HEADER, captured, size))
    }

    fn interface_of(&self, index: u32) -> Result<&Interface, Wrong> {
        self.interfaces.get(index as usize).ok_or_else(|| {
            format!("a packet names interface {index}, but its section has only {} so far", self.interfaces.len())
        })
    }
}

/// What a broken block frame means.
const LOST: &str = "the rest of the file cannot be read";
