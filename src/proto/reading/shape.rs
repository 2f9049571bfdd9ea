//! What a value is read as.

/// How the value of a node is read: as its type declares, or as its bytes suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Varint as unsigned 64-bit integer (`uint32`, `uint64`; without a schema any varint that fits nothing better).
    Unsigned,
    /// Varint as two's complement (`int32`, `int64`); without a schema a ten-byte varint.
    Signed,
    /// Varint as zigzag (`sint32`, `sint64`); only with a schema.
    ZigZag,
    /// Varint as `bool`; only with a schema, 0 and 1 are numbers without one.
    Bool,
    /// Varint as a number of an enum; only with a schema.
    Enum,
    /// Four bytes as unsigned integer (`fixed32`).
    Fixed32,
    /// Four bytes as signed integer (`sfixed32`).
    SFixed32,
    /// Four bytes as `float`.
    Float,
    /// Eight bytes as unsigned integer (`fixed64`).
    Fixed64,
    /// Eight bytes as signed integer (`sfixed64`).
    SFixed64,
    /// Eight bytes as `double`.
    Double,
    /// Length-delimited bytes as UTF-8 text.
    Text,
    /// Length-delimited bytes as they are.
    Bytes,
    /// A message in a length-delimited field; its fields are the nodes inside.
    Message,
    /// A group; its fields are the nodes inside, its end tag belongs to it.
    Group,
    /// Packed elements of the shape in [`Node::element`](crate::proto::Node::element), read where they are printed.
    Packed,
    /// Bytes that do not parse as fields; the rest of the enclosing message. Has no field number.
    Unparsed,
}
