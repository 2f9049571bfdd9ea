//! How many bits it takes to write a payload down for a reader who knows its type.
//!
//! Which fields are there, then their values, each at the price of its declared kind. Prices are those of the
//! schema-less reading ([`cost`]), in tenths of a bit, and so are priors set by hand.

use crate::proto::element::packed;
use crate::proto::schema::{Cardinality, Field, FieldId, FieldKind, MessageType, Schema, TypeId};
use crate::proto::schemaless::cost::{self, Cost, NEVER};
use crate::proto::typed::{self, Form as _, Level, Refused, Visitor};
use crate::proto::untyped::skip_group;
use crate::proto::wire::{Cursor, RawField};
use crate::proto::{Shape, WireType};

/// Cost of a field that the type does not have, in tenths of a bit, besides its bytes as they are.
const UNKNOWN: Cost = 200;
/// Cost of a required field that is missing, in tenths of a bit: every encoder writes them.
const MISSING_REQUIRED: Cost = 300;
/// Cost of a number that an enum has no name for, in tenths of a bit.
const UNNAMED_NUMBER: Cost = 120;
/// Cost of a zero that proto3 encoders leave out, in tenths of a bit.
const WRITTEN_DEFAULT: Cost = 80;
/// Cost of a singular field that comes again, in tenths of a bit.
const AGAIN: Cost = 120;
/// Cost of one more element of a list, in tenths of a bit.
const ELEMENT: Cost = 15;
/// Cost of a field out of order, in tenths of a bit: encoders write fields by number.
const OUT_OF_ORDER: Cost = 60;

/// Cost of `len` bytes of which nothing is known, in tenths of a bit.
pub(super) const fn unstructured(len: usize) -> Cost {
    50 + 80 * len as Cost
}

pub(super) struct Score<'s> {
    schema: &'s Schema,
    limit: Cost,
    sum: Cost,
}

/// Which fields of a message have come.
pub(super) struct Present<'s> {
    message: &'s MessageType,
    /// Required fields that have not come yet.
    required: u32,
    /// Fields that have come, by position in the type, so that fields far behind share a bit; they are
    /// few where types are that large.
    seen: u128,
    count: usize,
    /// Number of the last field that has come.
    last: u32,
}

impl<'s> Score<'s> {
    /// A score that gives up past `limit`.
    pub(super) fn new(schema: &'s Schema, limit: Cost) -> Self {
        Self { schema, limit, sum: 0 }
    }

    /// The description length of a payload as this type; none if it is not of this type or passes the limit.
    pub(super) fn payload(mut self, payload: &[u8], ty: TypeId) -> Option<Cost> {
        typed::payload(&mut self, payload, ty).ok()?;
        Some(self.sum)
    }

    #[inline(always)]
    fn add(&mut self, cost: Cost) -> Result<(), Refused> {
        self.sum = self.sum.saturating_add(cost);
        if self.sum <= self.limit { Ok(()) } else { Err(Refused) }
    }

    /// Adds the cost of the length of a value, and of writing it where that is not needed.
    #[inline(always)]
    fn begin_value(&mut self, field: &RawField, row: &Field) -> Result<(), Refused> {
        let is_zero = if field.wire_type == WireType::Len {
            let len = field.value_end - field.value_start;
            self.add(len_cost(len))?;
            len == 0
        } else {
            field.value == 0
        };
        if is_zero && !row.presence && !row.is_repeated() { self.add(WRITTEN_DEFAULT) } else { Ok(()) }
    }

    fn elements(&mut self, field: &Field, content: &[u8]) -> Result<(), Refused> {
        let mut len = 0;
        // Elements have no tags, and their number follows from the length: they cost no more than their bytes.
        for value in packed(content, field.kind.shape()) {
            self.scalar(field, value)?;
            len += encoded_len(field.kind, value);
        }
        // An element that is cut, or longer than its value needs.
        if len == content.len() { Ok(()) } else { Err(Refused) }
    }

    fn scalar(&mut self, field: &Field, value: u64) -> Result<(), Refused> {
        if !field.kind.holds(value) {
            return Err(Refused);
        }
        let low = u32::try_from(value).unwrap_or_default();
        let cost = match field.kind.shape() {
            Shape::Bool => 10,
            Shape::Enum => self.enum_value(field, value),
            Shape::Fixed32 | Shape::SFixed32 => cost::fixed32(low.into()),
            Shape::Fixed64 | Shape::SFixed64 => cost::fixed64(value),
            Shape::Float => cost::float(low.into()),
            Shape::Double => cost::double(value),
            // Small negative numbers are what a ten-byte varint is for, if its type has any.
            Shape::Unsigned if encoded_len(field.kind, value) == 10 => unstructured(10),
            _ => cost::varint(value, encoded_len(field.kind, value)),
        };
        self.add(cost)
    }

