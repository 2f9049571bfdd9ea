//! What payloads are that are no protobuf: found out, or said by options, profiles and rules.

use super::captures::{From, connection, pcap};
use super::run::{Folder, deframe, line, section};
use serde_json::{Value, json};

/// A capture of messages from a client to port 7000, each with a length of four bytes before it.
fn capture(folder: &Folder, payloads: &[Vec<u8>]) -> String {
    let frame = |payload: &Vec<u8>| [&(payload.len() as u32).to_be_bytes()[..], payload].concat();
    let frames: Vec<Vec<u8>> = payloads.iter().map(frame).collect();
    let said: Vec<_> = frames.iter().map(|frame| (From::Client, &frame[..])).collect();
    folder.file("made.pcap", pcap(&connection("10.0.0.1:50000", "10.0.0.2:7000", &said)))
}

fn messages(arguments: &[&str]) -> Vec<Value> {
    let text = deframe([&["export", "-f", "ndjson"], arguments].concat()).quiet();
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["record"] == "message").collect()
}

fn kinds(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["payload_kind"].as_str().unwrap()).collect()
}

fn findings(messages: &[Value]) -> Vec<usize> {
    let has_findings = |message: &Value| message.get("findings").is_some();
    (0..messages.len()).filter(|index| has_findings(&messages[*index])).collect()
}

fn framed<'a>(path: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[path, "--frame", "u32be", "--port", "7000"], more].concat()
}

#[test]
fn a_payload_that_stops_being_protobuf_in_the_middle_of_a_capture_is_a_finding() {
    let folder = Folder::new();
    let mut payloads: Vec<Vec<u8>> = (0..40).map(|index| vec![8, index, 0x12, 2, b'h', b'i']).collect();
    payloads[20] = b"\xff\xff\xff\xff".to_vec();
    payloads[21] = b"{\"error\":1}".to_vec();
    let path = capture(&folder, &payloads);
    for more in [&[][..], &["--no-wait"]] {
        let told = messages(&framed(&path, more));
        assert_eq!(kinds(&told), ["protobuf"; 40]);
        assert_eq!(findings(&told), [20, 21]);
    }
    // A report that reads no payload that it need not says the same.
    let report = deframe([&["analyze", "--summary"], &framed(&path, &[])[..]].concat()).quiet();
    assert_eq!(section(&report, "Findings").matches("payload ").count(), 2, "{report}");
}

#[test]
fn opaque_payloads_have_no_finding_each_and_their_kind_is_told_once() {
    for name in ["modbus", "mysql", "s7"] {
        let (path, profile) = (format!("tests/captures/{name}.pcap"), format!("tests/captures/{name}.toml"));
        let report = deframe(["analyze", &path, "--profile", &profile]).quiet();
        assert!(!section(&report, "Findings").contains("payload"), "{report}");
        assert_eq!(section(&report, "Types").matches("opaque").count(), 2, "{report}");
    }
}

#[test]
fn the_first_of_many_texts_is_text_and_a_few_say_how_sure_it_is() {
    let folder = Folder::new();
    let words = ["on", "off", "standby", "restart now", "all systems go", "nothing to report"];
    let path = capture(&folder, &words.map(|word| word.as_bytes().to_vec()));
    let told = messages(&framed(&path, &[]));
    assert_eq!(kinds(&told), ["text"; 6]);
    assert_eq!((&told[0]["text"], told[0].get("payload_confidence")), (&json!("on"), None));
    // Learned as messages come, the first is a guess that says so.
    let told = messages(&framed(&path, &["--no-wait"]));
    let confidence = |index: usize| told[index].get("payload_confidence").and_then(Value::as_f64);
    assert!(confidence(0).is_some_and(|confidence| confidence < 0.99) && confidence(5).is_none(), "{told:?}");
}

#[test]
fn empty_payloads_say_nothing() {
    let folder = Folder::new();
    let path = capture(&folder, &[vec![], vec![]]);
    let told = messages(&framed(&path, &[]));
    assert!(told.iter().all(|message| message["payload_kind"].is_null() && message["fields"] == json!({})), "{told:?}");
}

