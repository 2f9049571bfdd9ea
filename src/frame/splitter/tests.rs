//! The splitter against streams whose frames are known.

#![allow(clippy::single_range_in_vec_init, reason = "a list of one gap or one frame is meant as such")]

use super::ground::{Ground, Segments};
use super::search::Search;
use super::*;
use crate::frame::Frame;
use crate::frame::Skipped;
use crate::frame::layout::PRESETS;
use crate::units::{GapReason, Timestamp};
use proptest::prelude::*;
use std::ops::Range;

/// What came out, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    frames: Vec<SeenFrame>,
    skipped: Vec<Skipped>,
    /// Where the last call ended.
    end: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct SeenFrame {
    offset: u64,
    bytes: Vec<u8>,
    payload: Range<usize>,
    first_packet: u64,
    completed: u64,
    sum_matches: Option<bool>,
}

impl Seen {
    fn ranges(&self) -> Vec<Range<u64>> {
        self.frames.iter().map(|frame| frame.offset..frame.offset + frame.bytes.len() as u64).collect()
    }

    /// Reason, place and length of each run.
    fn runs(&self) -> Vec<(SkipReason, u64, u64)> {
        self.skipped.iter().map(|run| (run.reason, run.offset.0, run.len)).collect()
    }
}

impl FrameSink for Seen {
    fn frame(&mut self, frame: Frame<'_>) {
        assert!(frame.offset.0 >= self.end, "out of order or twice");
        self.end = frame.offset.0 + frame.bytes.len() as u64;
        self.frames.push(SeenFrame {
            offset: frame.offset.0,
            bytes: frame.bytes.to_vec(),
            payload: frame.payload,
            first_packet: frame.first_packet,
            completed: frame.completed.packet,
            sum_matches: frame.checksum.map(|checksum| checksum.stored == checksum.computed),
        });
    }

    fn skipped(&mut self, skipped: Skipped) {
        assert!(skipped.offset.0 >= self.end, "out of order or twice");
        assert!(skipped.len > 0);
        if let Some(last) = self.skipped.last() {
            let adjacent = last.offset.0 + last.len == skipped.offset.0 && self.end == skipped.offset.0;
            let same = (last.reason, last.frame_len) == (skipped.reason, skipped.frame_len);
            assert!(!(adjacent && same), "runs that should have been joined");
        }
        self.end = skipped.offset.0 + skipped.len;
        self.skipped.push(skipped);
    }
}

fn origin(packet: u64) -> Origin {
    Origin { packet, time: Timestamp::default(), ..Origin::default() }
}

/// The `bytes` at `offset`, which `packet` carried and the packet `available` made available.
fn chunk(offset: u64, bytes: &[u8], packet: u64, available: u64) -> Chunk<'_> {
    Chunk { offset: StreamOffset(offset), bytes, packet, available: origin(available) }
}

fn gap_at(offset: usize, len: usize, seen: u64) -> Gap {
    let (offset, len) = (StreamOffset(offset as u64), len as u64);
    Gap { offset, len, reason: GapReason::NotCaptured, seen: origin(seen) }
}

fn layout(text: &str) -> Arc<Layout> {
    Arc::new(Layout::parse(text).unwrap())
}

/// Pushes `stream` in chunks of `sizes`, again and again, without the bytes of `gaps`, which are in order. Packets
/// count from 1. Checks that the sums fit after every call.
fn split_with(mut splitter: Splitter, stream: &[u8], sizes: &[usize], gaps: &[Range<usize>]) -> (Seen, Splitter) {
    let (mut seen, mut packet, mut at, mut pushed) = (Seen::default(), 0, 0, 0);
    let mut sizes = sizes.iter().copied().cycle();
    let mut gaps = gaps.iter().filter(|gap| !gap.is_empty()).peekable();
    while at < stream.len() {
        packet += 1;
        if let Some(gap) = gaps.next_if(|gap| gap.start == at) {
            splitter.gap(gap_at(at, gap.len(), packet), &mut seen);
            at = gap.end;
            continue;
        }
        let limit = gaps.peek().map_or(stream.len(), |gap| gap.start);
        let end = limit.min(at + sizes.next().unwrap().max(1));
        splitter.push(chunk(at as u64, &stream[at..end], packet, packet), &mut seen);
        pushed += (end - at) as u64;
        at = end;
        assert_eq!(splitter.ledger().total() + splitter.buffered(), pushed);
    }
    splitter.finish(origin(packet + 1), &mut seen);
    assert_eq!((splitter.ledger().total(), splitter.buffered()), (pushed, 0));
    let framed: usize = seen.frames.iter().map(|frame| frame.bytes.len()).sum();
    let skipped: u64 = seen.skipped.iter().map(|run| run.len).sum();
    assert_eq!(splitter.ledger().framed, framed as u64);
    assert_eq!(splitter.ledger().frames, seen.frames.len() as u64);
    assert_eq!(framed as u64 + skipped, pushed);
    for frame in &seen.frames {
        let at = usize::try_from(frame.offset).unwrap();
        assert_eq!(frame.bytes, stream[at..at + frame.bytes.len()], "a frame holds bytes that were not sent");
    }
    (seen, splitter)
}

