//! JSON without a schema, held against a slow model that builds it value by value.

use super::*;
use crate::proto::Shape;
use crate::proto::element::packed;
use crate::proto::schemaless::samples::{service_discovery, wire_like};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn text_of(payload: &[u8]) -> String {
    let (mut reading, mut out) = (Reading::default(), Vec::new());
    reading.read_schemaless(payload);
    write(&reading.of(payload, None), &mut out);
    String::from_utf8(out).unwrap()
}

/// The object of a level, built value by value.
fn model(reading: &Reading, payload: &[u8], nodes: Vec<usize>) -> Value {
    let mut keys: Vec<String> = Vec::new();
    let mut values: Vec<Vec<Value>> = Vec::new();
    for index in nodes {
        let node = &reading.nodes[index];
        let key = if node.number == 0 { "unparsed".to_owned() } else { node.number.to_string() };
        let value = model_value(reading, payload, index);
        match keys.iter().position(|known| *known == key) {
            Some(position) => values[position].push(value),
            None => {
                keys.push(key);
                values.push(vec![value]);
            }
        }
    }
    let single = |mut list: Vec<Value>| if list.len() == 1 { list.remove(0) } else { Value::Array(list) };
    Value::Object(keys.into_iter().zip(values.into_iter().map(single)).collect::<Map<_, _>>())
}

fn model_value(reading: &Reading, payload: &[u8], index: usize) -> Value {
    let node = &reading.nodes[index];
    let content = &payload[node.value_start as usize..node.value_end as usize];
    match node.shape {
        Shape::Message | Shape::Group => {
            let inside = index + 1..node.next as usize;
            let children = inside.filter(|&child| reading.nodes[child].depth == node.depth + 1).collect();
            model(reading, payload, children)
        }
        Shape::Text => json!(std::str::from_utf8(content).unwrap()),
        Shape::Bytes | Shape::Unparsed => json!({ "hex": hex::encode(content) }),
        Shape::Packed => {
            let list: Vec<Value> =
                packed(content, node.element).map(|value| model_number(node.element, value)).collect();
            json!({ "packed": list, "hex": hex::encode(content) })
        }
        shape => model_number(shape, node.value),
    }
}

fn model_number(shape: Shape, value: u64) -> Value {
    let float = |value: f64, text: Value| match value {
        _ if value.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        _ => text,
    };
    match shape {
        Shape::Signed => json!(i64::from_le_bytes(value.to_le_bytes())),
        Shape::Float => {
            let value = f32::from_bits(u32::try_from(value).unwrap());
            float(value.into(), serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap())
        }
        Shape::Double => float(f64::from_bits(value), json!(f64::from_bits(value))),
        _ => json!(value),
    }
}

/// Whether two values are equal, keys in the same order, floats up to the last digit, which
/// serde_json's parser does not promise.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((key, a), (other, b))| key == other && same(a, b))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a == b || ((a - b) / b).abs() < 1e-14
        }
        _ => a == b,
    }
}

proptest! {
    #[test]
    fn any_reading_is_the_json_that_the_slow_model_builds(payload in wire_like()) {
        let mut reading = Reading::default();
        reading.read_schemaless(&payload);
        let top = (0..reading.nodes.len()).filter(|&index| reading.nodes[index].depth == 0).collect();
        let text = text_of(&payload);
        let parsed: Value = serde_json::from_str(&text).unwrap();
        let expected = model(&reading, &payload, top);
        prop_assert!(same(&parsed, &expected), "{parsed}\n{expected}");
    }
}

#[test]
fn a_service_discovery_request_is_an_object_of_its_fields() {
    let expected = concat!(
        r#"{"1":"diff.service.online","2":{"1":"Star Citizen Game Client","2":"sc_client","#,
        r#""3":{"1":5890276012345678024,"2":8926109876543210517}},"3":0}"#
    );
    assert_eq!(text_of(&service_discovery()), expected);
}

#[test]
fn every_kind_of_value_has_its_form() {
    assert_eq!(text_of(b""), "{}");
    assert_eq!(text_of(b"\x0a\x00"), r#"{"1":""}"#);
    assert_eq!(text_of(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), r#"{"1":-1}"#);
    assert_eq!(text_of(b"\x0a\x03\xff\xfe\xfd\x07"), r#"{"1":{"hex":"fffefd"},"unparsed":{"hex":"07"}}"#);
    assert_eq!(text_of(b"\x0a\x05\x01\x02\x03\x04\x05"), r#"{"1":{"packed":[1,2,3,4,5],"hex":"0102030405"}}"#);
    assert_eq!(text_of(b"\x0b\x10\x05\x0c"), r#"{"1":{"2":5}}"#);
    assert_eq!(text_of(b"\x0b\x0c"), r#"{"1":{}}"#);
    assert_eq!(text_of(b"\x0d\x00\x00\x20\x40"), r#"{"1":2.5}"#);
}

#[test]
fn a_number_that_comes_again_is_one_array_wherever_it_stands() {
    assert_eq!(text_of(b"\x08\x01\x08\x02\x10\x03"), r#"{"1":[1,2],"2":3}"#);
    assert_eq!(text_of(b"\x10\x03\x08\x01\x10\x04\x08\x02\x08\x05\x18\x06"), r#"{"2":[3,4],"1":[1,2,5],"3":6}"#);
    assert_eq!(text_of(b"\x10\x03\x08\x01\x07"), r#"{"2":3,"1":1,"unparsed":{"hex":"07"}}"#);
}

#[test]
fn many_fields_out_of_order_are_gathered_in_bounded_time() {
    let mut payload = Vec::new();
    for number in (16..2016).rev().chain(16..2016).cycle().take(40_000) {
        prost_reflect::prost::encoding::encode_varint(number << 3, &mut payload);
        payload.push(1);
    }
    let parsed: Map<String, Value> = serde_json::from_str(&text_of(&payload)).unwrap();
    assert_eq!((parsed.len(), parsed.keys().next().unwrap().as_str()), (2000, "2015"));
    assert!(parsed.values().all(|list| list.as_array().unwrap().len() == 20));
}

#[test]
fn the_deepest_nesting_is_written() {
    let payload = (0..100).fold(b"\x08\x01".to_vec(), |inside, _| {
        let mut outer = vec![0x0a];
        prost_reflect::prost::encoding::encode_varint(inside.len() as u64, &mut outer);
        outer.extend(inside);
        outer
    });
    assert_eq!(text_of(&payload).matches("{\"1\":").count(), 101);
}
