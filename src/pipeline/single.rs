//! Frames that are given by themselves: from bytes to records, without packets and streams.

use super::candidate::{Candidate, Trust};
use crate::conversation::{Conversation, Manner, Meaning, Unnamed};
use crate::frame::layout::{Header, Layout, Recognition};
use crate::learning::Guesses;
use crate::payload::PayloadKind;
use crate::profile::{Profile, Readings};
use crate::proto::learned::Paths;
use crate::proto::{Reading, Schema, TopLevel, TypeId, identify};
use crate::record::{Payload, SingleRecord};
use crate::units::{Direction, Origin, StreamOffset};
use std::io;
use std::sync::Arc;

/// What is known of single frames and payloads beside the candidates.
#[derive(Clone, Debug, Default)]
pub struct Bare {
    /// Schema with the message types, if any.
    pub schema: Option<Arc<Schema>>,
    /// Message type of the payload; without it the one that fits best.
    pub message: Option<TypeId>,
    /// Types of payload fields, where there is no message type.
    pub readings: Readings,
    /// What payloads without a message type are that fit no candidate; protobuf if nobody says it.
    pub payload: Option<PayloadKind>,
    /// Direction of all bytes, if somebody says it: their layout and rules are those of one side.
    pub direction: Option<Direction>,
}

impl Bare {
    fn meaning(&self, payload: &[u8]) -> Meaning<'static> {
        if let Some(message) = self.message {
            return Meaning::of_type(message);
        }
        let found = self.schema.as_ref().and_then(|schema| identify::identify(schema, payload));
        let likely = found.filter(|found| found.certainty() >= identify::THRESHOLD);
        Meaning::of_guess(likely.map(|found| (found.ty, found.certainty())))
    }
}

/// Reads `bytes` as frames of the first candidate whose header stands at their start, one after the other; what does
/// not start with a header is one bare payload.
///
/// # Errors
/// Only those of `tell`, which receives the records.
pub fn decode(
    bytes: &[u8],
    candidates: &[Candidate],
    bare: &Bare,
    mut tell: impl FnMut(&SingleRecord<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut talks: Vec<Conversation> = candidates.iter().map(|_| Conversation::default()).collect();
    let mut rest = bytes;
    let mut number = 0;
    while number == 0 || !rest.is_empty() {
        number += 1;
        let piece = next_piece(rest, candidates, bare.direction);
        let offset = bytes.len() - rest.len();
        let talk = piece.candidate.and_then(|index| talks.get_mut(index));
        let profile = piece.candidate.and_then(|index| candidates.get(index)).map(|candidate| &*candidate.profile);
        rest = rest.get(piece.bytes.len()..).unwrap_or_default();
        record(&piece, offset, number, profile.zip(talk), bare, &mut tell)?;
    }
    Ok(())
}

/// A frame or a bare payload of the bytes at hand.
struct Piece<'a> {
    bytes: &'a [u8],
    candidate: Option<usize>,
    header: Option<Header>,
    /// Direction of the piece, if somebody says it or only the layout of one side fits.
    direction: Option<Direction>,
}

fn next_piece<'a>(bytes: &'a [u8], candidates: &[Candidate], given: Option<Direction>) -> Piece<'a> {
    for (index, candidate) in candidates.iter().enumerate() {
        let layouts = &candidate.profile.layouts;
        for (side, layout) in layouts.iter().filter(|(side, _)| given.is_none_or(|given| given == *side)) {
            if let Recognition::Yes(header) = layout.recognise(bytes)
                && (layout.has_magic() || candidate.trust == Trust::Given || header.frame_len <= bytes.len())
            {
                let frame = bytes.get(..header.frame_len).unwrap_or(bytes);
                let one_sided = layouts.to_server.differs_from(&layouts.to_client).then_some(side);
                return Piece {
                    bytes: frame,
                    candidate: Some(index),
                    header: Some(header),
                    direction: given.or(one_sided),
                };
            }
        }
    }
    let meant = |candidate: &Candidate| candidate.profile.rules.iter().any(|rule| rule.matches_payload(bytes));
    let by_rule = candidates.iter().position(meant);
    let trusted = || candidates.iter().position(|candidate| candidate.trust == Trust::Given);
    let by_shape = || candidates.iter().position(|candidate| gives_label(&candidate.profile, bytes));
    Piece { bytes, candidate: by_rule.or_else(trusted).or_else(by_shape), header: None, direction: given }
}

/// Whether `payload` has the shape of an answer. A rule for requests says nothing here: it may have no condition at
/// all.
fn gives_label(profile: &Profile, payload: &[u8]) -> bool {
    let piece = Piece { bytes: payload, candidate: None, header: None, direction: None };
    let (meaning, _) = name(profile, &mut Conversation::default(), 1, &piece, payload);
    meaning.label.is_some() && meaning.is_answer
}

