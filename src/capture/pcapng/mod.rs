//! pcapng (draft-ietf-opsawg-pcapng): blocks that give their length at both ends, in sections with a byte order and
//! interfaces of their own.
//!
//! Read are packets of every kind, interfaces and their statistics, names, comments, and what wrote the file.
//! Decryption secrets are counted and never looked at; custom blocks and kinds that are not known are counted, however
//! long they are. A block whose content is wrong is a problem and is skipped. A block whose frame is broken says
//! nothing of where the next one starts: reading goes on with the next section if the length of this one is known, else
//! the file ends there. So does a section of a version that is not known.

mod block;
mod clock;
mod interface;
mod names;
mod options;
mod packet;

use super::log::Log;
use super::order::Order;
use super::record::Record;
use super::text::About;
use super::window::{Damage, Window};
use crate::limits;
use crate::units::Timestamp;
use block::{
    ENHANCED_PACKET, INTERFACE, NAMES, OBSOLETE_PACKET, SECRETS, SECTION, SIMPLE_PACKET, STATISTICS, TRAILER, Wrong,
    content,
};
use interface::Interface;
use options::COMMENT;

/// Bytes of the shortest block: type and both lengths.
const BLOCK_FRAME: usize = 12;
/// Bytes of a section header block as far as the byte-order magic.
pub(super) const SECTION_START: usize = 12;
/// Bytes of a section header block without options.
pub(super) const SECTION_HEADER: usize = 28;

/// Option codes of a section.
const HARDWARE: u16 = 2;
const SYSTEM: u16 = 3;
const APPLICATION: u16 = 4;

