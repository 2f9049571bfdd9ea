//! Everybody who walks over payloads along a type, held against one model.

mod model;

use crate::limits;
use crate::proto::identify::{by_walking, fits, price};
use crate::proto::json::{self, Style};
use crate::proto::sampling::{self, PROTO2, PROTO3, Random, Traits, push_len, push_tag};
use crate::proto::{Decoded, ProblemKind, Reading, Schema, TopLevel, TypeId};
use model::Model;
use proptest::prelude::*;
use std::sync::LazyLock;

static THREE: LazyLock<Schema> = LazyLock::new(|| sampling::schema(PROTO3));
static TWO: LazyLock<Schema> = LazyLock::new(|| sampling::schema(PROTO2));

/// Types without an `Any`, of which the model knows nothing.
const TYPES: [&str; 6] = ["Old", "Old.Row", "Scalars", "Lists", "Maps", "Choice"];

fn type_of(name: &str) -> (&'static Schema, TypeId) {
    let schema = if name.starts_with("Old") { &*TWO } else { &*THREE };
    (schema, schema.find(name).unwrap())
}

/// What the walks of a payload came to.
#[derive(Debug, Default)]
struct Counts {
    fit: u32,
    printed: u32,
    broken: u32,
    vague: u32,
}

/// Walks over a payload in every way, and asserts that each sees what the model says.
fn hold(name: &str, payload: &[u8], counts: &mut Counts) {
    let (schema, id) = type_of(name);
    let model = Model::of(schema, id, payload);
    let mut reading = Reading::default();
    reading.read_typed(payload, schema, id);
    let context = || format!("{name} {payload:02x?}\n{:?}\n{:?}", model.problems, reading.problems);

    let is_unknown = |at: usize| model.undeclared.iter().any(|range| range.contains(&at));
    if model.is_vague {
        counts.vague += 1;
    } else {
        let nodes = reading.nodes.iter().filter(|node| node.field.is_some());
        let nodes: Vec<_> =
            nodes.map(|node| (node.depth, node.number, node.start as usize, node.end as usize)).collect();
        assert_eq!(nodes, model.declared, "{}", context());
        // What is inside of fields that are not declared is for the walk without types to say.
        let is_told =
            |at: usize, kind| !is_unknown(at) || !matches!(kind, ProblemKind::OverlongVarint | ProblemKind::TooDeep);
        let problems = reading.problems.iter().map(|problem| (problem.offset, problem.kind));
        let mut problems: Vec<_> = problems.filter(|(at, kind)| is_told(*at, *kind)).collect();
        problems.sort_unstable();
        assert_eq!(problems, model.problems, "{}", context());
    }

    let is_overlong = |kind: ProblemKind| kind == ProblemKind::OverlongVarint;
    let is_harmless = !model.has_overlong_element && model.problems.iter().all(|(_, kind)| is_overlong(*kind));
    let is_fit = model.undeclared.is_empty() && is_harmless;
    let mut top = TopLevel::default();
    top.read(payload);
    let (strict, lenient) = by_walking(schema, id, payload);
    assert_eq!((strict, fits(schema, id, payload, &top)), (is_fit, is_fit), "{}", context());
    assert!(!lenient || reading.problems.is_empty(), "{}", context());
    assert!(lenient || !model.undeclared.is_empty() || !model.problems.is_empty(), "{}", context());

    if !model.is_vague {
        let is_priced =
            |kind| matches!(kind, ProblemKind::MissingRequired | ProblemKind::UnknownEnumValue) || is_overlong(kind);
        let is_of_type = !model.has_overlong_element && model.problems.iter().all(|(_, kind)| is_priced(*kind));
        assert_eq!(price(schema, id, payload).is_some(), is_of_type, "{}", context());
    }

    let (mut printed, mut written) = (Vec::new(), Vec::new());
    let decoded = Decoded { bytes: payload, reading: &reading, schema: Some(schema) };
    json::write_message(&decoded, Style::default(), &mut written);
    if json::print_typed(payload, (schema, id), Style::default(), &mut reading, &mut printed) {
        assert!(is_fit && model.problems.is_empty(), "{name} {payload:02x?} {:?}", model.problems);
        assert_eq!(String::from_utf8_lossy(&printed), String::from_utf8_lossy(&written), "{name} {payload:02x?}");
        counts.printed += 1;
    }
    counts.fit += u32::from(is_fit);
    counts.broken += u32::from(reading.nodes.iter().any(|node| node.number == 0));
}

