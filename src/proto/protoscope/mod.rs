//! Readings as text that assembles back to the same bytes.
//!
//! In: a payload that was read, [`Decoded`]. Out: text in the language of
//! [Protoscope](https://github.com/protocolbuffers/protoscope/blob/main/language.txt), a field on a line. Invariants:
//! assembled by that language's rules the text gives the payload, byte for byte, whatever the payload is: over-long
//! varints are written as `long-form:N`, what does not parse as quoted or hexadecimal bytes; no character of it is
//! harmful to a terminal. Names of the schema are comments. Not responsible for the choice among readings.

mod rest;
mod token;

use super::element::first;
use super::wire::{decode_varint, varint_len};
use super::{Decoded, Field, Node, Shape, WireType};
use std::fmt::Write as _;

/// Most columns of a line that a list of numbers fills.
const LINE: usize = 80;

/// Appends the fields to `out`.
pub fn write(decoded: &Decoded<'_>, out: &mut String) {
    Writer { decoded: *decoded, out, depth: 0 }.fields(decoded.reading.level(0));
}

/// Appends bytes that are no fields, on one line or on several.
pub fn write_bytes(bytes: &[u8], out: &mut String) {
    for literal in token::literals(bytes, false) {
        out.push_str(&literal);
        out.push('\n');
    }
}

struct Writer<'a> {
    decoded: Decoded<'a>,
    out: &'a mut String,
    depth: usize,
}

impl<'a> Writer<'a> {
    fn fields<'n>(&mut self, level: impl Iterator<Item = (usize, &'n Node)>) {
        for (index, node) in level {
            if node.shape == Shape::Unparsed {
                self.rest(node);
            } else {
                self.field(index, node);
            }
        }
    }

    fn field(&mut self, index: usize, node: &Node) {
        let declared = self.decoded.field(node);
        self.indent();
        self.long_form(node.start, node.value_start);
        match node.wire_type {
            WireType::Varint => {
                let _ = write!(self.out, "{}: ", node.number);
                self.long_form(node.value_start, node.value_end);
                let len = (node.value_end - node.value_start) as usize;
                self.out.push_str(&token::varint(node.shape, node.value, len));
                self.comment(declared, Some(node));
            }
            WireType::I32 | WireType::I64 => {
                let _ = write!(self.out, "{}: {}", node.number, token::fixed(node.wire_type, node.shape, node.value));
                self.comment(declared, None);
            }
            WireType::Len => {
                let _ = write!(self.out, "{}: ", node.number);
                let tag_len = self.bytes(node.start, node.value_start);
                let tag_len = decode_varint(tag_len).map_or(0, |(_, len)| len);
                self.long_form(node.start + u32::try_from(tag_len).unwrap_or_default(), node.value_start);
                self.out.push('{');
                self.content(index, node, declared);
            }
            // Where a schema is known, a group without its end keeps its fields.
            WireType::StartGroup if node.end == node.value_end => {
                let _ = write!(self.out, "{}:SGROUP", node.number);
                self.comment(declared, None);
                self.fields(self.decoded.reading.inside(index));
            }
            WireType::StartGroup => {
                let _ = write!(self.out, "{}: !{{", node.number);
                self.comment(declared, None);
                self.inside(|writer| {
                    writer.fields(writer.decoded.reading.inside(index));
                    if writer.is_overlong(node.value_end, node.end) {
                        writer.indent();
                        writer.long_form(node.value_end, node.end);
                        writer.out.truncate(writer.out.trim_end().len());
                        writer.out.push('\n');
                    }
                });
                self.out.push_str("}\n");
            }
            WireType::EndGroup => {
                let _ = writeln!(self.out, "{}:EGROUP", node.number);
            }
        }
    }

    /// Writes what is between the braces, the closing one, and the end of the line.
    fn content(&mut self, index: usize, node: &Node, declared: Option<&Field>) {
        let content = self.decoded.content(node);
        let tokens = match node.shape {
            Shape::Message => {
                if !content.is_empty() {
                    self.comment(declared, None);
                    self.inside(|writer| writer.fields(writer.decoded.reading.inside(index)));
                    self.out.push_str("}\n");
                    return;
                }
                Vec::new()
            }
            Shape::Packed => numbers(content, node.element),
            shape => token::literals(content, shape == Shape::Text),
        };
        let lines = match node.shape {
            Shape::Packed => filled(&tokens, LINE.saturating_sub(2 * self.depth + 8)),
            _ => tokens,
        };
        if let [] | [_] = lines.as_slice() {
            self.out.push_str(&lines.concat());
            self.out.push('}');
            self.comment(declared, None);
            return;
        }
        self.comment(declared, None);
        self.inside(|writer| {
            for line in &lines {
                writer.indent();
                writer.out.push_str(line);
                writer.out.push('\n');
            }
        });
        self.out.push_str("}\n");
    }

    /// Writes on lines that are further in, then the indentation of what closes them.
    fn inside(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
        self.indent();
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// Ends the line, with the name of the field and of its enum value if there is one.
    fn comment(&mut self, declared: Option<&Field>, value: Option<&Node>) {
        if let Some(field) = declared {
            let number = value.and_then(|node| i32::try_from(node.value.cast_signed()).ok());
            let name = number.and_then(|number| self.decoded.schema?.enum_value_name(field.enum_type?, number));
            let _ = write!(self.out, "  # {}", token::harmless(&field.name));
            if let Some(name) = name {
                let _ = write!(self.out, ": {}", token::harmless(name));
            }
        }
        self.out.push('\n');
    }

    /// Writes `long-form:N ` if the varint at the start of `start..end` has N bytes more than it needs.
    fn long_form(&mut self, start: u32, end: u32) {
        let extra = extra_bytes(self.bytes(start, end));
        if extra > 0 {
            let _ = write!(self.out, "long-form:{extra} ");
        }
    }

    fn is_overlong(&self, start: u32, end: u32) -> bool {
        extra_bytes(self.bytes(start, end)) > 0
    }

    fn bytes(&self, start: u32, end: u32) -> &'a [u8] {
        self.decoded.bytes.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// How many bytes more than needed the varint at the start of `bytes` takes.
fn extra_bytes(bytes: &[u8]) -> usize {
    decode_varint(bytes).map_or(0, |(value, len)| len - varint_len(value))
}

/// The elements of a packed field; bytes behind the last whole one are literals.
fn numbers(content: &[u8], element: Shape) -> Vec<String> {
    let (mut rest, mut tokens) = (content, Vec::new());
    while let Some((value, len)) = first(rest, element) {
        tokens.push(token::element(element, value, len));
        rest = rest.get(len..).unwrap_or_default();
    }
    tokens.extend(token::literals(rest, false));
    tokens
}

/// The tokens on as few lines of at most `width` characters as can hold them.
fn filled(tokens: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for token in tokens {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + token.len() <= width => {
                line.push(' ');
                line.push_str(token);
            }
            _ => lines.push(token.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests;