/// Reads the blocks of one file.
pub(super) struct PcapNg {
    order: Order,
    /// Number of the section, 1-based.
    section: u64,
    /// Position at which the section ends, if its header says so.
    section_end: Option<u64>,
    /// Whether the section is of a version that is not known: nothing in it is looked at.
    is_foreign: bool,
    interfaces: Vec<Interface>,
    /// Time of the packet before, for packets without a time of their own.
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

impl PcapNg {
    /// Starts at the first section header, whose byte order is known.
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            section: 0,
            section_end: None,
            is_foreign: false,
            interfaces: Vec::new(),
            last_time: Timestamp::default(),
        }
    }

    /// Makes the next packet's block, the first thing in the window, available. `None` at the end of the file.
    pub(super) fn next(&mut self, window: &mut Window, log: &mut Log<'_>) -> Result<Option<Record>, Damage> {
        loop {
            match self.next_undamaged(window, log) {
                Err(damage) if !damage.is_cut && self.skip_section(window) => {
                    log.problem(damage.offset, damage.told("the rest of the section cannot be read"));
                }
                result => return result,
            }
        }
    }

    /// Notes the comments of the packet in `block`, which is what [`PcapNg::next`] found.
    #[cold]
    pub(super) fn comment(&self, record: &Record, block: &[u8], number: u64, log: &mut Log<'_>) {
        // What is wrong with the options was told when the block was met.
        let _ = options::read(self.order, packet::options_of(block, record), |code, value| {
            if code == COMMENT {
                log.comment(About::Packet(number), value);
            }
            Some(())
        });
    }

    fn next_undamaged(&mut self, window: &mut Window, log: &mut Log<'_>) -> Result<Option<Record>, Damage> {
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
                return window.damage(format!("a block claims a length of {len} bytes"));
            }
            if !self.is_read(kind) {
                if !self.pass_over(window, len)? {
                    return Ok(None);
                }
                self.count_unread(kind, log);
                continue;
            }
            if len > limits::BLOCK_LEN {
                return window.damage(format!(
                    "a block claims a length of {len} bytes, more than the {} that are believed",
                    limits::BLOCK_LEN
                ));
            }
            if !window.fill(len as usize) {
                return window.end("a block", len.into());
            }
            let offset = window.offset();
            let block = window.view().get(..len as usize).unwrap_or_default();
            self.check_trailer(block, len).or_else(|what| window.damage(what))?;
            match self.block(kind, block, offset, log) {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => {}
                Err(what) => log.problem(offset, what + "; the block is skipped"),
            }
            window.consume(len as usize);
        }
    }

    fn is_read(&self, kind: u32) -> bool {
        match kind {
            SECTION => true,
            INTERFACE | OBSOLETE_PACKET | SIMPLE_PACKET | NAMES | STATISTICS | ENHANCED_PACKET => !self.is_foreign,
            _ => false,
        }
    }

    fn count_unread(&self, kind: u32, log: &mut Log<'_>) {
        if let Some(file) = log.file_facts().filter(|_| !self.is_foreign) {
            *(if kind == SECRETS { &mut file.secrets } else { &mut file.other_blocks }) += 1;
        }
    }

    /// Learns the byte order of the section that starts here, and gives the length of its header. `None` if the file
    /// ends.
    fn start_section(&mut self, window: &mut Window) -> Result<Option<u32>, Damage> {
        if !window.fill(SECTION_START) {
            return window.end("a section header", SECTION_START as u64);
        }
        let Some(order) = section_order(window.view()) else {
            return window.damage("a section header has no byte-order magic".to_owned());
        };
        self.order = order;
        Ok(window.words(order).map(|[_kind, len]| len))
    }

    /// Moves to the section after this one, if it is known where that starts and one does.
    #[cold]
    fn skip_section(&mut self, window: &mut Window) -> bool {
        let rest = self.section_end.take().and_then(|end| end.checked_sub(window.offset()));
        rest.is_some_and(|rest| window.skip(rest) && window.fill(MAGIC.len()) && window.view().starts_with(&MAGIC))
    }

    /// Moves past a block without keeping it. False if the file ends.
    fn pass_over(&self, window: &mut Window, len: u32) -> Result<bool, Damage> {
        let start = window.offset();
        let body = u64::from(len) - TRAILER as u64;
        if !window.skip(body) || !window.fill(TRAILER) {
            return Ok(window.end_of_skipped::<()>("a block", len.into(), start)?.is_some());
        }
        self.check_trailer(window.view().get(..TRAILER).unwrap_or_default(), len).map_err(|what| Damage {
            offset: start,
            what,
            is_cut: false,
        })?;
        window.consume(TRAILER);
        Ok(true)
    }

    /// A block that ends with another length than it starts with is damaged, and so may be everything after it.
    fn check_trailer(&self, block: &[u8], len: u32) -> Result<(), Wrong> {
        match block.last_chunk().map(|bytes| self.order.u32(*bytes)) {
            Some(trailer) if trailer == len => Ok(()),
            trailer => Err(format!("a block of {len} bytes ends with the length {}", trailer.unwrap_or(0))),
        }
    }

    /// Decodes a block that is whole. Wrong options are told here, as what they belong to is kept.
    fn block(&mut self, kind: u32, block: &[u8], offset: u64, log: &mut Log<'_>) -> Result<Option<Record>, Wrong> {
        let (record, options) = match kind {
            SECTION => (None, self.section(block, offset, log)?),
            INTERFACE => (None, self.interface(block, log)?),
            NAMES => (None, names::decode(self.order, block, self.section, log)),
            STATISTICS => (None, self.statistics(block, log)?),
            SIMPLE_PACKET => {
                (Some(packet::decode_simple(self.order, block, &self.interfaces, self.last_time)?), Ok(()))
            }
            _ => {
                let (record, options) = packet::decode(self.order, kind, block, &self.interfaces, log)?;
                self.last_time = record.time;
                (Some(record), options)
            }
        };
        if let Err(what) = options {
            log.problem(offset, what + "; it is ignored");
        }
        Ok(record)
    }

    fn section(&mut self, block: &[u8], offset: u64, log: &mut Log<'_>) -> Result<Result<(), Wrong>, Wrong> {
        self.interfaces.clear();
        self.section += 1;
        if let Some(file) = log.file_facts() {
            file.sections = self.section;
        }
        let order = self.order;
        let Some(([a, b, c, d, len @ ..], options)) =
            content(block).get(SECTION_START..).and_then(|fields| fields.split_first_chunk::<12>())
        else {
            self.is_foreign = true;
            return Err(format!("a section header of {} bytes is too short", block.len()));
        };
        let len = len.first_chunk().and_then(|len| u64::try_from(order.i64(*len)).ok());
        self.section_end = len.and_then(|len| (offset + block.len() as u64).checked_add(len));
        let version = (order.u16([*a, *b]), order.u16([*c, *d]));
        // Some writers say 1.2 and write 1.0; the draft asks readers to take it.
        self.is_foreign = !matches!(version, (1, 0 | 2));
        if self.is_foreign {
            let (major, minor) = version;
            log.problem(
                offset,
                format!("a section has the version {major}.{minor}, but only 1.0 is known; it is skipped"),
            );
            return Ok(Ok(()));
        }
        let [mut hardware, mut system, mut application] = [&[][..]; 3];
        let taken = options::read(order, options, |code, value| {
            match code {
                COMMENT => log.comment(About::Section(self.section), value),
                HARDWARE => hardware = value,
                SYSTEM => system = value,
                APPLICATION => application = value,
                _ => {}
            }
            Some(())
        });
        log.written_by(hardware, system, application);
        Ok(taken)
    }

    fn interface(&mut self, block: &[u8], log: &mut Log<'_>) -> Result<Result<(), Wrong>, Wrong> {
        if log.facts.interfaces.len() >= limits::INTERFACES {
            return Err(format!("there are more than {} interfaces", limits::INTERFACES));
        }
        let (interface, taken) = interface::describe(self.order, block, log)?;
        self.interfaces.push(interface);
        Ok(taken)
    }

    fn statistics(&mut self, block: &[u8], log: &mut Log<'_>) -> Result<Result<(), Wrong>, Wrong> {
        let Some([_, _, interface, _high, _low]) = self.order.words(content(block)) else {
            return Err(format!("a statistics block of {} bytes is too short", block.len()));
        };
        let index = packet::of(&self.interfaces, interface)?.index;
        Ok(interface::count(self.order, block, index, log))
    }
}
