//! What a frame means: the rules of its profile, then its shape, then identification.

use super::pairing::{Answer, Pairing};
use crate::header::HeaderField;
use crate::learning::Guess;
use crate::profile::{Profile, Rule};
use crate::proto::{TopLevel, TypeId, identify};
use crate::units::{Direction, Timestamp};
use std::sync::Arc;

/// A frame whose label and type are not known yet.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed<'a> {
    /// 1-based number of the frame's message.
    pub number: u64,
    /// Direction in which the frame went.
    pub direction: Direction,
    /// Time of the packet that completed the frame.
    pub time: Timestamp,
    /// Header fields of the frame; may be empty where [no rule asks for them](Profile::reads_header).
    pub header: &'a [HeaderField<'a>],
    /// Payload of the frame.
    pub payload: &'a [u8],
    /// Top level of the payload.
    pub top: &'a TopLevel,
    /// Type of payloads of this kind, as [`Guesses`](crate::learning::Guesses) say.
    pub guess: Option<Guess>,
}

/// How the type of a message was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TypeSource {
    /// A rule matched by its conditions.
    Rule,
    /// A rule for answers matched, and the request was found.
    Answer,
    /// The only rule for answers that fits the payload; no request waits that it could answer beyond doubt.
    Shape,
    /// `--message` or the profile's default.
    Option,
    /// The type of the schema that fits best.
    Identified,
}

impl TypeSource {
    /// Name of the source in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Answer => "answer",
            Self::Shape => "shape",
            Self::Option => "option",
            Self::Identified => "identified",
        }
    }
}

/// What a frame means.
#[derive(Clone, Debug, Default)]
pub struct Meaning<'p> {
    /// Label of the frame.
    pub label: Option<&'p Arc<str>>,
    /// Message type of the payload in the profile's schema.
    pub message_type: Option<TypeId>,
    /// How the type was found; none without a type.
    pub type_source: Option<TypeSource>,
    /// How sure the type is, from 0 to 1, where it was identified.
    pub confidence: Option<f32>,
    /// The request that the frame answers.
    pub answers: Option<Answer>,
    /// Whether the frame is an answer, be its request captured or not.
    pub is_answer: bool,
    /// Nanoseconds since the heartbeat before this one on the connection, if the frame is a heartbeat.
    pub interval_ns: Option<i64>,
}

/// Finds what `frame` means; takes the request that it answers out of `pairing`.
pub(super) fn of<'p>(profile: &'p Profile, frame: &Unnamed<'_>, pairing: &mut Pairing) -> Meaning<'p> {
    let mut by_shape: Option<&Rule> = None;
    let mut shapes = 0;
    let matches = |rule: &&Rule| rule.matches(frame.direction, frame.header, frame.payload, frame.top);
    for rule in profile.rules.iter().filter(matches) {
        if !rule.is_answer() {
            return named(rule, TypeSource::Rule);
        }
        if !fits(profile, rule, frame) {
            continue;
        }
        if let Some(answer) = pairing.answer(frame.direction, frame.time, |label| rule.answers(label)) {
            return Meaning { answers: Some(answer), is_answer: true, ..named(rule, TypeSource::Answer) };
        }
        if has_shape(rule, frame.payload) && may_answer(profile, rule, frame.direction) {
            by_shape = by_shape.or(Some(rule));
            shapes += 1;
        }
    }
    // Where several answers look alike, the bytes do not say which one this is.
    match by_shape.filter(|rule| shapes == 1 || has_conditions(rule)) {
        Some(rule) => {
            pairing.orphan(frame.direction, frame.time, |label| rule.answers(label));
            Meaning { is_answer: true, ..named(rule, TypeSource::Shape) }
        }
        None => match (profile.default_message, &profile.schema) {
            (Some(message), _) => Meaning::of_type(message),
            (None, Some(schema)) => {
                // Payloads of the types that rules name are named by those rules, or are not of those types.
                let is_named = |id| profile.rules.iter().any(|rule| rule.message == Some(id));
                let fits = |id| identify::fits(schema, id, frame.payload, frame.top);
                Meaning::of_guess(frame.guess.filter(|(id, _)| !is_named(*id) && fits(*id)))
            }
            (None, None) => Meaning::default(),
        },
    }
}

fn named(rule: &Rule, source: TypeSource) -> Meaning<'_> {
    Meaning {
        label: Some(&rule.label),
        message_type: rule.message,
        type_source: rule.message.map(|_| source),
        ..Meaning::default()
    }
}

/// Whether the payload can be of the rule's type; a rule without a type fits everything.
fn fits(profile: &Profile, rule: &Rule, frame: &Unnamed<'_>) -> bool {
    match (&profile.schema, rule.message) {
        (Some(schema), Some(message)) => identify::fits(schema, message, frame.payload, frame.top),
        _ => true,
    }
}

/// Whether a payload that fits a rule says anything for it. Every type fits an empty payload, and a rule with neither
/// type nor condition fits every payload.
fn has_shape(rule: &Rule, payload: &[u8]) -> bool {
    has_conditions(rule) || (rule.message.is_some() && !payload.is_empty())
}

fn has_conditions(rule: &Rule) -> bool {
    !rule.fields.is_empty() || !rule.header.is_empty()
}

/// Whether the requests of an answering rule go the other way, as far as the rules say.
fn may_answer(profile: &Profile, rule: &Rule, direction: Direction) -> bool {
    let requests = profile.rules.iter().filter(|request| !request.is_answer() && rule.answers(&request.label));
    let mut directions = requests.filter_map(|request| request.direction).peekable();
    directions.peek().is_none() || directions.any(|request| request != direction)
}

impl Meaning<'_> {
    /// The meaning of a payload that is known to be of a type, and of nothing else.
    #[must_use]
    pub fn of_type(message: TypeId) -> Self {
        Self { message_type: Some(message), type_source: Some(TypeSource::Option), ..Self::default() }
    }

    /// The meaning of a payload of which only a guess at its type is known: the type, and how sure it is from 0 to 1.
    #[must_use]
    pub fn of_guess(guess: Option<(TypeId, f32)>) -> Self {
        let Some((message, confidence)) = guess else { return Self::default() };
        Self {
            message_type: Some(message),
            type_source: Some(TypeSource::Identified),
            confidence: Some(confidence),
            ..Self::default()
        }
    }
}
