//! Captured control characters never reach a terminal.

use super::captures::{From, connection, pcap, star_frame, text_field};
use super::run::{Folder, deframe};

/// An escape sequence, DEL, a C1 control, an override of the writing direction, a character without width, a line end.
const HARMFUL: &str = "red\u{1b}[31m\u{7f}\u{9b}2J\u{202e}txt\u{200b}\r\n";

fn is_harmful(c: char) -> bool {
    matches!(c, '\0'..='\x09' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
}

/// Line ends are harmless where the format has them; how many there are is checked where it matters.
#[track_caller]
fn assert_safe(text: &str) {
    let found: Vec<String> =
        text.chars().filter(|c| is_harmful(*c)).map(|c| format!("U+{:04X}", u32::from(c))).collect();
    assert!(found.is_empty(), "{found:?} in {text}");
}

#[test]
fn captured_control_characters_are_escaped_in_every_format() {
    let folder = Folder::new();
    let name = star_frame(&[text_field(1, "heartbeat"), text_field(9, HARMFUL)].concat());
    let unknown = star_frame(&text_field(1, HARMFUL));
    let said = [(From::Client, &name[..]), (From::Server, &unknown[..])];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    for width in ["60", "80", "160"] {
        let report = deframe(["analyze", &path, "--width", width]).quiet();
        assert_safe(&report);
        assert!(report.contains("\\u001b["), "{report}");
    }
    for format in ["json", "ndjson", "sd", "csv"] {
        let text = deframe(["export", &path, "-f", format]).quiet();
        assert_safe(&text);
        if format == "ndjson" {
            assert!(text.contains("\\u001b[31m\\u007f\\u009b2J\\u202etxt\\u200b\\r\\n"), "{text}");
        }
    }
    let hex = hex::encode(&unknown);
    for width in ["60", "80", "160"] {
        assert_safe(&deframe(["decode", &hex, "--width", width]).quiet());
    }
    for format in ["json", "tree", "compact", "protoscope"] {
        assert_safe(&deframe(["decode", &hex, "-f", format]).quiet());
    }
    for format in ["json", "tree", "text"] {
        assert_safe(&deframe(["decode", &hex, "--wire", "-f", format]).quiet());
    }
}

#[test]
fn bytes_of_a_header_are_escaped_in_json_too() {
    let text = deframe(["decode", "--frame", "tag:4 len:u8 payload", "-f", "json", "1b9b7f0a00"]).quiet();
    assert_safe(&text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["protocol_analysis"]["header"]["tag_ascii"], "\u{1b}\u{9b}\u{7f}\n");
}

#[test]
fn names_that_were_typed_are_escaped_in_errors_and_reports() {
    let folder = Folder::new();
    let error = deframe(["analyze", "no\u{1b}[31mwhere"]).failure(1);
    assert_safe(&error);
    let path = folder.file("a\u{9b}b.pcap", pcap(&[]));
    assert_safe(&deframe(["analyze", &path]).quiet());
    assert_safe(&deframe(["export", &path]).stdout);
    assert_safe(&deframe(["decode", "5\u{202e}4"]).failure(1));
}
