//! Payloads printed while they are read, held against those that are read first.

use deframe::proto::json::{self, Style};
use deframe::proto::learned::{Paths, Printer, Scales};
use deframe::proto::{Reading, Schema};
use std::sync::LazyLock;

/// Lists, maps, oneofs, well-known types, numbers of every kind, recursion.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = r#"
        syntax = "proto3";
        import "google/protobuf/any.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        enum Colour { NONE = 0; RED = 1; }
        message Node {
            string text = 1; bytes data = 2; int32 small = 3; sint64 zigzag = 4; bool flag = 5; Colour colour = 6;
            repeated float floats = 7; repeated uint64 numbers = 8; repeated string words = 9; map<string, Node> by_name = 10;
            oneof one { double number = 11; Node inside = 12; }
            repeated Node nodes = 13; google.protobuf.Timestamp time = 14; google.protobuf.Any any = 15;
            google.protobuf.Struct object = 16; google.protobuf.Int64Value wrapped = 17; optional fixed32 maybe = 18;
        }
    "#;
    Schema::from_text("fuzz.proto", text).unwrap()
});

/// The first byte says how many payloads teach the last one, each with a byte for its length before it.
///
/// # Panics
/// If what is printed is not what is read and written, or is printed in spite of a problem.
pub fn check(script: &[u8]) {
    let Some((&count, mut rest)) = script.split_first() else { return };
    let mut taught = Vec::new();
    for _ in 0..count % 4 {
        let Some((&len, behind)) = rest.split_first() else { return };
        let (payload, behind) = behind.split_at(behind.len().min(len.into()));
        taught.push(payload);
        rest = behind;
    }
    let (mut paths, mut scales) = (Paths::default(), Scales::default());
    for payload in &taught {
        for _ in 0..=count / 64 {
            paths.learn(payload, None, &mut scales);
        }
    }
    paths.settle();
    let (mut printer, mut reading, mut scratch) = (Printer::default(), Reading::default(), Reading::default());
    let id = SCHEMA.find("Node").unwrap();
    for payload in taught.iter().chain([&rest]) {
        let (mut printed, mut written) = (Vec::new(), Vec::new());
        if printer.print(payload, &paths, &mut printed) {
            reading.read_learned(payload, &paths);
            json::write(&reading.of(payload, None), &mut written);
            assert_same(&reading, &printed, &written);
        }
        for proto_names in [false, true] {
            let style = Style { proto_names, defaults: false };
            let (mut printed, mut written) = (Vec::new(), Vec::new());
            if json::print_typed(payload, (&SCHEMA, id), style, &mut scratch, &mut printed) {
                reading.read_typed(payload, &SCHEMA, id);
                json::write_message(&reading.of(payload, Some(&SCHEMA)), style, &mut written);
                assert_same(&reading, &printed, &written);
            }
        }
    }
}

fn assert_same(reading: &Reading, printed: &[u8], written: &[u8]) {
    assert_eq!(String::from_utf8_lossy(printed), String::from_utf8_lossy(written));
    assert_eq!(reading.problems, []);
}
