//! Readings on one line, for tables.
//!
//! In: a payload that was read, [`Decoded`]. Out: a line such as
//! `1:"diff.service.online" 2:{1:"Star Citizen Game Client" 2:"sc_client"} 3:0`, or with names in place of numbers.
//! Invariants: at most as many characters as asked for, the last one `…` if something is missing, none of them
//! harmful to a terminal; work stops where the line is full. For people: [`super::json`] is what programs read.

use super::element::{Number, packed};
use super::{Cardinality, Decoded, Field, FieldKind, Node, Sense, Shape, TypeId, is_harmful, told};
use std::fmt::{self, Write};

/// Most bytes of an opaque value that are shown.
const SHOWN_BYTES: usize = 16;

/// Appends the fields to `out`, cut to `max_chars` characters. With `defaults`, fields without presence that are not
/// there stand behind those that are.
pub fn write(decoded: &Decoded<'_>, defaults: bool, max_chars: usize, out: &mut String) {
    let reading = decoded.reading;
    let mut line = Line { decoded: *decoded, defaults, left: max_chars, out };
    let told = line.message(&reading.level(0), reading.message_type);
    end(told, max_chars, out);
}

/// Marks a line that was cut.
fn end(told: fmt::Result, max_chars: usize, out: &mut String) {
    // The only error is that the line is full.
    if told.is_err() && max_chars > 0 {
        out.pop();
        out.push('…');
    }
}

struct Line<'a> {
    decoded: Decoded<'a>,
    defaults: bool,
    left: usize,
    out: &'a mut String,
}

