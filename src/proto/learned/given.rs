//! Types that the user gives to paths.
//!
//! In: their names. Out: what values of a path are read as, whatever they look like.

use super::paths::{Paths, ROOT, State, Verdict, key};
use crate::proto::path::FieldPath;
use crate::proto::{Sense, Shape, WireType};
use std::str::FromStr;

/// A type that the user gives to a field path: `string`, `float`, `time-ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Given {
    /// How a value is read on its own.
    shape: Shape,
    sense: Sense,
}

/// A name that is no type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a type")]
pub struct UnknownType(pub String);

/// Names of types, and what they mean.
const NAMES: [(&str, Shape, Sense); 22] = [
    ("message", Shape::Message, Sense::Plain),
    ("string", Shape::Text, Sense::Plain),
    ("bytes", Shape::Bytes, Sense::Plain),
    ("uint32", Shape::Unsigned, Sense::Plain),
    ("uint64", Shape::Unsigned, Sense::Plain),
    ("int32", Shape::Signed, Sense::Plain),
    ("int64", Shape::Signed, Sense::Plain),
    ("sint32", Shape::ZigZag, Sense::Plain),
    ("sint64", Shape::ZigZag, Sense::Plain),
    ("bool", Shape::Bool, Sense::Bool),
    ("fixed32", Shape::Fixed32, Sense::Plain),
    ("sfixed32", Shape::SFixed32, Sense::Plain),
    ("float", Shape::Float, Sense::Plain),
    ("fixed64", Shape::Fixed64, Sense::Plain),
    ("sfixed64", Shape::SFixed64, Sense::Plain),
    ("double", Shape::Double, Sense::Plain),
    ("address", Shape::Bytes, Sense::Address),
    ("timestamp", Shape::Message, Sense::Timestamp),
    ("time-s", Shape::Unsigned, Sense::Seconds),
    ("time-ms", Shape::Unsigned, Sense::Millis),
    ("time-us", Shape::Unsigned, Sense::Micros),
    ("time-ns", Shape::Unsigned, Sense::Nanos),
];

impl Given {
    /// The names of all types.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name)
    }

    /// What a value of this type is, encoded in this way; [`Shape::Unparsed`] if none is. Numbers may be packed.
    fn under(self, wire_type: WireType) -> (Shape, Shape, Sense) {
        let Self { shape, sense } = self;
        let is_time = matches!(sense, Sense::Seconds | Sense::Millis | Sense::Micros | Sense::Nanos);
        let own = match shape {
            Shape::Message | Shape::Text | Shape::Bytes => WireType::Len,
            Shape::Fixed32 | Shape::SFixed32 | Shape::Float => WireType::I32,
            Shape::Fixed64 | Shape::SFixed64 | Shape::Double => WireType::I64,
            _ => WireType::Varint,
        };
        match wire_type {
            _ if wire_type == own => (shape, shape, sense),
            WireType::Len => (Shape::Packed, shape, Sense::Plain),
            WireType::I32 if is_time => (Shape::Fixed32, Shape::Fixed32, sense),
            WireType::I64 if is_time => (Shape::Fixed64, Shape::Fixed64, sense),
            _ => (Shape::Unparsed, Shape::Unparsed, Sense::Plain),
        }
    }
}

impl FromStr for Given {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, UnknownType> {
        let found = NAMES.iter().find(|(known, ..)| *known == name);
        found.map(|&(_, shape, sense)| Self { shape, sense }).ok_or_else(|| UnknownType(name.to_owned()))
    }
}

impl Paths {
    /// Lets all values at `path` be read as `given`, whatever they look like. What encloses them is read as messages.
    pub fn give(&mut self, path: &FieldPath, given: Given) {
        let Some((&last, enclosing)) = path.numbers().split_last() else { return };
        let mut at = ROOT;
        for &number in enclosing {
            let Some(next) = self.enter(at, key(number, WireType::Len)) else { return };
            at = next;
            if let Some(place) = self.place_mut(at) {
                place.decide(verdict((Shape::Message, Shape::Message, Sense::Plain)));
            }
        }
        for wire_type in [WireType::Varint, WireType::I64, WireType::Len, WireType::I32] {
            let place = self.enter(at, key(last, wire_type)).and_then(|at| self.place_mut(at));
            if let Some(place) = place {
                place.decide(verdict(given.under(wire_type)));
            }
        }
    }
}

fn verdict((shape, element, sense): (Shape, Shape, Sense)) -> Verdict {
    Verdict { state: State::Given, shape, element, sense, margin: f32::INFINITY }
}