    fn enum_value(&self, field: &Field, value: u64) -> Cost {
        let Some(enumeration) = field.enum_type.and_then(|id| self.schema.enum_type(id)) else { return NEVER };
        let number = crate::proto::guided::check::low32(value);
        let named = 10 * bits(enumeration.values.len() as u64);
        if enumeration.value_name(number).is_some() { named } else { UNNAMED_NUMBER + cost::varint(value, 10) }
    }
}

impl<'p, 's> Visitor<'p> for Score<'s> {
    type Form = RawField;
    type Row = (FieldId, &'s Field);
    type State = Present<'s>;
    type Stop = Refused;

    #[inline(always)]
    fn begin(&mut self, id: TypeId, _: &Cursor<'p>) -> Result<Present<'s>, Refused> {
        let message = self.schema.message(id).ok_or(Refused)?;
        Ok(Present { message, required: message.required_count, seen: 0, count: 0, last: 0 })
    }

    #[inline(always)]
    fn row(&self, level: &Level<Present<'s>>, number: u32) -> Option<Self::Row> {
        self.schema.field_by_number(level.id, number)
    }

    #[inline(always)]
    fn declared(
        &mut self,
        field: &RawField,
        (id, row): Self::Row,
        level: &mut Level<Present<'s>>,
    ) -> Result<(), Refused> {
        let state = &mut level.state;
        let bit = 1 << ((id.0 - state.message.fields.start) % u128::BITS);
        if state.seen & bit == 0 {
            state.seen |= bit;
            state.count += 1;
            state.required = state.required.saturating_sub(u32::from(row.cardinality == Cardinality::Required));
        } else {
            self.add(if row.is_repeated() { ELEMENT } else { AGAIN })?;
        }
        if field.number < state.last {
            self.add(OUT_OF_ORDER)?;
        }
        state.last = field.number;
        Ok(())
    }

    #[inline(always)]
    fn enter(
        &mut self,
        field: &RawField,
        (_, row): Self::Row,
        _: TypeId,
        _: &mut Level<Present<'s>>,
    ) -> Result<(), Refused> {
        self.begin_value(field, row)
    }

    #[inline(always)]
    fn value(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        (_, row): Self::Row,
        _: &mut Level<Present<'s>>,
    ) -> Result<(), Refused> {
        self.begin_value(field, row)?;
        let content = || field.content(cursor);
        match row.kind {
            FieldKind::String => match cost::text(content()) {
                NEVER.. => Err(Refused),
                cost => self.add(cost),
            },
            FieldKind::Bytes => self.add(unstructured(content().len())),
            _ => self.scalar(row, field.value),
        }
    }

    #[inline(always)]
    fn packed(
        &mut self,
        cursor: &Cursor<'p>,
        field: &RawField,
        (_, row): Self::Row,
        _: &mut Level<Present<'s>>,
    ) -> Result<(), Refused> {
        self.add(len_cost(field.value_end - field.value_start))?;
        self.elements(row, field.content(cursor))
    }

    #[inline(always)]
    fn undeclared(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &RawField,
        _: &mut Level<Present<'s>>,
    ) -> Result<(), Refused> {
        if field.wire_type == WireType::StartGroup {
            skip_group(cursor, field)?;
        }
        self.add(UNKNOWN + 80 * Cost::from(cursor.position() - field.start))
    }

    #[inline(always)]
    fn end(&mut self, level: &mut Level<Present<'s>>) -> Result<(), Refused> {
        let Present { message, required, count, .. } = &level.state;
        self.add(presence(message.fields.len(), *count) + MISSING_REQUIRED * Cost::from(*required))
    }
}

/// Cost of the length in front of a value, in tenths of a bit.
fn len_cost(len: u32) -> Cost {
    10 + 12 * bits(len.into())
}

/// Cost of saying which `present` of `count` fields are there: log2(count + 1) + log2(count choose present).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small, positive"
)]
fn presence(count: usize, present: usize) -> Cost {
    let present = present.min(count);
    let chosen: f64 = (1..=present).map(|index| ((count - present + index) as f64 / index as f64).log2()).sum();
    ((chosen + ((count + 1) as f64).log2()) * 10.0).round() as Cost
}

/// Number of bits in the binary notation of `value`; 0 for 0.
fn bits(value: u64) -> Cost {
    Cost::from(u64::BITS - value.leading_zeros())
}

/// Number of bytes that a value takes on the wire.
fn encoded_len(kind: FieldKind, value: u64) -> usize {
    match kind.wire_type() {
        WireType::I32 => 4,
        WireType::I64 => 8,
        _ => (u64::BITS - value.leading_zeros()).max(1).div_ceil(7) as usize,
    }
}
