//! Every record says which bytes its payload has, by the rules of `docs/output.md`: an encoder that is written from
//! that document, and knows nothing of deframe, gives the payloads of captures back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use assert_cmd::Command;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::Path;

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn delimited(number: u64, content: &[u8], out: &mut Vec<u8>) {
    varint(number << 3 | 2, out);
    varint(content.len() as u64, out);
    out.extend(content);
}

fn hex_of(object: &Map<String, Value>) -> Option<Vec<u8>> {
    object.get("hex").map(|hex| hex::decode(hex.as_str().unwrap()).unwrap())
}

/// Writes a field; `floats` is how many bits floats have.
fn field(number: u64, value: &Value, floats: u64, out: &mut Vec<u8>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| field(number, value, floats, out)),
        Value::Bool(value) => {
            varint(number << 3, out);
            varint(u64::from(*value), out);
        }
        Value::Number(value) if value.is_f64() && floats == 32 => {
            varint(number << 3 | 5, out);
            out.extend(value.to_string().parse::<f32>().unwrap().to_le_bytes());
        }
        Value::Number(value) if value.is_f64() => {
            varint(number << 3 | 1, out);
            out.extend(value.as_f64().unwrap().to_le_bytes());
        }
        Value::Number(value) => {
            varint(number << 3, out);
            varint(value.as_u64().unwrap_or_else(|| value.as_i64().unwrap().cast_unsigned()), out);
        }
        Value::String(text) => delimited(number, text.as_bytes(), out),
        Value::Object(object) => delimited(number, &hex_of(object).unwrap_or_else(|| message(object, floats)), out),
        Value::Null => panic!("null in fields"),
    }
}

fn message(fields: &Map<String, Value>, floats: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, value) in fields {
        field(number.parse().unwrap_or_else(|_| panic!("{number} is no field number")), value, floats, &mut out);
    }
    out
}

/// A message whose fields come in an `order`.
fn ordered(fields: &Map<String, Value>, order: &[Value], floats: u64) -> Vec<u8> {
    let mut left: HashMap<u64, &[Value]> = HashMap::new();
    let mut out = Vec::new();
    for number in order.iter().map(|number| number.as_u64().unwrap()) {
        let value = &fields[&number.to_string()];
        let left = left.entry(number).or_insert_with(|| match value {
            Value::Array(values) => values,
            value => std::slice::from_ref(value),
        });
        let (first, rest) = left.split_first().unwrap();
        field(number, first, floats, &mut out);
        *left = rest;
    }
    assert!(left.len() == fields.len() && left.values().all(|left| left.is_empty()), "{order:?} of {fields:?}");
    out
}

fn head(out: &mut Vec<u8>, len: usize, (fixed, most): (u8, usize), [one, two, four]: [u8; 3]) {
    match len {
        _ if len <= most => out.push(fixed | u8::try_from(len).unwrap()),
        _ if len < 1 << 8 && one > 0 => out.extend([one, u8::try_from(len).unwrap()]),
        _ if len < 1 << 16 => {
            out.push(two);
            out.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        _ => {
            out.push(four);
            out.extend(u32::try_from(len).unwrap().to_be_bytes());
        }
    }
}

/// The shortest encoding of a value of `msgpack`.
fn packed(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0xc0),
        Value::Bool(value) => out.push(0xc2 | u8::from(*value)),
        Value::Number(value) if value.is_f64() => {
            out.push(0xcb);
            out.extend(value.as_f64().unwrap().to_be_bytes());
        }
        Value::Number(value) => {
            let (bytes, signed) = match value.as_i64() {
                Some(value) => (value.to_be_bytes(), i128::from(value)),
                None => (value.as_u64().unwrap().to_be_bytes(), i128::from(value.as_u64().unwrap())),
            };
            let fits = |bits: u32| if signed < 0 { signed >= -(1 << (bits - 1)) } else { signed < 1 << bits };
            if (-32..128).contains(&signed) {
                return out.push(bytes[7]);
            }
            let power = (0..4_u8).find(|power| fits(8 << power)).unwrap();
            out.push(if signed < 0 { 0xd0 } else { 0xcc } + power);
            out.extend(&bytes[8 - (1 << power)..]);
        }
        Value::String(text) => {
            head(out, text.len(), (0xa0, 31), [0xd9, 0xda, 0xdb]);
            out.extend(text.as_bytes());
        }
        Value::Array(values) => {
            head(out, values.len(), (0x90, 15), [0, 0xdc, 0xdd]);
            values.iter().for_each(|value| packed(value, out));
        }
        Value::Object(object) => match object.keys().next().map(String::as_str) {
            Some("hex") => {
                let bytes = hex_of(object).unwrap();
                if bytes.is_empty() {
                    out.extend([0xc4, 0]);
                } else {
                    head(out, bytes.len(), (0, 0), [0xc4, 0xc5, 0xc6]);
                }
                out.extend(bytes);
            }
            Some("ext") => {
                let bytes = hex_of(object).unwrap();
                match bytes.len() {
                    len @ (1 | 2 | 4 | 8 | 16) => out.push(0xd4 + u8::try_from(len.ilog2()).unwrap()),
                    0 => out.extend([0xc7, 0]),
                    len => head(out, len, (0, 0), [0xc7, 0xc8, 0xc9]),
                }
                out.extend(i8::try_from(object["ext"].as_i64().unwrap()).unwrap().to_be_bytes());
                out.extend(bytes);
            }
            Some("map") => {
                let pairs = object["map"].as_array().unwrap();
                head(out, pairs.len(), (0x80, 15), [0, 0xde, 0xdf]);
                pairs.iter().flat_map(|pair| pair.as_array().unwrap()).for_each(|value| packed(value, out));
            }
            _ => {
                head(out, object.len(), (0x80, 15), [0, 0xde, 0xdf]);
                for (key, value) in object {
                    packed(&Value::String(key.clone()), out);
                    packed(value, out);
                }
            }
        },
    }
}

