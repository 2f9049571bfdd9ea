//! Fragments are joined to datagrams, held against a model with a cell for each byte.

use super::super::datagram::{Addresses, Datagram};
use super::super::layer::Layer;
use super::*;
use etherparse::{Ipv4HeaderSlice, ip_number};
use proptest::prelude::*;

/// An IPv4 header: 20 bytes, TCP, from and to 127.0.0.1.
const HEADER: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];

/// One stage, what it joined last, and what it counted.
#[derive(Default)]
struct Bench {
    fragments: Fragments,
    tally: Tally,
    datagram: Vec<u8>,
}

/// `len` bytes on the wire that begin with `bytes`, at `offset` of the datagram `id`.
fn fragment(id: u32, offset: usize, bytes: &[u8], len: usize, more: bool) -> Datagram<'_> {
    let payload = Layer::new(bytes, len, 0);
    Datagram {
        between: Addresses::V4(Ipv4HeaderSlice::from_slice(&HEADER).unwrap()),
        protocol: ip_number::TCP,
        place: Some(Place { id, offset, more }),
        payload,
    }
}

impl Bench {
    fn push_at(&mut self, second: i64, fragment: &Datagram<'_>) -> Result<Option<Whole>, UnreadReason> {
        let time = Timestamp::from_ns(second * 1_000_000_000);
        let arrival = Arrival { vlan: VlanPath::default(), time, packets: 1 };
        let pushed =
            self.fragments.push(fragment, fragment.place.unwrap(), arrival, &mut self.datagram, &mut self.tally);
        pushed.map_err(|unread| unread.reason)
    }

    /// Half a second after the other, as many fragments that belong to nothing as show that `seconds` pass.
    fn pass(&mut self, seconds: std::ops::Range<i64>) {
        for half in seconds.start * 2..=seconds.end * 2 {
            self.fragments.clock.note(Timestamp::from_ns(half * 500_000_000));
        }
    }

    /// The datagram that a fragment completes.
    fn push(&mut self, offset: usize, bytes: &[u8], more: bool) -> Result<Option<Vec<u8>>, UnreadReason> {
        let whole = self.push_at(0, &fragment(1, offset, bytes, bytes.len(), more))?;
        Ok(whole.map(|whole| {
            assert_eq!(whole.len, self.datagram.len());
            self.datagram.clone()
        }))
    }

    fn counted(&self) -> Vec<(UnreadReason, u64)> {
        self.tally.reasons().collect()
    }

    fn is_empty(&self) -> bool {
        (self.fragments.memory, self.fragments.by_key.len(), self.fragments.in_order.len()) == (0, 0, 0)
    }
}

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from((at / 8 * 31 + at) % 251).unwrap()).collect()
}

#[test]
fn fragments_join_in_any_order() {
    let all = content(20);
    let parts = [(0, &all[..8], true), (8, &all[8..16], true), (16, &all[16..], false)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut bench = Bench::default();
        let joined = order.map(|index| {
            let (offset, bytes, more) = parts[index];
            bench.push(offset, bytes, more).unwrap()
        });
        assert_eq!(joined, [None, None, Some(all.clone())], "{order:?}");
        assert!(bench.is_empty());
    }
}

#[test]
fn tiny_fragments_join_whatever_their_number() {
    let all = content(65_528);
    let mut bench = Bench::default();
    // Every other one from behind, so that there are as many pieces as there can be.
    let starts = (0..all.len()).step_by(16).rev().chain((8..all.len()).step_by(16));
    let joined: Vec<_> =
        starts.filter_map(|at| bench.push(at, &all[at..at + 8], at + 8 < all.len()).unwrap()).collect();
    assert_eq!(joined, [all]);
}

#[test]
fn a_fragment_that_came_before_is_a_duplicate() {
    let all = content(24);
    let mut bench = Bench::default();
    bench.push(0, &all[..16], true).unwrap();
    for (from, to) in [(0, 16), (0, 8), (8, 16)] {
        assert_eq!(bench.push(from, &all[from..to], true), Err(UnreadReason::IpFragmentDuplicate));
    }
    assert_eq!(bench.push(16, &all[16..], false), Ok(Some(all)));
}

