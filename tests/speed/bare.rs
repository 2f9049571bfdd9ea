//! The yardstick: the whole job on a perfect capture, with nothing that can go wrong taken care of.
//!
//! One loop on one thread: records of a pcap file, Ethernet, IPv4 and TCP at their usual places, segments in order,
//! frames by length, every field of every payload, and, if asked for, a line of JSON for each frame. Whatever is not
//! perfect panics or is left out. Numbers are written by itoa and ryu, as in any such loop. What a real program takes
//! longer than this is the price of its care.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};

/// Bytes that are read, and written, at a time.
const BLOCK: usize = 256 << 10;

/// One direction of a connection.
#[derive(Default)]
struct Stream {
    next: u32,
    /// The start of a frame that is not complete.
    left: Vec<u8>,
}

/// What was found.
#[derive(Default)]
pub(crate) struct Bare {
    pub(crate) frames: u64,
    pub(crate) fields: u64,
    json: bool,
    out: Vec<u8>,
}

/// Reads `path`; writes a line for each frame to `sink` if `json`.
pub(crate) fn run(path: &str, json: bool, mut sink: impl Write) -> io::Result<Bare> {
    let mut bare = Bare { json, out: Vec::with_capacity(2 * BLOCK), ..Bare::default() };
    let mut streams: HashMap<[u8; 12], Stream, RandomState> = HashMap::default();
    let (mut file, mut block, mut end, mut at) = (File::open(path)?, vec![0; BLOCK], 0, 24);
    loop {
        let record = block.get(at..end).filter(|rest| rest.len() >= 16);
        let len = record.map_or(BLOCK, |record| 16 + u32_le(record, 8) as usize);
        let Some(record) = record.and_then(|record| record.get(..len)) else {
            block.copy_within(at.min(end)..end, 0);
            (at, end) = (at.saturating_sub(end), end - at.min(end));
            let count = file.read(&mut block[end..])?;
            if count == 0 {
                break;
            }
            end += count;
            continue;
        };
        at += len;
        bare.packet(u32_le(record, 0), &record[16..], &mut streams);
        if bare.out.len() >= BLOCK {
            sink.write_all(&bare.out)?;
            bare.out.clear();
        }
    }
    sink.write_all(&bare.out)?;
    Ok(bare)
}

impl Bare {
    fn packet(&mut self, time: u32, packet: &[u8], streams: &mut HashMap<[u8; 12], Stream, RandomState>) {
        let ip = &packet[14..14 + usize::from(u16::from_be_bytes([packet[16], packet[17]]))];
        let tcp = &ip[usize::from(ip[0] & 15) * 4..];
        let mut key = [0; 12];
        key[..8].copy_from_slice(&ip[12..20]);
        key[8..].copy_from_slice(&tcp[..4]);
        let seq = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
        let stream = streams.entry(key).or_default();
        if tcp[13] & 2 != 0 {
            stream.next = seq.wrapping_add(1);
            return;
        }
        let payload = &tcp[usize::from(tcp[12] >> 4) * 4..];
        if payload.is_empty() || seq != stream.next {
            return;
        }
        stream.next = seq.wrapping_add(payload.len() as u32);
        if stream.left.is_empty() {
            let done = self.frames(time, payload);
            stream.left.extend_from_slice(&payload[done..]);
        } else {
            stream.left.extend_from_slice(payload);
            let done = self.frames(time, &stream.left);
            stream.left.drain(..done);
        }
    }

    /// Returns how many of the bytes were whole frames.
    fn frames(&mut self, time: u32, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(header) = bytes.get(at..at + 8) {
            let len = u32_le(header, 0) as usize;
            let Some(payload) = bytes.get(at + 8..at + 8 + len) else { break };
            self.frames += 1;
            if self.json {
                for (key, value) in
                    [("{\"number\":", self.frames), (",\"time\":", time.into()), (",\"len\":", len as u64)]
                {
                    self.out.extend_from_slice(key.as_bytes());
                    self.number(value);
                }
                self.out.extend_from_slice(b",\"fields\":");
                self.message(payload);
                self.out.extend_from_slice(b"}\n");
            } else {
                self.message(payload);
            }
            at += 8 + len;
        }
        at
    }

    fn message(&mut self, bytes: &[u8]) {
        let (mut at, mut separator) = (0, b"[{\"field\":");
        while at < bytes.len() {
            let tag = varint(bytes, &mut at).unwrap();
            self.fields += 1;
            if self.json {
                self.out.extend_from_slice(separator);
                separator = b",{\"field\":";
                self.number(tag >> 3);
                self.out.extend_from_slice(b",\"value\":");
            }
            match tag & 7 {
                0 => {
                    let value = varint(bytes, &mut at).unwrap();
                    if self.json {
                        self.number(value);
                    }
                }
                1 => {
                    self.float(f64::from_bits(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())));
                    at += 8;
                }
                5 => {
                    self.float(f32::from_bits(u32_le(bytes, at)));
                    at += 4;
                }
                _ => {
                    let len = varint(bytes, &mut at).unwrap() as usize;
                    self.content(&bytes[at..at + len]);
                    at += len;
                }
            }
            if self.json {
                self.out.push(b'}');
            }
        }
        if self.json {
            self.out.extend_from_slice(if bytes.is_empty() { b"[]" } else { b"]" });
        }
    }

    /// Text where it can be printed, else a message where it is one, else bytes.
    fn content(&mut self, content: &[u8]) {
        let is_text = std::str::from_utf8(content).is_ok() && content.iter().all(|byte| *byte >= b' ');
        if !is_text && is_message(content) {
            return self.message(content);
        }
        if !self.json {
            return;
        }
        self.out.push(b'"');
        for byte in content {
            match byte {
                _ if !is_text => {
                    let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
                    self.out.extend([digit(byte >> 4), digit(byte & 15)]);
                }
                b'"' | b'\\' => self.out.extend([b'\\', *byte]),
                _ => self.out.push(*byte),
            }
        }
        self.out.push(b'"');
    }

    fn number(&mut self, value: u64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn float(&mut self, value: impl ryu::Float) {
        if self.json {
            self.out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
        }
    }
}

fn u32_le(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Whether the bytes are fields to their end.
fn is_message(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let Some(tag) = varint(bytes, &mut at).filter(|tag| tag >> 3 != 0) else { return false };
        match tag & 7 {
            0 => {
                if varint(bytes, &mut at).is_none() {
                    return false;
                }
            }
            1 => at += 8,
            5 => at += 4,
            2 => {
                let Some(len) = varint(bytes, &mut at) else { return false };
                at = at.saturating_add(usize::try_from(len).unwrap_or(usize::MAX));
            }
            _ => return false,
        }
    }
    at == bytes.len() && at > 0
}
