//! `deframe decode`: every way to write bytes, and what is said about them.

use super::run::{Folder, Run, assert_fits, deframe, deframe_with};
use base64::Engine as _;
use insta::assert_snapshot;
use serde_json::Value;

/// A service discovery of `samples/star_network.pcap`.
const DISCOVERY: &str = "55000000efbeadde0a13646966662e736572766963652e6f6e6c696e65123c0a185374617220436974697a656e2047616d\
                         6520436c69656e74120973635f636c69656e741a1508ac8dd3df8dcbe6c0fc0110cec2f1d184d2a68c7f1800";

/// A heartbeat and its answer.
const HEARTBEAT: &str = "34000000efbeadde0a0968656172746265617412250a23080010ffffffffffffffffff0118ffffffffffffffffff0120\
                         ffffffffffffffffff011800";
const ANSWER: &str = "37000000efbeadde0a0d6865617274626561745f61636b10c0aab397a0341a1b73657373696f6e5f31373935333435343034\
                      5f64343030636234372001281e";

fn decode(arguments: &[&str]) -> Run {
    deframe([&["decode"], arguments].concat())
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn json(run: Run) -> Vec<Value> {
    let text = run.quiet();
    serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect()
}

#[test]
fn all_ways_to_write_the_same_bytes_give_the_same_report() {
    let folder = Folder::new();
    let pairs: Vec<&str> = (0..DISCOVERY.len() / 2).map(|at| &DISCOVERY[2 * at..2 * at + 2]).collect();
    let (spaced, colons) = (pairs.join(" "), pairs.join(":"));
    let listed = pairs.iter().map(|pair| format!("0x{pair}")).collect::<Vec<_>>().join(", ");
    let base64 = base64::engine::general_purpose::STANDARD.encode(bytes(DISCOVERY));
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes(DISCOVERY));
    let upper = DISCOVERY.to_uppercase();
    let binary_file = format!("@{}", folder.file("frame.bin", bytes(DISCOVERY)));
    let hex_file = format!("@{}", folder.file("frame.hex", format!("{spaced}\n")));
    let prefixed = format!("0x{DISCOVERY}");
    let (start, end) = DISCOVERY.split_at(21);

    let expected = decode(&[DISCOVERY]).quiet();
    let texts = [&upper, &spaced, &colons, &listed, &base64, &url, &binary_file, &hex_file, &prefixed];
    for text in texts {
        assert_eq!(decode(&[text]).quiet(), expected, "{text}");
    }
    assert_eq!(decode(&[start, end]).quiet(), expected, "several arguments");
    assert_eq!(decode(&pairs).quiet(), expected, "an argument each byte");
    assert_eq!(deframe_with(&bytes(DISCOVERY), &["decode", "-"]).quiet(), expected, "binary stdin");
    assert_eq!(deframe_with(spaced.as_bytes(), &["decode", "-"]).quiet(), expected, "text stdin");
    assert_eq!(deframe_with(base64.as_bytes(), &["decode", "-"]).quiet(), expected, "base64 stdin");
}

#[test]
fn a_frame_is_annotated_field_by_field() {
    for width in [80, 160] {
        let width_text = width.to_string();
        for (name, frame) in [("discovery", DISCOVERY), ("heartbeat", HEARTBEAT), ("answer", ANSWER)] {
            let report = decode(&["--width", &width_text, frame]).quiet();
            assert_fits(&report, width);
            assert_snapshot!(format!("decode-{name}-{width}"), report);
        }
    }
}

#[test]
fn a_bare_payload_gets_its_label_from_the_rules_and_an_answer_from_its_shape() {
    let report = decode(&[&DISCOVERY[16..]]).quiet();
    assert!(
        report.starts_with("85 bytes: a payload without header of star-network\nlabel  Service Discovery, "),
        "{report}"
    );
    assert!(report.contains("(by rule)"), "{report}");
    let report = decode(&[&ANSWER[16..]]).quiet();
    assert!(
        report.contains("label  Heartbeat, server->client\ntype   star_network.HeartbeatResponse (by shape)"),
        "{report}"
    );
}