fn split(text: &str, stream: &[u8], sizes: &[usize], gaps: &[Range<usize>]) -> Seen {
    split_with(Splitter::new(layout(text), None), stream, sizes, gaps).0
}

const STAR: &str = "star-network";
const WHOLE: &[usize] = &[usize::MAX >> 1];

fn star(payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap();
    [&len.to_le_bytes(), b"\xef\xbe\xad\xde".as_slice(), payload].concat()
}

/// Star Network frames with payloads of these lengths, and where they are.
fn stars(lens: &[usize]) -> (Vec<u8>, Vec<Range<u64>>) {
    concat(lens.iter().map(|len| star(&vec![b'p'; *len])))
}

fn concat(frames: impl IntoIterator<Item = Vec<u8>>) -> (Vec<u8>, Vec<Range<u64>>) {
    let (mut stream, mut ranges) = (Vec::new(), Vec::new());
    for frame in frames {
        let start = stream.len() as u64;
        stream.extend(frame);
        ranges.push(start..stream.len() as u64);
    }
    (stream, ranges)
}

fn whole(ranges: &[Range<u64>], gaps: &[Range<usize>]) -> Vec<Range<u64>> {
    let touched = |range: &Range<u64>| {
        gaps.iter().any(|gap| !gap.is_empty() && range.start < gap.end as u64 && (gap.start as u64) < range.end)
    };
    ranges.iter().filter(|range| !touched(range)).cloned().collect()
}

#[test]
fn a_frame_names_the_packets_that_began_and_completed_it() {
    let (stream, _) = stars(&[10, 10, 0]);
    let seen = split(STAR, &stream, &[30, 1, 1, 4, 8], &[]);
    let packets: Vec<_> = seen.frames.iter().map(|frame| (frame.first_packet, frame.completed)).collect();
    assert_eq!(packets, [(1, 1), (1, 4), (5, 5)]);
    assert_eq!(seen.frames[0].payload, 8..18);
    assert_eq!(seen.skipped, []);
}

#[test]
fn completed_is_when_the_last_byte_became_available_and_not_who_carried_it() {
    let mut splitter = Splitter::new(layout("len:u8 payload"), None);
    let mut seen = Seen::default();
    splitter.push(chunk(0, b"\x03a", 1, 1), &mut seen);
    splitter.push(chunk(2, b"bc\x01", 2, 5), &mut seen);
    splitter.push(chunk(5, b"z", 4, 5), &mut seen);
    let packets: Vec<_> = seen.frames.iter().map(|frame| (frame.first_packet, frame.completed)).collect();
    assert_eq!(packets, [(1, 5), (2, 5)]);
}

#[test]
fn a_frame_inside_one_chunk_is_lent_from_it() {
    struct Within(Range<*const u8>, usize);
    impl FrameSink for Within {
        fn frame(&mut self, frame: Frame<'_>) {
            self.1 += usize::from(self.0.contains(&frame.bytes.as_ptr()));
        }
        fn skipped(&mut self, _: Skipped) {}
    }
    let (stream, _) = stars(&[10, 10, 10, 10]);
    let mut splitter = Splitter::new(layout(STAR), None);
    let (first, second) = stream.split_at(25);
    splitter.push(chunk(0, first, 1, 1), &mut Seen::default());
    let mut within = Within(second.as_ptr_range(), 0);
    splitter.push(chunk(25, second, 2, 2), &mut within);
    assert_eq!(within.1, 2, "the frame that straddles is copied, the two after it are not");
    assert_eq!(splitter.ledger().frames, 4);
}

#[test]
fn a_corrupt_header_costs_one_record_and_not_the_next() {
    let (mut stream, ranges) = stars(&[20, 20, 20, 20]);
    stream[28 + 5] ^= 0xff;
    for sizes in [WHOLE, &[1], &[28], &[7, 50]] {
        let seen = split(STAR, &stream, sizes, &[]);
        assert_eq!(seen.ranges(), [&ranges[..1], &ranges[2..]].concat());
        assert_eq!(seen.runs(), [(SkipReason::BadHeader, 28, 28)]);
    }
}

