//! Payloads are told by their type, and a type is not told where it does not fit.

use super::{by_walking, identify, price, reads_well};
use crate::proto::sampling::{self, PROTO2, PROTO3, Random, Traits, push_len, push_tag, push_varint};
use crate::proto::top_level::small_tags;
use crate::proto::{ProblemKind, Reading, Schema, TopLevel, TypeId};
use proptest::prelude::*;
use std::sync::LazyLock;

const LOBBY: &str = r#"
    syntax = "proto3";
    package lobby;
    message Endpoint { string name = 1; string host = 2; int32 port = 3; bool ssl = 4; repeated string protocols = 5; }
    message Online { bool online = 1; repeated Endpoint endpoints = 2; string version = 3; int64 time = 4; }
    message Destination { string id = 1; string name = 2; string host = 3; int32 port = 4; int32 players = 5; }
    message Destinations { repeated Destination destinations = 1; string region = 2; int64 time = 3; }
    message RegionSet { bool success = 1; string region = 2; string message = 3; repeated Endpoint services = 4; }
    message HeartbeatAck { string ack = 1; int64 time = 2; string token = 3; bool keep_alive = 4; int32 interval = 5; }
"#;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| sampling::schema(LOBBY));

static THREE: LazyLock<Schema> = LazyLock::new(|| sampling::schema(PROTO3));

fn varint_field(number: u32, value: u64, out: &mut Vec<u8>) {
    push_tag(number, 0, out);
    push_varint(value, out);
}

fn endpoint() -> Vec<u8> {
    let mut out = Vec::new();
    push_len(1, b"auth", &mut out);
    push_len(2, b"10.0.0.7", &mut out);
    varint_field(3, 8443, &mut out);
    varint_field(4, 1, &mut out);
    push_len(5, b"https", &mut out);
    push_len(5, b"websocket", &mut out);
    out
}

fn online() -> Vec<u8> {
    let mut out = Vec::new();
    varint_field(1, 1, &mut out);
    push_len(2, &endpoint(), &mut out);
    push_len(2, &endpoint(), &mut out);
    push_len(3, b"4.2.1", &mut out);
    varint_field(4, 1_754_607_232_581, &mut out);
    out
}

fn heartbeat() -> Vec<u8> {
    let mut out = Vec::new();
    push_len(1, b"heartbeat_ack", &mut out);
    varint_field(2, 1_754_607_242_581, &mut out);
    push_len(3, b"c0ffee", &mut out);
    varint_field(4, 1, &mut out);
    varint_field(5, 10, &mut out);
    out
}

/// Whether a payload fits, which is the same by its top level and by a walk over all of it.
fn fits(schema: &Schema, ty: TypeId, payload: &[u8]) -> bool {
    let mut top = TopLevel::default();
    top.read(payload);
    let found = (super::fits(schema, ty, payload, &top), reads_well(schema, ty, payload, &top));
    assert_eq!(found, by_walking(schema, ty, payload), "{} {payload:02x?}", schema.type_name(ty));
    found.0
}

fn name_of(payload: &[u8]) -> Option<(&'static str, f32)> {
    identify(&SCHEMA, payload).map(|found| (SCHEMA.type_name(found.ty), found.confidence))
}

#[test]
fn answers_of_a_small_protocol_are_told_apart_with_certainty() {
    for (payload, name) in
        [(online(), "lobby.Online"), (heartbeat(), "lobby.HeartbeatAck"), (endpoint(), "lobby.Endpoint")]
    {
        let (found, confidence) = name_of(&payload).unwrap();
        assert_eq!(found, name);
        assert!(confidence > 0.99, "{name}: {confidence}");
    }
}

#[test]
fn an_empty_payload_has_no_type() {
    assert_eq!(identify(&SCHEMA, b""), None);
}

#[test]
fn what_no_type_can_be_has_no_type() {
    assert_eq!(name_of(b"\xff\xff\xff\xff"), None);
    // Field 9 is nowhere.
    assert_eq!(name_of(b"\x48\x01"), None);
    // A string that is not UTF-8, a number that is no bool, a field that breaks off.
    assert_eq!(name_of(b"\x0a\x02\xff\xfe\x10\x01"), None);
    assert_eq!(name_of(b"\x08\x02"), None);
    assert_eq!(name_of(b"\x0a\x09name"), None);
}

#[test]
fn a_field_that_the_schema_does_not_know_yet_does_not_hide_the_type() {
    let mut payload = online();
    varint_field(9, 7, &mut payload);
    assert_eq!(name_of(&payload).unwrap().0, "lobby.Online");
    assert!(!fits(&SCHEMA, SCHEMA.find("Online").unwrap(), &payload));
}

#[test]
fn types_of_the_same_structure_share_their_confidence() {
    let twins =
        "syntax = \"proto3\"; message V1 { string a = 1; int32 b = 2; } message V2 { string x = 1; int32 y = 2; }
        message Far { bool c = 7; }";
    let schema = sampling::schema(twins);
    let found = identify(&schema, b"\x0a\x05hello\x10\x07").unwrap();
    assert_eq!(schema.type_name(found.ty), "V1");
    assert_eq!(found.runner_up.unwrap(), (schema.find("V2").unwrap(), found.confidence));
    assert!(found.confidence > 0.99);
}

