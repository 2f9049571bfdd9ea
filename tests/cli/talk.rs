//! What is said beside the report: hints, and with `-v` how a run decided.

use super::run::{deframe_with, line, sample, section};

const STAR: &str = "samples/star_network.pcap";

#[test]
fn a_capture_with_other_traffic_beside_that_of_the_profile_gets_no_hint_about_ports() {
    for command in ["analyze --summary", "export -f ndjson -o /dev/null"] {
        let mixed = line(&format!("{command} {STAR} samples/kv.pcap --profile star-network"));
        assert!(!mixed.stdout.contains("hint: ") && mixed.stderr.is_empty(), "{}{}", mixed.stdout, mixed.stderr);
        let other = line(&format!("{command} samples/kv.pcap --profile star-network"));
        let said = format!("{}{}", other.stdout, other.stderr);
        let hint = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(hint.contains("give --port 8087"), "{said}");
    }
}

#[test]
fn quiet_gives_no_hints_and_the_same_report_and_warnings() {
    let report = line("analyze samples/kv.pcap").quiet();
    let (before, hint) = report.split_once("\nhint: ").unwrap();
    assert!(hint.starts_with("connection 1"), "{hint}");
    assert_eq!(line("analyze samples/kv.pcap -q").quiet(), before);
    assert!(line("export samples/kv.pcap -f csv").stderr.starts_with("hint: "));
    assert_eq!(line("export samples/kv.pcap -f csv --quiet").stderr, "");
    let label = line(&format!("analyze {STAR} --label hartbeat -q"));
    assert_eq!(label.stderr, "warning: no message has the label `hartbeat`\n");
}

#[test]
fn verbose_tells_how_the_run_decided_and_leaves_the_report_as_it_is() {
    for (options, told) in [
        (
            format!("analyze {STAR} --summary"),
            &[
                "note: profile star-network (built in), tried, as neither --profile nor --frame is given: on port 8001 or 8000, \
                 else where its magic shows; layout ",
                " message types of the profile\n",
                "note: field types of payloads without a message type are learned from the first messages of each server port",
                "note: connection 1 (127.0.0.1:50534 to 127.0.0.1:8001) and one other are read with star-network: on a port of \
                 it, with frames such as it describes\n",
                "note: used at most 2 of 100,000 connections that are followed at once\n",
                " bytes that wait behind holes\n",
            ][..],
        ),
        (
            "export samples/kv.pcap samples/telemetry.pcap -f ndjson --profile samples/kv.toml --threads 3".to_owned(),
            &[
                "note: profile kv (samples/kv.toml), given: on port 8087, else where its magic shows; layout ",
                "note: payloads are read on at most 3 threads\n",
                " are read with kv, which was given, on a port of it\n",
                " not framed: no profile fits\n",
            ],
        ),
        (
            "export samples/kv.pcap --frame riak --threads 1 --no-schema".to_owned(),
            &[
                ", given: on any port; layout ",
                "; no message types\n",
                "note: payloads are read on at most 1 thread\n",
                ", which was given for all connections\n",
                "note: field types were learned beforehand: ",
            ],
        ),
        (
            "export samples/kv.pcap -f csv --frame riak --no-wait --schema samples/kv.proto".to_owned(),
            &[" message types of samples/kv.proto\n", "are learned as messages come\n"],
        ),
        (format!("streams {STAR}"), &["note: used at most 2 of 100,000 connections that are followed at once\n"]),
        (format!("streams {STAR} --follow 2"), &["note: used at most 2 of 100,000 connections"]),
        (
            "decode --schema samples/kv.proto 0a0161".to_owned(),
            &["note: no layout, so the bytes are one payload: 6 message types of samples/kv.proto\n"],
        ),
        ("decode --frame varint 030a0161".to_owned(), &[", given: on any port; layout "]),
    ] {
        let (usual, verbose) = (line(&options), line(&format!("{options} -v")));
        assert_eq!((verbose.code, &verbose.stdout), (0, &usual.stdout), "{options}");
        for told in told {
            assert!(verbose.stderr.contains(told), "{options}: {told}\n{}", verbose.stderr);
        }
        // What a format leaves out is told without being asked.
        let mut notes = usual.stderr.lines().filter(|line| line.starts_with("note: "));
        assert!(notes.all(|note| note.contains(" not in this format; ")), "{}", usual.stderr);
        assert!(verbose.stderr.lines().all(|line| line.starts_with("note: ")), "{}", verbose.stderr);
    }
    assert_eq!(line(&format!("analyze {STAR} -v -q")).code, 2);
}

#[test]
fn what_is_typed_wrongly_is_told_what_was_expected() {
    for (arguments, expected) in [
        ("analyze x --port x", "'--port <PORT>': expected a TCP port from 1 to 65535"),
        ("analyze x --port 0", "'--port <PORT>': expected a TCP port from 1 to 65535"),
        ("analyze x --width abc", "'--width <COLUMNS>': expected a number of characters from 60 to 65535"),
        ("export x --connection 0", "'--connection <N>': expected the number of a connection, from 1"),
        ("streams x --connection 0", "'--connection <N>': expected the number of a connection, from 1"),
        ("streams x --follow 0", "'--follow <N>': expected the number of a connection, from 1"),
        ("analyze x --threads 0", "'--threads <N>': expected a number of threads from 1 to 65535"),
        ("analyze x --limit some", "'--limit <N>': expected a number of messages; 0 is all of them"),
        ("export x --local", "error: this format has no local times\nhint: give it with --format sd"),
        ("export x --local -f ndjson", "error: this format has no local times\nhint: give it with --format sd"),
    ] {
        let run = line(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments}: {}", run.stderr);
        assert!(run.stderr.contains(expected) && !run.stderr.contains("invalid digit"), "{arguments}: {}", run.stderr);
    }
    assert_eq!(line("export samples/kv.pcap -f sd --local -q").code, 0);
}

#[test]
fn a_schema_that_is_not_there_is_looked_for_where_its_path_says() {
    let error = line(&format!("analyze {STAR} --frame star-network --schema nope.proto")).failure(1);
    assert!(
        error.contains("there is no schema at nope.proto\nhint: paths are relative to the current folder"),
        "{error}"
    );
    assert!(!error.contains("the profile"), "{error}");
}

#[test]
fn standard_input_has_one_name() {
    let report = deframe_with(&sample("faults/cut.pcap"), &["analyze", "-", "--summary"]).quiet();
    assert!(report.contains(" standard input (pcap, "), "{report}");
    assert!(section(&report, "Findings").contains("standard input, byte "), "{report}");
    assert!(deframe_with(b"x", &["analyze", "-"]).failure(1).starts_with("error: cannot read standard input\n"));
}

#[test]
fn what_was_not_framed_has_no_findings_because_nobody_looked() {
    let findings = |options: &str| {
        let report = line(&format!("analyze {options} --summary -q")).quiet();
        section(&report, "Findings").trim().to_owned()
    };
    assert_eq!(findings(STAR), "none");
    assert_eq!(findings("samples/kv.pcap"), "none in TCP; nothing was framed, as no layout is known");
    let mixed = findings(&format!("samples/kv.pcap {STAR}"));
    assert_eq!(mixed, "none, but connections without a known layout were not framed");
}