#[test]
fn an_impossible_length_is_a_bad_header() {
    let (mut stream, ranges) = stars(&[20, 20, 20]);
    stream[28 + 3] = 0x7f;
    let seen = split(STAR, &stream, &[9], &[]);
    assert_eq!(seen.ranges(), [ranges[0].clone(), ranges[2].clone()]);
    assert_eq!(seen.runs(), [(SkipReason::BadHeader, 28, 28)]);
}

#[test]
fn a_gap_inside_a_frame_damages_that_frame_alone() {
    let (stream, ranges) = stars(&[20, 100, 20]);
    for sizes in [WHOLE, &[1], &[13]] {
        let seen = split(STAR, &stream, sizes, &[50..80]);
        assert_eq!(seen.ranges(), [ranges[0].clone(), ranges[2].clone()]);
        assert_eq!(seen.runs(), [(SkipReason::Damaged, 28, 22), (SkipReason::Damaged, 80, 56)]);
        assert!(seen.skipped.iter().all(|run| run.frame_len == Some(108)));
    }
}

#[test]
fn several_gaps_in_one_frame_damage_it_once() {
    let (stream, ranges) = stars(&[200, 20]);
    let seen = split(STAR, &stream, &[10], &[20..30, 50..60, 90..208]);
    assert_eq!(seen.ranges(), [ranges[1].clone()]);
    assert_eq!(
        seen.runs(),
        [(SkipReason::Damaged, 0, 20), (SkipReason::Damaged, 30, 20), (SkipReason::Damaged, 60, 30)]
    );
}

#[test]
fn a_false_header_inside_a_damaged_frame_is_not_taken_for_one() {
    let embedded = [star(b"one"), star(b"two"), star(b"three")].concat();
    let (stream, ranges) = concat([star(&[&[0; 40], embedded.as_slice()].concat()), star(b"next")]);
    let seen = split(STAR, &stream, &[16], &[20..30]);
    assert_eq!(seen.ranges(), ranges[1..]);
}

#[test]
fn a_gap_past_the_end_of_its_frame_starts_a_search_right_behind_it() {
    let (stream, ranges) = stars(&[20, 20, 20, 20]);
    // The third header starts exactly where the gap ends.
    let seen = split(STAR, &stream, &[11], &[20..56]);
    assert_eq!(seen.ranges(), [ranges[2].clone(), ranges[3].clone()]);
    assert_eq!(seen.runs(), [(SkipReason::Damaged, 0, 20)]);
    // One byte of its header is missing: the fourth is the next.
    let seen = split(STAR, &stream, &[11], &[20..57]);
    assert_eq!(seen.ranges(), ranges[3..]);
    assert_eq!(seen.runs(), [(SkipReason::Damaged, 0, 20), (SkipReason::Resync, 57, 27)]);
}

#[test]
fn a_header_whose_length_was_wrong_does_not_hide_the_frames_after_the_gap() {
    let (mut stream, ranges) = stars(&[20, 20, 20, 20]);
    stream[0] = 40; // ends inside the third frame
    let seen = split(STAR, &stream, &[usize::MAX >> 1], &[12..28]);
    assert_eq!(seen.ranges(), ranges[1..]);
    assert_eq!(seen.runs(), [(SkipReason::Damaged, 0, 12)]);
    let seen = split(STAR, &stream, &[9], &[12..30]);
    assert_eq!(seen.ranges(), ranges[2..]);
    assert_eq!(seen.runs(), [(SkipReason::Damaged, 0, 12), (SkipReason::Resync, 30, 26)]);
}

#[test]
fn a_header_is_never_glued_across_a_gap() {
    // A length, 36 bytes that are missing, then the magic and a payload of that length.
    let mut stream = [b"\x04\0\0\0".as_slice(), &[0; 36], b"\xef\xbe\xad\xdelost"].concat();
    stream.extend([star(b"kept"), star(b"kept")].concat());
    for mid_stream in [false, true] {
        let start = if mid_stream { Splitter::mid_stream } else { Splitter::new };
        let (seen, _) = split_with(start(layout(STAR), None), &stream, &[3], &[4..40]);
        assert_eq!(seen.ranges(), [48..60, 60..72]);
        let before = if mid_stream { SkipReason::Resync } else { SkipReason::Damaged };
        assert_eq!(seen.runs(), [(before, 0, 4), (SkipReason::Resync, 40, 8)]);
    }
}

