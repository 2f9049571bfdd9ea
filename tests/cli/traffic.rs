//! Which packets are followed: by host, port and time, after decapsulation.

use super::captures::{ACK, FIN, From, pcap, segments, star_frame, text_field};
use super::run::{Folder, deframe, line, section};
use serde_json::Value;

const STAR: &str = "samples/star_network.pcap";

fn summary(arguments: &str) -> Value {
    let text = line(&format!("export {arguments} -f ndjson")).stdout;
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// Connections and packets that were left out.
fn counts(arguments: &str) -> (u64, u64) {
    let summary = summary(arguments);
    (summary["connections"].as_u64().unwrap(), summary["filtered_packets"].as_u64().unwrap())
}

#[test]
fn kinds_must_all_hold_and_of_one_kind_any() {
    for (options, expected) in [
        ("", (2, 0)),
        ("--port 8001", (2, 0)),
        ("--port 50534", (1, 40)),
        ("--port 50534 --port 50536", (2, 0)),
        ("--port 1", (0, 80)),
        ("--host 127.0.0.1", (2, 0)),
        ("--host 127.0.0.0/8", (2, 0)),
        ("--host 10.0.0.0/8 --host 127.0.0.1 --port 50536", (1, 40)),
        ("--host 10.0.0.0/8 --port 50536", (0, 80)),
        ("--host ::/0", (0, 80)),
    ] {
        assert_eq!(counts(&format!("{STAR} {options}")), expected, "{options}");
    }
}

#[test]
fn filters_work_inside_vlan_tags_and_loopback_headers() {
    for path in ["samples/faults/vlan.pcap", "samples/faults/null.pcap", "samples/faults/star_network.pcapng"] {
        assert_eq!(counts(&format!("{path} --port 50534 --host 127.0.0.1/32")), (1, 40), "{path}");
    }
}

#[test]
fn times_are_absolute_of_the_day_or_after_the_first_packet() {
    let kept = |options: &str| 80 - counts(&format!("{STAR} {options}")).1;
    let text = line(&format!("export {STAR} -f ndjson")).quiet();
    let messages = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages: Vec<Value> = messages.filter(|record| record["record"] == "message").collect();
    let time = messages[4]["time"].as_str().unwrap();
    assert_eq!(time, "2026-11-22T11:03:24.646234000Z", "message 5 is in packet 15");
    assert_eq!(kept(&format!("--to {time}")), 15, "the packet at that time is in");
    assert_eq!(kept(&format!("--from {time}")), 66);
    assert_eq!(kept("--from 11:03:24.646234 --to 2026-11-22T12:03:24.646234+01:00"), 1);
    assert_eq!(kept("--to +0"), 1, "the first packet is at 0");
    assert_eq!(kept("--from +0"), 80);
    assert_eq!(kept("--from +0.3") + kept("--to +0.299999999"), 80);
}

#[test]
fn packets_keep_their_numbers_and_connections_get_those_of_what_is_left() {
    let text = line(&format!("export {STAR} -f csv --port 50536")).quiet();
    let all = line(&format!("export {STAR} -f csv --connection 2")).quiet();
    let columns = |text: &str| -> Vec<String> {
        let rows = text.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
        rows.map(|row| format!("{} {} {}", row[1], row[7], row[8])).collect()
    };
    assert_eq!(columns(&text), columns(&all), "the same packets at the same times");
    assert!(text.lines().nth(1).unwrap().contains(",1,127.0.0.1:50536,"), "{text}");
}

#[test]
fn the_reports_say_how_much_was_left_out() {
    let report = line(&format!("analyze {STAR} --port 50534")).quiet();
    assert!(report.contains("\nfiltered  40 of 80 packets left out\n"), "{report}");
    assert!(!line(&format!("analyze {STAR} --port 8001")).quiet().contains("filtered"));
    let streams = line(&format!("streams {STAR} --port 50534")).quiet();
    assert!(streams.contains("\nFiltered packets: 40.\n"), "{streams}");
}

#[test]
fn a_filter_that_leaves_nothing_is_remarked_once() {
    for command in ["analyze", "export -f ndjson", "streams"] {
        let run = line(&format!("{command} {STAR} --host 10.0.0.1 --port 8001 --connection 1"));
        let remark = "warning: none of 80 TCP packets is of the traffic of --host and --port\n";
        assert_eq!((run.code, run.stderr.as_str()), (0, remark), "{command}");
        assert!(!run.stdout.contains("no packet carries TCP"), "{}", run.stdout);
    }
}

#[test]
fn the_port_tells_the_server_where_no_syn_was_captured() {
    let folder = Folder::new();
    let frame = star_frame(&text_field(1, "heartbeat"));
    let sent = [(From::Client, ACK, &frame[..]), (From::Server, ACK | FIN, b"")];
    let path = folder.file("x.pcap", pcap(&segments("10.0.0.1:2000", "10.0.0.2:9000", &sent)));
    let server = |options: &str| {
        let run = line(&format!("export {path} -f csv --frame star-network {options}"));
        let hint = "hint: who opened connection 1 was not captured: 10.0.0.1:2000 was taken for the server as its port is the \
                    lower one; if the server is 10.0.0.2:9000, give --port 9000\n";
        assert_eq!(run.stderr, if options.is_empty() { hint } else { "" });
        run.stdout.lines().nth(1).unwrap().split(',').nth(5).unwrap().to_owned()
    };
    assert_eq!(server(""), "10.0.0.1:2000", "the lower port, for want of anything better");
    assert_eq!(server("--port 9000"), "10.0.0.2:9000");
    let streams = deframe(["streams", &path, "--port", "9000"]).quiet();
    assert!(streams.contains("10.0.0.1:2000  10.0.0.2:9000"), "{streams}");
}

#[test]
fn a_port_needs_no_layout() {
    let report = line("analyze samples/star_network.pcap samples/kv.pcap --port 8001 --width 120").quiet();
    let rows = section(&report, "Connections");
    assert!(rows.contains("127.0.0.1:8001") && !rows.contains("8087"), "{rows}");
}
