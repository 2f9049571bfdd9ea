//! Whether a payload can have a problem at all, without reading it.
//!
//! In: a payload with its top level, and its type, if it has one. Out: `true` only if a [`Reading`](super::Reading) of
//! it would hold no [`Problem`](super::Problem). Reports that show no payloads need the problems all the same; nearly
//! every payload has none, and seeing that costs a fraction of a reading. Invariant: what is doubtful is not sound.
//! Allocates nothing.

mod inside;

use super::identify;
use super::schema::{Schema, TypeId};
use super::top_level::TopField;
use super::untyped::may_be_too_deep;
use super::{TopLevel, WireType};
use crate::limits;
pub(super) use inside::is_sound_undeclared;
use inside::{is_sound_content, may_be_overlong, needless_byte};

/// Whether a payload that [fits](identify::fits) its type reads without a problem, if no type of the schema is an
/// `Any`.
#[must_use]
pub fn is_sound_if_fit(payload: &[u8]) -> bool {
    payload.len() < limits::FIELDS && !may_be_overlong(payload)
}

/// Whether reading `payload`, of which `top` is the top level, meets no problem. `false` may also mean that only
/// reading can tell.
#[must_use]
pub fn is_sound(payload: &[u8], top: &TopLevel, typed: Option<(&Schema, TypeId)>) -> bool {
    // No field takes less than a byte.
    if payload.len() >= limits::FIELDS {
        return false;
    }
    match typed {
        Some((schema, id)) => identify::reads_well(schema, id, payload, top),
        None => top.is_plain() && !top.has_overlong() && is_sound_inside(payload, top.fields()),
    }
}

/// Whether what may be messages in these fields of `payload`, which have no type, brings no problem. Only the long ones
/// and those with a byte that need not be there are looked into: of the others, all of this is known.
fn is_sound_inside(payload: &[u8], fields: &[TopField]) -> bool {
    let content = |field: &TopField| {
        let content = payload.get(field.value_start as usize..field.value_end as usize);
        (field.wire_type() == WireType::Len).then_some(content.unwrap_or_default())
    };
    let is_sound = |field: &TopField| content(field).is_none_or(|content| is_sound_content(content, 0));
    let is_long = |field: &TopField| may_be_too_deep((field.value_end - field.value_start) as usize, 0);
    if may_be_too_deep(payload.len(), 0) && fields.iter().any(is_long) {
        return fields.iter().all(is_sound);
    }
    let (mut rest, mut from) = (fields.iter(), 0);
    while let Some(at) = needless_byte(payload, from) {
        let Some(field) = rest.find(|field| field.value_end as usize > at) else { break };
        if !is_sound(field) {
            return false;
        }
        // What else is in this field has been looked at.
        from = field.value_end as usize;
    }
    true
}

#[cfg(test)]
mod tests;
