//! The top level of a payload: read once, asked many times.
//!
//! In: a payload. Out: its fields as they stand on the wire, in a list that is used again for the next payload, which
//! tags there are, a digest of their order, and the value at a path. Rules, guesses and checks all begin with the top
//! level; without this each of them would walk over it. Invariant: what it finds is what [`FieldPath::find`] finds. Not
//! responsible for what the fields mean.

mod digest;
mod fields;
mod kept;

pub use digest::digest;
pub use fields::TopField;
pub use kept::KeptTopLevels;

use super::path::{FieldPath, RawValue, value_of};
use crate::limits::TOP_LEVEL_FIELDS;
use digest::Digest;
use fields::{End, walk};

/// Field number below which tags are a single byte; the last field of each number is remembered.
const SMALL: usize = 16;

/// The top-level fields of one payload.
#[derive(Clone, Debug)]
pub struct TopLevel {
    /// Fields of the top level, with room for [`TOP_LEVEL_FIELDS`]; what is past `len` is of earlier payloads.
    fields: Box<[TopField]>,
    len: usize,
    glance: Glance,
}

/// What the fields of a payload say at a glance.
#[derive(Clone, Copy, Debug)]
struct Glance {
    /// For each small number, 1-based place of the last field with it among all fields; 0 if there is none.
    last: [u16; SMALL],
    /// Each single-byte tag that occurs, as the bit of its value.
    small_tags: u128,
    has_groups: bool,
    has_overlong: bool,
    digest: u64,
    end: End,
}

/// The tags below 128 of the fields of `payload` itself, each as the bit of its value; none where there are groups,
/// whose fields would be among them.
pub(super) fn small_tags(payload: &[u8]) -> u128 {
    let (mut tags, mut has_groups) = ([0_u8; SMALL], false);
    walk(payload, |field, long| {
        if let Some(tags) = tags.get_mut(field.number() as usize) {
            *tags |= 1 << (field.tag & 7);
        }
        has_groups |= long.is_some_and(|raw| raw.wire_type.is_group());
    });
    if has_groups { 0 } else { u128::from_le_bytes(tags) }
}

impl Default for TopLevel {
    fn default() -> Self {
        Self {
            fields: vec![TopField::default(); TOP_LEVEL_FIELDS].into_boxed_slice(),
            len: 0,
            glance: Glance {
                last: [0; SMALL],
                small_tags: 0,
                has_groups: false,
                has_overlong: false,
                digest: 0,
                end: End::Whole,
            },
        }
    }
}

impl TopLevel {
    /// Reads `payload` in place of what was read before.
    pub fn read(&mut self, payload: &[u8]) {
        let places = &mut *self.fields;
        let (mut len, mut has_groups, mut has_overlong) = (0, false, false);
        let end = walk(payload, |field, long| {
            if let Some(place) = places.get_mut(len) {
                *place = field;
                len += 1;
            }
            if let Some(raw) = long {
                has_groups |= raw.wire_type.is_group();
                has_overlong |= raw.overlong;
            }
        });
        self.len = len;
        let (mut last, mut small_tags) = ([0; SMALL], [0_u8; SMALL]);
        let (mut digest, mut len) = (Digest::default(), 0);
        for field in self.fields() {
            len += 1;
            let number = field.number() as usize;
            if let (Some(last), Some(tags)) = (last.get_mut(number), small_tags.get_mut(number)) {
                *last = len;
                *tags |= 1 << (field.tag & 7);
            }
            digest.add(field.tag);
        }
        // Eight tags of a number are a byte.
        let small_tags = u128::from_le_bytes(small_tags);
        self.glance = Glance { last, small_tags, has_groups, has_overlong, digest: digest.sum(), end };
    }

    /// The fields in order, at most the first 1,024; tags of groups, and what is between them, are fields too.
    #[must_use]
    pub fn fields(&self) -> &[TopField] {
        self.fields.get(..self.len).unwrap_or_default()
    }

    /// Whether [`TopLevel::fields`] are all there is in the payload, to its last byte, and none is a group.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.glance.end == End::Whole && !self.glance.has_groups
    }

    /// The [`digest()`] of the payload's top level.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.glance.digest
    }

    /// Whether the payload ends in bytes that do not read as a field.
    pub(super) fn is_broken(&self) -> bool {
        self.glance.end == End::Broken
    }

    /// The tags below 128 that occur, each as the bit of its value: those of the numbers 1 to 15. Those inside of
    /// groups are among them.
    pub(super) const fn small_tags(&self) -> u128 {
        self.glance.small_tags
    }

    /// Whether the tag, the length or the value of a field is a varint with more bytes than it needs.
    pub(super) const fn has_overlong(&self) -> bool {
        self.glance.has_overlong
    }

    /// Finds the value at a path of `payload`, which is what was read, as [`FieldPath::find`] does.
    #[inline(always)]
    #[must_use]
    pub fn find<'a>(&self, payload: &'a [u8], path: &FieldPath) -> Option<RawValue<'a>> {
        match path.numbers() {
            [number] if !self.is_partial() => match self.glance.last.get(*number as usize) {
                Some(last) => {
                    let last = self.fields.get(usize::from(*last).checked_sub(1)?)?;
                    value_of(payload, &last.raw(payload), &[])
                }
                None => self.search(payload, path),
            },
            _ => self.search(payload, path),
        }
    }

    /// Finds the value at any path, as [`FieldPath::find`] does.
    fn search<'a>(&self, payload: &'a [u8], path: &FieldPath) -> Option<RawValue<'a>> {
        if self.is_partial() {
            return path.find(payload);
        }
        let (wanted, deeper) = path.numbers().split_first()?;
        let up_to = self.glance.last.get(*wanted as usize).map_or(self.len, |last| usize::from(*last));
        let fields = self.fields.get(..up_to).unwrap_or_default().iter().rev();
        let on_path = fields.filter(|field| field.number() == *wanted);
        on_path.filter_map(|field| value_of(payload, &field.raw(payload), deeper)).next()
    }

    /// Whether there is more than fields that stand by themselves.
    fn is_partial(&self) -> bool {
        self.glance.has_groups || self.glance.end == End::Cut
    }
}

#[cfg(test)]
mod tests;
