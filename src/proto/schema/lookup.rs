//! A schema, and what is asked of it.
//!
//! In: ids, numbers. Out: rows of the tables. Invariant: every id that a schema hands out is valid in it, and the
//! fields of a type are sorted by number. Allocates nothing. Not responsible for how the tables come to be.

use super::SchemaError;
use super::check::Check;
use super::tables::{EnumId, EnumType, Field, FieldId, MessageType, TypeId, WellKnown};
use std::collections::HashMap;
use std::sync::Arc;

/// Message types, ready for reading payloads.
#[derive(Debug, Default)]
pub struct Schema {
    pub(super) types: Vec<MessageType>,
    pub(super) fields: Vec<Field>,
    pub(super) enums: Vec<EnumType>,
    /// Index + 1 into `fields` by field number, for the small numbers of every type; 0 is no field.
    pub(super) small_numbers: Vec<u32>,
    /// Checks of the fields with small numbers, in the order of `small_numbers`.
    pub(super) small_checks: Vec<Check>,
    pub(super) by_name: HashMap<String, TypeId>,
    pub(super) warnings: Vec<SchemaError>,
}

impl Schema {
    /// Files that were left out or lack something, and why.
    #[must_use]
    pub fn warnings(&self) -> &[SchemaError] {
        &self.warnings
    }

    /// All message types but the entries of maps, in the order of their declaration, imports before importers.
    pub fn message_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        let ids = (0..).map(TypeId);
        self.types.iter().zip(ids).filter(|(message, _)| !message.is_map_entry).map(|(_, id)| id)
    }

    /// Full name of a type: `package.Outer.Inner`. Empty if the id is of another schema.
    #[must_use]
    pub fn type_name(&self, id: TypeId) -> &str {
        self.message(id).map_or("", |message| &message.name)
    }

    /// Full name of a type, shared: for those who keep it for longer than the schema is at hand.
    #[must_use]
    pub fn shared_name(&self, id: TypeId) -> Option<&Arc<str>> {
        self.message(id).map(|message| &message.name)
    }

    /// The fields of a type, sorted by number, extensions included.
    pub fn type_fields(&self, id: TypeId) -> impl ExactSizeIterator<Item = FieldId> + use<> {
        self.message(id).map_or(0..0, |message| message.fields.clone()).map(FieldId)
    }

    /// The fields of a type as rows of the table, in the order of [`Schema::type_fields`].
    #[must_use]
    pub fn fields_of(&self, id: TypeId) -> &[Field] {
        let range = self.message(id).map_or(0..0, |message| message.fields.clone());
        self.fields.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The field that `id` stands for.
    ///
    /// `None` only if the id is of another schema.
    #[must_use]
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.get(id.0 as usize)
    }

    /// The field of a type by its number: one or two array reads for small numbers, else a binary search.
    #[must_use]
    pub fn field_by_number(&self, id: TypeId, number: u32) -> Option<(FieldId, &Field)> {
        let message = self.message(id)?;
        let index = if number < message.small_numbers_len {
            let slot = self.small_numbers.get((message.small_numbers_start + number) as usize)?;
            slot.checked_sub(1)?
        } else {
            let at = self.fields_of(id).binary_search_by_key(&number, |field| field.number).ok()?;
            message.fields.start + u32::try_from(at).ok()?
        };
        Some((FieldId(index), self.fields.get(index as usize)?))
    }

    /// The name of a number of an enum, the first one if it has several.
    #[must_use]
    pub fn enum_value_name(&self, id: EnumId, number: i32) -> Option<&str> {
        self.enum_type(id)?.value_name(number)
    }

    /// Which of the types that canonical JSON writes in a form of their own a type is, if it is one.
    #[must_use]
    pub fn well_known(&self, id: TypeId) -> Option<WellKnown> {
        self.message(id)?.well_known
    }

    /// Whether one of the types is `google.protobuf.Any`. Looks at all of them.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.types.iter().any(|message| message.well_known == Some(WellKnown::Any))
    }

    pub(in crate::proto) fn message(&self, id: TypeId) -> Option<&MessageType> {
        self.types.get(id.0 as usize)
    }

    pub(in crate::proto) fn enum_type(&self, id: EnumId) -> Option<&EnumType> {
        self.enums.get(id.0 as usize)
    }

    /// The checks of the small numbers of a type, by number from 0.
    pub(in crate::proto) fn small_checks(&self, id: TypeId) -> &[Check] {
        let range = self.message(id).map_or(0..0, |message| {
            let start = message.small_numbers_start as usize;
            start..start + message.small_numbers_len as usize
        });
        self.small_checks.get(range).unwrap_or_default()
    }

    /// The check of any number of a type.
    pub(in crate::proto) fn check(&self, id: TypeId, number: u32) -> Check {
        self.field_by_number(id, number).map_or(Check::NO_FIELD, |(_, field)| Check::of(field, &self.enums))
    }
}
