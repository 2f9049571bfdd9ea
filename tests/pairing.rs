//! Answers find their requests in what real servers sent that work on many requests of one connection at once, with and
//! without lost segments, whatever the profile says: every pair that can be known, and none that is wrong.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;

const LAYOUT: &str = "len:u32be{rest} number:u32be payload";
const MODBUS_LAYOUT: &str = "tx:u16be magic:0000 len:u16be{rest} unit:u8 function:u8 payload";

/// The records of a capture that is not compressed.
fn records(name: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
    let capture = zstd::decode_all(File::open(format!("tests/pairing/{name}.pcap.zst")).unwrap()).unwrap();
    let (header, mut rest) = capture.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let len = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (record, later) = rest.split_at(16 + len);
        records.push(record.to_vec());
        rest = later;
    }
    (header.to_vec(), records)
}

/// Whether a packet of Ethernet and IPv4 carries bytes of a TCP stream.
fn has_data(record: &[u8]) -> bool {
    let ip = &record[16 + 14..];
    let header = usize::from(ip[0] & 15) * 4;
    let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
    total > header + usize::from(ip[header + 12] >> 4) * 4
}

/// Writes a capture without a share of the segments with data, in percent.
fn lossy(name: &str, percent: u64, to: &Path) {
    let (mut capture, records) = records(name);
    let mut random: u64 = 3;
    for record in records {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if !has_data(&record) || (random >> 33) % 100 >= percent {
            capture.extend(record);
        }
    }
    std::fs::write(to, capture).unwrap();
}

/// What became of the answers of a capture.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// Answers whose request was captured too.
    possible: usize,
    right: usize,
    wrong: usize,
    /// Answers of which the report says that they could not be told apart.
    doubtful: usize,
    by: BTreeMap<String, usize>,
    findings: usize,
}

/// Runs `export` with `args`; frames of requests and answers have one length each, or none is fixed.
fn told(name: &str, percent: u64, args: &[&str]) -> Told {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("lossy.pcap");
    lossy(name, percent, &capture);
    let run = Command::new(env!("CARGO_BIN_EXE_deframe"))
        .args(["export", "-f", "ndjson"])
        .arg(&capture)
        .args(args)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    // Where messages have ids, those are the truth.
    let truth = File::open(format!("tests/pairing/{name}.json"));
    let truth: Vec<Option<u64>> = truth.map_or(Vec::new(), |file| serde_json::from_reader(file).unwrap());
    let answer_len = if name.starts_with("seen") { 27 } else { 22 };
    let (mut told, mut numbers) = (Told::default(), BTreeMap::new());
    for line in String::from_utf8(run.stdout).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        told.findings += usize::from(record["record"] == "finding" && record["kind"] == "pairing");
        if record["record"] != "message" {
            continue;
        }
        let offset = record["offset"].as_u64().unwrap();
        let is_request = record["direction"] == "client->server";
        // Modbus answers have lengths of their own, but come in order with the numbers of their requests.
        let tx = record["header"]["tx"].as_u64().map(|tx| tx - 1);
        let id = [&record["json"], &record["msgpack"]].into_iter().find(|object| object.is_object());
        let asked = match (tx, id) {
            (Some(tx), _) => Some(tx),
            (_, Some(object)) => object["id"].as_u64(),
            _ if is_request => Some(offset / 16),
            _ => truth[usize::try_from(offset / answer_len).unwrap()],
        };
        if is_request {
            numbers.insert(asked, record["number"].clone());
            continue;
        }
        // What the server sends unasked has no request.
        let request = asked.and_then(|_| numbers.get(&asked));
        told.possible += usize::from(request.is_some());
        match record.get("answers") {
            Some(Value::Null) => told.doubtful += 1,
            Some(number) => {
                *told.by.entry(record["answers_by"].as_str().unwrap().to_owned()).or_default() += 1;
                *(if Some(number) == request { &mut told.right } else { &mut told.wrong }) += 1;
            }
            None => {}
        }
    }
    assert_eq!(told.findings, usize::from(told.doubtful > 0), "one finding for the connection: {told:?}");
    told
}

