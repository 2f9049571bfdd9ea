//! Payloads are read as a type, and what does not fit is told with its place.

mod hostile;

use crate::limits;
use crate::proto::sampling::{self, PROTO2, PROTO3, Random, Traits, push_len, push_tag, push_varint};
use crate::proto::{Node, ProblemKind, Reading, Schema, Shape, json};
use proptest::prelude::*;
use std::sync::LazyLock;

static THREE: LazyLock<Schema> = LazyLock::new(|| sampling::schema(PROTO3));
static TWO: LazyLock<Schema> = LazyLock::new(|| sampling::schema(PROTO2));

fn read(schema: &Schema, name: &str, payload: &[u8]) -> Reading {
    let mut reading = Reading::default();
    reading.read(payload, Some((schema, schema.find(name).unwrap())));
    assert_tiles(&reading, payload.len());
    reading
}

/// Kind, path and offset of every problem.
fn problems(reading: &Reading) -> Vec<(ProblemKind, &str, usize)> {
    reading.problems.iter().map(|problem| (problem.kind, problem.path.as_str(), problem.offset)).collect()
}

fn json_of(schema: &Schema, reading: &Reading, payload: &[u8]) -> String {
    let mut out = Vec::new();
    json::write_message(&reading.of(payload, Some(schema)), json::Style::default(), &mut out);
    String::from_utf8(out).unwrap()
}

/// The nodes of every level cover their parent's content without hole or overlap.
fn assert_tiles(reading: &Reading, len: usize) {
    fn level<'a>(nodes: impl Iterator<Item = (usize, &'a Node)>, reading: &Reading, start: u32, end: u32) {
        let mut at = start;
        for (index, node) in nodes {
            assert_eq!(node.start, at);
            assert!(node.start <= node.value_start && node.value_start <= node.value_end && node.value_end <= node.end);
            if matches!(node.shape, Shape::Message | Shape::Group) {
                level(reading.inside(index), reading, node.value_start, node.value_end);
            } else {
                assert_eq!(node.next as usize, index + 1);
            }
            at = node.end;
        }
        assert_eq!(at, end);
    }
    level(reading.level(0), reading, 0, u32::try_from(len).unwrap());
}

fn nested(depth: usize, inside: Vec<u8>, number: u32) -> Vec<u8> {
    (0..depth).fold(inside, |inside, _| {
        let mut outer = Vec::new();
        push_len(number, &inside, &mut outer);
        outer
    })
}

#[test]
fn declared_fields_know_their_field_shape_and_type() {
    let payload = b"\x0a\x05\x18\x07\x72\x01a";
    let reading = read(&THREE, "test.three.All", payload);
    let name = |node: &Node| THREE.field(node.field.unwrap()).unwrap().name.clone();
    let seen: Vec<_> = reading.nodes.iter().map(|node| (name(node), node.shape, node.value, node.depth)).collect();
    let expected =
        [("scalars", Shape::Message, 0, 0), ("an_int32", Shape::Signed, 7, 1), ("a_string", Shape::Text, 0, 1)];
    assert_eq!(seen, expected.map(|(name, shape, value, depth)| (name.to_owned(), shape, value, depth)));
    assert_eq!(reading.nodes[0].message_type, THREE.find("Scalars"));
    assert_eq!(reading.message_type, THREE.find("All"));
    assert_eq!(problems(&reading), []);
}

