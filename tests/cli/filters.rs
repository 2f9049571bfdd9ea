//! Which messages are reported, in all formats; several captures; standard input; the pipe.

use super::run::{command, deframe, deframe_with, finish, line, sample, section};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

const STAR: &str = "samples/star_network.pcap";

/// How many messages each format shows.
fn counts(options: &str) -> [usize; 5] {
    let run = |format: &str| line(&format!("export {STAR} -f {format} {options}")).quiet();
    let json: Value = serde_json::from_str(&run("json")).unwrap();
    let ndjson = run("ndjson");
    let of_message = |line: &&str| serde_json::from_str::<Value>(line).unwrap()["record"] == "message";
    let sd: Value = serde_json::from_str(&run("sd")).unwrap();
    let report = line(&format!("analyze {STAR} --width 160 {options}")).quiet();
    let rows = section(&report, "Messages")
        .lines()
        .skip(2)
        .filter(|line| line.chars().nth(4).is_some_and(|c| c.is_ascii_digit()))
        .count();
    [
        json["messages"].as_array().unwrap().len(),
        ndjson.lines().filter(of_message).count(),
        sd.as_array().unwrap().len(),
        run("csv").lines().count() - 1,
        rows,
    ]
}

#[test]
fn filters_choose_the_same_messages_in_every_format() {
    for (options, count) in [
        ("", 44),
        ("--connection 2", 22),
        ("--connection 1 --connection 2", 44),
        ("--direction 'client->server'", 22),
        ("--direction server --connection 1", 11),
        ("--label heartbeat", 32),
        ("--label 'REGION SETUP' --label heartbeat", 36),
        ("--label heartbeat --direction c2s --connection 2", 8),
        ("--limit 7", 7),
        ("--label heartbeat --limit 0", 32),
    ] {
        assert_eq!(counts(options), [count; 5], "{options}");
    }
}

#[test]
fn numbers_and_pairs_do_not_depend_on_filters() {
    let messages = |options: &str| -> Vec<Value> {
        let text = line(&format!("export {STAR} -f ndjson {options}")).quiet();
        let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        records.filter(|record| record["record"] == "message").collect()
    };
    let all = messages("");
    let some = messages("--direction server->client --label heartbeat");
    assert!(some.iter().all(|message| all.contains(message)));
    assert!(some.iter().all(|message| message["answers"].is_u64()));
}

#[test]
fn a_limited_table_says_how_many_more_there_are() {
    let report = line(&format!("analyze {STAR} --limit 7")).quiet();
    assert!(report.contains("\n… and 37 more messages; --limit 0 shows all\n"), "{report}");
    assert!(section(&report, "Types").contains("16"), "the figures are of all messages: {report}");
}

#[test]
fn one_connections_report_is_about_that_connection() {
    let report = line(&format!("analyze {STAR} --connection 2 --width 80")).quiet();
    assert!(section(&report, "Bytes").contains("framed    1,460  100.0 %"), "{report}");
    assert!(!report.contains("more connection"), "{report}");
    let clean = deframe(["analyze", "samples/faults/lost.pcap", "--to", "+0.5", "--strict"]);
    assert_eq!(clean.code, 0, "findings that are not selected do not count: {}", clean.stdout);
}

#[test]
fn a_filter_that_nothing_passes_is_remarked() {
    for (options, remark) in [
        (
            "--label hartbeat",
            "warning: no message has the label `hartbeat`\n\
             hint: the labels are Heartbeat, Lobby Destinations, Region Setup, Service Discovery\n",
        ),
        (
            "--label Heartbeat --where 1=nosuch",
            "warning: no message has the label `Heartbeat` and meets --where 1=nosuch\n",
        ),
        ("--where 1=nosuch", "warning: no message meets --where 1=nosuch\n"),
        ("--connection 1 --port 50536", "warning: connection 1 is not of the traffic of --port\n"),
        (
            "--connection 2 --connection 1 --port 50536 --from +1",
            "warning: only 1 of the 2 connections asked for is of the traffic of --port and --from\n",
        ),
    ] {
        for command in ["analyze", "export -f ndjson"] {
            let run = line(&format!("{command} {STAR} {options}"));
            assert_eq!((run.code, run.stderr.as_str()), (0, remark), "{command} {options}");
        }
    }
}

