//! The walk over a payload along its type.
//!
//! In: a payload, its type, and a [`Visitor`]. Out: the fields, each shown to the visitor as what it is: declared,
//! packed, a message, a group, encoded in another way than declared, or unknown. What the wire format and a schema say
//! together stands here and nowhere else: which field a number is, how deep messages and groups may be inside each
//! other, which end tag ends which group, and that a message breaks off where it does not read. Invariant: a visitor
//! sees the fields of a level in the order of their bytes, and none behind a mistake that it does not take upon
//! itself. Monomorphised for each visitor; allocates nothing. Not responsible for what values mean, nor for fields
//! that a type does not have.

mod form;
#[cfg(test)]
mod tests;

use super::schema::TypeId;
use super::untyped::Form as _;
use super::wire::{Cursor, WireError};
use super::{ProblemKind, WireType};
use crate::limits;
pub(super) use form::{Declaration, Form, Inside};

/// What is made of the fields of a walk. Unless it says otherwise, a visitor stops where a payload is not of its type.
pub(super) trait Visitor<'p>: Sized {
    /// The form in which the visitor wants its fields.
    type Form: Form<'p>;
    /// What the visitor needs to know of a declared field.
    type Row: Declaration;
    /// What the visitor keeps of a message or group while its fields come.
    type State;
    /// Why the visitor goes no further.
    type Stop: From<WireError>;

    /// Begins a message or group, whose fields are the next in `content`.
    ///
    /// # Errors
    ///
    /// The visitor has seen enough; this is so of all that follow, too.
    fn begin(&mut self, id: TypeId, content: &Cursor<'p>) -> Result<Self::State, Self::Stop>;

    /// What the type of a message says of a field number, if it has it.
    fn row(&self, level: &Level<Self::State>, number: u32) -> Option<Self::Row>;

    /// Counts one more field, and says whether the visitor takes it; see [`limits::FIELDS`].
    #[inline(always)]
    fn takes_one_more(&mut self) -> bool {
        true
    }

    /// Takes a field that comes as it is declared, or packed, before its value is shown.
    #[inline(always)]
    fn declared(
        &mut self,
        _field: &Self::Form,
        _row: Self::Row,
        _level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop> {
        Ok(())
    }

    /// Whether the visitor reads the field itself, which `cursor` has just given, with all that is
    /// inside, and more fields if it likes.
    #[inline(always)]
    fn takes_over(
        &mut self,
        _cursor: &mut Cursor<'p>,
        _field: &Self::Form,
        _row: Self::Row,
        _level: &mut Level<Self::State>,
    ) -> Result<bool, Self::Stop> {
        Ok(false)
    }

    /// What is inside of a field, for this visitor.
    #[inline(always)]
    fn inside(&self, _field: &Self::Form, row: Self::Row, _level: &Level<Self::State>) -> Inside {
        row.inside()
    }

    /// Takes a declared value with nothing inside.
    fn value(
        &mut self,
        cursor: &Cursor<'p>,
        field: &Self::Form,
        row: Self::Row,
        level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop>;

    /// Takes a list of numbers in one field.
    fn packed(
        &mut self,
        cursor: &Cursor<'p>,
        field: &Self::Form,
        row: Self::Row,
        level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop>;

    /// Enters a message or group in a field, before its first field.
    #[inline(always)]
    fn enter(
        &mut self,
        _field: &Self::Form,
        _row: Self::Row,
        _id: TypeId,
        _level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop> {
        Ok(())
    }

    /// Leaves what was entered last; says where its content ends, and where it ends itself.
    #[inline(always)]
    fn leave(&mut self, _content_end: u32, _end: u32) {}

    /// Takes a message in a field that is too deep, or whose type nobody knows.
    #[inline(always)]
    fn not_followed(
        &mut self,
        _cursor: &Cursor<'p>,
        field: &Self::Form,
        _row: Self::Row,
        _level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop> {
        Err(error(field.start(), ProblemKind::TooDeep))
    }

    /// Takes a field that is encoded in another way than declared.
    #[inline(always)]
    fn mismatched(
        &mut self,
        _cursor: &mut Cursor<'p>,
        field: &Self::Form,
        _row: Self::Row,
        _level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop> {
        Err(error(field.start(), ProblemKind::WrongWireType))
    }

    /// Takes a field that the type does not have, which `cursor` has just given; of a group only the start tag, and
    /// `cursor` is to be moved past its end.
    fn undeclared(
        &mut self,
        cursor: &mut Cursor<'p>,
        field: &Self::Form,
        level: &mut Level<Self::State>,
    ) -> Result<(), Self::Stop>;

    /// Takes upon itself that a message does not read on from `at`: its rest is left out, with that of the groups that
    /// it is in.
    ///
    /// # Errors
    ///
    /// It does not.
    #[inline(always)]
    fn broken(
        &mut self,
        _at: u32,
        _end: u32,
        _level: &mut Level<Self::State>,
        stop: Self::Stop,
    ) -> Result<(), Self::Stop> {
        Err(stop)
    }

    /// Ends a message or group, whether it is broken or not.
    fn end(&mut self, level: &mut Level<Self::State>) -> Result<(), Self::Stop>;
}

/// Says that a visitor has seen enough, where nobody asks why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl From<WireError> for Refused {
    #[inline(always)]
    fn from(_: WireError) -> Self {
        Self
    }
}

/// A message or group on the way down.
pub(super) struct Level<S> {
    pub(super) id: TypeId,
    /// Nesting of the fields in the message, 0 for those of the payload itself.
    pub(super) depth: u16,
    pub(super) state: S,
}

/// How a message or group came to its end.
enum End {
    /// The bytes of the message are used up.
    Content,
    /// The end tag of the group stands from here to there.
    Tag(u32, u32),
    /// The message does not read on.
    Broken,
}

/// Walks over a payload.
///
/// # Errors
///
/// The visitor has stopped.
#[inline(always)]
pub(super) fn payload<'p, V: Visitor<'p>>(visitor: &mut V, payload: &'p [u8], id: TypeId) -> Result<(), V::Stop> {
    level(visitor, Cursor::new(payload), id, 0, None).map(|_| ())
}

/// Walks over a payload whose top level has been read: these fields, of which none is a group.
///
/// # Errors
///
/// The visitor has stopped.
#[inline(always)]
pub(super) fn top_level<'p, V: Visitor<'p>>(
    visitor: &mut V,
    payload: &'p [u8],
    mut fields: impl Iterator<Item = V::Form>,
    id: TypeId,
) -> Result<(), V::Stop> {
    let mut cursor = Cursor::new(payload);
    let mut level = Level { id, depth: 0, state: visitor.begin(id, &cursor)? };
    fields.try_for_each(|next| field(visitor, &mut cursor, &next, &mut level).map(|_| ()))?;
    visitor.end(&mut level)
}

/// Walks over a message, the rest of `cursor`, or over the group of this number.
fn level<'p, V: Visitor<'p>>(
    visitor: &mut V,
    mut cursor: Cursor<'p>,
    id: TypeId,
    depth: u16,
    group: Option<u32>,
) -> Result<End, V::Stop> {
    let start = cursor;
    let mut level = Level { id, depth, state: visitor.begin(id, &cursor)? };
    let end = loop {
        let before = cursor;
        let step = match V::Form::next(&mut cursor) {
            Some(Ok(next)) => match next.end_tag() {
                Some(number) if group == Some(number) => break End::Tag(before.position(), cursor.position()),
                Some(_) => Err(error(before.position(), ProblemKind::BadGroup)),
                None => field(visitor, &mut cursor, &next, &mut level),
            },
            Some(Err(error)) => Err(error.into()),
            None if group.is_none() => break End::Content,
            None => Err(error(start.position(), ProblemKind::BadGroup)),
        };
        match step {
            Ok(End::Content | End::Tag(..)) => {}
            Ok(End::Broken) => break End::Broken,
            Err(stop) => {
                visitor.broken(before.position(), cursor.end(), &mut level, stop)?;
                break End::Broken;
            }
        }
    };
    visitor.end(&mut level)?;
    Ok(end)
}

/// Walks over one field that `cursor` has just given. The end is that of what is inside; if that is a
/// broken group, its message is, too.
#[inline(always)]
fn field<'p, V: Visitor<'p>>(
    visitor: &mut V,
    cursor: &mut Cursor<'p>,
    field: &V::Form,
    level: &mut Level<V::State>,
) -> Result<End, V::Stop> {
    if !visitor.takes_one_more() {
        return Err(error(field.start(), ProblemKind::TooManyFields));
    }
    let Some(row) = visitor.row(level, field.number()) else {
        return visitor.undeclared(cursor, field, level).map(|()| End::Content);
    };
    let is_as_declared = field.is(row.wire_type());
    if !(is_as_declared || field.is(WireType::Len) && row.is_packable()) {
        return visitor.mismatched(cursor, field, row, level).map(|()| End::Content);
    }
    visitor.declared(field, row, level)?;
    if visitor.takes_over(cursor, field, row, level)? {
        return Ok(End::Content);
    }
    if !is_as_declared {
        return visitor.packed(cursor, field, row, level).map(|()| End::Content);
    }
    match visitor.inside(field, row, level) {
        Inside::Nothing => visitor.value(cursor, field, row, level)?,
        Inside::Message(id) => {
            let Some((id, depth)) = id.zip(deeper(level.depth)) else {
                return visitor.not_followed(cursor, field, row, level).map(|()| End::Content);
            };
            visitor.enter(field, row, id, level)?;
            let content = field.fields_inside(cursor);
            self::level(visitor, content, id, depth, None)?;
            visitor.leave(content.end(), content.end());
        }
        Inside::Group(id) => {
            // Where a group ends is only known by reading it: one that is too deep takes the rest of its message along.
            let followed = id.zip(deeper(level.depth));
            let (id, depth) = followed.ok_or_else(|| error(field.start(), ProblemKind::TooDeep))?;
            visitor.enter(field, row, id, level)?;
            let end = self::level(visitor, *cursor, id, depth, Some(field.number()))?;
            let (content_end, behind) =
                if let End::Tag(start, behind) = end { (start, behind) } else { (cursor.end(), cursor.end()) };
            visitor.leave(content_end, behind);
            cursor.move_to(behind);
            return Ok(end);
        }
    }
    Ok(End::Content)
}

/// The depth of the fields inside of a field at `depth`, unless that is too deep.
#[inline(always)]
fn deeper(depth: u16) -> Option<u16> {
    (depth < limits::DEPTH).then_some(depth + 1)
}

/// Whether `len` bytes of a message, of which the fields have this depth, hold none that is too deep: no level takes
/// less than two bytes.
pub(super) fn is_shallow(len: usize, depth: u16) -> bool {
    len / 2 + usize::from(depth) < usize::from(limits::DEPTH)
}

#[inline(always)]
fn error<E: From<WireError>>(offset: u32, kind: ProblemKind) -> E {
    WireError { offset, kind }.into()
}
