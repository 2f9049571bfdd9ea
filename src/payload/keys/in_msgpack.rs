//! The values of a MessagePack map with their keys.
//!
//! In: a payload. Out: each value that is a number, a text or bytes, if the payload begins with a map. What stands
//! before a break is told, and nothing behind the map. Not responsible for arrays, nor for keys that are no
//! texts.

use super::super::msgpack::{Token, Tokens};
use super::scalar::{Scalar, Told};
use std::borrow::Cow;

/// A map or an array that is open.
struct Open {
    /// Values that are still to come.
    left: u64,
    is_map: bool,
    /// Whether the path leads here.
    has_path: bool,
}

pub(super) fn walk<'a>(payload: &'a [u8], levels: usize, told: &mut Told<'_, 'a>) {
    // The key before a value is the last of the path, if it is a text.
    let (mut open, mut path, mut key) = (Vec::<Open>::new(), Vec::<Cow<'a, str>>::new(), None);
    for token in Tokens::new(payload) {
        let Some(token) = token.map(|written| written.value) else { return };
        let (mut is_value, mut has_path) = (false, open.is_empty());
        if let Some(around) = open.last_mut() {
            let is_key = around.is_map && around.left % 2 == 0;
            around.left -= 1;
            if is_key {
                key = match token {
                    Token::Text(text) if around.has_path => std::str::from_utf8(text).ok().map(Cow::Borrowed),
                    _ => None,
                };
            } else {
                is_value = around.is_map && around.has_path;
                has_path = is_value && key.is_some() && path.len() < levels;
            }
        }
        let scalar = match token {
            Token::Unsigned(number) => Some(Scalar::Number(number)),
            Token::Signed(number) => Some(
                u64::try_from(number)
                    .map_or_else(|_| Scalar::Bytes(Cow::Owned(number.to_string().into_bytes())), Scalar::Number),
            ),
            Token::Text(bytes) | Token::Bytes(bytes) => Some(Scalar::Bytes(Cow::Borrowed(bytes))),
            _ => None,
        };
        if is_value
            && has_path
            && let (Some(value), Some(key)) = (scalar, key.clone())
        {
            path.push(key);
            if !told(&path, value) {
                return;
            }
            path.pop();
        }
        match token {
            Token::Map(_) | Token::Array(_) if open.is_empty() && matches!(token, Token::Array(_)) => return,
            Token::Map(count) => {
                // The payload's own map has no key.
                path.extend(key.take().filter(|_| has_path && is_value));
                open.push(Open { left: 2 * u64::from(count), is_map: true, has_path });
            }
            Token::Array(count) => open.push(Open { left: count.into(), is_map: false, has_path: false }),
            _ if open.is_empty() => return,
            _ => {}
        }
        while open.last().is_some_and(|around| around.left == 0) {
            let ended = open.pop();
            if ended.is_some_and(|ended| ended.is_map && ended.has_path) {
                path.pop();
            }
        }
        if open.is_empty() {
            return;
        }
    }
}