/// A profile in a folder of its own; the layout is that of the folder's captures.
fn profile(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), format!("name = \"test\"\nports = [{}]\nframe = \"{LAYOUT}\"\n{text}", ports()))
        .unwrap();
    file
}

fn ports() -> String {
    (9200..9300).map(|port: u16| port.to_string()).collect::<Vec<_>>().join(", ")
}

const RULES: &str = "[[rule]]\nlabel = \"Ask\"\ndirection = \"client->server\"\n\
                     [[rule]]\nlabel = \"Tell\"\ndirection = \"server->client\"\nanswers = \"Ask\"\n";

fn everything_is_right(names: &[&str], by: &str, args: &[&str]) {
    for name in names {
        for depth in [1, 8, 64] {
            for percent in [0, 1, 5] {
                let name = format!("{name}-{depth}");
                let told = told(&name, percent, args);
                assert!(told.possible >= 880, "{name}, {percent} % lost: {told:?}");
                assert_eq!((told.right, told.wrong), (told.possible, 0), "{name}, {percent} % lost: {told:?}");
                assert_eq!(told.by.keys().collect::<Vec<_>>(), [by], "{name}, {percent} % lost");
            }
        }
    }
}

#[test]
fn a_rule_that_says_what_they_share_pairs_all_of_them() {
    let profile = profile(&format!("{RULES}match = \"number\"\n"));
    everything_is_right(&["echo", "three"], "match", &["--profile", profile.path().to_str().unwrap()]);
}

#[test]
fn without_any_rule_what_they_share_is_found() {
    everything_is_right(&["echo", "three"], "found", &["--frame", LAYOUT]);
}

#[test]
fn with_a_rule_for_answers_alone_what_they_share_is_found() {
    let profile = profile(RULES);
    everything_is_right(&["echo", "three"], "found", &["--profile", profile.path().to_str().unwrap()]);
}

#[test]
fn two_counters_that_know_nothing_of_each_other_pair_nothing_where_requests_overlap() {
    let profile = profile(RULES);
    for args in [["--frame", LAYOUT], ["--profile", profile.path().to_str().unwrap()]] {
        for percent in [0, 1, 5] {
            for depth in [8, 64] {
                let told = told(&format!("counter-{depth}"), percent, &args);
                assert_eq!((told.right, told.wrong), (0, 0), "{depth}, {percent} % lost: {told:?}");
                assert!(told.doubtful >= told.possible, "{depth}, {percent} % lost: {told:?}");
            }
            // One after the other, counters tell pairs: either way they are those.
            let told = told("counter-1", percent, &args);
            assert_eq!((told.right, told.wrong), (told.possible, 0), "{percent} % lost: {told:?}");
        }
    }
}

#[test]
fn without_a_value_order_tells_pairs_until_something_is_missing_or_overlaps() {
    let profile = profile(RULES);
    for args in [["--frame", LAYOUT], ["--profile", profile.path().to_str().unwrap()]] {
        let whole = told("silent-1", 0, &args);
        assert_eq!((whole.right, whole.wrong), (1000, 0), "{whole:?}");
        assert_eq!(whole.by.get("order"), Some(&1000));
        for (depth, percent) in [(1, 1), (1, 5), (8, 0), (8, 1), (8, 5), (64, 0), (64, 1), (64, 5)] {
            let told = told(&format!("silent-{depth}"), percent, &args);
            assert_eq!(told.wrong, 0, "{depth}, {percent} % lost: {told:?}");
            assert!(told.right + told.doubtful + 1 >= told.possible, "{depth}, {percent} % lost: {told:?}");
        }
    }
}

