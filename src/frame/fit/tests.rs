//! What speaks for a layout and what against it, on bytes that are made for it.

use super::*;
use crate::frame::layout::Layout;
use crate::limits;
use crate::units::Both;
use proptest::prelude::*;

fn layout(text: &str) -> Layout {
    Layout::parse(text).unwrap_or_else(|error| panic!("\n{error}"))
}

/// A sample of segments, of which those that are marked follow the other side.
fn sample(segments: &[(&[u8], bool)]) -> Sample {
    let mut sample = Sample::new(true);
    for (bytes, is_turn) in segments {
        sample.push(bytes, *is_turn);
    }
    sample.end();
    sample
}

fn framed(lens: impl IntoIterator<Item = usize>) -> Vec<Vec<u8>> {
    let one = |len: usize| [u32::try_from(len).unwrap().to_be_bytes().as_slice(), &vec![0x61; len]].concat();
    lens.into_iter().map(one).collect()
}

fn turns(frames: &[Vec<u8>]) -> Sample {
    sample(&frames.iter().map(|frame| (frame.as_slice(), true)).collect::<Vec<_>>())
}

fn value(text: &str, sample: &Sample) -> f64 {
    score(&layout(text), [sample]).expect("there is enough to say something").value
}

#[test]
fn frames_in_the_zeros_of_a_longer_length_count_as_empty() {
    let sample = turns(&framed([10, 20, 30, 40]));
    let found = score(&layout("varint"), [&sample]).unwrap();
    assert_eq!((found.walked.frames, found.walked.empty, found.walked.turn_hits), (16, 12, 3));
    assert!((found.value - 0.25).abs() < 0.01, "{found:?}");
    assert!((value("u32be", &sample) - 1.0).abs() < 1e-9);
}

#[test]
fn an_answer_of_zeros_alone_is_no_empty_frame() {
    // Each byte is a frame, so hits say nothing, but neither does anything speak against the layout.
    assert!((value("varint", &turns(&vec![vec![0]; 20])) - 0.7).abs() < 1e-9);
    let mixed: Vec<Vec<u8>> = (0..20).map(|n| if n % 2 == 0 { vec![0] } else { vec![4, 1, 2, 3, 4] }).collect();
    let found = score(&layout("varint"), [&turns(&mixed)]).unwrap();
    assert_eq!((found.walked.empty, found.value), (0, 1.0));
}

#[test]
fn headers_that_are_not_chance_excuse_a_side_that_speaks_inside_frames() {
    let stream = framed((0..40).map(|n| 3000 + n * 10)).concat();
    let segments: Vec<(&[u8], bool)> = stream.chunks(1000).map(|segment| (segment, true)).collect();
    let found = score(&layout("u32be"), [&sample(&segments)]).unwrap();
    assert!(found.walked.turn_hits * 2 < found.walked.turns && found.value > 0.8, "{found:?}");
}

#[test]
fn a_constant_is_not_a_length() {
    let (letters, segments) = (vec![b'a'; 9800], 700);
    let pushed: Vec<(&[u8], bool)> = letters.chunks(segments).map(|segment| (segment, false)).collect();
    let mut open = sample(&pushed);
    open.ends = false;
    let found = score(&layout("len:u8 payload"), [&open]).unwrap();
    assert!(found.walked.frames > 50 && found.bits == 0 && found.value < 0.6, "{found:?}");
}

#[test]
fn a_frame_longer_than_what_was_seen_speaks_against_a_layout_only_if_the_other_side_speaks_inside_it() {
    let large = [100_000u32.to_be_bytes().as_slice(), &[7; 5000]].concat();
    let of = |is_turn| {
        let segments: Vec<(&[u8], bool)> = large.chunks(500).map(|segment| (segment, is_turn)).collect();
        let mut sample = sample(&segments);
        sample.ends = false;
        score(&layout("u32be"), [&sample]).unwrap()
    };
    assert_eq!((of(false).walked.open, of(false).value), (5004, 0.7));
    assert!(of(true).value < 1e-9);
}

#[test]
fn a_side_may_speak_inside_a_frame_that_is_no_longer_than_its_direction() {
    let large = [100_000u32.to_be_bytes().as_slice(), &[7; 5000]].concat();
    let segments: Vec<(&[u8], bool)> = large.chunks(500).map(|segment| (segment, true)).collect();
    let mut sample = sample(&segments);
    (sample.ends, sample.total) = (false, Some(100_004));
    let found = score(&layout("u32be"), [&sample]).unwrap();
    assert_eq!((found.walked.open, found.walked.turns, found.value), (5004, 0, 0.7));
    sample.total = Some(100_003);
    assert!(value("u32be", &sample) < 1e-9);
}

