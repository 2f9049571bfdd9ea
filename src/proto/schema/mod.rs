//! Message types from `.proto` files and descriptor sets, compiled to flat tables.
//!
//! In: paths of `.proto` files, folders and descriptor sets, or the text of a built-in schema. Out: a [`Schema`]: one
//! table of types, one of fields, one of enums, that name each other by index. Invariant: every [`TypeId`] and
//! [`FieldId`] that a schema hands out is valid in that schema, and the fields of a type are sorted by number.
//! Loading is the only I/O of this stage; it happens once, before any payload is read. Knows no payloads.

mod amendments;
mod assemble;
mod check;
mod compile;
mod draft;
mod editions;
mod error;
mod finder;
mod guard;
mod link;
mod load;
mod mend;
mod names;
mod sets;
mod tables;
#[cfg(test)]
mod tests;

pub(in crate::proto) use check::{Check, Test};
pub use error::SchemaError;
pub(in crate::proto) use tables::MessageType;
pub use tables::{Cardinality, EnumId, Field, FieldKind, WellKnown};

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use tables::EnumType;

/// A message type of a [`Schema`]: index into its table of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A field of a [`Schema`]: index into its table of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// Message types, ready for reading payloads.
#[derive(Debug, Default)]
pub struct Schema {
    types: Vec<MessageType>,
    fields: Vec<Field>,
    enums: Vec<EnumType>,
    /// Index + 1 into `fields` by field number, for the small numbers of every type; 0 is no field.
    small_numbers: Vec<u32>,
    /// What values of these fields must be.
    small_checks: Vec<Check>,
    by_name: HashMap<String, TypeId>,
    warnings: Vec<SchemaError>,
}

impl Schema {
    /// Loads message types from `.proto` files, folders of them, and descriptor sets
    /// (`protoc --descriptor_set_out`), with their imports.
    ///
    /// Imports are looked for in the folder of the importing source, in `includes`, in the other sources, and among
    /// protobuf's own files. A folder is an include root of everything in it. A file that cannot be used, or is not
    /// found, costs only itself and the fields of other files that need it; it becomes one of the
    /// [warnings](Self::warnings). Files with an edition are converted.
    ///
    /// # Errors
    ///
    /// If a path does not exist or cannot be read, nothing of a source can be compiled, or two sources define the same
    /// name differently.
    pub fn load(sources: &[PathBuf], includes: &[PathBuf]) -> Result<Self, SchemaError> {
        load::load(sources, includes)
    }

    /// Compiles the text of one `.proto` file that imports nothing but protobuf's own files.
    ///
    /// # Errors
    ///
    /// If the text cannot be compiled.
    pub fn from_text(name: &str, text: &str) -> Result<Self, SchemaError> {
        load::from_text(name, text)
    }

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

    /// The same name, shared: for those who keep it for longer than the schema is at hand.
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

    /// A field.
    ///
    /// `None` only if the id is of another schema.
    #[must_use]
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.get(id.0 as usize)
    }

    /// The field of a type that has a number: one or two array reads for small numbers, else a binary search.
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

    /// Whether a type is one of those that canonical JSON writes in a form of its own.
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
}
