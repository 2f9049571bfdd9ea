//! What cannot be done: one clear error on stderr, nothing on stdout, the right exit code.

use super::run::{Folder, command, deframe, finish, line, sample, words};

const LINES: [(&str, i32, &[&str]); 24] = [
    ("export samples/kv.pcap -o -", 2, &["invalid value '-' for '--output <FILE>': expected the name of a file"]),
    ("analyze nowhere.pcap", 1, &["error: cannot read nowhere.pcap", "caused by: there is no such file"]),
    ("analyze no/where.pcap", 1, &["there is no such file", "hint: the folder no does not exist"]),
    ("analyze samples", 1, &["caused by: it is a folder", "hint: name the captures in it, for example samples/*.pcap"]),
    ("analyze samples/kv.proto", 1, &["caused by: it starts with 2f 2f 20 41", "hint: this looks like text"]),
    (
        "analyze samples/kv.pcap --frame 'len:u33le payload'",
        1,
        &[
            "error: the layout of --frame is not valid\ncaused by:\n  len:u33le payload\n      ^^^^^ expected a number type",
        ],
    ),
    ("analyze samples/kv.pcap --frame riakk", 1, &["\n  riakk\n  ^^^^^ expected", "did you mean `riak`?"]),
    ("analyze samples/kv.pcap --frame u32be --schema nowhere.proto", 1, &["there is no schema at nowhere.proto"]),
    (
        "analyze samples/kv.pcap --frame riak --schema samples/kv.proto --message GetRequset",
        1,
        &["the schema has no message type `GetRequset`", "hint: the nearest names are kv.GetRequest"],
    ),
    (
        "analyze samples/kv.pcap --frame riak --message GetRequest",
        1,
        &["there is no schema", "hint: give a schema with --schema"],
    ),
    (
        "analyze samples/kv.pcap --profile star-netwrk",
        1,
        &["there is no profile `star-netwrk`", "hint: give one of star-network"],
    ),
    (
        "analyze samples/kv.pcap --profile nowhere.toml",
        1,
        &["cannot read the profile nowhere.toml", "caused by: ", "hint: "],
    ),
    ("profiles check nowhere", 1, &["there is no profile `nowhere`"]),
    (
        "analyze samples/kv.pcap --schema samples/kv.proto",
        2,
        &["need a layout", "hint: say how the frames look with --frame"],
    ),
    ("analyze samples/kv.pcap --message GetRequest", 2, &["need a layout"]),
    (
        "analyze samples/kv.pcap --host localhost",
        2,
        &["invalid value 'localhost' for '--host <ADDRESS>'", "10.0.0.0/8"],
    ),
    ("analyze samples/kv.pcap --host 10.0.0.0/33", 2, &["leading bits after the slash, from 0 to 32"]),
    ("streams samples/kv.pcap --from noon", 2, &["invalid value 'noon' for '--from <TIME>'", "11:03:24.5"]),
    ("export samples/kv.pcap --from +2 --to +1", 2, &["error: --from is later than --to", "hint: give a date too"]),
    ("analyze", 2, &["<CAPTURE>...", "Usage: deframe analyze"]),
    ("analyze samples/kv.pcap --width 20", 2, &["invalid value '20' for '--width <COLUMNS>'"]),
    ("analyze samples/kv.pcap --direction up", 2, &["invalid value 'up'", "client, server"]),
    ("analyze samples/kv.pcap --no-schema --schema samples/kv.proto", 2, &["cannot be used with"]),
    ("listen", 2, &["unrecognized subcommand 'listen'"]),
];

#[test]
fn each_mistake_has_one_clear_error() {
    for (arguments, code, parts) in LINES {
        let error = line(arguments).failure(code);
        for part in parts {
            assert!(error.contains(part), "{arguments}: {part:?} is not in\n{error}");
        }
    }
}

#[test]
fn no_command_at_all_shows_what_there_is() {
    let run = deframe::<&str>([]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("Usage: deframe <COMMAND>"), "{}", run.stderr);
}