impl<'a> Line<'a> {
    fn message<'n>(
        &mut self,
        level: &(impl Iterator<Item = (usize, &'n Node)> + Clone),
        id: Option<TypeId>,
    ) -> fmt::Result {
        self.fields(level.clone())?;
        let Some((schema, id)) = self.decoded.schema.zip(id).filter(|_| self.defaults) else { return Ok(()) };
        let mut is_first = level.clone().next().is_none();
        for field in schema.fields_of(id).iter().filter(|field| !field.presence && !field.is_extension) {
            if level.clone().any(|(_, node)| node.number == field.number) {
                continue;
            }
            if !is_first {
                self.write_char(' ')?;
            }
            is_first = false;
            self.safe(&field.name)?;
            self.write_char(':')?;
            match field.cardinality {
                Cardinality::Repeated => self.write_str("[]")?,
                Cardinality::Map => self.write_str("{}")?,
                Cardinality::Singular | Cardinality::Required => self.default(field)?,
            }
        }
        Ok(())
    }

    fn default(&mut self, field: &Field) -> fmt::Result {
        match field.kind {
            FieldKind::String => self.write_str("\"\""),
            FieldKind::Bytes => self.hex(b""),
            FieldKind::Enum => {
                let default =
                    field.enum_type.and_then(|id| self.decoded.schema?.enum_type(id)).map_or(0, |of| of.default);
                self.number(Shape::Enum, i64::from(default).cast_unsigned(), Some(field))
            }
            kind => self.number(kind.shape(), 0, Some(field)),
        }
    }

    fn fields<'n>(&mut self, level: impl Iterator<Item = (usize, &'n Node)>) -> fmt::Result {
        for (position, (index, node)) in level.enumerate() {
            if position > 0 {
                self.write_char(' ')?;
            }
            let field = self.decoded.field(node);
            match field {
                Some(field) => self.safe(&field.name)?,
                None if node.shape == Shape::Unparsed => self.write_str("unparsed")?,
                None => write!(self, "{}", node.number)?,
            }
            self.write_char(':')?;
            self.value(index, node, field)?;
        }
        Ok(())
    }

    fn value(&mut self, index: usize, node: &Node, field: Option<&Field>) -> fmt::Result {
        let content = self.decoded.content(node);
        if node.sense != Sense::Plain
            && let Some(told) = told(&self.decoded, index)
        {
            return self.write_str(&told);
        }
        match node.shape {
            Shape::Message | Shape::Group => {
                self.write_char('{')?;
                self.message(&self.decoded.reading.inside(index), node.message_type)?;
                self.write_char('}')
            }
            Shape::Text if let Ok(text) = std::str::from_utf8(content) => {
                self.write_char('"')?;
                self.safe(text)?;
                self.write_char('"')
            }
            Shape::Packed => {
                self.write_char('[')?;
                for (position, value) in packed(content, node.element).enumerate() {
                    if position > 0 {
                        self.write_char(' ')?;
                    }
                    self.number(node.element, value, field)?;
                }
                self.write_char(']')
            }
            Shape::Text | Shape::Bytes | Shape::Unparsed => self.hex(content),
            shape => self.number(shape, node.value, field),
        }
    }

    fn number(&mut self, shape: Shape, value: u64, field: Option<&Field>) -> fmt::Result {
        match Number::of(shape, value) {
            Some(Number::Signed(value)) if shape == Shape::Enum => match self.enum_name(value, field) {
                Some(name) => self.safe(name),
                None => write!(self, "{value}"),
            },
            Some(Number::Unsigned(value)) => write!(self, "{value}"),
            Some(Number::Signed(value)) => write!(self, "{value}"),
            Some(Number::Float(value)) => write!(self, "{value:?}"),
            Some(Number::Double(value)) => write!(self, "{value:?}"),
            Some(Number::Bool(value)) => write!(self, "{value}"),
            None => Ok(()),
        }
    }

    fn enum_name(&self, value: i64, field: Option<&Field>) -> Option<&'a str> {
        self.decoded.schema?.enum_value_name(field?.enum_type?, i32::try_from(value).ok()?)
    }

    fn hex(&mut self, content: &[u8]) -> fmt::Result {
        // Bytes that are plain text read better as such; the `b` says that they are bytes.
        if !content.is_empty() && content.iter().all(|byte| matches!(byte, 0x20..=0x7e)) {
            self.write_str("b\"")?;
            self.safe(std::str::from_utf8(content).unwrap_or_default())?;
            return self.write_char('"');
        }
        self.write_str("hex:")?;
        for byte in content.iter().take(SHOWN_BYTES) {
            write!(self, "{byte:02x}")?;
        }
        if content.len() > SHOWN_BYTES { write!(self, "…({} bytes)", content.len()) } else { Ok(()) }
    }

    /// Text with quotes, backslashes and harmful characters escaped as in JSON.
    fn safe(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '"' | '\\' => {
                    self.write_char('\\')?;
                    self.write_char(char)?;
                }
                '\n' => self.write_str("\\n")?,
                '\r' => self.write_str("\\r")?,
                '\t' => self.write_str("\\t")?,
                _ if is_harmful(char) => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        write!(self, "\\u{unit:04x}")?;
                    }
                }
                _ => self.write_char(char)?,
            }
        }
        Ok(())
    }
}

