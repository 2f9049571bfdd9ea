//! What is told: by host, port and time, after decapsulation.

use super::captures::{ACK, FIN, From, pcap, segments, star_frame, text_field};
use super::run::{Folder, deframe, line, section};
use serde_json::Value;

const STAR: &str = "samples/star_network.pcap";

fn summary(arguments: &str) -> Value {
    let text = line(&format!("export {arguments} -f ndjson")).stdout;
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// Connections, and how many were left out.
fn counts(arguments: &str) -> (u64, u64) {
    let summary = summary(arguments);
    (summary["connections"].as_u64().unwrap(), summary["left_out"]["connections"].as_u64().unwrap())
}

#[test]
fn kinds_must_all_hold_and_of_one_kind_any() {
    for (options, expected) in [
        ("", (2, 0)),
        ("--port 8001", (2, 0)),
        ("--port 50534", (1, 1)),
        ("--port 50534 --port 50536", (2, 0)),
        ("--port 1", (0, 2)),
        ("--host 127.0.0.1", (2, 0)),
        ("--host 127.0.0.0/8", (2, 0)),
        ("--host 10.0.0.0/8 --host 127.0.0.1 --port 50536", (1, 1)),
        ("--host 10.0.0.0/8 --port 50536", (0, 2)),
        ("--host ::/0", (0, 2)),
    ] {
        assert_eq!(counts(&format!("{STAR} {options}")), expected, "{options}");
    }
}

#[test]
fn filters_work_inside_vlan_tags_and_loopback_headers() {
    for path in ["samples/faults/vlan.pcap", "samples/faults/null.pcap", "samples/faults/star_network.pcapng"] {
        assert_eq!(counts(&format!("{path} --port 50534 --host 127.0.0.1/32")), (1, 1), "{path}");
    }
}

#[test]
fn times_are_absolute_of_the_day_or_after_the_first_packet() {
    let text = line(&format!("export {STAR} -f ndjson")).quiet();
    let messages = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages: Vec<Value> = messages.filter(|record| record["record"] == "message").collect();
    let time = messages[4]["time"].as_str().unwrap();
    assert_eq!(time, "2026-11-22T11:03:24.646234000Z");
    let kept = |options: &str| summary(&format!("{STAR} {options}"))["messages"].as_u64().unwrap();
    assert_eq!(kept(&format!("--to {time}")), 5, "the message at that time is in");
    assert_eq!(kept(&format!("--from {time}")), 40);
    assert_eq!(kept("--from 11:03:24.646234 --to 2026-11-22T12:03:24.646234+01:00"), 1);
    assert_eq!(kept("--to +0"), 0, "the first packet is at 0, and the first message later");
    assert_eq!(kept("--from +0"), 44);
    assert_eq!(kept("--from +0.3") + kept("--to +0.299999999"), 44);
}

#[test]
fn the_reports_say_how_much_was_left_out() {
    let report = line(&format!("analyze {STAR} --port 50534")).quiet();
    assert!(report.contains("\nselected  1 of 2 connections, 22 of 44 messages\n"), "{report}");
    let whose = "payload bytes of these connections, whole; the parts above add up to them";
    assert!(section(&report, "Bytes").contains(whose), "{report}");
    let all = line(&format!("analyze {STAR} --port 8001")).quiet();
    assert!(!all.contains("selected") && !all.contains("these connections"), "{all}");
    let streams = line(&format!("streams {STAR} --port 50534")).quiet();
    assert!(streams.contains("\nSelected: 1 of 2 connections.\n"), "{streams}");
}

#[test]
fn a_filter_that_leaves_nothing_is_remarked_once() {
    for command in ["analyze", "export -f ndjson"] {
        let run = line(&format!("{command} {STAR} --host 10.0.0.1 --port 8001 --label Heartbeat"));
        let remark = "warning: none of 2 connections is of the traffic of --host and --port\n";
        assert_eq!((run.code, run.stderr.as_str()), (0, remark), "{command}");
        assert!(!run.stdout.contains("no packet carries TCP"), "{}", run.stdout);
    }
}

#[test]
fn a_server_port_tells_the_server_where_no_syn_was_captured() {
    let folder = Folder::new();
    let frame = star_frame(&text_field(1, "heartbeat"));
    let sent = [(From::Client, ACK, &frame[..]), (From::Server, ACK | FIN, b"")];
    let path = folder.file("x.pcap", pcap(&segments("10.0.0.1:2000", "10.0.0.2:9000", &sent)));
    let server = |options: &str| {
        let run = line(&format!("export {path} -f csv --frame star-network {options}"));
        let hint = "hint: who opened connection 1 was not captured: 10.0.0.1:2000 was taken for the server as its port is the \
                    lower one; if the server is 10.0.0.2:9000, give --server-port 9000\n";
        assert_eq!(run.stderr, if options.is_empty() { hint } else { "" });
        run.stdout.lines().nth(1).unwrap().split(',').nth(5).unwrap().to_owned()
    };
    assert_eq!(server(""), "10.0.0.1:2000", "the lower port, for want of anything better");
    assert_eq!(server("--server-port 9000"), "10.0.0.2:9000");
    assert_eq!(server("--server-port 9000 --port 2000"), "10.0.0.2:9000");
    let streams = deframe(["streams", &path, "--server-port", "9000"]).quiet();
    assert!(streams.contains("10.0.0.1:2000  10.0.0.2:9000"), "{streams}");
}

#[test]
fn a_port_needs_no_layout() {
    let report = line("analyze samples/star_network.pcap samples/kv.pcap --port 8001 --width 120").quiet();
    let rows = section(&report, "Connections");
    assert!(rows.contains("127.0.0.1:8001") && !rows.contains("8087"), "{rows}");
}