#[test]
fn an_unknown_field_is_read_without_schema_and_is_no_problem() {
    let payload = b"\xca\x3e\x05hello\x18\x07";
    let reading = read(&THREE, "Scalars", payload);
    assert_eq!((reading.nodes[0].field, reading.nodes[0].shape), (None, Shape::Text));
    assert_eq!(problems(&reading), []);
    assert_eq!(json_of(&THREE, &reading, payload), r#"{"anInt32":7,"1001":"hello"}"#);
}

#[test]
fn a_wrong_wire_type_costs_only_its_field() {
    let payload = b"\x08\x05\x18\x07";
    let reading = read(&THREE, "Scalars", payload);
    assert_eq!(problems(&reading), [(ProblemKind::WrongWireType, "1", 0)]);
    assert_eq!(json_of(&THREE, &reading, payload), r#"{"anInt32":7,"1":5}"#);
}

#[test]
fn packed_and_unpacked_lists_are_read_whatever_is_declared() {
    let payload = b"\x1a\x02\x01\x02\x18\x03\x92\x01\x02\x04\x05\x90\x01\x06";
    let reading = read(&THREE, "Lists", payload);
    assert_eq!(problems(&reading), []);
    assert_eq!(json_of(&THREE, &reading, payload), r#"{"int32s":[1,2,3],"unpacked":[4,5,6]}"#);
}

#[test]
fn a_list_that_is_cut_is_bytes_and_a_problem() {
    let payload = b"\x0a\x07\0\0\0\0\0\0\0\x1a\x02\x01\xff\x1a\x0b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    let reading = read(&THREE, "Lists", payload);
    let expected =
        [(ProblemKind::Truncated, "1", 2), (ProblemKind::Truncated, "3", 11), (ProblemKind::BadVarint, "3", 15)];
    assert_eq!(problems(&reading), expected);
    let expected = r#"{"1":{"hex":"00000000000000"},"3":[{"hex":"01ff"},{"hex":"ffffffffffffffffffff01"}]}"#;
    assert_eq!(json_of(&THREE, &reading, payload), expected);
}

#[test]
fn a_string_that_is_not_utf_8_is_bytes_and_a_problem() {
    let payload = b"\x0a\x04\x72\x02\xff\xfe";
    let reading = read(&THREE, "All", payload);
    assert_eq!(problems(&reading), [(ProblemKind::BadUtf8, "1.14", 4)]);
    assert_eq!(json_of(&THREE, &reading, payload), r#"{"scalars":{"14":{"hex":"fffe"}}}"#);
}

#[test]
fn a_nested_message_that_breaks_off_keeps_what_was_read() {
    let payload = b"\x0a\x04\x18\x07\x72\x09\x18\x01";
    let reading = read(&THREE, "All", payload);
    assert_eq!(problems(&reading)[0], (ProblemKind::Truncated, "1", 5));
    let text = json_of(&THREE, &reading, payload);
    assert!(text.starts_with(r#"{"scalars":{"anInt32":7,"unparsed":{"hex":"7209"}}"#), "{text}");
}

#[test]
fn the_message_behind_a_broken_one_is_read() {
    let payload = b"\x0a\x02\x72\x09\xfa\xff\xff\xff\x0f\x03far";
    let reading = read(&THREE, "All", payload);
    assert_eq!(problems(&reading), [(ProblemKind::Truncated, "1", 3)]);
    assert_eq!(json_of(&THREE, &reading, payload), r#"{"scalars":{"unparsed":{"hex":"7209"}},"far":"far"}"#);
}

#[test]
fn bad_tags_and_varints_end_their_message() {
    let kinds =
        |payload: &[u8]| problems(&read(&THREE, "Scalars", payload)).iter().map(|(kind, ..)| *kind).collect::<Vec<_>>();
    assert_eq!(kinds(b"\x00\x01"), [ProblemKind::BadTag]);
    assert_eq!(kinds(b"\x1f"), [ProblemKind::BadTag]);
    assert_eq!(kinds(b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), [ProblemKind::BadVarint]);
    assert_eq!(kinds(b"\x18\xff"), [ProblemKind::Truncated]);
    assert_eq!(kinds(b"\x1c"), [ProblemKind::BadGroup]);
}

#[test]
fn numbers_out_of_range_are_kept_and_shown_as_decoders_cut_them() {
    let mut payload = Vec::new();
    for (number, value) in [(3, 1 << 34 | 5), (5, 1 << 32 | 6), (7, 1 << 33 | 2), (13, 5), (16, 1 << 40)] {
        push_tag(number, 0, &mut payload);
        push_varint(value, &mut payload);
    }
    let reading = read(&THREE, "Scalars", &payload);
    let paths: Vec<_> = reading.problems.iter().map(|problem| (problem.kind, problem.path.as_str())).collect();
    assert_eq!(paths, ["3", "5", "7", "13", "16"].map(|path| (ProblemKind::OutOfRange, path)));
    assert_eq!(reading.nodes[0].value, 1 << 34 | 5);
    assert_eq!(json_of(&THREE, &reading, &payload), r#"{"anInt32":5,"aUint32":6,"aSint32":1,"aBool":true}"#);
}

#[test]
fn an_int32_may_be_negative_in_ten_bytes_only() {
    let sign_extended = b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    assert_eq!(problems(&read(&THREE, "Scalars", sign_extended)), []);
    let five_bytes = b"\x18\xff\xff\xff\xff\x0f";
    assert_eq!(problems(&read(&THREE, "Scalars", five_bytes)), [(ProblemKind::OutOfRange, "3", 1)]);
}

#[test]
fn over_long_varints_are_told() {
    assert_eq!(problems(&read(&THREE, "Scalars", b"\x18\x87\x00")), [(ProblemKind::OverlongVarint, "3", 0)]);
    assert_eq!(problems(&read(&THREE, "Lists", b"\x1a\x02\x81\x00")), [(ProblemKind::OverlongVarint, "3", 2)]);
    assert_eq!(problems(&read(&THREE, "Scalars", b"\xc8\x3e\x87\x00")), [(ProblemKind::OverlongVarint, "1001", 0)]);
}

#[test]
fn only_a_closed_enum_has_unknown_values() {
    assert_eq!(problems(&read(&TWO, "Old", b"\x08\x01\x10\x04")), [(ProblemKind::UnknownEnumValue, "2", 3)]);
    assert_eq!(problems(&read(&TWO, "Old", b"\x08\x01\x42\x02\x07\x05")), [(ProblemKind::UnknownEnumValue, "8", 4)]);
    assert_eq!(problems(&read(&THREE, "Scalars", b"\x80\x01\x63")), []);
}

#[test]
fn a_missing_required_field_is_told_where_it_is_missing() {
    assert_eq!(problems(&read(&TWO, "Old", b"")), [(ProblemKind::MissingRequired, "1", 0)]);
    let in_group = b"\x08\x01\x23\x12\x02\x08\x05\x24";
    assert_eq!(problems(&read(&TWO, "Old", in_group)), [(ProblemKind::MissingRequired, "4.1", 3)]);
}

#[test]
fn a_problem_names_the_way_to_its_field() {
    let text = |reading: &Reading| reading.problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    let utf8 = "a string that is not UTF-8";
    assert_eq!(
        text(&read(&THREE, "All", b"\x0a\x04\x72\x02\xff\xfe")),
        [format!("field 1.14 (scalars.a_string): {utf8}")]
    );
    let required = "a required field is missing";
    let payload = b"\x08\x01\x23\x12\x02\x08\x05\x24";
    assert_eq!(text(&read(&TWO, "Old", payload)), [format!("field 4.1 (row.key): {required}")]);
    let payload = b"\x08\x01\xa2\x06\x01\xff";
    assert_eq!(text(&read(&TWO, "Old", payload)), [format!("field 100 ([test.two.label]): {utf8}")]);
    let overlong = "a varint with more bytes than it needs";
    let payload = b"\x0a\x04\xc8\x3e\x87\x00";
    assert_eq!(text(&read(&THREE, "All", payload)), [format!("field 1.1001 (scalars.1001): {overlong}")]);
    assert_eq!(text(&read(&THREE, "Scalars", &payload[2..])), [format!("field 1001: {overlong}")]);
}

#[test]
fn groups_are_read_with_their_end_tags() {
    let payload = b"\x08\x01\x1b\x0a\x02hi\x13\x08\x05\x14\x1c\x23\x0a\x01k\x24";
    let reading = read(&TWO, "Old", payload);
    assert_eq!(problems(&reading), []);
    let expected = r#"{"id":1,"extra":{"note":"hi","item":[{"n":5}]},"row":[{"key":"k"}]}"#;
    assert_eq!(json_of(&TWO, &reading, payload), expected);
}

#[test]
fn a_group_that_does_not_end_keeps_what_was_read() {
    let payload = b"\x08\x01\x1b\x0a\x02hi";
    let reading = read(&TWO, "Old", payload);
    assert_eq!(problems(&reading), [(ProblemKind::BadGroup, "3", 3)]);
    assert_eq!(json_of(&TWO, &reading, payload), r#"{"id":1,"extra":{"note":"hi"}}"#);
    let other_end = b"\x08\x01\x1b\x0a\x02hi\x24\x10\x03";
    let reading = read(&TWO, "Old", other_end);
    assert_eq!(problems(&reading), [(ProblemKind::BadGroup, "3", 7)]);
    assert_eq!(json_of(&TWO, &reading, other_end), r#"{"id":1,"extra":{"note":"hi","unparsed":{"hex":"241003"}}}"#);
}

#[test]
fn nesting_is_followed_to_the_cap_and_no_deeper() {
    let depth = usize::from(limits::DEPTH);
    let deep_enough = nested(depth, b"\x0a\x00".to_vec(), 1000);
    assert_eq!(problems(&read(&THREE, "All", &deep_enough)).len(), 1, "the message at the end is one too deep");
    let reading = read(&THREE, "All", &nested(depth + 1, b"\xfa\xff\xff\xff\x0f\x00".to_vec(), 1000));
    let [problem] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
    assert_eq!((problem.kind, problem.path.matches("1000").count()), (ProblemKind::TooDeep, depth + 1));
    assert_eq!(reading.nodes.last().unwrap().shape, Shape::Bytes);
    assert_eq!(problems(&read(&THREE, "All", &nested(depth, b"\xfa\xff\xff\xff\x0f\x00".to_vec(), 1000))), []);
}

#[test]
fn groups_are_followed_to_the_cap_and_no_deeper() {
    // Old.more (150) is an Old, Old.extra (3) a group: none of them nests in itself but rows, by their field `inner`.
    let row = |inside: Vec<u8>| {
        let mut out = b"\x08\x01\x23\x0a\x01k".to_vec();
        push_len(2, &inside, &mut out);
        out.push(0x24);
        out
    };
    let payload = (0..80).fold(b"\x08\x01".to_vec(), |inside, _| row(inside));
    let reading = read(&TWO, "Old", &payload);
    assert_eq!(reading.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::TooDeep]);
}

#[test]
fn too_many_fields_leave_a_rest() {
    let payload = b"\x18\x01".repeat(limits::FIELDS + 10);
    let reading = read(&THREE, "Scalars", &payload);
    assert_eq!(problems(&reading), [(ProblemKind::TooManyFields, "", 2 * limits::FIELDS)]);
    assert_eq!(reading.nodes.last().unwrap().shape, Shape::Unparsed);
    assert_eq!(reading.nodes.len(), limits::FIELDS + 1);
}

#[test]
fn any_is_read_as_the_type_that_it_names() {
    let mut any = Vec::new();
    push_len(2, b"\x18\x07", &mut any);
    push_len(1, b"type.googleapis.com/test.three.Scalars", &mut any);
    let mut payload = Vec::new();
    push_len(7, &any, &mut payload);
    let reading = read(&THREE, "WellKnown", &payload);
    assert_eq!(reading.nodes[1].message_type, THREE.find("Scalars"));
    let expected = r#"{"any":{"@type":"type.googleapis.com/test.three.Scalars","anInt32":7}}"#;
    assert_eq!(json_of(&THREE, &reading, &payload), expected);
}

#[test]
fn without_a_type_the_payload_is_read_without_schema() {
    let mut reading = Reading::default();
    reading.read(b"\x18\x07", Some((&THREE, THREE.find("Scalars").unwrap())));
    reading.read(b"\x18\x07", None);
    assert_eq!((reading.message_type, reading.nodes.len(), reading.nodes[0].field), (None, 1, None));
}

#[test]
fn an_extension_of_which_one_value_does_not_fit_shows_both() {
    // Extension 100 is a string: once as one, once as a number.
    let payload = b"\xa2\x06\x02hi\xa0\x06\x07";
    let mut reading = Reading::default();
    reading.read_typed(payload, &TWO, TWO.find("Old").unwrap());
    let text = json_of(&TWO, &reading, payload);
    assert!(text.contains(r#""[test.two.label]":"hi""#) && text.contains(r#""100":7"#), "{text}");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arbitrary_bytes_tile_and_print_under_every_type(payload in prop::collection::vec(any::<u8>(), 0..80)) {
        for schema in [&*THREE, &*TWO] {
            for ty in schema.message_types() {
                let mut reading = Reading::default();
                reading.read_typed(&payload, schema, ty);
                assert_tiles(&reading, payload.len());
                let text = json_of(schema, &reading, &payload);
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn messages_with_flipped_bytes_tile_and_print(seed: u64, flips in prop::collection::vec(any::<(u16, u8)>(), 0..4)) {
        let traits = Traits { maps: true, unknown: true, ..Traits::default() };
        for (schema, name) in [(&*THREE, "All"), (&*TWO, "Old")] {
            let ty = schema.find(name).unwrap();
            let mut payload = sampling::message(&mut Random(seed), schema, ty, traits, 4);
            for (at, byte) in &flips {
                let len = payload.len().max(1);
                if let Some(slot) = payload.get_mut(usize::from(*at) % len) {
                    *slot = *byte;
                }
            }
            let mut reading = Reading::default();
            reading.read_typed(&payload, schema, ty);
            assert_tiles(&reading, payload.len());
            let text = json_of(schema, &reading, &payload);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        }
    }
}
