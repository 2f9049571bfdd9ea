//! How fields come to a visitor.
//!
//! In: a cursor. Out: its next field, as much of it as the visitor needs. Who looks at few of the fields should not pay
//! for all.

use crate::proto::wire::{Cursor, RawField, Token, WireError};
use crate::proto::{ProblemKind, WireType};

/// A field, as one kind of visitor wants it.
pub(in crate::proto) trait Form<'p>: Sized {
    /// The next field; none at the end of the range.
    ///
    /// # Errors
    ///
    /// The range does not go on with a field of this form.
    fn next(cursor: &mut Cursor<'p>) -> Option<Result<Self, WireError>>;

    /// Field number, if the field is the end tag of a group.
    fn end_tag(&self) -> Option<u32>;

    /// Where the tag starts.
    fn start(&self) -> u32;
}

/// The form of a field with all that there is to know of it.
impl<'p> Form<'p> for RawField {
    #[inline(always)]
    fn next(cursor: &mut Cursor<'p>) -> Option<Result<Self, WireError>> {
        cursor.next_field()
    }

    #[inline(always)]
    fn end_tag(&self) -> Option<u32> {
        (self.wire_type == WireType::EndGroup).then_some(self.number)
    }

    #[inline(always)]
    fn start(&self) -> u32 {
        self.start
    }
}

/// A [`Token`] and where it starts. Ends the walk at groups, and at what is not as encoders write it: for visitors that
/// are only responsible for what is.
#[derive(Clone, Copy, Debug)]
pub(in crate::proto) struct Placed<'p> {
    pub(in crate::proto) token: Token,
    /// Cursor from which the field can be read again.
    pub(in crate::proto) before: Cursor<'p>,
}

impl<'p> Form<'p> for Placed<'p> {
    #[inline(always)]
    fn next(cursor: &mut Cursor<'p>) -> Option<Result<Self, WireError>> {
        let before = *cursor;
        if before.rest().is_empty() {
            return None;
        }
        // No closures: they are left outside of the loop, and each field pays for the call.
        Some(match cursor.next_token() {
            Some(token) => Ok(Self { token, before }),
            None => Err(WireError { offset: before.position(), kind: ProblemKind::BadTag }),
        })
    }

    /// A token is no group.
    #[inline(always)]
    fn end_tag(&self) -> Option<u32> {
        None
    }

    #[inline(always)]
    fn start(&self) -> u32 {
        self.before.position()
    }
}

/// A field that is not of the short and plain kind; those are left out.
#[derive(Clone, Copy, Debug)]
pub(in crate::proto) struct Skimmed(pub(in crate::proto) RawField);

impl<'p> Form<'p> for Skimmed {
    #[inline(always)]
    fn next(cursor: &mut Cursor<'p>) -> Option<Result<Self, WireError>> {
        cursor.skip_short();
        cursor.next_field().map(|field| field.map(Self))
    }

    #[inline(always)]
    fn end_tag(&self) -> Option<u32> {
        self.0.end_tag()
    }

    #[inline(always)]
    fn start(&self) -> u32 {
        self.0.start
    }
}