#[test]
fn json_is_in_the_record_digit_by_digit() {
    let folder = Folder::new();
    let sent = r#"{"id": 12345678901234567890123, "price": 1.10, "id": 1E2}"#;
    let path = capture(&folder, &[sent.into(), b"[]".to_vec(), b"{\n\"a\": 1}".to_vec()]);
    let text = deframe([&["export", "-f", "ndjson"], &framed(&path, &[])[..]].concat()).quiet();
    assert!(text.contains(&format!("\"payload_kind\":\"json\",\"json\":{sent}}}")), "{text}");
    assert!(text.contains(r#""json":{"a":1},"text":"{\n\"a\": 1}"}"#), "{text}");
}

#[test]
fn what_is_said_goes_before_what_was_found_out() {
    let folder = Folder::new();
    let path = capture(&folder, &[b"\x08\x01".to_vec(), b"{\"a\":1}".to_vec(), b"hello".to_vec()]);
    let told = messages(&framed(&path, &["--payload", "opaque"]));
    assert_eq!((kinds(&told), findings(&told)), (vec!["opaque"; 3], vec![]));
    let told = messages(&framed(&path, &["--payload", "json"]));
    assert_eq!((kinds(&told), findings(&told)), (vec!["opaque", "json", "opaque"], vec![0, 2]));
    assert_eq!(told[0]["findings"][0]["text"], "the payload is said to be a JSON object or array and is not");
    let told = messages(&framed(&path, &["--payload", "protobuf"]));
    assert_eq!((kinds(&told), findings(&told)), (vec!["protobuf"; 3], vec![1, 2]));
    let profile = folder.file(
        "made.toml",
        "name = \"made\"\nports = [7000]\nframe = \"u32be\"\npayload = \"text\"\n\
         [[rule]]\nlabel = \"Number\"\nwhere = { 1 = true }\npayload = \"protobuf\"\n",
    );
    let told = messages(&[&path, "--profile", &profile]);
    assert_eq!((kinds(&told), findings(&told)), (vec!["protobuf", "text", "text"], vec![]));
}

#[test]
fn what_is_no_kind_or_contradicts_is_refused() {
    let folder = Folder::new();
    let path = capture(&folder, &[vec![8, 1]]);
    let wrong = deframe(["analyze", &path, "--frame", "u32be", "--payload", "xml"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("protobuf, json, text, msgpack, opaque"), "{}", wrong.stderr);
    let profile = |more: &str| folder.file("wrong.toml", format!("name = \"wrong\"\nframe = \"u32be\"\n{more}\n"));
    let wrong = line(&format!("analyze {path} --profile {}", profile("payload = \"xml\"")));
    assert!(wrong.code == 1 && wrong.stderr.contains("`xml` is no kind of payload"), "{}", wrong.stderr);
    let typed = "schema = [\"a.proto\"]\n[[rule]]\nlabel = \"A\"\nmessage = \"A\"\npayload = \"json\"";
    folder.file("a.proto", "syntax = \"proto3\"; message A { int32 a = 1; }");
    let wrong = line(&format!("analyze {path} --profile {}", profile(typed)));
    assert!(wrong.stderr.contains("payloads with a message type are protobuf, not json"), "{}", wrong.stderr);
}

#[test]
fn conditions_on_fields_are_met_by_no_other_payload() {
    let (path, profile) = ("tests/captures/modbus.pcap", "tests/captures/modbus.toml");
    let none = deframe(["export", "-f", "ndjson", path, "--profile", profile, "--where", "1"]).stdout;
    assert!(!none.contains("\"message\""), "{none}");
    assert_eq!(messages(&[path, "--profile", profile, "--where", "!1"]).len(), 250);
}

#[test]
fn captures_read_the_same_from_a_pipe_and_on_any_number_of_threads() {
    for name in ["memcached", "postgres", "tarantool", "zabbix_json", "zerorpc"] {
        let (path, profile) = (format!("tests/captures/{name}.pcap"), format!("tests/captures/{name}.toml"));
        let export = |threads: &str| {
            deframe(["export", &path, "--profile", &profile, "-f", "ndjson", "--threads", threads]).quiet()
        };
        assert_eq!(export("1"), export("4"), "{name}");
        let bytes = std::fs::read(&path).unwrap();
        let piped = super::run::deframe_with(&bytes, &["export", "-", "--profile", &profile, "-f", "ndjson"]).quiet();
        let behind = |text: &str| text.lines().skip(1).filter(|line| !line.contains("\"summary\"")).collect::<String>();
        assert_eq!(behind(&piped), behind(&export("1")), "{name}");
    }
}
