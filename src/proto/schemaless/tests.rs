//! Payloads without a schema are read as what they are, and every byte is in one node.

use super::samples::{field, service_discovery, wire_like};
use super::*;
use crate::limits;
use crate::proto::{Node, Problem, ProblemKind, Shape, WireType};
use proptest::prelude::*;

fn read(payload: &[u8]) -> Reading {
    let mut reading = Reading::default();
    reading.read_schemaless(payload);
    assert_tiles(&reading, payload);
    reading
}

/// Every byte is in exactly one node of a level; what is inside a message or group covers its content.
fn assert_tiles(reading: &Reading, payload: &[u8]) {
    fn level(reading: &Reading, first: usize, depth: u16, start: u32, end: u32) -> usize {
        let (mut at, mut index) = (start, first);
        while let Some(node) = reading.nodes.get(index).filter(|node| at < end && node.depth == depth) {
            assert_eq!(node.start, at, "a hole or overlap before {node:?}");
            assert!(node.start <= node.value_start && node.value_start <= node.value_end && node.value_end <= node.end);
            let next = match node.shape {
                Shape::Message | Shape::Group => level(reading, index + 1, depth + 1, node.value_start, node.value_end),
                _ => index + 1,
            };
            assert_eq!(node.next as usize, next, "next of {node:?}");
            (at, index) = (node.end, next);
        }
        assert_eq!(at, end, "the level is not covered");
        index
    }
    let nodes = level(reading, 0, 0, 0, u32::try_from(payload.len()).unwrap());
    assert_eq!(nodes, reading.nodes.len(), "nodes that belong to no level");
}

