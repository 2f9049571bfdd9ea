//! What is selected is a part of what there is: the same records with the same numbers, pairs and types as without a
//! selection.

use super::run::{Folder, deframe_with, line, sample, words};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every sample, and how it is read.
const SAMPLES: [(&str, &str); 30] = [
    ("star_network.pcap", ""),
    ("star_network.pcap", "--frame star-network"),
    ("kv.pcap", "--profile samples/kv.toml"),
    ("kv.pcap", "--frame riak"),
    ("telemetry.pcap", "--profile samples/telemetry.toml"),
    ("telemetry.pcap", "--frame varint"),
    ("kv.pcap", ""),
    ("faults/all_faults.pcap", ""),
    ("faults/bigendian.pcap", ""),
    ("faults/coalesced.pcap", ""),
    ("faults/conflicting.pcap", ""),
    ("faults/cut.pcap", ""),
    ("faults/duplicated.pcap", ""),
    ("faults/keep_alives.pcap", ""),
    ("faults/lossy.pcap", ""),
    ("faults/lost.pcap", "--no-schema"),
    ("faults/lost_split.pcap", ""),
    ("faults/midstream.pcap", "--no-schema"),
    ("faults/nanosecond.pcap", ""),
    ("faults/null.pcap", ""),
    ("faults/overlapping.pcap", ""),
    ("faults/padded.pcap", ""),
    ("faults/reordered.pcap", ""),
    ("faults/reordered_split.pcap", ""),
    ("faults/snaplen.pcap", ""),
    ("faults/split.pcap", ""),
    ("faults/star_network.pcap.gz", ""),
    ("faults/star_network.pcap.zst", ""),
    ("faults/vlan.pcap", ""),
    ("faults/wrapped.pcap", ""),
];

/// A selection, and what it is in the words of records.
#[derive(Clone, Debug, Default)]
struct Selection {
    options: String,
    /// Client and server of each connection.
    ends: BTreeMap<u64, [String; 2]>,
    /// First and last time of each connection.
    times: BTreeMap<u64, (i64, i64)>,
    connections: Option<BTreeSet<u64>>,
    port: Option<u64>,
    host: Option<&'static str>,
    from_ns: Option<i64>,
    to_ns: Option<i64>,
}

impl Selection {
    fn takes_connection(&self, record: &Value) -> bool {
        let number = record["connection"].as_u64().unwrap();
        let ends = &self.ends[&number];
        self.connections.as_ref().is_none_or(|numbers| numbers.contains(&number))
            && self.port.is_none_or(|port| ends.iter().any(|end| end.ends_with(&format!(":{port}"))))
            && self.host.is_none_or(|host| ends.iter().any(|end| end.starts_with(&format!("{host}:"))))
    }

    fn takes_time(&self, first_ns: i64, last_ns: i64) -> bool {
        self.from_ns.is_none_or(|from| last_ns >= from) && self.to_ns.is_none_or(|to| first_ns <= to)
    }