#[test]
fn overlapping_fragments_that_agree_join() {
    let all = content(40);
    let mut bench = Bench::default();
    assert_eq!(bench.push(8, &all[8..16], true), Ok(None));
    assert_eq!(bench.push(24, &all[24..32], true), Ok(None));
    assert_eq!(bench.push(0, &all[..32], true), Ok(None), "around both");
    assert_eq!(bench.push(16, &all[16..], false), Ok(Some(all)));
}

#[test]
fn of_overlapping_fragments_that_differ_the_first_stays() {
    let all = content(24);
    let other = [0xee; 24];
    let mut bench = Bench::default();
    bench.push(8, &all[8..16], true).unwrap();
    for (from, to, more) in [(0, 16, true), (8, 16, true), (8, 24, false), (0, 24, false)] {
        assert_eq!(bench.push(from, &other[from..to], more), Err(UnreadReason::IpFragmentOverlap), "{from} {to}");
    }
    bench.push(0, &all[..8], true).unwrap();
    assert_eq!(bench.push(16, &all[16..], false), Ok(Some(all)));
}

#[test]
fn a_teardrop_is_refused_and_forgotten() {
    // The second fragment is the last and ends within the first.
    let mut bench = Bench::default();
    bench.push(0, &content(40), true).unwrap();
    assert_eq!(bench.push(24, &content(4), false), Err(UnreadReason::BadIpFragment));
    bench.pass(0..15);
    bench.push_at(15, &fragment(2, 8, &[0; 8], 8, true)).unwrap();
    assert_eq!(bench.counted(), [(UnreadReason::IpFragmentIncomplete, 1)]);
}

#[test]
fn fragments_that_contradict_the_last_one_are_bad() {
    let mut bench = Bench::default();
    bench.push(16, &content(8), false).unwrap();
    assert_eq!(bench.push(24, &content(8), false), Err(UnreadReason::BadIpFragment), "another last one");
    assert_eq!(bench.push(24, &content(8), true), Err(UnreadReason::BadIpFragment), "one after the last");
    assert_eq!(bench.push(8, &content(8), false), Err(UnreadReason::BadIpFragment), "an earlier last one");
}

#[test]
fn fragments_that_no_datagram_has_are_bad() {
    let mut bench = Bench::default();
    for (offset, len, more) in [(65_528, 8, false), (65_520, 16, true), (8, 0, false), (0, 0, true), (0, 7, true)] {
        assert_eq!(bench.push(offset, &content(len), more), Err(UnreadReason::BadIpFragment), "{offset} {len}");
    }
    assert!(bench.is_empty());
    assert_eq!(bench.push(65_528, &content(7), false), Ok(None), "the longest there is");
}

#[test]
fn a_snapped_fragment_ends_what_is_known() {
    let all = content(24);
    for (cut, known) in [(0, 8), (5, 13), (8, 24)] {
        let mut bench = Bench::default();
        bench.push(0, &all[..8], true).unwrap();
        bench.push(16, &all[16..], false).unwrap();
        let whole = bench.push_at(0, &fragment(1, 8, &all[8..8 + cut], 8, true)).unwrap();
        assert_eq!(whole, Some(Whole { protocol: ip_number::TCP, len: 24, packets: 3 }));
        assert_eq!(bench.datagram, all[..known]);
    }
}

#[test]
fn fragments_wait_for_a_quarter_of_a_minute() {
    let mut bench = Bench::default();
    bench.push_at(100, &fragment(1, 0, &content(8), 8, true)).unwrap();
    bench.push_at(50, &fragment(2, 0, &content(8), 8, true)).unwrap();
    bench.pass(100..114);
    assert!(bench.push_at(114, &fragment(1, 8, &content(8), 8, false)).unwrap().is_some());
    assert_eq!(bench.counted(), [], "behind one that may wait, a clock that went back costs nothing");
    bench.pass(114..200);
    bench.push_at(200, &fragment(3, 0, &content(8), 8, true)).unwrap();
    assert_eq!(bench.counted(), [(UnreadReason::IpFragmentIncomplete, 1)]);
    bench.pass(200..215);
    assert_eq!(bench.push_at(215, &fragment(3, 8, &content(8), 8, false)), Ok(None), "too late");
    assert_eq!(bench.counted(), [(UnreadReason::IpFragmentIncomplete, 2)]);
}

