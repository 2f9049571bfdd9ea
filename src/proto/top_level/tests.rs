//! The top level of a payload, held against walks over all of it.

use super::*;
use crate::proto::wire::{Cursor, RawField};
use proptest::prelude::*;

/// A few field numbers and all wire types, groups and rubbish among them, so that paths are hit.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let field = (1..4_u8, 0..9_u8, prop::collection::vec(any::<u8>(), 0..6)).prop_map(|(number, kind, rest)| {
        let tag = number << 3;
        match kind {
            0 | 1 => vec![tag, 7],
            2 => [&[tag | 5][..], &[1, 2, 3, 4]].concat(),
            3 => [&[tag | 1][..], &[0; 8]].concat(),
            4 => vec![tag | 2, 2, 8, 5],
            5 => vec![tag | 3],
            6 => vec![tag | 4],
            7 if rest.len() == 5 => vec![tag | 0x80, 1, 0x81, 0],
            7 if rest.len() == 4 => vec![tag | 0x82, 0x80, 0, 1, 9],
            _ => rest,
        }
    });
    prop::collection::vec(field, 0..12).prop_map(|fields| fields.concat())
}

proptest! {
    #[test]
    fn it_finds_what_the_path_finds(payload in payload(), numbers in prop::collection::vec(1..4_u32, 1..3)) {
        let text: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let path = FieldPath::parse(&text.join(".")).unwrap();
        let mut top = TopLevel::default();
        top.read(b"\x08\x01\x07");
        top.read(&payload);
        prop_assert_eq!(top.find(&payload, &path), path.find(&payload));
    }

    #[test]
    fn what_is_kept_comes_back_as_it_was(payloads in prop::collection::vec(payload(), 1..6)) {
        let (mut top, mut kept, mut expected) = (TopLevel::default(), KeptTopLevels::default(), Vec::new());
        let told = |top: &TopLevel| format!("{:?} {:?}", top.fields(), top.glance);
        for payload in &payloads {
            top.read(payload);
            kept.push(&top);
            expected.push(told(&top));
        }
        for expected in expected {
            top.read(b"\x08\x01\x07\x0b\x88\x00\x81\x00\x0c");
            kept.pop(&mut top);
            prop_assert_eq!(told(&top), expected);
        }
    }

    #[test]
    fn it_knows_what_a_walk_over_the_payload_knows(payload in payload()) {
        let mut top = TopLevel::default();
        top.read(b"\x0b\x88\x00\x81\x00\x0c");
        top.read(&payload);
        let (mut cursor, mut fields, mut is_broken) = (Cursor::new(&payload), Vec::new(), false);
        while let Some(field) = cursor.next_field() {
            let Ok(field) = field else { is_broken = true; break };
            fields.push(field);
        }
        let known: Vec<RawField> = top.fields().iter().map(|field| field.raw(&payload)).collect();
        let plain = |field: &RawField| RawField { overlong: false, start: field.value_start, ..*field };
        prop_assert_eq!(known, fields.iter().map(plain).collect::<Vec<_>>());
        prop_assert_eq!(top.is_broken(), is_broken);
        prop_assert_eq!(top.has_overlong(), fields.iter().any(|field| field.overlong));
        prop_assert_eq!(top.is_plain(), !is_broken && !fields.iter().any(|field| field.wire_type.is_group()));
        let mut tags: Vec<u32> = fields.iter().map(|field| field.number << 3 | field.wire_type as u32).collect();
        let small = tags.iter().filter(|tag| **tag < 128);
        prop_assert_eq!(top.small_tags(), small.fold(0, |tags, tag| tags | 1_u128 << tag));
        tags.dedup();
        let mix = |digest: u64, tag: &u32| {
            (digest.rotate_left(23) ^ u64::from(tag + 1)).wrapping_mul(6_364_136_223_846_793_005)
        };
        prop_assert_eq!(top.digest(), tags.iter().fold(0, mix));
        prop_assert_eq!(digest(&payload), top.digest());
    }
}

#[test]
fn past_what_is_kept_the_payload_is_asked() {
    let payload = [b"\x10\x07".repeat(TOP_LEVEL_FIELDS), b"\x18\x01".to_vec()].concat();
    let mut top = TopLevel::default();
    top.read(&payload);
    assert_eq!((top.fields().len(), top.is_plain()), (TOP_LEVEL_FIELDS, false));
    assert_eq!(digest(&payload), top.digest());
    assert_eq!(top.find(&payload, &FieldPath::parse("3").unwrap()), Some(RawValue::Varint(1)));
}

#[test]
fn the_digest_is_of_numbers_and_wire_types_and_not_of_values_and_lengths_of_lists() {
    // 1: 5, 2: "a", 2: "b"
    let known = digest(b"\x08\x05\x12\x01a\x12\x01b");
    assert_eq!(known, digest(b"\x08\x96\x01\x12\x00"));
    for other in [&b"\x08\x05"[..], b"\x12\x00\x08\x05", b"\x08\x05\x10\x05", b"\x08\x05\x1a\x00", b""] {
        assert_ne!(known, digest(other), "{other:02x?}");
    }
}
