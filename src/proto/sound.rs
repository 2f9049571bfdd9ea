//! Whether a payload can have a problem at all, without reading it.
//!
//! In: a payload with its top level, and its type, if it has one. Out: `true` only if a [`Reading`](super::Reading) of it
//! would hold no [`Problem`](super::Problem). Reports that show no payloads need the problems all the same; nearly every
//! payload has none, and seeing that costs a fraction of a reading. Invariant: what is doubtful is not sound. Allocates
//! nothing.

use super::identify;
use super::schema::{Schema, TypeId};
use super::top_level::TopField;
use super::wire::{Cursor, RawField};
use super::{TopLevel, WireType};
use crate::limits;

/// A field shorter than this cannot nest too deep: no level takes less than two bytes.
const SHORT: u32 = 2 * limits::DEPTH as u32;

/// Whether a payload that [fits](identify::fits) its type reads without a problem, if no type of the schema is an `Any`.
#[must_use]
pub fn is_sound_if_fit(payload: &[u8]) -> bool {
    payload.len() < limits::FIELDS && !may_be_overlong(payload)
}

/// Whether reading `payload`, of which `top` is the top level, meets no problem. `false` may also mean that only reading
/// can tell.
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

/// Whether what may be messages in these fields of `payload`, which have no type, brings no problem. Only the long ones and
/// those with a byte that need not be there are looked into: of the others, all of this is known.
fn is_sound_inside(payload: &[u8], fields: &[TopField]) -> bool {
    let content = |field: &TopField| {
        let content = payload.get(field.value_start as usize..field.value_end as usize);
        (field.wire_type() == WireType::Len).then_some(content.unwrap_or_default())
    };
    let is_sound = |field: &TopField| content(field).is_none_or(|content| is_sound_content(content, limits::DEPTH));
    if payload.len() >= SHORT as usize && fields.iter().any(|field| field.value_end - field.value_start >= SHORT) {
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

/// Whether a field that is read without schema, no group, brings no problem: neither its own encoding nor, where it may
/// be a message, what is inside. At most `levels` levels of messages may be inside each other there.
pub(super) fn is_sound_field(payload: &[u8], field: &RawField, levels: u16) -> bool {
    let content = || payload.get(field.value_start as usize..field.value_end as usize).unwrap_or_default();
    !field.overlong && (field.wire_type != WireType::Len || is_sound_content(content(), levels))
}

fn is_sound_content(content: &[u8], levels: u16) -> bool {
    let shallow = content.len() < 2 * usize::from(levels);
    if shallow && !may_be_overlong(content) {
        return true;
    }
    let Some(levels) = levels.checked_sub(1) else { return false };
    let (mut cursor, mut sound) = (Cursor::new(content), true);
    while let Some(field) = cursor.next_field() {
        // Content that does not read as fields is no message; then nothing inside it counts.
        let Ok(field) = field else { return true };
        sound = sound && !field.wire_type.is_group() && is_sound_field(content, &field, levels);
    }
    sound
}

/// Whether some byte may be the needless last one of a varint.
fn may_be_overlong(content: &[u8]) -> bool {
    needless_byte(content, 0).is_some()
}

/// Where the first byte from `from` on stands that may be the needless last one of a varint: a zero behind a byte that says
/// that more follow.
fn needless_byte(content: &[u8], from: usize) -> Option<usize> {
    let from = from.max(1);
    let says_more = |byte: Option<&u8>| byte.is_some_and(|byte| *byte >= 0x80);
    let mut zeros = memchr::memchr_iter(0, content.get(from..)?).map(|at| from + at);
    zeros.find(|at| says_more(content.get(at - 1)))
}

#[cfg(test)]
mod tests;
