//! Whether a payload can be of a type at all.
//!
//! In: a payload with its top level, a type. Out: yes or no. Most types are ruled out by the tags of the top level,
//! and what is not is walked over ([`typed`]). Invariant: what fits is read without a problem but for varints with
//! more bytes than they need. Allocates nothing.

use crate::proto::guided::check;
use crate::proto::schema::{Check, Schema, Test, TypeId, WellKnown};
use crate::proto::sound::is_sound_undeclared;
use crate::proto::typed::{self, Form as _, Level, Refused, Visitor};
use crate::proto::wire::{Cursor, RawField, is_text};
use crate::proto::{TopLevel, WireType};

/// Whether a conforming encoder with exactly this type could have written the payload, of which `top` is the top
/// level: it reads to its last byte, has no field that the type does not have, no value out of its range, and all
/// required fields. An empty payload fits every type without required fields. Allocates nothing.
#[inline(always)]
#[must_use]
pub fn fits(schema: &Schema, ty: TypeId, payload: &[u8], top: &TopLevel) -> bool {
    let is_ruled_out = match schema.message(ty) {
        _ if !top.is_plain() => top.is_broken(),
        Some(message) => top.small_tags() & !message.small_tags != 0,
        None => true,
    };
    !is_ruled_out && is_fit(schema, ty, payload, top)
}

// Most types are ruled out, and those should not pay for a call.
#[inline(never)]
fn is_fit(schema: &Schema, ty: TypeId, payload: &[u8], top: &TopLevel) -> bool {
    Fit::<STRICT> { schema }.payload(payload, ty, top)
}

/// Whether a payload reads as a type without a problem: as [`fits()`], but fields that the type does not have may be
/// there. Of a type with an `Any` this is not known.
pub(in crate::proto) fn reads_well(schema: &Schema, ty: TypeId, payload: &[u8], top: &TopLevel) -> bool {
    let is_ruled_out = if top.is_plain() { top.has_overlong() } else { top.is_broken() };
    !is_ruled_out && Fit::<LENIENT> { schema }.payload(payload, ty, top)
}

/// Answers as [`fits`] and [`reads_well`] do, by walking over the payload and not by its top level.
#[cfg(test)]
pub(in crate::proto) fn by_walking(schema: &Schema, ty: TypeId, payload: &[u8]) -> (bool, bool) {
    let fits = typed::payload(&mut Fit::<STRICT> { schema }, payload, ty).is_ok();
    (fits, typed::payload(&mut Fit::<LENIENT> { schema }, payload, ty).is_ok())
}

/// Fields that a type does not have are read without schema.
const LENIENT: bool = true;

/// A payload with fields that a type does not have is not of the type.
const STRICT: bool = false;

struct Fit<'s, const IS_LENIENT: bool> {
    schema: &'s Schema,
}

/// What is known of a message that is looked at.
struct Seen<'s> {
    /// Checks of the small field numbers of the message's type.
    checks: &'s [Check],
    /// Number of required fields that have not come yet.
    required: u32,
    /// Field numbers of required fields, modulo 128.
    seen: u128,
}

impl<const IS_LENIENT: bool> Fit<'_, IS_LENIENT> {
    /// Whether everything in a payload fits that its top level does not rule out.
    fn payload(&mut self, payload: &[u8], ty: TypeId, top: &TopLevel) -> bool {
        if top.is_plain() {
            typed::top_level(self, payload, top.fields().iter().map(|field| field.raw(payload)), ty).is_ok()
        } else {
            typed::payload(self, payload, ty).is_ok()
        }
    }

    /// Whether a number is one that its closed enum has a name for.
    #[inline(never)]
    fn is_value(&self, field: &RawField, id: TypeId) -> bool {
        let declared = self.schema.field_by_number(id, field.number);
        declared.is_some_and(|(_, row)| check::value(self.schema, row, field.value).is_none())
    }

    #[inline(never)]
    fn are_elements(&self, content: &[u8], field: &RawField, id: TypeId) -> bool {
        let Some((_, row)) = self.schema.field_by_number(id, field.number) else { return false };
        check::elements(self.schema, row, content).is_ok_and(|problems| problems.kinds().next().is_none())
    }
}

impl<'p, 's, const IS_LENIENT: bool> Visitor<'p> for Fit<'s, IS_LENIENT> {
    type Form = RawField;
    type Row = Check;
    type State = Seen<'s>;
    type Stop = Refused;

    #[inline(always)]
    fn begin(&mut self, id: TypeId, _: &Cursor<'p>) -> Result<Seen<'s>, Refused> {
        let message = self.schema.message(id).ok_or(Refused)?;
        let is_unknown = IS_LENIENT && message.well_known == Some(WellKnown::Any);
        let seen = Seen { checks: self.schema.small_checks(id), required: message.required_count, seen: 0 };
        require(!is_unknown).map(|()| seen)
    }

    #[inline(always)]
    fn row(&self, level: &Level<Seen<'s>>, number: u32) -> Option<Check> {
        let check = match level.state.checks.get(number as usize) {
            Some(check) => *check,
            None => self.schema.check(level.id, number),
        };
        (check.test != Test::NoField).then_some(check)
    }

    #[inline(always)]
    fn declared(&mut self, field: &RawField, row: Check, level: &mut Level<Seen<'s>>) -> Result<(), Refused> {
        let state = &mut level.state;
        if row.is_required {
            // Field numbers alike modulo 128 are taken for one; so many required fields nobody has.
            let bit = 1 << (field.number % u128::BITS);
            state.required = state.required.saturating_sub(u32::from(state.seen & bit == 0));
            state.seen |= bit;
        }
        require(!(IS_LENIENT && field.overlong))
    }

    #[inline(always)]
    fn value(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        row: Check,
        level: &mut Level<Seen<'s>>,
    ) -> Result<(), Refused> {
        require(match row.test {
            Test::Range(kind) => kind.holds(field.value),
            Test::ClosedEnum => self.is_value(field, level.id),
            Test::Text => is_text(field.content(cursor)),
            Test::Nothing | Test::NoField | Test::Message | Test::Group => true,
        })
    }

    #[inline(always)]
    fn packed(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        _: Check,
        level: &mut Level<Seen<'s>>,
    ) -> Result<(), Refused> {
        require(self.are_elements(field.content(cursor), field, level.id))
    }

    #[inline(always)]
    fn undeclared(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        level: &mut Level<Seen<'s>>,
    ) -> Result<(), Refused> {
        let is_group = field.wire_type == WireType::StartGroup;
        require(IS_LENIENT && !is_group && is_sound_undeclared(cursor.bytes(), field, level.depth))
    }

    #[inline(always)]
    fn end(&mut self, level: &mut Level<Seen<'s>>) -> Result<(), Refused> {
        require(level.state.required == 0)
    }
}

#[inline(always)]
fn require(fits: bool) -> Result<(), Refused> {
    if fits { Ok(()) } else { Err(Refused) }
}