    fn takes(&self, record: &Value) -> bool {
        let ns = |key: &str| ns(record, key);
        match record["record"].as_str().unwrap() {
            "capture" | "summary" => false,
            "connection" => self.takes_connection(record) && self.takes_time(ns("first_time"), ns("last_time")),
            // What is said of the whole capture has no time, what is said of a connection as a whole has its times.
            _ if record["connection"].is_null() => true,
            _ if record["time"].is_null() => {
                let (first, last) = self.times[&record["connection"].as_u64().unwrap()];
                self.takes_connection(record) && self.takes_time(first, last)
            }
            _ => self.takes_connection(record) && self.takes_time(ns("time"), ns("time")),
        }
    }
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ns(record: &Value, key: &str) -> i64 {
    record[key].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_nanosecond() as i64
}

/// Selections that fit a capture with these records: of each kind, of several, and of nothing.
fn selections(records: &[Value]) -> Vec<Selection> {
    let connections: Vec<&Value> = records.iter().filter(|record| record["record"] == "connection").collect();
    let last = connections.iter().map(|record| record["connection"].as_u64().unwrap()).max().unwrap();
    let client = connections.iter().find(|record| record["connection"] == last).unwrap()["client"].as_str().unwrap();
    let port: u64 = client.rsplit(':').next().unwrap().parse().unwrap();
    let first = records.last().unwrap()["first_time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let after = |ms: i64| Some(first.as_nanosecond() as i64 + ms * 1_000_000);
    let end = |record: &Value, key: &str| record[key].as_str().unwrap().to_owned();
    let ends = connections
        .iter()
        .map(|record| (record["connection"].as_u64().unwrap(), [end(record, "client"), end(record, "server")]));
    let ends: BTreeMap<_, _> = ends.collect();
    let times =
        |record: &&Value| (record["connection"].as_u64().unwrap(), (ns(record, "first_time"), ns(record, "last_time")));
    let times: BTreeMap<_, _> = connections.iter().map(times).collect();
    let made = |options: &str, change: &dyn Fn(&mut Selection)| {
        let mut selection = Selection { options: options.to_owned(), ..Selection::default() };
        (selection.ends, selection.times) = (ends.clone(), times.clone());
        change(&mut selection);
        selection
    };
    let only = |numbers: &[u64]| Some(numbers.iter().copied().collect());
    vec![
        made(&format!("--connection {last}"), &|it| it.connections = only(&[last])),
        made(&format!("--port {port}"), &|it| it.port = Some(port)),
        made(&format!("--port {port} --connection {last}"), &|it| {
            (it.port, it.connections) = (Some(port), only(&[last]));
        }),
        made("--host 127.0.0.1", &|it| it.host = Some("127.0.0.1")),
        made("--host 10.1.2.3", &|it| it.host = Some("10.1.2.3")),
        made("--from +0.7", &|it| it.from_ns = after(700)),
        made("--to +0.7", &|it| it.to_ns = after(700)),
        made("--from +0.3 --to +1.5", &|it| (it.from_ns, it.to_ns) = (after(300), after(1500))),
        made(&format!("--from +1 --connection {last}"), &|it| {
            (it.from_ns, it.connections) = (after(1000), only(&[last]));
        }),
        made("--from +1000", &|it| it.from_ns = after(1_000_000)),
    ]
}

/// What a summary counts, counted again from the records that it is about.
fn assert_summed_up(summary: &Value, selected: &[&Value], all: &Value, context: &str) {
    let of = |kind: &str| selected.iter().filter(|record| record["record"] == kind).count() as u64;
    let sum = |key: &str| -> u64 {
        let connections = selected.iter().filter(|record| record["record"] == "connection");
        let sides = connections.flat_map(|record| [&record["client_to_server"], &record["server_to_client"]]);
        sides.map(|side| side[key].as_u64().unwrap_or_else(|| panic!("{key} of {side}"))).sum()
    };
    for (key, kind) in [("connections", "connection"), ("messages", "message")] {
        let (told, left_out) = (summary[key].as_u64().unwrap(), summary["left_out"][key].as_u64().unwrap());
        assert_eq!(told, of(kind), "{context}: {key}");
        assert_eq!(Some(told + left_out), all[key].as_u64(), "{context}: {key}");
    }
    let types = summary["types"].as_array().unwrap().iter().map(|kind| kind["messages"].as_u64().unwrap());
    assert_eq!(types.sum::<u64>(), of("message"), "{context}: types");
    assert_eq!(summary["captured"].as_u64(), Some(sum("captured")), "{context}: captured");
    let parts = summary["ledger"].as_object().unwrap().values().map(|bytes| bytes.as_u64().unwrap());
    assert_eq!(Some(parts.sum::<u64>()), summary["captured"].as_u64(), "{context}: the ledger adds up");
    let own = selected.iter().flat_map(|record| record["findings"].as_array().into_iter().flatten()).count() as u64;
    let found = summary["findings"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    assert_eq!(found, of("gap") + of("finding") + own, "{context}: findings");
    assert_eq!(summary["packets"], all["packets"], "{context}: the capture stays what it is");
}

#[test]
fn selected_records_are_those_of_the_whole_capture_from_files_and_pipes_with_any_number_of_threads() {
    for (index, (name, how)) in SAMPLES.iter().enumerate() {
        // Pipes that wait for nothing learn as messages come, so what is left out has to teach as well.
        for (ways, learns) in [(&["path 1", "path 2", "path 7", "pipe 2"][..], ""), (&["pipe"][..], "--no-wait")] {
            let run = |way: &str, options: &str| {
                let threads = way.split_once(' ').map_or(String::new(), |(_, threads)| format!("--threads {threads}"));
                let (path, stdin) = match way.starts_with("pipe") {
                    true => ("-".to_owned(), sample(name)),
                    false => (format!("samples/{name}"), Vec::new()),
                };
                let arguments = words(&format!("export {path} -f ndjson {how} {learns} {threads} {options}"));
                let run = deframe_with(&stdin, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
                assert_eq!(run.code, 0, "{name} {options}: {}", run.stderr);
                records(&run.stdout)
            };
            // Findings about the file name it.
            let (from_path, from_pipe) = (run(ways[0], ""), run(ways[ways.len() - 1], ""));
            for (turn, selection) in selections(&from_path).iter().enumerate() {
                // Each way for the samples themselves, one after the other for their variants.
                let chosen = if index < 7 { ways } else { &ways[(turn + index) % ways.len()..][..1] };
                for way in chosen {
                    let context = format!("{name} {how} {way} {}", selection.options);
                    let all = if way.starts_with("pipe") { &from_pipe } else { &from_path };
                    let expected: Vec<&Value> = all.iter().filter(|record| selection.takes(record)).collect();
                    let found = run(way, &selection.options);
                    let (summary, told) = (found.last().unwrap(), &found[1..found.len() - 1]);
                    for (told, expected) in told.iter().zip(&expected) {
                        assert_eq!(&told, expected, "{context}");
                    }
                    assert_eq!(told.len(), expected.len(), "{context}");
                    assert_summed_up(summary, &expected, all.last().unwrap(), &context);
                }
            }
        }
    }
}

/// Lines of a report that begin with a number, by it, however wide the columns are.
fn rows(report: &str, title: &str) -> Vec<Vec<String>> {
    let section = report.split("\n\n").find(|part| part.starts_with(title)).unwrap_or_default();
    let fields = section.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    fields.filter(|row: &Vec<String>| row.first().is_some_and(|first| first.parse::<u64>().is_ok())).collect()
}

#[test]
fn tables_show_the_rows_that_they_show_without_a_selection() {
    for (name, how) in [SAMPLES[0], SAMPLES[2], SAMPLES[4], ("faults/lost.pcap", ""), ("faults/midstream.pcap", "")] {
        let run = |command: &str, how: &str, options: &str| {
            line(&format!("{command} samples/{name} --width 400 {how} {options}")).stdout
        };
        let records = records(&line(&format!("export samples/{name} -f ndjson {how}")).stdout);
        let streams = format!("Streams\n{}", run("streams", "", ""));
        for threads in ["1", "2", "7"] {
            let analyze = format!("analyze --limit 0 --threads {threads}");
            let all = run(&analyze, how, "");
            for selection in selections(&records) {
                let context = format!("{name} {threads} {}", selection.options);
                let told = run(&analyze, how, &selection.options);
                for title in ["Connections", "Messages"] {
                    let kind = title.to_lowercase();
                    let is_told = |row: &Vec<String>| {
                        records.iter().any(|record| {
                            let key = if kind == "messages" { "number" } else { "connection" };
                            kind.starts_with(record["record"].as_str().unwrap())
                                && record[key].as_u64() == row[0].parse().ok()
                                && selection.takes(record)
                        })
                    };
                    let expected: Vec<_> = rows(&all, title).into_iter().filter(is_told).collect();
                    assert_eq!(rows(&told, title), expected, "{context} {title}");
                    if kind == "connections" {
                        let told = format!("Streams\n{}", run("streams", "", &selection.options));
                        let expected: Vec<_> = rows(&streams, "Streams").into_iter().filter(is_told).collect();
                        assert_eq!(rows(&told, "Streams"), expected, "{context} streams");
                    }
                }
            }
        }
    }
}

#[test]
fn a_followed_connection_is_the_one_of_that_number_whatever_else_is_selected() {
    let folder = Folder::new();
    for (name, number) in [("star_network.pcap", 2), ("kv.pcap", 2), ("telemetry.pcap", 1), ("faults/lost.pcap", 2)] {
        let raw = |options: &str| {
            let path = folder.path().join("raw").to_str().unwrap().to_owned();
            let run = line(&format!("streams samples/{name} --follow {number} --as raw {options} -o {path}"));
            assert_eq!(run.code, 0, "{name} {options}: {}", run.stderr);
            std::fs::read(path).unwrap()
        };
        let whole = raw("");
        assert!(!whole.is_empty());
        for at in ["0.15", "0.6", "1.0"] {
            assert_eq!([raw(&format!("--to +{at}")), raw(&format!("--from +{at}"))].concat(), whole, "{name} {at}");
        }
        let title = |options: &str| {
            let text = line(&format!("streams samples/{name} --follow {number} {options}")).quiet();
            text.lines().next().unwrap().to_owned()
        };
        assert!(title("").starts_with(&format!("Connection {number}: ")));
        assert_eq!(title("--from +0.15"), title(""), "{name}");
    }
}
