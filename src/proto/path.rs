//! Field paths: `2.3.1` is field 1 of field 3 of field 2.
//!
//! In: the text of a path; then payloads. Out: the value at the path, found by stepping over everything else. Rules
//! of profiles ask this of every frame: nothing is allocated or decoded that is not on the path. Not
//! responsible for what the value means: it comes as it stands on the wire.

use super::WireType;
use super::untyped::{self, LEVELS, Visitor};
use super::wire::{Cursor, MAX_NUMBER, RawField, WireError};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A field path: field numbers from the payload down, at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath(Box<[u32]>);

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// A part between dots that is not a number from 1 to 2^29-1.
    #[error("`{part}` is not a field number (1 to {MAX_NUMBER}); a path looks like 2.3.1")]
    BadNumber {
        /// The part that is wrong.
        part: String,
    },
    /// The path has more parts than messages are followed deep.
    #[error("the path is longer than {LEVELS} fields")]
    TooLong,
}

/// A value as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawValue<'a> {
    /// A varint: a base-128 integer.
    Varint(u64),
    /// A field of eight bytes, little-endian.
    I64(u64),
    /// A field of four bytes, little-endian.
    I32(u32),
    /// The content of a length-delimited field.
    Bytes(&'a [u8]),
}

impl FieldPath {
    /// Parses numbers with dots between them.
    ///
    /// # Errors
    ///
    /// A part is not a field number, or there are too many of them.
    ///
    /// ```
    /// use deframe::proto::path::FieldPath;
    /// assert_eq!(FieldPath::parse("2.3.1").unwrap().numbers(), [2, 3, 1]);
    /// assert!(FieldPath::parse("2..1").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let numbers = text.split('.').map(parse_number).collect::<Result<Box<[u32]>, _>>()?;
        if numbers.len() > LEVELS { Err(PathError::TooLong) } else { Ok(Self(numbers)) }
    }

    /// The path of these field numbers, from the payload down.
    #[must_use]
    pub(crate) fn of(numbers: &[u32]) -> Self {
        Self(numbers.into())
    }

    /// The field numbers, from the payload down.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }

    /// The last value in the order of the bytes that stands at this path: what a protobuf decoder
    /// gives for singular fields, which merges messages that come twice and lets the last value win. In a payload that
    /// breaks off, what stands before the break counts. A group on the path is entered like a message; a path that
    /// ends at a group has no value.
    #[must_use]
    pub fn find<'a>(&self, payload: &'a [u8]) -> Option<RawValue<'a>> {
        find_in(Cursor::new(payload), &self.0)
    }
}

pub(super) fn parse_number(part: &str) -> Result<u32, PathError> {
    // `u32::from_str` would take a sign.
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    let number = part.parse().ok().filter(|number| digits && (1..=MAX_NUMBER).contains(number));
    number.ok_or_else(|| PathError::BadNumber { part: part.to_owned() })
}

/// The last value at `path` in the rest of `cursor`.
fn find_in<'a>(cursor: Cursor<'a>, path: &[u32]) -> Option<RawValue<'a>> {
    let mut finder = Finder { path, found: None };
    // What stands before a break counts.
    let _ = untyped::message(&mut finder, cursor, &mut (), 0);
    finder.found
}

/// Looks for the last value at a path. The nesting of a field says which number of the path it should have.
struct Finder<'f, 'a> {
    path: &'f [u32],
    found: Option<RawValue<'a>>,
}

impl<'a> Visitor<'a> for Finder<'_, 'a> {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    #[inline(always)]
    fn field(&mut self, cursor: &mut Cursor<'a>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        let deeper = match self.path.get(usize::from(depth)..) {
            Some([wanted, deeper @ ..]) if *wanted == field.number => deeper,
            _ if field.wire_type == WireType::StartGroup => return untyped::skip_group(cursor, field),
            _ => return Ok(()),
        };
        if field.wire_type != WireType::StartGroup {
            self.found = value_of(cursor.bytes(), field, deeper).or(self.found);
            Ok(())
        } else if deeper.is_empty() {
            untyped::skip_group(cursor, field)
        } else {
            untyped::group(self, cursor, field, &mut (), depth + 1).map(|_| ())
        }
    }
}