fn record(
    piece: &Piece<'_>,
    offset: usize,
    number: u64,
    known: Option<(&Profile, &mut Conversation)>,
    bare: &Bare,
    tell: &mut impl FnMut(&SingleRecord<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let payload = piece.header.map_or(0..piece.bytes.len(), |header| header.payload());
    let payload = payload.start.min(piece.bytes.len())..payload.end.min(piece.bytes.len());
    let content = piece.bytes.get(payload.clone()).unwrap_or_default();
    let profile = known.as_ref().map(|(profile, _)| *profile);
    let schema = profile.map_or(bare.schema.as_deref(), |profile| profile.schema.as_deref());
    let (meaning, direction) = match known {
        Some((profile, talk)) => name(profile, talk, number, piece, content),
        None => (bare.meaning(content), bare.direction),
    };
    let label = meaning.label.map(|label| &**label);
    let kind =
        profile.map_or(bare.payload, |profile| profile.payload_of(label)).filter(|_| meaning.message_type.is_none());
    let missed = kind.filter(|kind| kind.is_missed_by(content));
    let kind = if missed.is_some() { Some(PayloadKind::Opaque) } else { kind };
    let other = kind.filter(|kind| *kind != PayloadKind::Protobuf).map(|kind| Payload::of_kind(kind, content));
    let mut reading = Reading::default();
    match schema.zip(meaning.message_type) {
        None if other.is_some() => {}
        None => reading.read_learned(content, &given(profile, label, bare)),
        typed => reading.read(content, typed),
    }
    let layout: Option<&Layout> =
        piece.header.and(profile).map(|profile| &**profile.layout(direction.unwrap_or(Direction::ClientToServer)));
    let layout_text = layout.map(ToString::to_string);
    let header: Vec<_> = layout.into_iter().flat_map(|layout| layout.fields(piece.bytes)).collect();
    let asked = label.filter(|_| !meaning.is_answer);
    let answer = asked.zip(profile).and_then(|(label, profile)| {
        profile.rules.iter().find(|rule| rule.answers(label)).and_then(|rule| rule.message)
    });
    tell(&SingleRecord {
        bytes: piece.bytes,
        offset,
        payload: other.unwrap_or_else(|| Payload::Protobuf(reading.of(content, schema))),
        missed,
        payload_start: payload.start,
        profile: profile.map(|profile| profile.name.as_str()),
        layout: layout_text.as_deref(),
        header: &header,
        cut_from: piece.header.map(|header| header.frame_len).filter(|len| *len > piece.bytes.len()),
        checksum: layout.and_then(|layout| layout.checksum(piece.bytes)),
        label,
        direction,
        type_name: schema.zip(meaning.message_type).map(|(schema, id)| schema.type_name(id)),
        type_source: meaning.type_source,
        confidence: meaning.confidence,
        answer: schema.zip(answer),
    })
}

/// Types that the user gives to the fields of such a payload.
fn given(profile: Option<&Profile>, label: Option<&str>, bare: &Bare) -> Paths {
    let mut paths = Paths::default();
    let readings = profile.map(|profile| profile.readings_of(label));
    for (path, given) in readings.into_iter().flatten().chain(&bare.readings) {
        paths.give(path, *given);
    }
    paths
}

/// Gives a single frame its meaning. Nobody says which way it went: the direction in which a rule names it is taken.
fn name<'p>(
    profile: &'p Profile,
    talk: &mut Conversation,
    number: u64,
    piece: &Piece<'_>,
    payload: &[u8],
) -> (Meaning<'p>, Option<Direction>) {
    let mut top = TopLevel::default();
    top.read(payload);
    let mut other = Meaning::default();
    for direction in Direction::BOTH.into_iter().filter(|side| piece.direction.is_none_or(|known| known == *side)) {
        // Without a header, rules about header fields have nothing to look at.
        let layout = piece.header.map(|_| profile.layout(direction));
        let header: Vec<_> = layout.into_iter().flat_map(|layout| layout.fields(piece.bytes)).collect();
        let mut guesses = Guesses::default();
        let guess = profile.schema.as_ref().and_then(|schema| guesses.guess(schema, direction, payload, top.digest()));
        let (start, at) = (StreamOffset::default(), Origin::default());
        let (offset, len, start) = (start, 0, Some(start));
        let (header, top, studied) = (&header, &top, None);
        let unnamed = Unnamed { number, direction, offset, len, start, at, header, payload, top, guess, studied };
        let meaning = talk.push(profile, Manner::of_frames_alone(profile), &unnamed, true);
        if meaning.label.is_some() {
            return (meaning, Some(direction));
        }
        other = meaning;
    }
    (other, piece.direction)
}
