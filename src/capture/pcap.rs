//! libpcap's file format (draft-ietf-opsawg-pcap): a file header, then records of a header and a packet.
//!
//! Read are, in both byte orders:
//!
//! | starts with | what it is |
//! |---|---|
//! | `a1b2c3d4` | times in microseconds |
//! | `a1b23c4d` | times in nanoseconds |
//! | `a1b2cd34` | Kuznetzov's patch of 1999: record headers of 24 bytes, or 28 in an early version of it |
//!
//! Before version 2.3, and in DG/UX's 543.0, the two lengths of a record stand the other way round; in 2.3 the larger
//! one is that on the wire. That, and the variants, are as libpcap's `sf-pcap.c` and Wireshark's `wiretap/libpcap.c`
//! know them. Not read: what other vendors made of the format without a magic of their own.

use super::facts::InterfaceFacts;
use super::link_type::LinkType;
use super::log::Log;
use super::order::Order;
use super::record::Record;
use super::window::{Damage, Window};
use crate::limits;
use crate::units::Timestamp;

/// Bytes of the file header.
pub(super) const FILE_HEADER: usize = 24;
/// Bytes of a record header as far as all variants have it.
const RECORD_HEADER: usize = 16;
/// Bytes of a record header after Kuznetzov's patch, and after an early version of it.
const MODIFIED_HEADER: usize = 24;
const EARLY_MODIFIED_HEADER: usize = 28;

/// The bit of the link type that says that its highest four are the length of a frame check sequence, in 16-bit words.
const HAS_FCS_LEN: u32 = 0x0400_0000;

/// A variant of the format, as the magic tells it.
#[derive(Clone, Copy)]
pub(super) struct Variant {
    order: Order,
    /// Nanoseconds in a unit of the record header's second time field.
    ns_per_fraction: i64,
    is_modified: bool,
}

/// Reads the records of one file.
pub(super) struct Pcap {
    variant: Variant,
    record_header: usize,
    lengths: Lengths,
    link: LinkType,
    fcs_len: u8,
    interface: usize,
}

/// Which of the two lengths of a record comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    Captured,
    Wire,
    /// The smaller length is that of what was captured, whichever comes first.
    Either,
}

/// The variants of the format by the first bytes of the file.
const VARIANTS: [([u8; 4], Variant); 6] = [
    ([0xd4, 0xc3, 0xb2, 0xa1], Variant { order: Order::Little, ns_per_fraction: 1000, is_modified: false }),
    ([0xa1, 0xb2, 0xc3, 0xd4], Variant { order: Order::Big, ns_per_fraction: 1000, is_modified: false }),
    ([0x4d, 0x3c, 0xb2, 0xa1], Variant { order: Order::Little, ns_per_fraction: 1, is_modified: false }),
    ([0xa1, 0xb2, 0x3c, 0x4d], Variant { order: Order::Big, ns_per_fraction: 1, is_modified: false }),
    ([0x34, 0xcd, 0xb2, 0xa1], Variant { order: Order::Little, ns_per_fraction: 1000, is_modified: true }),
    ([0xa1, 0xb2, 0xcd, 0x34], Variant { order: Order::Big, ns_per_fraction: 1000, is_modified: true }),
];

/// The variant of a file that starts like pcap. Fewer than four bytes are enough, so that a file that is cut
/// there is known as what it was.
pub(super) fn variant(start: &[u8]) -> Option<Variant> {
    let start = start.get(..4).unwrap_or(start);
    let found = VARIANTS.iter().find(|(magic, _)| !start.is_empty() && magic.starts_with(start));
    found.map(|(_, variant)| *variant)
}

impl Pcap {
    /// Reads the file header, whose variant is known. `None` if the file ends in it.
    pub(super) fn open(window: &mut Window, variant: Variant, log: &mut Log<'_>) -> Option<Self> {
        let [_magic, version, _zone, _accuracy, snap_len, link] = window.words(variant.order)?;
        window.consume(FILE_HEADER);
        let fcs_len = (link & HAS_FCS_LEN != 0).then(|| u8::try_from(link >> 28).unwrap_or(0) * 2);
        let link = LinkType(link & 0xffff);
        let facts = InterfaceFacts { file: log.file, link, snap_len, fcs_len, ..InterfaceFacts::default() };
        let version = match variant.order {
            Order::Little => (version & 0xffff, version >> 16),
            Order::Big => (version >> 16, version & 0xffff),
        };
        let lengths = match version {
            (2, ..3) | (543, _) => Lengths::Wire,
            (2, 3) => Lengths::Either,
            _ => Lengths::Captured,
        };
        if !matches!(version, (2, 0..=4) | (543, 0)) {
            let (major, minor) = version;
            log.problem(
                0,
                format!("the file has the version {major}.{minor}; it is read like 2.4, the last that is known"),
            );
        }
        Some(Self {
            variant,
            record_header: if variant.is_modified { modified_header(window, variant.order) } else { RECORD_HEADER },
            lengths,
            link,
            fcs_len: fcs_len.unwrap_or(0),
            interface: log.interface(facts),
        })
    }

    /// Makes the record at the start of the window available. `None` at the end of the file.
    pub(super) fn next(&mut self, window: &mut Window) -> Result<Option<Record>, Damage> {
        let header = self.record_header;
        window.fill(header);
        let words = window.words(self.variant.order).filter(|_| window.view().len() >= header);
        let Some([seconds, fraction, first, second]) = words else {
            return window.end("a record header", header as u64);
        };
        let (captured, len) = match self.lengths {
            Lengths::Captured => (first, second),
            Lengths::Wire => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        };
        if captured > limits::PACKET_LEN {
            return window.damage(format!(
                "a record header claims a packet of {captured} bytes, more than the {} that are believed",
                limits::PACKET_LEN
            ));
        }
        let size = header + captured as usize;
        if !window.fill(size) {
            return window.end("a record", size as u64);
        }
        let ns = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.variant.ns_per_fraction;
        Ok(Some(Record {
            time: Timestamp::from_ns(ns),
            link: self.link,
            interface: self.interface,
            len,
            fcs_len: self.fcs_len,
            has_comments: false,
            data_at: header,
            captured: captured as usize,
            size,
        }))
    }
}

/// Bytes of a record header in a file of Kuznetzov's patch: 24, unless the second record shows that it is 28.
fn modified_header(window: &mut Window, order: Order) -> usize {
    let fits = |window: &mut Window, header: usize| {
        let Some([_, _, captured, _]) = window.words(order) else { return true };
        if captured > limits::PACKET_LEN {
            return true;
        }
        let size = header + captured as usize;
        window.fill(size + RECORD_HEADER);
        window.view().get(size..).is_some_and(|next| match order.words(next) {
            Some([_, fraction, captured, len]) => {
                fraction < 1_000_000 && captured <= len && captured <= limits::PACKET_LEN
            }
            None => true,
        })
    };
    if !fits(window, MODIFIED_HEADER) && fits(window, EARLY_MODIFIED_HEADER) {
        EARLY_MODIFIED_HEADER
    } else {
        MODIFIED_HEADER
    }
}
