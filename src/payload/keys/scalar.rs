//! A value behind a key, and who is told of it.
//!
//! In: what walks over a payload. Out: plain data. Not responsible for where it stands.

use std::borrow::Cow;

/// A value at a path of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// An integer that is not negative.
    Number(u64),
    /// A text without quotes and escapes, bytes, or any other number as it is written.
    Bytes(Cow<'a, [u8]>),
}

/// What is told of each value: its path and what it is. It says whether to go on.
pub(super) type Told<'t, 'a> = dyn FnMut(&[Cow<'a, str>], Scalar<'a>) -> bool + 't;