#[test]
fn a_header_split_over_chunks_behind_a_gap_is_found() {
    let (stream, ranges) = stars(&[20, 20, 20]);
    for cut in 1..8 {
        // The first chunk behind the gap ends inside the second header.
        let seen = split(STAR, &stream, &[10, 18 + cut - 10, 60], &[0..10]);
        assert_eq!(seen.ranges(), ranges[1..]);
        assert_eq!(seen.runs(), [(SkipReason::Resync, 10, 18)]);
    }
}

#[test]
fn a_frame_directly_followed_by_a_gap_is_kept() {
    let (stream, ranges) = stars(&[20, 20, 20, 20]);
    // In sync, and alone between two gaps, where no header confirms it.
    let gaps = [28..30, 56..84];
    assert_eq!(split(STAR, &stream, &[5], &gaps).ranges(), [ranges[0].clone(), ranges[3].clone()]);
    let gaps = [0..10, 56..84];
    assert_eq!(split(STAR, &stream, &[5], &gaps).ranges(), [ranges[1].clone(), ranges[3].clone()]);
}

#[test]
fn a_mid_stream_start_finds_the_first_whole_frame() {
    let (stream, ranges) = stars(&[20, 20, 20]);
    let stream = &stream[15..];
    for sizes in [WHOLE, &[1], &[20]] {
        let splitter = Splitter::mid_stream(layout(STAR), None);
        let seen = split_with(splitter, stream, sizes, &[]).0;
        let expected: Vec<_> = ranges[1..].iter().map(|range| range.start - 15..range.end - 15).collect();
        assert_eq!(seen.ranges(), expected);
        assert_eq!(seen.runs(), [(SkipReason::Resync, 0, 13)]);
    }
}

#[test]
fn a_rejected_candidate_costs_one_byte_and_not_its_claimed_length() {
    // A false header whose frame would end in the middle of the second real one.
    let mut stream = star(&[])[..].to_vec();
    stream[0] = 30;
    stream.extend(stars(&[20, 20, 20]).0);
    let seen = split_with(Splitter::mid_stream(layout(STAR), None), &stream, WHOLE, &[]).0;
    assert_eq!(seen.ranges(), [8..36, 36..64, 64..92]);
}

#[test]
fn a_false_magic_that_claims_16_mib_does_not_lose_the_frames_behind_it() {
    let mut stream = b"\0\0\xf0\0\xef\xbe\xad\xde".to_vec();
    let (frames, ranges) = stars(&[20, 20]);
    stream.extend(frames);
    for sizes in [WHOLE, &[1], &[30]] {
        let seen = split_with(Splitter::mid_stream(layout(STAR), None), &stream, sizes, &[]).0;
        assert_eq!(seen.ranges(), ranges.iter().map(|range| range.start + 8..range.end + 8).collect::<Vec<_>>());
    }
}

#[test]
fn a_false_magic_does_not_hold_back_a_long_chain_of_real_frames() {
    let mut stream = b"\0\0\xf0\0\xef\xbe\xad\xde".to_vec();
    stream.extend(stars(&[20; 10]).0);
    let (mut splitter, mut seen) = (Splitter::mid_stream(layout(STAR), None), Seen::default());
    splitter.push(chunk(0, &stream, 1, 1), &mut seen);
    assert_eq!(seen.frames.len(), 10, "before the end of the stream");
    assert_eq!(splitter.buffered(), 0);
}

#[test]
fn two_frames_inside_a_large_one_do_not_overtake_it() {
    let embedded = [star(b"one"), star(b"two"), vec![b'.'; 500]].concat();
    let (stream, ranges) = concat([star(&embedded), star(b"next")]);
    for sizes in [WHOLE, &[100], &[1]] {
        let seen = split_with(Splitter::mid_stream(layout(STAR), None), &stream, sizes, &[]).0;
        assert_eq!(seen.ranges(), ranges);
    }
}

#[test]
fn a_trial_takes_at_most_two_frames_of_the_maximum() {
    let layout = Layout::parse("max:256 len:u16be payload").unwrap(); // 8 bits a header: three must follow
    let bytes: Vec<u8> = [[0, 248].as_slice(), &[b'x'; 248]].concat().into_iter().cycle().take(700).collect();
    let search = |len: usize| {
        let held = Held::default();
        let segments = Segments::new(&held, StreamOffset(0), Source::default(), len);
        Search::new(&layout, Ground::Content(None), segments, &bytes[..len], true, &mut Effort::default()).run()
    };
    assert_eq!(search(512), Found::NotBefore(0));
    assert_eq!(search(513), Found::At(0), "its own evidence has to do");
}

