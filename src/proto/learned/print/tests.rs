//! What is printed while it is read, held against what is printed from a reading.

use super::*;
use crate::limits;
use crate::proto::learned::{Given, Scales};
use crate::proto::path::FieldPath;
use crate::proto::sampling::{PROTO2, PROTO3, Random, Traits, message, push_varint, schema};
use crate::proto::schema::TypeId;
use crate::proto::schemaless::samples::{field, wire_like};
use proptest::prelude::*;

fn learn<'p>(payloads: impl IntoIterator<Item = &'p Vec<u8>>) -> Paths {
    let (mut paths, mut scales) = (Paths::default(), Scales::default());
    payloads.into_iter().for_each(|payload| paths.learn(payload, None, &mut scales));
    paths.settle();
    paths
}

/// What is printed, behind other output; none if the payload must be read. Held against the slow way.
fn printed(payload: &[u8], paths: &Paths) -> Option<String> {
    let (mut printer, mut reading) = (Printer::default(), Reading::default());
    let (mut out, mut expected) = (b"before".to_vec(), b"before".to_vec());
    // Twice: nothing of the payload before it shows.
    for _ in 0..2 {
        out.truncate(6);
        if !printer.print(payload, paths, &mut out) {
            assert_eq!(out, b"before");
            return None;
        }
    }
    reading.read_learned(payload, paths);
    json::write(&reading.of(payload, None), &mut expected);
    assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&expected), "{payload:02x?}");
    assert_eq!(reading.problems, []);
    assert_eq!(printer.gives_bytes(), json::gives_bytes(&reading), "{payload:02x?}");
    Some(String::from_utf8(out[6..].to_vec()).unwrap())
}

/// The fields of a message, each with its tag.
fn fields(payload: &[u8]) -> Vec<&[u8]> {
    let mut cursor = Cursor::new(payload);
    std::iter::from_fn(|| cursor.next_field())
        .map(|field| {
            let field = field.unwrap();
            &payload[field.start as usize..field.value_end as usize]
        })
        .collect()
}

#[test]
fn messages_of_every_type_are_printed_as_they_are_read() {
    for (text, groups) in [(PROTO3, false), (PROTO2, true)] {
        let (schema, mut random) = (schema(text), Random(7));
        let types: Vec<TypeId> = schema.message_types().collect();
        let traits = Traits { maps: true, unknown: true, plain_floats: false };
        let (mut count, mut sound) = (0, 0);
        for id in types {
            let mut payloads: Vec<Vec<u8>> = (0..30).map(|_| message(&mut random, &schema, id, traits, 3)).collect();
            if !groups {
                // Half of them in no order.
                for payload in payloads.iter_mut().skip(15) {
                    let mut fields = fields(payload);
                    (1..fields.len()).for_each(|at| fields.swap(at, random.below(at + 1)));
                    *payload = fields.concat();
                }
            }
            for taught in [0, 1, 20] {
                let paths = learn(&payloads[..taught]);
                for payload in &payloads {
                    count += 1;
                    sound += usize::from(printed(payload, &paths).is_some());
                }
            }
        }
        assert!(groups || sound * 100 / count > 85, "{sound} of {count}");
    }
}

#[test]
fn keys_that_take_turns_are_brought_together() {
    let inside = |n| [vec![0x10, n], vec![0x08, n], vec![0x10, n + 1]].concat();
    let payload = [
        field(3, &inside(1)),
        field(1, b"one"),
        field(3, &inside(3)),
        field(3, b""),
        field(1, b"two"),
        b"\xc2\x0c\x03far".to_vec(),
        field(3, &inside(5)),
    ]
    .concat();
    let paths = learn(&vec![payload.clone(); 9]);
    let expected = r#"{"3":[{"2":[1,2],"1":1},{"2":[3,4],"1":3},{},{"2":[5,6],"1":5}],"1":["one","two"],"200":"far"}"#;
    assert_eq!(printed(&payload, &paths).as_deref(), Some(expected));
    assert_eq!(printed(b"", &paths).as_deref(), Some("{}"));
}

#[test]
fn keys_take_turns_as_often_as_they_like() {
    let payload = [[0x10, 1], [0x08, 2], [0x20, 3]].concat().repeat(20 * limits::TURNS);
    let paths = learn([&payload]);
    assert!(printed(&payload, &paths).is_some());
}

#[test]
fn turns_of_too_many_keys_are_left_to_a_reading() {
    let keys = |count: usize| -> Vec<u8> {
        let mut payload = vec![];
        for number in (1..=count).rev() {
            push_varint((number << 3) as u64, &mut payload);
            payload.push(1);
        }
        payload.repeat(2)
    };
    let paths = learn([&keys(limits::TURNS + 2)]);
    assert_eq!(printed(&keys(limits::TURNS + 2), &paths), None);
    assert!(printed(&keys(limits::TURNS), &paths).is_some());
}

#[test]
fn what_has_a_problem_is_left_to_a_reading() {
    let taught = vec![[field(1, &field(1, b"inside")), field(2, b"a text here")].concat(); 9];
    let paths = learn(&taught);
    for payload in [
        &b"\x0a\x03\x0a\x07x"[..], // what was a message breaks off
        b"\x12\x01x\x0a",          // the payload breaks off
        b"\x12\x81\x00x",          // a length of more bytes than it needs
        b"\x0b\x08\x01\x0c",       // a group
        b"\x12\x01x\x00",          // no field number
    ] {
        assert_eq!(printed(payload, &paths), None, "{payload:02x?}");
    }
    let mut given = Paths::default();
    given.give(&FieldPath::parse("1").unwrap(), "bool".parse::<Given>().unwrap());
    assert_eq!(printed(b"\x08\x01", &given).as_deref(), Some(r#"{"1":true}"#));
    assert_eq!(printed(b"\x08\x02", &given), None);
}

#[test]
fn nesting_is_followed_to_its_cap() {
    let nested = |levels: usize| {
        (0..levels).fold(b"\x08\x01".to_vec(), |inner, _| {
            let mut outer = vec![0x0a];
            push_varint(inner.len() as u64, &mut outer);
            [outer, inner].concat()
        })
    };
    let paths = learn(&vec![nested(100); 9]);
    for levels in [0, 1, 99, 100, 101, 150] {
        let _ = printed(&nested(levels), &paths);
    }
    assert!(printed(&nested(50), &paths).is_some());
}

proptest! {
    #[test]
    fn whatever_was_learned_it_is_printed_as_it_is_read(
        taught in prop::collection::vec(wire_like(), 0..6),
        payload in wire_like(),
        repeated in 1..4_usize,
    ) {
        let taught: Vec<Vec<u8>> = taught.iter().cycle().take(taught.len() * repeated).cloned().collect();
        let paths = learn(&taught);
        for payload in taught.iter().chain([&payload]) {
            let _ = printed(payload, &paths);
        }
    }

    #[test]
    fn whatever_the_user_says_it_is_printed_as_it_is_read(
        given in prop::collection::vec(("[1-4](\\.[1-4])?", prop::sample::select(Given::names().collect::<Vec<_>>())), 0..4),
        payload in wire_like(),
    ) {
        let mut paths = learn([&payload]);
        for (path, name) in given {
            paths.give(&FieldPath::parse(&path).unwrap(), name.parse().unwrap());
        }
        let _ = printed(&payload, &paths);
    }
}
