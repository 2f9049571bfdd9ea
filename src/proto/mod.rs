//! Payloads become fields.
//!
//! In: the bytes of one payload, and a message type or none. Out: a [`Reading`]: every byte assigned to a field, with
//! or without a schema, in one flat arena that is used again for the next payload. Printers
//! write from it. Invariant: the nodes of one level cover their parent's content without hole or overlap; what does
//! not parse is a node of its own and a [`Problem`]. Knows no frames. Source of the encoding:
//! <https://protobuf.dev/programming-guides/encoding/>.

pub mod clause;
pub mod compact;
mod decoded;
mod element;
mod guided;
mod harmful;
pub mod identify;
pub mod json;
pub mod learned;
pub mod path;
mod probe;
pub mod protoscope;
mod reading;
#[cfg(test)]
mod sampling;
pub mod schema;
pub mod schemaless;
mod sense;
mod sound;
mod top_level;
mod typed;
mod untyped;
mod values;
pub mod wire;

pub use decoded::Decoded;
pub use harmful::is_harmful;
pub use probe::looks_like_fields;
pub use reading::{Node, Problem, ProblemKind, Reading, Shape, WireType};
pub use schema::{Cardinality, EnumId, Field, FieldId, FieldKind, Schema, SchemaError, TypeId, WellKnown};
pub(crate) use schemaless::{message_price, opaque_price, text_price, value_price};
pub use sense::{Sense, told};
pub use sound::{is_sound, is_sound_if_fit};
pub use top_level::{KeptTopLevels, TopField, TopLevel, digest};
pub use values::values;
