//! What payloads of protocols are that deframe was not made for: traffic of real servers and clients, each with a
//! layout and nothing else, held against what the specifications of the protocols say, and the table of
//! `docs/schemaless.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use deframe::Analysis;
use deframe::profile::{ProfileFile, Source};
use deframe::record::MessageRecord;
use deframe::units::Direction;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

const FOLDER: &str = "tests/captures";

/// Captures whose payloads are protobuf by their schemas.
const SAMPLES: [&str; 3] = ["kv", "star_network", "telemetry"];

/// What is said of payloads, by the words for their kinds.
#[derive(Default)]
struct Counts {
    payloads: usize,
    right: usize,
    /// Findings about payloads, each of which is wrong where the payload is what its protocol says.
    findings: usize,
    kinds: Vec<String>,
}

fn messages(capture: &str, profile: Option<&str>, mut each: impl FnMut(&MessageRecord<'_>)) {
    let mut analysis = Analysis::new().capture(capture);
    if let Some(path) = profile {
        let file = ProfileFile::parse(&std::fs::read_to_string(path).unwrap(), path).unwrap();
        analysis = analysis.profile(file.resolve(Source::File(path.into()), None).unwrap());
    }
    let told = analysis.for_each_message(|message| {
        each(message);
        ControlFlow::Continue(())
    });
    told.unwrap();
}

/// The kind that one of the entries of `truth.toml` says.
fn kind<'t>(entries: &'t toml::Value, message: &MessageRecord<'_>) -> &'t str {
    let holds = |entry: &&toml::Value| {
        let direction = entry.get("direction").and_then(toml::Value::as_str);
        let header = entry.get("header").and_then(toml::Value::as_table).into_iter().flatten();
        direction.is_none_or(|direction| direction == message.direction.as_str())
            && header.into_iter().all(|(name, value)| {
                let found = deframe::header::find(message.header, name);
                found == Some(deframe::header::HeaderValue::Number(value.as_integer().unwrap().cast_unsigned()))
            })
    };
    entries.as_array().unwrap().iter().find(holds).unwrap()["kind"].as_str().unwrap()
}

fn counts(name: &str, capture: &str, profile: Option<&str>, of: impl Fn(&MessageRecord<'_>) -> String) -> Counts {
    let mut counts = Counts::default();
    messages(capture, profile, |message| {
        if message.payload.bytes().is_empty() {
            return;
        }
        let wanted = of(message);
        let is_right = message.payload_kind.is_some_and(|kind| kind.as_str() == wanted);
        if !is_right {
            println!("{name}, message {}: {:?} is {wanted}", message.number, message.payload_kind);
        }
        counts.payloads += 1;
        counts.right += usize::from(is_right);
        counts.findings += message.findings.len();
        if !counts.kinds.contains(&wanted) {
            counts.kinds.push(wanted);
            counts.kinds.sort();
        }
    });
    counts
}

#[test]
fn payloads_of_real_protocols_are_what_their_specifications_say() {
    let truth: toml::Table = toml::from_str(&std::fs::read_to_string(format!("{FOLDER}/truth.toml")).unwrap()).unwrap();
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    for (name, entries) in &truth {
        let (capture, profile) = (format!("{FOLDER}/{name}.pcap"), format!("{FOLDER}/{name}.toml"));
        all.insert(name.clone(), counts(name, &capture, Some(&profile), |message| kind(entries, message).to_owned()));
    }
    for name in SAMPLES {
        let profile = std::env::temp_dir().join(format!("deframe-kinds-{name}.toml"));
        let frame = match name {
            "kv" => "frame = \"riak\"\nports = [8087]",
            "telemetry" => "frame = \"varint\"\nports = [9100]",
            _ => "frame = \"star-network\"\nports = [8001]",
        };
        std::fs::write(&profile, format!("name = \"{name}\"\n{frame}\n")).unwrap();
        let capture = format!("samples/{name}.pcap");
        all.insert(name.to_owned(), counts(name, &capture, profile.to_str(), |_| "protobuf".to_owned()));
    }
    let mut table = String::from("| capture | payloads | what they are | right | findings |\n|---|---|---|---|---|\n");
    let row = |name: &str, counts: &Counts| {
        #[allow(clippy::cast_precision_loss, reason = "there are few")]
        let share = 100.0 * counts.right as f64 / counts.payloads as f64;
        let Counts { payloads, kinds, findings, .. } = counts;
        format!("| {name} | {payloads} | {} | {share:.1} % | {findings} |\n", kinds.join(", "))
    };
    for (name, counts) in &all {
        let _ = write!(table, "{}", row(&format!("`{name}`"), counts));
    }
    let mut sum = Counts::default();
    for counts in all.values() {
        sum.payloads += counts.payloads;
        sum.right += counts.right;
        sum.findings += counts.findings;
    }
    table.push_str(&row("all of these", &sum));
    println!("{table}");
    assert!(all.len() >= 12 && all.values().all(|counts| counts.payloads > 0));
    let document = std::fs::read_to_string("docs/schemaless.md").unwrap();
    assert!(document.contains(&table), "docs/schemaless.md has another table");
}

#[test]
fn each_capture_is_described_where_it_stands() {
    let readme = std::fs::read_to_string(format!("{FOLDER}/README.md")).unwrap();
    for entry in std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|end| end == "pcap") {
            let name = entry.file_stem().unwrap().to_str().unwrap();
            let path = entry.with_extension("toml");
            let text = std::fs::read_to_string(&path).unwrap();
            let profile = ProfileFile::parse(&text, name).unwrap().resolve(Source::File(path.clone()), None).unwrap();
            assert!(readme.contains(&format!("| `{name}` | {} |", profile.ports[0])), "{name}");
            assert!(profile.layout(Direction::ClientToServer).to_string().contains("len:"), "{name}");
            assert!(Path::new(&format!("{FOLDER}/{name}.pcap")).metadata().unwrap().len() < 100_000, "{name}");
        }
    }
}