impl Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| self.write_char(char))
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
        self.out.push(char);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Reading;
    use crate::proto::Schema;
    use crate::proto::schemaless::samples::{field, service_discovery, wire_like};
    use proptest::prelude::*;

    fn line(payload: &[u8], max_chars: usize) -> String {
        let (mut reading, mut out) = (Reading::default(), String::new());
        reading.read_schemaless(payload);
        write(&reading.of(payload, None), false, max_chars, &mut out);
        out
    }

    #[test]
    fn a_service_discovery_request_fits_on_a_line() {
        let expected = concat!(
            r#"1:"diff.service.online" 2:{1:"Star Citizen Game Client" 2:"sc_client" "#,
            "3:{1:5890276012345678024 2:8926109876543210517}} 3:0"
        );
        assert_eq!(line(&service_discovery(), 1000), expected);
        assert_eq!(line(&service_discovery(), expected.len()), expected);
        assert_eq!(line(&service_discovery(), 10), "1:\"diff.s…");
    }

    #[test]
    fn every_kind_of_value_has_its_form() {
        assert_eq!(line(b"", 80), "");
        assert_eq!(line(b"\x0a\x05\x01\x02\x03\x04\x05\x12\x00", 80), "1:[1 2 3 4 5] 2:\"\"");
        assert_eq!(line(b"\x0b\x10\x05\x0c\x07", 80), "1:{2:5} unparsed:hex:07");
        assert_eq!(line(b"\x0d\x00\x00\x20\x40\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 80), "1:2.5 2:-1");
        assert_eq!(line(&field(1, &[0xff; 20]), 80), format!("1:hex:{}…(20 bytes)", "ff".repeat(16)));
        assert_eq!(line(&field(1, b"say \"hi\"\\\n\x1b[2J"), 80), r#"1:"say \"hi\"\\\n\u001b[2J""#);
    }

    #[test]
    fn a_schema_gives_names_to_fields_and_enum_values() {
        let source = r#"syntax = "proto3"; message Ask { string name = 1; Kind kind = 2; repeated Kind kinds = 3; }
            enum Kind { UNKNOWN = 0; FAST = 1; SLOW = 2; }"#;
        let schema = Schema::from_text("ask.proto", source).unwrap();
        let ask = schema.find("Ask").unwrap();
        let payload = b"\x0a\x02me\x10\x02\x1a\x03\x01\x07\x02\x20\x05";
        let mut reading = Reading::default();
        reading.read_schemaless(payload);
        for (node, shape) in reading.nodes.iter_mut().zip([Shape::Text, Shape::Enum, Shape::Packed, Shape::Unsigned]) {
            (node.field, node.shape) = (schema.field_by_number(ask, node.number).map(|(id, _)| id), shape);
            node.element = if shape == Shape::Packed { Shape::Enum } else { shape };
        }
        let mut out = String::new();
        write(&reading.of(payload, Some(&schema)), false, 80, &mut out);
        assert_eq!(out, "name:\"me\" kind:SLOW kinds:[FAST 7 SLOW] 4:5");
    }

    #[test]
    fn defaults_stand_behind_what_is_there() {
        let source = r#"syntax = "proto3"; message A { string name = 1; K kind = 2; repeated K kinds = 3; A inner = 4; bool b = 5;
            bytes raw = 6; double d = 7; map<string, A> map = 8; optional int32 told = 9; } enum K { NONE = 0; }"#;
        let schema = Schema::from_text("a.proto", source).unwrap();
        let mut reading = Reading::default();
        let payload = b"\x22\x02\x28\x01\x2a\x00";
        reading.read_typed(payload, &schema, schema.find("A").unwrap());
        let mut out = String::new();
        write(&reading.of(payload, Some(&schema)), true, 400, &mut out);
        let rest = "raw:hex: d:0.0 map:{}";
        let expected =
            format!("inner:{{b:true name:\"\" kind:NONE kinds:[] {rest}}} 5:\"\" name:\"\" kind:NONE kinds:[] {rest}");
        assert_eq!(out, expected);
    }

    proptest! {
        #[test]
        fn a_cut_line_is_the_start_of_the_whole_one(payload in wire_like(), max_chars in 0_usize..60) {
            let (whole, cut) = (line(&payload, usize::MAX), line(&payload, max_chars));
            prop_assert!(cut.chars().count() <= max_chars);
            prop_assert!(!whole.chars().any(is_harmful));
            if whole.chars().count() <= max_chars {
                prop_assert_eq!(cut, whole);
            } else if let Some(kept) = cut.strip_suffix('…') {
                prop_assert!(whole.starts_with(kept));
            } else {
                prop_assert_eq!((cut.as_str(), max_chars), ("", 0));
            }
        }
    }
}
