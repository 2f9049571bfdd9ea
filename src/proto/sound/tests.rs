//! What is found sound, held against the problems of a reading.

use super::super::sampling::{PROTO2, PROTO3, Random, Traits, message, schema};
use super::super::{Reading, TopLevel};
use super::*;
use crate::proto::wire::Cursor;
use proptest::prelude::*;

fn top_of(payload: &[u8]) -> TopLevel {
    let mut top = TopLevel::default();
    top.read(payload);
    top
}

fn verdict(payload: &[u8], typed: Option<(&Schema, TypeId)>) -> (bool, Reading) {
    let mut reading = Reading::default();
    reading.read(payload, typed);
    (is_sound(payload, &top_of(payload), typed), reading)
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
            if let Some((schema, id)) =
                typed.filter(|(schema, id)| identify::fits(schema, *id, &payload, &top_of(&payload)))
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

/// What is sound of payloads without type, a field at a time.
fn is_sound_the_long_way(payload: &[u8]) -> bool {
    let (mut cursor, mut sound) = (Cursor::new(payload), true);
    while let Some(field) = cursor.next_field() {
        let Ok(field) = field else { return false };
        let is_group = field.wire_type.is_group();
        sound = sound && !is_group && is_sound_undeclared(payload, &field, 0);
    }
    sound
}

fn needless_bytes(content: &[u8]) -> Vec<usize> {
    (1..content.len()).filter(|at| content[at - 1] >= 0x80 && content[*at] == 0).collect()
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

/// Fields of many kinds in a row, texts, messages, bytes with a needless one among them, long ones too.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let blob = prop::collection::vec(prop::sample::select(vec![0, 1, 8, 10, 0x0d, 0x80, 0xff]), 0..60);
    let field = (0..6, blob, 0..250_usize).prop_map(|(kind, blob, len)| match kind {
        0 => vec![0x08, 0x81, 0x00],
        1 => vec![0x10, 0x81, 0x01],
        2 => vec![0x1d, 0x80, 0, 0x80, 0],
        3 => {
            let mut long = vec![0x22];
            super::super::sampling::push_varint(len as u64, &mut long);
            long.extend(blob.iter().cycle().copied().chain(std::iter::repeat(1)).take(len));
            long
        }
        _ => [&[0x2a, u8::try_from(blob.len()).unwrap()][..], &blob].concat(),
    });
    // Seldom one that is overlong itself, as no other is looked at then.
    let overlong = prop::bool::weighted(0.1);
    (prop::collection::vec(field, 0..12), overlong).prop_map(|(fields, overlong)| {
        fields.into_iter().filter(|field| overlong || field != b"\x08\x81\0").collect::<Vec<_>>().concat()
    })
}

proptest! {
    #[test]
    fn what_is_sound_is_what_is_sound_a_field_at_a_time(payload in fields()) {
        let (is_sound, _) = verdict(&payload, None);
        prop_assert_eq!(is_sound, is_sound_the_long_way(&payload));
    }

    #[test]
    fn needless_bytes_are_found_one_after_the_other(
        content in prop::collection::vec(prop::sample::select(vec![0, 1, 2, 3, 0x7f, 0x80, 0xff]), 0..150),
        from in 0..160_usize,
    ) {
        let all = needless_bytes(&content);
        prop_assert_eq!(needless_byte(&content, from), all.iter().copied().find(|at| *at >= from));
        prop_assert_eq!(may_be_overlong(&content), !all.is_empty());
    }
}