#[test]
fn a_connection_that_is_asked_for_by_number_and_not_there_is_told_and_makes_the_exit_code_1() {
    for (options, remark) in [
        ("--connection 99", "warning: there is no connection 99: their numbers are 1 to 2\n"),
        (
            "--connection 98 --connection 1 --connection 99",
            "warning: there is no connection 98 or 99: their numbers are 1 to 2\n",
        ),
        ("--connection 9 --port 1", "warning: there is no connection 9: their numbers are 1 to 2\n"),
        // What `--filter` leaves out is renumbered.
        #[cfg(feature = "live")]
        ("--connection 2 --filter 'port 50536'", "warning: there is no connection 2: there is only connection 1\n"),
    ] {
        for command in ["analyze", "export -f ndjson", "streams"] {
            let run = line(&format!("{command} {STAR} {options}"));
            assert_eq!((run.code, run.stderr.as_str()), (1, remark), "{command} {options}");
        }
    }
    assert!(line(&format!("export {STAR} -f csv --connection 1 --connection 9")).stdout.lines().count() == 23);
}

#[test]
fn standard_input_and_compressed_files_are_captures_like_others() {
    let report = |name: &str, text: String| text.replace(name, "FILE");
    let expected = report(STAR, line(&format!("analyze {STAR}")).quiet());
    for stdin in ["star_network.pcap", "faults/star_network.pcap.gz", "faults/star_network.pcap.zst"] {
        let text = deframe_with(&sample(stdin), &["analyze", "-"]).quiet();
        let text = text.replace("pcap, gzip", "pcap").replace("pcap, zstd", "pcap");
        assert_eq!(text.replace("     standard input (", "     FILE ("), expected, "{stdin}");
    }
    for path in ["samples/faults/star_network.pcap.gz", "samples/faults/star_network.pcap.zst"] {
        let text = report(path, deframe(["analyze", path]).quiet());
        assert_eq!(text.replace("pcap, gzip", "pcap").replace("pcap, zstd", "pcap"), expected);
    }
}

#[test]
fn several_captures_are_merged_by_time() {
    let kv_first = deframe(["export", "samples/kv.pcap", STAR, "-f", "sd"]);
    let star_first = deframe(["export", STAR, "samples/kv.pcap", "-f", "sd"]);
    assert_eq!(kv_first.code, 0);
    assert_eq!(kv_first.stdout, star_first.stdout);
    assert_eq!(kv_first.stdout, line(&format!("export {STAR} -f sd")).quiet(), "the other one fits no profile");
    let report = deframe(["analyze", "samples/kv.pcap", STAR, "--summary"]).quiet();
    assert!(report.contains("samples/kv.pcap (pcap") && report.contains("samples/star_network.pcap (pcap"), "{report}");
    let error = deframe(["analyze", "-", "-"]).failure(1);
    assert!(error.contains("standard input is named more than once"), "{error}");
}

#[test]
fn a_reader_that_goes_away_is_a_quiet_end() {
    for arguments in [&["analyze", STAR][..], &["export", "samples/telemetry.pcap", "--frame", "varint"], &["man"]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_deframe"));
        child.env_clear().current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
}

#[test]
fn piped_output_is_a_hundred_columns_wide_whatever_the_environment_says() {
    let expected = deframe(["analyze", STAR, "--width", "100"]).quiet();
    assert_eq!(deframe(["analyze", STAR]).quiet(), expected);
    let with_columns = finish(command().env("COLUMNS", "63").args(["analyze", STAR]));
    assert_eq!(with_columns.quiet(), expected);
}

#[test]
fn local_times_are_those_of_the_zone() {
    let arguments = ["export", STAR, "-f", "sd", "--limit", "1"];
    let utc: Value = serde_json::from_str(&deframe(arguments).quiet()).unwrap();
    let run = finish(command().env("TZ", "UTC-2").args(arguments).arg("--local"));
    let local: Value = serde_json::from_str(&run.quiet()).unwrap();
    assert_eq!(utc[0]["timestamp"], "2026-11-22T11:03:24.338402");
    assert_eq!(local[0]["timestamp"], "2026-11-22T13:03:24.338402");
}
