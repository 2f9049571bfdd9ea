//! Fields that are not there, for those who want to see their defaults.

use super::Style;
use super::writer::Writer;
use crate::proto::schema::{Cardinality, Field, Schema, TypeId};

/// The fields of a message that are still to be written if they are not there, by number.
pub(super) struct Defaults<'a> {
    left: &'a [Field],
}

impl<'a> Defaults<'a> {
    /// The fields of a type that defaults are written of; none if nobody asked for defaults.
    pub(super) fn of(schema: &'a Schema, id: TypeId, style: Style) -> Self {
        Self { left: if style.defaults { schema.fields_of(id) } else { &[] } }
    }

    /// Leaves out the field with this number, which is there, and those before it.
    pub(super) fn skip(&mut self, number: u32) {
        while let Some((_, rest)) = self.left.split_first().filter(|(field, _)| field.number <= number) {
            self.left = rest;
        }
    }
}

impl Writer<'_, '_> {
    /// Writes the fields with numbers below `end`. A comma goes before each that is not written at `start`.
    pub(super) fn defaults(&mut self, defaults: &mut Defaults<'_>, end: u32, start: usize) {
        while let Some((field, rest)) = defaults.left.split_first().filter(|(field, _)| field.number < end) {
            defaults.left = rest;
            if field.presence || field.is_extension {
                continue;
            }
            self.key(field, self.out.len() == start);
            match field.cardinality {
                Cardinality::Repeated => self.out.extend_from_slice(b"[]"),
                Cardinality::Map => self.out.extend_from_slice(b"{}"),
                Cardinality::Singular | Cardinality::Required => self.default_value(field),
            }
        }
    }
}
