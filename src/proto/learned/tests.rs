//! Paths of fields learn from payloads what their values are.

use super::{Context, Given, Learned, Paths, Scales};
use crate::proto::path::FieldPath;
use crate::proto::schemaless::samples::{field, service_discovery, wire_like};
use crate::proto::schemaless::tests::generated;
use crate::proto::{Node, ProblemKind, Reading, Sense, Shape};
use crate::units::{Endpoint, Timestamp};
use proptest::prelude::*;
use prost_reflect::prost::encoding::encode_varint;

const NOW_NS: i64 = 1_795_345_404_338_402_000;

fn context() -> Context {
    let end = |addr: [u8; 4], port| Endpoint { addr: addr.into(), port };
    Context { time: Timestamp::from_ns(NOW_NS), ends: [end([10, 0, 0, 7], 50534), end([192, 168, 1, 9], 8001)] }
}

fn learn<T: AsRef<[u8]>>(payloads: impl IntoIterator<Item = T>) -> Paths {
    let (mut paths, mut scales) = (Paths::default(), Scales::default());
    for payload in payloads {
        paths.learn(payload.as_ref(), Some(&context()), &mut scales);
    }
    paths.settle();
    paths
}

fn read(payload: &[u8], paths: &Paths) -> Reading {
    let mut reading = Reading::default();
    reading.read_learned(payload, paths);
    reading
}

fn number(number: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![number << 3];
    encode_varint(value, &mut bytes);
    bytes
}

fn known(paths: &Paths, path: &str) -> Learned {
    paths.describe().into_iter().find(|learned| learned.path == path).unwrap()
}

fn sense(values: impl IntoIterator<Item = u64>) -> (Shape, Sense) {
    let learned = known(&learn(values.into_iter().map(|value| number(1, value))), "1");
    (learned.shape, learned.sense)
}

fn given(types: &[(&str, &str)]) -> Paths {
    let mut paths = Paths::default();
    for (path, name) in types {
        paths.give(&FieldPath::parse(path).unwrap(), name.parse().unwrap());
    }
    paths
}

#[test]
fn a_value_that_looks_like_another_type_alone_follows_its_path() {
    // Three small numbers alone are a text with control characters no more likely than a list.
    let list = |bytes: &[u8]| field(1, bytes);
    let lone = list(b"hi5");
    let mut alone = Reading::default();
    alone.read_schemaless(&lone);
    assert_eq!(alone.nodes[0].shape, Shape::Text);
    let others = [&[1, 2, 3, 4, 5][..], &[9, 8, 7, 0, 1, 1], &[3, 3, 1, 120, 99, 2, 4], b"hi5"];
    let reading = read(&lone, &learn(others.map(list)));
    assert_eq!((reading.nodes[0].shape, reading.nodes[0].element), (Shape::Packed, Shape::Unsigned));
}

#[test]
fn an_empty_value_takes_the_type_of_its_path() {
    let inside = [number(1, 150), field(2, b"some text")].concat();
    let paths = learn([field(1, &inside), field(1, b""), field(2, b"words")]);
    assert_eq!(read(&field(1, b""), &paths).nodes[0].shape, Shape::Message);
    assert_eq!(read(&field(2, b""), &paths).nodes[0].shape, Shape::Text);
}

#[test]
fn a_value_that_contradicts_its_path_is_read_by_itself_and_marked() {
    let inside = |name: &str| [number(1, 150), field(2, name.as_bytes())].concat();
    let names = ["north", "south", "east", "west"];
    let paths = learn(names.map(|name| [field(1, &inside(name)), field(2, name.as_bytes())].concat()));
    let payload = [field(1, b"\xff\xfe\xfd\xfc"), field(2, b"\xff\xfe"), field(1, &inside("up"))].concat();
    let reading = read(&payload, &paths);
    let shapes: Vec<_> = reading.level(0).map(|(_, node)| node.shape).collect();
    assert_eq!(shapes, [Shape::Bytes, Shape::Bytes, Shape::Message]);
    let senses: Vec<_> = reading.level(0).map(|(_, node)| node.sense).collect();
    assert_eq!(senses, [Sense::Exception, Sense::Exception, Sense::Plain]);
    assert_eq!(reading.problems, []);
}

#[test]
fn one_damaged_value_in_a_hundred_does_not_change_the_type() {
    let mut payloads = vec![field(1, b"\xff\xfe\x80 broken")];
    payloads.extend((0..100).map(|index| field(1, format!("player {index}").as_bytes())));
    assert_eq!(known(&learn(payloads), "1").shape, Shape::Text);
}

