//! A small language for segments.
//!
//! One segment a line: `c 0 "hello" ack 3 fin` is sent by the client and carries five bytes from relative sequence
//! number 0 on, the first after the SYN. Words after the side, in any order:
//!
//! | word | meaning |
//! |---|---|
//! | `-1` | relative sequence number; without one, that of the side's last segment's end |
//! | `"abc"` | payload |
//! | `+7` | the snap length cut off seven bytes more |
//! | `syn`, `fin`, `rst` | flags |
//! | `ack 5` | the flag, and the other side's relative sequence number |
//! | `isn 77` | with `syn`: the raw number of the SYN, which 0 follows from now on |
//! | `x32` | so many times |
//!
//! `c2` and `s2` are the sides of another connection. `@1.5` sets the time to 1.5 s, and alone on a line lets time pass
//! until then without a segment; else each packet comes a millisecond after the one before. Raw numbers wrap after a few bytes unless the script says otherwise.

use crate::packet::{Flags, Segment, VlanPath};
use crate::stream::{Chunk, Connection, DirectionFacts, Gap, StreamConfig, StreamSink, Streams};
use crate::units::{Direction, Endpoint, Origin, StreamOffset, Timestamp};
use std::collections::HashMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

/// What a script's segments lead to, one event a line.
pub(super) fn play(script: &str) -> String {
    let mut player = Player::default();
    player.play(script);
    player.finish()
}

/// Compares what `script` leads to with `expected`, leaving out how lines are indented.
#[track_caller]
pub(super) fn check(script: &str, expected: &str) {
    let trimmed: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let events = play(script);
    let events: Vec<&str> = events.lines().collect();
    assert!(events == trimmed, "script:\n{script}\nexpected:\n{}\ngot:\n{}", trimmed.join("\n"), events.join("\n"));
}

/// Plays scripts piece by piece.
pub(super) struct Player {
    pub(super) streams: Streams,
    pub(super) events: Events,
    packet: u64,
    time_ns: i64,
    /// Raw number of relative sequence number 0, and the relative end of the last segment, by side.
    sides: HashMap<(char, u16), (u32, i64)>,
}

impl Default for Player {
    fn default() -> Self {
        let streams = Streams::new(StreamConfig { server_ports: vec![9000], ..StreamConfig::default() });
        Self { streams, events: Events::default(), packet: 0, time_ns: 0, sides: HashMap::new() }
    }
}

impl Player {
    pub(super) fn play(&mut self, script: &str) -> &mut Self {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.line(line);
        }
        self
    }

    pub(super) fn finish(mut self) -> String {
        self.streams.finish(&mut self.events);
        assert_eq!(self.streams.oldest_pending(), None);
        self.events.text
    }

    fn line(&mut self, line: &str) {
        let mut words = line.split_whitespace().peekable();
        if let Some(time) = words.peek().and_then(|word| word.strip_prefix('@')) {
            self.time_ns = nanoseconds(time) - 1_000_000;
            words.next();
        }
        let Some(side) = words.next() else {
            self.time_ns += 1_000_000;
            return self.streams.pass_time(Timestamp::from_ns(self.time_ns), &mut self.events);
        };
        let (letter, number) = side.split_at(1);
        let letter = letter.chars().next().unwrap();
        let number: u16 = if number.is_empty() { 1 } else { number.parse().unwrap() };
        let key = (letter, number);
        let other = (if letter == 'c' { 's' } else { 'c' }, number);

        let (mut flags, mut seq, mut ack, mut payload, mut cut, mut times) = (Flags::default(), None, 0, "", 0, 1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap().parse::<i64>().unwrap();
            match word {
                "syn" => flags.syn = true,
                "fin" => flags.fin = true,
                "rst" => flags.rst = true,
                "ack" => {
                    flags.ack = true;
                    ack = raw(self.side(other).0, value());
                }
                "isn" => *self.side(key) = (raw(0, value() + 1), 0),
                _ if word.starts_with('"') => payload = word.trim_matches('"'),
                _ if word.starts_with('+') => cut = word[1..].parse().unwrap(),
                _ if word.starts_with('x') => times = word[1..].parse().unwrap(),
                _ => seq = Some(word.parse::<i64>().unwrap()),
            }
        }
        let (base, end) = *self.side(key);
        let seq = seq.unwrap_or(if flags.syn { -1 } else { end });
        self.side(key).1 = seq + payload.len() as i64 + cut + i64::from(flags.syn);
        for _ in 0..times {
            self.packet += 1;
            self.time_ns += 1_000_000;
            let client = Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), port: 40_000 + number };
            let server = Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)), port: 8000 };
            let (source, destination) = if letter == 'c' { (client, server) } else { (server, client) };
            let segment = Segment {
                origin: Origin { packet: self.packet, time: Timestamp::from_ns(self.time_ns) },
                source,
                destination,
                vlan: VlanPath::default(),
                seq: raw(base, seq),
                ack,
                flags,
                payload: payload.as_bytes(),
                payload_len: u32::try_from(payload.len() as i64 + cut).unwrap(),
            };
            self.streams.push(&segment, &mut self.events);
        }
    }

    fn side(&mut self, key: (char, u16)) -> &mut (u32, i64) {
        self.sides.entry(key).or_insert(if key.0 == 'c' { (u32::MAX - 1, 0) } else { (u32::MAX - 2, 0) })
    }
}