/// The nodes as `depth number shape`, one a line.
fn outline(reading: &Reading) -> String {
    let line = |node: &Node| match node.shape {
        Shape::Packed => format!("{}{} Packed {:?}", "  ".repeat(node.depth.into()), node.number, node.element),
        shape => format!("{}{} {shape:?}", "  ".repeat(node.depth.into()), node.number),
    };
    reading.nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The shape that the content of a length-delimited field is given.
fn shape_of(content: &[u8]) -> (Shape, Shape) {
    let payload = field(1, content);
    let reading = read(&payload);
    (reading.nodes[0].shape, reading.nodes[0].element)
}

#[test]
fn a_service_discovery_request_reads_as_its_envelope_and_body() {
    let payload = service_discovery();
    assert_eq!(payload.len(), 84);
    let reading = read(&payload);
    let expected = "1 Text\n2 Message\n  1 Text\n  2 Text\n  3 Message\n    1 Unsigned\n    2 Unsigned\n3 Unsigned";
    assert_eq!(outline(&reading), expected);
    assert!(reading.problems.is_empty());
    let margins: Vec<f32> = reading.nodes.iter().map(|node| node.margin).collect();
    assert!(margins.iter().all(|margin| *margin > 6.0), "{margins:?}");
}

#[test]
fn a_heartbeat_reads_its_minus_ones_as_signed() {
    let minus_one = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    let inner = [b"\x08\x04\x10\x00\x18", &minus_one[..], b"\x20", minus_one].concat();
    let payload = field(2, &field(1, &inner));
    let expected = "2 Message\n  1 Message\n    1 Unsigned\n    2 Unsigned\n    3 Signed\n    4 Signed";
    assert_eq!(outline(&read(&payload)), expected);
}

#[test]
fn words_are_text_though_they_parse_as_fields() {
    for word in ["hi", "pa", "embed", "usual", "aardvark1", "localhost", "9", "h1", "xy", "8001", "10.0.0.1"] {
        assert_eq!(shape_of(word.as_bytes()).0, Shape::Text, "{word}");
    }
    for text in ["Grüße", "日本語", "\u{1F680} los", "line one\nline two", "{\"a\": [1, 2]}"] {
        assert_eq!(shape_of(text.as_bytes()).0, Shape::Text, "{text}");
    }
}

#[test]
fn lists_of_numbers_are_packed_by_their_width() {
    assert_eq!(shape_of(b"\x01\x02\x03\x04\x05"), (Shape::Packed, Shape::Unsigned));
    assert_eq!(shape_of(b"\x90\x4e\xa0\x4e\xb1\x4e\x91\x4f"), (Shape::Packed, Shape::Unsigned));
    let minus_one = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    assert_eq!(shape_of(&minus_one.repeat(3)), (Shape::Packed, Shape::Signed));
    let floats: Vec<u8> = [1.5_f32, -2.25, 100.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(shape_of(&floats), (Shape::Packed, Shape::Float));
    let doubles: Vec<u8> = [1.1_f64, 2.2, 3.3].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(shape_of(&doubles), (Shape::Packed, Shape::Double));
    let counts: Vec<u8> = [70_000_u32, 131_000, 200_001].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(shape_of(&counts), (Shape::Packed, Shape::Fixed32));
}

#[test]
fn a_message_of_one_text_is_told_by_the_length_that_goes_to_its_end() {
    // The tag and the length of each are printable too.
    for (number, text) in
        [(7, "https://value.stage.example.com/"), (12, "J%EhuTL+mXwOcyEzSvkJH89/KLPyEir"), (4, "2f4a9c1e-77b0")]
    {
        assert_eq!(shape_of(&field(number, text.as_bytes())).0, Shape::Message, "{number} {text}");
    }
    for text in [":4 of them arrived", "b,c,d,e,f", "\"quoted\"", "R2D2 and C3PO"] {
        assert_eq!(shape_of(text.as_bytes()).0, Shape::Text, "{text}");
    }
}

#[test]
fn numbers_of_all_widths_are_a_list_and_random_bytes_are_none() {
    let list: Vec<u8> = [19, 12, 1_790_000_041, 7, 300, 20, 11]
        .iter()
        .flat_map(|value| {
            let mut bytes = Vec::new();
            prost_reflect::prost::encoding::encode_varint(*value, &mut bytes);
            bytes
        })
        .collect();
    assert_eq!(shape_of(&list).0, Shape::Packed);
    let random = hex::decode("915f011bba945bfd7a593d9d640a67587d6114a19d4237e2662660406c").unwrap();
    assert_eq!(shape_of(&random).0, Shape::Bytes);
}

#[test]
fn white_space_and_marks_alone_are_less_likely_text_than_a_small_number() {
    assert_eq!(shape_of(b"\x20\x09").0, Shape::Message);
    assert_eq!(shape_of(b"ok").0, Shape::Text);
}

#[test]
fn what_fits_nothing_is_bytes() {
    let hash = hex::decode("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").unwrap();
    assert_eq!(shape_of(&hash).0, Shape::Bytes);
    assert_eq!(shape_of(b"\xff\xfe\xfd").0, Shape::Bytes);
}

#[test]
fn an_empty_value_is_text_without_evidence() {
    let reading = read(b"\x12\x00");
    assert_eq!((reading.nodes[0].shape, reading.nodes[0].margin), (Shape::Text, 0.0));
    assert_eq!(alternatives(b"\x12\x00", &reading.nodes[0]).len(), 3);
}

#[test]
fn fixed_width_values_are_floats_if_that_is_shorter() {
    let payload =
        [b"\x0d", &1.75_f32.to_le_bytes()[..], b"\x15", &[7, 0, 0, 0], b"\x19", &2.5_f64.to_le_bytes()].concat();
    let reading = read(&[payload, b"\x21\x01\x02\x03\x04\0\0\0\0".to_vec()].concat());
    assert_eq!(outline(&reading), "1 Float\n2 Fixed32\n3 Double\n4 Fixed64");
    assert!(reading.nodes.iter().all(|node| node.margin.is_finite() && node.margin > 0.0));
}

#[test]
fn a_group_ends_at_its_end_tag() {
    // 1:{2:5 3:{}} 4:1
    let reading = read(b"\x0b\x10\x05\x1b\x1c\x0c\x20\x01");
    assert_eq!(outline(&reading), "1 Group\n  2 Unsigned\n  3 Group\n4 Unsigned");
    let group = reading.nodes[0];
    assert_eq!((group.value_start, group.value_end, group.end), (1, 5, 6));
}

#[test]
fn what_does_not_parse_is_kept_as_the_rest_with_the_place_where_it_stopped() {
    let cases: [(&[u8], &str, usize, ProblemKind); 6] = [
        (b"\x08\x01\x07\x07", "1 Unsigned\n0 Unparsed", 2, ProblemKind::BadTag),
        (b"\x08\x01\x12\x09ab", "1 Unsigned\n0 Unparsed", 3, ProblemKind::Truncated),
        (b"\x08\x01\x0b\x10\x05", "1 Unsigned\n0 Unparsed", 2, ProblemKind::BadGroup),
        (b"\x08\x01\x0b\x10\x05\x14", "1 Unsigned\n0 Unparsed", 5, ProblemKind::BadGroup),
        (b"\x0c", "0 Unparsed", 0, ProblemKind::BadGroup),
        (b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02", "0 Unparsed", 1, ProblemKind::BadVarint),
    ];
    for (payload, expected, offset, kind) in cases {
        let reading = read(payload);
        assert_eq!(outline(&reading), expected, "{payload:x?}");
        assert_eq!(
            reading.problems,
            [Problem { offset, path: String::new(), names: String::new(), kind }],
            "{payload:x?}"
        );
    }
    assert_eq!(outline(&read(b"")), "");
}

#[test]
fn an_overlong_varint_is_a_problem_with_its_path() {
    let body = [field(1, b"some text here"), b"\x10\x85\x00".to_vec(), field(3, b"more text there")].concat();
    let reading = read(&[field(1, b"name"), field(2, &body)].concat());
    let expected =
        Problem { offset: 24, path: "2.2".to_owned(), names: String::new(), kind: ProblemKind::OverlongVarint };
    assert_eq!(reading.problems, [expected]);
}

#[test]
fn a_hundred_levels_are_followed_and_deeper_ones_are_bytes_with_a_problem() {
    let nested = |levels: usize| (0..levels).fold(b"\x08\x01".to_vec(), |inside, _| field(1, &inside));
    let hundred = read(&nested(100));
    assert_eq!((hundred.nodes.len(), hundred.problems.len()), (101, 0));
    let deeper = read(&nested(101));
    let last = deeper.nodes.last().unwrap();
    assert_eq!((deeper.nodes.len(), last.shape, last.depth), (101, Shape::Bytes, 100));
    assert_eq!(deeper.problems.len(), 1);
    let found = &deeper.problems[0];
    assert_eq!((found.kind, found.path.matches('.').count()), (ProblemKind::TooDeep, 100));
}

#[test]
fn forty_thousand_levels_are_followed_to_the_cap_and_no_deeper() {
    let mut lens = Vec::with_capacity(40_000);
    let mut len = 0_u64;
    for _ in 0..40_000 {
        lens.push(len);
        len += 1 + prost_reflect::prost::encoding::encoded_len_varint(len) as u64;
    }
    let mut messages = Vec::new();
    for len in lens.into_iter().rev() {
        messages.push(0x0a);
        prost_reflect::prost::encoding::encode_varint(len, &mut messages);
    }
    for payload in [messages, vec![0x0b; 40_000], b"\x0b\x0a\x7f".repeat(40_000)] {
        let reading = read(&payload);
        assert!(!reading.problems.is_empty());
        assert!(reading.nodes.iter().all(|node| node.depth <= limits::DEPTH));
    }
}

#[test]
fn more_fields_than_the_cap_are_one_run_of_bytes() {
    let payload = b"\x08\x01".repeat(limits::FIELDS + 7);
    let reading = read(&payload);
    assert_eq!(reading.nodes.len(), limits::FIELDS + 1);
    assert_eq!(reading.nodes.last().unwrap().end as usize, payload.len());
    assert_eq!(reading.problems[0].kind, ProblemKind::TooManyFields);
    let reading = read(&field(1, &payload));
    assert_eq!((reading.nodes.len(), reading.problems[0].kind), (1, ProblemKind::TooManyFields));
}

#[test]
fn memory_is_used_again_and_nothing_of_the_last_payload_stays() {
    let mut reading = read(&b"\x08\x01".repeat(100));
    let capacity = reading.nodes.capacity();
    reading.read_schemaless(b"\x08\x80\x00\x07");
    assert_eq!((reading.nodes.len(), reading.problems.len()), (2, 2));
    reading.read_schemaless(b"\x08\x01");
    assert_eq!((reading.nodes.len(), reading.problems.len(), reading.nodes.capacity()), (1, 0, capacity));
}

fn reasons(payload: &[u8]) -> Vec<(Shape, String)> {
    let reading = read(payload);
    alternatives(payload, &reading.nodes[0]).into_iter().map(|found| (found.shape, found.reason)).collect()
}

#[test]
fn a_varint_may_be_a_time_in_each_unit() {
    for (value, unit) in [
        (1_720_000_000_u64, "s: 2024-07-03T09:46:40Z"),
        (1_720_000_000_123, "ms: 2024-07-03T09:46:40.123Z"),
        (1_720_000_000_123_456, "µs: 2024-07-03T09:46:40.123456Z"),
        (1_720_000_000_123_456_789, "ns: 2024-07-03T09:46:40.123456789Z"),
    ] {
        let mut payload = vec![0x08];
        prost_reflect::prost::encoding::encode_varint(value, &mut payload);
        assert_eq!(reasons(&payload)[0], (Shape::Unsigned, format!("Unix time in {unit}")));
    }
    assert!(reasons(b"\x08\x05").iter().all(|(_, reason)| !reason.contains("Unix")));
}

#[test]
fn every_reading_of_a_varint_is_named() {
    let shapes = |payload: &[u8]| reasons(payload).into_iter().map(|(shape, _)| shape).collect::<Vec<_>>();
    let small = [Shape::Unsigned, Shape::Bool, Shape::Signed, Shape::Enum, Shape::ZigZag];
    assert_eq!(shapes(b"\x08\x01"), small);
    assert_eq!(shapes(b"\x08\x05"), [Shape::Unsigned, Shape::Signed, Shape::Enum, Shape::ZigZag]);
    assert_eq!(shapes(b"\x08\xc8\x01"), [Shape::Unsigned, Shape::Signed, Shape::ZigZag]);
    let minus_two = reasons(b"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    assert_eq!(minus_two[0], (Shape::Signed, "-2: ten bytes are a negative number".to_owned()));
    assert_eq!(reasons(b"\x08\x03").last(), Some(&(Shape::ZigZag, "-2: zigzag".to_owned())));
}

#[test]
fn the_best_alternative_is_the_reading_that_was_chosen() {
    let payload = service_discovery();
    for node in &read(&payload).nodes {
        let best = &alternatives(&payload, node)[0];
        assert_eq!((best.shape, best.element), (node.shape, node.element), "{node:?}");
    }
}

#[test]
fn a_text_may_be_a_uuid_and_bytes_may_be_compressed() {
    let found = reasons(&field(1, b"1b4e28ba-2fa1-41d2-883f-0016d3cca427"));
    assert_eq!(found[0], (Shape::Text, "UTF-8, 36 characters: a UUID".to_owned()));
    let zstd = zstd::encode_all(&b"words and words and words"[..], 1).unwrap();
    assert!(reasons(&field(1, &zstd)).contains(&(Shape::Bytes, "zstd, inflates to 25 bytes: text".to_owned())));
}

#[test]
fn a_field_number_of_zero_is_no_field() {
    // Number 0 with every wire type: at the top, behind a field, and inside a value.
    for wire_type in 0..8_u8 {
        let found = read(&[wire_type, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(outline(&found), "0 Unparsed", "{wire_type}");
        assert_eq!((found.problems[0].kind, found.problems[0].offset), (ProblemKind::BadTag, 0));
        assert_ne!(shape_of(&[0x08, 0x01, wire_type, 1]).0, Shape::Message, "{wire_type}");
    }
    assert_eq!(outline(&read(b"\x08\x01\x00\x01")), "1 Unsigned\n0 Unparsed");
}

#[test]
fn a_ten_byte_varint_is_a_negative_number() {
    let reading = read(b"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x02");
    assert_eq!(outline(&reading), "1 Signed\n2 Unsigned");
    assert_eq!(reading.nodes[0].value.cast_signed(), -2);
    assert_eq!(reading.problems, []);
}

#[test]
fn garbage_behind_the_last_field_is_kept_and_costs_nothing_before_it() {
    let whole = service_discovery();
    let with_garbage = [&whole[..], b"\xff\xff\xff\xff"].concat();
    let (clean, found) = (read(&whole), read(&with_garbage));
    assert_eq!(found.nodes[..clean.nodes.len()], clean.nodes);
    let rest = found.nodes.last().unwrap();
    assert_eq!(
        (rest.shape, rest.start as usize, rest.end as usize),
        (Shape::Unparsed, whole.len(), with_garbage.len())
    );
    assert_eq!(found.problems[0].offset, whole.len());
}

#[test]
fn sixteen_bytes_may_be_a_uuid() {
    let uuid = hex::decode("1b4e28ba2fa141d2883f0016d3cca427").unwrap();
    let found = reasons(&field(1, &uuid));
    assert_eq!(found[0], (Shape::Bytes, "UUID 1b4e28ba-2fa1-41d2-883f-0016d3cca427".to_owned()));
    assert!(found.contains(&(Shape::Bytes, "opaque".to_owned())));
}

proptest! {
    #[test]
    fn any_bytes_are_covered_and_cost_what_they_cost_alone(payload in wire_like()) {
        let reading = read(&payload);
        for node in &reading.nodes {
            let found = alternatives(&payload, node);
            prop_assert!(!found.is_empty());
            // The margin is the distance between the two best readings that are shapes of the wire.
            if node.wire_type == WireType::Len && node.shape != Shape::Unparsed && node.value_start < node.value_end {
                let mut costs: Vec<&Alternative> =
                    found.iter().filter(|alternative| !alternative.reason.starts_with("UUID")).collect();
                costs.dedup_by_key(|alternative| (alternative.shape, alternative.element));
                let margin = costs.get(1).map_or(f32::INFINITY, |second| second.cost_bits - costs[0].cost_bits);
                prop_assert!(margin == node.margin || (margin - node.margin).abs() < 0.01);
                prop_assert_eq!(costs[0].shape, node.shape);
            }
        }
    }

    #[test]
    fn a_payload_cut_anywhere_keeps_what_stood_before(cut in 0_usize..84) {
        let payload = service_discovery();
        let (whole, part) = (read(&payload), read(&payload[..cut]));
        for (_, node) in whole.level(0).filter(|(_, node)| node.end as usize <= cut) {
            prop_assert!(part.level(0).any(|(_, kept)| kept.start == node.start && kept.shape == node.shape));
        }
    }
}

/// A schema with a field of every kind that looks like another one, and 2,000 messages of it.
pub(in crate::proto) mod generated {
    use super::*;
    use crate::proto::wire::MAX_NUMBER;
    use prost_reflect::prost::Message;
    use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

    const SCHEMA: &str = r#"
        syntax = "proto3";
        message Player { string id = 1; string name = 2; int32 level = 3; bool online = 4; Position at = 5; repeated
            string titles = 6; bytes avatar = 7; repeated Item items = 8; int64 seen_ms = 9; }
        message Position { float x = 1; float y = 2; double heading = 3; fixed32 zone = 4; }
        message Item { uint64 id = 1; int32 count = 2; string label = 3; repeated int32 stats = 4; repeated float
            weights = 5; int64 balance = 6; Item inside = 7; repeated double prices = 8; }
    "#;

    const WORDS: [&str; 16] = [
        "a",
        "hi",
        "embed",
        "localhost",
        "10.0.0.1",
        "2024-07-03T09:46:40Z",
        "Star Citizen",
        "eu-west-1",
        "PING",
        "grpc",
        "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
        "日本語",
        "Grüße aus Köln",
        "https://example.net/a?b=c",
        "42",
        "{\"ok\":true}",
    ];

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }

        fn integer(&mut self) -> u64 {
            let bits = self.below(31);
            self.below(1 << bits)
        }

        fn value(&mut self, kind: &Kind, depth: u32) -> Value {
            match kind {
                Kind::Bool => Value::Bool(true),
                Kind::String => Value::String(WORDS[usize::try_from(self.below(16)).unwrap()].to_owned()),
                Kind::Bytes => Value::Bytes((0..20).map(|_| u8::try_from(self.below(256)).unwrap()).collect()),
                Kind::Int32 => Value::I32(i32::try_from(self.integer()).unwrap() - 3),
                Kind::Int64 => Value::I64(1_720_000_000_000 + i64::try_from(self.integer()).unwrap()),
                Kind::Uint64 => Value::U64(self.below(1 << 31) << 32 | self.below(1 << 31)),
                Kind::Fixed32 => Value::U32(u32::try_from(self.integer()).unwrap()),
                Kind::Float => Value::F32(f32::from(i16::try_from(self.below(2000)).unwrap()) / 8.0 - 20.0),
                Kind::Double => Value::F64(f64::from(i16::try_from(self.below(20_000)).unwrap()) / 100.0),
                Kind::Message(kind) => Value::Message(self.message(kind, depth + 1)),
                _ => unreachable!("not in the schema"),
            }
        }

        fn message(&mut self, kind: &MessageDescriptor, depth: u32) -> DynamicMessage {
            let mut message = DynamicMessage::new(kind.clone());
            for field in kind.fields().filter(|field| depth < 4 || field.kind().as_message().is_none()) {
                if self.below(4) == 0 {
                    continue;
                }
                let value = if field.is_list() {
                    let count = 1 + self.below(6);
                    Value::List((0..count).map(|_| self.value(&field.kind(), depth)).collect())
                } else {
                    self.value(&field.kind(), depth)
                };
                message.set_field(&field, value);
            }
            message
        }
    }

    fn expected(field: &FieldDescriptor) -> &'static str {
        match field.kind() {
            _ if field.is_packed() => "packed",
            Kind::String => "text",
            Kind::Bytes => "bytes",
            Kind::Message(_) => "message",
            Kind::Float | Kind::Double => "real",
            _ => "integer",
        }
    }

    fn found(node: &Node) -> &'static str {
        match node.shape {
            Shape::Packed => "packed",
            Shape::Text => "text",
            Shape::Bytes => "bytes",
            Shape::Message => "message",
            Shape::Float | Shape::Double => "real",
            _ => "integer",
        }
    }

    /// Kind, fields of it, and those that were read as what they are.
    pub(in crate::proto) type Counts = [(&'static str, u32, u32); 6];

    pub(in crate::proto) const NONE: Counts =
        [("text", 0, 0), ("bytes", 0, 0), ("message", 0, 0), ("packed", 0, 0), ("real", 0, 0), ("integer", 0, 0)];

    /// Counts the fields of each kind and those that were read as what they are.
    pub(in crate::proto) fn compare(reading: &Reading, first: usize, kind: &MessageDescriptor, counts: &mut Counts) {
        for (index, node) in reading.level(first) {
            assert!(node.number <= MAX_NUMBER);
            let field = kind.get_field(node.number).unwrap();
            let count = counts.iter_mut().find(|(name, ..)| *name == expected(&field)).unwrap();
            // An empty value is undecidable.
            if node.wire_type == WireType::Len && node.value_start == node.value_end {
                continue;
            }
            count.1 += 1;
            count.2 += u32::from(expected(&field) == found(node));
            if let (Kind::Message(inner), Shape::Message) = (field.kind(), node.shape) {
                compare(reading, index + 1, &inner, counts);
            }
        }
    }

    /// The type, and messages of it.
    pub(in crate::proto) fn messages() -> (MessageDescriptor, Vec<Vec<u8>>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("player.proto"), SCHEMA).unwrap();
        let files = protox::compile(["player.proto"], [folder.path()]).unwrap();
        let pool = DescriptorPool::from_file_descriptor_set(files).unwrap();
        let player = pool.get_message_by_name("Player").unwrap();
        let mut random = Random(1);
        let messages = (0..2000).map(|_| random.message(&player, 0).encode_to_vec()).collect();
        (player, messages)
    }

    #[test]
    fn nearly_every_field_of_generated_messages_is_read_as_what_it_is() {
        let (player, messages) = messages();
        let mut counts = NONE;
        for payload in messages {
            compare(&read(&payload), 0, &player, &mut counts);
        }
        // All, and those that were right. Lists of one or two small numbers are what is hard.
        let expected = [
            ("text", 18_944, 18_944),
            ("bytes", 1_488, 1_471),
            ("message", 15_942, 15_941),
            ("packed", 32_506, 29_130),
            ("real", 3_268, 3_268),
            ("integer", 38_047, 38_040),
        ];
        assert_eq!(counts, expected);
    }
}