#[test]
fn two_messages_that_share_a_number_are_mixed_and_each_value_decides() {
    let inside = |value| [number(1, value), number(2, 1 << 40), field(3, b"a name")].concat();
    let payloads = (0..20).map(|index| match index % 2 {
        0 => field(1, &inside(index)),
        _ => field(1, format!("session number {index} of the server").as_bytes()),
    });
    let paths = learn(payloads);
    assert!(known(&paths, "1").is_mixed);
    assert_eq!(read(&field(1, &inside(3)), &paths).nodes[0].shape, Shape::Message);
    assert_eq!(read(&field(1, b"session number 3 of the server"), &paths).nodes[0].shape, Shape::Text);
}

#[test]
fn a_number_with_two_wire_types_is_two_paths() {
    let paths = learn([field(1, b"some words"), number(1, 7), field(1, b"other words")]);
    let reading = read(&[number(1, 9), field(1, b"h!")].concat(), &paths);
    assert_eq!(reading.nodes.iter().map(|node| node.shape).collect::<Vec<_>>(), [Shape::Unsigned, Shape::Text]);
}

#[test]
fn groups_are_paths_like_messages() {
    // 1:group{2:"..."}
    let group = |text: &[u8]| [b"\x0b".to_vec(), field(2, text), b"\x0c".to_vec()].concat();
    let paths = learn([group(b"first words"), group(b"second words")]);
    let reading = read(&group(b""), &paths);
    assert_eq!(reading.nodes.iter().map(|node| node.shape).collect::<Vec<_>>(), [Shape::Group, Shape::Text]);
    assert_eq!((reading.nodes[0].value_end, reading.nodes[0].end), (3, 4));
}

#[test]
fn times_are_told_by_the_time_of_their_packets() {
    let now = u64::try_from(NOW_NS).unwrap();
    for (per_second, expected) in
        [(1, Sense::Seconds), (1000, Sense::Millis), (1_000_000, Sense::Micros), (1_000_000_000, Sense::Nanos)]
    {
        let ticks = now / (1_000_000_000 / per_second);
        assert_eq!(sense((0..3).map(|second| ticks + second * per_second)), (Shape::Unsigned, expected));
        // A year before is a time too, but not one that the packet proves.
        assert_eq!(sense([ticks - 31_536_000 * per_second]).1, Sense::Plain);
    }
}

#[test]
fn seconds_and_nanoseconds_in_a_message_are_a_timestamp() {
    let now = u64::try_from(NOW_NS / 1_000_000_000).unwrap();
    let paths = learn((0..4).map(|index| field(3, &[number(1, now + index), number(2, 338_402_000)].concat())));
    assert_eq!(known(&paths, "3").sense, Sense::Timestamp);
    let with_more = learn([field(3, &[number(1, now), number(2, 1), number(3, 1)].concat())]);
    assert_eq!(known(&with_more, "3").sense, Sense::Plain);
}

#[test]
fn ports_and_addresses_of_the_connection_are_told() {
    assert_eq!(sense([8001, 50534, 8001]).1, Sense::Port);
    assert_eq!(sense([8001, 50535]).1, Sense::Plain);
    assert_eq!(sense([u64::from(u32::from_be_bytes([10, 0, 0, 7]))]).1, Sense::Address);
    assert_eq!(sense([u64::from(u32::from_le_bytes([10, 0, 0, 7]))]).1, Sense::Address);
    assert_eq!(known(&learn([field(1, &[192, 168, 1, 9])]), "1").sense, Sense::Address);
    assert_eq!(known(&learn([field(1, &[192, 168, 1, 8])]), "1").sense, Sense::Plain);
}

#[test]
fn zeros_and_ones_choices_and_counters_take_enough_values_to_be_named() {
    assert_eq!(sense([1; 8]).1, Sense::Bool);
    assert_eq!(sense([0, 1, 1, 0, 1, 1, 1, 0]).1, Sense::Bool);
    assert_eq!(sense([0, 1, 1]).1, Sense::Plain);
    assert_eq!(sense((0..40).map(|index| index * 7 % 5)).1, Sense::Enum);
    assert_eq!(sense((0..20).map(|index| index * 7 % 5)).1, Sense::Plain);
    assert_eq!(sense((0..9).map(|index| 500 + 3 * index)).1, Sense::Counter);
}

