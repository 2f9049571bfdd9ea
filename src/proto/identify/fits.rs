//! Whether a payload can be of a type at all.

use crate::limits;
use crate::proto::guided::check;
use crate::proto::schema::{Check, Schema, Test, TypeId, WellKnown};
use crate::proto::sound::is_sound_undeclared;
use crate::proto::wire::is_text;
use crate::proto::wire::{Cursor, RawField};
use crate::proto::{TopField, TopLevel, WireType};

/// Whether a conforming encoder with exactly this type could have written the payload, of which `top` is the top level: it
/// reads to its last byte, has no field that the type does not have, no value out of its range, and all required fields. An
/// empty payload fits every type without required fields. Allocates nothing.
#[inline]
#[must_use]
pub fn fits(schema: &Schema, ty: TypeId, payload: &[u8], top: &TopLevel) -> bool {
    Fit { schema, unknown: Unknown::Refused }.payload(payload, ty, top)
}

/// Whether a payload reads as a type without a problem: as [`fits()`], but fields that the type does not have may be there.
/// Of a type with an `Any` this is not known.
pub(in crate::proto) fn reads_well(schema: &Schema, ty: TypeId, payload: &[u8], top: &TopLevel) -> bool {
    Fit { schema, unknown: Unknown::ReadWithoutSchema }.payload(payload, ty, top)
}

/// What [`fits`] and [`reads_well`] say, found by walking over the payload and not by its top level.
#[cfg(test)]
pub(super) fn by_walking(schema: &Schema, ty: TypeId, payload: &[u8]) -> (bool, bool) {
    let whole = |unknown| Fit { schema, unknown }.message(&mut Cursor::new(payload), ty, None, 0);
    (whole(Unknown::Refused), whole(Unknown::ReadWithoutSchema))
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

/// A message that is looked at.
struct Level<'a> {
    ty: TypeId,
    /// Of the small numbers of its type.
    checks: &'a [Check],
    /// Required fields that have not come yet.
    required: u32,
    /// Field numbers of required fields, modulo 128.
    seen: u128,
    depth: u16,
}

impl<'a> Fit<'a> {
    #[inline]
    fn payload(&self, payload: &[u8], ty: TypeId, top: &TopLevel) -> bool {
        !self.is_ruled_out(ty, top) && self.fields(payload, ty, top)
    }

    /// Whether the top level alone shows that a payload does not fit. Most types are ruled out by their tags.
    #[inline]
    fn is_ruled_out(&self, ty: TypeId, top: &TopLevel) -> bool {
        match self.unknown {
            _ if !top.is_plain() => top.is_broken(),
            Unknown::Refused => self.schema.message(ty).is_none_or(|of| top.small_tags() & !of.small_tags != 0),
            Unknown::ReadWithoutSchema => top.has_overlong(),
        }
    }

    /// Whether everything in a payload fits that is not ruled out.
    fn fields(&self, payload: &[u8], ty: TypeId, top: &TopLevel) -> bool {
        let mut cursor = Cursor::new(payload);
        if !top.is_plain() {
            return self.message(&mut cursor, ty, None, 0);
        }
        let Some(mut level) = self.level(ty, 0) else { return false };
        let mut fits = |field: &TopField| self.field(&mut cursor, &field.raw(payload), &mut level);
        top.fields().iter().all(&mut fits) && level.required == 0
    }

    fn level(&self, ty: TypeId, depth: u16) -> Option<Level<'a>> {
        let message = self.schema.message(ty)?;
        let is_unknown = self.unknown == Unknown::ReadWithoutSchema && message.well_known == Some(WellKnown::Any);
        let checks = self.schema.small_checks(ty);
        let level = Level { ty, checks, required: message.required_count, seen: 0, depth };
        (depth <= limits::DEPTH && !is_unknown).then_some(level)
    }

    fn message(&self, cursor: &mut Cursor<'_>, ty: TypeId, group: Option<u32>, depth: u16) -> bool {
        let Some(mut level) = self.level(ty, depth) else { return false };
        while let Some(field) = cursor.next_field() {
            let Ok(raw) = field else { return false };
            if raw.wire_type == WireType::EndGroup {
                return group == Some(raw.number) && level.required == 0;
            }
            if !self.field(cursor, &raw, &mut level) {
                return false;
            }
        }
        group.is_none() && level.required == 0
    }

    /// Whether a field of a message fits. Of a group the start was read, and `cursor` moves past its end.
    #[inline(always)]
    fn field(&self, cursor: &mut Cursor<'_>, raw: &RawField, level: &mut Level<'_>) -> bool {
        let lenient = self.unknown == Unknown::ReadWithoutSchema;
        let check = match level.checks.get(raw.number as usize) {
            Some(check) => *check,
            None => self.schema.check(level.ty, raw.number),
        };
        if check.is_required {
            // Field numbers alike modulo 128 are taken for one; so many required fields nobody has.
            let bit = 1 << (raw.number % u128::BITS);
            level.required = level.required.saturating_sub(u32::from(level.seen & bit == 0));
            level.seen |= bit;
        }
        if raw.wire_type != check.wire_type || check.test == Test::NoField || (lenient && raw.overlong) {
            return self.unusual_field(cursor.bytes(), raw, level);
        }
        let inside = |ty| {
            self.message(&mut Cursor::within(cursor.bytes(), raw.value_start, raw.value_end), ty, None, level.depth + 1)
        };
        match check.test {
            Test::NoField | Test::Nothing => true,
            Test::Range(kind) => kind.holds(raw.value),
            Test::ClosedEnum => self.is_value(raw, level),
            Test::Text => is_text(content(cursor.bytes(), raw)),
            Test::Message => check.message_type.is_some_and(inside),
            Test::Group => {
                check.message_type.is_some_and(|ty| self.message(cursor, ty, Some(raw.number), level.depth + 1))
            }
        }
    }

    /// Whether a field fits that the type does not have, or that comes in another way than most.
    #[inline(never)]
    fn unusual_field(&self, payload: &[u8], raw: &RawField, level: &Level<'_>) -> bool {
        let lenient = self.unknown == Unknown::ReadWithoutSchema;
        let Some((_, field)) = self.schema.field_by_number(level.ty, raw.number) else {
            let is_group = raw.wire_type == WireType::StartGroup;
            return lenient && !is_group && is_sound_undeclared(payload, raw, level.depth);
        };
        let is_packed = raw.wire_type == WireType::Len && field.is_packable();
        let elements = || check::elements(self.schema, field, content(payload, raw));
        let overlong = lenient && raw.overlong;
        !overlong && is_packed && elements().is_ok_and(|problems| problems.kinds().next().is_none())
    }

    /// Whether a number is one that its closed enum has a name for.
    #[inline(never)]
    fn is_value(&self, raw: &RawField, level: &Level<'_>) -> bool {
        let field = self.schema.field_by_number(level.ty, raw.number);
        field.is_some_and(|(_, field)| check::value(self.schema, field, raw.value).is_none())
    }
}

fn content<'a>(payload: &'a [u8], raw: &RawField) -> &'a [u8] {
    payload.get(raw.value_start as usize..raw.value_end as usize).unwrap_or_default()
}
