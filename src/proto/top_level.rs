//! The top level of a payload: read once, asked many times.
//!
//! In: a payload. Out: its fields as they stand on the wire, in a list that is used again for the next payload, and the
//! value at a path. Rules, guesses and checks all begin with the top level; without this each of them would walk over it.
//! Invariant: what it finds is what [`FieldPath::find`] finds. Not responsible for what the fields mean.

use super::WireType;
use super::path::{FieldPath, RawValue, value_of};
use super::wire::{Cursor, RawField};

/// Fields that are kept. A payload has a handful; past it paths are looked up in the payload, which takes longer.
const KEPT: usize = 1024;

/// The top-level fields of one payload.
#[derive(Clone, Debug, Default)]
pub struct TopLevel {
    fields: Vec<RawField>,
    has_groups: bool,
    end: End,
}

/// How far the fields go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    /// To the last byte.
    #[default]
    Whole,
    /// To bytes that do not read as a field.
    Broken,
    /// To [`KEPT`].
    Cut,
}

impl TopLevel {
    /// Reads `payload` in place of what was read before.
    pub fn read(&mut self, payload: &[u8]) {
        self.fields.clear();
        self.has_groups = false;
        let mut cursor = Cursor::new(payload);
        self.end = loop {
            match cursor.next_field() {
                None => break End::Whole,
                Some(Err(_)) => break End::Broken,
                Some(Ok(_)) if self.fields.len() == KEPT => break End::Cut,
                Some(Ok(field)) => {
                    self.has_groups |= matches!(field.wire_type, WireType::StartGroup | WireType::EndGroup);
                    self.fields.push(field);
                }
            }
        };
    }

    /// The fields in order; of groups the tags, and what is between them. At most the first 1,024.
    #[must_use]
    pub fn fields(&self) -> &[RawField] {
        &self.fields
    }

    /// Whether [`TopLevel::fields`] are all there is in the payload, to its last byte, and none is a group.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.end == End::Whole && !self.has_groups
    }

    /// What [`FieldPath::find`] finds in `payload`, which is what was read.
    #[must_use]
    pub fn find<'a>(&self, payload: &'a [u8], path: &FieldPath) -> Option<RawValue<'a>> {
        if self.has_groups || self.end == End::Cut {
            return path.find(payload);
        }
        let (wanted, deeper) = path.numbers().split_first()?;
        let on_path = self.fields.iter().rev().filter(|field| field.number == *wanted);
        on_path.filter_map(|field| value_of(payload, field, deeper)).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A few field numbers and all wire types, groups and rubbish among them, so that paths are hit.
    fn payload() -> impl Strategy<Value = Vec<u8>> {
        let field = (1..4_u8, 0..8_u8, prop::collection::vec(any::<u8>(), 0..6)).prop_map(|(number, kind, rest)| {
            let tag = number << 3;
            match kind {
                0 | 1 => vec![tag, 7],
                2 => [&[tag | 5][..], &[1, 2, 3, 4]].concat(),
                3 => [&[tag | 1][..], &[0; 8]].concat(),
                4 => vec![tag | 2, 2, 8, 5],
                5 => vec![tag | 3],
                6 => vec![tag | 4],
                _ => rest,
            }
        });
        prop::collection::vec(field, 0..12).prop_map(|fields| fields.concat())
    }

    proptest! {
        #[test]
        fn it_finds_what_the_path_finds(payload in payload(), numbers in prop::collection::vec(1..4_u32, 1..3)) {
            let text: Vec<String> = numbers.iter().map(u32::to_string).collect();
            let path = FieldPath::parse(&text.join(".")).unwrap();
            let mut top = TopLevel::default();
            top.read(b"\x08\x01\x07");
            top.read(&payload);
            prop_assert_eq!(top.find(&payload, &path), path.find(&payload));
        }
    }

    #[test]
    fn past_what_is_kept_the_payload_is_asked() {
        let payload = [b"\x10\x07".repeat(KEPT), b"\x18\x01".to_vec()].concat();
        let mut top = TopLevel::default();
        top.read(&payload);
        assert_eq!((top.fields().len(), top.is_plain()), (KEPT, false));
        assert_eq!(top.find(&payload, &FieldPath::parse("3").unwrap()), Some(RawValue::Varint(1)));
    }
}
