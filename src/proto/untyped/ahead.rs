//! A look ahead, before fields become nodes.
//!
//! In: the content of a field. Out: whether it is fields. Most texts break off soon; finding that out is far cheaper
//! than nodes that are thrown away. Invariant: what does not read on is no message. Not responsible for which groups
//! end where, nor for caps: only whoever walks over the content knows whether it is one.

use super::{Skimmed, Visitor, message};
use crate::proto::wire::{Cursor, WireError};
use crate::proto::{ProblemKind, WireType};

/// Whether the content of `cursor` reads as fields to its last byte, with as many ends of groups as starts, values left
/// unread.
///
/// # Errors
///
/// Why it does not.
#[inline]
pub(in crate::proto) fn reads_on(cursor: Cursor<'_>) -> Result<(), ProblemKind> {
    let mut open = OpenGroups(0);
    message(&mut open, cursor, &mut (), 0).map_err(|error| error.kind)?;
    if open.0 > 0 { Err(ProblemKind::BadGroup) } else { Ok(()) }
}

/// How many groups are open.
struct OpenGroups(u32);

impl<'p> Visitor<'p> for OpenGroups {
    type Form = Skimmed;
    type Level = ();
    type Stop = WireError;

    const GROUPS_ARE_FLAT: bool = true;

    #[inline(always)]
    fn field(&mut self, _: &mut Cursor<'p>, Skimmed(field): &Skimmed, (): &mut (), _: u16) -> Result<(), WireError> {
        let too_many_ends = WireError { offset: field.start, kind: ProblemKind::BadGroup };
        match field.wire_type {
            WireType::StartGroup => self.0 += 1,
            WireType::EndGroup => self.0 = self.0.checked_sub(1).ok_or(too_many_ends)?,
            _ => {}
        }
        Ok(())
    }
}
