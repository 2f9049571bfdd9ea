//! A sink says what it wants and is told that, and ends the run when it has enough.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use deframe::capture::{self, CaptureFacts};
use deframe::header::HeaderValue;
use deframe::pipeline::{self, Candidate, Learn, Setup, Trust};
use deframe::profile::BUILT_IN;
use deframe::proto::json::{self, Style};
use deframe::record::{
    BytesRecord, CONTINUE, ConnectionRecord, MessageRecord, Payload, Render, Rendered, Sink, SinkResult, Summary,
    WantedMessages, Wants,
};
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a sink was told, and when it breaks.
#[derive(Debug, Default)]
struct Told {
    wants: Wants,
    renders: bool,
    /// Messages after which it has enough; with 0 it has at the beginning.
    enough_after: Option<usize>,
    /// Each message by the bytes of its payload, its form, and the names of its header fields.
    messages: Vec<(Vec<u8>, &'static str, String)>,
    rendered: usize,
    bytes: u64,
    connections: usize,
    ends: usize,
}

impl Told {
    fn flow(&self) -> SinkResult {
        let has_enough = self.enough_after.is_some_and(|enough| self.messages.len() + self.rendered >= enough);
        if has_enough { Ok(ControlFlow::Break(())) } else { CONTINUE }
    }
}

struct Nothing;

impl Render for Nothing {
    fn another(&self) -> Box<dyn Render> {
        Box::new(Self)
    }

    fn render(&mut self, _: &MessageRecord<'_>, _: &mut Vec<u8>) {}
}

impl Sink for Told {
    fn wants(&self) -> Wants {
        self.wants
    }

    fn begin(&mut self, _: &CaptureFacts) -> SinkResult {
        self.flow()
    }

    fn renderer(&self) -> Option<Box<dyn Render>> {
        self.renders.then(|| Box::new(Nothing) as Box<dyn Render>)
    }

    fn rendered(&mut self, _: &Rendered<'_>) -> SinkResult {
        self.rendered += 1;
        self.flow()
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        let form = match message.payload {
            Payload::Protobuf(_) => "fields",
            Payload::Printed { .. } => "json",
            Payload::Opaque(_) => "opaque",
            _ => panic!("another form: {:?}", message.payload),
        };
        let names: Vec<_> = message.header.iter().map(|field| field.name).collect();
        self.messages.push((message.payload.bytes().to_vec(), form, names.join(" ")));
        self.flow()
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        self.bytes += bytes.bytes.len() as u64;
        CONTINUE
    }

