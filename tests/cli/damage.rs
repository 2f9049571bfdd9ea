//! Captures that are damaged or of an unknown kind: everything that can be read is reported.

use super::run::{Folder, deframe, sample, section};

#[test]
fn a_capture_that_ends_in_a_packet_is_reported_up_to_there() {
    let folder = Folder::new();
    let whole = sample("star_network.pcap");
    let path = folder.file("cut.pcap", &whole[..4000]);
    let report = deframe(["analyze", &path, "--width", "160"]).quiet();
    assert!(section(&report, "Findings").contains("byte 3921: the file ends 79 bytes into a record of"), "{report}");
    assert!(section(&report, "Messages").contains("Service Discovery"), "{report}");
    assert!(section(&report, "Bytes").contains("framed    1,323  100.0 %"), "{report}");

    let strict = deframe(["analyze", &path, "--strict", "--width", "160"]);
    assert_eq!((strict.code, strict.stderr.as_str()), (3, "strict: 1 finding\n"));
    assert_eq!(strict.stdout, report, "strict changes the exit code alone");
    let strict = deframe(["export", &path, "--strict", "-f", "ndjson"]);
    assert_eq!((strict.code, strict.stderr.as_str()), (3, "strict: 1 finding\n"));
}

#[test]
fn formats_without_a_place_for_findings_say_how_many_they_leave_out() {
    let lost = "samples/faults/lost.pcap";
    for format in ["csv", "sd"] {
        let run = deframe(["export", lost, "-f", format]);
        let note = "note: 4 findings are not in this format; `analyze` and `export -f ndjson` tell all of them\n";
        assert_eq!((run.code, run.stderr.as_str()), (0, note), "{format}");
        deframe(["export", "samples/star_network.pcap", "-f", format]).quiet();
    }
    deframe(["export", lost, "-f", "ndjson"]).quiet();
}

#[test]
fn strict_is_content_with_a_clean_capture() {
    deframe(["analyze", "samples/star_network.pcap", "--strict"]).quiet();
}

#[test]
fn an_unknown_link_type_is_named() {
    let folder = Folder::new();
    let mut capture = sample("kv.pcap");
    capture[20..24].copy_from_slice(&147_u32.to_le_bytes());
    let path = folder.file("link.pcap", capture);
    let report = deframe(["analyze", &path]).quiet();
    assert!(report.contains("(pcap, link type 147, 104 packets)"), "{report}");
    assert!(report.contains("unread   104 unknown-link-type"), "{report}");
    assert!(report.contains("hint: packets of link type 147 are not read"), "{report}");
    let report = deframe(["streams", &path]).quiet();
    assert_eq!(report, "No TCP connection to show of 104 packets.\nUnread packets: 104 unknown-link-type.\n");
}

#[test]
fn a_capture_without_packets_is_no_error() {
    let folder = Folder::new();
    let path = folder.file("none.pcap", &sample("kv.pcap")[..24]);
    let report = deframe(["analyze", &path]).quiet();
    assert!(report.contains("packets  0 with 0 bytes"), "{report}");
    assert!(report.contains("hint: the capture has no packets"), "{report}");
}

#[test]
fn the_link_type_that_is_not_read_is_named_and_not_another_of_the_capture() {
    let folder = Folder::new();
    let mut capture = sample("kv.pcap");
    capture[20..24].copy_from_slice(&9_u32.to_le_bytes());
    let ppp = folder.file("ppp.pcap", &capture);
    capture[20..24].copy_from_slice(&147_u32.to_le_bytes());
    let unknown = folder.file("link.pcap", capture);
    let report = deframe(["analyze", &ppp, &unknown]).quiet();
    assert!(report.contains("hint: packets of link type 147 are not read"), "{report}");
}
