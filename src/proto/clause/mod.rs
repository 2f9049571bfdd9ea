//! Conditions on the fields of a payload, as users write them: `2.3.1=5`, `body.client_name~Star`.
//!
//! In: the text of a condition; then readings. Out: whether a reading meets it. What is compared is the value as it is
//! read, the same that reports show. A condition is about all values at its path: it holds if any of them meets it,
//! and `!=` holds if none of them is equal. Not responsible for which names a schema has.

mod operand;
mod parse;
#[cfg(test)]
mod tests;

pub use parse::ClauseError;

use super::element::{Number, packed};
use super::{Decoded, Field, Node, Schema, Shape};
use operand::Operand;
use std::cmp::Ordering;
use std::fmt;

/// One condition on the fields of a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Text of the condition as it was written.
    text: String,
    path: Box<[Part]>,
    test: Test,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Number(u32),
    /// The name of a field in its schema, or its JSON name.
    Name(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// The field has a value.
    Exists,
    /// The field has no value.
    Absent,
    Equal(Operand),
    NotEqual(Operand),
    Less(Operand),
    LessOrEqual(Operand),
    Greater(Operand),
    GreaterOrEqual(Operand),
    /// The bytes of the value contain those of the operand.
    Contains(Operand),
}

/// A value at the path of a condition.
struct Found<'a> {
    content: &'a [u8],
    node: &'a Node,
    field: Option<&'a Field>,
    schema: Option<&'a Schema>,
}

impl Clause {
    /// Whether a payload meets the condition.
    #[must_use]
    pub fn holds(&self, decoded: &Decoded<'_>) -> bool {
        let any = |meets: &dyn Fn(&Found<'_>) -> bool| any(decoded, decoded.reading.level(0), &self.path, meets);
        match &self.test {
            Test::Exists => any(&|_| true),
            Test::Absent => !any(&|_| true),
            Test::Equal(operand) => any(&|found| found.equals(operand)),
            Test::NotEqual(operand) => !any(&|found| found.equals(operand)),
            Test::Less(operand) => any(&|found| found.order(operand, Ordering::is_lt)),
            Test::LessOrEqual(operand) => any(&|found| found.order(operand, Ordering::is_le)),
            Test::Greater(operand) => any(&|found| found.order(operand, Ordering::is_gt)),
            Test::GreaterOrEqual(operand) => any(&|found| found.order(operand, Ordering::is_ge)),
            Test::Contains(operand) => any(&|found| found.contains(operand)),
        }
    }

    /// The names in the condition's path.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.path.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Number(_) => None,
        })
    }
}

/// Writes the condition as it was written.
impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether any value at `path`, from the fields of `level` down, meets the condition. A path is not longer
/// than messages are followed deep.
fn any<'a>(
    decoded: &Decoded<'a>,
    level: impl Iterator<Item = (usize, &'a Node)>,
    path: &[Part],
    meets: &dyn Fn(&Found<'_>) -> bool,
) -> bool {
    let Some((part, rest)) = path.split_first() else { return false };
    for (index, node) in level {
        let field = decoded.field(node);
        if !part.is_of(node, field) {
            continue;
        }
        let is_met = if rest.is_empty() {
            meets(&Found { content: decoded.content(node), node, field, schema: decoded.schema })
        } else {
            let is_message = matches!(node.shape, Shape::Message | Shape::Group);
            is_message && any(decoded, decoded.reading.inside(index), rest, meets)
        };
        if is_met {
            return true;
        }
    }
    false
}

impl Part {
    fn is_of(&self, node: &Node, field: Option<&Field>) -> bool {
        match self {
            Self::Number(number) => node.number == *number,
            Self::Name(name) => field.is_some_and(|field| field.name == *name || field.json_name == *name),
        }
    }
}

impl Found<'_> {
    fn equals(&self, operand: &Operand) -> bool {
        match self.node.shape {
            Shape::Text | Shape::Bytes | Shape::Message | Shape::Group | Shape::Unparsed => {
                operand.bytes == self.content
            }
            shape => self.numbers().any(|(value, number)| {
                operand.equals(number) || (self.element(shape) == Shape::Enum && self.is_named(value, operand))
            }),
        }
    }

    fn order(&self, operand: &Operand, fits: impl Fn(Ordering) -> bool) -> bool {
        self.numbers().any(|(_, number)| operand.order(number).is_some_and(&fits))
    }

    fn contains(&self, operand: &Operand) -> bool {
        memchr::memmem::find(self.content, &operand.bytes).is_some()
    }

    fn element(&self, shape: Shape) -> Shape {
        if shape == Shape::Packed { self.node.element } else { shape }
    }

    /// The numbers of the value, raw and as they are read; none if the value is no number.
    fn numbers(&self) -> impl Iterator<Item = (u64, Number)> {
        let is_packed = self.node.shape == Shape::Packed;
        let element = self.element(self.node.shape);
        let content = if is_packed { self.content } else { &[] };
        let own = (!is_packed).then_some(self.node.value);
        let values = packed(content, element).chain(own);
        values.filter_map(move |value| Number::of(element, value).map(|number| (value, number)))
    }

    /// Whether the value of an enum has the name of the operand.
    fn is_named(&self, value: u64, operand: &Operand) -> bool {
        let named = self.schema.zip(self.field.and_then(|field| field.enum_type)).and_then(|(schema, id)| {
            let number = i32::try_from(value.cast_signed()).ok()?;
            schema.enum_value_name(id, number)
        });
        named.is_some_and(|name| name.as_bytes() == operand.bytes)
    }
}
