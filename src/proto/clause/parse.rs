//! From text to conditions.

use super::operand::Operand;
use super::{Clause, Part, Test};
use crate::proto::path::{PathError, parse_number};
use crate::proto::untyped::LEVELS;
use std::str::FromStr;
use thiserror::Error;

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClauseError {
    /// There is no path before the operator.
    #[error("the field path is missing; a condition looks like 2.3.1=5, 2.3.1~text or 2.3.1")]
    NoPath,
    /// A part between dots that is neither a number nor a name.
    #[error(transparent)]
    Path(#[from] PathError),
    /// There is nothing behind the operator.
    #[error("the value behind `{0}` is missing; an empty text is \"\"")]
    NoValue(&'static str),
    /// An order is asked of something that has none.
    #[error("`{operator}` compares numbers, and `{value}` is none")]
    NotNumber {
        /// The operator that asks for an order.
        operator: &'static str,
        /// The value behind the operator.
        value: String,
    },
    /// What is behind `hex:` is not hexadecimal.
    #[error("`{0}` is not hexadecimal: pairs of digits are expected behind hex:")]
    NotHex(String),
}

/// Operators, longer ones before those that they begin with.
const OPERATORS: [&str; 8] = ["!=", "<=", ">=", "==", "=", "<", ">", "~"];

impl FromStr for Clause {
    type Err = ClauseError;

    fn from_str(text: &str) -> Result<Self, ClauseError> {
        let text = text.trim();
        let of = |path: &str, test| Ok(Self { text: text.to_owned(), path: parse_path(path.trim())?, test });
        if let Some(path) = text.strip_prefix('!') {
            return of(path, Test::Absent);
        }
        let Some(at) = text.find(['!', '<', '>', '=', '~']) else { return of(text, Test::Exists) };
        let (path, rest) = text.split_at(at);
        let Some(&operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) else {
            return of(text, Test::Exists);
        };
        let value = rest.get(operator.len()..).unwrap_or_default().trim();
        if value.is_empty() {
            return Err(ClauseError::NoValue(operator));
        }
        let operand = Operand::parse(value).map_err(|_| ClauseError::NotHex(value.to_owned()))?;
        if operator.starts_with(['<', '>']) && !operand.is_number() {
            return Err(ClauseError::NotNumber { operator, value: value.to_owned() });
        }
        let test = match operator {
            "!=" => Test::NotEqual,
            "<" => Test::Less,
            "<=" => Test::LessOrEqual,
            ">" => Test::Greater,
            ">=" => Test::GreaterOrEqual,
            "~" => Test::Contains,
            _ => Test::Equal,
        };
        of(path, test(operand))
    }
}

fn parse_path(text: &str) -> Result<Box<[Part]>, ClauseError> {
    if text.is_empty() {
        return Err(ClauseError::NoPath);
    }
    let parts = text.split('.').map(|part| {
        let starts_a_name = part.starts_with(|char: char| char.is_alphabetic() || char == '_');
        if starts_a_name { Ok(Part::Name(part.to_owned())) } else { parse_number(part).map(Part::Number) }
    });
    let parts = parts.collect::<Result<Box<[Part]>, PathError>>()?;
    if parts.len() > LEVELS { Err(PathError::TooLong.into()) } else { Ok(parts) }
}
