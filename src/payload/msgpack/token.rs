//! MessagePack, one token at a time.
//!
//! In: a slice. Out: tokens, whose contents are slices of it, or where they stop. Invariant: no more is read than there
//! is, and a count that the rest cannot hold ends the tokens at once.

use rmp::Marker;
use rmp::decode::{RmpRead, read_marker};

/// One value, or the beginning of one that has others inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::payload) enum Token<'a> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    /// A number that is negative, or was written as one that may be.
    Signed(i64),
    Float32(f32),
    Float64(f64),
    /// What is called a string, be it UTF-8 or not.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// Type and content.
    Extension(i8, &'a [u8]),
    /// This many values follow.
    Array(u32),
    /// This many pairs of key and value follow.
    Map(u32),
}

/// A token, and whether it is written in the fewest bytes that its value can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::payload) struct Written<'a> {
    pub(in crate::payload) value: Token<'a>,
    pub(in crate::payload) is_shortest: bool,
}

/// Gives tokens until the slice ends. One that does not read is none, and nothing comes behind it.
#[derive(Clone, Debug)]
pub(in crate::payload) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(in crate::payload) fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload }
    }

    fn take(&mut self, len: u32) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(len).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    fn token(&mut self) -> Option<Written<'a>> {
        let rest = &mut self.rest;
        let marker = read_marker(rest).ok()?;
        let shortest = |value| Some(Written { value, is_shortest: true });
        let number =
            |value: u64, least: u64| Some(Written { value: Token::Unsigned(value), is_shortest: value >= least });
        let signed = |value: i64, most: i64| Some(Written { value: Token::Signed(value), is_shortest: value < most });
        match marker {
            Marker::Null => shortest(Token::Nil),
            Marker::True => shortest(Token::Bool(true)),
            Marker::False => shortest(Token::Bool(false)),
            Marker::FixPos(value) => shortest(Token::Unsigned(value.into())),
            Marker::FixNeg(value) => shortest(Token::Signed(value.into())),
            Marker::U8 => number(rest.read_data_u8().ok()?.into(), 1 << 7),
            Marker::U16 => number(rest.read_data_u16().ok()?.into(), 1 << 8),
            Marker::U32 => number(rest.read_data_u32().ok()?.into(), 1 << 16),
            Marker::U64 => number(rest.read_data_u64().ok()?, 1 << 32),
            Marker::I8 => signed(rest.read_data_i8().ok()?.into(), -32),
            Marker::I16 => signed(rest.read_data_i16().ok()?.into(), i8::MIN.into()),
            Marker::I32 => signed(rest.read_data_i32().ok()?.into(), i16::MIN.into()),
            Marker::I64 => signed(rest.read_data_i64().ok()?, i32::MIN.into()),
            Marker::F32 => shortest(Token::Float32(rest.read_data_f32().ok()?)),
            Marker::F64 => shortest(Token::Float64(rest.read_data_f64().ok()?)),
            Marker::FixStr(len) => self.content(len.into(), 0, Token::Text),
            Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                let (len, least) = self.len(marker, [Marker::Str8, Marker::Str16], 32)?;
                self.content(len, least, Token::Text)
            }
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                let (len, least) = self.len(marker, [Marker::Bin8, Marker::Bin16], 0)?;
                self.content(len, least, Token::Bytes)
            }
            Marker::FixExt1 => self.extension(1, true),
            Marker::FixExt2 => self.extension(2, true),
            Marker::FixExt4 => self.extension(4, true),
            Marker::FixExt8 => self.extension(8, true),
            Marker::FixExt16 => self.extension(16, true),
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => {
                let (len, least) = self.len(marker, [Marker::Ext8, Marker::Ext16], 0)?;
                self.extension(len, len >= least && !matches!(len, 1 | 2 | 4 | 8 | 16))
            }
            Marker::FixArray(count) => self.many(count.into(), 1, true, Token::Array),
            Marker::Array16 => self.counted(16, Token::Array),
            Marker::Array32 => self.counted(32, Token::Array),
            Marker::FixMap(count) => self.many(count.into(), 2, true, Token::Map),
            Marker::Map16 => self.counted(16, Token::Map),
            Marker::Map32 => self.counted(32, Token::Map),
            Marker::Reserved => None,
        }
    }

    /// A length behind `marker`, which says of how many bytes it is, and the least that is not written shorter.
    fn len(&mut self, marker: Marker, [one, two]: [Marker; 2], least: u32) -> Option<(u32, u32)> {
        let rest = &mut self.rest;
        Some(match marker {
            _ if marker == one => (rest.read_data_u8().ok()?.into(), least),
            _ if marker == two => (rest.read_data_u16().ok()?.into(), 1 << 8),
            _ => (rest.read_data_u32().ok()?, 1 << 16),
        })
    }

    fn content(&mut self, len: u32, least: u32, of: fn(&'a [u8]) -> Token<'a>) -> Option<Written<'a>> {
        Some(Written { value: of(self.take(len)?), is_shortest: len >= least })
    }

    fn extension(&mut self, len: u32, is_shortest: bool) -> Option<Written<'a>> {
        let of_type = self.rest.read_data_i8().ok()?;
        Some(Written { value: Token::Extension(of_type, self.take(len)?), is_shortest })
    }

    /// The beginning of an array or a map whose count has 16 or 32 bits.
    fn counted(&mut self, bits: u32, of: fn(u32) -> Token<'a>) -> Option<Written<'a>> {
        let rest = &mut self.rest;
        let (count, least) = match bits {
            16 => (rest.read_data_u16().ok()?.into(), 16),
            _ => (rest.read_data_u32().ok()?, 1 << 16),
        };
        let bytes = if matches!(of(count), Token::Map(_)) { 2 } else { 1 };
        self.many(count, bytes, count >= least, of)
    }

    /// The beginning of `count` values, each of which takes `bytes` at least.
    fn many(&self, count: u32, bytes: u64, is_shortest: bool, of: fn(u32) -> Token<'a>) -> Option<Written<'a>> {
        (u64::from(count) * bytes <= self.rest.len() as u64).then_some(Written { value: of(count), is_shortest })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Option<Written<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let token = self.token();
        if token.is_none() {
            self.rest = &[];
        }
        Some(token)
    }
}
