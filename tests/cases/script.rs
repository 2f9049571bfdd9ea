//! A small language for segments, one a line; `tests/cases/README.md` has its words.
//!
//! In: lines of a script. Out: what was sent, with raw numbers. Invariant: unless a script says otherwise, raw numbers
//! wrap after a few bytes, and packets come a millisecond apart. Not responsible for what a segment travels in.

use std::collections::HashMap;

/// One segment.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Nanoseconds since the epoch.
    pub(crate) time_ns: i64,
    /// `c` or `s`, and which connection.
    pub(crate) side: (char, u16),
    pub(crate) seq: u32,
    pub(crate) ack: Option<u32>,
    pub(crate) syn: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
    pub(crate) payload: Vec<u8>,
    /// Bytes of payload that the snap length took.
    pub(crate) cut_len: u32,
    /// What the segment travels in: a word, and its number or 0.
    pub(crate) wrapping: Vec<(String, u32)>,
}

/// Where a script stands.
#[derive(Debug, Default)]
pub(crate) struct Script {
    time_ns: i64,
    /// Raw number of relative sequence number 0, and the relative end of the last segment, by side.
    sides: HashMap<(char, u16), (u32, i64)>,
}

impl Script {
    /// The segments of some lines, which go on where the lines before ended.
    pub(crate) fn play(&mut self, lines: &str) -> Vec<Sent> {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.flat_map(|line| self.line(line)).collect()
    }

    fn line(&mut self, line: &str) -> Vec<Sent> {
        let (line, wrapping) = line.split_once('|').unwrap_or((line, ""));
        let mut words = line.split_whitespace().peekable();
        if let Some(time) = words.peek().and_then(|word| word.strip_prefix('@')) {
            self.time_ns = nanoseconds(time) - 1_000_000;
            words.next();
        }
        let (letter, number) = words.next().expect("a side").split_at(1);
        let letter = letter.chars().next().unwrap();
        let number: u16 = if number.is_empty() { 1 } else { number.parse().unwrap() };
        let side = (letter, number);
        let other = (if letter == 'c' { 's' } else { 'c' }, number);

        let (mut syn, mut fin, mut rst, mut ack, mut seq) = (false, false, false, None, None);
        let (mut payload, mut cut_len, mut times, mut step_ns) = (Vec::new(), 0, 1, 1_000_000);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap().parse::<i64>().unwrap();
            match word {
                "syn" => syn = true,
                "fin" => fin = true,
                "rst" => rst = true,
                "ack" => ack = Some(raw(self.base(other).0, value())),
                "each" => step_ns = nanoseconds(words.next().unwrap()),
                "isn" => *self.base(side) = (raw(0, value() + 1), 0),
                _ if word.starts_with('"') => payload = bytes(word),
                _ if word.starts_with('+') => cut_len = word[1..].parse().unwrap(),
                _ if word.starts_with('x') => times = word[1..].parse().unwrap(),
                _ => seq = Some(word.parse::<i64>().unwrap_or_else(|_| panic!("`{word}` in `{line}`"))),
            }
        }
        let (base, end) = *self.base(side);
        let seq = seq.unwrap_or(if syn { -1 } else { end });
        self.base(side).1 = seq + i64::try_from(payload.len()).unwrap() + i64::from(cut_len) + i64::from(syn);
        let seq = raw(base, seq);
        let wrapping = wrapped(wrapping);
        let sent = Sent { time_ns: 0, side, seq, ack, syn, fin, rst, payload, cut_len, wrapping };
        let again = (0..times).map(|_| {
            self.time_ns += step_ns;
            Sent { time_ns: self.time_ns, ..sent.clone() }
        });
        again.collect()
    }

    fn base(&mut self, side: (char, u16)) -> &mut (u32, i64) {
        self.sides.entry(side).or_insert(if side.0 == 'c' { (u32::MAX - 1, 0) } else { (u32::MAX - 2, 0) })
    }
}

/// `vlan 5 gre pad 6`
fn wrapped(text: &str) -> Vec<(String, u32)> {
    let mut wrapping: Vec<(String, u32)> = Vec::new();
    for word in text.split_whitespace() {
        match (word.parse(), wrapping.last_mut()) {
            (Ok(number), Some((_, value))) => *value = number,
            _ => wrapping.push((word.to_owned(), 0)),
        }
    }
    wrapping
}

/// `"ab\x00"`, and `"ab"*100` for two hundred bytes.
fn bytes(word: &str) -> Vec<u8> {
    let (text, times) = word.rsplit_once("\"*").map_or((word, 1), |(text, times)| (text, times.parse().unwrap()));
    let mut parts = text.trim_matches('"').split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    bytes.repeat(times)
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
