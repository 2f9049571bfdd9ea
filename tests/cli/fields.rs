//! Fields by path: types that the user gives them, and conditions on them.

use super::run::{Folder, deframe_with, line, section};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const STAR: &str = "samples/star_network.pcap";

fn messages(options: &str) -> Vec<Value> {
    let text = line(&format!("export {STAR} -f ndjson {options}")).quiet();
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["record"] == "message").collect()
}

#[test]
fn conditions_on_fields_choose_messages_by_number_and_by_name() {
    for (options, count) in [
        ("--where body.client_id=sc_client", 2),
        ("--where 'body.clientId~client'", 2),
        ("--where 2.2=sc_client", 2),
        ("--no-schema --where 2.2=sc_client", 2),
        ("--where name=heartbeat", 16),
        ("--where name=heartbeat --where '3!=0'", 0),
        ("--where name=heartbeat --connection 2", 8),
        ("--where 'name~e' --where '!body'", 0),
        ("--where '1=hex:686561727462656174'", 16),
    ] {
        let run = line(&format!("export {STAR} -f ndjson {options}"));
        let shown = run.stdout.lines().filter(|line| line.starts_with("{\"record\":\"message\"")).count();
        assert_eq!((run.code, shown), (0, count), "{options}: {}", run.stderr);
    }
}

#[test]
fn a_condition_leaves_numbers_pairs_and_the_readings_of_others_as_they_are() {
    let all = messages("--no-schema");
    let some = messages("--no-schema --where 1=heartbeat");
    assert_eq!(some.len(), 16);
    assert!(some.iter().all(|message| all.contains(message)));
    let limited = messages("--no-schema --where 1=heartbeat --limit 3");
    assert_eq!(limited, some[..3]);
}

#[test]
fn a_condition_that_nothing_meets_or_that_cannot_be_is_told() {
    let run = line(&format!("analyze {STAR} --where 2.2=nobody --summary"));
    assert_eq!(run.stderr, "warning: no message meets --where 2.2=nobody\n");
    let failure = line(&format!("analyze {STAR} --where body.clinet_name=x")).failure(2);
    assert_eq!(
        failure,
        "error: --where: no message type has a field `clinet_name`\nhint: the nearest names are client_name\n"
    );
    let failure = line(&format!("analyze {STAR} --no-schema --where body=x")).failure(2);
    let keys = "keys of JSON and MessagePack cannot be asked for\n";
    assert!(failure.ends_with(&format!("hint: without a schema fields have numbers: 2.3.1=5; {keys}")), "{failure}");
    let failure = line(&format!("analyze {STAR} --where qqq=x")).failure(2);
    assert!(failure.ends_with(&format!("is given by its number: 2.3.1=5; {keys}")), "{failure}");
    let wrong = line(&format!("analyze {STAR} --where '2.1<abc'"));
    assert!(wrong.code == 2 && wrong.stderr.contains("`<` compares numbers, and `abc` is none"), "{}", wrong.stderr);
}

#[test]
fn a_type_that_the_user_gives_goes_before_what_the_bytes_say() {
    let payload = "0a0568656c6c6f10031a04000020c0";
    let kinds = |options: &str| -> Vec<(String, Value)> {
        let json: Value = serde_json::from_str(&line(&format!("decode {payload} -f json {options}")).quiet()).unwrap();
        let rows = json["protobuf_analysis"]["wire"].as_array().unwrap().iter();
        rows.map(|row| (row["type"].as_str().unwrap().to_owned(), row["value"].clone())).collect()
    };
    let own = kinds("");
    assert_eq!((own[0].0.as_str(), own[1].0.as_str()), ("string", "uint64"));
    let given = kinds("--as 1=bytes --as 2=sint32 --as 3=float");
    let expected = [
        ("bytes", serde_json::json!({"hex": "68656c6c6f"})),
        ("sint64", serde_json::json!(-2)),
        ("packed float", serde_json::json!({"packed": [-2.5], "hex": "000020c0"})),
    ];
    assert_eq!(given, expected.map(|(kind, value)| (kind.to_owned(), value)));
}

