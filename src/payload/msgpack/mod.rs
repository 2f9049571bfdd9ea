//! Payloads that are MessagePack (<https://github.com/msgpack/msgpack/blob/master/spec.md>).
//!
//! In: bytes. Out: whether they are maps and arrays to the last byte, what they cost to describe, and their values as
//! JSON. Several values may follow each other, as a header and a body do. Invariant: a length that a payload claims is
//! never allocated, and nothing nested deeper than [`limits::DEPTH`] is MessagePack.

mod object;
mod print;
mod token;

pub use print::push;

use crate::limits;
pub(super) use token::{Token, Tokens};

/// Price of a marker, of a map or an array, and of a number by its bytes, in tenths of a bit.
const MARKER: u64 = 40;

/// Whether a payload is one map or array of MessagePack, or several, to its last byte.
#[must_use]
pub fn is_msgpack(payload: &[u8]) -> bool {
    price(payload, |_| 0).is_some()
}

/// Price of a payload as MessagePack in tenths of a bit, with that of its texts as `text` says; none if it is none.
pub(super) fn price(payload: &[u8], text: impl Fn(&[u8]) -> u64) -> Option<u64> {
    // Values that are still to come of each map and array that is open.
    let mut open: Vec<u64> = Vec::new();
    let mut sum = 0;
    if payload.is_empty() {
        return None;
    }
    for token in Tokens::new(payload) {
        let token = token?.value;
        sum += MARKER
            + match &token {
                Token::Text(content) => text(content),
                Token::Bytes(content) | Token::Extension(_, content) => 80 * content.len() as u64,
                Token::Unsigned(value) => 12 * u64::from(u64::BITS - value.leading_zeros()),
                Token::Signed(value) => 12 * u64::from(u64::BITS - value.unsigned_abs().leading_zeros()),
                Token::Float32(_) => 250,
                Token::Float64(_) => 450,
                Token::Array(count) | Token::Map(count) => 12 * u64::from(u32::BITS - count.leading_zeros()),
                Token::Nil | Token::Bool(_) => 0,
            };
        let inside = match token {
            Token::Array(count) => u64::from(count),
            Token::Map(count) => 2 * u64::from(count),
            _ if open.is_empty() => return None,
            _ => 0,
        };
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.push(inside);
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > usize::from(limits::DEPTH) {
            return None;
        }
    }
    open.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests;
