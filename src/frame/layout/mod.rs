//! The shape of a frame, said in one line: `len:u32le magic:efbeadde payload`.
//!
//! In: the text (grammar in `docs/formats.md`) of one direction's layout ([`Layout::parse`]) or of both
//! ([`Layout::parse_sides`]), then bytes. Out: whether a credible header stands somewhere ([`Layout::recognise`],
//! [`Layout::find`]), how long its frame is, and the values of its fields ([`Layout::fields`]). Invariant: a frame that
//! is recognised is no shorter than its header and trailer and no longer than [`Layout::max`]. Not responsible for
//! streams: it sees only the bytes that it is shown.

mod anchor;
mod checksum;
mod display;
mod error;
mod field;
mod length;
mod parse;
mod preset;
mod sides;
#[cfg(test)]
mod tests;
mod token;
mod values;
mod variants;

pub use checksum::Checksum;
pub use error::LayoutError;
pub use preset::{PRESETS, Preset, preset};
pub use sides::Sides;

use anchor::Anchor;
use field::{Field, FieldKind, Role, Step};
use length::{Counts, Length, mask_of, spare_bits};
use std::ops::Range;

/// How frames of a protocol look.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Bytes before the first frame.
    skip: u64,
    /// Longest frame that is believed, in bytes.
    max: usize,
    /// Header fields: those before the payload.
    header: Vec<Field>,
    length: Length,
    /// Whether bytes that the inner length leaves over stand between payload and trailer.
    tail: bool,
    /// Trailer fields: those at the end, all of fixed width.
    trailer: Vec<Field>,
    trailer_len: usize,
    anchor: Option<Anchor>,
}

/// Lengths of a frame whose header was recognised, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Length of the header itself: where the payload starts.
    pub len: usize,
    /// Where the payload ends.
    pub payload_end: usize,
    /// Length of the whole frame, header and trailer included.
    pub frame_len: usize,
}

impl Header {
    /// Where the payload is in the frame.
    #[must_use]
    pub fn payload(&self) -> Range<usize> {
        self.len..self.payload_end
    }
}

/// Whether a credible header stands at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recognition {
    /// A header stands there: magic is right and the length is possible.
    Yes(Header),
    /// No header stands there: wrong magic, or a length below header and trailer or above the maximum.
    No,
    /// The bytes end inside the header; what there is could be the start of one, and so could no bytes at all.
    NeedMore,
}

/// Two layouts are equal if they print alike.
impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.skip == other.skip && !self.differs_from(other)
    }
}

impl Eq for Layout {}

