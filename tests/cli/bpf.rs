//! `--filter`: held against tcpdump, and where it is meant to differ.

use super::run::{Folder, deframe, line};
use serde_json::Value;
use std::process::Command;

const STAR: &str = "samples/star_network.pcap";

/// How many packets `--filter` lets in, and the findings.
fn passed(path: &str, expression: &str) -> (u64, Value) {
    let run = deframe(["export", path, "-f", "ndjson", "--filter", expression]);
    assert_eq!(run.code, 0, "{expression}: {}", run.stderr);
    let summary: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let packets = summary["packets"].as_u64().unwrap();
    (packets - summary["filtered_packets"].as_u64().unwrap(), summary["findings"].clone())
}

/// How many packets libpcap selects of a file: by the library, and by tcpdump where that is installed.
fn libpcap(path: &str, expression: &str) -> u64 {
    let mut file = pcap::Capture::from_file(path).unwrap();
    file.filter(expression, true).unwrap();
    let mut count = 0;
    while file.next_packet().is_ok() {
        count += 1;
    }
    if let Ok(output) = Command::new("tcpdump").args(["-n", "-t", "-q", "-r", path, expression]).output() {
        let lines =
            String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.starts_with(['\t', ' '])).count();
        assert_eq!(lines as u64, count, "{path} {expression}");
    }
    count
}

#[test]
fn packets_are_selected_as_by_tcpdump() {
    let mut selected = 0;
    for path in [STAR, "samples/kv.pcap", "samples/faults/snaplen.pcap", "samples/faults/nanosecond.pcap"] {
        for expression in [
            "tcp",
            "not tcp",
            "tcp port 50534",
            "src port 8001 and greater 100",
            "len > 130",
            "less 66",
            "tcp[tcpflags] & tcp-push != 0",
            "host 127.0.0.1 and not port 50536",
            "tcp[((tcp[12] & 0xf0) >> 2) + 4:4] = 0xefbeadde",
            "ip6 or arp",
            "vlan",
        ] {
            let expected = libpcap(path, expression);
            assert_eq!(passed(path, expression).0, expected, "{path} {expression}");
            selected += expected;
        }
    }
    assert!(selected > 500, "{selected}");
}

#[test]
fn tags_make_no_difference_unless_the_expression_is_about_them() {
    let tagged = "samples/faults/vlan.pcap";
    for expression in ["tcp", "tcp port 50534", "not port 50534", "udp", "src host 127.0.0.1 and dst port 8001"] {
        // The same packets with and without tags.
        assert_eq!(passed(tagged, expression).0, libpcap(STAR, expression), "{expression}");
    }
    for expression in ["vlan", "vlan and port 50534", "not vlan", "vlan 7 or vlan"] {
        assert_eq!(passed(tagged, expression).0, libpcap(tagged, expression), "{expression}");
    }
    assert_eq!(libpcap(tagged, "tcp port 50534"), 0, "libpcap does not look behind tags by itself");
}

#[test]
fn what_a_filter_left_out_is_counted_in_every_report() {
    let report = line(&format!("analyze {STAR} --filter 'port 50534' --port 8001")).quiet();
    assert!(report.contains("\nfiltered  40 of 80 packets left out\n"), "{report}");
    let report = line(&format!("analyze {STAR} --filter 'port 50534 or port 50536' --port 50536")).quiet();
    assert!(!report.contains("\nfiltered"), "nothing is left out of what is followed: {report}");
    assert!(report.contains("\nselected  1 of 2 connections, 22 of 44 messages\n"), "{report}");
    let streams = line(&format!("streams {STAR} --filter 'port 50534'")).quiet();
    assert!(streams.contains("\nFiltered packets: 40.\n"), "{streams}");
    for command in ["analyze", "export -f ndjson", "streams"] {
        let run = line(&format!("{command} {STAR} --filter udp --port 8001"));
        let remark = "warning: none of 80 packets is of the traffic of --filter\n";
        assert_eq!((run.code, run.stderr.as_str()), (0, remark), "{command}");
    }
}

#[test]
fn times_count_from_the_first_packet_even_if_the_filter_leaves_it_out() {
    let messages = |options: &str| {
        let text = line(&format!("export {STAR} -f ndjson {options}")).quiet();
        serde_json::from_str::<Value>(text.lines().last().unwrap()).unwrap()["messages"].as_u64().unwrap()
    };
    // The first packet of the other connection is 0.15 s younger than the first of all, and its first messages
    // are no more than 0.01 s younger than that.
    let by_port = messages("--from +0.2 --port 50536");
    assert_eq!((by_port, messages("--from +0.01 --port 50536")), (20, 22));
    assert_eq!(messages("--from +0.2 --filter 'port 50536'"), by_port);
}

#[test]
fn an_expression_that_is_none_is_wrong_usage_before_anything_is_read() {
    for command in ["analyze", "export", "streams"] {
        let run = deframe([command, "/nowhere/x.pcap", "--filter", "tcp and port 70000"]);
        let expected = "error: the expression of --filter cannot be understood\ncaused by:\n  tcp and port \
                        70000\n               ^^^^^\n  illegal port number 70000 > 65535\nhint: man pcap-filter has the \
                        language; quote the expression: --filter 'tcp port 80'\n";
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", expected), "{command}");
    }
}

#[test]
fn a_link_type_that_an_expression_means_nothing_for_is_a_finding() {
    let merged = ["analyze", STAR, "samples/faults/null.pcap", "--filter", "ether host 00:00:00:00:00:00", "--strict"];
    let run = deframe(merged);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("80 packets of NULL/Loopback left out, where --filter means nothing: ethernet addresses"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("filtered  80 of 160 packets left out"), "{}", run.stdout);
}

#[test]
fn an_expression_is_safe_to_show() {
    let folder = Folder::new();
    let path = folder.file("x.pcap", std::fs::read(STAR).unwrap());
    let run = deframe(["analyze", &path, "--filter", "tcp \u{1b}[31m\u{202e}"]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", run.stderr);
}
