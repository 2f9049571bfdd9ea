//! Payloads: from bytes to JSON, with the library that describes them and without.
//!
//! `cargo bench --bench payloads`. Messages of 165 bytes and 18 fields on average, like those that services
//! answer with: a bool, two or three endpoints of a name, a host, a port, a flag and two words, a region, a
//! time. `dynamic_message_to_json` is what the same job costs with prost-reflect's `DynamicMessage`, whose
//! JSON is byte for byte the same.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop at the first surprise")]

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use deframe::proto::{Reading, Schema, json};
use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use std::hint::black_box;

const SCHEMA: &str = r#"
    syntax = "proto3";
    package bench;
    message Answer { bool online = 1; repeated Endpoint endpoints = 2; string region = 3; uint64 time = 4; }
    message Endpoint { string name = 1; string host = 2; int32 port = 3; bool encrypted = 4; repeated string words = 5; }
"#;
const MESSAGES: usize = 4000;

/// Answers that differ in every field, in an order that does not repeat.
fn messages(answer: &MessageDescriptor) -> Vec<Vec<u8>> {
    let endpoint = answer.get_field_by_name("endpoints").unwrap().kind().as_message().unwrap().clone();
    let text = |text: String| Value::String(text);
    let one = |seed: usize| {
        let endpoints = (0..2 + seed % 2).map(|at| {
            let mut message = DynamicMessage::new(endpoint.clone());
            message.set_field_by_name("name", text(format!("service_{:08}", seed * 7919 % 99_999_989)));
            message.set_field_by_name("host", text(format!("10.{}.{}.{at}", seed % 250, seed / 250)));
            message.set_field_by_name("port", Value::I32(8000 + i32::try_from(seed % 1000).unwrap()));
            message.set_field_by_name("encrypted", Value::Bool(seed.is_multiple_of(3)));
            let words = ["websocket", "https", "grpc", "http2"];
            let words = [words[(seed + at) % 4], words[(seed / 3 + at) % 4]];
            message.set_field_by_name("words", Value::List(words.map(|word| text(word.to_owned())).into()));
            Value::Message(message)
        });
        let mut message = DynamicMessage::new(answer.clone());
        message.set_field_by_name("endpoints", Value::List(endpoints.collect()));
        message.set_field_by_name("online", Value::Bool(true));
        message.set_field_by_name("region", text(format!("region-{}", seed % 17)));
        message.set_field_by_name("time", Value::U64(1_754_607_232_000 + seed as u64 * 977));
        message.encode_to_vec()
    };
    (0..MESSAGES).map(one).collect()
}

fn payloads(criterion: &mut Criterion) {
    let schema = Schema::from_text("bench.proto", SCHEMA).unwrap();
    let id = schema.find("bench.Answer").unwrap();
    let descriptor = descriptor();
    let messages = messages(&descriptor);
    check(&schema, &descriptor, &messages);

    let bytes: usize = messages.iter().map(Vec::len).sum();
    let mut group = criterion.benchmark_group(format!("payloads/{}_bytes", bytes / MESSAGES));
    group.throughput(Throughput::Elements(MESSAGES as u64));
    let (mut reading, mut out) = (Reading::default(), Vec::new());
    every(&mut group, "typed_to_json", &messages, |payload| {
        assert!(json::print_typed(payload, (&schema, id), json::Style::default(), &mut reading, &mut out));
        black_box(out.len());
        out.clear();
    });
    every(&mut group, "dynamic_message_to_json", &messages, |payload| {
        let message = DynamicMessage::decode(descriptor.clone(), payload).unwrap();
        serde_json::to_writer(&mut out, &message).unwrap();
        black_box(out.len());
        out.clear();
    });
    every(&mut group, "typed", &messages, |payload| {
        reading.read_typed(payload, &schema, id);
        black_box(reading.nodes.len());
    });
    every(&mut group, "dynamic_message", &messages, |payload| {
        black_box(DynamicMessage::decode(descriptor.clone(), payload).unwrap());
    });
    every(&mut group, "schemaless_to_json", &messages, |payload| {
        reading.read_schemaless(payload);
        json::write(&reading.of(payload, None), &mut out);
        black_box(out.len());
        out.clear();
    });
    every(&mut group, "schemaless", &messages, |payload| {
        reading.read_schemaless(payload);
        black_box(reading.nodes.len());
    });
    group.finish();
}

fn every(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, messages: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    group.bench_function(name, |bench| bench.iter(|| messages.iter().for_each(|payload| read(payload))));
}

/// What is compared is the same job.
fn check(schema: &Schema, descriptor: &MessageDescriptor, messages: &[Vec<u8>]) {
    let mut reading = Reading::default();
    for payload in messages {
        let mut out = Vec::new();
        let typed = (schema, schema.find("bench.Answer").unwrap());
        assert!(json::print_typed(payload, typed, json::Style::default(), &mut reading, &mut out));
        let message = DynamicMessage::decode(descriptor.clone(), &payload[..]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&message).unwrap());
    }
}

/// The schema for prost-reflect.
fn descriptor() -> MessageDescriptor {
    let file = protox::file::File::from_source("bench.proto", SCHEMA).unwrap();
    let mut pool = prost_reflect::DescriptorPool::new();
    pool.add_file_descriptor_proto(file.into()).unwrap();
    pool.get_message_by_name("bench.Answer").unwrap()
}

criterion_group!(benches, payloads);
criterion_main!(benches);