#[test]
fn what_is_not_a_capture_is_told_by_its_first_bytes() {
    let folder = Folder::new();
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(4096, 0);
    for (name, content, parts) in [
        ("empty", &b""[..], ["it has no bytes", "hint: the capturing program may not have written it"]),
        ("text", b"hello world", ["it starts with 68 65 6c 6c", "hint: this looks like text"]),
        ("json", b"{\"a\": 1}\n", ["it starts with 7b 22", "hint: this looks like JSON"]),
        ("elf", &elf, ["it starts with 7f 45 4c 46", "hint: only pcap and pcapng are read"]),
    ] {
        let path = folder.file(name, content);
        for command in ["analyze", "export", "streams"] {
            let error = deframe([command, &path]).failure(1);
            assert!(error.starts_with(&format!("error: cannot read {path}\n")), "{error}");
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}

#[test]
fn a_schema_that_does_not_compile_is_told_with_file_line_and_column() {
    let folder = Folder::new();
    let schema = folder.file("bad.proto", "syntax = \"proto3\";\nmessage A {\n  string x = 1 y\n}\n");
    let capture = folder.file("kv.pcap", sample("kv.pcap"));
    let error = deframe(["analyze", &capture, "--frame", "riak", "--schema", &schema]).failure(1);
    assert!(error.contains("bad.proto: bad.proto:3:16: expected ';' or '[', but found 'y'"), "{error}");
}

#[test]
fn an_edition_that_is_not_known_is_refused_with_a_way_out() {
    let folder = Folder::new();
    let schema = folder.file("new.proto", "edition = \"2029\";\nmessage New {}\n");
    let error = deframe(["decode", "0801", "--schema", &schema]).failure(1);
    assert!(error.contains("edition '2029' is not known, only 2023 and 2024 are"), "{error}");
    assert!(error.contains("hint: give it as a descriptor set: `protoc --include_imports"), "{error}");
}

#[test]
fn a_missing_import_is_a_warning_and_costs_the_fields_that_need_it() {
    let folder = Folder::new();
    folder
        .file("a.proto", "syntax = \"proto3\";\nimport \"nope.proto\";\nmessage A { nope.B b = 1; int32 own = 2; }\n");
    let arguments = ["decode", "0a020805100a", "--schema", "a.proto", "--message", "A", "-f", "json"];
    let run = finish(command().current_dir(folder.path()).args(arguments));
    let expected = "warning: a.proto does without the import nope.proto; read without schema: A.b\n\
        hint: give the folder that the import is relative to (--include FOLDER; in a profile `include`)\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, expected));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["protobuf_analysis"]["message"].to_string(), r#"{"own":10,"1":{"1":5}}"#);
}

#[test]
fn schemas_that_differ_are_an_error_that_names_both() {
    let folder = Folder::new();
    folder.file("one.proto", "syntax = \"proto3\"; message A { int32 x = 1; }");
    folder.file("two.proto", "syntax = \"proto3\"; message A { bool x = 1; }");
    let arguments = ["decode", "0801", "--schema", "one.proto", "--schema", "two.proto"];
    let error = finish(command().current_dir(folder.path()).args(arguments)).failure(1);
    assert!(error.contains("A is defined differently in one.proto and in two.proto"), "{error}");
}

#[test]
fn an_include_folder_finds_the_import() {
    let folder = Folder::new();
    let schema = folder.file("a/main.proto", "syntax = \"proto3\"; import \"other.proto\"; message A { B b = 1; }");
    folder.file("b/other.proto", "syntax = \"proto3\"; message B { string text = 1; }");
    let include = folder.path().join("b");
    let run = deframe([
        "decode",
        "0a030a0178",
        "--schema",
        &schema,
        "--include",
        include.to_str().unwrap(),
        "--message",
        "A",
    ]);
    assert!(run.quiet().contains("1 text"));
}

#[test]
fn a_broken_profile_is_told_with_line_and_column() {
    let folder = Folder::new();
    for (name, content, parts) in [
        ("toml", "name = \"x\"\nframe = \"u32be\"\nports = [1\n[[rule]]\n", ["line 4, column 1", "hint: "]),
        (
            "key",
            "name = \"x\"\nframe = \"u32be\"\nfoo = 1\n",
            ["line 3, column 1", "unknown field `foo`, expected one of `name`"],
        ),
        ("layout", "name = \"x\"\nframe = \"len:u33le payload\"\n", ["\n      ^^^^^ expected a number type", "hint: "]),
        (
            "rule",
            "name = \"x\"\nframe = \"u32be\"\n[[rule]]\nlabel = \"up\"\ndirection = \"up\"\n",
            ["rule `up`: direction `up` is neither `client->server`", "nor `server->client`"],
        ),
        (
            "type",
            "name = \"x\"\nframe = \"u32be\"\nschema = [\"s.proto\"]\nmessage = \"Thing\"\n",
            ["the schema has no message type `Thing`", "Things"],
        ),
    ] {
        folder.file("s.proto", "syntax = \"proto3\"; message Things {}");
        let path = folder.file(&format!("{name}.toml"), content);
        for arguments in [&["profiles", "check", &path][..], &["analyze", "samples/kv.pcap", "--profile", &path]] {
            let error = deframe(arguments).failure(1);
            assert!(error.contains(&path), "{error}");
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}

#[test]
fn an_output_that_cannot_be_written_is_told_with_its_cause() {
    let folder = Folder::new();
    let missing = folder.path().join("no/out.txt").to_str().unwrap().to_owned();
    let commands = ["analyze samples/kv.pcap", "export samples/kv.pcap", "streams samples/kv.pcap", "decode 0800"];
    for command in commands {
        for (place, parts) in [
            (missing.as_str(), ["No such file or directory", "hint: the folder does not exist"]),
            (folder.path().to_str().unwrap(), ["Is a directory", "hint: it is a folder: give a file in it"]),
            ("/dev/full", ["No space left on device", "hint: make room there"]),
        ] {
            let arguments = words(command).into_iter().chain(["-o".to_owned(), place.to_owned()]);
            let error = deframe(arguments).failure(1);
            assert!(error.starts_with(&format!("error: cannot write to {place}\n")), "{command}: {error}");
            assert!(parts.iter().all(|part| error.contains(part)), "{command}: {error}");
        }
    }
}

#[test]
fn a_full_disk_behind_standard_output_is_an_error_too() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for line in ["analyze samples/kv.pcap", "export samples/kv.pcap -f sd", "profiles", "man", "completions bash"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deframe"));
        command.env_clear().current_dir(env!("CARGO_MANIFEST_DIR")).args(words(line));
        let output = command.stdout(full()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {error}");
        assert!(error.contains("error: cannot write to standard output\ncaused by: No space left"), "{line}: {error}");
    }
}

#[test]
fn a_capture_is_not_overwritten_by_its_own_report() {
    let folder = Folder::new();
    let path = folder.file("kv.pcap", sample("kv.pcap"));
    for command in ["analyze", "export", "streams"] {
        let error = deframe([command, &path, "-o", &path]).failure(1);
        assert!(error.contains("would overwrite the capture"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), sample("kv.pcap"));
}

#[test]
fn an_output_file_gets_what_standard_output_would() {
    let folder = Folder::new();
    let path = folder.path().join("out").to_str().unwrap().to_owned();
    for command in ["analyze samples/star_network.pcap", "export samples/star_network.pcap -f sd", "decode 0800"] {
        let arguments = words(command).into_iter().chain(["-o".to_owned(), path.clone()]);
        assert_eq!(deframe(arguments).quiet(), "");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), line(command).quiet());
    }
}

#[cfg(not(feature = "live"))]
#[test]
fn without_libpcap_live_capture_says_how_to_get_it() {
    for command in ["sniff", "interfaces"] {
        let said = deframe([command]).failure(2);
        assert!(said.contains("error: this deframe was built without live capture"), "{said}");
        assert!(said.contains("hint: build it with libpcap (Debian: libpcap-dev) and the feature `live`"), "{said}");
    }
}
