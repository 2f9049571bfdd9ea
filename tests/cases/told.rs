//! What the pipeline tells of a case, in lines, and what must hold in every case.

use deframe::capture::CaptureFacts;
use deframe::proto::json;
use deframe::record::{
    BytesRecord, CONTINUE, ConnectionName, ConnectionRecord, Finding, GapRecord, LeftOut, MessageRecord, Sink,
    SinkResult, Summary, Wants,
};
use deframe::units::Direction;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;

/// Lines for both parts of a case.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) events: String,
    pub(crate) ledger: String,
    /// Whether payloads are shown as JSON.
    content: bool,
    /// Whether everything is told that happens on a connection.
    is_whole: bool,
    /// Where the next bytes or gap have to start, and bytes in gaps and frames, by connection and direction.
    seen: HashMap<(usize, Direction), Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    at: u64,
    missing: u64,
    framed: u64,
}

/// `c`, or `s2`: who sent it, which the addresses say.
fn side(connection: &ConnectionName, direction: Direction) -> String {
    let sender = if direction == Direction::ClientToServer { connection.client } else { connection.server };
    let last = match sender.addr {
        IpAddr::V4(addr) => addr.octets()[3],
        IpAddr::V6(addr) => addr.octets()[15],
    };
    let number = if connection.number == 1 { String::new() } else { connection.number.to_string() };
    format!("{}{number}", if last == 1 { 'c' } else { 's' })
}

/// As in a script: `"ab\x00"`; many of one byte as `"x"*1000`.
fn quoted(bytes: &[u8]) -> String {
    let (bytes, times) = match bytes {
        [first, .., _] if bytes.len() > 64 && bytes.iter().all(|byte| byte == first) => (&bytes[..1], bytes.len()),
        _ => (bytes, 1),
    };
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' | b' ' => write!(text, "\\x{byte:02x}").unwrap(),
            byte if byte.is_ascii_graphic() => text.push(char::from(*byte)),
            byte => write!(text, "\\x{byte:02x}").unwrap(),
        }
    }
    text.push('"');
    if times > 1 {
        write!(text, "*{times}").unwrap();
    }
    text
}

impl Told {
    /// Nothing yet.
    pub(crate) fn new(content: bool, is_whole: bool) -> Self {
        Self { content, is_whole, ..Self::default() }
    }

    fn seen(&mut self, connection: &ConnectionName, direction: Direction) -> &mut Seen {
        self.seen.entry((connection.number, direction)).or_default()
    }

    /// Bytes and gaps follow each other.
    fn follow(&mut self, connection: &ConnectionName, direction: Direction, offset: u64, len: u64) {
        let is_whole = self.is_whole;
        let seen = self.seen(connection, direction);
        assert!(seen.at == offset || !is_whole && seen.at < offset, "{} {offset}", seen.at);
        seen.at = offset + len;
    }
}

impl Sink for Told {
    fn wants(&self) -> Wants {
        Wants::messages().with_bytes()
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        let BytesRecord { connection, direction, offset, bytes, packet, available, .. } = *bytes;
        self.follow(&connection, direction, offset.0, bytes.len() as u64);
        let later = if available.packet == packet { String::new() } else { format!(" at p{}", available.packet) };
        writeln!(self.events, "{} {offset} {} p{packet}{later}", side(&connection, direction), quoted(bytes)).unwrap();
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        let GapRecord { connection, direction, offset, len, reason, seen, .. } = *gap;
        self.follow(&connection, direction, offset.0, len);
        self.seen(&connection, direction).missing += len;
        let (side, reason) = (side(&connection, direction), reason.as_str());
        writeln!(self.events, "{side} {offset} gap of {len}, {reason}, p{}", seen.packet).unwrap();
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        let MessageRecord { connection, direction, offset, frame, first_packet, completed, .. } = *message;
        self.seen(&connection, direction).framed += frame.len() as u64;
        let packets = match completed.packet {
            last if last == first_packet => format!("p{last}"),
            last => format!("p{first_packet} to p{last}"),
        };
        let side = side(&connection, direction);
        write!(self.events, "{side} {offset} frame of {}, {packets}", frame.len()).unwrap();
        if self.content {
            let mut content = Vec::new();
            let decoded = message.payload.decoded().expect("fields are wanted");
            json::write_message(decoded, json::Style::default(), &mut content);
            write!(self.events, ": {}", String::from_utf8(content).unwrap()).unwrap();
        }
        self.events.push('\n');
        for finding in message.findings {
            let _ = self.finding(finding)?;
        }
        CONTINUE
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        if let (Some(connection), Some(direction)) = (finding.connection, finding.direction) {
            write!(self.events, "{} ", side(&connection, direction)).unwrap();
        }
        if let Some(offset) = finding.offset {
            write!(self.events, "{offset} ").unwrap();
        }
        let packet = finding.seen.map_or_else(String::new, |seen| format!(", p{}", seen.packet));
        let text = finding.text.replace(char::is_whitespace, " ");
        writeln!(self.events, "{}{packet}: {}", finding.kind.as_str(), without_path(&text)).unwrap();
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        let (name, state) = (connection.name, connection.state.as_str());
        write!(self.events, "closed {} {state}", name.number).unwrap();
        if side(&name, Direction::ClientToServer).starts_with('s') {
            self.events.push_str(", opened by s");
        }
        self.events.push('\n');
        for direction in Direction::BOTH {
            let record = connection.directions.of(direction);
            let (facts, ledger) = (record.facts, record.ledger);
            assert!(ledger.balances(), "{ledger:?}");
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late, "{facts:?}");
            assert_eq!(ledger.captured, facts.captured, "{ledger:?} {facts:?}");
            let is_whole = self.is_whole;
            let Seen { at, missing, framed } = *self.seen(&name, direction);
            if is_whole {
                assert_eq!((at, missing), (facts.delivered + facts.missing, facts.missing), "{facts:?}");
                assert_eq!(framed, ledger.framed, "{ledger:?}");
            }
            if facts.captured + facts.missing == 0 {
                continue;
            }
            let parts: Vec<_> = ledger.parts().into_iter().filter(|(_, len)| *len > 0).collect();
            let parts: Vec<_> = parts.iter().map(|(part, len)| format!("{len} {}", part.replace('_', "-"))).collect();
            let sum = if parts.is_empty() { String::new() } else { format!(" = {}", parts.join(" + ")) };
            let counts = [
                (facts.missing, "missing"),
                (facts.retransmissions, "retransmissions"),
                (facts.out_of_order, "out of order"),
                (facts.conflicting, "conflicting"),
            ];
            let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("; {count} {what}"));
            let counts: String = counts.collect();
            writeln!(self.ledger, "{}: {} captured{sum}{counts}", side(&name, direction), facts.captured).unwrap();
        }
        CONTINUE
    }

    fn begin(&mut self, _: &CaptureFacts) -> SinkResult {
        CONTINUE
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        assert!(summary.ledger.balances(), "{:?}", summary.ledger);
        for (reason, count) in &summary.unread {
            writeln!(self.events, "unread: {count} {reason}").unwrap();
        }
        if summary.left_out.connections + summary.left_out.messages > 0 {
            let LeftOut { connections, messages, .. } = summary.left_out;
            writeln!(self.events, "left out: connections {connections}, messages {messages}").unwrap();
        }
        Ok(())
    }
}

/// A damaged capture is named by its path, which is another one each time.
fn without_path(text: &str) -> &str {
    text.find("byte ").filter(|_| text.starts_with('/')).map_or(text, |at| &text[at..])
}
