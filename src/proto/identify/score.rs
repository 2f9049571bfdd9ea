//! How many bits it takes to write a payload down for a reader who knows its type.
//!
//! Which fields are there, then their values, each at the price of its declared kind. Prices are those of the
//! schema-less reading ([`cost`]), in tenths of a bit, and so are priors set by hand.

use crate::limits;
use crate::proto::element::packed;
use crate::proto::schema::{Cardinality, Field, FieldKind, Schema, TypeId};
use crate::proto::schemaless::cost::{self, Cost, NEVER};
use crate::proto::untyped;
use crate::proto::wire::{Cursor, RawField};
use crate::proto::{Shape, WireType};

/// A field that the type does not have, besides its bytes as they are.
const UNKNOWN: Cost = 200;
/// Required fields are written by every encoder.
const MISSING_REQUIRED: Cost = 300;
/// A number that an enum has no name for.
const UNNAMED_NUMBER: Cost = 120;
/// A zero that proto3 encoders leave out.
const WRITTEN_DEFAULT: Cost = 80;
/// A singular field that comes again.
const AGAIN: Cost = 120;
/// One more element of a list.
const ELEMENT: Cost = 15;
/// Encoders write fields by number.
const OUT_OF_ORDER: Cost = 60;

/// Bytes of which nothing is known.
pub(super) const fn unstructured(len: usize) -> Cost {
    50 + 80 * len as Cost
}

pub(super) struct Score<'a> {
    schema: &'a Schema,
    limit: Cost,
    sum: Cost,
}

impl<'a> Score<'a> {
    /// Gives up past `limit`.
    pub(super) fn new(schema: &'a Schema, limit: Cost) -> Self {
        Self { schema, limit, sum: 0 }
    }

    /// The description length of a payload as this type; none if it is not of this type or passes the limit.
    pub(super) fn payload(mut self, payload: &[u8], ty: TypeId) -> Option<Cost> {
        self.message(&mut Cursor::new(payload), ty, None, 0)?;
        Some(self.sum)
    }

    fn add(&mut self, cost: Cost) -> Option<()> {
        self.sum = self.sum.saturating_add(cost);
        (self.sum <= self.limit).then_some(())
    }

    fn message(&mut self, cursor: &mut Cursor<'_>, ty: TypeId, group: Option<u32>, depth: u16) -> Option<()> {
        if depth > limits::DEPTH {
            return None;
        }
        let message = self.schema.message(ty)?;
        let mut required = message.required_count;
        // By position in the type, so that fields far behind share a bit; they are few where types are that large.
        let (mut seen, mut last, mut present) = (0_u128, 0, 0);
        let mut is_open = group.is_some();
        while let Some(field) = cursor.next_field() {
            let raw = field.ok()?;
            if raw.wire_type == WireType::EndGroup {
                is_open = false;
                (group == Some(raw.number)).then_some(())?;
                break;
            }
            let Some((id, field)) = self.schema.field_by_number(ty, raw.number) else {
                let end = if raw.wire_type == WireType::StartGroup {
                    untyped::skip_group(cursor, &raw).ok()?;
                    cursor.position()
                } else {
                    raw.value_end
                };
                self.add(UNKNOWN + 80 * Cost::from(end - raw.start))?;
                continue;
            };
            let bit = 1 << ((id.0 - message.fields.start) % u128::BITS);
            if seen & bit == 0 {
                seen |= bit;
                present += 1;
                required = required.saturating_sub(u32::from(field.cardinality == Cardinality::Required));
            } else {
                self.add(if field.is_repeated() { ELEMENT } else { AGAIN })?;
            }
            if raw.number < last {
                self.add(OUT_OF_ORDER)?;
            }
            last = raw.number;
            self.value(cursor, &raw, field, depth)?;
        }
        if is_open {
            return None;
        }
        self.add(presence(message.fields.len(), present) + MISSING_REQUIRED * Cost::from(required))
    }

    fn value(&mut self, cursor: &mut Cursor<'_>, raw: &RawField, field: &Field, depth: u16) -> Option<()> {
        let content = cursor.bytes().get(raw.value_start as usize..raw.value_end as usize).unwrap_or_default();
        if raw.wire_type == WireType::Len {
            self.add(10 + 12 * bits(content.len() as u64))?;
            if field.is_packable() {
                return self.elements(field, content);
            }
        }
        if raw.wire_type != field.kind.wire_type() {
            return None;
        }
        let is_zero = if raw.wire_type == WireType::Len { content.is_empty() } else { raw.value == 0 };
        if is_zero && !field.presence && !field.is_repeated() {
            self.add(WRITTEN_DEFAULT)?;
        }
        match field.kind {
            FieldKind::String => match cost::text(content) {
                NEVER.. => None,
                cost => self.add(cost),
            },
            FieldKind::Bytes => self.add(unstructured(content.len())),
            FieldKind::Message => {
                let mut inside = Cursor::within(cursor.bytes(), raw.value_start, raw.value_end);
                self.message(&mut inside, field.message_type?, None, depth + 1)
            }
            FieldKind::Group => self.message(cursor, field.message_type?, Some(raw.number), depth + 1),
            _ => self.scalar(field, raw.value),
        }
    }

    fn elements(&mut self, field: &Field, content: &[u8]) -> Option<()> {
        let mut len = 0;
        // Elements have no tags, and their number follows from the length: they cost no more than their bytes.
        for value in packed(content, field.kind.shape()) {
            self.scalar(field, value)?;
            len += encoded_len(field.kind, value);
        }
        // An element that is cut, or longer than its value needs.
        (len == content.len()).then_some(())
    }

    fn scalar(&mut self, field: &Field, value: u64) -> Option<()> {
        if !field.kind.holds(value) {
            return None;
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

/// Which `present` of `count` fields are there: log2(count + 1) + log2(count choose present).
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

/// Bits of the binary notation of `value`; 0 for 0.
fn bits(value: u64) -> Cost {
    Cost::from(u64::BITS - value.leading_zeros())
}

/// Bytes that a value takes on the wire.
fn encoded_len(kind: FieldKind, value: u64) -> usize {
    match kind.wire_type() {
        WireType::I32 => 4,
        WireType::I64 => 8,
        _ => (u64::BITS - value.leading_zeros()).max(1).div_ceil(7) as usize,
    }
}
