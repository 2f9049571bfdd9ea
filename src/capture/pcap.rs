//! libpcap's file format (draft-ietf-opsawg-pcap): a file header, then records of a 16-byte header and a packet.

use super::facts::InterfaceFacts;
use super::link_type::LinkType;
use super::log::Log;
use super::order::Order;
use super::reader::Record;
use super::window::{Damage, Window};
use crate::limits;
use crate::units::Timestamp;

/// Bytes of the file header.
pub(super) const FILE_HEADER: usize = 24;
/// Bytes of a record header.
const RECORD_HEADER: usize = 16;

/// Reads the records of one file.
pub(super) struct Pcap {
    order: Order,
    ns_per_fraction: i64,
    link: LinkType,
    interface: usize,
}

/// The file's first bytes, its byte order, and the nanoseconds in a unit of the second time field.
const VARIANTS: [([u8; 4], Order, i64); 4] = [
    ([0xd4, 0xc3, 0xb2, 0xa1], Order::Little, 1000),
    ([0xa1, 0xb2, 0xc3, 0xd4], Order::Big, 1000),
    ([0x4d, 0x3c, 0xb2, 0xa1], Order::Little, 1),
    ([0xa1, 0xb2, 0x3c, 0x4d], Order::Big, 1),
];

/// The byte order and the nanoseconds in a unit of the second time field, if the file starts like pcap. Fewer than
/// four bytes are enough, so that a file that is cut there is known as what it was.
pub(super) fn variant(start: &[u8]) -> Option<(Order, i64)> {
    let start = start.get(..4).unwrap_or(start);
    let found = VARIANTS.iter().find(|(magic, ..)| !start.is_empty() && magic.starts_with(start));
    found.map(|&(_, order, ns)| (order, ns))
}

impl Pcap {
    /// Reads the file header, whose variant is known. `None` if the file ends in it.
    pub(super) fn open(window: &mut Window, (order, ns_per_fraction): (Order, i64), log: &mut Log<'_>) -> Option<Self> {
        let [_magic, _version, _zone, _accuracy, snap_len, link] = window.words(order)?;
        window.consume(FILE_HEADER);
        // The upper half says whether and how long a frame check sequence follows each packet. It needs no cutting
        // off: the IP length does that.
        let link = LinkType(link & 0xffff);
        let interface = log.interface(InterfaceFacts { file: log.file, name: None, link, snap_len });
        Some(Self { order, ns_per_fraction, link, interface })
    }

    /// Makes the record at the start of the window available. `None` at the end of the file.
    pub(super) fn next(&mut self, window: &mut Window) -> Result<Option<Record>, Damage> {
        let Some([seconds, fraction, captured, len]) = window.words(self.order) else {
            return window.end("a record header", RECORD_HEADER as u64);
        };
        if captured > limits::PACKET_LEN {
            return window.damage(format!(
                "a record header claims a packet of {captured} bytes, more than the {} that are believed; the rest of \
                 the file cannot be read",
                limits::PACKET_LEN
            ));
        }
        let size = RECORD_HEADER + captured as usize;
        if !window.fill(size) {
            return window.end("a record", size as u64);
        }
        let ns = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.ns_per_fraction;
        Ok(Some(Record {
            time: Timestamp::from_ns(ns),
            link: self.link,
            interface: self.interface,
            len,
            data_at: RECORD_HEADER,
            captured: captured as usize,
            size,
        }))
    }
}
