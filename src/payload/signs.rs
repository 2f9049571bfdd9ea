//! What payloads that are alike say of their kind.
//!
//! In: payloads, one after the other. Out: the kind that explains them best, and how sure that is. Each different
//! payload is a vote for the kind that it reads as to its last byte in the fewest bits, by what this saves over opaque
//! bytes, and one against the kinds that it does not read as. Short payloads save little. A payload that came before
//! says a tenth of a new one. Invariant: sums are integers, so that the same payloads in the same order say the same.
//! Not responsible for which payloads are alike.

use super::msgpack;
use super::{PayloadKind, json, text};
use crate::proto::{Reading, message_price, opaque_price, text_price, value_price};

/// Most that one payload says for protobuf, and what it says against it if it does not read as such, in tenths of a
/// bit. Of opaque bytes few read as fields by chance, but each of those few would say a lot; what half of the payloads
/// are not is none of them.
const FOR_PROTOBUF: i64 = 100;
const AGAINST_PROTOBUF: i64 = 100;
/// Most that one payload says for another kind, and what it says against one that it does not read as. Chance makes no
/// long text, so one may say more; but what is text now and then is not text: nine in ten payloads must be.
const FOR: i64 = 300;
const AGAINST: i64 = 2700;
/// JSON is text as well: what reads as JSON each time is no accident.
const JSON: i64 = 20;
/// What speaks for protobuf beforehand, where any payload reads as such.
const EXPECTED: i64 = 100;
/// What a payload says that came before, as a divisor.
const REPEATED: i64 = 10;

/// Number of different payloads, and margin in tenths of a bit, from which on a kind is decided for good.
const ENOUGH: u32 = 64;
const CLEAR: i64 = 2000;

/// Kinds other than opaque, in the order of the sums.
const KINDS: [PayloadKind; 4] = [PayloadKind::Protobuf, PayloadKind::Json, PayloadKind::Text, PayloadKind::Msgpack];

/// Number of payloads that are remembered to know one again.
const REMEMBERED: usize = 16;

/// Votes of the payloads so far.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// Number of different payloads, as far as that is remembered.
    different: u32,
    /// Tenths of a bit that speak for each of [`KINDS`], beside opaque.
    sums: [i64; KINDS.len()],
    /// Digests of payloads; 0 is none.
    recent: [u64; REMEMBERED],
    is_decided: bool,
}

/// The kind of payloads, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What the payloads are.
    pub kind: PayloadKind,
    /// Tenths of a bit between this kind and the next best.
    margin: i64,
}

impl Signs {
    /// Adds one payload; an empty one says nothing. `reading` is memory that is used on the way.
    pub fn see(&mut self, payload: &[u8], reading: &mut Reading) {
        if payload.is_empty() || self.is_decided {
            return;
        }
        let digest = digest(payload);
        let place = self.recent.iter().position(|seen| *seen == digest);
        let weight = if place.is_some() { REPEATED } else { 1 };
        if place.is_none() {
            self.recent.rotate_right(1);
            self.recent[0] = digest;
            self.different = self.different.saturating_add(1);
        }
        for (sum, vote) in self.sums.iter_mut().zip(votes(payload, reading)) {
            *sum = sum.saturating_add(vote / weight);
        }
        self.is_decided = self.different >= ENOUGH && self.verdict().is_some_and(|verdict| verdict.margin >= CLEAR);
    }

    /// What the payloads say so far; none if all were empty.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        if self.different == 0 {
            return None;
        }
        let [protobuf, ..] = self.sums;
        let best = KINDS.into_iter().zip(self.sums).max_by_key(|(kind, sum)| sum + expected(*kind, protobuf));
        let (kind, sum) =
            best.filter(|(kind, sum)| sum + expected(*kind, protobuf) > 0).unwrap_or((PayloadKind::Opaque, 0));
        // JSON is text: the one does not speak against the other.
        let is_rival = |other: PayloadKind| other != kind && (kind, other) != (PayloadKind::Json, PayloadKind::Text);
        let rivals = KINDS.into_iter().zip(self.sums).filter(|(other, _)| is_rival(*other)).map(|(_, sum)| sum);
        let opaque = (kind != PayloadKind::Opaque).then_some(0);
        let second = rivals.chain(opaque).max().unwrap_or(0);
        Some(Verdict { kind, margin: (sum - second).max(0) })
    }
}

impl Verdict {
    /// How sure the kind is, from 0.5 to 1. Payloads of one kind resemble each other, so their bits count half.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "past a hundred bits all is 1")]
        let bits = self.margin.min(1000) as f32 / 10.0;
        1.0 / (1.0 + (-bits / 2.0).exp2())
    }

    /// Whether this stands against another verdict on a larger group of payloads.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.margin >= 2 * FOR_PROTOBUF
    }

    /// Whichever of two that say the same is surer.
    #[must_use]
    pub fn or_surer(self, other: Self) -> Self {
        if other.kind == self.kind && other.margin > self.margin { other } else { self }
    }
}

