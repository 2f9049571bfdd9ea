//! One case: a file of a sentence and parts.

use crate::pcap::{self, Format};
use crate::script::Script;
use crate::told::Told;
use crate::wire;
use deframe::capture;
use deframe::limits::Caps;
use deframe::pipeline::{self, Candidate, Filter, Moment, Network, Setup, Trust};
use deframe::profile::{ProfileFile, Source};
use deframe::proto::Schema;
use std::io::Write;
use std::sync::Arc;

/// The parts that a case may have, in this order. The last two are what is told.
const PARTS: [&str; 8] = ["file", "caps", "layout", "schema", "filter", "segments", "told", "ledger"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) sentence: String,
    /// Lines without their indentation, indexed as [`PARTS`].
    parts: [String; PARTS.len()],
}

impl Case {
    /// From a file as [`Case::text`] writes it.
    pub(crate) fn parse(text: &str) -> Self {
        let mut case = Self::default();
        let mut part = None;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(known) = PARTS.iter().position(|name| *name == line) {
                part = Some(known);
            } else if let Some(part) = part {
                let inside = line.strip_prefix("  ").unwrap_or_else(|| panic!("`{line}` is neither a part nor in one"));
                case.parts[part] += &format!("{inside}\n");
            } else {
                case.sentence += &format!("{line}\n");
            }
        }
        case
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.sentence.clone();
        for (name, lines) in PARTS.iter().zip(&self.parts).filter(|(_, lines)| !lines.is_empty()) {
            text += &format!("\n{name}\n");
            text.extend(lines.lines().map(|line| format!("  {line}\n")));
        }
        text
    }

    fn part(&self, name: &str) -> &str {
        let index = PARTS.iter().position(|part| *part == name).unwrap();
        &self.parts[index]
    }

    /// This case with what the pipeline tells of its capture.
    pub(crate) fn run(&self) -> Self {
        let mut kept = tempfile::NamedTempFile::new().unwrap();
        kept.write_all(&self.file()).unwrap();
        let mut captures = capture::open(&[kept.path().display().to_string()]).unwrap();
        let mut told = Told::new(!self.part("schema").is_empty(), !self.part("filter").contains("from "));
        pipeline::run(&mut captures, &self.setup(), &mut told).unwrap();
        let mut case = self.clone();
        let [.., events, ledger] = &mut case.parts;
        (*events, *ledger) = (told.events, told.ledger);
        case
    }

    fn file(&self) -> Vec<u8> {
        let records = wire::records(&Script::default().play(self.part("segments")));
        let mut format = Format::TCPDUMP;
        let (mut is_pcapng, mut cut_len) = (false, 0);
        for line in self.part("file").lines() {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("pcapng", "") => is_pcapng = true,
                ("big-endian", "") => format.big_endian = true,
                ("nanoseconds", "") => format.nanoseconds = true,
                ("cut", len) => cut_len = len.parse().unwrap(),
                _ => panic!("`{line}` says nothing of a file"),
            }
        }
        let mut file = if is_pcapng { pcap::encode_pcapng(&records, 0) } else { pcap::encode(&records, format) };
        file.truncate(file.len() - cut_len);
        file
    }

    fn setup(&self) -> Setup {
        let mut filter = Filter::default();
        for line in self.part("filter").lines() {
            let (word, value) = line.split_once(' ').unwrap();
            match word {
                "host" => filter.hosts.push(Network::new(value.parse().unwrap(), 32).unwrap()),
                "port" => filter.ports.push(value.parse().unwrap()),
                "from" => filter.from = Some(Moment::After(value.parse::<i64>().unwrap() * 1_000_000)),
                "to" => filter.to = Some(Moment::After(value.parse::<i64>().unwrap() * 1_000_000)),
                "connection" => filter.connections.push(value.parse().unwrap()),
                _ => panic!("`{line}` is no filter"),
            }
        }
        Setup { candidates: self.candidates(), filter, caps: self.caps(), ..Setup::default() }
    }

    fn caps(&self) -> Caps {
        let mut caps = Caps::default();
        for line in self.part("caps").lines() {
            let (cap, value) = line.split_once(' ').unwrap();
            let value = value.parse().unwrap();
            match cap {
                "connections" => caps.connections = value,
                "pending-bytes" => caps.pending_bytes = value,
                "fragment-bytes" => caps.fragment_bytes = value,
                _ => panic!("`{line}` is no cap"),
            }
        }
        caps
    }

    fn candidates(&self) -> Vec<Candidate> {
        if self.part("layout").is_empty() {
            return Vec::new();
        }
        let (mut text, mut schema) = (format!("name = \"case\"\nframe = {:?}", self.part("layout").trim()), None);
        if !self.part("schema").is_empty() {
            text += "\nmessage = \"M\"";
            let proto = format!("syntax = \"proto3\";\n{}", self.part("schema"));
            schema = Some(Arc::new(Schema::from_text("case.proto", &proto).unwrap()));
        }
        let profile = ProfileFile::parse(&text, "case").unwrap().resolve(Source::CommandLine, schema).unwrap();
        vec![Candidate { profile: Arc::new(profile), trust: Trust::Given }]
    }
}