/// The raw number of `relative` where 0 is `base`.
fn raw(base: u32, relative: i64) -> u32 {
    u32::try_from((i64::from(base) + relative).rem_euclid(1 << 32)).unwrap()
}

/// `1.5` are 1,500,000,000 ns.
fn nanoseconds(seconds: &str) -> i64 {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    format!("{whole}{fraction:0<9}").parse().unwrap()
}

/// What a sink was told, as text, checked for what must hold in every case.
#[derive(Default)]
pub(super) struct Events {
    pub(super) text: String,
    /// Where the next chunk or gap has to start, and when the last chunk was available, by connection and direction.
    at: HashMap<(usize, Direction), (StreamOffset, Origin)>,
}

impl Events {
    fn line(&mut self, connection: &Connection, direction: Direction, event: &str) {
        let side = if connection.client.port != 8000 { ["c", "s"] } else { ["s", "c"] };
        let number = if connection.id.0 == 0 { String::new() } else { (connection.id.0 + 1).to_string() };
        writeln!(self.text, "{}{number} {event}", side[direction.index()]).unwrap();
    }

    fn at(&mut self, connection: &Connection, direction: Direction) -> &mut (StreamOffset, Origin) {
        self.at.entry((connection.id.0, direction)).or_default()
    }
}

impl StreamSink for Events {
    fn chunk(&mut self, connection: &Connection, direction: Direction, chunk: Chunk<'_>) {
        let (at, available) = self.at(connection, direction);
        assert_eq!(*at, chunk.offset);
        assert!(*available <= chunk.available && !chunk.bytes.is_empty());
        assert!(chunk.packet <= chunk.available.packet);
        *at = at.plus(chunk.bytes.len() as u64);
        *available = chunk.available;
        let bytes = std::str::from_utf8(chunk.bytes).unwrap();
        let (offset, packet, available) = (chunk.offset, chunk.packet, chunk.available.packet);
        let later = if available == packet { String::new() } else { format!(" at p{available}") };
        self.line(connection, direction, &format!("{offset} \"{bytes}\" p{packet}{later}"));
    }

    fn gap(&mut self, connection: &Connection, direction: Direction, gap: Gap) {
        let (at, _) = self.at(connection, direction);
        assert_eq!(*at, gap.offset);
        assert!(gap.len > 0);
        *at = at.plus(gap.len);
        let Gap { offset, len, reason, seen } = gap;
        self.line(connection, direction, &format!("{offset} gap of {len} {reason:?} p{}", seen.packet));
    }

    fn conflict(&mut self, connection: &Connection, direction: Direction, offset: StreamOffset, seen: Origin) {
        self.line(connection, direction, &format!("{offset} conflict p{}", seen.packet));
    }

    fn closed(&mut self, connection: &Connection) {
        let [to_server, to_client] = connection.directions;
        for (direction, facts) in Direction::BOTH.into_iter().zip([to_server, to_client]) {
            assert_eq!(facts.captured, facts.delivered + facts.duplicate + facts.late, "{facts:?}");
            assert_eq!(self.at(connection, direction).0.0, facts.delivered + facts.missing, "{facts:?}");
        }
        self.at.retain(|(id, _), _| *id != connection.id.0);
        let (id, state) = (connection.id.0 + 1, connection.state);
        let swapped = if connection.client.port != 8000 { "" } else { " swapped" };
        let to_server = describe(&to_server);
        let to_client = describe(&to_client);
        writeln!(self.text, "closed {id} {state:?}{swapped} ->{to_server} <-{to_client}").unwrap();
    }
}

/// The counts of a direction that are not as everyone expects: nothing lost, nothing twice.
fn describe(facts: &DirectionFacts) -> String {
    let counts = [
        (facts.duplicate, "duplicate"),
        (facts.late, "late"),
        (facts.missing, "missing"),
        (facts.retransmissions, "retransmissions"),
        (facts.out_of_order, "out of order"),
        (facts.conflicting, "conflicting"),
    ];
    let unusual = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    format!(" {}{}", facts.delivered, unusual.collect::<String>())
}
