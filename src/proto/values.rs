//! The values of a payload with their paths, for those who compare payloads without knowing what they say.
//!
//! In: a payload. Out: each value with its path, as it stands on the wire, down to a given depth; what reads as fields
//! from end to end counts as a message too. Not responsible for which values mean anything.

use super::WireType;
use super::path::{RawValue, value_of};
use super::probe::looks_like_fields;
use super::untyped::{self, Visitor};
use super::wire::{Cursor, RawField, WireError};
use smallvec::SmallVec;

/// Calls `told` for each value of `payload`, nested at most `levels` deep, with the field numbers from the payload down
/// to it. Groups are passed over. In a payload that breaks off, what stands before the break is told.
pub fn values<'p>(payload: &'p [u8], levels: u16, told: impl FnMut(&[u32], RawValue<'p>)) {
    let mut teller = Teller { path: SmallVec::new(), levels, told };
    // What stands before a break counts.
    let _ = untyped::payload(&mut teller, payload, &mut ());
}

struct Teller<F> {
    path: SmallVec<[u32; 8]>,
    levels: u16,
    told: F,
}

impl<'p, F: FnMut(&[u32], RawValue<'p>)> Visitor<'p> for Teller<F> {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        if field.wire_type == WireType::StartGroup {
            return untyped::skip_group(cursor, field);
        }
        self.path.truncate(depth.into());
        self.path.push(field.number);
        let Some(value) = value_of(cursor.bytes(), field, &[]) else { return Ok(()) };
        (self.told)(&self.path, value);
        if let RawValue::Bytes(content) = value
            && depth < self.levels
            && looks_like_fields(content)
        {
            let inner = Cursor::within(cursor.bytes(), field.value_start, field.value_end);
            // It was found to read.
            let _ = untyped::message(self, inner, &mut (), depth + 1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::path::FieldPath;
    use proptest::prelude::*;

    fn told(payload: &[u8], levels: u16) -> Vec<(Vec<u32>, RawValue<'_>)> {
        let mut all = Vec::new();
        values(payload, levels, |path, value| all.push((path.to_vec(), value)));
        all
    }

    #[test]
    fn messages_are_values_and_so_is_what_is_in_them() {
        let payload = b"\x08\x07\x12\x02\x08\x09\x1a\x02\xff\xff";
        let expected = [
            (vec![1], RawValue::Varint(7)),
            (vec![2], RawValue::Bytes(b"\x08\x09")),
            (vec![2, 1], RawValue::Varint(9)),
            (vec![3], RawValue::Bytes(b"\xff\xff")),
        ];
        assert_eq!(told(payload, 2), expected);
        assert_eq!(told(payload, 0).len(), 3);
    }

    proptest! {
        #[test]
        fn the_last_value_of_each_path_is_what_the_path_finds(payload in prop::collection::vec(0..32_u8, 0..40)) {
            for (path, _) in told(&payload, 0) {
                let last = told(&payload, 0).into_iter().rfind(|(other, _)| *other == path);
                let text = path.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
                prop_assert_eq!(FieldPath::parse(&text).unwrap().find(&payload), last.map(|(_, value)| value));
            }
        }
    }
}
