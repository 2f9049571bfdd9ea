//! Protocols that the program does not know, by options and by profile files.

use super::run::{Run, line, section};
use insta::assert_snapshot;
use serde_json::Value;
use std::collections::BTreeSet;

const KV: &str = "--schema samples/kv.proto --port 8087";

fn messages(run: Run) -> Vec<Value> {
    let lines = run.quiet();
    let records = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["record"] == "message").collect()
}

fn text<'a>(message: &'a Value, key: &str) -> &'a str {
    message[key].as_str().unwrap_or("")
}

#[test]
fn a_layout_is_enough_to_split_and_the_name_of_its_preset_does_the_same() {
    let layout = line(&format!("export samples/kv.pcap -f ndjson --frame 'len:u32be{{rest}} code:u8 payload' {KV}"));
    let preset = line(&format!("export samples/kv.pcap -f ndjson --frame riak {KV}"));
    let layout = messages(layout);
    assert_eq!(layout, messages(preset));
    assert_eq!(layout.len(), 76);
    let codes: Vec<u64> = layout.iter().take(4).map(|message| message["header"]["code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [1, 2, 1, 2]);
    assert!(layout.iter().any(|message| text(message, "type") == "kv.PutRequest"));
}

#[test]
fn every_message_of_kv_is_labelled_typed_and_paired_by_its_profile() {
    let messages = messages(line("export samples/kv.pcap -f ndjson --profile samples/kv.toml"));
    assert_eq!(messages.len(), 76);
    for message in &messages {
        let code = message["header"]["code"].as_u64().unwrap();
        let (label, kind) = match code {
            0 => ("Error", "kv.ErrorResponse"),
            1 | 2 => ("Ping", ""),
            9 => ("Get", "kv.GetRequest"),
            10 => ("Get", "kv.GetResponse"),
            11 => ("Put", "kv.PutRequest"),
            12 => ("Put", "kv.PutResponse"),
            _ => panic!("code {code}"),
        };
        assert_eq!((text(message, "label"), text(message, "type")), (label, kind), "{message}");
        assert_eq!(message.get("findings"), None, "{message}");
        let is_answer = text(message, "direction") == "server->client";
        assert_eq!(message["answers"].is_u64(), is_answer, "{message}");
        assert_eq!(message["latency_ns"].is_u64(), is_answer, "{message}");
    }
}

#[test]
fn an_answer_belongs_to_the_request_that_caused_it() {
    let messages = messages(line("export samples/kv.pcap -f ndjson --profile samples/kv.toml"));
    let by_number = |number: &Value| messages.iter().find(|message| message["number"] == *number).unwrap();
    for answer in messages.iter().filter(|message| message["answers"].is_u64()) {
        let request = by_number(&answer["answers"]);
        assert_eq!(request["connection"], answer["connection"]);
        match text(answer, "label") {
            // The server has every key but this one.
            "Error" => assert_eq!(request["message"]["key"], "bm90aGluZy9oZXJl", "{request}"),
            label => assert_eq!(text(request, "label"), label),
        }
        let ns = |message: &Value| message["time_ns"].as_i64().unwrap();
        assert_eq!(ns(answer) - ns(request), answer["latency_ns"].as_i64().unwrap());
    }
}

#[test]
fn telemetry_is_split_without_magic_and_typed_by_direction() {
    for options in [
        "--frame varint --schema samples/telemetry.proto",
        "--frame 'len:varint payload' --schema samples/telemetry.proto",
    ] {
        let messages = messages(line(&format!("export samples/telemetry.pcap -f ndjson --port 9100 {options}")));
        assert_eq!(messages.len(), 32);
        // Without a profile types are told by the bytes alone, and those of some messages leave it open.
        let types: BTreeSet<&str> =
            messages.iter().map(|message| text(message, "type")).filter(|t| !t.is_empty()).collect();
        assert_eq!(types, ["telemetry.Batch", "telemetry.Receipt"].into(), "{options}");
    }
    let messages = messages(line("export samples/telemetry.pcap -f ndjson --profile samples/telemetry.toml"));
    assert_eq!(messages.len(), 32);
    for message in &messages {
        let (label, source) = match text(message, "direction") {
            "client->server" => ("Batch", "rule"),
            _ => ("Receipt", "answer"),
        };
        assert_eq!((text(message, "label"), text(message, "type_source")), (label, source), "{message}");
        assert_eq!(text(message, "type"), format!("telemetry.{label}"));
        assert_eq!(message["latency_ns"].is_u64(), label == "Receipt", "{message}");
        assert_eq!(message.get("findings"), None, "{message}");
    }
}

#[test]
fn a_capture_that_fits_nothing_is_shown_as_connections_with_a_hint() {
    let report = line("analyze samples/kv.pcap --width 80").quiet();
    let connections = section(&report, "Connections");
    assert!(connections.contains("1  127.0.0.1:37508  127.0.0.1:8087    1.81 s   767       743"), "{report}");
    assert!(section(&report, "Bytes").contains("no layout  3,020  100.0 %"), "{report}");
    assert!(section(&report, "Findings").starts_with("none in TCP; nothing was framed"), "{report}");
    let hint = report.split("\nhint: ").nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        hint,
        "connection 1 (127.0.0.1:37508 to 127.0.0.1:8087) and one other fit no profile: say how their frames look with \
         --frame 'len:u32be payload' or a preset such as --frame varint, or name a --profile; `deframe profiles` lists \
         presets and profiles"
    );
    let run = line("export samples/kv.pcap -f sd");
    assert_eq!((run.code, run.stdout.as_str()), (0, "[]\n"));
    assert!(run.stderr.starts_with("hint: connection 1 "), "{}", run.stderr);
}

#[test]
fn a_profile_that_is_for_another_port_is_told_which() {
    let report = line("analyze samples/kv.pcap --profile samples/telemetry.toml --width 80").quiet();
    let hint = report.split("\nhint: ").nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        hint,
        "connection 1 (127.0.0.1:37508 to 127.0.0.1:8087) and one other are not on port 9100 of the profile telemetry: to read \
         them with it give --port 8087"
    );
}

#[test]
fn reports_of_the_recorded_samples_are_as_they_were() {
    let options =
        [("star_network", ""), ("kv", "--profile samples/kv.toml"), ("telemetry", "--profile samples/telemetry.toml")];
    for (name, option) in options {
        for width in [80, 160] {
            let analyze = format!("analyze samples/{name}.pcap --width {width} {option}");
            let report = line(&analyze).quiet();
            super::run::assert_fits(&report, width);
            assert_snapshot!(format!("{name}-{width}"), report);
            assert_snapshot!(format!("{name}-{width}-summary"), line(&format!("{analyze} --summary")).quiet());
        }
    }
}
