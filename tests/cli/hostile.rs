//! Captured control characters never reach a terminal.

use super::captures::{From, connection, pcap, star_frame, text_field};
use super::run::{Folder, Run, command, deframe};

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

/// Every code point that must not come out as it is: C0 but the line end, DEL, C1, separators of lines, marks of
/// writing direction, and what Unicode 16 calls `Default_Ignorable_Code_Point`; of the 4,096 of these in the
/// fourteenth plane some.
fn every_harmful() -> Vec<char> {
    let ranges = [
        0..=0x09,
        0x0b..=0x1f,
        0x7f..=0x9f,
        0xad..=0xad,
        0x34f..=0x34f,
        0x61c..=0x61c,
        0x115f..=0x1160,
        0x17b4..=0x17b5,
        0x180b..=0x180f,
        0x200b..=0x200f,
        0x2028..=0x202e,
        0x2060..=0x206f,
        0x3164..=0x3164,
        0xfe00..=0xfe0f,
        0xfeff..=0xfeff,
        0xffa0..=0xffa0,
        0xfff0..=0xfffb,
        0x1bca0..=0x1bca3,
        0x1d173..=0x1d17a,
        0xe0000..=0xe0007,
        0xe0100..=0xe0107,
        0xe0ff8..=0xe0fff,
    ];
    ranges.into_iter().flatten().filter_map(char::from_u32).collect()
}

/// Texts with every harmful character, each short enough for the name of a file.
fn texts() -> Vec<String> {
    every_harmful().chunks(24).map(|chars| chars.iter().flat_map(|char| [*char, 'x']).collect()).collect()
}

/// A text for TOML, which takes control characters as escapes only.
fn toml(text: &str) -> String {
    text.chars().map(|char| format!("\\U{:08x}", u32::from(char))).collect()
}

#[track_caller]
fn assert_none_raw(context: &str, text: &str) {
    let harmful = |char: &char| *char != '\n' && every_harmful().contains(char);
    if let Some(char) = text.chars().find(harmful) {
        panic!("{context} lets U+{:04X} through", u32::from(char));
    }
}

/// Runs the program, and says that neither output has anything harmful.
#[track_caller]
fn assert_run_is_safe(arguments: &[&str]) -> Run {
    let run = deframe(arguments.iter().copied());
    let command = arguments.iter().map(|word| word.escape_default().to_string()).collect::<Vec<_>>().join(" ");
    for text in [&run.stdout, &run.stderr] {
        assert_none_raw(&command, text);
    }
    run
}

#[test]
fn no_harmful_character_of_a_payload_comes_out_raw_anywhere() {
    let folder = Folder::new();
    let frames: Vec<Vec<u8>> = texts().iter().map(|text| star_frame(&text_field(1, text))).collect();
    let said: Vec<_> = frames.iter().map(|frame| (From::Client, &frame[..])).collect();
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    for options in ["--width 60", "--width 100", "--width 400", "--summary", "--no-schema --width 300"] {
        assert_run_is_safe(
            &[&["analyze", &path, "--limit", "0"], &options.split(' ').collect::<Vec<_>>()[..]].concat(),
        );
    }
    for format in ["json", "ndjson", "sd", "csv"] {
        for how in ["-q", "--no-wait", "--no-schema", "--profile star-network --no-schema --as 1=string"] {
            let how: Vec<&str> = how.split(' ').collect();
            let run = assert_run_is_safe(&[&["export", &path, "-f", format], &how[..]].concat());
            assert!(run.stdout.contains("\\u115fx") || how.len() == 1 || format == "sd", "{format}");
        }
    }
    assert_run_is_safe(&["streams", &path, "--follow", "1", "--as", "text"]);
    assert_run_is_safe(&["streams", &path, "--follow", "1"]);
    for frame in &frames {
        let hex = hex::encode(frame);
        for format in ["text", "tree", "compact", "json", "protoscope"] {
            assert_run_is_safe(&["decode", &hex, "-f", format]);
        }
        assert_run_is_safe(&["decode", &hex, "-f", "text", "--wire"]);
    }
}

#[test]
fn no_harmful_character_of_a_payload_that_is_no_protobuf_comes_out_raw_anywhere() {
    let folder = Folder::new();
    let framed = |payload: &[u8]| [&(payload.len() as u32).to_be_bytes()[..], payload].concat();
    let json = |text: &str| {
        let raw: String = text.chars().filter(|char| *char >= ' ').collect();
        framed(format!("{{\"{raw}\": [\"{raw}\"]}}").as_bytes())
    };
    let msgpack = |text: &str| framed(&[&[0x81, 0xd9, text.len() as u8][..], text.as_bytes(), &[1]].concat());
    for (kind, frames) in [
        ("json", texts().iter().map(|text| json(text)).collect::<Vec<_>>()),
        ("text", texts().iter().map(|text| framed(text.as_bytes())).collect()),
        ("msgpack", texts().iter().map(|text| msgpack(text)).collect()),
        ("opaque", texts().iter().map(|text| framed(text.as_bytes())).collect()),
    ] {
        let said: Vec<_> = frames.iter().map(|frame| (From::Client, &frame[..])).collect();
        let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:9000", &said)));
        let how = ["--frame", "u32be", "--payload", kind];
        for format in ["json", "ndjson", "sd", "csv"] {
            let run = assert_run_is_safe(&[&["export", &path, "-f", format], &how[..]].concat());
            assert!(run.stdout.contains("115fx") || kind != "json" || format == "sd", "{kind} {format}");
        }
        for width in ["60", "120", "400"] {
            assert_run_is_safe(&[&["analyze", &path, "--limit", "0", "--width", width], &how[..]].concat());
        }
    }
}

