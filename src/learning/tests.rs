//! What messages teach of field types, before a survey and after it.

use super::{Learning, Survey, SurveyId, Surveyed, Surveyor, Surveys, Untyped};
use crate::limits;
use crate::profile::{Profile, ProfileFile, Source};
use crate::proto::{Reading, Shape};
use crate::stream::ConnectionId;
use crate::units::{Direction, Endpoint, Timestamp};

fn profile(layout: &str) -> Profile {
    let text = format!("name = \"test\"\nframe = \"{layout}\"\n");
    ProfileFile::parse(&text, "test").unwrap().resolve(Source::CommandLine, None).unwrap()
}

/// `frame` with `payload` at its end, on connection `connection`.
fn with<T>(
    profile: &Profile,
    connection: usize,
    header: &[u8],
    payload: &[u8],
    use_it: impl FnOnce(&Untyped<'_>) -> T,
) -> T {
    let frame = [header, payload].concat();
    let header: Vec<_> = profile.layout(Direction::ClientToServer).fields(&frame).collect();
    let end = |port| Endpoint { addr: [10, 0, 0, 1].into(), port };
    use_it(&Untyped {
        id: ConnectionId(connection),
        client: end(50_000),
        server: end(7000),
        direction: Direction::ClientToServer,
        time: Timestamp::from_ns(0),
        candidate: 0,
        profile,
        label: None,
        header: &header,
        payload,
    })
}

fn survey(surveyor: &mut Surveyor, profile: &Profile, payloads: &[(&[u8], &[u8])]) -> Survey {
    for (header, payload) in payloads {
        with(profile, 0, header, payload, |untyped| surveyor.learn(untyped));
    }
    surveyor.conclude(|_| true)
}

/// One survey, of these payloads.
fn surveyed(profile: &Profile, payloads: &[(&[u8], &[u8])]) -> (Surveys, SurveyId) {
    let surveys = Surveys::default();
    let id = surveys.add(survey(&mut Surveyor::default(), profile, payloads)).unwrap();
    (surveys, id)
}

/// How the first field of a payload is read, which is on a connection and stands so to the surveys.
fn shape(
    learning: &mut Learning<'_>,
    profile: &Profile,
    (connection, surveyed): (usize, Surveyed),
    header: &[u8],
    payload: &[u8],
) -> Shape {
    let mut reading = Reading::default();
    with(profile, connection, header, payload, |untyped| {
        reading.read_learned(payload, &learning.known(untyped, surveyed, true).paths);
    });
    reading.nodes[0].shape
}

const LIST: &[u8] = b"\x0a\x06\x01\x02\x03\x04\x05\x06";
/// Read as text where nothing is known.
const LETTERS: &[u8] = b"\x0a\x03hi5";

#[test]
fn the_first_message_has_the_types_that_later_ones_taught() {
    let profile = profile("u32be");
    let (surveys, id) = surveyed(&profile, &[(&[0; 4], LETTERS), (&[0; 4], LIST), (&[0; 4], LIST)]);
    let first = (7, Surveyed::Taught(id));
    assert_eq!(shape(&mut Learning::new(&surveys), &profile, first, &[0; 4], LETTERS), Shape::Packed);
}

#[test]
fn what_one_connection_teaches_after_the_survey_does_not_reach_another() {
    let profile = profile("u32be");
    let (surveys, id) = surveyed(&profile, &[]);
    for surveyed in [Surveyed::Never, Surveyed::After(id)] {
        let mut learning = Learning::new(&surveys);
        for _ in 1..5 {
            shape(&mut learning, &profile, (0, surveyed), &[0; 4], LIST);
        }
        assert_eq!(shape(&mut learning, &profile, (0, surveyed), &[0; 4], LETTERS), Shape::Packed);
        assert_eq!(shape(&mut learning, &profile, (1, surveyed), &[0; 4], LETTERS), Shape::Text);
        // A connection that ended is forgotten.
        learning.end(ConnectionId(0));
        assert_eq!(shape(&mut learning, &profile, (0, surveyed), &[0; 4], LETTERS), Shape::Text);
    }
}

#[test]
fn a_message_of_the_survey_is_read_by_the_survey_alone_and_a_later_one_refines_it() {
    let profile = profile("u32be");
    let (surveys, id) = surveyed(&profile, &[(&[0; 4], LETTERS)]);
    let mut learning = Learning::new(&surveys);
    for _ in 1..=10 {
        shape(&mut learning, &profile, (0, Surveyed::Taught(id)), &[0; 4], LIST);
    }
    assert_eq!(shape(&mut learning, &profile, (0, Surveyed::Taught(id)), &[0; 4], LETTERS), Shape::Text);
    for _ in 11..15 {
        shape(&mut learning, &profile, (0, Surveyed::After(id)), &[0; 4], LIST);
    }
    assert_eq!(shape(&mut learning, &profile, (0, Surveyed::After(id)), &[0; 4], LETTERS), Shape::Packed);
}

#[test]
fn a_later_survey_knows_more_and_an_earlier_one_stays_what_it_was() {
    let (profile, surveys, mut surveyor) = (profile("u32be"), Surveys::default(), Surveyor::default());
    let early = surveys.add(survey(&mut surveyor, &profile, &[(&[0; 4], LETTERS)])).unwrap();
    let late = surveys.add(survey(&mut surveyor, &profile, &[(&[0; 4], LIST), (&[0; 4], LIST)])).unwrap();
    let read = |id| shape(&mut Learning::new(&surveys), &profile, (0, Surveyed::Taught(id)), &[0; 4], LETTERS);
    assert_eq!((read(early), read(late)), (Shape::Text, Shape::Packed));
}

#[test]
fn no_more_surveys_are_kept_than_the_cap() {
    let surveys = Surveys::default();
    for _ in 0..limits::SURVEYS {
        assert!(!surveys.is_full());
        assert!(surveys.add(Survey::default()).is_some());
    }
    assert!(surveys.is_full());
    assert_eq!(surveys.add(Survey::default()), None);
}

#[test]
fn message_codes_in_the_header_tell_kinds_apart_and_sequence_numbers_do_not() {
    let profile = profile("code:u8 sequence:u8 len:u16be payload");
    let letters: Vec<Vec<u8>> = (0..200).map(|sequence| vec![1, sequence, 0, 5]).collect();
    let lists: Vec<Vec<u8>> = (0..200).map(|sequence| vec![2, sequence, 0, 8]).collect();
    let payloads = letters.iter().zip(&lists).flat_map(|(letter, list)| [(&**letter, LETTERS), (&**list, LIST)]);
    let (surveys, id) = surveyed(&profile, &payloads.collect::<Vec<_>>());
    let mut learning = Learning::new(&surveys);
    let mut read = |header: &[u8], payload| shape(&mut learning, &profile, (0, Surveyed::Taught(id)), header, payload);
    assert_eq!(read(&[1, 250, 0, 5], LETTERS), Shape::Text);
    assert_eq!(read(&[2, 250, 0, 5], LETTERS), Shape::Packed);
}

#[test]
fn a_connection_with_more_kinds_than_the_cap_reads_the_others_by_themselves() {
    let profile = profile("code:u8 other:u8 len:u16be payload");
    let (surveys, id) = surveyed(&profile, &[]);
    let mut learning = Learning::new(&surveys);
    let kinds = u8::try_from(limits::REFINED_KINDS).unwrap();
    for code in 0..kinds {
        let at = (0, Surveyed::After(id));
        assert_eq!(shape(&mut learning, &profile, at, &[code, 0, 0, 8], LIST), Shape::Packed);
    }
    // The code that is one too many takes the field out: what is known from then on is known of all codes.
    for code in 0..=kinds {
        shape(&mut learning, &profile, (0, Surveyed::After(id)), &[code, 0, 0, 8], LIST);
    }
    assert!(learning.refined[&ConnectionId(0)].len() <= limits::REFINED_KINDS);
}