/// A message in as many rows of its own, which are groups and messages in turn.
fn in_rows(levels: usize, inside: &[u8], is_open: bool) -> Vec<u8> {
    (0..levels).fold(inside.to_vec(), |inside, level| {
        let mut out = b"\x08\x01".to_vec();
        push_tag(4, 3, &mut out);
        push_len(1, b"k", &mut out);
        push_len(2, &inside, &mut out);
        // The innermost row may go without its end tag.
        if !(is_open && level == 0) {
            push_tag(4, 4, &mut out);
        }
        out
    })
}

#[test]
fn every_visitor_sees_what_the_model_sees_in_messages_with_wrong_bytes() {
    let (mut random, mut counts) = (Random(11), Counts::default());
    for round in 0..6000 {
        let name = TYPES[round % TYPES.len()];
        let (schema, id) = type_of(name);
        let traits = Traits { maps: true, unknown: round % 5 == 0, plain_floats: false };
        let mut payload = sampling::message(&mut random, schema, id, traits, 4);
        for _ in 0..random.below(4) {
            let at = random.below(payload.len().max(1));
            let byte = [0, 1, 8, 0x0a, 0x1b, 0x1c, 0x23, 0x24, 0x2a, 0x63, 0x64, 0x80, 0xff][random.below(13)];
            match random.below(4) {
                0 => payload.truncate(at),
                1 => payload.insert(at.min(payload.len()), byte),
                _ => payload.get_mut(at).into_iter().for_each(|slot| *slot = byte),
            }
        }
        hold(name, &payload, &mut counts);
    }
    let Counts { fit, printed, broken, vague } = counts;
    assert!(fit > 700 && printed > 300 && broken > 500 && vague > 20, "{counts:?}");
}

#[test]
fn every_visitor_stops_at_the_same_depth() {
    let depth = usize::from(limits::DEPTH);
    let mut counts = Counts::default();
    // A row is two levels.
    for levels in depth / 2 - 2..depth / 2 + 3 {
        for inside in
            [&b"\x08\x01"[..], b"", b"\x08\x01\x1b\x1c", b"\x08\x01\x1b", b"\x08\x01\x10\x04", b"\x08\x01\x1c"]
        {
            hold("Old", &in_rows(levels, inside, false), &mut counts);
            hold("Old", &in_rows(levels, inside, true), &mut counts);
        }
    }
    for levels in depth - 3..depth + 3 {
        for inside in [&b""[..], b"\x0a\x01a", b"\x22\x00", b"\x0a\x01"] {
            let payload = (0..levels).fold(inside.to_vec(), |inside, _| {
                let mut out = Vec::new();
                push_len(4, &inside, &mut out);
                out
            });
            hold("Choice", &payload, &mut counts);
        }
    }
    assert!(counts.fit > 10 && counts.printed > 5 && counts.broken > 10, "{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_visitor_sees_what_the_model_sees_in_arbitrary_bytes(
        payload in prop::collection::vec(any::<u8>(), 0..60),
        name in prop::sample::select(TYPES.to_vec()),
    ) {
        hold(name, &payload, &mut Counts::default());
    }

    #[test]
    fn every_visitor_sees_what_the_model_sees_in_bytes_like_fields(
        parts in prop::collection::vec(prop::sample::select(vec![
            &b"\x08\x01"[..], b"\x10\x03", b"\x10\x04", b"\x1b", b"\x1c", b"\x23", b"\x24", b"\x0a\x01k", b"\x13", b"\x14", b"\x63", b"\x64",
            b"\x2a\x02\x01\x02", b"\x28\x81\x00", b"\x2a\x02\x81\x00", b"\x2a\x01\x80", b"\x3a\x01\xff", b"\x42\x01\x04", b"\xf8\x01\x07",
            b"\x12\x02\x08\x01", b"\x12\x05\x08\x01\x23\x24\x01", b"\xa2\x06\x01x", b"\xb2\x09\x02\x08\x01", b"\x08", b"\x00",
        ]), 0..14),
        name in prop::sample::select(vec!["Old", "Old.Row", "Choice"]),
    ) {
        hold(name, &parts.concat(), &mut Counts::default());
    }
}
