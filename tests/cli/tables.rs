//! Tables as a critical reader sees them, at any width.

use super::captures::{From, connection, pcap, star_frame, text_field};
use super::run::{Folder, assert_fits, deframe, line, section};

const WIDTHS: [usize; 6] = [60, 72, 80, 100, 120, 160];

/// The report on `path` at each width, none of its lines too wide.
fn reports(arguments: &[&str]) -> Vec<String> {
    let report = |width: usize| {
        let text = deframe([arguments, &["--width", &width.to_string()]].concat()).quiet();
        assert_fits(&text, width);
        text
    };
    WIDTHS.map(report).to_vec()
}

#[test]
fn the_reports_of_all_samples_fit_every_width() {
    let faults = std::fs::read_dir("samples/faults").unwrap().map(|entry| entry.unwrap().path());
    for path in faults.filter(|path| path.to_string_lossy().contains("pcap")) {
        reports(&["analyze", path.to_str().unwrap(), "--limit", "5"]);
        reports(&["streams", path.to_str().unwrap()]);
    }
    reports(&["analyze", "samples/kv.pcap", "--profile", "samples/kv.toml"]);
    reports(&["analyze", "samples/kv.pcap", "--frame", "riak", "--no-schema"]);
    reports(&["analyze", "samples/telemetry.pcap", "--frame", "varint"]);
    reports(&["analyze", "samples/kv.pcap"]);
}

#[test]
fn a_message_without_a_label_is_told_by_its_type_and_header() {
    let at = |width: &str| {
        let options = "--frame riak --schema samples/kv.proto --limit 6";
        line(&format!("analyze samples/kv.pcap {options} --width {width}")).quiet()
    };
    let narrow = at("80");
    let rows: Vec<&str> = section(&narrow, "Messages").lines().skip(2).collect();
    assert_eq!(rows[0], "    1  11:03:27.999296     1  ->        5            code=1");
    assert_eq!(rows[4], "    5  11:03:28.303802     1  ->       90            PutRequest?");
    assert!(rows[5].starts_with("       code=11 key:"), "{narrow}");
    let wide = at("240");
    assert!(section(&wide, "Messages").contains("->       16            ErrorResponse?  code=9 message:"), "{wide}");
}

