//! The text of `decode --format protoscope` assembles back to the bytes that it was written from, whatever they are.
//!
//! `assembler.rs` knows the language from its specification and nothing of the writer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, reason = "the assembler takes numbers apart byte by byte")]

mod assembler;

use assembler::assemble;
use deframe::proto::{Reading, Schema, protoscope};
use proptest::prelude::*;

fn text_of(payload: &[u8], typed: Option<&Schema>) -> String {
    let (mut reading, mut out) = (Reading::default(), String::new());
    reading.read(payload, typed.map(|schema| (schema, schema.find("A").unwrap())));
    protoscope::write(&reading.of(payload, typed), &mut out);
    out
}

#[track_caller]
fn assert_assembles_back(payload: &[u8], typed: Option<&Schema>) {
    let text = text_of(payload, typed);
    let back = assemble(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(hex::encode(back), hex::encode(payload), "{text}");
}

/// A type that has every kind of field under the numbers that the payloads of these tests use.
fn schema() -> Schema {
    let source = r#"syntax = "proto2";
        message A {
            optional int64 i = 1; optional A a = 2; repeated sint32 z = 3 [packed = true]; optional string s = 4;
            optional bytes b = 5; repeated float f = 6 [packed = true]; optional group G = 7 { optional A a = 1; }
            optional bool t = 8; optional E e = 9; repeated E es = 10 [packed = true]; optional fixed32 x = 11;
            optional sfixed64 y = 12; repeated double d = 13 [packed = true]; map<string, A> m = 14;
            repeated bool ts = 15 [packed = true];
        }
        enum E { NONE = 0; FAST = 1; MINUS = -1; }"#;
    Schema::from_text("a.proto", source).unwrap()
}

/// Bytes in which tags, lengths and over-long varints are frequent.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), 0_u8..128, Just(0x80), Just(0), Just(0xff), Just(0x0a), Just(0x3b), Just(0x3c)];
    proptest::collection::vec(byte, 0..40)
}

/// A varint with up to three bytes more than it needs.
fn varint(value: u64, extra: usize) -> Vec<u8> {
    let mut out = Vec::new();
    prost_reflect::prost::encoding::encode_varint(value, &mut out);
    // Ten bytes are the most that a varint may have.
    for _ in 0..extra.min(10 - out.len()) {
        *out.last_mut().unwrap() |= 0x80;
        out.push(0);
    }
    out
}

/// Fields of all wire types, nested, with over-long varints, and now and then noise in place of a field.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let extra = || prop_oneof![9 => Just(0_usize), 1 => 0_usize..4];
    let head = move |wire_type: u64| {
        (1_u64..17, extra()).prop_map(move |(number, extra)| varint(number << 3 | wire_type, extra))
    };
    let number = prop_oneof![0_u64..300, any::<u64>(), (0_u64..300).prop_map(u64::wrapping_neg)];
    let leaf = prop_oneof![
        (head(0), number, extra()).prop_map(|(tag, value, extra)| [tag, varint(value, extra)].concat()),
        (head(5), any::<u32>()).prop_map(|(tag, value)| [tag, value.to_le_bytes().to_vec()].concat()),
        (head(5), any::<i16>())
            .prop_map(|(tag, value)| [tag, (f32::from(value) / 7.0).to_le_bytes().to_vec()].concat()),
        (head(1), any::<u64>()).prop_map(|(tag, value)| [tag, value.to_le_bytes().to_vec()].concat()),
        (head(1), any::<i32>())
            .prop_map(|(tag, value)| [tag, (f64::from(value) / 7.0).to_le_bytes().to_vec()].concat()),
        (head(2), "\\PC{0,12}|[a-z\n\"\\\\]{0,30}", extra()).prop_map(|(tag, text, extra)| [
            tag,
            varint(text.len() as u64, extra),
            text.into_bytes()
        ]
        .concat()),
        (head(2), noise(), extra())
            .prop_map(|(tag, bytes, extra)| [tag, varint(bytes.len() as u64, extra), bytes].concat()),
    ];
    let field = leaf.prop_recursive(4, 60, 6, move |inside| {
        let fields = proptest::collection::vec(inside, 0..6).prop_map(|fields| fields.concat());
        prop_oneof![
            4 => (head(2), fields.clone(), extra())
                .prop_map(|(tag, bytes, extra)| [tag, varint(bytes.len() as u64, extra), bytes].concat()),
            1 => (1_u64..17, fields, extra(), extra()).prop_map(|(number, bytes, a, b)| {
                [varint(number << 3 | 3, a), bytes, varint(number << 3 | 4, b)].concat()
            }),
        ]
    });
    proptest::collection::vec(prop_oneof![30 => field, 1 => noise()], 0..8).prop_map(|fields| fields.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_assemble_back(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_assembles_back(&payload, None);
        assert_assembles_back(&payload, Some(&schema()));
    }

    #[test]
    fn any_message_assembles_back_whole_cut_and_damaged(
        payload in message(), cut in any::<proptest::sample::Index>(), bits in any::<u8>(),
    ) {
        let schema = schema();
        let mut damaged = payload.clone();
        if !payload.is_empty() {
            damaged[cut.index(payload.len())] ^= bits;
        }
        let part = &payload[..cut.index(payload.len() + 1)];
        for bytes in [&payload, part, &damaged] {
            assert_assembles_back(bytes, None);
            assert_assembles_back(bytes, Some(&schema));
        }
    }
}

