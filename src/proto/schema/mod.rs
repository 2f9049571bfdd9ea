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
mod lookup;
mod mend;
mod names;
mod sets;
mod tables;
#[cfg(test)]
mod tests;

pub(in crate::proto) use check::{Check, Test};
pub use error::SchemaError;
pub use lookup::Schema;
pub(in crate::proto) use tables::MessageType;
pub use tables::{Cardinality, EnumId, Field, FieldId, FieldKind, TypeId, WellKnown};

use std::path::PathBuf;

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
}