/// The payload of a record, by `docs/output.md`; none where its type says the encoding.
fn payload(line: &str, record: &Value) -> Option<Vec<u8>> {
    let text = |key: &str| record.get(key).and_then(Value::as_str).map(|text| text.as_bytes().to_vec());
    if let Some(bytes) = record.get("bytes") {
        return hex_of(bytes.as_object().unwrap());
    }
    if let Some(fields) = record.get("fields") {
        let floats = record.get("floats").map_or(64, |bits| bits.as_u64().unwrap());
        let fields = fields.as_object().unwrap();
        let order = record.get("order").map(|order| order.as_array().unwrap());
        return Some(order.map_or_else(|| message(fields, floats), |order| ordered(fields, order, floats)));
    }
    if let Some(json) = record.get("json") {
        // JSON as it was sent stands in the line itself.
        let sent = || {
            let rest = line.split_once("\"json\":").unwrap().1;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            values.next().unwrap().unwrap();
            rest.as_bytes()[..values.byte_offset()].to_vec()
        };
        return text("text").or_else(|| Some(if json.is_null() { Vec::new() } else { sent() }));
    }
    if let Some(value) = record.get("msgpack") {
        let mut out = Vec::new();
        let first = value.as_object().and_then(|object| object.iter().next());
        match first {
            Some((key, values)) if key == "values" => {
                values.as_array().unwrap().iter().for_each(|value| packed(value, &mut out));
            }
            _ if value.is_null() => {}
            _ => packed(value, &mut out),
        }
        return Some(out);
    }
    text("text")
}

fn records(arguments: &[&str]) -> Vec<(String, Value)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", "ndjson"]).args(arguments);
    let out = String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap();
    let parsed = out.lines().map(|line| (line.to_owned(), serde_json::from_str::<Value>(line).unwrap()));
    parsed.filter(|(_, record)| record["record"] == "message").collect()
}

/// The payloads of the same messages as `sd` has them, whose frames end in their payloads.
fn frames(arguments: &[&str]) -> Vec<Vec<u8>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", "sd"]).args(arguments);
    let out: Value = serde_json::from_slice(&command.assert().success().get_output().stdout).unwrap();
    out.as_array().unwrap().iter().map(|frame| hex::decode(frame["hex_data"].as_str().unwrap()).unwrap()).collect()
}

#[test]
fn records_of_every_capture_give_their_payloads_back() {
    let mut of_others: Vec<Vec<String>> = Vec::new();
    for entry in std::fs::read_dir("tests/captures").unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|end| end == "pcap") {
            let profile = entry.with_extension("toml");
            of_others.push([entry.to_str().unwrap(), "--profile", profile.to_str().unwrap()].map(str::to_owned).into());
        }
    }
    for line in [
        "samples/star_network.pcap --no-schema",
        "samples/kv.pcap --frame riak --port 8087",
        "samples/kv.pcap --frame u32be --port 8087",
        "samples/telemetry.pcap --frame varint --port 9100",
        "samples/telemetry.pcap --frame varint --port 9100 --no-wait",
        "samples/faults/all_faults.pcap --no-schema",
    ] {
        of_others.push(line.split(' ').map(str::to_owned).collect());
    }
    let (mut told, mut without_bytes) = (0, 0);
    for arguments in &of_others {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (records, frames) = (records(&arguments), frames(&arguments));
        assert_eq!(records.len(), frames.len(), "{arguments:?}");
        for ((line, record), frame) in records.iter().zip(frames) {
            let payload = payload(line, record).unwrap();
            assert_eq!(payload.len() as u64, record["len"].as_u64().unwrap(), "{line}");
            assert!(frame.ends_with(&payload), "{line}");
            told += 1;
            without_bytes += usize::from(record.get("bytes").is_none());
        }
    }
    // Most give their bytes without saying them twice.
    assert!(told > 2000 && without_bytes > 500, "{without_bytes} of {told}");
}

