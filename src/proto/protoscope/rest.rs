//! What does not read as fields.
//!
//! In: the bytes from the first field that could not be read to the end of its message. Out: as much of their structure
//! as can be told with explicit wire types, then literals. A group that does not end is its tag and the fields behind
//! it; a value that was cut off is its tag, the length that it claims, and what is there of it.

use super::{Writer, extra_bytes, token};
use crate::proto::wire::{Cursor, RawField, decode_varint};
use crate::proto::{Node, Shape, WireType};
use std::fmt::Write as _;

impl Writer<'_> {
    pub(super) fn rest(&mut self, node: &Node) {
        let mut cursor = Cursor::within(self.decoded.bytes, node.start, node.end);
        let mut open_tags = false;
        while let Some(Ok(field)) = cursor.next_field() {
            open_tags |= field.wire_type.is_group();
            // Fields that are fields to their end are here because there are too many of them.
            if !open_tags {
                break;
            }
            self.tag(&field);
        }
        let at = if open_tags { cursor.position() } else { node.start };
        let left = self.bytes(at, node.end);
        let claimed = self.claimed(left);
        let left = left.get(claimed..).unwrap_or_default();
        for literal in token::literals(left, false) {
            self.indent();
            self.out.push_str(&literal);
            self.out.push('\n');
        }
    }

    /// Writes the tag of a field by its explicit wire type.
    fn tag(&mut self, field: &RawField) {
        self.indent();
        self.long_form(field.start, field.value_start);
        let number = field.number;
        let value = self.bytes(field.value_start, field.value_end);
        let _ = match field.wire_type {
            WireType::StartGroup => write!(self.out, "{number}:SGROUP"),
            WireType::EndGroup => write!(self.out, "{number}:EGROUP"),
            WireType::Varint => {
                let _ = write!(self.out, "{number}:VARINT ");
                self.long_form(field.value_start, field.value_end);
                write!(self.out, "{}", token::varint(Shape::Unsigned, field.value, value.len()))
            }
            WireType::I32 | WireType::I64 => {
                write!(self.out, "{number}: {}", token::fixed(field.wire_type, Shape::Unsigned, field.value))
            }
            WireType::Len => {
                let _ = write!(self.out, "{number}: ");
                let (_, tag_len) = decode_varint(self.bytes(field.start, field.value_end)).unwrap_or_default();
                self.long_form(field.start + u32::try_from(tag_len).unwrap_or_default(), field.value_start);
                write!(self.out, "{{{}}}", token::literals(value, false).join(" "))
            }
        };
        self.out.push('\n');
    }

    /// Writes the tag and the length of a value that is longer than what is `left`; returns how many bytes that took.
    fn claimed(&mut self, left: &[u8]) -> usize {
        let Some((tag, tag_len)) = decode_varint(left) else { return 0 };
        let behind = left.get(tag_len..).unwrap_or_default();
        let Some((len, len_len)) = decode_varint(behind) else { return 0 };
        let number = tag >> 3;
        if tag & 7 != 2 || number == 0 || number > u64::from(crate::proto::wire::MAX_NUMBER) {
            return 0;
        }
        if len <= behind.len().saturating_sub(len_len) as u64 {
            return 0;
        }
        self.indent();
        for (bytes, token) in [(left, format!("{number}:LEN")), (behind, len.to_string())] {
            match extra_bytes(bytes) {
                0 => {}
                extra => drop(write!(self.out, "long-form:{extra} ")),
            }
            self.out.push_str(&token);
            self.out.push(' ');
        }
        self.out.pop();
        self.out.push('\n');
        tag_len + len_len
    }
}
