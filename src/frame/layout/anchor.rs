//! The magic that is searched for.
//!
//! In: the header's fields. Out: the places where a header could start because its longest magic stands where it
//! should. Exists only if that magic has a fixed distance from the header's start.

use super::field::{Field, FieldKind};
use memchr::memmem::Finder;

#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// Bytes of the header before the magic.
    offset: usize,
    len: usize,
    needle: Needle,
}

#[derive(Clone, Debug)]
enum Needle {
    One(Box<Finder<'static>>),
    OneOf(Vec<Vec<u8>>),
}

impl Anchor {
    /// The anchor of a layout with these header fields: the longest magic at a fixed place.
    pub(super) fn of(header: &[Field]) -> Option<Self> {
        let mut best: Option<Self> = None;
        let mut offset = 0;
        for field in header {
            // Nothing behind a varint has a fixed place.
            let Some(len) = field.kind.fixed_width() else { break };
            if let FieldKind::Magic(alternatives) = &field.kind
                && best.as_ref().is_none_or(|best| len > best.len)
            {
                best = Some(Self { offset, len, needle: Needle::new(alternatives) });
            }
            offset += len;
        }
        best
    }

    /// The first header start at or after `from` that has the whole magic at its place.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let searched = bytes.get(from.checked_add(self.offset)?..)?;
        let hit = match &self.needle {
            Needle::One(finder) => finder.find(searched),
            Needle::OneOf(magics) => {
                searched.windows(self.len).position(|window| magics.iter().any(|magic| magic == window))
            }
        };
        hit.map(|hit| from + hit)
    }

    /// Bytes from the header's start to the end of the magic.
    pub(super) fn end(&self) -> usize {
        self.offset + self.len
    }
}

impl Needle {
    fn new(alternatives: &[Vec<u8>]) -> Self {
        match alternatives {
            [only] => Self::One(Box::new(Finder::new(only).into_owned())),
            several => Self::OneOf(several.to_vec()),
        }
    }
}