#[test]
fn frames_one_after_the_other_are_a_conversation() {
    let frames = json(decode(&["-f", "json", HEARTBEAT, ANSWER]));
    let told: Vec<_> = frames.iter().map(|frame| (frame["offset"].as_u64(), frame["label"].as_str())).collect();
    assert_eq!(told, [(Some(0), Some("Heartbeat")), (Some(60), Some("Heartbeat"))]);
    assert_eq!(frames[1]["protobuf_analysis"]["type_source"], "answer");
}

#[test]
fn a_frame_that_is_cut_short_shows_the_fields_that_are_there() {
    let report = decode(&[&DISCOVERY[..100]]).quiet();
    assert!(report.contains("finding: the header says 93 bytes, there are 50\n"), "{report}");
    assert!(report.contains("\"diff.service.online\""), "{report}");
    assert!(report.contains("finding: byte 30: the value runs past the end of its message"), "{report}");
}

#[test]
fn bytes_behind_the_last_frame_are_told_apart() {
    let report = decode(&[HEARTBEAT, "aabbcc"]).quiet();
    assert!(
        report.contains("\n3 bytes at offset 60: a payload without header\nfinding: these bytes follow a frame"),
        "{report}"
    );
}

#[test]
fn what_is_not_protobuf_is_said_not_to_be_and_belongs_to_no_profile() {
    let report = decode(&["ffffffffffffffff0011"]).quiet();
    assert!(report.starts_with("10 bytes: a payload without header\nlabel  none: no rule names it\n"), "{report}");
    assert!(report.contains("not protobuf"), "{report}");
    assert!(report.contains("finding: byte 0: "), "{report}");
}

#[test]
fn dumps_with_offsets_are_the_bytes_in_their_middle() {
    let expected = decode(&[HEARTBEAT]).quiet();
    let line = |(number, bytes): (usize, &[u8])| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{:04x}   {:<47}   {}\n", number * 16, digits.join(" "), ".".repeat(bytes.len()))
    };
    let dump: String = bytes(HEARTBEAT).chunks(16).enumerate().map(line).collect();
    assert_eq!(deframe_with(dump.as_bytes(), &["decode", "-"]).quiet(), expected);
}

#[test]
fn malformed_bytes_are_refused_with_their_place() {
    for (text, parts) in [
        ("54 00 0g ef be ad de", &["`g` at position 8 is not a hexadecimal digit", "near `54 00 0g ef be ad`"][..]),
        ("54000", &["5 hexadecimal digits before position 6 do not make whole bytes", "hint: two digits make a byte"]),
        ("", &["there are no bytes to decode", "hint: give hex, base64, @FILE"]),
        ("  ", &["there are no bytes to decode"]),
        ("@nowhere", &["cannot read nowhere", "caused by: No such file"]),
        ("@samples/kv.pcap", &["is a pcap capture, not a frame", "hint: deframe analyze samples/kv.pcap"]),
        ("Cargo.toml", &["hint: to read a file, give @Cargo.toml"]),
    ] {
        let error = decode(&[text]).failure(1);
        assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
    }
    let error = decode(&["--encoding", "base64", "!!!!"]).failure(1);
    assert!(error.contains("the text is not base64"), "{error}");
    deframe_with(b"", &["decode", "-"]).failure(1);
}

#[test]
fn without_its_schema_a_frame_is_read_by_its_bytes() {
    let report = decode(&["--no-schema", HEARTBEAT]).quiet();
    assert!(report.contains("label  Heartbeat"), "{report}");
    assert!(report.contains("type   unknown, read by its bytes alone"), "{report}");
    assert!(report.contains("\"heartbeat\""), "{report}");
    assert!(!report.contains("HeartbeatRequest"), "{report}");
}

#[test]
fn a_schema_alone_reads_a_payload() {
    let payload = "0a076e6f7274682f301000";
    let schema = ["--schema", "samples/kv.proto"];
    let report = decode(&[&schema[..], &["--message", "GetRequest", payload]].concat()).quiet();
    assert!(report.contains("type   kv.GetRequest (by option)"), "{report}");
    assert!(report.contains("1 key"), "{report}");
    let error = decode(&["--message", "GetRequest", payload]).failure(2);
    assert!(error.contains("error: --message needs a schema\nhint: give a schema with --schema"), "{error}");
    let error = decode(&[&schema[..], &["--message", "GetReq", payload]].concat()).failure(1);
    assert!(error.contains("hint: the nearest names are kv.GetRequest, kv.GetResponse"), "{error}");
}