#[test]
fn a_frame_alone_between_two_gaps_is_kept_without_magic_if_it_looks_right() {
    for text in ["u32be", "varint"] {
        let (stream, ranges) = concat((0..3).map(|index| text_frame(text, index)));
        let middle = usize::try_from(ranges[1].start).unwrap()..usize::try_from(ranges[1].end).unwrap();
        let gaps = [0..middle.start, middle.end..stream.len()];
        for (probe, expected) in [(None, 0), (Some(looks_like_text as Probe), 1)] {
            let (seen, _) = split_with(Splitter::new(layout(text), probe), &stream, &[9], &gaps);
            assert_eq!(seen.ranges(), ranges[1..][..expected]);
        }
    }
}

#[test]
fn frames_that_a_search_held_back_keep_their_own_packets() {
    let (frames, _) = stars(&[20; 10]);
    // The false magic waits for its claimed frame until ten frames, one a packet, speak against it.
    let stream = [b"\0\0\xf0\0\xef\xbe\xad\xde".as_slice(), &[0; 20], &frames].concat();
    let (seen, _) = split_with(Splitter::mid_stream(layout(STAR), None), &stream, &[28], &[]);
    let packets: Vec<_> = seen.frames.iter().map(|frame| (frame.first_packet, frame.completed)).collect();
    assert_eq!(packets, (2..12).map(|packet| (packet, packet)).collect::<Vec<_>>());
}

#[test]
fn a_frame_on_trial_is_accepted_by_itself_when_somebody_waits_and_the_search_goes_on_otherwise() {
    let (mut splitter, mut seen) = (Splitter::mid_stream(layout(STAR), None), Seen::default());
    let frame = star(&[7; 20]);
    let (first, rest) = frame.split_at(frame.len() - 1);
    splitter.push(chunk(0, b"end of another", 1, 1), &mut seen);
    splitter.push(chunk(14, first, 2, 2), &mut seen);
    splitter.lose_patience(&mut seen);
    assert!(seen.frames.is_empty() && splitter.is_searching(), "a byte is missing");
    splitter.push(chunk(14 + first.len() as u64, rest, 3, 3), &mut seen);
    assert!(seen.frames.is_empty(), "nothing has confirmed it");
    splitter.lose_patience(&mut seen);
    let told: Vec<_> = seen.frames.iter().map(|frame| (frame.offset, frame.first_packet, frame.completed)).collect();
    assert_eq!(told, [(14, 2, 3)]);
    assert_eq!(seen.runs(), [(SkipReason::Resync, 0, 14)]);
    assert_eq!((splitter.buffered(), splitter.is_searching()), (0, false));
    splitter.push(chunk(14 + frame.len() as u64, &frame, 4, 4), &mut seen);
    assert_eq!(seen.frames.len(), 2, "in sync, a frame is told at once");
    splitter.finish(origin(5), &mut seen);
    let ledger = splitter.ledger();
    assert_eq!((ledger.framed, ledger.skipped.iter().sum::<u64>()), (2 * frame.len() as u64, 14));
}

#[test]
fn a_stream_that_ends_inside_a_frame_has_a_tail() {
    let (stream, ranges) = stars(&[20, 20]);
    let seen = split(STAR, &stream[..40], &[7], &[]);
    assert_eq!(seen.ranges(), ranges[..1]);
    assert_eq!(seen.runs(), [(SkipReason::Tail, 28, 12)]);
    assert_eq!(seen.skipped[0].frame_len, Some(28));
    let seen = split(STAR, &stream[..33], &[7], &[]);
    assert_eq!((seen.runs(), seen.skipped[0].frame_len), (vec![(SkipReason::Tail, 28, 5)], None));
}

#[test]
fn a_damaged_frame_that_never_ends_stays_damaged() {
    let (stream, _) = stars(&[100]);
    let seen = split(STAR, &stream[..80], &[7], &[20..30]);
    assert_eq!(seen.runs(), [(SkipReason::Damaged, 0, 20), (SkipReason::Damaged, 30, 50)]);
}

