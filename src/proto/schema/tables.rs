//! The rows of a schema's tables: what a reader, a writer or a person asks about a type, a field or an enum.

use super::super::reading::{Shape, WireType};
use std::ops::Range;
use std::sync::Arc;

/// A message type of a schema: index into its table of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A field of a schema: index into its table of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// An enum of a schema: index into its table of enums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub u32);

/// The declared type of a field (protobuf, "Scalar Value Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the word of the .proto language")]
pub enum FieldKind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Enum,
    Message,
    Group,
}

impl FieldKind {
    /// How one value is encoded.
    #[must_use]
    pub const fn wire_type(self) -> WireType {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => WireType::I64,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => WireType::I32,
            Self::String | Self::Bytes | Self::Message => WireType::Len,
            Self::Group => WireType::StartGroup,
            Self::Int32
            | Self::Int64
            | Self::Uint32
            | Self::Uint64
            | Self::Sint32
            | Self::Sint64
            | Self::Bool
            | Self::Enum => WireType::Varint,
        }
    }

    /// How one value is read.
    #[must_use]
    pub const fn shape(self) -> Shape {
        match self {
            Self::Double => Shape::Double,
            Self::Float => Shape::Float,
            Self::Int32 | Self::Int64 => Shape::Signed,
            Self::Uint32 | Self::Uint64 => Shape::Unsigned,
            Self::Sint32 | Self::Sint64 => Shape::ZigZag,
            Self::Fixed32 => Shape::Fixed32,
            Self::Fixed64 => Shape::Fixed64,
            Self::Sfixed32 => Shape::SFixed32,
            Self::Sfixed64 => Shape::SFixed64,
            Self::Bool => Shape::Bool,
            Self::String => Shape::Text,
            Self::Bytes => Shape::Bytes,
            Self::Enum => Shape::Enum,
            Self::Message => Shape::Message,
            Self::Group => Shape::Group,
        }
    }

    /// Whether a repeated field of this kind may be packed.
    #[must_use]
    pub const fn is_packable(self) -> bool {
        matches!(self.wire_type(), WireType::Varint | WireType::I32 | WireType::I64)
    }

    /// Whether `value`, as it stands on the wire, is in the range of this kind.
    ///
    /// Decoders cut what is not (protobuf encoding, "Updating A Message Type"): an `int32` keeps its low 32 bits.
    #[must_use]
    pub fn holds(self, value: u64) -> bool {
        match self {
            Self::Int32 | Self::Enum => i32::try_from(value.cast_signed()).is_ok(),
            Self::Uint32 | Self::Sint32 => value <= u32::MAX.into(),
            Self::Bool => value <= 1,
            _ => true,
        }
    }

    /// The word of the `.proto` language; for messages, groups and enums what they are.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Float => "float",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Sint32 => "sint32",
            Self::Sint64 => "sint64",
            Self::Fixed32 => "fixed32",
            Self::Fixed64 => "fixed64",
            Self::Sfixed32 => "sfixed32",
            Self::Sfixed64 => "sfixed64",
            Self::Bool => "bool",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Enum => "enum",
            Self::Message => "message",
            Self::Group => "group",
        }
    }
}

/// How often a field may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cardinality {
    /// The field occurs at most once; the last one counts.
    Singular,
    /// The field occurs exactly once (proto2).
    Required,
    /// The field occurs any number of times.
    Repeated,
    /// The field occurs any number of times, each a key and a value; the last one of a key counts.
    Map,
}

/// A field of a message type, or an extension of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Field number, 1 to 2^29-1.
    pub number: u32,
    /// Name in the `.proto` file; for extensions the full name in brackets.
    pub name: String,
    /// Key in canonical JSON; for extensions the full name in brackets.
    pub json_name: String,
    /// Whether both names are nothing but letters, digits and `_.[]` of ASCII. Nearly all are, and who writes one need
    /// not look.
    pub(in crate::proto) has_plain_names: bool,
    /// Declared type of one value.
    pub kind: FieldKind,
    /// How often the field may occur.
    pub cardinality: Cardinality,
    /// Type of a message or group, and the entry type of a map.
    pub message_type: Option<TypeId>,
    /// The enum of a [`FieldKind::Enum`].
    pub enum_type: Option<EnumId>,
    /// 0-based index of the type's oneof that the field is in; that of proto3 `optional` does not count.
    pub oneof: Option<u32>,
    /// Whether absent and default are different things (protobuf, "Field Presence").
    pub presence: bool,
    /// Whether the field is an extension.
    pub is_extension: bool,
    /// The declaration for people: `repeated ServiceEndpoint`, `map<string, int32>`.
    pub type_text: String,
}

