//! How fields, and what a type says of them, come to a visitor.
//!
//! In: a cursor; a row of a schema. Out: as much of the next field, and of its declaration, as the visitor needs. Who
//! looks at few of the fields should not pay for all.

use crate::proto::WireType;
use crate::proto::schema::{Check, Field, FieldId, FieldKind, Test, TypeId};
use crate::proto::untyped::{self, Placed};
use crate::proto::wire::{Cursor, RawField};

/// A field, as one kind of visitor wants it: with its number and its encoding.
pub(in crate::proto) trait Form<'p>: untyped::Form<'p> {
    /// Field number.
    fn number(&self) -> u32;

    /// Whether the field is encoded in this way.
    fn is(&self, wire_type: WireType) -> bool;

    /// The content of a length-delimited field that `cursor` has just given.
    fn content(&self, cursor: &Cursor<'p>) -> &'p [u8];

    /// The content of a length-delimited field that `cursor` has just given, to be walked over.
    fn fields_inside(&self, cursor: &Cursor<'p>) -> Cursor<'p>;
}

impl<'p> Form<'p> for RawField {
    #[inline(always)]
    fn number(&self) -> u32 {
        self.number
    }

    #[inline(always)]
    fn is(&self, wire_type: WireType) -> bool {
        self.wire_type == wire_type
    }

    #[inline(always)]
    fn content(&self, cursor: &Cursor<'p>) -> &'p [u8] {
        cursor.bytes().get(self.value_start as usize..self.value_end as usize).unwrap_or_default()
    }

    #[inline(always)]
    fn fields_inside(&self, cursor: &Cursor<'p>) -> Cursor<'p> {
        Cursor::within(cursor.bytes(), self.value_start, self.value_end)
    }
}

impl<'p> Form<'p> for Placed<'p> {
    #[inline(always)]
    fn number(&self) -> u32 {
        self.token.key >> 3
    }

    #[inline(always)]
    fn is(&self, wire_type: WireType) -> bool {
        self.token.key & 7 == wire_type as u32
    }

    #[inline(always)]
    fn content(&self, cursor: &Cursor<'p>) -> &'p [u8] {
        self.fields_inside(cursor).rest()
    }

    #[inline(always)]
    fn fields_inside(&self, cursor: &Cursor<'p>) -> Cursor<'p> {
        // What was stepped over is there.
        cursor.last(self.token.value).unwrap_or(Cursor::new(&[]))
    }
}

/// What is inside of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) enum Inside {
    /// There are no fields inside.
    Nothing,
    /// A message is inside, of this type if anybody knows it.
    Message(Option<TypeId>),
    /// A group is inside, of this type if anybody knows it.
    Group(Option<TypeId>),
}

/// What a type says of a field.
pub(in crate::proto) trait Declaration: Copy {
    /// How values of the field are encoded.
    fn wire_type(&self) -> WireType;

    /// Whether values of the field may come packed besides.
    fn is_packable(&self) -> bool;

    /// What is inside of the field.
    fn inside(&self) -> Inside;
}

/// The whole declaration of a field.
impl Declaration for (FieldId, &Field) {
    #[inline(always)]
    fn wire_type(&self) -> WireType {
        self.1.kind.wire_type()
    }

    #[inline(always)]
    fn is_packable(&self) -> bool {
        self.1.is_packable()
    }

    #[inline(always)]
    fn inside(&self) -> Inside {
        match self.1.kind {
            FieldKind::Message => Inside::Message(self.1.message_type),
            FieldKind::Group => Inside::Group(self.1.message_type),
            _ => Inside::Nothing,
        }
    }
}

/// The declaration of a field, as far as it says what values must be.
impl Declaration for Check {
    #[inline(always)]
    fn wire_type(&self) -> WireType {
        self.wire_type
    }

    #[inline(always)]
    fn is_packable(&self) -> bool {
        self.is_packable
    }

    #[inline(always)]
    fn inside(&self) -> Inside {
        match self.test {
            Test::Message => Inside::Message(self.message_type),
            Test::Group => Inside::Group(self.message_type),
            _ => Inside::Nothing,
        }
    }
}
