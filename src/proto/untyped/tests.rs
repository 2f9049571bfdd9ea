//! The walk and its visitors, held against a slow reader of the wire format that is written down rule by rule.

use super::*;
use crate::proto::learned::{Paths, Scales};
use crate::proto::path::{FieldPath, RawValue};
use crate::proto::schemaless::samples::wire_like;
use crate::proto::{Reading, Shape};
use proptest::prelude::*;

/// What a walk shows that goes into everything it can.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    /// Depth, number, wire type, and where the field, its value and its end are.
    Field(u16, u32, u8, usize, usize, usize),
    /// The content of the last length-delimited field that is open was walked, to its end or to a mistake.
    Content(Option<ProblemKind>),
    /// The last group that is open ends here.
    EndTag(usize),
}

/// The slow reader.
struct Model<'p> {
    payload: &'p [u8],
    seen: Vec<Seen>,
}

impl Model<'_> {
    /// The varint at `at`, and where it ends: seven bits a byte, at most ten bytes, at most 64 bits.
    fn varint(&self, at: usize, end: usize) -> Result<(u64, usize), ProblemKind> {
        let mut value = 0_u128;
        for index in 0..10 {
            let byte = *self.payload[..end].get(at + index).ok_or(ProblemKind::Truncated)?;
            value |= u128::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                let value = u64::try_from(value).map_err(|_| ProblemKind::BadVarint)?;
                return Ok((value, at + index + 1));
            }
        }
        Err(ProblemKind::BadVarint)
    }

    /// The number and the wire type of the field at `at`, and where its value starts and ends.
    fn field(&self, at: usize, end: usize) -> Result<(u32, u8, usize, usize), ProblemKind> {
        let (tag, value_at) = self.varint(at, end)?;
        let number = u32::try_from(tag >> 3).map_err(|_| ProblemKind::BadTag)?;
        if number == 0 || number >= 1 << 29 {
            return Err(ProblemKind::BadTag);
        }
        let fixed = |len: usize| if end - value_at < len { Err(ProblemKind::Truncated) } else { Ok(value_at + len) };
        let wire_type = (tag & 7) as u8;
        let (value_start, value_end) = match wire_type {
            0 => (value_at, self.varint(value_at, end)?.1),
            1 => (value_at, fixed(8)?),
            2 => {
                let (len, start) = self.varint(value_at, end)?;
                if len > (end - start) as u64 {
                    return Err(ProblemKind::Truncated);
                }
                (start, start + usize::try_from(len).unwrap())
            }
            3 | 4 => (value_at, value_at),
            5 => (value_at, fixed(4)?),
            _ => return Err(ProblemKind::BadTag),
        };
        Ok((number, wire_type, value_start, value_end))
    }

    /// The fields from `at` to `end`, or to the end tag of `group`: where they end.
    fn level(&mut self, mut at: usize, end: usize, group: Option<u32>, depth: u16) -> Result<usize, ProblemKind> {
        if depth > 100 {
            return Err(ProblemKind::TooDeep);
        }
        while at < end {
            let (number, wire_type, value_start, value_end) = self.field(at, end)?;
            if wire_type == 4 && group == Some(number) {
                self.seen.push(Seen::EndTag(at));
                return Ok(value_end);
            }
            if wire_type == 4 {
                return Err(ProblemKind::BadGroup);
            }
            self.seen.push(Seen::Field(depth, number, wire_type, at, value_start, value_end));
            at = value_end;
            if wire_type == 3 {
                at = self.level(value_end, end, Some(number), depth + 1)?;
            } else if wire_type == 2 {
                let inside = self.level(value_start, value_end, None, depth + 1);
                self.seen.push(Seen::Content(inside.err()));
            }
        }
        if group.is_some() { Err(ProblemKind::BadGroup) } else { Ok(at) }
    }
}

fn walked_by_model(payload: &[u8]) -> (Vec<Seen>, Result<usize, ProblemKind>) {
    let mut model = Model { payload, seen: Vec::new() };
    let end = model.level(0, payload.len(), None, 0);
    (model.seen, end)
}

/// Goes into everything.
struct Everything(Vec<Seen>);

impl<'p> Visitor<'p> for Everything {
    type Form = RawField;
    type Level = ();
    type Stop = WireError;

