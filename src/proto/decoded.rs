//! A payload together with what was read of it: what every printer and every condition looks at.
//!
//! In: bytes, their [`Reading`], and the schema that they were read with or none. Invariant, for whoever makes one: the
//! reading is of these bytes and by this schema, as positions and field numbers in it mean nothing elsewhere. Not
//! responsible for reading.

use super::{Field, Node, Reading, Schema};

/// A payload with its fields and the schema that they were read by, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Decoded<'a> {
    /// Bytes of the payload.
    pub bytes: &'a [u8],
    /// Fields of the payload.
    pub reading: &'a Reading,
    /// The schema that names the fields, if any.
    pub schema: Option<&'a Schema>,
}

impl<'a> Decoded<'a> {
    /// The bytes of a node's value: behind its tag and its length, up to its end.
    #[must_use]
    pub fn content(&self, node: &Node) -> &'a [u8] {
        self.bytes.get(node.value_start as usize..node.value_end as usize).unwrap_or_default()
    }

    /// The field of the schema that a node is; none if it is unknown, or was read without a schema.
    #[must_use]
    pub fn field(&self, node: &Node) -> Option<&'a Field> {
        self.schema?.field(node.field?)
    }
}

impl Reading {
    /// The reading together with the payload that it is of, and with the schema that it was read by.
    #[must_use]
    pub fn of<'a>(&'a self, bytes: &'a [u8], schema: Option<&'a Schema>) -> Decoded<'a> {
        Decoded { bytes, reading: self, schema }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_looked_up_in_the_payload_and_the_schema_that_it_is_of() {
        let schema = Schema::from_text("a.proto", r#"syntax = "proto3"; message A { string name = 1; }"#).unwrap();
        let (bytes, mut reading) = (b"\x0a\x02hi\x10\x01", Reading::default());
        reading.read_typed(bytes, &schema, schema.find("A").unwrap());
        let (typed, untyped) = (reading.of(bytes, Some(&schema)), reading.of(bytes, None));
        let [name, unknown] = &reading.nodes[..] else { panic!("{reading:?}") };
        assert_eq!(typed.content(name), b"hi");
        assert_eq!(typed.field(name).map(|field| field.name.as_str()), Some("name"));
        assert!(typed.field(unknown).is_none());
        assert!(untyped.field(name).is_none());
    }
}
