//! What stands behind the colon of an item: types, numbers, hex, and the modifiers of a length.
//!
//! In: the item. Out: values, or the fault with its place in the whole text. Knows nothing of the other items.

use super::error::Fault;
use super::field::{FieldKind, Order};
use super::length::Counts;
use crate::limits;
use crate::units::Direction;
use std::ops::Range;

const TYPE: &str = "a type: u8, u16le, u16be … u64le, u64be, varint, or a number of bytes";
const NUMBER_TYPE: &str = "a number type: u8, u16le, u16be … u64le, u64be, or varint";

/// What names a side, and the direction of what it sends.
pub(super) const SIDES: [(&str, Direction); 2] =
    [("client:", Direction::ClientToServer), ("server:", Direction::ServerToClient)];

/// Reads an item from left to right.
pub(super) struct Cursor<'t> {
    item: &'t str,
    /// Start of the item in the whole text, in bytes.
    start: usize,
    /// Position of the cursor in the item, in bytes.
    at: usize,
}

/// What the text says behind a length's type; `None` where it says nothing.
#[derive(Default)]
pub(super) struct Modifiers {
    pub(super) counts: Option<Counts>,
    pub(super) mask: Option<u64>,
    pub(super) unit: Option<u64>,
    pub(super) adjust: Option<i64>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(item: &'t str, start: usize, at: usize) -> Self {
        Self { item, start, at }
    }

    /// Reads the type of a field.
    pub(super) fn kind(&mut self) -> Result<FieldKind, Fault> {
        let (word, span) = self.word();
        kind_of(word).ok_or_else(|| Fault::new(span, TYPE))
    }

    /// Reads the type of a length.
    pub(super) fn number_kind(&mut self) -> Result<FieldKind, Fault> {
        let (word, span) = self.word();
        let kind = kind_of(word).filter(|kind| !matches!(kind, FieldKind::Bytes(_)));
        kind.ok_or_else(|| Fault::new(span, NUMBER_TYPE))
    }

    /// Reads the type of a 32-bit checksum.
    pub(super) fn checksum_kind(&mut self) -> Result<FieldKind, Fault> {
        let (word, span) = self.word();
        let kind = kind_of(word).filter(|kind| matches!(kind, FieldKind::Uint { width: 4, .. }));
        kind.ok_or_else(|| Fault::new(span, "u32le or u32be"))
    }

    /// Reads `client:` or `server:`, if one of them stands here: the direction of what that side sends.
    pub(super) fn side(&mut self) -> Option<Direction> {
        let rest = self.item.get(self.at..)?;
        let (name, direction) = SIDES.into_iter().find(|(name, _)| rest.starts_with(name))?;
        self.at += name.len();
        Some(direction)
    }

    /// Reads a decimal number.
    pub(super) fn number(&mut self) -> Result<u64, Fault> {
        let (word, span) = self.word();
        decimal(word).ok_or_else(|| Fault::new(span, "a decimal number"))
    }

    /// Reads a number of bytes such as `4096`, `64k` or `16M`, in powers of 1024.
    pub(super) fn size(&mut self) -> Result<usize, Fault> {
        let (word, span) = self.word();
        let (digits, unit) = match word.strip_suffix('k') {
            Some(digits) => (digits, 1 << 10),
            None => word.strip_suffix('M').map_or((word, 1), |digits| (digits, 1 << 20)),
        };
        let len = decimal(digits).and_then(|count| count.checked_mul(unit));
        let len = len.filter(|len| (1..=limits::FRAME_LEN_SETTABLE).contains(len));
        len.and_then(|len| usize::try_from(len).ok()).ok_or_else(|| {
            let most = limits::FRAME_LEN_SETTABLE >> 20;
            Fault::new(span, format!("a size in bytes such as 65535, 64k or 16M, at most {most}M"))
        })
    }

    /// Reads magic: hex bytes, or several equally long ones between `|`.
    pub(super) fn alternatives(&mut self) -> Result<Vec<Vec<u8>>, Fault> {
        let mut found: Vec<Vec<u8>> = Vec::new();
        loop {
            let (word, span) = self.word();
            let bytes = hex::decode(word).ok().filter(|bytes| !bytes.is_empty());
            let Some(bytes) = bytes else { return Err(Fault::new(span, "hex digits, two for each byte")) };
            if let Some(first) = found.first().filter(|first| first.len() != bytes.len()) {
                return Err(Fault::new(span, format!("{} bytes, like the first alternative", first.len())));
            }
            if found.contains(&bytes) {
                return Err(Fault::new(span, "each alternative once"));
            }
            found.push(bytes);
            if !self.take('|') {
                return Ok(found);
            }
        }
    }

