//! MessagePack as JSON.
//!
//! In: a payload that is MessagePack. Out: its value as JSON, appended, and whether that says everything: then the
//! shortest encoding of the value is the payload.
//!
//! | in the payload | JSON |
//! |---|---|
//! | nil, true, false | `null`, `true`, `false` |
//! | integers | number, exact |
//! | `float 64` | number with a point or an exponent |
//! | `float 32` | the shortest number that reads back the same |
//! | what is no number, infinities | `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | text | string; `{"hex": …}` if it is not UTF-8 |
//! | binary | `{"hex": "0a0b"}` |
//! | extension | `{"ext": type, "hex": "0a0b"}` |
//! | array | array |
//! | map whose keys are different texts | object |
//! | any other map | `{"map": [[key, value], …]}` |
//! | several values behind each other | `{"values": […]}` |

use super::object::objects;
use super::token::{Token, Tokens, Written};
use crate::limits;
use crate::proto::json::{push_f32, push_f64, push_hex, push_i64, push_string, push_u64};

/// First keys of objects that stand for something else.
const MARKS: [&[u8]; 4] = [b"hex", b"ext", b"map", b"values"];

/// Appends a payload that [is MessagePack](super::is_msgpack) as one JSON value. Returns whether the shortest encoding
/// of that value is the payload again.
pub fn push(payload: &[u8], out: &mut Vec<u8>) -> bool {
    let objects = objects(payload);
    let mut print = Print { tokens: Tokens::new(payload), objects: objects.iter(), is_exact: true, out };
    let start = print.out.len();
    if print.value(0).is_none() {
        return false;
    }
    if !print.is_done() {
        // More than one value: the first becomes a member of a list.
        print.out.splice(start..start, *b"{\"values\":[");
        while !print.is_done() {
            print.out.push(b',');
            if print.value(0).is_none() {
                return false;
            }
        }
        print.out.extend_from_slice(b"]}");
    }
    print.is_exact
}

struct Print<'a, 'o> {
    tokens: Tokens<'a>,
    /// Whether the maps that are still to come are objects.
    objects: std::slice::Iter<'o, bool>,
    is_exact: bool,
    out: &'o mut Vec<u8>,
}

impl<'a> Print<'a, '_> {
    fn is_done(&self) -> bool {
        self.tokens.clone().next().is_none()
    }

    /// Appends the next value, nested `depth` deep; none if there is none, which a payload that was looked at has.
    fn value(&mut self, depth: u16) -> Option<()> {
        let Written { value, is_shortest } = self.tokens.next()??;
        self.is_exact &= is_shortest;
        match value {
            Token::Nil => self.out.extend_from_slice(b"null"),
            Token::Bool(value) => self.out.extend_from_slice(if value { b"true" } else { b"false" }),
            Token::Unsigned(value) => push_u64(self.out, value),
            Token::Signed(value) => push_i64(self.out, value),
            Token::Float32(value) => {
                self.is_exact = false;
                push_f32(self.out, value);
            }
            Token::Float64(value) => {
                self.is_exact &= value.is_finite();
                push_f64(self.out, value);
            }
            Token::Text(content) => match std::str::from_utf8(content) {
                Ok(text) => push_string(self.out, text),
                Err(_) => {
                    self.is_exact = false;
                    self.hex(b"{\"hex\":", content);
                }
            },
            Token::Bytes(content) => self.hex(b"{\"hex\":", content),
            Token::Extension(of_type, content) => {
                self.out.extend_from_slice(b"{\"ext\":");
                push_i64(self.out, of_type.into());
                self.hex(b",\"hex\":", content);
            }
            Token::Array(count) => {
                self.out.push(b'[');
                self.values(count, depth)?;
                self.out.push(b']');
            }
            Token::Map(count) => self.map(count, depth)?,
        }
        Some(())
    }

    fn map(&mut self, count: u32, depth: u16) -> Option<()> {
        let is_object = *self.objects.next()?;
        self.out.extend_from_slice(if is_object { b"{" } else { b"{\"map\":[" });
        for index in 0..count {
            if index > 0 {
                self.out.push(b',');
            }
            if is_object {
                let key = self.tokens.clone().next()??.value;
                self.is_exact &= index > 0 || !MARKS.iter().any(|mark| key == Token::Text(mark));
                self.value(depth)?;
                self.out.push(b':');
                self.inside(depth)?;
            } else {
                self.out.push(b'[');
                self.values(2, depth)?;
                self.out.push(b']');
            }
        }
        self.out.extend_from_slice(if is_object { b"}" } else { b"]}" });
        Some(())
    }

    fn values(&mut self, count: u32, depth: u16) -> Option<()> {
        for index in 0..count {
            if index > 0 {
                self.out.push(b',');
            }
            self.inside(depth)?;
        }
        Some(())
    }

    fn inside(&mut self, depth: u16) -> Option<()> {
        if depth >= limits::DEPTH { None } else { self.value(depth + 1) }
    }

    fn hex(&mut self, before: &[u8], content: &[u8]) {
        self.out.extend_from_slice(before);
        push_hex(self.out, content);
        self.out.push(b'}');
    }
}