#[test]
fn ten_byte_varints_are_negative_numbers_unless_all_are_drawn_at_random() {
    assert_eq!(sense([5, 7, u64::MAX - 3]).0, Shape::Signed);
    let random = (1..40_u64).map(|seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    assert_eq!(sense(random).0, Shape::Unsigned);
}

#[test]
fn zigzag_needs_numbers_that_move_around_zero() {
    let zigzag = |value: i64| ((value << 1) ^ (value >> 63)).cast_unsigned();
    let wave = (0..200).map(|step| (f64::from(step) / 9.0).sin() * 1000.0);
    #[expect(clippy::cast_possible_truncation, reason = "below 1001")]
    let wave = wave.map(|height| height as i64);
    assert_eq!(sense(wave.map(zigzag)).0, Shape::ZigZag);
    // Stream identifiers of HTTP/2 are all odd; counters alternate; random numbers do neither.
    assert_eq!(sense((0..200).map(|index| 2 * index + 1)).0, Shape::Unsigned);
    assert_eq!(sense(0..200).0, Shape::Unsigned);
    let random = std::iter::successors(Some(1_u64), |seed| Some(seed.wrapping_mul(6_364_136_223_846_793_005) + 1));
    assert_eq!(sense(random.take(200).map(|seed| seed >> 50)).0, Shape::Unsigned);
}

#[test]
fn one_even_number_among_fractions_is_a_float_too() {
    let fixed = |value: f32| [vec![0x0d], value.to_le_bytes().to_vec()].concat();
    // Alone it has as few bits as an integer as any.
    let lone = b"\x0d\x00\x00\x00\x40";
    let paths = learn([1.5, 2.25, -7.125, 0.5].map(fixed));
    assert_eq!(read(lone, &paths).nodes[0].shape, Shape::Float);
    let counts = learn([5_u32, 70_000, 12].map(|value| [vec![0x0d], value.to_le_bytes().to_vec()].concat()));
    assert_eq!(known(&counts, "1").shape, Shape::Fixed32);
    let negative = learn([-5_i32, -70_000, 12].map(|value| [vec![0x0d], value.to_le_bytes().to_vec()].concat()));
    assert_eq!(known(&negative, "1").shape, Shape::SFixed32);
}

#[test]
fn a_given_type_goes_before_what_the_bytes_say() {
    let payload =
        [field(1, b"ABCD"), number(2, 3), field(3, &field(1, b"name")), b"\x25\0\0\x80\x3f".to_vec()].concat();
    let paths = given(&[("1", "float"), ("2", "sint32"), ("3.1", "bytes"), ("4", "fixed32")]);
    let shapes: Vec<_> = read(&payload, &paths).nodes.iter().map(|node| (node.shape, node.element)).collect();
    let one = |shape| (shape, shape);
    let expected = [
        (Shape::Packed, Shape::Float),
        one(Shape::ZigZag),
        one(Shape::Message),
        one(Shape::Bytes),
        one(Shape::Fixed32),
    ];
    assert_eq!(shapes, expected);
    // Learning does not change what was given.
    let mut paths = paths;
    (0..50).for_each(|_| paths.learn(&field(1, b"plain words"), None, &mut Scales::default()));
    paths.settle();
    assert_eq!(read(&payload, &paths).nodes[0].element, Shape::Float);
}

#[test]
fn a_value_that_cannot_be_what_was_given_is_told() {
    let paths = given(&[("1", "string"), ("2", "message"), ("3", "bool"), ("4", "double")]);
    let payload = [number(1, 5), field(2, b"no message"), number(3, 2), field(4, b"seven b")].concat();
    let reading = read(&payload, &paths);
    let shapes: Vec<_> = reading.nodes.iter().map(|node| node.shape).collect();
    assert_eq!(shapes, [Shape::Unsigned, Shape::Text, Shape::Unsigned, Shape::Text]);
    let told: Vec<_> = reading.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(told, ["1", "2", "3", "4"]);
    assert!(reading.problems.iter().all(|problem| problem.kind == ProblemKind::NotAsGiven));
}

#[test]
fn every_name_of_a_type_is_one() {
    for name in Given::names() {
        assert!(name.parse::<Given>().is_ok(), "{name}");
    }
    assert!("text".parse::<Given>().is_err());
}

#[test]
fn more_paths_than_the_cap_are_read_by_themselves() {
    let mut payload = Vec::new();
    for number in 1..6000_u64 {
        encode_varint(number << 3, &mut payload);
        payload.push(1);
    }
    let paths = learn([&payload[..], &payload]);
    assert_eq!(paths.len(), crate::limits::LEARNED_PATHS);
    assert_eq!(read(&payload, &paths).nodes.len(), 5999);
}

#[test]
fn a_payload_that_breaks_off_teaches_nothing() {
    assert_eq!(learn([b"\x08\x01\x07"]).payloads(), 0);
}

#[test]
fn a_payload_with_more_fields_than_are_read_teaches_what_is_read() {
    let paths = learn([[field(1, b"one of many"), number(2, 7)].concat().repeat(crate::limits::FIELDS)]);
    assert_eq!((paths.payloads(), known(&paths, "1").shape, known(&paths, "2").values), (1, Shape::Text, 50_000));
    // A byte that is no field is another matter.
    let broken = [number(2, 7).repeat(crate::limits::FIELDS - 1), b"\x07".to_vec()].concat();
    assert_eq!(learn([broken]).payloads(), 0);
}

#[test]
fn deep_nesting_is_capped_as_without_learning() {
    let nested = |levels: usize| (0..levels).fold(b"\x08\x01".to_vec(), |inside, _| field(1, &inside));
    let paths = learn([nested(100), nested(101), nested(90)]);
    for levels in [100, 101, 130] {
        let payload = nested(levels);
        let reading = read(&payload, &paths);
        assert!(reading.nodes.iter().all(|node| node.depth <= crate::limits::DEPTH));
        let told: Vec<_> = reading.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(told, vec![ProblemKind::TooDeep; usize::from(levels > 100)], "{levels}");
        tiles(reading.level(0), &reading, 0, payload.len());
    }
}

#[test]
fn pooled_over_generated_messages_nearly_every_field_is_right() {
    let (player, messages) = generated::messages();
    let paths = learn(&messages);
    let mut counts = generated::NONE;
    for payload in &messages {
        generated::compare(&read(payload, &paths), 0, &player, &mut counts);
    }
    for (kind, all, right) in counts {
        assert!(right * 1000 >= all * 995, "{kind}: {right} of {all}");
    }
}

#[test]
fn a_kind_is_settled_when_every_path_is_decided_for_good() {
    let payload = service_discovery();
    assert!(!learn([&payload]).is_settled());
    assert!(learn(std::iter::repeat_n(&payload, crate::limits::LEARNED_PAYLOADS as usize)).is_settled());
    let texts = (0..10).map(|index| field(1, format!("a text that is long enough {index}").as_bytes()));
    assert!(learn(texts).is_settled());
}

proptest! {
    #[test]
    fn where_nothing_is_known_the_reading_is_that_of_one_payload(payload in wire_like()) {
        let mut alone = Reading::default();
        alone.read_schemaless(&payload);
        let learned = read(&payload, &Paths::default());
        prop_assert_eq!(alone.nodes, learned.nodes);
        prop_assert_eq!(alone.problems, learned.problems);
    }

    #[test]
    fn whatever_was_learned_every_byte_stays_covered(
        taught in prop::collection::vec(wire_like(), 1..6),
        payload in wire_like(),
    ) {
        let paths = learn(&taught);
        for payload in taught.iter().chain([&payload]) {
            let reading = read(payload, &paths);
            tiles(reading.level(0), &reading, 0, payload.len());
            for node in &reading.nodes {
                let content = &payload[node.value_start as usize..node.value_end as usize];
                prop_assert!(node.shape != Shape::Text || std::str::from_utf8(content).is_ok());
            }
        }
    }
}

fn tiles<'a>(nodes: impl Iterator<Item = (usize, &'a Node)>, reading: &Reading, start: usize, end: usize) {
    let mut at = start;
    for (index, node) in nodes {
        assert_eq!(node.start as usize, at);
        if matches!(node.shape, Shape::Message | Shape::Group) {
            tiles(reading.inside(index), reading, node.value_start as usize, node.value_end as usize);
        } else {
            assert_eq!(node.next as usize, index + 1);
        }
        at = node.end as usize;
    }
    assert_eq!(at, end);
}

#[test]
fn an_end_tag_without_its_group_is_no_field_of_a_path_that_was_learned() {
    let paths = learn(vec![[field(1, b"a text of some length"), number(2, 7)].concat(); 9]);
    let mut reading = Reading::default();
    reading.read_learned(b"\x10\x07\x0c", &paths);
    let shapes: Vec<Shape> = reading.nodes.iter().map(|node| node.shape).collect();
    assert_eq!(shapes, [Shape::Unsigned, Shape::Unparsed]);
    assert_eq!(reading.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::BadGroup]);
}