#[test]
fn every_number_of_32_bits_in_a_sample_assembles_back_as_float() {
    let mut payload = Vec::new();
    for bits in (0..=u32::MAX).step_by(65_537) {
        payload.extend([0x0d]);
        payload.extend(bits.to_le_bytes());
    }
    assert_assembles_back(&payload, None);
}

#[test]
fn caps_do_not_cost_a_byte() {
    assert_assembles_back(&b"\x08\x01".repeat(deframe::limits::FIELDS + 7), None);
    assert_assembles_back(&vec![0x0b; 5000], None);
    assert_assembles_back(
        &(0..120).fold(b"\x08\x01".to_vec(), |inside, _| [vec![0x0a], varint(inside.len() as u64, 0), inside].concat()),
        None,
    );
}

#[test]
fn frames_with_header_and_trailer_assemble_back_to_the_whole_input() {
    let heartbeat = "34000000efbeadde0a0968656172746265617412250a23080010ffffffffffffffffff0118ffffffffffffffffff0120\
                     ffffffffffffffffff011800";
    let cases: [(&[&str], String); 4] = [
        (&[], heartbeat.repeat(2)),
        (&[], format!("{heartbeat}1122")),
        (&[], heartbeat[..60].to_owned()),
        (&["--frame", "len:u16be payload crc32:u32le"], "00040a02686911223344".to_owned()),
    ];
    for (options, input) in cases {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deframe"));
        let output = command.args(["decode", "-f", "protoscope", &input]).args(options).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains('#'), "{text}");
        assert_eq!(hex::encode(assemble(&text).unwrap()), input, "{text}");
    }
}

#[test]
fn the_assembler_knows_the_examples_of_the_specification() {
    let same = [
        ("\"hello world\"", "\"hello \" \"world\""),
        ("long-form:3 3", "`83808000`"),
        ("-2z 3", "3 3"),
        ("0i32", "`00000000`"),
        ("1.5i32", "`0000c03f`"),
        ("23: {\"my cool string\"}", "23:LEN 14 \"my cool string\""),
        ("25: { 1 2 3 4 5 6 7 }", "`ca010701020304050607`"),
        ("26: !{\n  1: 55z\n  2: 1.5\n}", "26:SGROUP 1:VARINT 110 2:I64 1.5 26:EGROUP"),
        ("27: !{long-form:3}", "27:SGROUP long-form:3 27:EGROUP"),
        ("23: long-form:2 {\"abc\"}  # a comment", "`ba01838000616263`"),
        ("5:I64 \"stuff\"", "`29` \"stuff\""),
        ("-0xffFF", "`8180fcffffffffffff01`"),
    ];
    for (text, other) in same {
        assert_eq!(assemble(text).unwrap(), assemble(other).unwrap(), "{text}");
    }
    for wrong in ["1: {", "}", "\"", "`0`", "1: !", "nan", "long-form:1 1.5", "long-form:1 \"a\"", "5000000000i32"] {
        assert!(assemble(wrong).is_err(), "{wrong}");
    }
}