#[test]
fn a_start_in_the_middle_of_a_large_frame_says_nothing() {
    let stream = framed((0..8).map(|n| 3000 + n * 10)).concat();
    let mut sample = Sample::new(false);
    stream[1500..].chunks(700).for_each(|segment| sample.push(segment, false));
    assert_eq!(score(&layout("u32be"), [&sample]), None);
}

#[test]
fn frames_that_say_nothing_by_themselves_count_for_nothing() {
    let kept: Vec<Vec<u8>> = (0..60).map(|n| framed([if n % 3 == 0 { 50 } else { 0 }]).concat()).collect();
    let pushed: Vec<(&[u8], bool)> = kept.iter().map(|frame| (frame.as_slice(), false)).collect();
    assert!((value("u32be", &sample(&pushed)) - 1.0).abs() < 1e-9);
}

#[test]
fn too_little_has_no_score_and_draws_no_judgement() {
    let sample = turns(&framed([10, 20]));
    assert_eq!(score(&layout("u32be"), [&sample]), None);
    let nothing = Both { to_server: sample, to_client: Sample::new(true) };
    assert!(judge(Both { to_server: &layout("u32be"), to_client: &layout("u32be") }, &[nothing]).is_none());
}

#[test]
fn each_side_gets_its_own_layout_where_one_for_both_does_not_do() {
    let up = turns(&framed([10, 300, 20, 30, 40]));
    let down: Vec<Vec<u8>> =
        [9u8, 40, 12, 7, 33].iter().map(|len| [&[*len][..], &vec![9; usize::from(*len)]].concat()).collect();
    let samples = [Both { to_server: up, to_client: turns(&down) }];
    let given = layout("u32be");
    let misfit = judge(Both { to_server: &given, to_client: &given }, &samples).unwrap();
    let (better, value) = misfit.better.unwrap();
    assert_eq!((better.to_server.to_string().as_str(), value), ("len:u32be payload", 1.0));
    assert!(better.to_client.to_string().starts_with("len:varint"), "{}", better.to_client);
}

#[test]
fn what_is_kept_is_bounded_and_nothing_follows_a_gap() {
    let mut sample = Sample::new(true);
    sample.push(&vec![1; limits::FIT_BYTES - 10], false);
    sample.push(&[1; 20], false);
    sample.push(&[1; 20], false);
    assert_eq!((sample.bytes.len(), sample.marks.len(), sample.is_full()), (limits::FIT_BYTES, 2, true));
    let mut sample = Sample::new(true);
    sample.push(&[1], false);
    sample.cut();
    sample.push(&[2], false);
    sample.end();
    assert_eq!((sample.bytes.as_slice(), sample.ends), (&[1][..], false));
}

proptest! {
    #[test]
    fn a_walk_counts_no_byte_twice_and_scores_lie_between_nothing_and_all(
        bytes in prop::collection::vec(prop_oneof![Just(0u8), 0..6u8, any::<u8>()], 0..400),
        cuts in prop::collection::vec((1..50usize, any::<bool>()), 1..20),
        from_start in any::<bool>(),
        ends in any::<bool>(),
        text in prop::sample::select(vec!["u32be", "varint", "len:u8 payload", "len:u16le-2 a:u8 payload", "magic:00|01 len:u8 payload"]),
    ) {
        let mut sample = Sample::new(from_start);
        let mut rest = bytes.as_slice();
        for (len, is_turn) in cuts.iter().cycle() {
            let (segment, later) = rest.split_at((*len).min(rest.len()));
            sample.push(segment, *is_turn);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        if ends {
            sample.end();
        }
        let walked = walk::walk(&layout(text), &sample);
        prop_assert!(walked.landed + walked.lost + walked.open <= bytes.len() as u64, "{walked:?}");
        prop_assert!(walked.turn_hits <= walked.turns && walked.start_hits <= walked.starts && walked.empty <= walked.frames);
        if let Some(found) = score(&layout(text), [&sample]) {
            prop_assert!((0.0..=1.0).contains(&found.value), "{found:?}");
        }
    }
}