#[test]
fn a_value_that_is_not_as_given_is_a_finding_and_keeps_its_own_reading() {
    let text = line("decode 0a036e6f21 --as 1=message").quiet();
    assert!(text.contains("finding: byte 0: field 1: does not read as the type given to its field"), "{text}");
    assert!(text.contains("\"no!\""), "{text}");
    let run = line(&format!("analyze {STAR} --no-schema --as 1=double --strict --summary"));
    assert_eq!(run.code, 3, "{}", run.stderr);
}

#[test]
fn what_is_no_type_or_no_path_is_refused_with_the_names_of_types() {
    for (given, expected) in [
        ("1=text", "`text` is not a type; give one of message, string, bytes"),
        ("x=string", "`x` is not a field number"),
        ("1", "expected a field path, = and a type"),
    ] {
        let run = line(&format!("decode 0801 --as {given}"));
        assert!(run.code == 2 && run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn a_profile_gives_types_to_all_messages_and_to_those_of_a_label() {
    let folder = Folder::new();
    let text = "name = \"star\"\nports = [8001]\nframe = \"star-network\"\n[readings]\n\"1\" = \"bytes\"\n\
        [[rule]]\nlabel = \"Beat\"\nwhere = { \"1\" = \"heartbeat\" }\nreadings = { \"1\" = \"string\" }\n";
    let profile = folder.file("star.toml", text);
    let fields = |label: Option<&str>| -> Vec<Value> {
        let of = messages(&format!("--profile {profile}"));
        of.into_iter()
            .filter(|message| message["label"].as_str() == label)
            .map(|message| message["fields"]["1"].clone())
            .collect()
    };
    assert!(fields(Some("Beat")).iter().all(|value| value == "heartbeat"));
    assert!(fields(None).iter().any(|value| value["hex"].is_string()));
    let profile = folder.file("wrong.toml", text.replace("\"bytes\"", "\"blob\""));
    let failure = line(&format!("analyze {STAR} --profile {profile}")).failure(1);
    assert!(failure.contains("the profile, reading of `1`: `blob` is not a type"), "{failure}");
}

#[test]
fn the_time_of_packets_tells_which_numbers_are_times() {
    let report = line(&format!("analyze {STAR} --no-schema --width 400 --limit 2")).quiet();
    let rows = section(&report, "Messages");
    assert!(rows.contains("4:2026-11-22T11:03:24.345Z"), "{rows}");
}

/// Adds what each path of `fields` holds to `kinds`: a path and a wire type that JSON can tell.
fn note(fields: &Value, path: &str, kinds: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    for (number, value) in fields.as_object().unwrap() {
        let path = format!("{path}.{number}");
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let (wire, kind) = match value {
                Value::Number(_) => ("number", "number"),
                Value::String(_) => ("len", "text"),
                value if value["hex"].is_string() => ("len", "bytes"),
                value if value["packed"].is_array() => ("len", "packed"),
                message => {
                    note(message, &path, kinds);
                    ("len", "message")
                }
            };
            kinds.entry(format!("{path} {wire}")).or_default().insert(kind);
        }
    }
}

#[test]
fn a_field_has_one_type_wherever_it_occurs_and_with_any_number_of_threads() {
    for capture in [
        STAR,
        "samples/telemetry.pcap --profile samples/telemetry.toml",
        "samples/kv.pcap --frame 'len:u32be{rest} code:u8 payload'",
    ] {
        let run = |threads| line(&format!("export -f ndjson --no-schema --threads {threads} {capture}")).quiet();
        let text = run(1);
        assert_eq!(text, run(3), "{capture}");
        let mut kinds = BTreeMap::new();
        for message in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            if message["record"] == "message" {
                let kind = format!("{} {} {}", message["direction"], message["label"], message["header"]["code"]);
                note(&message["fields"], &kind, &mut kinds);
            }
        }
        assert!(kinds.len() > 10, "{capture}: {kinds:?}");
        let mixed: Vec<_> = kinds.iter().filter(|(_, kinds)| kinds.len() > 1).collect();
        assert!(mixed.is_empty(), "{capture}: {mixed:?}");
    }
}

#[test]
fn standard_input_is_learned_from_as_it_is_read() {
    let capture = std::fs::read(STAR).unwrap();
    let options = ["export", "-", "-f", "ndjson", "--no-schema"];
    let piped = deframe_with(&capture, &options).quiet();
    let count = |text: &str| text.lines().filter(|line| line.starts_with("{\"record\":\"message\"")).count();
    assert_eq!(count(&piped), 44);
}