/// What the rows of a report tell of each message, however many lines that takes.
fn told(report: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for line in section(report, "Messages").lines().skip(2).filter(|line| !line.starts_with('…')) {
        match (line.strip_prefix("       "), told.last_mut()) {
            (Some(more), Some(last)) => *last = format!("{last}  {}", more.trim()),
            _ => told.push(line.chars().skip(53).collect::<String>().trim_start_matches('-').to_owned()),
        }
    }
    told.iter().map(|told| told.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_wider_table_tells_at_least_as_much_of_every_message() {
    for capture in [
        "samples/star_network.pcap",
        "samples/kv.pcap --profile samples/kv.toml",
        "samples/kv.pcap --frame riak",
        "tests/captures/modbus.pcap --profile tests/captures/modbus.toml",
    ] {
        let at = |width: usize| told(&line(&format!("analyze {capture} --limit 60 --width {width}")).quiet());
        let mut narrower = at(70);
        for width in [80, 100, 120, 140, 160, 220] {
            let wider = at(width);
            assert!(wider.len() == narrower.len() && wider.len() > 40, "{capture}");
            for (less, more) in narrower.iter().zip(&wider) {
                // Cut bytes end in the middle of a value.
                let (less, _) = less.split_once('…').unwrap_or((less, ""));
                assert!(more.starts_with(less), "{capture}, {width}:\n{less}\n{more}");
            }
            narrower = wider;
        }
    }
}

#[test]
fn a_label_does_not_hide_the_header_fields() {
    let folder = Folder::new();
    let text = std::fs::read_to_string("tests/captures/modbus.toml").unwrap();
    let rule = "[[rule]]\nlabel = \"Read\"\nheader = { function = [1, 2, 3, 4] }\n";
    let profile = folder.file("modbus.toml", format!("{text}\n{rule}"));
    for (width, between) in [("80", "\n       opaque "), ("160", "  opaque ")] {
        let arguments = ["analyze", "tests/captures/modbus.pcap", "--profile", &profile, "--width", width];
        let report = deframe(arguments).quiet();
        let row = format!("Read{between}transaction=1 protocol=0 unit=1 function=3");
        assert!(section(&report, "Messages").contains(&row), "{report}");
    }
}

#[test]
fn rows_at_a_hundred_and_twenty_columns_are_as_they_were() {
    let report = line("analyze samples/kv.pcap --profile samples/kv.toml --limit 12 --width 120").quiet();
    insta::assert_snapshot!(section(&report, "Messages"));
}

#[test]
fn the_question_mark_of_a_guessed_type_is_explained_where_there_is_one_and_only_there() {
    let legend = "A type with a ? was found by the bytes of the payloads alone";
    let guessed = line("analyze samples/kv.pcap --frame riak --schema samples/kv.proto --width 160").quiet();
    assert!(section(&guessed, "Types").contains("PutRequest?") && guessed.matches(legend).count() == 1, "{guessed}");
    let ruled = line("analyze samples/kv.pcap --profile samples/kv.toml --width 160").quiet();
    assert!(!ruled.contains(legend), "{ruled}");
}

#[test]
fn a_layout_alone_has_a_name_that_reads_well() {
    let report = line("analyze samples/kv.pcap --frame riak --summary").quiet();
    assert!(report.contains("profile  the given layout for 2 of 2 connections"), "{report}");
    let decoded = line("decode --frame u32be 00000002080a").quiet();
    assert!(decoded.contains(": a frame of the given layout"), "{decoded}");
}

#[test]
fn a_layout_that_fits_poorly_is_told_before_the_findings_that_it_causes() {
    let run = line("analyze samples/kv.pcap --frame varint --summary --width 100").quiet();
    let rows = section(&run, "Findings");
    assert!(rows.lines().nth(2).unwrap().starts_with("layout "), "{rows}");
    assert!(run.contains("hint: the layout fits port 8087 poorly: give --frame u32be, which fits better"), "{run}");
}

#[test]
fn ipv6_endpoints_stand_below_each_other_where_room_is_short() {
    let folder = Folder::new();
    let (client, server) =
        ("[2001:db8:1111:2222:3333:4444:5555:6666]:50534", "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:8001");
    let frame = star_frame(&text_field(1, "heartbeat"));
    let path = folder.file("x.pcap", pcap(&connection(client, server, &[(From::Client, &frame)])));
    let (analyze, streams) = (reports(&["analyze", &path]), reports(&["streams", &path]));
    // The first width is less than one endpoint and the figures beside it.
    for report in analyze.iter().skip(1).chain(streams.iter().skip(1)) {
        assert!(report.contains(client) && report.contains(server), "an endpoint is broken:\n{report}");
    }
}

#[test]
fn of_many_connections_the_first_hundred_are_shown() {
    let folder = Folder::new();
    let frame = star_frame(&text_field(1, "heartbeat"));
    let ports = 40_000..40_130;
    let packets: Vec<Vec<u8>> = ports
        .flat_map(|port| connection(&format!("10.0.0.1:{port}"), "10.0.0.2:8001", &[(From::Client, &frame)]))
        .collect();
    let path = folder.file("many.pcap", pcap(&packets));
    for report in reports(&["analyze", &path, "--limit", "3"]) {
        let rows = section(&report, "Connections");
        assert!(rows.contains("\n  1  10.0.0.1:40000"), "{rows}");
        assert!(rows.contains("\n100  10.0.0.1:40099"), "{rows}");
        assert!(!rows.contains("10.0.0.1:40100"), "{rows}");
        assert!(rows.ends_with("… and 30 more connections"), "{rows}");
        assert!(section(&report, "Phases").contains("130  Heartbeat"), "phases are summed up: {report}");
    }
    let streams = deframe(["streams", &path]).quiet();
    assert_eq!(streams.lines().filter(|line| line.contains("10.0.0.2:8001")).count(), 130);
}

#[test]
fn long_labels_and_wide_characters_stay_in_their_columns() {
    let folder = Folder::new();
    let label = "a label that goes on and on, much longer than any column could be, to the end of the line";
    let profile = folder.file(
        "p.toml",
        format!("name = \"p\"\nframe = \"star-network\"\nphases = [\"{label}\"]\n[[rule]]\nlabel = \"{label}\"\n"),
    );
    let wide = star_frame(&text_field(1, &"漢字".repeat(20)));
    let said = [(From::Client, &wide[..])];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    for (report, width) in reports(&["analyze", &path, "--profile", &profile]).iter().zip(WIDTHS) {
        for line in report.lines() {
            let wide = line.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
            assert!(line.chars().count() + wide <= width, "{width}: {line}");
        }
        assert!(report.contains("漢字"), "{report}");
    }
    let decoded = deframe(["decode", &hex::encode(&wide), "--width", "80"]).quiet();
    assert!(decoded.contains("漢字"), "{decoded}");
}

#[test]
fn a_run_without_messages_has_no_tables_of_them() {
    let report = deframe(["analyze", "samples/kv.pcap"]).quiet();
    assert!(!report.contains("Messages") && !report.contains("Types") && !report.contains("Phases"), "{report}");
}

#[test]
fn streams_shows_connections_whatever_they_carry() {
    let report = deframe(["streams", "samples/kv.pcap", "--width", "160"]).quiet();
    assert!(report.contains("127.0.0.1:8087  closed  31 complete with data    1.81 s  767 / 743"), "{report}");
    let one = deframe(["streams", "samples/kv.pcap", "--connection", "2"]).quiet();
    assert!(!one.contains("127.0.0.1:37508") && one.contains("\n1 connection. "), "{one}");
}

#[test]
fn what_was_sent_again_is_shown_at_any_usual_width() {
    for width in [80, 100, 120] {
        let report = line(&format!("streams samples/faults/duplicated.pcap --width {width}")).quiet();
        let [header, _, row] = report.lines().take(3).collect::<Vec<_>>()[..] else { panic!("{report}") };
        let end = header.find("resent").unwrap_or_else(|| panic!("{width}:\n{report}")) + "resent".len();
        let cell = row.chars().take(end).collect::<String>();
        assert!(!matches!(cell.split_whitespace().last(), None | Some("0" | "-")), "{width}:\n{report}");
        assert!(header.contains("completeness") && header.contains("gaps"), "{width}:\n{report}");
    }
}
