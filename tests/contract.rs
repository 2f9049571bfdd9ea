//! The JSON reports are what `docs/output.md` says: every record is declared here once more, from that document and not
//! from the code, and a key that is not declared is refused.
//!
//! A key that is required and may be null is `#[serde(deserialize_with = "nullable")]`; one that may be absent but not
//! null is `#[serde(default, deserialize_with = "present")]`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assert_cmd::Command;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
enum Record {
    Capture(Capture),
    Message(Message),
    Gap(Gap),
    Finding(Finding),
    Connection(Connection),
    Summary(Summary),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Capture {
    schema_version: u32,
    program: String,
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    format: Format,
    #[serde(deserialize_with = "nullable")]
    compression: Option<Compression>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Format {
    Pcap,
    PcapNg,
    Live,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Compression {
    Gzip,
    Zstd,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    #[serde(rename = "client->server")]
    ToServer,
    #[serde(rename = "server->client")]
    ToClient,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    number: u64,
    time: String,
    time_ns: i64,
    connection: usize,
    client: String,
    server: String,
    direction: Direction,
    first_packet: u64,
    last_packet: u64,
    offset: u64,
    size: u64,
    len: u64,
    header: Map<String, Value>,
    #[serde(default, deserialize_with = "present")]
    label: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "present")]
    type_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    type_source: Option<TypeSource>,
    #[serde(default, deserialize_with = "present")]
    confidence: Option<f64>,
    #[serde(default, deserialize_with = "present")]
    message: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "present")]
    fields: Option<Map<String, Value>>,
    #[serde(deserialize_with = "nullable")]
    payload_kind: Option<PayloadKind>,
    #[serde(default, deserialize_with = "present")]
    payload_confidence: Option<f64>,
    /// An object or array; null for an empty payload.
    #[serde(default, deserialize_with = "any")]
    json: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    text: Option<String>,
    #[serde(default, deserialize_with = "any")]
    msgpack: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    bytes: Option<Bytes>,
    #[serde(default, deserialize_with = "present")]
    floats: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    order: Option<Vec<u64>>,
    #[serde(default)]
    answers: Option<u64>,
    #[serde(default)]
    latency_ns: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    answers_by: Option<String>,
    #[serde(default, deserialize_with = "present")]
    findings: Option<Vec<MessageFinding>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum PayloadKind {
    Protobuf,
    Json,
    Text,
    Msgpack,
    Opaque,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bytes {
    hex: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum TypeSource {
    Rule,
    Answer,
    Shape,
    Option,
    Identified,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageFinding {
    kind: MessageFindingKind,
    text: String,
    #[serde(default, deserialize_with = "present")]
    offset: Option<u64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum MessageFindingKind {
    Checksum,
    Payload,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    time: String,
    time_ns: i64,
    packet: u64,
    connection: usize,
    client: String,
    server: String,
    direction: Direction,
    offset: u64,
    len: u64,
    reason: GapReason,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum GapReason {
    NotCaptured,
    Snapped,
    QueueFull,
    Dropped,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    connections: u64,
    messages: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    #[serde(default, deserialize_with = "present")]
    time: Option<String>,
    #[serde(default, deserialize_with = "present")]
    time_ns: Option<i64>,
    kind: FindingKind,
    text: String,
    #[serde(default, deserialize_with = "present")]
    connection: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    direction: Option<Direction>,
    #[serde(default, deserialize_with = "present")]
    offset: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    len: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    packet: Option<u64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum FindingKind {
    Capture,
    DamagedFrame,
    BadHeader,
    Resync,
    IncompleteFrame,
    Conflict,
    Late,
    UnreadPackets,
    Layout,
    Pairing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Connection {
    connection: usize,
    client: String,
    server: String,
    #[serde(default, deserialize_with = "present")]
    vlans: Option<Vec<u16>>,
    state: State,
    completeness: u8,
    first_packet: u64,
    last_packet: u64,
    first_time: String,
    last_time: String,
    duration_ns: i64,
    #[serde(deserialize_with = "nullable")]
    profile: Option<String>,
    messages: u64,
    client_to_server: Side,
    server_to_client: Side,
    #[serde(default, deserialize_with = "present")]
    phases: Option<Vec<PhaseOfConnection>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum State {
    Open,
    HalfClosed,
    Closed,
    Reset,
    Idle,
    Evicted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Side {
    packets: u64,
    captured: u64,
    missing: u64,
    gaps: u64,
    retransmissions: u64,
    out_of_order: u64,
    conflicting: u64,
    ledger: Ledger,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Ledger {
    framed: u64,
    prologue: u64,
    no_layout: u64,
    bad_header: u64,
    resync: u64,
    damaged: u64,
    tail: u64,
    duplicate: u64,
    late: u64,
}

impl Ledger {
    fn parts(self) -> [u64; 9] {
        let Self { framed, prologue, no_layout, bad_header, resync, damaged, tail, duplicate, late } = self;
        [framed, prologue, no_layout, bad_header, resync, damaged, tail, duplicate, late]
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseOfConnection {
    label: String,
    first_time: String,
    last_time: String,
    messages: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Summary {
    #[serde(default)]
    interim: bool,
    #[serde(default, deserialize_with = "present")]
    time: Option<String>,
    #[serde(default, deserialize_with = "present")]
    time_ns: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    open_connections: Option<u64>,
    packets: u64,
    captured_bytes: u64,
    wire_bytes: u64,
    snapped_packets: u64,
    dropped_packets: u64,
    files: Vec<FileSummary>,
    interfaces: Vec<Interface>,
    #[serde(default)]
    written_by: Vec<Writer>,
    #[serde(default)]
    comments: Vec<Comment>,
    #[serde(default)]
    names: Vec<Name>,
    #[serde(default)]
    more_texts: u64,
    #[serde(deserialize_with = "nullable")]
    first_time: Option<String>,
    #[serde(deserialize_with = "nullable")]
    last_time: Option<String>,
    unread_packets: BTreeMap<String, u64>,
    filtered_packets: u64,
    left_out: LeftOut,
    profiles: BTreeMap<String, u64>,
    connections: u64,
    messages: u64,
    shown: u64,
    types: Vec<Type>,
    #[serde(default)]
    pairs: Vec<Pairs>,
    phases: Vec<Phase>,
    findings: BTreeMap<String, u64>,
    captured: u64,
    ledger: Ledger,
    #[serde(default)]
    caps: Vec<Cap>,
    hints: Vec<String>,
}

/// What answers were found to share with their requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    port: u16,
    requests: String,
    request: String,
    answer: String,
    answers: u32,
    matched: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cap {
    name: String,
    peak: u64,
    limit: u64,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct DroppedBy {
    kernel: u64,
    interface: u64,
    program: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Type {
    #[serde(deserialize_with = "nullable")]
    label: Option<String>,
    #[serde(rename = "type", deserialize_with = "nullable")]
    type_name: Option<String>,
    #[serde(default)]
    identified: bool,
    #[serde(default, deserialize_with = "present")]
    payload_kind: Option<PayloadKind>,
    direction: Direction,
    messages: u64,
    bytes: u64,
    #[serde(deserialize_with = "nullable")]
    size: Option<Figures>,
    #[serde(default, deserialize_with = "present")]
    latency_ns: Option<Figures>,
    #[serde(default, deserialize_with = "present")]
    interval_ns: Option<Figures>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    min: u64,
    median: u64,
    p99: u64,
    max: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phase {
    label: String,
    connections: u64,
    messages: u64,
    first_time: String,
    last_time: String,
}

/// What a capture file is besides its packets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSummary {
    name: String,
    packets: u64,
    #[serde(default)]
    sections: u64,
    #[serde(default)]
    secrets: u64,
    #[serde(default)]
    other_blocks: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Interface {
    #[serde(deserialize_with = "nullable")]
    file: Option<String>,
    name: Option<String>,
    description: Option<String>,
    filter: Option<String>,
    link_type: u32,
    link: String,
    snap_len: u32,
    fcs_len: Option<u8>,
    packets: u64,
    received_packets: Option<u64>,
    dropped_packets: u64,
    #[serde(default, deserialize_with = "present")]
    dropped_by: Option<DroppedBy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Writer {
    application: Option<String>,
    system: Option<String>,
    hardware: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    #[serde(deserialize_with = "nullable")]
    file: Option<String>,
    section: Option<u64>,
    interface: Option<usize>,
    packet: Option<u64>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    address: std::net::IpAddr,
    name: String,
}

/// The key must be there.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(value)
}

/// If the key is there, it is not null.
fn any<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// A report, and how it was asked for.
struct Report {
    name: String,
    text: String,
    capture: Capture,
    messages: Vec<Message>,
    gaps: Vec<Gap>,
    findings: Vec<Finding>,
    connections: Vec<Connection>,
    summary: Summary,
}

fn export(format: &str, arguments: &[&str]) -> String {
    let home = env!("CARGO_TARGET_TMPDIR");
    let mut command = Command::new(env!("CARGO_BIN_EXE_deframe"));
    command.args(["export", "-f", format]).args(arguments).env_clear().env("HOME", home);
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

impl Report {
    /// The records of `text`, in the order that the contract demands: `capture` first, `summary` last.
    fn parse(name: String, text: String) -> Self {
        let mut lines: Vec<Record> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error} in {line}")))
            .collect();
        let Some(Record::Summary(summary)) = lines.pop() else { panic!("{name}: the last line is no summary") };
        let mut lines = lines.into_iter();
        let Some(Record::Capture(capture)) = lines.next() else { panic!("{name}: the first line is no capture") };
        let (mut messages, mut gaps, mut findings, mut connections) = (vec![], vec![], vec![], vec![]);
        for line in lines {
            match line {
                Record::Message(message) => messages.push(message),
                Record::Gap(gap) => gaps.push(gap),
                Record::Finding(finding) => findings.push(finding),
                Record::Connection(connection) => connections.push(connection),
                Record::Capture(_) | Record::Summary(_) => panic!("{name}: a second capture or summary"),
            }
        }
        Self { name, text, capture, messages, gaps, findings, connections, summary }
    }

    fn of(arguments: &[&str]) -> Self {
        Self::parse(arguments.join(" "), export("ndjson", arguments))
    }
}

/// Reports of every committed capture, and of some with options.
fn reports() -> Vec<Report> {
    let folder = std::fs::read_dir("samples/faults").unwrap().map(|entry| entry.unwrap().path());
    let captures = folder.filter(|path| path.extension().is_some_and(|end| end != "json"));
    let mut captures: Vec<String> = captures.map(|path| path.to_str().unwrap().to_owned()).collect();
    captures.sort();
    captures.extend(["star_network", "kv", "telemetry"].map(|name| format!("samples/{name}.pcap")));
    let with_options = [
        "samples/kv.pcap --frame riak --schema samples/kv.proto",
        "samples/kv.pcap --frame riak",
        "samples/kv.pcap --frame u32be",
        "samples/telemetry.pcap --frame varint --schema samples/telemetry.proto",
        "samples/telemetry.pcap --frame varint --schema samples/kv.proto --message kv.PutRequest",
        "samples/star_network.pcap --no-schema --profile star-network",
        "samples/star_network.pcap --frame varint",
        "samples/star_network.pcap samples/kv.pcap samples/telemetry.pcap",
    ];
    let of_others = ["memcached", "mqtt", "ola", "postgres", "tarantool", "zabbix_json", "zerorpc"].map(|name| {
        let path = format!("tests/captures/{name}");
        Report::of(&[&format!("{path}.pcap"), "--profile", &format!("{path}.toml")])
    });
    let plain = captures.iter().map(|capture| Report::of(&[capture]));
    let optioned = with_options.iter().map(|line| Report::of(&line.split(' ').collect::<Vec<_>>()));
    plain.chain(optioned).chain(of_others).collect()
}

fn rfc_3339(ns: i64) -> String {
    format!("{:.9}", jiff::Timestamp::from_nanosecond(ns.into()).unwrap())
}

fn ns(rfc_3339: &str) -> i64 {
    rfc_3339.parse::<jiff::Timestamp>().unwrap().as_nanosecond().try_into().unwrap()
}

#[test]
fn every_record_of_every_capture_is_as_documented() {
    for report in reports() {
        let name = &report.name;
        assert_eq!(report.capture.schema_version, 1);
        assert_eq!(report.capture.program, concat!("deframe ", env!("CARGO_PKG_VERSION")));
        let named = name.split(' ').filter(|word| Path::new(word).is_file() && word.contains(".pcap"));
        assert!(named.eq(report.capture.files.iter().map(|file| file.name.as_str())), "{name}");
        report.messages.iter().for_each(|message| assert_message(name, message));
        report.gaps.iter().for_each(|gap| {
            assert_eq!(gap.time, rfc_3339(gap.time_ns), "{name}");
            assert!(gap.len > 0, "{name}");
            assert!(!matches!(gap.reason, GapReason::QueueFull | GapReason::Dropped), "{name}");
            assert_eq!(gap.reason == GapReason::Snapped, report.summary.snapped_packets > 0, "{name}");
        });
        for Finding { time, time_ns, packet, .. } in &report.findings {
            assert_eq!((time.clone(), time_ns.is_some()), (time_ns.map(rfc_3339), packet.is_some()), "{name}");
        }
        let seen = report.findings.iter().filter_map(|finding| finding.packet);
        assert!(
            seen.chain(report.gaps.iter().map(|gap| gap.packet))
                .all(|packet| { (1..=report.summary.packets).contains(&packet) }),
            "{name}"
        );
        report.connections.iter().for_each(|connection| assert_connection(name, connection));
        assert_summary(name, &report.summary);
        let texts = report.findings.iter().map(|finding| &finding.text);
        assert!(texts.chain(&report.summary.hints).all(|text| !text.is_empty()), "{name}");
    }
}

fn assert_message(name: &str, message: &Message) {
    assert_eq!(message.time, rfc_3339(message.time_ns), "{name}: {message:?}");
    assert!(message.first_packet >= 1 && message.first_packet <= message.last_packet, "{name}: {message:?}");
    assert!(message.len <= message.size, "{name}: {message:?}");
    assert!(message.header.values().all(|value| value.is_u64() || value.is_string()), "{name}: {message:?}");
    assert_eq!(message.type_name.is_some(), message.type_source.is_some(), "{name}: {message:?}");
    assert_eq!(message.type_name.is_some(), message.message.is_some(), "{name}: {message:?}");
    assert_content(name, message);
    assert_eq!(
        message.type_source == Some(TypeSource::Identified),
        message.confidence.is_some(),
        "{name}: {message:?}"
    );
    assert!(message.confidence.is_none_or(|confidence| (0.0..=1.0).contains(&confidence)), "{name}: {message:?}");
    assert_eq!(message.answers.is_some(), message.latency_ns.is_some(), "{name}: {message:?}");
    let by = message.answers_by.as_deref();
    assert!(message.answers.is_some() == matches!(by, Some("match" | "found" | "order")), "{name}: {message:?}");
    for finding in message.findings.iter().flatten() {
        let inside = |offset| (message.offset..=message.offset + message.size).contains(&offset);
        assert!(finding.offset.is_none_or(inside), "{name}: {message:?}");
        assert!(!finding.text.is_empty(), "{name}: {message:?}");
    }
    assert!(message.findings.as_ref().is_none_or(|findings| !findings.is_empty()), "{name}: {message:?}");
}

/// The payload stands under the key of its kind. Beside that are its bytes, or the text of JSON, only where they are
/// needed to know the payload.
fn assert_content(name: &str, message: &Message) {
    let is_protobuf = message.message.is_some() || message.fields.is_some();
    assert!(message.message.is_none() || message.fields.is_none(), "{name}: {message:?}");
    let (json, msgpack) = (message.json.is_some(), message.msgpack.is_some());
    let (text, bytes) = (message.text.is_some(), message.bytes.is_some());
    let is_right = match message.payload_kind {
        Some(PayloadKind::Protobuf) => is_protobuf && !json && !text && !msgpack,
        None => is_protobuf && message.len == 0 && !json && !text && !msgpack && !bytes,
        Some(PayloadKind::Json) => json && !is_protobuf && !msgpack && !bytes,
        Some(PayloadKind::Text) => text && !is_protobuf && !json && !msgpack && !bytes,
        Some(PayloadKind::Msgpack) => msgpack && !is_protobuf && !json && !text,
        Some(PayloadKind::Opaque) => bytes && !is_protobuf && !json && !text && !msgpack,
    };
    assert!(is_right, "{name}: {message:?}");
    assert!(message.floats.is_none_or(|bits| bits == 32 && message.fields.is_some() && !bytes), "{name}: {message:?}");
    let is_order = |order: &Vec<u64>| order.len() > 2 && message.fields.is_some() && !bytes;
    assert!(message.order.as_ref().is_none_or(is_order), "{name}: {message:?}");
    let is_hex_of_all = |bytes: &Bytes| hex::decode(&bytes.hex).is_ok_and(|bytes| bytes.len() as u64 == message.len);
    assert!(message.bytes.as_ref().is_none_or(is_hex_of_all), "{name}: {message:?}");
    let is_doubt = |confidence| (0.5..0.99).contains(&confidence);
    assert!(message.payload_confidence.is_none_or(is_doubt), "{name}: {message:?}");
}

fn assert_connection(name: &str, connection: &Connection) {
    assert_eq!(
        connection.duration_ns,
        ns(&connection.last_time) - ns(&connection.first_time),
        "{name}: {connection:?}"
    );
    assert!(connection.first_packet <= connection.last_packet, "{name}: {connection:?}");
    let is_cut = name.contains("cut.pcap");
    assert_eq!(connection.state, if is_cut { State::Open } else { State::Closed }, "{name}: {connection:?}");
    assert!(connection.vlans.as_ref().is_none_or(|vlans| !vlans.is_empty()), "{name}: {connection:?}");
    for phase in connection.phases.iter().flatten() {
        assert!(ns(&phase.first_time) <= ns(&phase.last_time), "{name}: {phase:?}");
        assert!(!phase.label.is_empty() && phase.messages > 0, "{name}: {phase:?}");
    }
    for side in [&connection.client_to_server, &connection.server_to_client] {
        assert_eq!(side.ledger.parts().iter().sum::<u64>(), side.captured, "{name}: {side:?}");
        assert!(side.missing >= side.gaps, "{name}: {side:?}");
        assert!(side.retransmissions + side.out_of_order <= side.packets, "{name}: {side:?}");
        assert!(side.conflicting <= side.ledger.duplicate, "{name}: {side:?}");
    }
}

fn assert_summary(name: &str, summary: &Summary) {
    assert!(summary.captured_bytes <= summary.wire_bytes, "{name}: {summary:?}");
    assert!(summary.snapped_packets <= summary.packets, "{name}: {summary:?}");
    assert!(summary.unread_packets.values().sum::<u64>() <= summary.packets, "{name}: {summary:?}");
    let times = summary.first_time.as_ref().zip(summary.last_time.as_ref());
    assert!(times.is_none_or(|(first, last)| ns(first) <= ns(last)), "{name}: {summary:?}");
    for kind in &summary.types {
        for figures in [kind.size, kind.latency_ns, kind.interval_ns].into_iter().flatten() {
            let order = [figures.min, figures.median, figures.p99, figures.max];
            assert!(order.is_sorted(), "{name}: {kind:?}");
        }
    }
}

#[test]
fn lines_come_in_capture_order_and_refer_to_lines_before_them() {
    for report in reports() {
        let (name, messages) = (&report.name, &report.messages);
        assert!(messages.iter().map(|message| message.number).eq(1..=messages.len() as u64), "{name}");
        assert!(messages.is_sorted_by_key(|message| message.last_packet), "{name}");
        assert!(messages.is_sorted_by_key(|message| message.time_ns), "{name}");
        assert!(report.gaps.is_sorted_by_key(|gap| gap.packet), "{name}");
        for message in messages {
            let Some(number) = message.answers else { continue };
            assert!(number < message.number, "{name}: {message:?}");
            let request = &messages[usize::try_from(number).unwrap() - 1];
            assert_eq!(request.connection, message.connection, "{name}: {message:?}");
            assert_ne!(request.direction, message.direction, "{name}: {message:?}");
            assert_eq!(message.latency_ns, Some(message.time_ns - request.time_ns), "{name}: {message:?}");
        }
    }
}

#[test]
fn sums_agree_between_records() {
    for report in reports() {
        let (name, summary) = (&report.name, &report.summary);
        let count = report.messages.len() as u64;
        assert_eq!((summary.messages, summary.shown), (count, count), "{name}");
        assert_eq!(summary.connections, report.connections.len() as u64, "{name}");
        let mut profiles: BTreeMap<String, u64> = BTreeMap::new();
        for profile in report.connections.iter().filter_map(|connection| connection.profile.clone()) {
            *profiles.entry(profile).or_default() += 1;
        }
        assert_eq!(summary.profiles, profiles, "{name}");
        report.connections.iter().for_each(|connection| assert_sums_of_connection(&report, connection));
        let sides = || report.connections.iter().flat_map(|each| [&each.client_to_server, &each.server_to_client]);
        let mut ledger = [0; 9];
        for part in sides().map(|side| side.ledger.parts()) {
            ledger.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        assert_eq!(summary.ledger.parts(), ledger, "{name}");
        assert_eq!(summary.captured, ledger.iter().sum::<u64>(), "{name}");
        let sizes: u64 = report.messages.iter().map(|message| message.size).sum();
        assert_eq!(summary.ledger.framed, sizes, "{name}");
        assert_sums_of_types(&report);
        assert_pairs(&report);
        assert_sums_of_phases(&report);
        assert_sums_of_findings(&report);
    }
}

fn assert_sums_of_connection(report: &Report, connection: &Connection) {
    let name = &report.name;
    let messages = || report.messages.iter().filter(|message| message.connection == connection.connection);
    assert_eq!(connection.messages, messages().count() as u64, "{name}");
    assert!(messages().all(|message| (&message.client, &message.server) == (&connection.client, &connection.server)));
    let sides =
        [(Direction::ToServer, &connection.client_to_server), (Direction::ToClient, &connection.server_to_client)];
    for (direction, side) in sides {
        let framed: u64 = messages().filter(|message| message.direction == direction).map(|message| message.size).sum();
        assert_eq!(side.ledger.framed, framed, "{name}");
        let is_of_side = |gap: &&Gap| gap.connection == connection.connection && gap.direction == direction;
        let gaps = || report.gaps.iter().filter(is_of_side);
        assert_eq!((side.gaps, side.missing), (gaps().count() as u64, gaps().map(|gap| gap.len).sum()), "{name}");
        assert!(gaps().all(|gap| (&gap.client, &gap.server) == (&connection.client, &connection.server)), "{name}");
        let ledger = side.ledger;
        let told = [
            (FindingKind::DamagedFrame, ledger.damaged),
            (FindingKind::Resync, ledger.resync),
            (FindingKind::BadHeader, ledger.bad_header),
            (FindingKind::IncompleteFrame, ledger.tail),
        ];
        for (kind, bytes) in told {
            let is_of_side = |finding: &&Finding| {
                (finding.kind, finding.connection, finding.direction)
                    == (kind, Some(connection.connection), Some(direction))
            };
            let findings = report.findings.iter().filter(is_of_side);
            assert_eq!(findings.map(|finding| finding.len.unwrap()).sum::<u64>(), bytes, "{name}: {kind:?}");
        }
    }
    for phase in connection.phases.iter().flatten() {
        let of_phase = || messages().filter(|message| message.label.as_ref() == Some(&phase.label));
        assert_eq!(phase.messages, of_phase().count() as u64, "{name}");
        assert_eq!(Some(&phase.first_time), of_phase().map(|message| &message.time).next(), "{name}");
        assert_eq!(Some(&phase.last_time), of_phase().map(|message| &message.time).next_back(), "{name}");
    }
}

#[test]
fn what_captures_say_of_themselves_agrees_with_their_packets() {
    for report in reports() {
        let (name, summary) = (&report.name, &report.summary);
        let packets = |counts: Vec<u64>| counts.iter().sum::<u64>();
        let files = &summary.files;
        assert_eq!(packets(files.iter().map(|file| file.packets).collect()), summary.packets, "{name}");
        assert!(files.iter().all(|file| file.secrets + file.other_blocks == 0 || file.sections > 0), "{name}");
        let is_file =
            |named: &Option<String>| named.as_ref().is_some_and(|named| files.iter().any(|f| f.name == *named));
        let interfaces = &summary.interfaces;
        assert_eq!(packets(interfaces.iter().map(|each| each.packets).collect()), summary.packets, "{name}");
        assert_eq!(
            packets(interfaces.iter().map(|each| each.dropped_packets).collect()),
            summary.dropped_packets,
            "{name}"
        );
        for interface in interfaces {
            assert!(is_file(&interface.file) && !interface.link.is_empty(), "{name}: {interface:?}");
            assert!(interface.link_type < 1 << 16 && interface.fcs_len.is_none_or(|len| len < 16), "{name}");
            let texts = [&interface.name, &interface.description, &interface.filter].into_iter().flatten();
            assert!(texts.count() <= 3 && interface.snap_len <= 1 << 30, "{name}: {interface:?}");
            assert!(interface.received_packets.is_none_or(|received| received >= interface.packets), "{name}");
        }
        for writer in &summary.written_by {
            let said = [&writer.application, &writer.system, &writer.hardware];
            assert!(said.into_iter().flatten().next().is_some(), "{name}: {writer:?}");
        }
        for comment in &summary.comments {
            let about = [comment.section, comment.interface.map(|index| index as u64), comment.packet];
            assert_eq!(about.into_iter().flatten().count(), 1, "{name}: {comment:?}");
            assert!(is_file(&comment.file) && !comment.text.is_empty(), "{name}: {comment:?}");
        }
        assert!(summary.names.iter().all(|each| !each.name.is_empty() && !each.address.is_unspecified()), "{name}");
        assert_eq!((summary.more_texts, summary.filtered_packets), (0, 0), "{name}");
        assert_eq!((summary.left_out.connections, summary.left_out.messages), (0, 0), "{name}");
        let known = |connection: &Connection| (1..64).contains(&connection.completeness);
        assert!(report.connections.iter().all(known), "{name}");
    }
}

fn assert_sums_of_types(report: &Report) {
    let name = &report.name;
    let mut left = report.messages.len() as u64;
    for kind in &report.summary.types {
        let is_of_kind = |message: &&Message| {
            let is_identified = message.confidence.is_some();
            (&message.label, &message.type_name, message.direction) == (&kind.label, &kind.type_name, kind.direction)
                && is_identified == kind.identified
                && message.payload_kind.filter(|kind| *kind != PayloadKind::Protobuf) == kind.payload_kind
        };
        let messages = || report.messages.iter().filter(is_of_kind);
        assert_eq!(kind.messages, messages().count() as u64, "{name}: {kind:?}");
        assert_eq!(kind.bytes, messages().map(|message| message.size).sum::<u64>(), "{name}: {kind:?}");
        let sizes = messages().map(|message| message.size);
        assert_extremes(name, kind.size, &sizes.collect::<Vec<_>>());
        let latencies = messages().filter_map(|message| message.latency_ns).filter_map(|ns| u64::try_from(ns).ok());
        assert_extremes(name, kind.latency_ns, &latencies.collect::<Vec<_>>());
        left -= kind.messages;
    }
    assert_eq!(left, 0, "{name}: messages of no kind");
}

/// Minimum and maximum are exact.
fn assert_extremes(name: &str, figures: Option<Figures>, values: &[u64]) {
    let extremes = values.iter().min().copied().zip(values.iter().max().copied());
    assert_eq!(figures.map(|figures| (figures.min, figures.max)), extremes, "{name}");
}

/// What is told of pairs is told of places in messages, with evidence.
fn assert_pairs(report: &Report) {
    let name = &report.name;
    for pairs in &report.summary.pairs {
        assert!(pairs.port > 0 && (8..=pairs.answers).contains(&pairs.matched), "{name}: {pairs:?}");
        assert!(["client->server", "server->client"].contains(&pairs.requests.as_str()), "{name}: {pairs:?}");
        let is_place = |text: &str| text.starts_with("header field ") || text.starts_with("field ");
        assert!(is_place(&pairs.request) && is_place(&pairs.answer), "{name}: {pairs:?}");
    }
}

fn assert_sums_of_phases(report: &Report) {
    let name = &report.name;
    for phase in &report.summary.phases {
        let of_phase = || {
            let phases = report.connections.iter().flat_map(|connection| connection.phases.iter().flatten());
            phases.filter(|of_connection| of_connection.label == phase.label)
        };
        assert_eq!(phase.connections, of_phase().count() as u64, "{name}");
        assert_eq!(phase.messages, of_phase().map(|phase| phase.messages).sum::<u64>(), "{name}");
        assert_eq!(Some(&phase.first_time), of_phase().map(|phase| &phase.first_time).min(), "{name}");
        assert_eq!(Some(&phase.last_time), of_phase().map(|phase| &phase.last_time).max(), "{name}");
    }
}

fn assert_sums_of_findings(report: &Report) {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let in_messages = report.messages.iter().flat_map(|message| message.findings.iter().flatten());
    let kinds = report.findings.iter().map(|finding| format!("{:?}", finding.kind));
    let kinds = kinds.chain(in_messages.map(|finding| format!("{:?}", finding.kind)));
    for kind in kinds.chain(report.gaps.iter().map(|_| "Gap".to_owned())) {
        *counts.entry(kind).or_default() += 1;
    }
    let camel_case = |kind: &str| -> String {
        kind.split('-')
            .flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
            .collect()
    };
    let told = report.summary.findings.iter().map(|(kind, count)| (camel_case(kind), *count));
    assert_eq!(told.collect::<BTreeMap<String, u64>>(), counts, "{}", report.name);
}

/// Frames, gaps and what was skipped follow each other without hole or overlap from the end of the prologue on.
#[test]
fn every_byte_of_a_framed_stream_is_told_once() {
    for report in reports() {
        let framed = report.connections.iter().filter(|connection| connection.profile.is_some());
        for (connection, direction) in
            framed.flat_map(|each| [(each, Direction::ToServer), (each, Direction::ToClient)])
        {
            let number = connection.connection;
            let messages =
                report.messages.iter().filter(|each| (each.connection, each.direction) == (number, direction));
            let gaps = report.gaps.iter().filter(|each| (each.connection, each.direction) == (number, direction));
            let is_skipped = |each: &&Finding| {
                (each.connection, each.direction) == (Some(number), Some(direction))
                    && each.kind != FindingKind::Conflict
            };
            let skipped = report.findings.iter().filter(is_skipped);
            let mut spans: Vec<(u64, u64)> = messages.map(|each| (each.offset, each.size)).collect();
            spans.extend(gaps.map(|each| (each.offset, each.len)));
            spans.extend(skipped.map(|each| (each.offset.unwrap(), each.len.unwrap())));
            spans.sort_unstable();
            let side = match direction {
                Direction::ToServer => &connection.client_to_server,
                Direction::ToClient => &connection.server_to_client,
            };
            let mut at = side.ledger.prologue;
            for (offset, len) in spans {
                assert_eq!(offset, at, "{}: connection {number} {direction:?}", report.name);
                at += len;
            }
        }
    }
}

#[test]
fn the_json_report_holds_the_records_of_the_ndjson_report() {
    for report in reports() {
        let arguments: Vec<&str> = report.name.split(' ').collect();
        let document: Map<String, Value> = serde_json::from_str(&export("json", &arguments)).unwrap();
        let keys = ["schema_version", "capture", "messages", "gaps", "findings", "connections", "summary"];
        assert!(document.keys().eq(keys), "{}", report.name);
        assert_eq!(document["schema_version"], 1);
        let of_kind = |kind: &str| -> Vec<String> {
            let start = format!("{{\"record\":\"{kind}\"");
            report.text.lines().filter(|line| line.starts_with(&start)).map(str::to_owned).collect()
        };
        let mut lines = 0;
        for (key, kind) in
            [("messages", "message"), ("gaps", "gap"), ("findings", "finding"), ("connections", "connection")]
        {
            let records: Vec<String> = document[key].as_array().unwrap().iter().map(Value::to_string).collect();
            let expected: Vec<String> = of_kind(kind).iter().map(|line| reprinted(line)).collect();
            assert_eq!(records, expected, "{}: {key}", report.name);
            lines += records.len();
        }
        for key in ["capture", "summary"] {
            assert_eq!(
                [document[key].to_string()],
                of_kind(key).iter().map(|line| reprinted(line)).collect::<Vec<_>>()[..]
            );
        }
        assert_eq!(report.text.lines().count(), lines + 2, "{}", report.name);
    }
}

/// JSON as `serde_json` prints it, keys in their order.
fn reprinted(line: &str) -> String {
    serde_json::from_str::<Value>(line).unwrap().to_string()
}

#[test]
fn a_limit_leaves_out_messages_but_counts_them() {
    let report = Report::of(&["samples/star_network.pcap", "--limit", "5"]);
    assert_eq!((report.messages.len(), report.summary.messages, report.summary.shown), (5, 44, 5));
}

#[test]
fn filters_leave_numbers_and_pairs_as_they_are() {
    let all = Report::of(&["samples/star_network.pcap"]);
    let answers = Report::of(&["samples/star_network.pcap", "--direction", "server->client", "--connection", "2"]);
    let key = |message: &Message| (message.number, message.answers, message.label.clone(), message.offset);
    let is_meant = |message: &&Message| message.direction == Direction::ToClient && message.connection == 2;
    let expected = all.messages.iter().filter(is_meant).map(key);
    assert!(answers.messages.iter().map(key).eq(expected));
    assert_eq!(answers.summary.messages, 11);
}

#[test]
fn formats_and_compressions_are_named() {
    let file = |path: &str| Report::of(&[path]).capture.files.remove(0);
    let [pcap, pcapng, gzip, zstd] =
        ["cut.pcap", "star_network.pcapng", "star_network.pcap.gz", "star_network.pcap.zst"]
            .map(|name| file(&format!("samples/faults/{name}")));
    assert_eq!([pcap.format, pcapng.format], [Format::Pcap, Format::PcapNg]);
    assert_eq!(
        [pcap.compression, gzip.compression, zstd.compression],
        [None, Some(Compression::Gzip), Some(Compression::Zstd)]
    );
}

/// A capture file that passes for an interface: after every packet its time is told.
struct Interfacelike {
    captures: deframe::capture::Captures,
    facts: deframe::capture::CaptureFacts,
    time: Option<deframe::units::Timestamp>,
}

impl deframe::capture::PacketSource for Interfacelike {
    fn next_input(&mut self) -> Option<deframe::capture::Input<'_>> {
        if let Some(time) = self.time.take() {
            return Some(deframe::capture::Input::Time(time));
        }
        let packet = self.captures.next_packet()?;
        self.time = Some(packet.time);
        Some(deframe::capture::Input::Packet(packet))
    }

    fn facts(&self) -> &deframe::capture::CaptureFacts {
        &self.facts
    }
}

/// Asks for a summary each time that time passes.
struct Often<'a>(deframe::report::Ndjson<&'a mut Vec<u8>>);

impl deframe::record::Sink for Often<'_> {
    fn begin(&mut self, facts: &deframe::capture::CaptureFacts) -> deframe::record::SinkResult {
        self.0.begin(facts)
    }

    fn time(&mut self, so_far: &deframe::record::SoFar<'_>) -> deframe::record::SinkResult {
        self.0.interim(so_far, &(so_far.summary)())?;
        deframe::record::CONTINUE
    }

    fn end(&mut self, summary: &deframe::record::Summary) -> std::io::Result<()> {
        self.0.end(summary)
    }
}

#[test]
fn what_only_live_captures_say_is_as_documented() {
    use deframe::capture::{FileFormat, InterfaceStatistics, PacketSource};
    let captures = deframe::capture::open(&["samples/star_network.pcap".to_owned()]).unwrap();
    let mut facts = captures.facts().clone();
    facts.files[0].format = FileFormat::Live;
    facts.interfaces[0].dropped_by_program = 3;
    facts.interfaces[0].statistics =
        Some(InterfaceStatistics { received: Some(90), dropped_by_interface: Some(1), dropped_by_system: Some(2) });
    let mut source = Interfacelike { captures, facts, time: None };
    let setup = deframe::pipeline::Setup { live: true, ..Default::default() };
    let mut out = Vec::new();
    deframe::pipeline::run(&mut source, &setup, &mut Often(deframe::report::Ndjson::new(&mut out))).unwrap();
    let records: Vec<Record> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let Record::Capture(capture) = &records[0] else { panic!("the first record") };
    assert_eq!(capture.files[0].format, Format::Live);
    let summaries = records[1..].iter().map(|record| match record {
        Record::Summary(summary) => summary,
        other => panic!("{other:?}"),
    });
    let summaries: Vec<&Summary> = summaries.collect();
    let (last, interim) = summaries.split_last().unwrap();
    assert_eq!(interim.len(), 80, "one after each packet");
    for summary in interim {
        assert!(summary.interim && summary.time_ns.is_some() && summary.time.is_some());
        assert!(summary.open_connections.is_some_and(|open| (1..=2).contains(&open)), "{summary:?}");
    }
    assert!(!last.interim && last.time.is_none() && last.time_ns.is_none() && last.open_connections.is_none());
    assert_eq!(last.interfaces[0].dropped_by, Some(DroppedBy { kernel: 2, interface: 1, program: 3 }));
    assert_eq!(last.dropped_packets, 6);
    let names: Vec<&str> = last.caps.iter().map(|cap| cap.name.as_str()).collect();
    let expected = ["connections", "pending_bytes", "held_bytes", "order_bytes", "fragment_bytes", "queue_bytes"];
    assert_eq!(names, expected);
    assert_eq!(last.caps[0].peak, 2, "both connections were there at once");
    assert!(last.caps.iter().all(|cap| cap.peak <= cap.limit));
}