    fn field(&mut self, cursor: &mut Cursor<'p>, field: &RawField, (): &mut (), depth: u16) -> Result<(), WireError> {
        let (start, value_start, value_end) =
            (field.start as usize, field.value_start as usize, field.value_end as usize);
        self.0.push(Seen::Field(depth, field.number, field.wire_type as u8, start, value_start, value_end));
        match field.wire_type {
            WireType::StartGroup => {
                let end_tag = group(self, cursor, field, &mut (), depth + 1)?;
                self.0.push(Seen::EndTag(end_tag as usize));
            }
            WireType::Len => {
                let content = Cursor::within(cursor.bytes(), field.value_start, field.value_end);
                let walked = message(self, content, &mut (), depth + 1);
                self.0.push(Seen::Content(walked.err().map(|error| error.kind)));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Where the first field of the payload itself starts that does not read, and why.
fn break_of(payload: &[u8]) -> Option<(usize, ProblemKind)> {
    let mut model = Model { payload, seen: Vec::new() };
    let mut at = 0;
    while at < payload.len() {
        let (number, wire_type, _, value_end) = match model.field(at, payload.len()) {
            Ok(field) => field,
            Err(kind) => return Some((at, kind)),
        };
        let end = match wire_type {
            3 => model.level(value_end, payload.len(), Some(number), 1),
            4 => Err(ProblemKind::BadGroup),
            _ => Ok(value_end),
        };
        match end {
            Ok(end) => at = end,
            Err(kind) => return Some((at, kind)),
        }
    }
    None
}

/// Every node is a field of the model, and those of the payload itself go up to where the model breaks off.
fn hold_nodes(payload: &[u8], reading: &Reading) {
    let (seen, _) = walked_by_model(payload);
    let broken = break_of(payload);
    for node in &reading.nodes {
        if node.shape == Shape::Unparsed {
            assert_eq!((Some(node.start as usize), node.depth), (broken.map(|(at, _)| at), 0), "{payload:02x?}");
            continue;
        }
        let [start, value_start, value_end] = [node.start, node.value_start, node.value_end].map(|at| at as usize);
        let is_group = node.wire_type == WireType::StartGroup;
        let value_end = if is_group { value_start } else { value_end };
        let field = Seen::Field(node.depth, node.number, node.wire_type as u8, start, value_start, value_end);
        assert!(seen.contains(&field), "{node:?} in {payload:02x?}");
        assert!(!is_group || seen.contains(&Seen::EndTag(node.value_end as usize)), "{node:?} in {payload:02x?}");
    }
    match broken {
        Some((at, kind)) => {
            assert_eq!(reading.nodes.last().map(|node| (node.shape, node.start as usize)), Some((Shape::Unparsed, at)));
            assert!(reading.problems.iter().any(|problem| problem.kind == kind), "{kind:?} in {payload:02x?}");
        }
        None => assert_eq!(reading.level(0).last().map_or(0, |(_, node)| node.end as usize), payload.len()),
    }
}

/// The last value at a path, among all that the model has seen.
fn find_in_model<'p>(payload: &'p [u8], path: &[u32]) -> Option<RawValue<'p>> {
    let (seen, _) = walked_by_model(payload);
    let (mut way, mut found) = (Vec::new(), None);
    for field in seen {
        let Seen::Field(depth, number, wire_type, _, start, end) = field else { continue };
        way.truncate(usize::from(depth));
        way.push(number);
        if way == path {
            let value = &payload[start..end];
            found = match wire_type {
                0 => Some(RawValue::Varint(Model { payload, seen: vec![] }.varint(start, end).unwrap().0)),
                1 => Some(RawValue::I64(u64::from_le_bytes(value.try_into().unwrap()))),
                2 => Some(RawValue::Bytes(value)),
                5 => Some(RawValue::I32(u32::from_le_bytes(value.try_into().unwrap()))),
                _ => found,
            };
        }
    }
    found
}

/// Fields, groups with and without their ends, and messages, inside each other, perhaps past the cap, perhaps cut.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), 0_u8..64, Just(0x80), Just(0x0b), Just(0x0c), Just(0x13), Just(0x14)];
    let leaf = prop_oneof![wire_like(), prop::collection::vec(byte, 0..12)];
    let level = (0..8_u8, 1..4_u8, prop::collection::vec(0..40_u8, 0..3));
    let levels = prop_oneof![prop::collection::vec(level.clone(), 0..6), prop::collection::vec(level, 95..106)];
    (leaf, levels, any::<prop::sample::Index>(), prop::bool::weighted(0.2)).prop_map(|(leaf, levels, cut, is_cut)| {
        let mut payload = levels.iter().fold(leaf, |inside, (kind, number, before)| {
            let mut outer: Vec<u8> = before.iter().flat_map(|value| [0x18, *value]).collect();
            match kind {
                0 => outer.extend([&[number << 3 | 3][..], &inside, &[(number + 1) << 3 | 4]].concat()),
                1..4 => outer.extend([&[number << 3 | 3][..], &inside, &[number << 3 | 4]].concat()),
                _ => outer.extend(crate::proto::schemaless::samples::field(*number, &inside)),
            }
            outer
        });
        payload.truncate(if is_cut { cut.index(payload.len() + 1) } else { payload.len() });
        payload
    })
}

#[test]
fn a_group_is_stepped_over_to_its_own_end_tag() {
    // 1:{ 2:{ 3:5 } 4:"ab" } 5:1
    let bytes = b"\x0b\x13\x18\x05\x14\x22\x02ab\x0c\x28\x01";
    let mut cursor = Cursor::new(bytes);
    let start = cursor.next_field().unwrap().unwrap();
    assert_eq!(skip_group(&mut cursor, &start), Ok(()));
    assert_eq!(cursor.next_field().unwrap().unwrap().number, 5);
}

#[test]
fn a_group_with_a_wrong_or_missing_end_tag_or_too_many_inside_is_an_error() {
    let skip = |bytes: &[u8]| {
        let mut cursor = Cursor::new(bytes);
        let start = cursor.next_field().unwrap().unwrap();
        skip_group(&mut cursor, &start).unwrap_err().kind
    };
    assert_eq!(skip(b"\x0b\x14"), ProblemKind::BadGroup);
    assert_eq!(skip(b"\x0b\x08\x01"), ProblemKind::BadGroup);
    assert_eq!(skip(&[0x0b; 40_000]), ProblemKind::TooDeep);
}

proptest! {
    #[test]
    fn a_walk_sees_what_the_slow_reader_sees(payload in nested()) {
        let (seen, end) = walked_by_model(&payload);
        let mut everything = Everything(Vec::new());
        let walked = super::payload(&mut everything, &payload, &mut ());
        prop_assert_eq!(everything.0, seen);
        prop_assert_eq!(walked.map_err(|broken| broken.stop.kind), end.map(|_| ()));
        prop_assert_eq!(walked.err().map(|broken| broken.at as usize), break_of(&payload).map(|(at, _)| at));
    }

    #[test]
    fn nodes_are_what_the_slow_reader_sees(payloads in prop::collection::vec(nested(), 1..4)) {
        let (mut paths, mut scales, mut reading) = (Paths::default(), Scales::default(), Reading::default());
        for payload in &payloads {
            paths.refine(payload, None, &mut scales);
        }
        for payload in &payloads {
            reading.read_schemaless(payload);
            hold_nodes(payload, &reading);
            reading.read_learned(payload, &paths);
            hold_nodes(payload, &reading);
        }
    }

    #[test]
    fn the_value_at_a_path_is_the_last_that_the_slow_reader_sees(
        payload in nested(),
        path in prop::collection::vec(1..5_u32, 1..5),
    ) {
        let text = path.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
        prop_assert_eq!(FieldPath::parse(&text).unwrap().find(&payload), find_in_model(&payload, &path));
    }

    #[test]
    fn what_reads_on_has_no_mistake_but_perhaps_groups_that_do_not_match(payload in nested()) {
        let broken = break_of(&payload).map(|(_, kind)| kind);
        match reads_on(Cursor::new(&payload)) {
            Ok(()) => prop_assert!(matches!(broken, None | Some(ProblemKind::BadGroup | ProblemKind::TooDeep))),
            Err(_) => prop_assert!(broken.is_some()),
        }
    }

    #[test]
    fn a_group_is_stepped_over_as_the_slow_reader_does(inside in nested(), number in 1..4_u8) {
        let payload = [&[number << 3 | 3][..], &inside, &[number << 3 | 4, 0x08, 1]].concat();
        let mut cursor = Cursor::new(&payload);
        let start_tag = cursor.next_field().unwrap().unwrap();
        let end = Model { payload: &payload, seen: vec![] }.level(1, payload.len(), Some(number.into()), 0);
        let stepped = skip_group(&mut cursor, &start_tag);
        prop_assert_eq!(stepped.map(|()| cursor.position() as usize).map_err(|error| error.kind), end);
    }
}
