use super::{Learning, Scales, Survey, Untyped};
use crate::conversation::Unnamed;
use crate::limits;
use crate::profile::{Profile, ProfileFile, Source};
use crate::proto::{Reading, Shape, TopLevel};
use crate::record::ConnectionName;
use crate::stream::ConnectionId;
use crate::units::{Direction, Endpoint, Timestamp};

fn profile(layout: &str) -> Profile {
    let text = format!("name = \"test\"\nframe = \"{layout}\"\n");
    ProfileFile::parse(&text, "test").unwrap().resolve(Source::CommandLine, None).unwrap()
}

/// `frame` with `payload` at its end, on connection `connection`, complete with packet `packet`.
fn with<T>(
    profile: &Profile,
    (connection, packet): (usize, u64),
    header: &[u8],
    payload: &[u8],
    use_it: impl FnOnce(&Untyped<'_>) -> T,
) -> T {
    let frame = [header, payload].concat();
    let end = |port| Endpoint { addr: [10, 0, 0, 1].into(), port };
    let top = TopLevel::default();
    let unnamed = Unnamed {
        number: 1,
        direction: Direction::ClientToServer,
        time: Timestamp::from_ns(0),
        frame: &frame,
        payload,
        top: &top,
        guess: None,
    };
    use_it(&Untyped {
        id: ConnectionId(connection),
        connection: ConnectionName { number: connection + 1, client: end(50_000), server: end(7000) },
        candidate: 0,
        profile,
        label: None,
        unnamed: &unnamed,
        packet,
    })
}

fn survey(profile: &Profile, payloads: &[(&[u8], &[u8])], through_packet: u64) -> Survey {
    let (mut survey, mut scales) = (Survey::default(), Scales::default());
    for (header, payload) in payloads {
        with(profile, (0, 1), header, payload, |untyped| survey.learn(untyped, &mut scales));
    }
    survey.finish(through_packet);
    survey
}

fn shape(learning: &mut Learning<'_>, profile: &Profile, at: (usize, u64), header: &[u8], payload: &[u8]) -> Shape {
    let mut reading = Reading::default();
    with(profile, at, header, payload, |untyped| reading.read_learned(payload, &learning.paths(untyped)));
    reading.nodes[0].shape
}

const LIST: &[u8] = b"\x0a\x06\x01\x02\x03\x04\x05\x06";
/// Read as text where nothing is known.
const LETTERS: &[u8] = b"\x0a\x03hi5";

#[test]
fn the_first_message_has_the_types_that_later_ones_taught() {
    let profile = profile("u32be");
    let survey = survey(&profile, &[(&[0; 4], LETTERS), (&[0; 4], LIST), (&[0; 4], LIST)], u64::MAX);
    assert_eq!(shape(&mut Learning::new(&survey), &profile, (7, 1), &[0; 4], LETTERS), Shape::Packed);
}

#[test]
fn what_one_connection_teaches_after_the_survey_does_not_reach_another() {
    let profile = profile("u32be");
    let survey = survey(&profile, &[], 0);
    let mut learning = Learning::new(&survey);
    for packet in 1..5 {
        shape(&mut learning, &profile, (0, packet), &[0; 4], LIST);
    }
    assert_eq!(shape(&mut learning, &profile, (0, 5), &[0; 4], LETTERS), Shape::Packed);
    assert_eq!(shape(&mut learning, &profile, (1, 6), &[0; 4], LETTERS), Shape::Text);
    // A connection that ended is forgotten.
    learning.end(ConnectionId(0));
    assert_eq!(shape(&mut learning, &profile, (0, 7), &[0; 4], LETTERS), Shape::Text);
}

#[test]
fn a_message_of_the_survey_is_read_by_the_survey_alone_and_a_later_one_refines_it() {
    let profile = profile("u32be");
    let survey = survey(&profile, &[(&[0; 4], LETTERS)], 10);
    let mut learning = Learning::new(&survey);
    for packet in 1..=10 {
        shape(&mut learning, &profile, (0, packet), &[0; 4], LIST);
    }
    assert_eq!(shape(&mut learning, &profile, (0, 10), &[0; 4], LETTERS), Shape::Text);
    for packet in 11..15 {
        shape(&mut learning, &profile, (0, packet), &[0; 4], LIST);
    }
    assert_eq!(shape(&mut learning, &profile, (0, 15), &[0; 4], LETTERS), Shape::Packed);
}

#[test]
fn message_codes_in_the_header_tell_kinds_apart_and_sequence_numbers_do_not() {
    let profile = profile("code:u8 sequence:u8 len:u16be payload");
    let letters: Vec<Vec<u8>> = (0..200).map(|sequence| vec![1, sequence, 0, 5]).collect();
    let lists: Vec<Vec<u8>> = (0..200).map(|sequence| vec![2, sequence, 0, 8]).collect();
    let payloads = letters.iter().zip(&lists).flat_map(|(letter, list)| [(&**letter, LETTERS), (&**list, LIST)]);
    let survey = survey(&profile, &payloads.collect::<Vec<_>>(), u64::MAX);
    let mut learning = Learning::new(&survey);
    let mut read = |header: &[u8], payload| shape(&mut learning, &profile, (0, 1), header, payload);
    assert_eq!(read(&[1, 250, 0, 5], LETTERS), Shape::Text);
    assert_eq!(read(&[2, 250, 0, 5], LETTERS), Shape::Packed);
}

#[test]
fn a_connection_with_more_kinds_than_the_cap_reads_the_others_by_themselves() {
    let profile = profile("code:u8 other:u8 len:u16be payload");
    let survey = survey(&profile, &[], 0);
    let mut learning = Learning::new(&survey);
    let kinds = u8::try_from(limits::REFINED_KINDS).unwrap();
    for code in 0..kinds {
        assert_eq!(shape(&mut learning, &profile, (0, 1), &[code, 0, 0, 8], LIST), Shape::Packed);
    }
    // The code that is one too many takes the field out: what is known from then on is known of all codes.
    for code in 0..=kinds {
        shape(&mut learning, &profile, (0, 1), &[code, 0, 0, 8], LIST);
    }
    assert!(learning.refined[&ConnectionId(0)].len() <= limits::REFINED_KINDS);
}