    fn connection(&mut self, _: &ConnectionRecord) -> SinkResult {
        self.connections += 1;
        CONTINUE
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.ends += 1;
        Ok(())
    }
}

/// Tells `sink` of a sample.
fn tell(sample: &str, sink: &mut dyn Sink, threads: usize) -> Summary {
    let mut captures = capture::open(&[format!("samples/{sample}")]).unwrap();
    let profile = Arc::new(BUILT_IN[0].profile().unwrap());
    let candidates = vec![Candidate { profile, trust: Trust::Tried }];
    // What waits for a survey is read before the sink is told anything.
    let setup = Setup { candidates, threads, learn: Learn::AsTheyCome, ..Setup::default() };
    pipeline::run(&mut captures, &setup, sink).unwrap()
}

fn told(sample: &str, wants: Wants) -> (Told, Summary) {
    let mut told = Told { wants, ..Told::default() };
    let summary = tell(sample, &mut told, 1);
    assert_eq!(told.ends, 1);
    (told, summary)
}

#[test]
fn a_sink_that_has_enough_is_told_no_more_messages_but_what_was_open_and_the_end() {
    let all = told("star_network.pcap", Wants::messages()).1.messages;
    assert!(all > 20, "{all}");
    for (threads, renders) in [(1, false), (1, true), (2, true), (7, true), (7, false)] {
        let mut told = Told { renders, enough_after: Some(5), ..Told::default() };
        let summary = tell("star_network.pcap", &mut told, threads);
        assert_eq!(told.messages.len() + told.rendered, 5, "{threads} threads, {renders}");
        assert_eq!((summary.messages, summary.shown, told.ends), (5, 5, 1));
        assert!(told.connections > 0 && told.connections as u64 == summary.connections);
        assert!(summary.ledger.balances(), "{:?}", summary.ledger);
        if threads == 1 {
            assert!(summary.capture.packets < 40, "packets are read that nobody wants: {}", summary.capture.packets);
        }
    }
}

#[test]
fn a_sink_that_has_enough_at_the_beginning_reads_no_packet() {
    let mut told = Told { enough_after: Some(0), ..Told::default() };
    let summary = tell("star_network.pcap", &mut told, 1);
    assert_eq!((summary.capture.packets, told.messages.len(), told.ends), (0, 0, 1));
}

#[test]
fn messages_are_told_as_they_are_wanted_and_counted_in_any_case() {
    let (as_fields, summary) = told("star_network.pcap", Wants::messages());
    let (as_json, _) = told("star_network.pcap", Wants::messages().with_json(Style::default()));
    assert_eq!(as_fields.messages.len() as u64, summary.messages);
    assert!(as_fields.messages.iter().all(|(_, form, names)| *form == "fields" && names == "len magic"));
    assert!(as_json.messages.iter().any(|(_, form, _)| *form == "json"));
    let (as_bytes, counted) = told("star_network.pcap", Wants::messages().with_payload_bytes());
    assert!(as_bytes.messages.iter().all(|(_, form, names)| *form == "opaque" && names == "len magic"));
    assert_eq!(format!("{counted:?}"), format!("{summary:?}"));
    let payloads = |told: &Told| told.messages.iter().map(|(bytes, ..)| bytes.clone()).collect::<Vec<_>>();
    assert_eq!(payloads(&as_fields), payloads(&as_json));
    assert_eq!(payloads(&as_fields), payloads(&as_bytes));
    for wants in [Wants::findings(), Wants::connections()] {
        let (nothing, counted) = told("star_network.pcap", wants);
        assert_eq!((nothing.messages.len(), counted.messages), (0, summary.messages), "{wants:?}");
        assert_eq!(format!("{:?}", counted.types), format!("{:?}", summary.types));
        assert_eq!(nothing.bytes, 0);
    }
    assert_eq!(Wants::findings().messages, WantedMessages::WithFindings);
}

#[test]
fn the_bytes_of_the_streams_are_told_to_who_wants_them() {
    let (bytes, summary) = told("star_network.pcap", Wants::connections().with_bytes());
    assert_eq!(bytes.bytes, summary.ledger.captured - summary.ledger.duplicate - summary.ledger.late);
    assert!(bytes.messages.is_empty() && bytes.bytes > 0);
}

/// Holds what is printed while it is read against what is written from fields.
#[derive(Default)]
struct Compared(Vec<String>);

impl Sink for Compared {
    fn wants(&self) -> Wants {
        if self.0.is_empty() { Wants::messages() } else { Wants::messages().with_json(Style::default()) }
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        let mut text = Vec::new();
        match message.payload {
            Payload::Protobuf(decoded) => json::write_message(&decoded, Style::default(), &mut text),
            Payload::Printed { json, .. } => text.extend_from_slice(json),
            _ => panic!("not read: {:?}", message.payload),
        }
        let length = message.header.iter().find(|field| field.name == "len").map(|field| field.value);
        assert_eq!(length, Some(HeaderValue::Number(message.payload.bytes().len() as u64)));
        self.0.push(String::from_utf8(text).unwrap());
        CONTINUE
    }
}

#[test]
fn a_payload_says_the_same_in_both_forms() {
    let mut compared = Compared::default();
    tell("star_network.pcap", &mut compared, 1);
    let fields = compared.0.clone();
    tell("star_network.pcap", &mut compared, 1);
    assert_eq!(fields, compared.0[fields.len()..]);
}