#[test]
fn pipelined_modbus_is_paired_by_its_transactions_with_and_without_a_rule() {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text =
        format!("name = \"m\"\nports = [{}, 9318]\nframe = \"{MODBUS_LAYOUT}\"\n{RULES}match = \"tx\"\n", ports());
    std::fs::write(file.path(), text).unwrap();
    for depth in [1, 8, 64] {
        for percent in [0, 1, 5] {
            for args in [["--frame", MODBUS_LAYOUT], ["--profile", file.path().to_str().unwrap()]] {
                let told = told(&format!("modbus-{depth}"), percent, &args);
                // Behind a hole, headers with so little in them are found late; of the frames that are, all is known.
                assert!(told.possible >= 990 || percent > 0, "{depth}, {percent} % lost: {told:?}");
                assert_eq!(told.wrong, 0, "{depth}, {percent} %, {args:?}: {told:?}");
                // A handful of frames is no evidence.
                if told.possible > 100 || args[0] == "--profile" {
                    assert_eq!(told.right, told.possible, "{depth}, {percent} %, {args:?}: {told:?}");
                }
            }
        }
    }
}

#[test]
fn what_a_server_saw_last_and_what_it_sends_unasked_pair_nothing() {
    let rules = profile(RULES);
    for args in [["--frame", LAYOUT], ["--profile", rules.path().to_str().unwrap()]] {
        for (name, percent) in [
            ("seen-8", 0),
            ("seen-64", 0),
            ("seen-8", 1),
            ("seen-64", 5),
            ("pushes-8", 0),
            ("pushes-64", 0),
            ("pushes-64", 5),
        ] {
            let told = told(name, percent, &args);
            assert!(told.possible >= 880, "{name}, {percent} % lost: {told:?}");
            assert_eq!((told.right, told.wrong), (told.possible, 0), "{name}, {percent} % lost, {args:?}: {told:?}");
        }
    }
}

#[test]
fn ids_of_json_and_messagepack_pair_calls_with_and_without_a_rule() {
    let rule = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text = format!("name = \"rpc\"\nports = [{}]\nframe = \"u32be\"\nmatch = \"id\"\n", ports());
    std::fs::write(rule.path(), text).unwrap();
    for (args, by) in [(["--frame", "u32be"], "found"), (["--profile", rule.path().to_str().unwrap()], "match")] {
        for name in ["json-64", "msgpack-64"] {
            let whole = told(name, 0, &args);
            assert_eq!((whole.right, whole.wrong, whole.possible), (1000, 0, 1000), "{name}, {args:?}: {whole:?}");
            assert_eq!(whole.by.keys().collect::<Vec<_>>(), [by], "{name}");
            // Behind a hole few frames are found by a length alone.
            for percent in [1, 5] {
                let told = told(name, percent, &args);
                assert_eq!(told.wrong, 0, "{name}, {percent} %, {args:?}: {told:?}");
            }
        }
    }
}

/// The records of `export` with `args` over a capture of which a share of the segments is lost, in percent.
fn exported(name: &str, percent: u64, args: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("lossy.pcap");
    lossy(name, percent, &capture);
    let mut run = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let run = run.args(["export", "-f", "ndjson"]).arg(&capture).args(args).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pairing_findings(records: &[Value]) -> Vec<&str> {
    let findings = records.iter().filter(|record| record["record"] == "finding" && record["kind"] == "pairing");
    findings.map(|finding| finding["text"].as_str().unwrap()).collect()
}

#[test]
fn a_value_that_no_message_has_is_told_and_nothing_else_changes() {
    for (given, told) in [
        (
            "match = \"idd\"",
            &["match names key idd, which no request of port", "match names key idd, which no answer of port"][..],
        ),
        ("match = { request = \"id\", answer = \"5.1\" }", &["match names field 5.1, which no answer of port"]),
        ("match = \"id\"", &[]),
    ] {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(file.path(), format!("name = \"rpc\"\nports = [{}]\nframe = \"u32be\"\n{given}\n", ports()))
            .unwrap();
        let records = exported("json-64", 0, &["--profile", file.path().to_str().unwrap()]);
        let findings = pairing_findings(&records);
        let of_match: Vec<_> = findings.iter().filter(|text| text.starts_with("match")).collect();
        assert_eq!(of_match.len(), told.len(), "{given}: {findings:?}");
        assert!(of_match.iter().zip(told).all(|(text, told)| text.starts_with(told)), "{given}: {findings:?}");
    }
}

#[test]
fn a_doubt_says_what_began_it() {
    for (name, percent, why) in [
        ("silent-8", 0, "requests waited at once"),
        ("silent-1", 5, "may be among the bytes that are missing before them"),
    ] {
        let records = exported(name, percent, &["--frame", LAYOUT]);
        let findings = pairing_findings(&records);
        assert!(matches!(findings[..], [text] if text.contains(why)), "{name}: {findings:?}");
    }
}

/// The findings about pairs of a capture in the project, with the text of a profile.
fn findings_of(capture: &str, profile: &str) -> Vec<String> {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), profile).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_deframe"));
    let run = run.args(["export", "-f", "ndjson"]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(capture));
    let run = run.arg("--profile").arg(file.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    pairing_findings(&records).into_iter().map(str::to_owned).collect()
}