impl Layout {
    /// Whether frames look otherwise than those of `other`, whatever comes before the first.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        (self.max, self.length, self.tail) != (other.max, other.length, other.tail)
            || self.header != other.header
            || self.trailer != other.trailer
    }

    /// Whether a header stands at the start of `bytes`. Takes the same short time however long `bytes` is.
    #[must_use]
    pub fn recognise(&self, bytes: &[u8]) -> Recognition {
        let (mut at, mut after_length) = (0, 0);
        let (mut value, mut inner) = (0, None);
        for field in &self.header {
            let step = bytes.get(at..).map_or(Step::NeedMore, |rest| field.kind.decode(rest));
            let (number, width) = match step {
                Step::Value { number, width } => (number, width),
                Step::NeedMore => return Recognition::NeedMore,
                Step::No => return Recognition::No,
            };
            at += width;
            match field.role {
                Role::Length => (value, after_length) = (number, at),
                Role::Inner => inner = Some(number),
                Role::Checksum(_) | Role::Shown => {}
            }
        }
        let header = self.measure(at, after_length, value, inner);
        header.map_or(Recognition::No, Recognition::Yes)
    }

    /// Lengths of the frame from the fields of its header, or nothing if they are impossible.
    fn measure(&self, len: usize, after_length: usize, value: u64, inner: Option<u64>) -> Option<Header> {
        let uncounted = match self.length.counts {
            Counts::Payload => len + self.trailer_len,
            Counts::Rest => after_length,
            Counts::Frame => 0,
        };
        let counted = (value & self.length.mask).checked_mul(self.length.unit)?;
        let frame_len = counted.checked_add_signed(self.length.adjust)?.checked_add(u64::try_from(uncounted).ok()?)?;
        let frame_len = usize::try_from(frame_len).ok().filter(|frame_len| *frame_len <= self.max)?;
        let room = frame_len.checked_sub(self.trailer_len)?.checked_sub(len)?;
        let payload_len = match inner {
            Some(inner) => usize::try_from(inner).ok().filter(|inner| *inner <= room)?,
            None => room,
        };
        Some(Header { len, payload_end: len + payload_len, frame_len })
    }

    /// The first place in `bytes` where a header stands or, at their end, may begin: where [`Layout::recognise`] does
    /// not say no. Linear in `bytes`; with magic at a fixed place, as fast as `memmem`.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Option<usize> {
        let credible = |at: &usize| bytes.get(*at..).is_some_and(|rest| self.recognise(rest) != Recognition::No);
        let mut from = 0;
        if let Some(anchor) = &self.anchor {
            while let Some(at) = anchor.find(bytes, from) {
                if credible(&at) {
                    return Some(at);
                }
                from = at + 1;
            }
            // No whole magic is left, so only the last bytes can be the start of a header.
            from = from.max((bytes.len() + 1).saturating_sub(anchor.end()));
        }
        (from..bytes.len()).find(credible)
    }

    /// Whether headers have magic bytes.
    #[must_use]
    pub fn has_magic(&self) -> bool {
        self.header.iter().any(|field| matches!(field.kind, FieldKind::Magic(_)))
    }

    /// Whether magic alone tells headers from anything else: three bytes of it.
    #[must_use]
    pub fn knows_its_headers(&self) -> bool {
        let magic = self.header.iter().filter(|field| matches!(field.kind, FieldKind::Magic(_)));
        magic.map(|field| field.kind.max_width()).sum::<usize>() >= 3
    }

    /// What a recognised header says for a frame, in bits: by chance one place in 2^bits looks like this. Counts the
    /// magic and the high bits of the lengths that [`Layout::max`] keeps at zero. The length of an empty payload counts
    /// nothing, because runs of zeros are not chance.
    #[must_use]
    pub fn evidence(&self, header: &Header) -> u32 {
        self.evidence_within(header, self.max)
    }

    /// What a recognised header says for a frame, in bits, where no frame is longer than `longest` bytes; see
    /// [`Layout::evidence`].
    #[must_use]
    pub fn evidence_within(&self, header: &Header, longest: usize) -> u32 {
        let counts_lengths = !header.payload().is_empty();
        let bits = |field: &Field| match (&field.kind, field.role) {
            (FieldKind::Magic(alternatives), _) => {
                let choice = alternatives.len().next_power_of_two().ilog2();
                u32::try_from(field.kind.max_width() * 8).unwrap_or(u32::MAX).saturating_sub(choice)
            }
            (FieldKind::Uint { .. }, Role::Length) if counts_lengths => {
                spare_bits(self.length.mask, longest as u64 / self.length.unit)
            }
            (FieldKind::Uint { width, .. }, Role::Inner) if counts_lengths => {
                spare_bits(mask_of(*width), longest as u64)
            }
            _ => 0,
        };
        self.header.iter().map(bits).sum()
    }

    /// Compares the checksum of a whole frame, if the layout has one.
    #[must_use]
    pub fn checksum(&self, frame: &[u8]) -> Option<Checksum> {
        let mut at = frame.len().checked_sub(self.trailer_len)?;
        for field in &self.trailer {
            let (covered, rest) = frame.split_at_checked(at)?;
            let Step::Value { number, width } = field.kind.decode(rest) else { return None };
            if let Role::Checksum(crc) = field.role {
                return Some(crc.compare(u32::try_from(number).ok()?, covered));
            }
            at += width;
        }
        None
    }

    /// Bytes before the first frame of a stream.
    #[must_use]
    pub fn skip(&self) -> u64 {
        self.skip
    }

    /// Longest frame that is believed, in bytes.
    #[must_use]
    pub fn max(&self) -> usize {
        self.max
    }

    /// Most bytes that a header of this layout can have.
    #[must_use]
    pub fn max_header_len(&self) -> usize {
        self.header.iter().map(|field| field.kind.max_width()).sum()
    }
}
