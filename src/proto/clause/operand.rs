//! What a value is compared with.

use crate::proto::element::Number;
use std::cmp::Ordering;

/// What a value is compared with: a text, bytes, or a number, which is a text too.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) bytes: Vec<u8>,
    number: Option<Quantity>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Quantity {
    Integer(i128),
    Real(f64),
}

impl Operand {
    /// Reads `"text"`, `hex:0a0b`, `5`, `-5`, `0x1f`, `2.5`, `true`, and any other text.
    ///
    /// # Errors
    ///
    /// What comes behind `hex:` is not hexadecimal.
    pub(super) fn parse(text: &str) -> Result<Self, hex::FromHexError> {
        if let Some(inside) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return Ok(Self { bytes: inside.as_bytes().to_vec(), number: None });
        }
        if let Some(digits) = text.strip_prefix("hex:") {
            return Ok(Self { bytes: hex::decode(digits)?, number: None });
        }
        Ok(Self { bytes: text.as_bytes().to_vec(), number: quantity(text) })
    }

    pub(super) fn is_number(&self) -> bool {
        self.number.is_some()
    }

    pub(super) fn equals(&self, number: Number) -> bool {
        self.order(number) == Some(Ordering::Equal)
    }

    /// How `number` stands to the operand; none if the operand is no number, or one of them is not comparable.
    pub(super) fn order(&self, number: Number) -> Option<Ordering> {
        let integer = match number {
            Number::Unsigned(value) => i128::from(value),
            Number::Signed(value) => i128::from(value),
            Number::Bool(value) => i128::from(value),
            Number::Float(value) => {
                // What people write for a float is the shortest text that gives it.
                return match self.number? {
                    Quantity::Integer(own) => real(own).partial_cmp(&f64::from(value)).map(Ordering::reverse),
                    Quantity::Real(own) => value.partial_cmp(&single(own)),
                };
            }
            Number::Double(value) => {
                return match self.number? {
                    Quantity::Integer(own) => value.partial_cmp(&real(own)),
                    Quantity::Real(own) => value.partial_cmp(&own),
                };
            }
        };
        match self.number? {
            Quantity::Integer(own) => Some(integer.cmp(&own)),
            Quantity::Real(own) => real(integer).partial_cmp(&own),
        }
    }
}

fn quantity(text: &str) -> Option<Quantity> {
    let integer = match text.strip_prefix("0x") {
        Some(digits) => i128::from_str_radix(digits, 16).ok(),
        None => match text {
            "true" => Some(1),
            "false" => Some(0),
            _ => text.parse().ok(),
        },
    };
    let looks_real = text.starts_with(|char: char| char.is_ascii_digit() || matches!(char, '-' | '+' | '.'));
    integer.map(Quantity::Integer).or_else(|| text.parse().ok().filter(|_| looks_real).map(Quantity::Real))
}

#[expect(clippy::cast_precision_loss, reason = "only what is compared with floating-point numbers comes here")]
const fn real(integer: i128) -> f64 {
    integer as f64
}

#[expect(clippy::cast_possible_truncation, reason = "the nearest float is what is meant")]
const fn single(number: f64) -> f32 {
    number as f32
}
