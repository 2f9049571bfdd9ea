//! Canonical JSON, held against prost-reflect, and what is printed while reading against what is printed from nodes.

use crate::proto::json::Style;
use crate::proto::sampling::{self, PROTO2, PROTO3, Random, Traits, push_len, push_tag, push_varint};
use crate::proto::{Reading, Schema};
use proptest::prelude::*;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use std::sync::LazyLock;

static THREE: LazyLock<(Schema, DescriptorPool)> = LazyLock::new(|| (sampling::schema(PROTO3), sampling::pool(PROTO3)));
static TWO: LazyLock<(Schema, DescriptorPool)> = LazyLock::new(|| (sampling::schema(PROTO2), sampling::pool(PROTO2)));

fn ours(schema: &Schema, name: &str, payload: &[u8]) -> String {
    styled(schema, name, payload, Style::default())
}

fn styled(schema: &Schema, name: &str, payload: &[u8], style: Style) -> String {
    let mut reading = Reading::default();
    reading.read_typed(payload, schema, schema.find(name).unwrap());
    let mut out = Vec::new();
    super::write(&reading, payload, schema, schema.find(name).unwrap(), style, &mut out);
    let written = String::from_utf8(out).unwrap();
    if let Some(printed) = printed(schema, name, payload, style) {
        assert_eq!(printed, written, "{payload:02x?}");
        assert_eq!(reading.problems, [], "{payload:02x?}");
    }
    written
}

/// JSON that is written while the payload is read; none if it must be read into nodes.
fn printed(schema: &Schema, name: &str, payload: &[u8], style: Style) -> Option<String> {
    let (mut scratch, mut out) = (Reading::default(), b"before".to_vec());
    let done = super::print(payload, (schema, schema.find(name).unwrap()), style, &mut scratch, &mut out);
    assert!(done || out == b"before");
    done.then(|| String::from_utf8(out.split_off(6)).unwrap())
}

/// What prost-reflect writes, or none where it fails: there, one value without a canonical form fails the message.
fn theirs(pool: &DescriptorPool, name: &str, payload: &[u8], style: Style) -> Option<String> {
    let message = DynamicMessage::decode(sampling::descriptor(pool, name), payload).unwrap();
    let options = SerializeOptions::new().skip_default_fields(!style.defaults).use_proto_field_name(style.proto_names);
    let mut out = Vec::new();
    message.serialize_with_options(&mut serde_json::Serializer::new(&mut out), &options).ok()?;
    Some(String::from_utf8(out).unwrap())
}

fn any_style() -> impl Strategy<Value = Style> {
    any::<(bool, bool)>().prop_map(|(defaults, proto_names)| Style { defaults, proto_names })
}

fn payload(schema: &Schema, name: &str, seed: u64, traits: Traits) -> Vec<u8> {
    sampling::message(&mut Random(seed), schema, schema.find(name).unwrap(), traits, 4)
}

const THREE_NAMES: [&str; 6] = [
    "test.three.Scalars",
    "test.three.Lists",
    "test.three.Maps",
    "test.three.Choice",
    "test.three.WellKnown",
    "test.three.All",
];

#[test]
fn what_encoders_write_is_printed_while_it_is_read() {
    let (schema, _) = &*THREE;
    for name in THREE_NAMES.iter().filter(|name| !name.ends_with("WellKnown")) {
        let payloads = (0..200).map(|seed| payload(schema, name, seed, Traits { maps: true, ..Traits::default() }));
        let printed = payloads.filter(|payload| {
            let _ = ours(schema, name, payload);
            printed(schema, name, payload, Style::default()).is_some()
        });
        assert!(printed.count() > 20, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_the_bytes_they_are_printed_as_they_are_read(
        seed: u64, old: bool, which: usize, flips in prop::collection::vec((any::<usize>(), any::<u8>()), 0..3),
    ) {
        let (schema, _) = if old { &*TWO } else { &*THREE };
        let names: Vec<_> = schema.message_types().map(|id| schema.type_name(id).to_owned()).collect();
        let name = &names[which % names.len()];
        let mut payload = payload(schema, name, seed, Traits { maps: true, unknown: which.is_multiple_of(3), ..Traits::default() });
        for (at, byte) in flips {
            let len = payload.len().max(1);
            payload.get_mut(at % len).into_iter().for_each(|place| *place = byte);
        }
        let _ = ours(schema, name, &payload);
        let _ = styled(schema, name, &payload, Style { proto_names: true, defaults: false });
    }

    #[test]
    fn proto3_json_is_that_of_prost_reflect_byte_for_byte(
        seed: u64, name in prop::sample::select(&THREE_NAMES[..]), style in any_style(),
    ) {
        let (schema, pool) = &*THREE;
        let payload = payload(schema, name, seed, Traits::default());
        let expected = theirs(pool, name, &payload, style).unwrap();
        prop_assert_eq!(styled(schema, name, &payload, style), expected, "{:02x?}", payload);
    }

    #[test]
    fn proto2_json_is_that_of_prost_reflect_byte_for_byte(seed: u64, style in any_style()) {
        let (schema, pool) = &*TWO;
        let payload = payload(schema, "test.two.Old", seed, Traits::default());
        let expected = theirs(pool, "test.two.Old", &payload, style).unwrap();
        prop_assert_eq!(styled(schema, "test.two.Old", &payload, style), expected, "{:02x?}", payload);
    }

    #[test]
    fn maps_hold_what_those_of_prost_reflect_hold(seed: u64, two: bool) {
        let traits = Traits { maps: true, ..Traits::default() };
        let ((schema, pool), name) = if two { (&*TWO, "test.two.Old") } else { (&*THREE, "test.three.Maps") };
        let payload = payload(schema, name, seed, traits);
        let expected = theirs(pool, name, &payload, Style::default()).unwrap();
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(parse(&ours(schema, name, &payload)), parse(&expected), "{:02x?}", payload);
    }
}

fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    push_len(number, content, &mut out);
    out
}

fn seconds_and_nanos(seconds: i64, nanos: i32) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, value) in [(1, seconds), (2, nanos.into())] {
        push_tag(number, 0, &mut out);
        push_varint(value.cast_unsigned(), &mut out);
    }
    out
}

