//! What the text looks like. That it assembles back is tested in `tests/protoscope/`, by an assembler of its own.

use super::*;
use crate::proto::schemaless::samples::{field, service_discovery, wire_like};
use crate::proto::{Reading, Schema, is_harmful};
use proptest::prelude::*;

fn text_of(payload: &[u8]) -> String {
    let (mut reading, mut out) = (Reading::default(), String::new());
    reading.read_schemaless(payload);
    write(&reading.of(payload, None), &mut out);
    out
}

fn typed(source: &str, payload: &[u8]) -> String {
    let schema = Schema::from_text("a.proto", source).unwrap();
    let (mut reading, mut out) = (Reading::default(), String::new());
    reading.read_typed(payload, &schema, schema.find("A").unwrap());
    write(&reading.of(payload, Some(&schema)), &mut out);
    out
}

#[test]
fn a_service_discovery_request_is_a_field_on_a_line() {
    let expected = "\
1: {\"diff.service.online\"}
2: {
  1: {\"Star Citizen Game Client\"}
  2: {\"sc_client\"}
  3: {
    1: 5890276012345678024
    2: 8926109876543210517
  }
}
3: 0
";
    assert_eq!(text_of(&service_discovery()), expected);
}

#[test]
fn every_kind_of_value_has_its_form() {
    assert_eq!(text_of(b""), "");
    assert_eq!(text_of(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "1: -1\n");
    assert_eq!(text_of(b"\x0a\x00"), "1: {\"\"}\n");
    assert_eq!(text_of(b"\x0a\x05\x01\x02\x03\x04\x05"), "1: {1 2 3 4 5}\n");
    assert_eq!(text_of(b"\x0d\x00\x00\x20\x40\x15\x07\0\0\0"), "1: 2.5i32\n2: 7i32\n");
    assert_eq!(text_of(b"\x09\0\0\0\0\0\0\x04\x40\x11\x07\0\0\0\0\0\0\0"), "1: 2.5\n2: 7i64\n");
    assert_eq!(text_of(b"\x0b\x10\x05\x0c\x13\x14"), "1: !{\n  2: 5\n}\n2: !{\n}\n");
    assert_eq!(text_of(b"\x0a\x03\xff\xfe\xfd"), "1: {`fffefd`}\n");
}

#[test]
fn what_is_longer_than_needed_says_by_how_much() {
    assert_eq!(text_of(b"\x08\x85\x80\x00"), "1: long-form:2 5\n");
    assert_eq!(text_of(b"\x88\x00\x05"), "long-form:1 1: 5\n");
    assert_eq!(text_of(b"\x0a\x82\x00hi"), "1: long-form:1 {\"hi\"}\n");
    assert_eq!(text_of(b"\x0b\x10\x05\x8c\x00"), "1: !{\n  2: 5\n  long-form:1\n}\n");
}

#[test]
fn what_does_not_parse_keeps_what_can_be_told_of_it() {
    assert_eq!(text_of(b"\x08\x01\x12\x09ab"), "1: 1\n2:LEN 9\n\"ab\"\n");
    assert_eq!(text_of(b"\x08\x01\x07\x07"), "1: 1\n`0707`\n");
    assert_eq!(text_of(b"\x0b\x10\x05"), "1:SGROUP\n2:VARINT 5\n");
    assert_eq!(text_of(b"\x0c\x08\x01"), "1:EGROUP\n1:VARINT 1\n");
    assert_eq!(text_of(b"\x0b\x10\x05\x14\x1a\x02hi\x07"), "1:SGROUP\n2:VARINT 5\n2:EGROUP\n3: {\"hi\"}\n`07`\n");
}

#[test]
fn a_schema_gives_forms_and_names_as_comments() {
    let source = r#"syntax = "proto2"; message A { optional sint32 z = 1; optional bool b = 2; optional E e = 3;
        repeated sint64 list = 4 [packed = true]; optional group G = 5 { optional sfixed32 s = 1; }
        repeated double reals = 6 [packed = true]; } enum E { NONE = 0; FAST = 1; }"#;
    let payload =
        b"\x08\x03\x10\x01\x18\x01\x22\x03\x01\x82\x00\x2b\x0d\xff\xff\xff\xff\x2c\x32\x09\0\0\0\0\0\0\xf8\x3f\x07";
    let expected = "\
1: -2z  # z
2: true  # b
3: 1  # e: FAST
4: {-1z long-form:1 1z}  # list
5: !{  # g
  1: -1i32  # s
}
6: {`000000000000f83f07`}  # reals
";
    assert_eq!(typed(source, payload), expected);
}

#[test]
fn a_group_that_does_not_end_keeps_the_fields_that_its_type_declares() {
    let source = r#"syntax = "proto2"; message A { optional group G = 5 { optional sint32 s = 1; } }"#;
    assert_eq!(typed(source, b"\x2b\x08\x01"), "5:SGROUP  # g\n1: -1z  # s\n");
    assert_eq!(typed(source, b"\x2b\x08\x01\x34"), "5:SGROUP  # g\n1: -1z  # s\n6:EGROUP\n");
}

#[test]
fn long_lists_bytes_and_texts_take_several_lines() {
    let text = text_of(&field(1, &[200, 1].repeat(100)));
    assert!(text.starts_with("1: {\n  200 200 "), "{text}");
    assert!(text.lines().all(|line| line.len() <= LINE), "{text}");
    let hash: Vec<u8> = (0..40_u8).map(|at| at.wrapping_mul(167) ^ 0xa5).collect();
    assert_eq!(text_of(&field(1, &hash)).lines().count(), 4);
    assert_eq!(
        text_of(&field(1, b"first line\nsecond line\n")),
        "1: {\n  \"first line\\n\"\n  \"second line\\n\"\n}\n"
    );
}

#[test]
fn floats_that_have_no_decimal_of_their_own_are_integers() {
    let float = |bits: u32| token::fixed(WireType::I32, Shape::Float, bits.into());
    let double = |bits: u64| token::fixed(WireType::I64, Shape::Double, bits);
    assert_eq!([0x7fc0_0001, 0x7f80_0000, 0xff80_0000].map(float), ["0x7fc00001i32", "inf32", "-inf32"]);
    assert_eq!([0x8000_0000, 0x3dcc_cccd, 0x0000_0001].map(float), ["-0.0i32", "0.1i32", "1.0e-45i32"]);
    assert_eq!(
        [0xfff8_0000_0000_0000, 0x7ff0 << 48, 0xfff0 << 48].map(double),
        ["0xfff8000000000000i64", "inf64", "-inf64"]
    );
    assert_eq!([1e16_f64, 1.5e300, -0.1].map(f64::to_bits).map(double), ["1.0e16", "1.5e300", "-0.1"]);
}

proptest! {
    #[test]
    fn no_character_is_harmful_but_line_ends(payload in wire_like(), text in any::<String>()) {
        let written = text_of(&[field(1, text.as_bytes()), payload].concat());
        prop_assert!(!written.chars().any(|char| char != '\n' && is_harmful(char)), "{written}");
    }
}