#[test]
fn a_close_second_is_named_and_doubt_is_shown() {
    let alike =
        "syntax = \"proto3\"; message A { int32 a = 1; int32 b = 2; } message B { uint32 a = 1; uint32 c = 3; }";
    let schema = sampling::schema(alike);
    let found = identify(&schema, b"\x08\x07").unwrap();
    let (second, share) = found.runner_up.unwrap();
    assert_ne!(second, found.ty);
    assert!(found.confidence < 0.8 && share > 0.1 && share + found.confidence <= 1.001);
}

#[test]
fn a_packed_list_that_does_not_divide_is_no_list_of_doubles() {
    let schema =
        sampling::schema("syntax = \"proto3\"; message D { repeated double d = 1; } message S { string s = 1; }");
    let found = identify(&schema, b"\x0a\x09some text").unwrap();
    assert_eq!(schema.type_name(found.ty), "S");
}

#[test]
fn the_payload_of_a_rule_is_checked_by_its_type() {
    let ty = |name: &str| SCHEMA.find(name).unwrap();
    assert!(fits(&SCHEMA, ty("Online"), &online()));
    assert!(fits(&SCHEMA, ty("Online"), b""));
    assert!(!fits(&SCHEMA, ty("HeartbeatAck"), &online()));
    assert!(!fits(&SCHEMA, ty("Online"), &heartbeat()));
    assert!(!fits(&SCHEMA, ty("Endpoint"), b"\x18\xff\xff\xff\xff\xff\x01"), "a port of more than 32 bits");
}

#[test]
fn a_required_field_must_be_there_to_fit() {
    let schema = sampling::schema(PROTO2);
    let old = schema.find("Old").unwrap();
    assert!(fits(&schema, old, b"\x08\x01"));
    assert!(!fits(&schema, old, b""));
    assert!(!fits(&schema, old, b"\x08\x01\x10\x04"), "4 is no Size");
    assert!(fits(&schema, old, b"\x08\x01\x23\x0a\x01k\x24"), "a group");
    assert!(!fits(&schema, old, b"\x08\x01\x23\x24"), "a group without its required field");
    assert!(!fits(&schema, old, b"\x08\x01\x23\x0a\x01k"), "a group without end");
}

/// Random messages of every type, as they are and damaged in a byte or two, as every type.
#[test]
fn the_top_level_rules_out_what_a_walk_rules_out() {
    for (text, seed) in [(PROTO3, 1), (PROTO2, 2), (LOBBY, 3)] {
        let (schema, mut random) = (sampling::schema(text), Random(seed));
        let types: Vec<TypeId> = schema.message_types().collect();
        let (mut fit, mut out) = (0, 0);
        for round in 0..1500 {
            let traits = Traits { maps: true, unknown: round % 4 == 0, plain_floats: false };
            let mut payload = sampling::message(&mut random, &schema, types[round % types.len()], traits, 3);
            for _ in 0..round % 3 {
                if !payload.is_empty() {
                    let at = random.below(payload.len());
                    payload[at] = [0, 8, 0x1b, 0x1c, 0x81, 0xff][random.below(6)];
                }
            }
            fit += types.iter().filter(|ty| fits(&schema, **ty, &payload)).count();
            let tags = small_tags(&payload);
            let is_out = |ty: TypeId| schema.message(ty).is_some_and(|message| message.wrong_small_tags & tags != 0);
            for ty in types.iter().filter(|ty| is_out(**ty)) {
                assert_eq!(price(&schema, *ty, &payload), None, "{payload:02x?}");
                out += 1;
            }
        }
        assert!(fit > 500 && out > 500, "{fit} {out}");
    }
}

#[test]
fn past_what_the_top_level_keeps_the_payload_is_walked_over() {
    let online = SCHEMA.find("Online").unwrap();
    let many = b"\x12\x00".repeat(1500);
    assert!(fits(&SCHEMA, online, &many));
    assert!(!fits(&SCHEMA, online, &[&many[..], b"\x48\x01"].concat()), "no field 9");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_identified_without_panic(payload in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Some(found) = identify(&SCHEMA, &payload) {
            prop_assert!((0.0..=1.0).contains(&found.confidence));
        }
        for ty in SCHEMA.message_types() {
            let _ = fits(&SCHEMA, ty, &payload);
        }
    }

    #[test]
    fn what_fits_a_type_is_read_without_a_problem(
        seed: u64,
        cut: usize,
        name in prop::sample::select(vec!["Scalars", "Lists", "Maps", "Choice"]),
    ) {
        let schema = &*THREE;
        let ty = schema.find(&format!("test.three.{name}")).unwrap();
        let mut payload = sampling::message(&mut Random(seed), schema, ty, Traits { maps: true, ..Traits::default() }, 4);
        payload.truncate(payload.len().saturating_sub(cut % 3));
        let mut reading = Reading::default();
        reading.read_typed(&payload, schema, ty);
        if fits(schema, ty, &payload) {
            prop_assert!(reading.problems.iter().all(|problem| problem.kind == ProblemKind::OverlongVarint));
        } else {
            let has_unknown = reading.nodes.iter().any(|node| node.field.is_none());
            prop_assert!(has_unknown || !reading.problems.is_empty());
        }
    }
}
