//! What captures say of themselves, and what is said while they are read.

use super::captures::{From, connection, pcap};
use super::run::{Folder, deframe};
use serde_json::Value;

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &len, body, &len].concat()
}

fn option(code: u16, text: &[u8]) -> Vec<u8> {
    let mut option = [&code.to_le_bytes()[..], &(text.len() as u16).to_le_bytes(), text].concat();
    option.resize(option.len().next_multiple_of(4), 0);
    option
}

/// A pcapng file of one packet without TCP, with comments wherever there may be some, and a name for an address.
fn commented() -> Vec<u8> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let end = option(0, b"");
    let section = [words(&[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]), option(1, b"from the lab"), end.clone()].concat();
    let interface = [words(&[1, 0]), option(2, b"eth7"), option(1, b"behind the tap"), end.clone()].concat();
    let packet = [words(&[0, 0, 0, 16, 16]), vec![2; 16], option(1, b"look \x1b[31mhere"), end.clone()].concat();
    let name = [&1_u16.to_le_bytes()[..], &8_u16.to_le_bytes(), &[10, 0, 0, 7], b"box\0", &[0; 4]].concat();
    [block(0x0a0d_0d0a, &section), block(1, &interface), block(6, &packet), block(4, &name)].concat()
}

#[test]
fn comments_and_names_are_shown_and_do_nothing_to_a_terminal() {
    let folder = Folder::new();
    let path = folder.file("said.pcapng", commented());
    let report = deframe(["analyze", &path]).quiet();
    for line in ["section 1: from the lab", "interface eth7: behind the tap", "packet 1: look ", "10.0.0.7 is box"] {
        assert!(report.contains(line), "{line}: {report}");
    }
    assert!(!report.contains('\x1b'), "{report:?}");
    let text = deframe(["export", &path, "-f", "ndjson"]).stdout;
    let summary: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let texts: Vec<&str> =
        summary["comments"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["from the lab", "behind the tap", "look \u{1b}[31mhere"]);
}

/// Packets that keep a reader busy, in two parts.
#[cfg(target_os = "linux")]
fn halves() -> (Vec<u8>, Vec<u8>) {
    let said: Vec<_> = (0..12_000).map(|_| (From::Client, &b"x"[..])).collect();
    let mut file = pcap(&connection("10.0.0.1:2000", "10.0.0.2:3000", &said));
    let rest = file.split_off(24 + 8000 * 57);
    (file, rest)
}

#[test]
#[cfg(target_os = "linux")]
fn a_person_at_a_terminal_sees_how_far_reading_is_and_nothing_of_it_stays() {
    let folder = Folder::new();
    let (first, rest) = halves();
    let (first, rest) = (folder.file("first", first), folder.file("rest", rest));
    let run = |quiet: &str| {
        let program = env!("CARGO_BIN_EXE_deframe");
        // The second half comes when the patience of the bar is over.
        let line = format!("(cat {first}; sleep 1; cat {rest}) | {program} streams - -o /dev/null {quiet}");
        let output = std::process::Command::new("script").args(["-qec", &line, "/dev/null"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = run("");
    assert!(shown.contains("KiB read"), "{shown:?}");
    assert!(shown.trim_end().ends_with("\x1b[2K") || shown.ends_with('\r'), "the line is cleared: {shown:?}");
    assert_eq!(run("-q"), "");
}