/// What speaks for a kind beforehand.
const fn expected(kind: PayloadKind, protobuf: i64) -> i64 {
    if matches!(kind, PayloadKind::Protobuf) && protobuf > -AGAINST_PROTOBUF { EXPECTED } else { 0 }
}

/// What a payload says for and against each of [`KINDS`]. Of several that it reads as, it speaks for the one that takes
/// the fewest bits, and says nothing of the others.
fn votes(payload: &[u8], reading: &mut Reading) -> [i64; KINDS.len()] {
    let opaque = opaque_price(payload);
    let text = text::is_text(payload).then(|| text_price(payload));
    let msgpack = msgpack::price(payload, value_price);
    // Which is the cheapest matters only where there are several; else it is enough that it says the most.
    let is_alone = text.is_none() && msgpack.is_none();
    let enough = if is_alone { opaque.saturating_sub(FOR_PROTOBUF.unsigned_abs()) } else { 0 };
    let message = message_price(payload, enough, reading);
    let least = [message, text, msgpack].into_iter().flatten().min();
    let vote = |price: Option<u64>, most: i64, against: i64| match price {
        None => -against,
        Some(price) if Some(price) > least => 0,
        Some(price) => (opaque.cast_signed() - price.cast_signed()).clamp(-most, most),
    };
    let text = vote(text, FOR, AGAINST);
    let json = if json::is_json(payload) { text + JSON } else { -AGAINST };
    [vote(message, FOR_PROTOBUF, AGAINST_PROTOBUF), json, text, vote(msgpack, FOR, AGAINST)]
}

/// FNV-1a over the length and the first bytes, never 0.
fn digest(payload: &[u8]) -> u64 {
    let bytes = payload.len().to_le_bytes();
    let add = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().chain(payload.iter().take(256)).fold(0xcbf2_9ce4_8422_2325, add).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(payloads: &[&[u8]]) -> Option<(PayloadKind, f32)> {
        let (mut signs, mut reading) = (Signs::default(), Reading::default());
        payloads.iter().for_each(|payload| signs.see(payload, &mut reading));
        signs.verdict().map(|verdict| (verdict.kind, verdict.confidence()))
    }

    fn kind(payloads: &[&[u8]]) -> PayloadKind {
        verdict(payloads).unwrap().0
    }

    const FIELDS: [&[u8]; 4] = [b"\x08\x01", b"\x08\x02\x12\x03abc", b"\x08\x03\x12\x02de", b"\x08\x96\x01"];

    #[test]
    fn each_kind_is_told_by_its_payloads() {
        assert_eq!(kind(&FIELDS), PayloadKind::Protobuf);
        assert_eq!(kind(&[b"{\"a\":1}", b"[]", b"{\"b\":[true]}"]), PayloadKind::Json);
        assert_eq!(kind(&[b"hello", b"how are you", b"{\"a\":1}"]), PayloadKind::Text);
        assert_eq!(kind(&[b"\x82\xa1a\x01\xa1b\x02", b"\x81\xa1a\xc3"]), PayloadKind::Msgpack);
        assert_eq!(kind(&[b"\x03SELECT 1", b"\x03SELECT 2", b"\x01"]), PayloadKind::Opaque);
    }

    #[test]
    fn empty_payloads_say_nothing() {
        assert_eq!(verdict(&[b"", b""]), None);
        assert_eq!(verdict(&[b"", b"hello there"]), verdict(&[b"hello there"]));
    }

    #[test]
    fn one_payload_in_a_few_that_is_something_else_changes_nothing() {
        for other in [&b"\xff\xff\xff"[..], b"plain text", b"{}"] {
            assert_eq!(kind(&[&FIELDS[..], &[other]].concat()), PayloadKind::Protobuf);
        }
        // Neither do some that follow many that are alike.
        let repeated = [[FIELDS[1]; 60].as_slice(), &[b"\xff\x01", b"\xff\x02", b"\xff\x03"]].concat();
        assert_eq!(kind(&repeated), PayloadKind::Protobuf);
    }

    #[test]
    fn a_message_of_one_text_is_protobuf_though_all_its_bytes_are_text() {
        let text = b"\x0a\x2bsomething that is long enough to be sure of it";
        assert!(text::is_text(&text[..45]));
        assert_eq!(kind(&[&text[..45]]), PayloadKind::Protobuf);
    }

    #[test]
    fn a_few_short_payloads_say_less_than_many() {
        let (_, few) = verdict(&[b"on"]).unwrap();
        let (_, many) = verdict(&[b"on", b"off", b"standby", b"restart now", b"all systems go"]).unwrap();
        assert!((0.5..0.99).contains(&few) && many > 0.99, "{few} {many}");
    }

    #[test]
    fn what_many_payloads_decided_stays() {
        let (mut signs, mut reading) = (Signs::default(), Reading::default());
        for index in 0..100_u8 {
            signs.see(&[8, index, 0x12, 5, b'h', b'e', b'l', b'l', b'o'], &mut reading);
        }
        (0..=255_u8).cycle().take(1000).for_each(|byte| signs.see(&[0xff, byte, byte], &mut reading));
        assert_eq!(signs.verdict().unwrap().kind, PayloadKind::Protobuf);
    }
}