#[test]
fn another_protocols_frame_is_decoded_by_its_profile() {
    let report = decode(&["--profile", "samples/kv.toml", "0000000c09", "0a076e6f7274682f301000"]).quiet();
    assert!(report.contains("label  Get, client->server\ntype   kv.GetRequest (by rule)"), "{report}");
    assert!(report.contains("code   9 (0x9)"), "{report}");
    let report = decode(&["--profile", "samples/kv.toml", "0000000101"]).quiet();
    assert!(report.contains("label  Ping, client->server\ntype   none: there is no payload"), "{report}");
    assert!(!report.contains("not protobuf"), "{report}");
}

#[test]
fn long_values_are_cut_and_the_dump_has_every_byte() {
    let text = "x".repeat(5000);
    let mut payload = vec![0x0a, 0x88, 0x27];
    payload.extend(text.as_bytes());
    let folder = Folder::new();
    let file = format!("@{}", folder.file("long.bin", &payload));
    for width in [60, 80, 160] {
        let report = decode(&["--width", &width.to_string(), &file]).quiet();
        assert_fits(&report, width);
        let (fields, dump) = report.split_once("\nBytes\n").unwrap();
        assert!(fields.contains('…'), "{fields}");
        assert!(fields.lines().count() < 20, "{fields}");
        let digits = dump.lines().flat_map(|line| line[6..].split("  ").take(2).flat_map(str::split_whitespace));
        let dumped: usize =
            digits.filter(|word| word.len() == 2 && word.chars().all(|c| c.is_ascii_hexdigit())).count();
        assert!(dumped >= payload.len(), "{dumped}");
        assert!(dump.lines().last().unwrap().starts_with("138"), "{dump}");
    }
}

#[test]
fn the_tree_shows_names_and_values_and_with_wire_every_reading() {
    assert_snapshot!("decode_tree", decode(&["-f", "tree", DISCOVERY]).quiet());
    for width in ["80", "160"] {
        let tree = decode(&["-f", "tree", "--wire", "--width", width, &DISCOVERY[16..]]).quiet();
        assert_fits(&tree, width.parse().unwrap());
        assert_snapshot!(format!("decode_wire_{width}"), tree);
        let text = decode(&["--wire", "--width", width, DISCOVERY]).quiet();
        assert_fits(&text, width.parse().unwrap());
        assert!(text.contains("Header: len:u32le") && text.contains("    2.3.1 high, bytes 70..81, varint"), "{text}");
    }
}

#[test]
fn the_compact_form_is_one_line_for_each_frame() {
    let text = decode(&["-f", "compact", HEARTBEAT, ANSWER]).quiet();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.starts_with("name:\"heartbeat\" body:{"), "{text}");
}

#[test]
fn json_has_all_readings_where_they_are_asked_for() {
    let objects = json(decode(&["-f", "json", "--wire", "080112026162"]));
    let readings = &objects[0]["protobuf_analysis"]["wire"][1]["readings"];
    assert_eq!(readings[0]["type"], "string");
    assert_eq!(readings[0]["bits"], 11.0);
    assert_eq!(readings[0]["reason"], "UTF-8, 2 characters");
    let without = json(decode(&["-f", "json", "080112026162"]));
    assert_eq!(without[0]["protobuf_analysis"]["wire"][1].get("readings"), None);
}

#[test]
fn forms_that_show_one_reading_refuse_to_show_all() {
    for format in ["compact", "protoscope"] {
        let error = decode(&["-f", format, "--wire", "0801"]).failure(2);
        assert!(error.contains("--format text, tree or json"), "{error}");
    }
}

#[test]
fn json_is_valid_and_whole() {
    let [frame] = &json(decode(&["-f", "json", DISCOVERY]))[..] else { panic!("one frame") };
    assert_eq!(frame["hex_data"], DISCOVERY);
    assert_eq!(frame["protobuf_analysis"]["message"]["name"], "diff.service.online");
    assert_eq!(frame["response"]["response_type"], "star_network.ServiceDiscoveryResponse");
    let offsets = frame["protobuf_analysis"]["wire"].as_array().unwrap().iter();
    let offsets: Vec<u64> = offsets.map(|field| field["offset"].as_u64().unwrap()).collect();
    assert_eq!(offsets, [8, 29, 31, 57, 68, 70, 81, 91]);
}