/// Frames of one connection to port 7000, each with a length of four bytes before it, as a capture.
fn capture(path: &Path, payloads: &[Vec<u8>]) {
    let mut file = Vec::new();
    [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 101].iter().for_each(|word| file.extend(word.to_le_bytes()));
    let mut packet = |sequence: u32, flags: u8, bytes: &[u8]| {
        let len = u16::try_from(40 + bytes.len()).unwrap();
        let mut ip = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        ip[2..4].copy_from_slice(&len.to_be_bytes());
        let mut tcp = vec![0; 20];
        tcp[..4].copy_from_slice(&[0xc3, 0x50, 0x1b, 0x58]);
        tcp[4..8].copy_from_slice(&sequence.to_be_bytes());
        (tcp[12], tcp[13]) = (0x50, flags);
        let captured = u32::from(len);
        [1_700_000_000_u32, 0, captured, captured].iter().for_each(|word| file.extend(word.to_le_bytes()));
        [&ip[..], &tcp, bytes].iter().for_each(|part| file.extend(*part));
    };
    packet(99, 2, b"");
    let mut sequence = 100;
    for payload in payloads {
        let frame = [&u32::try_from(payload.len()).unwrap().to_be_bytes()[..], payload].concat();
        packet(sequence, 0x18, &frame);
        sequence += u32::try_from(frame.len()).unwrap();
    }
    std::fs::write(path, file).unwrap();
}

/// Bytes that read as protobuf more often than not: also overlong varints, groups, numbers of every width and pattern.
fn fields_like() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        "[a-z \u{e9}\u{202e}\"\\\\\n]{0,9}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..12),
        Just(vec![0x00, 0xde, 0xad, 0xbe, 0xef, 0x01]),
        vec(0..100_u8, 0..12),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let number = 1..6_u64;
        let one = prop_oneof![
            4 => (number.clone(), inner).prop_map(|(number, content)| {
                let mut out = Vec::new();
                delimited(number, &content, &mut out);
                out
            }),
            3 => (number.clone(), any::<u64>(), 0..64_u32).prop_map(|(number, value, shift)| {
                let mut out = Vec::new();
                varint(number << 3, &mut out);
                varint(value >> shift, &mut out);
                out
            }),
            1 => (number.clone(), any::<[u8; 8]>()).prop_map(|(number, value)| {
                [&[u8::try_from(number << 3 | 1).unwrap()][..], &value].concat()
            }),
            1 => (number.clone(), any::<f64>()).prop_map(|(number, value)| {
                [&[u8::try_from(number << 3 | 1).unwrap()][..], &value.to_le_bytes()].concat()
            }),
            1 => (number.clone(), any::<[u8; 4]>()).prop_map(|(number, value)| {
                [&[u8::try_from(number << 3 | 5).unwrap()][..], &value].concat()
            }),
            1 => number.clone().prop_map(|number| vec![u8::try_from(number << 3).unwrap(), 0x81, 0x80, 0]),
            1 => number.prop_map(|number| {
                let tag = u8::try_from(number << 3).unwrap();
                vec![tag | 3, 8, 1, tag | 4]
            }),
        ];
        vec(one, 0..5).prop_map(|fields| fields.concat())
    })
}

