//! Conditions on fields hold for what they say, and mistakes in them are told.

use super::{Clause, ClauseError};
use crate::proto::{Reading, Schema};

/// 1:"name" 2:{1:5 3:{1:7 2:fixed32 9} 3:{1:-1}} 3:2.5 4:[300 5 7] 5:float -0.1
const PAYLOAD: &[u8] =
    b"\x0a\x04name\x12\x18\x08\x05\x1a\x07\x08\x07\x15\x09\0\0\0\x1a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\
    \x19\0\0\0\0\0\0\x04\x40\x22\x04\xac\x02\x05\x07\x2d\xcd\xcc\xcc\xbd";

fn holds(clause: &str, payload: &[u8]) -> bool {
    let mut reading = Reading::default();
    reading.read_schemaless(payload);
    clause.parse::<Clause>().unwrap().holds(&reading.of(payload, None))
}

#[test]
fn conditions_on_values_of_every_kind() {
    for (clause, expected) in [
        ("1", true),
        ("9", false),
        ("!9", true),
        ("!1", false),
        ("1=name", true),
        ("1=\"name\"", true),
        ("1=hex:6e616d65", true),
        ("1=nam", false),
        ("1!=nam", true),
        ("1~am", true),
        ("1~hex:616d", true),
        ("1~x", false),
        ("2.1=5", true),
        ("2.1 = 5", true),
        ("2.1=0x5", true),
        ("2.1==5", true),
        ("2.1=\"5\"", false),
        ("2.1>4", true),
        ("2.1>5", false),
        ("2.1>=5", true),
        ("2.1<5.5", true),
        ("2.1<=4", false),
        ("2.3.1=7", true),
        ("2.3.1=-1", true),
        ("2.3.1<0", true),
        ("2.3.1!=-1", false),
        ("2.3.1!=8", true),
        ("2.3.2=9", true),
        ("3=2.5", true),
        ("3>2", true),
        ("3=2", false),
        ("4=300", true),
        ("4=8", false),
        ("4>299", true),
        ("5=-0.1", true),
        ("5<0", true),
        ("2~hex:1509", true),
        ("2.1.1", false),
        ("1>3", false),
    ] {
        assert_eq!(holds(clause, PAYLOAD), expected, "{clause}");
    }
}

#[test]
fn names_are_those_of_the_schema_in_either_form() {
    let source = r#"syntax = "proto3"; message Ask { string client_name = 1; Kind kind = 2; repeated Kind kinds = 3;
        Ask inner_ask = 4; bool done = 5; sint32 change = 6; } enum Kind { UNKNOWN = 0; FAST = 1; SLOW = 2; }"#;
    let schema = Schema::from_text("ask.proto", source).unwrap();
    let payload = b"\x10\x02\x1a\x02\x01\x02\x22\x06\x0a\x02me\x28\x01\x30\x03";
    let mut reading = Reading::default();
    reading.read_typed(payload, &schema, schema.find("Ask").unwrap());
    for (clause, expected) in [
        ("kind=SLOW", true),
        ("kind=2", true),
        ("kind=FAST", false),
        ("kinds=FAST", true),
        ("inner_ask.client_name=me", true),
        ("innerAsk.clientName=me", true),
        ("4.client_name~e", true),
        ("inner_ask.done=true", true),
        ("inner_ask.done", true),
        ("done=true", false),
        ("done=false", false),
        ("change=-2", true),
        ("nothing", false),
    ] {
        assert_eq!(clause.parse::<Clause>().unwrap().holds(&reading.of(payload, Some(&schema))), expected, "{clause}");
    }
}

#[test]
fn what_is_wrong_with_a_condition_is_said() {
    for (text, expected) in [
        ("", "the field path is missing; a condition looks like 2.3.1=5, 2.3.1~text or 2.3.1"),
        ("=5", "the field path is missing; a condition looks like 2.3.1=5, 2.3.1~text or 2.3.1"),
        ("2.3=", "the value behind `=` is missing; an empty text is \"\""),
        ("2.0=5", "`0` is not a field number (1 to 536870911); a path looks like 2.3.1"),
        ("2..1=5", "`` is not a field number (1 to 536870911); a path looks like 2.3.1"),
        ("2<abc", "`<` compares numbers, and `abc` is none"),
        ("2=hex:0", "`hex:0` is not hexadecimal: pairs of digits are expected behind hex:"),
    ] {
        assert_eq!(text.parse::<Clause>().unwrap_err().to_string(), expected, "{text}");
    }
    let deep = vec!["1"; 101].join(".");
    assert!(matches!(deep.parse::<Clause>(), Err(ClauseError::Path(_))));
}

#[test]
fn a_condition_is_printed_as_it_was_written() {
    assert_eq!(" 2.1 = 5".parse::<Clause>().unwrap().to_string(), "2.1 = 5");
}