/// The value at the path `deeper` inside `field` of `payload`, which is no group; the field's own if the path ends
/// here.
pub(super) fn value_of<'a>(payload: &'a [u8], field: &RawField, deeper: &[u32]) -> Option<RawValue<'a>> {
    match field.wire_type {
        WireType::Len if !deeper.is_empty() => {
            find_in(Cursor::within(payload, field.value_start, field.value_end), deeper)
        }
        WireType::Len => payload.get(field.value_start as usize..field.value_end as usize).map(RawValue::Bytes),
        _ if !deeper.is_empty() => None,
        WireType::Varint => Some(RawValue::Varint(field.value)),
        WireType::I64 => Some(RawValue::I64(field.value)),
        WireType::I32 => u32::try_from(field.value).ok().map(RawValue::I32),
        WireType::StartGroup | WireType::EndGroup => None,
    }
}

impl FromStr for FieldPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::parse(text)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{number}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(path: &str, payload: &'a [u8]) -> Option<RawValue<'a>> {
        FieldPath::parse(path).unwrap().find(payload)
    }

    /// 1:"name" 2:{1:5 3:{1:7 2:fixed32 9}} 3:fixed64 11
    const NESTED: &[u8] = b"\x0a\x04name\x12\x0b\x08\x05\x1a\x07\x08\x07\x15\x09\0\0\0\x19\x0b\0\0\0\0\0\0\0";

    #[test]
    fn values_are_found_at_every_level_and_of_every_wire_type() {
        assert_eq!(find("1", NESTED), Some(RawValue::Bytes(b"name")));
        assert_eq!(find("2.1", NESTED), Some(RawValue::Varint(5)));
        assert_eq!(find("2.3.1", NESTED), Some(RawValue::Varint(7)));
        assert_eq!(find("2.3.2", NESTED), Some(RawValue::I32(9)));
        assert_eq!(find("3", NESTED), Some(RawValue::I64(11)));
        assert_eq!(find("2.3", NESTED), Some(RawValue::Bytes(&NESTED[12..19])));
    }

    #[test]
    fn what_is_not_there_is_none() {
        for path in ["4", "2.2", "2.3.1.1", "1.9", "3.1"] {
            assert_eq!(find(path, NESTED), None, "{path}");
        }
        assert_eq!(find("1", b""), None);
    }

    #[test]
    fn the_last_value_wins_across_messages_that_come_twice() {
        // 2:{1:5} 2:{1:6 1:7} 2:{2:1}
        let payload = b"\x12\x02\x08\x05\x12\x04\x08\x06\x08\x07\x12\x02\x10\x01";
        assert_eq!(find("2.1", payload), Some(RawValue::Varint(7)));
    }

    #[test]
    fn groups_are_entered_on_the_path_and_stepped_over_beside_it() {
        // 1:{2:5} 3:6
        let payload = b"\x0b\x10\x05\x0c\x18\x06";
        assert_eq!(find("1.2", payload), Some(RawValue::Varint(5)));
        assert_eq!(find("3", payload), Some(RawValue::Varint(6)));
        assert_eq!(find("2", payload), None);
        assert_eq!(find("1", payload), None);
    }

    #[test]
    fn what_stands_before_a_break_counts() {
        assert_eq!(find("1", b"\x08\x05\x07"), Some(RawValue::Varint(5)));
        assert_eq!(find("1", b"\x08\x05\x13\x08\x06"), Some(RawValue::Varint(5)));
        assert_eq!(find("1.1", b"\x0b\x08\x05\x14"), Some(RawValue::Varint(5)));
        // 1:{1:5} that ends as group 2, then 1:{1:6}
        assert_eq!(find("1.1", b"\x0b\x08\x05\x14\x0b\x08\x06\x0c"), Some(RawValue::Varint(5)));
    }

    #[test]
    fn a_path_is_printed_as_it_is_written() {
        for text in ["1", "2.3.1", "536870911"] {
            assert_eq!(FieldPath::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_path_that_is_not_one_says_which_part() {
        for (text, part) in
            [("", ""), ("1.", ""), (".1", ""), ("a", "a"), ("1.0", "0"), ("+1", "+1"), ("536870912", "536870912")]
        {
            assert_eq!(FieldPath::parse(text), Err(PathError::BadNumber { part: part.to_owned() }), "{text}");
        }
        let deep = vec!["1"; 101].join(".");
        assert_eq!(FieldPath::parse(&deep), Err(PathError::TooLong));
        assert!(FieldPath::parse(&deep[2..]).is_ok());
    }
}