/// JSON with white space and characters that do not stand in a line, and MessagePack in long and short forms.
fn other() -> impl Strategy<Value = Vec<u8>> {
    let json = ("[ \n\t]{0,2}", "[a-z \u{202e}\u{9b}]{0,5}", any::<f64>(), any::<i64>()).prop_map(
        |(space, text, real, whole)| {
            format!("{{{space}\"a\":{space}[{whole},{real:e}],\"{text}\":{space}\"\\u0041{text}\"}}{space}")
                .into_bytes()
        },
    );
    let msgpack = (any::<i64>(), 0..64_u32, any::<f64>(), vec(any::<u8>(), 0..40), any::<bool>()).prop_map(
        |(whole, shift, real, bytes, is_long)| {
            let mut out = vec![0x84, 0xa1, b'a'];
            packed(&Value::from(whole >> shift), &mut out);
            out.extend([0xa1, b'b', 0xcb]);
            out.extend(real.to_be_bytes());
            out.extend([0xa1, b'c', 0xc4, u8::try_from(bytes.len()).unwrap()]);
            out.extend(&bytes);
            out.extend(if is_long { &b"\xd9\x01d\x92\xc0\xc2"[..] } else { b"\xa3hex\x81\xa3hex\xa2ff" });
            out
        },
    );
    prop_oneof![json, msgpack, "[ -~\n]{0,30}".prop_map(String::into_bytes)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn records_of_any_payloads_give_them_back(
        mostly_fields in vec(prop_oneof![9 => fields_like(), 1 => vec(any::<u8>(), 0..30)], 1..40),
        others in vec(vec(other(), 1..20), 1..4),
    ) {
        let path = std::env::temp_dir().join(format!("deframe-bytes-{}.pcap", std::process::id()));
        for payloads in std::iter::once(mostly_fields).chain(others) {
            capture(&path, &payloads);
            let capture = path.to_str().unwrap();
            let plain = [capture, "--frame", "u32be", "--port", "7000"];
            for more in [&[][..], &["--no-wait"], &["--payload", "protobuf"], &["--payload", "msgpack"], &["--payload", "json"]] {
                let records = records(&[&plain[..], more].concat());
                prop_assert_eq!(records.len(), payloads.len());
                for ((line, record), sent) in records.iter().zip(&payloads) {
                    let given = payload(line, record);
                    prop_assert_eq!(given.as_ref(), Some(sent), "{}", line);
                }
            }
        }
    }
}

const SCHEMA: &str = "syntax = \"proto3\"; message Known { int32 number = 1; string text = 2; repeated Known inner = 3; \
                      map<int32, Known> by = 4; }";

/// Whether a message has nothing but declared fields, down to its innermost.
fn is_declared(message: &Value) -> bool {
    message.as_object().unwrap().iter().all(|(name, value)| match name.as_str() {
        "number" => value.is_number(),
        "text" => value.is_string(),
        "inner" => value.as_array().unwrap().iter().all(is_declared),
        "by" => value.as_object().unwrap().values().all(is_declared),
        _ => false,
    })
}

/// Records of these payloads, each read as a `Known`.
fn typed(name: &str, payloads: &[Vec<u8>]) -> Vec<Value> {
    let file = |end: &str| std::env::temp_dir().join(format!("deframe-{name}-{}.{end}", std::process::id()));
    let (schema, path) = (file("proto"), file("pcap"));
    std::fs::write(&schema, SCHEMA).unwrap();
    capture(&path, payloads);
    let [schema, path] = [&schema, &path].map(|path| path.to_str().unwrap());
    let all = records(&[path, "--frame", "u32be", "--port", "7000", "--schema", schema, "--message", "Known"]);
    all.into_iter().map(|(_, record)| record).collect()
}

#[test]
fn a_typed_record_with_unknown_fields_of_any_wire_type_and_at_any_place_has_the_bytes() {
    let known: [&[u8]; 3] = [b"\x08\x05", b"\x12\x02hi", b"\x1a\x02\x08\x01"];
    let unknown: [&[u8]; 8] = [
        b"\x48\x05",
        b"\x48\x85\x80\x00",
        b"\x49\x01\x02\x03\x04\x05\x06\x07\x08",
        b"\x4a\x03abc",
        b"\x4b\x08\x01\x4c",
        b"\x4d\x01\x02\x03\x04",
        b"\x15\x00\x00\xc0\x3f",
        b"\x1a\x07\x08\x01\x4d\x01\x02\x03\x04",
    ];
    let mut payloads: Vec<Vec<u8>> = vec![known.concat()];
    for field in unknown {
        for place in 0..=3 {
            payloads.push([&known[..place].concat()[..], field, &known[place..].concat()].concat());
        }
    }
    payloads.push(unknown.concat());
    let records = typed("unknown", &payloads);
    assert_eq!(records.len(), payloads.len());
    assert!(records[0].get("bytes").is_none() && is_declared(&records[0]["message"]), "{}", records[0]);
    for (record, sent) in records.iter().zip(&payloads).skip(1) {
        assert_eq!(record["type"], "Known");
        assert_eq!(record["bytes"]["hex"], hex::encode(sent), "{record}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn a_typed_record_has_the_bytes_or_nothing_that_the_type_does_not_say(payloads in vec(fields_like(), 1..60)) {
        let records = typed("typed", &payloads);
        prop_assert_eq!(records.len(), payloads.len());
        for (record, sent) in records.iter().zip(&payloads) {
            match record.get("bytes") {
                Some(bytes) => prop_assert_eq!(&bytes["hex"], &Value::from(hex::encode(sent)), "{}", record),
                None => prop_assert!(is_declared(&record["message"]), "{}", record),
            }
        }
    }
}