fn three(name: &str, payload: &[u8]) -> String {
    ours(&THREE.0, name, payload)
}

/// prost-reflect leaves it out; protobuf's own encoders write it, and its JSON has it.
#[test]
fn minus_zero_is_kept() {
    let schema =
        sampling::schema("syntax = \"proto3\"; package z; message Z { double d = 1; float f = 2; double zero = 3; }");
    let payload =
        [&b"\x09"[..], &(-0.0_f64).to_le_bytes(), b"\x15", &(-0.0_f32).to_le_bytes(), b"\x19", &[0; 8]].concat();
    assert_eq!(ours(&schema, "z.Z", &payload), r#"{"d":-0.0,"f":-0.0}"#);
}

#[test]
fn times_cover_their_whole_range() {
    let time = |seconds, nanos| three("google.protobuf.Timestamp", &seconds_and_nanos(seconds, nanos));
    assert_eq!(time(-62_135_596_800, 0), r#""0001-01-01T00:00:00Z""#);
    assert_eq!(time(253_402_300_799, 999_999_999), r#""9999-12-31T23:59:59.999999999Z""#);
    assert_eq!(time(951_782_400, 120_000_000), r#""2000-02-29T00:00:00.120Z""#);
    assert_eq!(time(-1, 1_000), r#""1969-12-31T23:59:59.000001Z""#);
    let duration = |seconds, nanos| three("google.protobuf.Duration", &seconds_and_nanos(seconds, nanos));
    assert_eq!(duration(-3, -500_000_000), r#""-3.500s""#);
    assert_eq!(duration(0, -1), r#""-0.000000001s""#);
    assert_eq!(duration(-315_576_000_000, 0), r#""-315576000000s""#);
}

#[test]
fn a_value_without_canonical_form_is_written_as_its_fields() {
    let time = |seconds, nanos| three("WellKnown", &field(1, &seconds_and_nanos(seconds, nanos)));
    assert_eq!(time(253_402_300_800, 0), r#"{"time":{"seconds":"253402300800"}}"#);
    assert_eq!(time(1, 1_000_000_000), r#"{"time":{"seconds":"1","nanos":1000000000}}"#);
    assert_eq!(time(1, -1), r#"{"time":{"seconds":"1","nanos":-1}}"#);
    let duration = |seconds, nanos| three("WellKnown", &field(2, &seconds_and_nanos(seconds, nanos)));
    assert_eq!(duration(1, -1), r#"{"duration":{"seconds":"1","nanos":-1}}"#);
    assert_eq!(duration(315_576_000_001, 0), r#"{"duration":{"seconds":"315576000001"}}"#);
    let unknown = [field(1, b"x/foo.Bar"), field(2, b"\x08\x01")].concat();
    assert_eq!(three("WellKnown", &field(7, &unknown)), r#"{"any":{"typeUrl":"x/foo.Bar","value":"CAE="}}"#);
    let no_slash = field(1, b"test.three.Scalars");
    assert_eq!(three("WellKnown", &field(7, &no_slash)), r#"{"any":{"typeUrl":"test.three.Scalars"}}"#);
    assert_eq!(three("WellKnown", &field(3, &field(1, b"notSnake"))), r#"{"mask":{"paths":["notSnake"]}}"#);
    let nan = [vec![0x11], f64::NAN.to_le_bytes().to_vec()].concat();
    assert_eq!(three("WellKnown", &field(5, &nan)), r#"{"value":{"numberValue":"NaN"}}"#);
    let with_unknown = [seconds_and_nanos(1, 0), field(9, b"more")].concat();
    assert_eq!(three("WellKnown", &field(1, &with_unknown)), r#"{"time":{"seconds":"1","9":"more"}}"#);
}

#[test]
fn wrappers_hold_the_floats_that_json_has_no_number_for() {
    let nan = [vec![0x0d], f32::NAN.to_le_bytes().to_vec()].concat();
    assert_eq!(three("WellKnown", &field(10, &nan)), r#"{"float":"NaN"}"#);
    assert_eq!(three("WellKnown", &field(10, b"")), r#"{"float":0.0}"#);
}

#[test]
fn entries_of_maps_are_sorted_and_the_last_of_a_key_wins() {
    let entry = |key: i32, text: &[u8]| {
        let mut entry = Vec::new();
        push_tag(1, 0, &mut entry);
        push_varint(i64::from(key).cast_unsigned(), &mut entry);
        push_len(2, text, &mut entry);
        field(2, &entry)
    };
    let payload = [entry(10, b"ten"), entry(-1, b"old"), entry(9, b"nine"), entry(-1, b"new"), field(2, b"")].concat();
    assert_eq!(three("Maps", &payload), r#"{"byInt32":{"-1":"new","0":"","9":"nine","10":"ten"}}"#);
}

#[test]
fn an_entry_with_more_than_a_key_and_a_value_is_not_lost() {
    let entry = [field(1, b"k"), b"\x10\x05".to_vec(), field(3, b"more")].concat();
    let payload = [field(1, &[field(1, b"a"), b"\x10\x01".to_vec()].concat()), field(1, &entry)].concat();
    assert_eq!(three("Maps", &payload), r#"{"byString":{"a":1},"1":{"1":"k","2":5,"3":"more"}}"#);
}

#[test]
fn extensions_and_unknown_fields_come_last_in_the_order_of_their_numbers() {
    let payload = [b"\xa8\x06\x05".to_vec(), field(99, b"mid"), field(100, b"label"), b"\x08\x07".to_vec()].concat();
    let expected = r#"{"id":7,"99":"mid","[test.two.label]":"label","[test.two.marks]":[5]}"#;
    assert_eq!(ours(&TWO.0, "Old", &payload), expected);
}

#[test]
fn harmful_characters_are_escaped() {
    assert_eq!(
        three("Scalars", &field(14, "a\u{1b}[31m\u{7f}\u{202e}".as_bytes())),
        r#"{"aString":"a\u001b[31m\u007f\u202e"}"#
    );
}

#[test]
fn a_member_of_a_oneof_that_was_overwritten_does_not_come_back() {
    let scalars = |number: u8| field(6, &[0x18, number]);
    let payload = [scalars(1), field(5, b"text"), scalars(2), b"\x2a\x00".to_vec(), scalars(3)].concat();
    assert_eq!(three("Choice", &payload), r#"{"scalars":{"anInt32":3}}"#);
}

#[test]
fn floats_of_single_precision_keep_their_short_form() {
    let payload = [vec![0x15], 0.1_f32.to_le_bytes().to_vec()].concat();
    assert_eq!(three("Scalars", &payload), r#"{"aFloat":0.1}"#);
}

/// Protobuf's `always_print_fields_with_no_presence` gives the same fields.
#[test]
fn defaults_are_those_of_fields_whose_absence_says_nothing() {
    let text = "syntax = \"proto3\"; package d;
        message D { string a_name = 2; optional int32 told = 3; oneof o { int32 x = 4; } D inner = 5; repeated int32 list = 6;
        map<string, D> map = 7; E an_enum = 1; bool b = 8; double d = 9; bytes raw = 10; int64 big = 11; }
        enum E { ZERO = 0; }";
    let schema = sampling::schema(text);
    let style = Style { defaults: true, proto_names: false };
    let rest = r#""list":[],"map":{},"b":false,"d":0.0,"raw":"","big":"0"}"#;
    assert_eq!(styled(&schema, "D", b"", style), format!(r#"{{"anEnum":"ZERO","aName":"",{rest}"#));
    let some = b"\x12\x01n\x12\x00\x18\x00\x32\x00\x28\x05";
    let expected = format!(r#"{{"anEnum":"ZERO","aName":"","told":0,{},"5":5}}"#, &rest[..rest.len() - 1]);
    assert_eq!(styled(&schema, "D", some, style), expected);
    let style = Style { proto_names: true, ..style };
    assert_eq!(styled(&schema, "D", b"\x12\x01n", style), format!(r#"{{"an_enum":"ZERO","a_name":"n",{rest}"#));
}

#[test]
fn an_any_that_names_no_type_has_no_defaults() {
    let style = Style { defaults: true, proto_names: true };
    assert_eq!(styled(&THREE.0, "google.protobuf.Any", b"", style), "{}");
}

#[test]
fn defaults_of_an_any_stand_beside_its_type() {
    let any = field(1, b"/test.three.Choice");
    let style = Style { defaults: true, proto_names: true };
    let expected = r#"{"@type":"/test.three.Choice","before":"","after":""}"#;
    assert_eq!(styled(&THREE.0, "google.protobuf.Any", &any, style), expected);
}