#[test]
fn a_prologue_is_counted_apart_even_with_a_gap_in_it() {
    let mut stream = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    stream.extend(b"\0\0\x02\x04\0\0\0\0\0ab");
    let text = "skip:24 len:u24be{rest}+6 type:u8 flags:u8 stream:u32be payload";
    for gap in [0..0, 3..9, 20..24] {
        let seen = split(text, &stream, &[5], std::slice::from_ref(&gap));
        assert_eq!(seen.ranges(), [24..35]);
        let prologue: u64 = seen.skipped.iter().map(|run| run.len).sum();
        assert_eq!(prologue, 24 - gap.len() as u64);
        assert!(seen.skipped.iter().all(|run| run.reason == SkipReason::Prologue));
    }
}

#[test]
fn a_checksum_is_compared_and_a_mismatch_keeps_the_frame() {
    let mut frame = b"\0\x09abc".to_vec();
    frame.extend(crc32fast::hash(&frame).to_le_bytes());
    let mut stream = [frame.as_slice(), &frame].concat();
    stream[9 + 3] ^= 1;
    let seen = split("len:u16be{frame} payload crc32:u32le", &stream, &[4], &[]);
    assert_eq!(seen.frames.iter().map(|frame| frame.sum_matches).collect::<Vec<_>>(), [Some(true), Some(false)]);
    assert_eq!(seen.frames[0].payload, 2..5);
}

#[test]
fn positions_that_are_left_out_are_a_gap_and_bytes_before_are_ignored() {
    let (stream, ranges) = stars(&[20, 20, 20]);
    let (mut splitter, mut seen) = (Splitter::new(layout(STAR), None), Seen::default());
    splitter.push(chunk(0, &stream[..15], 1, 1), &mut seen);
    splitter.push(chunk(20, &stream[20..40], 2, 2), &mut seen);
    splitter.push(chunk(30, &stream[30..], 3, 3), &mut seen);
    splitter.finish(origin(4), &mut seen);
    assert_eq!(seen.ranges(), ranges[1..]);
}

#[test]
fn segments_that_keep_their_first_600_bytes_give_every_whole_frame() {
    let lens: Vec<usize> = (0..400).map(|index| 20 + index * 37 % 700).collect();
    let (stream, ranges) = stars(&lens);
    let gaps: Vec<_> = (0..stream.len()).step_by(1448).map(|at| at + 600..stream.len().min(at + 1448)).collect();
    let gaps: Vec<_> = gaps.into_iter().filter(|gap| gap.start < stream.len()).collect();
    let seen = split(STAR, &stream, &[600], &gaps);
    assert_eq!(seen.ranges(), whole(&ranges, &gaps));
    assert!(seen.frames.len() > 50);
}

/// Passes what starts with a letter and holds only text: a stand-in for a payload that parses.
fn looks_like_text(payload: &[u8]) -> bool {
    payload.len() > 4 && payload.iter().all(|byte| (b' '..0x7f).contains(byte))
}

fn text_frame(text: &str, index: usize) -> Vec<u8> {
    let payload = format!("message {index} says {}", "hello ".repeat(index % 7));
    let len = u8::try_from(payload.len()).unwrap();
    let prefix: &[u8] = if text == "u32be" { &[0, 0, 0, len] } else { &[len] };
    [prefix, payload.as_bytes()].concat()
}

#[test]
fn layouts_without_magic_find_their_way_back_with_a_probe() {
    for text in ["u32be", "varint"] {
        let (stream, ranges) = concat((0..40).map(|index| text_frame(text, index)));
        let gap = 150..230;
        for sizes in [WHOLE, &[1], &[100]] {
            let splitter = Splitter::new(layout(text), Some(looks_like_text));
            let (seen, _) = split_with(splitter, &stream, sizes, std::slice::from_ref(&gap));
            assert_eq!(seen.ranges(), whole(&ranges, std::slice::from_ref(&gap)), "{text} {sizes:?}");
        }
    }
}

#[test]
fn a_payload_that_looks_wrong_ends_the_trial_of_a_chain_without_magic() {
    // The false header at 1 chains to a frame that is no text, and from there into the real ones.
    let mut stream = b"\x80\x05false\x03\0\0\0".to_vec();
    let (frames, ranges) = concat((0..6).map(|index| text_frame("varint", index)));
    stream.extend(frames);
    let splitter = Splitter::mid_stream(layout("varint"), Some(looks_like_text));
    let (seen, _) = split_with(splitter, &stream, WHOLE, &[]);
    assert_eq!(seen.ranges(), ranges.iter().map(|range| range.start + 11..range.end + 11).collect::<Vec<_>>());
}

#[test]
fn a_big_endian_length_finds_its_way_back_by_chaining_alone() {
    let (stream, ranges) = concat((0..40).map(|index| text_frame("u32be", index)));
    let gap = 150..230;
    let seen = split("u32be", &stream, &[64], std::slice::from_ref(&gap));
    assert_eq!(seen.ranges(), whole(&ranges, std::slice::from_ref(&gap)));
}

