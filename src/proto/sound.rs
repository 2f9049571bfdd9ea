//! Whether a payload can have a problem at all, without reading it.
//!
//! In: a payload with its top level, and its type, if it has one. Out: `true` only if a [`Reading`](super::Reading) of it
//! would hold no [`Problem`](super::Problem). Reports that show no payloads need the problems all the same; nearly every
//! payload has none, and seeing that costs a fraction of a reading. Invariant: what is doubtful is not sound. Allocates
//! nothing.

use super::identify;
use super::schema::{Schema, TypeId};
use super::wire::{Cursor, RawField};
use super::{TopLevel, WireType};
use crate::limits;

/// Whether a payload that [fits](identify::fits) its type reads without a problem, if no type of the schema is an `Any`.
#[must_use]
pub fn is_sound_if_fit(payload: &[u8]) -> bool {
    payload.len() < limits::FIELDS && !may_be_overlong(payload)
}

/// Whether reading `payload`, of which `top` is the top level, meets no problem. `false` may also mean that only reading
/// can tell.
#[must_use]
pub fn is_sound(payload: &[u8], top: &TopLevel, typed: Option<(&Schema, TypeId)>) -> bool {
    const SHORT: u32 = 2 * limits::DEPTH as u32;
    // No field takes less than a byte.
    if payload.len() >= limits::FIELDS {
        return false;
    }
    match typed {
        Some((schema, id)) => identify::reads_well(schema, id, payload),
        None if !top.is_plain() => false,
        None => {
            let is_doubtful = may_be_overlong(payload);
            top.fields().iter().all(|field| {
                // Most values are too short to nest too deep, and no byte of the payload is one that need not be there.
                let is_plain = !is_doubtful && field.value_end - field.value_start < SHORT;
                is_plain || is_sound_field(payload, field, limits::DEPTH)
            })
        }
    }
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
        let is_group = matches!(field.wire_type, WireType::StartGroup | WireType::EndGroup);
        sound = sound && !is_group && is_sound_field(content, &field, levels);
    }
    sound
}

/// Whether some byte may be the needless last one of a varint: a zero behind a byte that says that more follow.
fn may_be_overlong(content: &[u8]) -> bool {
    let behind = content.get(1..).unwrap_or_default();
    // Without a way out, so that many bytes are looked at together.
    content.iter().zip(behind).fold(false, |found, (byte, next)| found | (*byte >= 0x80 && *next == 0))
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{PROTO2, PROTO3, Random, Traits, message, schema};
    use super::super::{Reading, TopLevel};
    use super::*;
    use proptest::prelude::*;

    fn verdict(payload: &[u8], typed: Option<(&Schema, TypeId)>) -> (bool, Reading) {
        let (mut top, mut reading) = (TopLevel::default(), Reading::default());
        top.read(payload);
        reading.read(payload, typed);
        (is_sound(payload, &top, typed), reading)
    }

    /// Random messages, as they are and damaged in a byte or two, read as their type, as another, and without one. Returns
    /// how many of those without a problem in their own type were found sound, in percent.
    fn hold_against_readings(text: &str, seed: u64) -> usize {
        let (schema, mut random) = (schema(text), Random(seed));
        let types: Vec<TypeId> = schema.message_types().collect();
        let traits = Traits { maps: true, unknown: true, plain_floats: false };
        let (mut sound, mut whole) = (0, 0);
        for round in 0..2000 {
            let id = types[random.below(types.len())];
            let mut payload = message(&mut random, &schema, id, traits, 3);
            for _ in 0..round % 3 {
                if !payload.is_empty() {
                    let at = random.below(payload.len());
                    payload[at] = *[0, 0x80, 0x81, random.next().to_le_bytes()[0]].get(random.below(4)).unwrap();
                }
            }
            let other = types[random.below(types.len())];
            for typed in [None, Some((&schema, id)), Some((&schema, other))] {
                let (is_sound, reading) = verdict(&payload, typed);
                if let Some((schema, id)) = typed.filter(|(schema, id)| identify::fits(schema, *id, &payload))
                    && is_sound_if_fit(&payload)
                    && !schema.has_any()
                {
                    assert_eq!(reading.problems, [], "{payload:02x?} {id:?}");
                }
                assert!(!is_sound || reading.problems.is_empty(), "{payload:02x?} {typed:?} {:?}", reading.problems);
                if reading.problems.is_empty() && typed.is_some_and(|(_, of)| of == id) {
                    whole += 1;
                    sound += usize::from(is_sound);
                }
            }
        }
        sound * 100 / whole
    }

    #[test]
    fn what_is_sound_has_no_problem_and_most_that_an_encoder_wrote_is_sound() {
        assert!(hold_against_readings(PROTO3, 1) > 80);
        hold_against_readings(PROTO2, 2);
    }

    #[test]
    fn nesting_past_the_cap_is_not_sound_and_up_to_it_is() {
        let nested = |levels: usize| {
            (0..levels).fold(b"\x08\x01".to_vec(), |inner, _| {
                let mut outer = vec![0x0a];
                super::super::sampling::push_varint(inner.len() as u64, &mut outer);
                outer.extend_from_slice(&inner);
                outer
            })
        };
        for levels in [1, 60, 99, 100, 101, 150] {
            let (is_sound, reading) = verdict(&nested(levels), None);
            assert_eq!(is_sound, reading.problems.is_empty(), "{levels}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sound_has_no_problem_whatever_the_bytes(
            payload in prop::collection::vec(prop::sample::select(vec![0, 1, 2, 8, 10, 11, 12, 16, 18, 26, 0x80, 0x81, 0xff]), 0..40)
        ) {
            let (is_sound, reading) = verdict(&payload, None);
            prop_assert!(!is_sound || reading.problems.is_empty(), "{:?}", reading.problems);
        }
    }
}
