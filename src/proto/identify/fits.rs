//! Whether a payload can be of a type at all.

use crate::limits;
use crate::proto::guided::check;
use crate::proto::schema::{Cardinality, Schema, TypeId, WellKnown};
use crate::proto::sound::is_sound_field;
use crate::proto::wire::is_text;
use crate::proto::wire::{Cursor, RawField};
use crate::proto::{Shape, WireType};

/// Whether a conforming encoder with exactly this type could have written the payload: it reads to its last byte, has no
/// field that the type does not have, no value out of its range, and all required fields. An empty payload fits every
/// type without required fields. Allocates nothing.
#[must_use]
pub fn fits(schema: &Schema, ty: TypeId, payload: &[u8]) -> bool {
    Fit { schema, unknown: Unknown::Refused }.message(&mut Cursor::new(payload), ty, None, 0)
}

/// Whether a payload reads as a type without a problem: as [`fits()`], but fields that the type does not have may be there.
/// Of a type with an `Any` this is not known.
pub(in crate::proto) fn reads_well(schema: &Schema, ty: TypeId, payload: &[u8]) -> bool {
    Fit { schema, unknown: Unknown::ReadWithoutSchema }.message(&mut Cursor::new(payload), ty, None, 0)
}

struct Fit<'a> {
    schema: &'a Schema,
    unknown: Unknown,
}

/// What happens to fields that a type does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    /// The payload is not of the type.
    Refused,
    /// They are read without schema.
    ReadWithoutSchema,
}

impl Fit<'_> {
    fn message(&self, cursor: &mut Cursor<'_>, ty: TypeId, group: Option<u32>, depth: u16) -> bool {
        let lenient = self.unknown == Unknown::ReadWithoutSchema;
        if depth > limits::DEPTH || (lenient && self.schema.well_known(ty) == Some(WellKnown::Any)) {
            return false;
        }
        let mut required = self.schema.message(ty).map_or(0, |message| message.required_count);
        let mut seen = 0_u128;
        while let Some(field) = cursor.next_field() {
            let Ok(raw) = field else { return false };
            if raw.wire_type == WireType::EndGroup {
                return group == Some(raw.number) && required == 0;
            }
            let Some((_, field)) = self.schema.field_by_number(ty, raw.number) else {
                let is_group = raw.wire_type == WireType::StartGroup;
                if lenient && !is_group && is_sound_field(cursor.bytes(), &raw, limits::DEPTH - depth) {
                    continue;
                }
                return false;
            };
            if lenient && raw.overlong {
                return false;
            }
            if field.cardinality == Cardinality::Required {
                // Field numbers alike modulo 128 are taken for one; so many required fields nobody has.
                let bit = 1 << (raw.number % u128::BITS);
                required = required.saturating_sub(u32::from(seen & bit == 0));
                seen |= bit;
            }
            let content = content(cursor, &raw);
            let inside = |ty: Option<TypeId>| {
                let mut inside = Cursor::within(cursor.bytes(), raw.value_start, raw.value_end);
                ty.is_some_and(|ty| self.message(&mut inside, ty, None, depth + 1))
            };
            let value_fits = match field.kind.shape() {
                _ if raw.wire_type == WireType::Len && field.is_packable() => {
                    check::elements(self.schema, field, content).is_ok_and(|problems| problems.kinds().next().is_none())
                }
                _ if raw.wire_type != field.kind.wire_type() => false,
                Shape::Text => is_text(content),
                Shape::Message => inside(field.message_type),
                Shape::Group => {
                    field.message_type.is_some_and(|ty| self.message(cursor, ty, Some(raw.number), depth + 1))
                }
                _ if raw.wire_type == WireType::Varint => check::value(self.schema, field, raw.value).is_none(),
                _ => true,
            };
            if !value_fits {
                return false;
            }
        }
        group.is_none() && required == 0
    }
}

fn content<'a>(cursor: &Cursor<'a>, raw: &RawField) -> &'a [u8] {
    cursor.bytes().get(raw.value_start as usize..raw.value_end as usize).unwrap_or_default()
}
