//! Payloads that take other readers minutes or their stack: depth and work are capped on every way that bytes can take.

use super::*;
use crate::proto::compact;

/// `levels` times: what `outer` makes of the length of the content, and behind it the content. Built from the inside,
/// so that it takes time in its length.
fn nested_deep(levels: usize, outer: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut reversed: Vec<u8> = Vec::new();
    for _ in 0..levels {
        let head = outer(reversed.len());
        reversed.extend(head.iter().rev());
    }
    reversed.reverse();
    reversed
}

fn every_form(schema: &Schema, name: &str, payload: &[u8]) -> (Reading, String) {
    let reading = read(schema, name, payload);
    let mut line = String::new();
    compact::write(&reading.of(payload, Some(schema)), true, usize::MAX, &mut line);
    for style in [json::Style { defaults: true, proto_names: true }, json::Style::default()] {
        let mut out = Vec::new();
        json::write_message(&reading.of(payload, Some(schema)), style, &mut out);
        assert!(!out.is_empty());
    }
    let text = json_of(schema, &reading, payload);
    (reading, text)
}

/// prost-reflect takes 30 s to write it as JSON, and its text format overflows the stack.
#[test]
fn any_in_any_twenty_thousand_deep_is_cut_at_the_cap() {
    let payload = nested_deep(20_000, |len| {
        let mut head = Vec::new();
        push_len(1, b"type.googleapis.com/google.protobuf.Any", &mut head);
        push_tag(2, 2, &mut head);
        push_varint(len as u64, &mut head);
        head
    });
    assert!(payload.len() > 800_000);
    let (reading, text) = every_form(&THREE, "google.protobuf.Any", &payload);
    assert_eq!(problems(&reading).iter().map(|(kind, ..)| *kind).collect::<Vec<_>>(), [ProblemKind::TooDeep]);
    assert!(reading.nodes.len() <= 2 * usize::from(limits::DEPTH) + 2);
    assert_eq!(text.matches("@type").count(), usize::from(limits::DEPTH));
}

/// The library's text format overflows the stack on unknown fields that deep.
#[test]
fn an_unknown_field_forty_thousand_deep_is_cut_at_the_cap() {
    let payload = nested_deep(40_000, |len| {
        let mut head = Vec::new();
        push_tag(1001, 2, &mut head);
        push_varint(len as u64, &mut head);
        head
    });
    let (reading, _) = every_form(&THREE, "Scalars", &payload);
    assert!(reading.nodes.len() <= usize::from(limits::DEPTH) + 2, "{}", reading.nodes.len());
    let groups: Vec<u8> = (0..40_000).flat_map(|_| [0xcb, 0x3e]).collect();
    every_form(&THREE, "Scalars", &groups);
}

/// One message in twenty thousand parts, each with parts of its own: merging them takes time in their number.
#[test]
fn a_message_in_a_thousand_parts_is_merged_in_bounded_time() {
    let part = {
        let mut inner = Vec::new();
        (0..20).for_each(|_| push_len(4, b"\x0a\x01x\x22\x00", &mut inner));
        inner
    };
    let mut payload = Vec::new();
    (0..1000).for_each(|_| push_len(4, &part, &mut payload));
    let (_, text) = every_form(&THREE, "Choice", &payload);
    assert_eq!(text, r#"{"deeper":{"deeper":{"before":"x","deeper":{}}}}"#);
}

#[test]
fn json_of_one_payload_is_the_same_every_time() {
    let (schema, mut random) = (&*THREE, Random(7));
    let traits = Traits { maps: true, unknown: true, ..Traits::default() };
    for _ in 0..50 {
        let payload = sampling::message(&mut random, schema, schema.find("Maps").unwrap(), traits, 4);
        let texts = [(); 5].map(|()| json_of(schema, &read(schema, "Maps", &payload), &payload));
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
