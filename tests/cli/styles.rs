//! `--defaults` and `--proto-names`.

use super::run::{Folder, deframe, words};

/// A message whose fields are not all there, in a frame.
const SCHEMA: &str =
    "syntax = \"proto3\"; message Ask { string user_name = 1; int32 retry_count = 2; repeated Ask more_asks = 3;
    optional bool is_told = 4; }";
const FRAME: &str = "04000000 0a026d65";

fn decode(options: &str) -> String {
    let folder = Folder::new();
    let schema = folder.file("ask.proto", SCHEMA);
    let arguments = ["decode", FRAME, "--frame", "u32le", "--schema", &schema, "--message", "Ask"];
    let options = words(options);
    deframe(arguments.into_iter().map(str::to_owned).chain(options)).quiet()
}

fn message(options: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(&decode(options)).unwrap();
    report["protobuf_analysis"]["message"].to_string()
}

#[test]
fn a_message_is_shown_with_its_defaults_and_its_own_names() {
    assert_eq!(message("-f json"), r#"{"userName":"me"}"#);
    assert_eq!(message("-f json --defaults"), r#"{"userName":"me","retryCount":0,"moreAsks":[]}"#);
    assert_eq!(message("-f json --proto-names"), r#"{"user_name":"me"}"#);
    assert_eq!(decode("-f compact"), "user_name:\"me\"\n");
    assert_eq!(decode("-f compact --defaults"), "user_name:\"me\" retry_count:0 more_asks:[]\n");
}

#[test]
fn formats_of_bytes_refuse_them() {
    for format in ["text", "tree", "protoscope"] {
        let error = deframe(["decode", FRAME, "--defaults", "-f", format]).failure(2);
        assert!(error.contains("hint: give it with --format json or compact"), "{error}");
    }
}

#[test]
fn reports_of_captures_show_them() {
    let run = |line: &str| deframe(words(line)).quiet();
    let setup = "samples/star_network.pcap --connection 1 --label 'region setup' --direction server";
    for format in ["ndjson", "json", "csv"] {
        let message = |options: &str| run(&format!("export {setup} -f {format} {options}")).replace("\"\"", "\"");
        let (plain, styled) = (message(""), message("--defaults --proto-names"));
        assert!(plain.contains(r#""port":5678,"protocols":["#), "{plain}");
        assert!(styled.contains(r#""port":5678,"ssl_enabled":false,"protocols":["#), "{styled}");
    }
    let table = |options: &str| run(&format!("analyze {setup} --width 500 {options}"));
    assert!(!table("--proto-names").contains("ssl_enabled:false"));
    assert!(table("--defaults").contains("ssl_enabled:false"), "{}", table("--defaults"));
}