impl Field {
    /// Whether the field is a list or a map.
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        matches!(self.cardinality, Cardinality::Repeated | Cardinality::Map)
    }

    /// The tags below 128 with which values of the field may come, each as the bit of its value.
    pub(super) const fn small_tags(&self) -> u128 {
        if self.number >= 16 {
            return 0;
        }
        let packed = if self.is_packable() { 1 << (WireType::Len as u32) } else { 0 };
        (packed | 1 << (self.kind.wire_type() as u32)) << (8 * self.number)
    }

    /// The tags below 128 with the number of the field with which none of its values comes.
    pub(super) const fn wrong_small_tags(&self) -> u128 {
        if self.number >= 16 { 0 } else { 0xff << (8 * self.number) & !self.small_tags() }
    }

    /// Whether values of the field may come packed; decoders accept it whatever is declared.
    #[must_use]
    pub const fn is_packable(&self) -> bool {
        matches!(self.cardinality, Cardinality::Repeated) && self.kind.is_packable()
    }
}

/// Types that canonical JSON writes in a form of their own (protobuf, "ProtoJSON Format").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WellKnown {
    /// `google.protobuf.Any`: `{"@type": …}` and the fields of what it holds.
    Any,
    /// `google.protobuf.Timestamp`: RFC 3339.
    Timestamp,
    /// `google.protobuf.Duration`: `1.5s`.
    Duration,
    /// `google.protobuf.Struct`: an object.
    Struct,
    /// `google.protobuf.Value`: any JSON.
    Value,
    /// `google.protobuf.ListValue`: an array.
    ListValue,
    /// `google.protobuf.FieldMask`: `a.b,cD`.
    FieldMask,
    /// `google.protobuf.Empty`: `{}`.
    Empty,
    /// `google.protobuf.Int32Value` and the like: the bare value.
    Wrapper,
}

impl WellKnown {
    pub(super) fn by_name(full_name: &str) -> Option<Self> {
        Some(match full_name.strip_prefix("google.protobuf.")? {
            "Any" => Self::Any,
            "Timestamp" => Self::Timestamp,
            "Duration" => Self::Duration,
            "Struct" => Self::Struct,
            "Value" => Self::Value,
            "ListValue" => Self::ListValue,
            "FieldMask" => Self::FieldMask,
            "Empty" => Self::Empty,
            "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value" | "UInt32Value"
            | "BoolValue" | "StringValue" | "BytesValue" => Self::Wrapper,
            _ => return None,
        })
    }
}

/// A message type of a schema.
#[derive(Debug)]
pub(in crate::proto) struct MessageType {
    pub(in crate::proto) name: Arc<str>,
    /// Rows of the type in the table of fields, sorted by number.
    pub(in crate::proto) fields: Range<u32>,
    /// Where the type's part of the table of small numbers starts, and how many numbers that covers from 0.
    pub(in crate::proto) small_numbers_start: u32,
    pub(in crate::proto) small_numbers_len: u32,
    /// The tags below 128 that a payload of this type can have, each as the bit of its value.
    pub(in crate::proto) small_tags: u128,
    /// The tags below 128 that no payload of this type can have though it has fields of their numbers.
    pub(in crate::proto) wrong_small_tags: u128,
    pub(in crate::proto) is_map_entry: bool,
    /// Whether the type is that of no field, or the input or output of a method: a likely type of whole payloads.
    pub(in crate::proto) is_root: bool,
    pub(in crate::proto) required_count: u32,
    pub(in crate::proto) has_oneof: bool,
    pub(in crate::proto) well_known: Option<WellKnown>,
    /// Number of the type's structure, equal for types that no payload can tell apart: numbers, kinds and
    /// cardinalities, several levels deep.
    pub(in crate::proto) structure: u64,
}

/// An enum of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::proto) struct EnumType {
    pub(in crate::proto) name: String,
    /// Numbers and names of the values, sorted by number; the first declared name of a number.
    pub(in crate::proto) values: Vec<(i32, String)>,
    /// Number of the first value of the declaration.
    pub(in crate::proto) default: i32,
    /// Whether the enum is closed (proto2): other numbers are not values.
    pub(in crate::proto) is_closed: bool,
    /// Whether the enum is `google.protobuf.NullValue`, which is `null` in JSON.
    pub(in crate::proto) is_null: bool,
}

impl EnumType {
    pub(in crate::proto) fn value_name(&self, number: i32) -> Option<&str> {
        let at = self.values.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.values.get(at).map(|(_, name)| name.as_str())
    }
}
