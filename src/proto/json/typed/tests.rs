use crate::proto::sampling::{self, PROTO2, PROTO3, Random, Traits};
use crate::proto::{Reading, Schema};
use proptest::prelude::*;
use prost_reflect::{DescriptorPool, DynamicMessage};
use std::sync::LazyLock;

static THREE: LazyLock<(Schema, DescriptorPool)> = LazyLock::new(|| (sampling::schema(PROTO3), sampling::pool(PROTO3)));
static TWO: LazyLock<(Schema, DescriptorPool)> = LazyLock::new(|| (sampling::schema(PROTO2), sampling::pool(PROTO2)));

fn ours(schema: &Schema, name: &str, payload: &[u8]) -> String {
    let mut reading = Reading::default();
    reading.read_typed(payload, schema, schema.find(name).unwrap());
    let mut out = Vec::new();
    super::write(&reading, payload, schema, schema.find(name).unwrap(), &mut out);
    String::from_utf8(out).unwrap()
}

/// What prost-reflect writes, or none where it fails: there, one value without a canonical form fails the message.
fn theirs(pool: &DescriptorPool, name: &str, payload: &[u8]) -> Option<String> {
    let message = DynamicMessage::decode(sampling::descriptor(pool, name), payload).unwrap();
    serde_json::to_string(&message).ok()
}

fn payload(schema: &Schema, name: &str, seed: u64, traits: Traits) -> Vec<u8> {
    sampling::message(&mut Random(seed), schema, schema.find(name).unwrap(), traits, 4)
}

const THREE_NAMES: [&str; 6] = [
    "test.three.Scalars",
    "test.three.Lists",
    "test.three.Maps",
    "test.three.Choice",
    "test.three.WellKnown",
    "test.three.All",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn proto3_json_is_that_of_prost_reflect_byte_for_byte(seed: u64, name in prop::sample::select(&THREE_NAMES[..])) {
        let (schema, pool) = &*THREE;
        let payload = payload(schema, name, seed, Traits::default());
        let expected = theirs(pool, name, &payload).unwrap();
        prop_assert_eq!(ours(schema, name, &payload), expected, "{:02x?}", payload);
    }

    #[test]
    fn proto2_json_is_that_of_prost_reflect_byte_for_byte(seed: u64) {
        let (schema, pool) = &*TWO;
        let payload = payload(schema, "test.two.Old", seed, Traits::default());
        let expected = theirs(pool, "test.two.Old", &payload).unwrap();
        prop_assert_eq!(ours(schema, "test.two.Old", &payload), expected, "{:02x?}", payload);
    }

    #[test]
    fn maps_hold_what_those_of_prost_reflect_hold(seed: u64, two: bool) {
        let traits = Traits { maps: true, ..Traits::default() };
        let ((schema, pool), name) = if two { (&*TWO, "test.two.Old") } else { (&*THREE, "test.three.Maps") };
        let payload = payload(schema, name, seed, traits);
        let expected = theirs(pool, name, &payload).unwrap();
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(parse(&ours(schema, name, &payload)), parse(&expected), "{:02x?}", payload);
    }
}
