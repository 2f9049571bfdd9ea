//! What is known of files beside their descriptors.
//!
//! Descriptors reach the compiler as proto2 or proto3. What neither can say, or what must not reach the compiler,
//! stands here and goes into the tables directly.

use std::collections::HashSet;

/// Key of a field: full name of its message and its number; of an extension: its own full name and its number.
pub(super) type Place = (String, u32);

/// Amendments to the files of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Amendments {
    /// Fields without presence, in files that are compiled as proto2.
    pub(super) implicit: HashSet<Place>,
    /// Message fields that are encoded as groups.
    pub(super) delimited: HashSet<Place>,
    /// Enums, by full name, that take any number, in files that are compiled as proto2.
    pub(super) open_enums: HashSet<String>,
    /// Fields whose type is not known. They stand in the descriptors as `bytes`, and are in no table.
    pub(super) left_out: HashSet<Place>,
}

impl Amendments {
    pub(super) fn add(&mut self, other: Self) {
        self.implicit.extend(other.implicit);
        self.delimited.extend(other.delimited);
        self.open_enums.extend(other.open_enums);
        self.left_out.extend(other.left_out);
    }
}

/// Puts a name into a scope: `package.Outer` and `Inner` are `package.Outer.Inner`.
pub(super) fn full_name(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