/// The text of a profile in the project; the files that it names are found from anywhere.
fn profile_of(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let folder = path.parent().unwrap().to_str().unwrap();
    std::fs::read_to_string(&path).unwrap().replace("schema = [\"", &format!("schema = [\"{folder}/"))
}

#[test]
fn a_doubt_about_several_answers_to_one_request_blames_no_missing_bytes_and_advises_no_promise() {
    for (protocol, promise) in
        [("mysql", "answers_in_order = true"), ("mysql", ""), ("postgres", "answers_in_order = true"), ("postgres", "")]
    {
        let profile = profile_of(&format!("tests/captures/{protocol}.toml"));
        let findings = findings_of(&format!("tests/captures/{protocol}.pcap"), &format!("{profile}{promise}\n"));
        assert!(
            matches!(&findings[..], [text] if text.contains("more messages than it was asked for")),
            "{findings:?}"
        );
        assert!(!findings[0].contains("missing") && !findings[0].contains("answers_in_order"), "{findings:?}");
    }
}

#[test]
fn a_value_that_requests_and_answers_have_and_never_share_is_told() {
    let profile = profile_of("samples/kv.toml").replace("answers_in_order = true", "match = \"1\"");
    let findings = findings_of("samples/kv.pcap", &profile);
    let told = "match names field 1, but none of ";
    assert!(matches!(&findings[..], [text] if text.starts_with(told) && text.contains("port 8087")), "{findings:?}");
}

#[test]
fn a_value_that_all_answers_have_of_one_request_is_told() {
    for (given, is_told) in [("{ request = \"number\", answer = \"len\" }", true), ("\"number\"", false)] {
        let file = profile(&format!("match = {given}\n"));
        let records = exported("echo-8", 0, &["--profile", file.path().to_str().unwrap()]);
        let findings = pairing_findings(&records);
        let told: Vec<_> =
            findings.iter().filter(|text| text.contains("answers have the value of one request")).collect();
        assert_eq!(told.len(), usize::from(is_told), "{given}: {findings:?}");
    }
}

#[test]
fn a_promise_that_a_whole_connection_does_not_keep_is_told() {
    let thrift = profile_of("tests/captures/thrift.toml");
    for (capture, profile, told) in [
        (
            "tests/captures/thrift.pcap",
            format!("{thrift}answers_in_order = true\n"),
            Some("20 of 60 requests were never"),
        ),
        ("tests/captures/thrift.pcap", thrift.clone(), None),
        ("samples/kv.pcap", profile_of("samples/kv.toml"), None),
    ] {
        let findings = findings_of(capture, &profile);
        let unanswered: Vec<_> = findings.iter().filter(|text| text.contains("never answered")).collect();
        assert_eq!(unanswered.len(), usize::from(told.is_some()), "{capture}: {findings:?}");
        assert!(unanswered.iter().all(|text| text.contains(told.unwrap())), "{capture}: {findings:?}");
    }
}

#[test]
fn what_a_connection_finds_out_by_itself_is_told_with_the_evidence() {
    let records = exported("echo-8", 0, &["--frame", LAYOUT, "--no-wait"]);
    let pairs = &records.last().unwrap()["pairs"];
    assert_eq!(
        (&pairs[0]["request"], &pairs[0]["answer"]),
        (&"header field number".into(), &"header field number".into())
    );
    assert!(pairs[0]["matched"].as_u64().unwrap() >= 8, "{pairs}");
}