    /// Reads `{rest}`, `&7f`, `*4`, `+1` or `-1`, each at most once, in any order.
    pub(super) fn modifiers(&mut self, field_mask: u64) -> Result<Modifiers, Fault> {
        let mut found = Modifiers::default();
        loop {
            let start = self.at;
            let taken_twice = if self.take('{') {
                found.counts.replace(self.counts()?).is_some()
            } else if self.take('&') {
                found.mask.replace(self.mask(field_mask)?).is_some()
            } else if self.take('*') {
                found.unit.replace(self.unit()?).is_some()
            } else if self.take('+') {
                found.adjust.replace(self.adjust()?).is_some()
            } else if self.take('-') {
                found.adjust.replace(-self.adjust()?).is_some()
            } else {
                return Ok(found);
            };
            if taken_twice {
                return Err(Fault::new(self.start + start..self.start + self.at, "each modifier once"));
            }
        }
    }

    fn counts(&mut self) -> Result<Counts, Fault> {
        let (word, span) = self.word();
        let counts = match word {
            "payload" => Counts::Payload,
            "rest" => Counts::Rest,
            "frame" => Counts::Frame,
            _ => return Err(Fault::new(span, "what the length counts: payload, rest or frame")),
        };
        let here = self.here();
        if self.take('}') { Ok(counts) } else { Err(Fault::new(here, "`}`")) }
    }

    fn mask(&mut self, field_mask: u64) -> Result<u64, Fault> {
        let (word, span) = self.word();
        let digits_only = word.chars().all(|c| c.is_ascii_hexdigit());
        let mask = u64::from_str_radix(word, 16).ok().filter(|_| digits_only);
        let mask = mask.filter(|mask| *mask != 0 && mask & !field_mask == 0);
        mask.ok_or_else(|| Fault::new(span, "a mask in hex, not 0 and no wider than the field"))
    }

    fn unit(&mut self) -> Result<u64, Fault> {
        let (word, span) = self.word();
        let unit = decimal(word).filter(|unit| (1..=limits::LENGTH_UNIT).contains(unit));
        unit.ok_or_else(|| Fault::new(span, "a unit in bytes, from 1 to 65536"))
    }

    fn adjust(&mut self) -> Result<i64, Fault> {
        let (word, span) = self.word();
        let adjust = decimal(word).and_then(|adjust| i64::try_from(adjust).ok());
        adjust.ok_or_else(|| Fault::new(span, "a number of bytes to add or subtract"))
    }

    /// Succeeds if nothing is left.
    pub(super) fn end(&self) -> Result<(), Fault> {
        let rest = self.at..self.item.len();
        if rest.is_empty() {
            return Ok(());
        }
        Err(Fault::new(self.start + rest.start..self.start + rest.end, "the end of the item"))
    }

    /// Reads letters and digits up to the next sign, possibly none, and gives their place.
    fn word(&mut self) -> (&'t str, Range<usize>) {
        let rest = self.item.get(self.at..).unwrap_or_default();
        let len = rest.find(|c| "{}&*+-|".contains(c)).unwrap_or(rest.len());
        let span = self.start + self.at..self.start + self.at + len;
        self.at += len;
        (rest.get(..len).unwrap_or_default(), span)
    }

    fn take(&mut self, sign: char) -> bool {
        let taken = self.item.get(self.at..).is_some_and(|rest| rest.starts_with(sign));
        self.at += if taken { sign.len_utf8() } else { 0 };
        taken
    }

    fn here(&self) -> Range<usize> {
        self.start + self.at..self.start + self.at
    }
}

fn kind_of(word: &str) -> Option<FieldKind> {
    if word == "varint" {
        return Some(FieldKind::Varint);
    }
    if word == "u8" {
        return Some(FieldKind::Uint { width: 1, order: Order::Big });
    }
    if let Some(sized) = word.strip_prefix('u') {
        let (bits, order) = match sized.strip_suffix("le") {
            Some(bits) => (bits, Order::Little),
            None => (sized.strip_suffix("be")?, Order::Big),
        };
        let widths = [("16", 2), ("24", 3), ("32", 4), ("40", 5), ("48", 6), ("56", 7), ("64", 8)];
        let (_, width) = widths.into_iter().find(|(name, _)| *name == bits)?;
        return Some(FieldKind::Uint { width, order });
    }
    let width = decimal(word).and_then(|width| usize::try_from(width).ok())?;
    (1..=limits::HEADER_LEN).contains(&width).then_some(FieldKind::Bytes(width))
}

/// The value of a decimal number; unlike `str::parse`, this takes no sign.
fn decimal(word: &str) -> Option<u64> {
    word.chars().all(|c| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}
