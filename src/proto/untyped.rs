//! The walk over a payload without a schema.
//!
//! In: a payload, a message or a group, and a [`Visitor`]. Out: the fields, each shown to the visitor, which says
//! itself what it goes into. What the wire format says beyond a single field stands here and nowhere else: how deep
//! messages and groups may be inside each other, which end tag ends which group, and that a message breaks off where it
//! does not read. Invariant: a visitor sees the fields of a level in the order of their bytes, and none behind a
//! mistake. Monomorphised for each visitor; allocates nothing. Not responsible for what fields are, nor for declared
//! ones.

use super::wire::{Cursor, RawField, WireError};
use super::{ProblemKind, WireType};
use crate::limits;

mod ahead;
mod form;
#[cfg(test)]
mod tests;

pub(super) use ahead::reads_on;
pub(super) use form::{Form, Placed, Skimmed};

/// Levels of messages inside each other that are walked, the payload itself not counted.
pub(super) const LEVELS: usize = limits::DEPTH as usize;

/// What is made of the fields of a walk.
pub(super) trait Visitor<'p>: Sized {
    /// The form in which the visitor wants its fields.
    type Form: Form<'p>;
    /// What the visitor keeps of a message or group while its fields come.
    type Level;
    /// Why the visitor goes no further.
    type Stop: From<WireError>;

    /// Whether the tags of groups are fields like others, which nobody matches. Else the visitor is shown start tags
    /// only, and decides between [`group`] and [`skip_group`].
    const GROUPS_ARE_FLAT: bool = false;

    /// Number of levels of messages past the cap that are walked all the same, to know what is lost there.
    const LEVELS_PAST_CAP: u16 = 0;

    /// Whether the visitor takes one more field; see [`limits::FIELDS`].
    #[inline(always)]
    fn has_room(&self) -> bool {
        true
    }

    /// Takes a field of `level`, nested `depth` deep, which `cursor` has just given.
    ///
    /// # Errors
    ///
    /// The message that it is in is not walked any further.
    fn field(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &Self::Form,
        level: &mut Self::Level,
        depth: u16,
    ) -> Result<(), Self::Stop>;
}

/// Where a message breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken<S> {
    /// Where the first field of the message starts that was not walked to its end.
    pub(super) at: u32,
    pub(super) stop: S,
}

/// Walks over the fields of the payload itself, up to the first that does not read.
///
/// # Errors
///
/// There is such a field, or the visitor has stopped.
#[inline(always)]
pub(super) fn payload<'p, V: Visitor<'p>>(
    visitor: &mut V,
    payload: &'p [u8],
    level: &mut V::Level,
) -> Result<(), Broken<V::Stop>> {
    fields(visitor, &mut Cursor::new(payload), None, level, 0).map(|_| ())
}

/// Walks over a message, the rest of `cursor`. `depth` is the nesting of the fields in it.
///
/// # Errors
///
/// It is too deep, it breaks off, or the visitor has stopped.
#[inline(always)]
pub(super) fn message<'p, V: Visitor<'p>>(
    visitor: &mut V,
    mut cursor: Cursor<'p>,
    level: &mut V::Level,
    depth: u16,
) -> Result<(), V::Stop> {
    if depth > limits::DEPTH + V::LEVELS_PAST_CAP {
        return Err(WireError { offset: cursor.position(), kind: ProblemKind::TooDeep }.into());
    }
    fields(visitor, &mut cursor, None, level, depth).map(|_| ()).map_err(|broken| broken.stop)
}

/// Walks over the group whose start tag `cursor` has just given, and returns where its end tag starts; `cursor` then
/// stands behind that. `depth` is the nesting of the fields in it.
///
/// # Errors
///
/// It is too deep, it does not read to its end tag, or the visitor has stopped. `cursor` is then anywhere in it.
#[inline]
pub(super) fn group<'p, V: Visitor<'p>>(
    visitor: &mut V,
    cursor: &mut Cursor<'p>,
    start_tag: &RawField,
    level: &mut V::Level,
    depth: u16,
) -> Result<u32, V::Stop> {
    if depth > limits::DEPTH {
        return Err(WireError { offset: start_tag.start, kind: ProblemKind::TooDeep }.into());
    }
    fields(visitor, cursor, Some(start_tag), level, depth).map_err(|broken| broken.stop)
}

/// Steps over the group whose start tag `cursor` has just given. Only groups inside of it are counted against the cap.
///
/// # Errors
///
/// As [`group`].
pub(super) fn skip_group<'p>(cursor: &mut Cursor<'p>, start_tag: &RawField) -> Result<(), WireError> {
    group(&mut Nothing, cursor, start_tag, &mut (), 0).map(|_| ())
}

/// Shows a field that `cursor` has just given, as the walk over a level does.
///
/// # Errors
///
/// It is an end tag where no group is open, there is no room for it, or the visitor has stopped.
#[inline(always)]
pub(super) fn field<'p, V: Visitor<'p>>(
    visitor: &mut V,
    cursor: &mut Cursor<'p>,
    field: &V::Form,
    level: &mut V::Level,
    depth: u16,
) -> Result<(), V::Stop> {
    if !visitor.has_room() {
        return Err(WireError { offset: field.start(), kind: ProblemKind::TooManyFields }.into());
    }
    if !V::GROUPS_ARE_FLAT && field.end_tag().is_some() {
        return Err(WireError { offset: field.start(), kind: ProblemKind::BadGroup }.into());
    }
    visitor.field(cursor, field, level, depth)
}

/// Walks over the fields up to the end of `cursor`, or to the end tag of `group`, and returns where they end.
#[inline(always)]
fn fields<'p, V: Visitor<'p>>(
    visitor: &mut V,
    cursor: &mut Cursor<'p>,
    group: Option<&RawField>,
    level: &mut V::Level,
    depth: u16,
) -> Result<u32, Broken<V::Stop>> {
    while let Some(next) = V::Form::next(cursor) {
        let next = match next {
            Ok(next) => next,
            Err(error) => return Err(Broken { at: cursor.position(), stop: error.into() }),
        };
        if group.is_some_and(|group| next.end_tag() == Some(group.number)) {
            return Ok(next.start());
        }
        if let Err(stop) = field(visitor, cursor, &next, level, depth) {
            return Err(Broken { at: next.start(), stop });
        }
    }
    match group {
        Some(group) => {
            let endless = WireError { offset: group.start, kind: ProblemKind::BadGroup };
            Err(Broken { at: group.start, stop: endless.into() })
        }
        None => Ok(cursor.position()),
    }
}

/// Whether the field nested `depth` deep may hold messages, or is at the cap.
#[inline(always)]
pub(super) const fn may_hold_messages(depth: u16) -> bool {
    depth < limits::DEPTH
}

/// Whether `len` bytes in a field nested `depth` deep may hold messages past the cap: no level takes less than two
/// bytes.
#[inline(always)]
pub(super) fn may_be_too_deep(len: usize, depth: u16) -> bool {
    len >= 2 * usize::from(limits::DEPTH.saturating_sub(depth))
}

/// Visitor that goes into groups, to step over them.
struct Nothing;

impl<'p> Visitor<'p> for Nothing {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    #[inline]
    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        match field.wire_type {
            WireType::StartGroup => group(self, cursor, field, &mut (), depth + 1).map(|_| ()),
            _ => Ok(()),
        }
    }
}