#[test]
fn fragments_wait_however_far_ahead_or_back_another_one_is_in_time() {
    for other in [i64::MIN / 1_000_000_000, 0, 50, 200, 2_000_000_000] {
        let mut bench = Bench::default();
        bench.push_at(100, &fragment(1, 0, &content(8), 8, true)).unwrap();
        bench.push_at(other, &fragment(2, 0, &content(8), 8, true)).unwrap();
        assert!(bench.push_at(100, &fragment(1, 8, &content(8), 8, false)).unwrap().is_some(), "{other}");
        assert!(bench.push_at(100, &fragment(2, 8, &content(8), 8, false)).unwrap().is_some(), "{other}");
        assert_eq!(bench.counted(), []);
    }
}

#[test]
fn a_flood_of_datagrams_is_bounded_in_number() {
    let mut bench = Bench::default();
    let sent = u32::try_from(limits::FRAGMENTED_DATAGRAMS).unwrap() * 3;
    for id in 0..sent {
        bench.push_at(0, &fragment(id, 0, &[0; 8], 8, true)).unwrap();
        assert!(bench.fragments.by_key.len() <= limits::FRAGMENTED_DATAGRAMS);
        assert_eq!(bench.fragments.by_key.len(), bench.fragments.in_order.len());
    }
    assert_eq!(bench.counted(), [(UnreadReason::IpFragmentEvicted, u64::from(sent) * 2 / 3)]);
    bench.fragments.waiting(&mut bench.tally);
    assert_eq!(bench.counted().iter().map(|(_, count)| count).sum::<u64>(), u64::from(sent));
}

#[test]
fn a_flood_of_datagrams_is_bounded_in_memory() {
    let mut bench = Bench::default();
    for id in 0..3000 {
        // The least that costs the most.
        bench.push_at(0, &fragment(id, 65_520, &[0; 8], 8, true)).unwrap();
        let memory: usize = bench.fragments.by_key.values().map(|waiting| waiting.pieces.memory()).sum();
        assert_eq!(memory, bench.fragments.memory);
        assert!(memory <= limits::FRAGMENT_BYTES);
    }
    let [(UnreadReason::IpFragmentMemory, given_up)] = bench.counted()[..] else { panic!("{:?}", bench.counted()) };
    assert_eq!(usize::try_from(given_up).unwrap() + bench.fragments.by_key.len(), 3000);
}

/// What the fragments of one datagram must come to: one cell a byte, looked at one by one.
#[derive(Default)]
struct Model {
    cells: BTreeMap<usize, u8>,
    len: Option<usize>,
}

impl Model {
    fn push(&mut self, offset: usize, bytes: &[u8], more: bool) -> Result<Option<Vec<u8>>, UnreadReason> {
        let end = offset + bytes.len();
        if bytes.is_empty() || end > 65_535 || (more && !bytes.len().is_multiple_of(8)) {
            return Err(UnreadReason::BadIpFragment);
        }
        let contradicts = match self.len {
            Some(len) => end > len || (!more && end != len),
            None => !more && self.cells.keys().any(|at| *at >= end),
        };
        if contradicts {
            return Err(UnreadReason::BadIpFragment);
        }
        let cells = || (offset..).zip(bytes.iter().copied());
        if cells().any(|(at, byte)| self.cells.get(&at).is_some_and(|old| *old != byte)) {
            return Err(UnreadReason::IpFragmentOverlap);
        }
        let before = (self.cells.len(), self.len);
        self.cells.extend(cells());
        self.len = if more { self.len } else { Some(end) };
        if (self.cells.len(), self.len) == before {
            return Err(UnreadReason::IpFragmentDuplicate);
        }
        if self.len != Some(self.cells.len()) {
            return Ok(None);
        }
        Ok(Some(std::mem::take(self).cells.into_values().collect()))
    }
}

proptest! {
    #[test]
    fn fragments_join_as_in_the_model(
        parts in prop::collection::vec((0..12_usize, 0..34_usize, any::<bool>(), prop::bool::weighted(0.05)), 0..60),
    ) {
        let (mut bench, mut model) = (Bench::default(), Model::default());
        let all = content(200);
        for (unit, len, more, differs) in parts {
            let mut bytes = all[unit * 8..unit * 8 + if more { len / 8 * 8 } else { len }].to_vec();
            if differs && let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
            prop_assert_eq!(bench.push(unit * 8, &bytes, more), model.push(unit * 8, &bytes, more));
        }
    }
}
