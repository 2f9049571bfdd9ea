//! What the pipeline tells, kept.

use crate::faults::pcap::{self, Format, Record};
use crate::protocol;
use deframe::capture::{self, CaptureFacts};
use deframe::pipeline::{self, Setup};
use deframe::record::{CONTINUE, ConnectionRecord, Finding, GapRecord, MessageRecord, Sink, SinkResult, Summary};
use deframe::units::Direction;
use std::io::{self, Write};
use std::path::Path;

/// A message without what it borrows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) number: u64,
    pub(crate) client_port: u16,
    pub(crate) connection: usize,
    pub(crate) direction: &'static str,
    pub(crate) offset: u64,
    pub(crate) first_packet: u64,
    pub(crate) last_packet: u64,
    pub(crate) time_ns: i64,
    pub(crate) frame: Vec<u8>,
    pub(crate) label: Option<String>,
    pub(crate) type_name: Option<String>,
    /// Number of the request, and the time since.
    pub(crate) answers: Option<(u64, i64)>,
    pub(crate) findings: usize,
}

/// Everything that a run told.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) messages: Vec<Message>,
    pub(crate) gaps: Vec<GapRecord>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) connections: Vec<ConnectionRecord>,
    pub(crate) summary: Summary,
    /// The connections and packets of messages and gaps, in the order in which they were told.
    packets: Vec<(usize, u64)>,
    /// Calls of `begin` and of `end`.
    frame_calls: (u32, u32),
}

impl Sink for Collected {
    fn begin(&mut self, _facts: &CaptureFacts) -> SinkResult {
        assert_eq!(self.frame_calls, (0, 0), "begin comes first and once");
        self.frame_calls.0 += 1;
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.packets.push((message.connection.number, message.completed.packet));
        self.messages.push(Message {
            number: message.number,
            client_port: message.connection.client.port,
            connection: message.connection.number,
            direction: message.direction.as_str(),
            offset: message.offset.0,
            first_packet: message.first_packet,
            last_packet: message.completed.packet,
            time_ns: message.completed.time.ns(),
            frame: message.frame.to_vec(),
            label: message.label.map(str::to_owned),
            type_name: message.type_name.map(str::to_owned),
            answers: message.answers.map(|answer| (answer.number, answer.latency_ns)),
            findings: message.findings.len(),
        });
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.packets.push((gap.connection.number, gap.seen.packet));
        self.gaps.push(gap.clone());
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.findings.push(finding.clone());
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.connections.push(connection.clone());
        CONTINUE
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.frame_calls.1 += 1;
        self.summary = summary.clone();
        Ok(())
    }
}

/// Runs the pipeline over a file.
pub(crate) fn run(path: &Path, setup: &Setup) -> Collected {
    let mut captures = capture::open(&[path.display().to_string()]).expect("the file is a capture");
    let mut collected = Collected::default();
    let summary = pipeline::run(&mut captures, setup, &mut collected).expect("the sink does not fail");
    assert_eq!(collected.frame_calls, (1, 1));
    assert_eq!(format!("{summary:?}"), format!("{:?}", collected.summary), "the sink is told the same summary");
    collected
}

/// Runs the pipeline over the content of a file.
pub(crate) fn run_bytes(file: &[u8], setup: &Setup) -> Collected {
    let mut kept = tempfile::NamedTempFile::new().unwrap();
    kept.write_all(file).unwrap();
    run(kept.path(), setup)
}

/// Runs the built-in profiles over packets.
pub(crate) fn run_records(records: &[Record]) -> Collected {
    run_bytes(&pcap::encode(records, Format::TCPDUMP), protocol::built_in())
}

impl Collected {
    /// What holds for every run, whatever the capture: the ledger balances and agrees with its sums, numbers and times
    /// rise, what refers to something refers to something that is there.
    pub(crate) fn assert_sound(&self, name: &str) {
        let numbers = self.messages.iter().map(|message| message.number);
        assert!(numbers.eq(1..=self.messages.len() as u64), "{name}: messages are numbered one by one");
        self.assert_order(name);
        assert_eq!(self.summary.messages, self.messages.len() as u64, "{name}");
        assert_eq!(self.summary.connections, self.connections.len() as u64, "{name}");
        for message in &self.messages {
            assert!(message.first_packet <= message.last_packet, "{name}: {message:?}");
            assert!((1..=self.summary.capture.packets).contains(&message.first_packet), "{name}: {message:?}");
            if let Some((number, _)) = message.answers {
                let request = &self.messages[usize::try_from(number).unwrap() - 1];
                assert!(number < message.number, "{name}: {message:?}");
                assert_eq!(request.connection, message.connection, "{name}");
                assert_ne!(request.direction, message.direction, "{name}");
            }
        }
        let mut answered: Vec<u64> = self.messages.iter().filter_map(|message| Some(message.answers?.0)).collect();
        let count = answered.len();
        answered.sort_unstable();
        answered.dedup();
        assert_eq!(answered.len(), count, "{name}: a request is answered once");
        self.assert_ledger(name);
    }

    /// Messages come in capture order, and so do gaps, but for those at the end of a connection: that they are gaps is
    /// known only when nothing more comes.
    fn assert_order(&self, name: &str) {
        let last = |number| {
            let connection = self.connections.iter().find(|connection| connection.name.number == number);
            connection.unwrap().last.packet
        };
        let in_time: Vec<u64> =
            self.packets.iter().filter(|(number, packet)| *packet < last(*number)).map(|(_, packet)| *packet).collect();
        assert!(in_time.is_sorted(), "{name}: messages and gaps come in capture order: {in_time:?}");
        let packets = self.messages.iter().map(|message| message.last_packet);
        assert!(packets.is_sorted(), "{name}: messages come in capture order");
    }

    fn assert_ledger(&self, name: &str) {
        let mut captured = 0;
        for connection in &self.connections {
            let of_connection = |message: &&Message| message.connection == connection.name.number;
            let messages = self.messages.iter().filter(of_connection);
            assert_eq!(connection.messages, messages.clone().count() as u64, "{name}");
            for direction in Direction::BOTH {
                let record = connection.directions.of(direction);
                let (facts, ledger) = (record.facts, record.ledger);
                assert!(ledger.balances(), "{name}: {direction} {ledger:?}");
                assert_eq!(ledger.captured, facts.captured, "{name}: {direction}");
                let mut spans: Vec<(u64, u64)> = messages
                    .clone()
                    .filter(|message| message.direction == direction.as_str())
                    .map(|message| (message.offset, message.frame.len() as u64))
                    .collect();
                let framed: u64 = spans.iter().map(|(_, len)| len).sum();
                assert_eq!(ledger.framed, framed, "{name}: {direction}");
                let gaps = self
                    .gaps
                    .iter()
                    .filter(|gap| gap.connection.number == connection.name.number && gap.direction == direction);
                let gaps: Vec<(u64, u64)> = gaps.map(|gap| (gap.offset.0, gap.len)).collect();
                assert_eq!(facts.missing, gaps.iter().map(|(_, len)| len).sum::<u64>(), "{name}: {direction}");
                assert_eq!(facts.gaps, gaps.len() as u64, "{name}: {direction}");
                spans.extend(gaps);
                spans.sort_unstable();
                let apart = spans.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0);
                assert!(apart, "{name}: frames and gaps of {direction} overlap: {spans:?}");
                captured += facts.captured;
            }
        }
        assert!(self.summary.ledger.balances(), "{name}: {:?}", self.summary.ledger);
        assert_eq!(self.summary.ledger.captured, captured, "{name}");
    }
}