#[test]
fn a_payload_that_is_said_to_be_something_else_than_protobuf_is_shown_as_that() {
    let shown = |hex: &str, kind: &str| json(decode(&["-f", "json", "--payload", kind, hex])).remove(0);
    let report = shown("7b2261223a312e35307d", "json");
    assert_eq!((&report["payload_kind"], report["json"].to_string()), (&"json".into(), r#"{"a":1.5}"#.to_owned()));
    assert_eq!(report.get("protobuf_analysis"), None);
    assert_eq!(shown("6869", "text")["text"], "hi");
    assert_eq!(shown("81a16101", "msgpack")["msgpack"]["a"], 1);
    assert_eq!(shown("0807", "opaque")["bytes"]["hex"], "0807");
    assert_eq!(shown("0807", "protobuf")["protobuf_analysis"]["fields"]["1"], 7);
    let missed = shown("0807", "json");
    assert_eq!((&missed["bytes"]["hex"], &missed["payload_kind"]), (&"0807".into(), &"opaque".into()));
    assert_eq!(missed["findings"][0], "the payload is said to be json and is not");
    let text = decode(&["--frame", "len:u8 payload", "--payload", "json", "077b2261223a317d"]).quiet();
    assert!(text.contains("\npayload  json\n") && text.contains("\n{\"a\":1}\n"), "{text}");
    assert_eq!(decode(&["-f", "compact", "--payload", "text", "6869"]).quiet(), "hi\n");
    assert_eq!(decode(&["-f", "tree", "--payload", "msgpack", "81a16101"]).quiet(), "{\"a\":1}\n");
    assert_eq!(decode(&["--payload", "opaque", "-f", "protoscope", "0807"]).quiet(), "`0807`\n");
}

#[test]
fn what_is_read_as_protobuf_and_is_something_else_is_hinted_at_unless_its_kind_is_said_or_nobody_wants_hints() {
    let framed = ["--frame", "len:u8 payload", "077b2261223a317d"];
    for (bytes, kind) in [
        (&["7b2261223a312e35307d"][..], "json"),
        (&["476f6f64206461792c207465726d696e616c"], "text"),
        (&["82a16101a16202"], "msgpack"),
        (&framed, "json"),
    ] {
        let run = decode(bytes);
        let hint = format!("hint: the payload is no protobuf; it reads as {kind}: --payload {kind}\n");
        assert_eq!((run.code, run.stderr), (0, hint), "{bytes:?}");
        decode(&[bytes, &["-q"]].concat()).quiet();
        decode(&[bytes, &["--payload", kind]].concat()).quiet();
        decode(&[bytes, &["--payload", "protobuf"]].concat()).quiet();
    }
    for other in ["0a0568656c6c6f", "6869", "ffffffffffffffff0011"] {
        decode(&[other]).quiet();
    }
    let help = decode(&["--help"]).quiet();
    assert!(help.contains("else they are read as protobuf") && !help.contains("found out"), "{help}");
}

#[test]
fn frames_of_two_sides_that_look_different_are_read_as_those_of_the_side_that_is_named() {
    let sides = "client: len:u16be payload ; server: status:u8 len:u16be payload";
    let frames = |side: &str, hex: &str| json(decode(&["-f", "json", "--frame", sides, "--direction", side, hex]));
    let server = frames("server", "05000208070500020808");
    assert_eq!(server.len(), 2);
    let analysis = &server[0]["protocol_analysis"];
    assert_eq!((&analysis["header"]["status"], &analysis["payload"]["hex"]), (&5.into(), &"0807".into()));
    assert_eq!(server[0]["direction"], "server->client");
    assert_eq!(frames("client", "00020807")[0]["protobuf_analysis"]["fields"]["1"], 7);
    let run = decode(&["--frame", sides, "00020807"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("hint: say who sent the bytes: --direction client or --direction server"),
        "{}",
        run.stderr
    );
    let skips = "skip:client:24 len:u16be payload";
    assert_eq!(json(decode(&["-f", "json", "--frame", skips, "00020807"])).len(), 1, "frames look alike");
}