#[test]
fn no_harmful_character_of_a_profile_comes_out_raw_anywhere() {
    let folder = Folder::new();
    let frame = star_frame(&text_field(1, "heartbeat"));
    let said = [(From::Client, &frame[..])];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    for (index, text) in texts().iter().enumerate() {
        let escaped = toml(text);
        let profile = format!(
            "name = \"{escaped}\"\ndescription = \"{escaped}\"\nframe = \"star-network\"\nphases = [\"{escaped}\"]\n\
             [[rule]]\nlabel = \"{escaped}\"\nwhere = {{ \"1\" = \"heartbeat\" }}\n"
        );
        let file = folder.file("p.toml", profile);
        let checked = assert_run_is_safe(&["profiles", "check", &file]);
        if index == 0 {
            assert_eq!(checked.code, 0, "{}", checked.stderr);
        }
        let config = folder.path().join(format!("home{index}/deframe"));
        std::fs::create_dir_all(&config).unwrap();
        std::fs::copy(&file, config.join("own.toml")).unwrap();
        let list = command().arg("profiles").env("XDG_CONFIG_HOME", config.parent().unwrap()).output().unwrap();
        assert_none_raw("profiles", &String::from_utf8(list.stdout).unwrap());
        for format in ["json", "ndjson", "sd", "csv"] {
            assert_run_is_safe(&["export", &path, "-f", format, "--profile", &file]);
        }
        assert_run_is_safe(&["analyze", &path, "--profile", &file]);
        assert_run_is_safe(&["analyze", &path, "--profile", &file, "--label", "other"]);
        // What is raw in a file comes out as the escape that means the same.
        let raw: String = text.chars().filter(|char| !char.is_control()).collect();
        let own = folder.file("raw.toml", format!("# {raw}\nname = \"{raw}\"\nframe = \"u32be\"\n"));
        let shown = assert_run_is_safe(&["profiles", "show", &own]);
        let again = folder.file("again.toml", shown.stdout);
        let check = |file: &str| deframe(["profiles", "check", file]);
        assert_eq!((check(&own).code, check(&own).stdout), (0, check(&again).stdout), "it means the same");
        let broken = folder.file("broken.toml", format!("name = \"{escaped}\"\nframe = \"{escaped}\"\n"));
        assert_run_is_safe(&["profiles", "check", &broken]);
        let unknown = folder.file("unknown.toml", format!("\"{escaped}\" = 1\n# {raw}\n{raw}"));
        assert_run_is_safe(&["profiles", "check", &unknown]);
    }
}

#[test]
fn no_harmful_character_of_a_name_or_a_word_comes_out_raw_anywhere() {
    let folder = Folder::new();
    let frame = star_frame(&text_field(1, "heartbeat"));
    let capture = pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &[(From::Client, &frame[..])]));
    for text in texts() {
        let text = text.replace(['\0', '/'], "");
        let path = folder.file(&format!("{text}.pcap"), &capture[..capture.len() - 3]);
        assert_run_is_safe(&["analyze", &path]);
        for format in ["json", "ndjson", "sd", "csv"] {
            assert_run_is_safe(&["export", &path, "-f", format]);
        }
        assert_run_is_safe(&["streams", &path]);
        assert_run_is_safe(&["decode", &format!("@{path}")]);
        assert_run_is_safe(&["analyze", &path, "-o", &path]);
        for arguments in [
            ["analyze", &text, "--summary", "-q"],
            ["analyze", &path, "--frame", &text],
            ["analyze", &path, "--profile", &text],
            ["analyze", &path, "--label", &text],
            ["analyze", &path, "--host", &text],
            ["analyze", &path, "--where", &text],
            ["export", &path, "--where", &format!("{text}=1")],
            ["export", &path, "--filter", &text],
            ["export", &path, "-o", &format!("/nowhere/{text}")],
            ["export", &path, "--format", &text],
            ["streams", &path, "--dump", &path],
            ["decode", &text, "-f", "tree"],
        ] {
            assert_run_is_safe(&arguments);
        }
        let unknown = assert_run_is_safe(&[&format!("--{text}")]);
        assert_eq!(unknown.code, 2);
        let schema = format!("/nowhere/{text}.proto");
        let error = assert_run_is_safe(&["analyze", &path, "--frame", "u32be", "--schema", &schema]);
        assert_eq!(error.code, 1);
        assert!(deframe(["analyze", &text, "--summary"]).stderr.starts_with("error: cannot read "));
    }
}

#[test]
fn a_line_end_in_a_name_begins_no_line_of_an_error() {
    let error = deframe(["analyze", "a\nhint: give all your money"]).failure(1);
    assert!(error.starts_with("error: cannot read a\\u{a}hint: give all"), "{error}");
}