#[test]
fn zeros_are_no_frames_to_a_search() {
    for probe in [None, Some(looks_like_text as Probe)] {
        let splitter = Splitter::mid_stream(layout("u32be"), probe);
        let (seen, _) = split_with(splitter, &[0; 5000], &[100], &[]);
        assert_eq!(seen.frames, []);
    }
}

#[test]
fn what_waits_in_memory_is_given_back() {
    let (stream, _) = stars(&[1 << 20, 20]);
    let (_, splitter) = split_with(Splitter::new(layout(STAR), None), &stream, &[1448], &[]);
    assert!(splitter.held_bytes() <= 128 << 10);
}

thread_local! {
    static PROBED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[test]
fn hostile_bytes_cost_work_in_proportion_to_their_number() {
    const LEN: usize = 40_000;
    let counting: Probe = |payload| {
        PROBED.set(PROBED.get() + payload.len());
        payload.first() == Some(&1)
    };
    let repeated = |pattern: &[u8]| pattern.iter().copied().cycle().take(LEN).collect::<Vec<u8>>();
    let hostile = [
        (STAR, repeated(b"\0\0\xf0\0\xef\xbe\xad\xde")), // each claims 15 MiB
        (STAR, repeated(b"\x10\0\0\0\xef\xbe\xad\xde")), // each claims to end inside the next but one
        ("u32be", repeated(&[0])),
        ("u32be", repeated(&[0, 0, 1])),
        ("u32be", repeated(&[0, 0, 100, 0, 1])),
        ("varint", repeated(&[1])),
        ("varint", repeated(&[0x7f, 1])),
        ("varint", repeated(&[0xff, 0x3f, 1])),
        ("magic:01 len:u8 payload", repeated(&[1, 1, 1, 1, 0])),
    ];
    for (text, bytes) in hostile {
        for chunk in [1, 13, 1448, LEN] {
            PROBED.set(0);
            let (_, splitter) = split_with(Splitter::mid_stream(layout(text), Some(counting)), &bytes, &[chunk], &[]);
            let checked = splitter.effort.checked;
            // Three looks at each place, as half as much more is awaited, and a chain of 32 from each.
            assert!(checked < 3 * 33 * LEN as u64, "{text} in chunks of {chunk}: {checked} headers checked");
            assert!(PROBED.get() <= 512 * LEN, "{text} in chunks of {chunk}: {} bytes probed", PROBED.get());
        }
    }
}

#[test]
fn a_large_frame_in_tiny_chunks_is_not_looked_at_again_and_again() {
    let (stream, _) = stars(&[300_000]);
    let (seen, splitter) = split_with(Splitter::new(layout(STAR), None), &stream, &[3], &[]);
    assert_eq!((seen.frames.len(), splitter.effort.checked), (1, 0));
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let noise = prop::collection::vec(any::<u8>(), 0..60);
    let false_magic = (prop::collection::vec(any::<u8>(), 0..20), prop::collection::vec(any::<u8>(), 0..20))
        .prop_map(|(a, b)| [a.as_slice(), b"\xef\xbe\xad\xde", &b].concat());
    prop_oneof![4 => noise, 1 => false_magic]
}

fn embedding() -> impl Strategy<Value = Vec<u8>> {
    let frames = prop::collection::vec(payload(), 0..6);
    prop_oneof![3 => payload(), 1 => frames.prop_map(|frames| frames.iter().flat_map(|inner| star(inner)).collect())]
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1_usize..80, 1..20)
}

/// Sorted, apart from each other, within `len` bytes.
fn gaps_within(len: usize, raw: &[(prop::sample::Index, usize)]) -> Vec<Range<usize>> {
    if len == 0 {
        return Vec::new();
    }
    let mut gaps: Vec<Range<usize>> = Vec::new();
    let mut sorted: Vec<_> = raw.iter().map(|(start, size)| (start.index(len), *size)).collect();
    sorted.sort_unstable();
    for (start, size) in sorted {
        let start = gaps.last().map_or(start, |last| start.max(last.end + 1));
        let end = len.min(start + size);
        if start < end {
            gaps.push(start..end);
        }
    }
    gaps
}

