//! What the value of a field must be, in a few bytes.
//!
//! In: the row of a field. Out: the part of it that is asked of every field of every payload that is held against a
//! type. Invariant: it says no more and no less than the row. Not responsible for holding values against it.

use super::tables::{Cardinality, EnumType, Field, FieldKind, TypeId};
use crate::proto::WireType;

/// What a value of a field must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) struct Check {
    pub(in crate::proto) test: Test,
    /// Wire type that the schema declares for the field.
    pub(in crate::proto) wire_type: WireType,
    /// Whether values may come packed besides.
    pub(in crate::proto) is_packable: bool,
    pub(in crate::proto) is_required: bool,
    /// Type of a message or group; none for other fields.
    pub(in crate::proto) message_type: Option<TypeId>,
}

/// How a value with the declared wire type is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) enum Test {
    /// The type has no field with this number.
    NoField,
    /// Any value is right.
    Nothing,
    /// The value must be in the range of this kind, as [`FieldKind::holds`] says.
    Range(FieldKind),
    /// The value must be a number that a closed enum has a name for.
    ClosedEnum,
    Text,
    Message,
    Group,
}

impl Check {
    /// The check of a number that a type has no field for.
    pub(super) const NO_FIELD: Self = Self {
        test: Test::NoField,
        wire_type: WireType::Len,
        is_packable: false,
        is_required: false,
        message_type: None,
    };

    pub(super) fn of(field: &Field, enums: &[EnumType]) -> Self {
        let test = match field.kind {
            FieldKind::String => Test::Text,
            FieldKind::Message => Test::Message,
            FieldKind::Group => Test::Group,
            FieldKind::Enum => match field.enum_type.and_then(|id| enums.get(id.0 as usize)) {
                Some(of) if of.is_closed => Test::ClosedEnum,
                _ => Test::Range(field.kind),
            },
            FieldKind::Int32 | FieldKind::Uint32 | FieldKind::Sint32 | FieldKind::Bool => Test::Range(field.kind),
            _ => Test::Nothing,
        };
        Self {
            test,
            wire_type: field.kind.wire_type(),
            is_packable: field.is_packable(),
            is_required: field.cardinality == Cardinality::Required,
            message_type: field.message_type,
        }
    }
}
