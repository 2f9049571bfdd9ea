//! Message types from `.proto` files and descriptor sets, compiled to flat tables.

/// A message type of a [`Schema`]: index into its table of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A field of a [`Schema`]: index into its table of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// Message types, ready for reading payloads.
#[derive(Debug, Default)]
pub struct Schema {}