proptest! {
    #[test]
    fn any_chunking_gives_exactly_the_frames(payloads in prop::collection::vec(embedding(), 0..20), sizes in cuts()) {
        let (stream, ranges) = concat(payloads.iter().map(|payload| star(payload)));
        let seen = split(STAR, &stream, &sizes, &[]);
        prop_assert_eq!(seen.ranges(), ranges);
        prop_assert_eq!(seen.skipped, []);
    }

    #[test]
    fn exactly_the_frames_that_were_wholly_captured_are_reported(
        payloads in prop::collection::vec(payload(), 0..40),
        sizes in cuts(),
        raw in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..120), 0..6),
    ) {
        let (stream, ranges) = concat(payloads.iter().map(|payload| star(payload)));
        let gaps = gaps_within(stream.len(), &raw);
        let seen = split(STAR, &stream, &sizes, &gaps);
        prop_assert_eq!(seen.ranges(), whole(&ranges, &gaps));
    }

    #[test]
    fn a_gap_in_a_payload_never_lets_embedded_frames_out(
        payloads in prop::collection::vec(embedding(), 1..20),
        sizes in cuts(),
        which in any::<prop::sample::Index>(),
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let (stream, ranges) = concat(payloads.iter().map(|payload| star(payload)));
        let hit = &ranges[which.index(ranges.len())];
        let (start, end) = (usize::try_from(hit.start).unwrap() + 8, usize::try_from(hit.end).unwrap());
        let inside = |index: prop::sample::Index| start + index.index(end - start + 1);
        let gap = inside(from).min(inside(to))..inside(from).max(inside(to));
        let gaps = [gap];
        let seen = split(STAR, &stream, &sizes, &gaps);
        prop_assert_eq!(seen.ranges(), whole(&ranges, &gaps));
    }

    #[test]
    fn a_corrupt_magic_costs_its_own_frame_only(
        payloads in prop::collection::vec(payload(), 3..12),
        sizes in cuts(),
        which in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let (mut stream, mut ranges) = concat(payloads.iter().map(|payload| star(payload)));
        let which = which.index(ranges.len());
        stream[usize::try_from(ranges[which].start).unwrap() + 6] ^= flip;
        ranges.remove(which);
        prop_assert_eq!(split(STAR, &stream, &sizes, &[]).ranges(), ranges);
    }

    #[test]
    fn every_preset_gives_back_what_was_framed(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..10),
        sizes in cuts(),
        preset in prop::sample::select(PRESETS),
    ) {
        let (stream, ranges) = concat(payloads.iter().map(|payload| encode(preset.name, payload)));
        let seen = split(preset.name, &stream, &sizes, &[]);
        prop_assert_eq!(seen.ranges(), ranges);
        for (frame, payload) in seen.frames.iter().zip(&payloads) {
            prop_assert_eq!(&frame.bytes[frame.payload.clone()], payload);
        }
    }

    #[test]
    fn hostile_bytes_in_any_chunks_are_all_accounted_for(
        bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(0xef), Just(0xbe), any::<u8>()], 0..400),
        sizes in cuts(),
        raw in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..50), 0..4),
        text in prop::sample::select(vec![
            STAR, "u32be", "u32le", "varint", "pulsar", "len:u8-3 payload", "skip:9 len:u8 payload crc32:u32le",
            "magic:ef|be len:u8 payload", "len:varint magic:00 payload", "len:u64be&ff*7{frame} payload n:u16le",
        ]),
        mid_stream in any::<bool>(),
        probe in any::<bool>(),
    ) {
        let start = if mid_stream { Splitter::mid_stream } else { Splitter::new };
        let gaps = gaps_within(bytes.len(), &raw);
        split_with(start(layout(text), probe.then_some(looks_like_text)), &bytes, &sizes, &gaps);
    }
}

fn encode(preset: &str, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap();
    let (be, le) = (len.to_be_bytes(), len.to_le_bytes());
    match preset {
        "star-network" => star(payload),
        "steam" => [&le, b"VT01".as_slice(), payload].concat(),
        "grpc-message" => [b"\0".as_slice(), &be, payload].concat(),
        "riak" => [&(len + 1).to_be_bytes(), b"\x09".as_slice(), payload].concat(),
        "mumble" => [b"\0\x02".as_slice(), &be, payload].concat(),
        "pulsar" => [&(len + 8).to_be_bytes(), be.as_slice(), payload, b"tail"].concat(),
        "u32be" => [be.as_slice(), payload].concat(),
        "u32le" => [le.as_slice(), payload].concat(),
        "varint" if len < 128 => [&[le[0]], payload].concat(),
        "varint" => [&[le[0] | 0x80, u8::try_from(len >> 7).unwrap()], payload].concat(),
        other => panic!("no encoder for {other}"),
    }
}
