//! What a frame means: the rules of its profile, then its shape, then identification.

use super::Manner;
use super::Unnamed;
use super::pairing::{Answer, AnsweredBy, By, Pairing, Unseen, Value, Verdict};
use crate::learning::Found;
use crate::profile::{Place, Profile, Rule};
use crate::proto::{TypeId, identify};
use crate::units::Direction;
use smallvec::SmallVec;
use std::sync::Arc;

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
    /// Whether the frame answers a request, and it cannot be told which.
    pub is_doubtful: bool,
    /// Whether the frame is an answer, be its request captured or not.
    pub is_answer: bool,
    /// Whether the frame may be an answer by the rules, whether a request waits or not.
    pub may_answer: bool,
    /// Nanoseconds since the heartbeat before this one on the connection, if the frame is a heartbeat.
    pub interval_ns: Option<i64>,
}

/// The rules whose conditions a frame meets.
struct Matching<'p> {
    /// Rules for answers, before the first that is not for answers.
    answers: SmallVec<[&'p Rule; 4]>,
    /// The first rule that is not for answers.
    plain: Option<&'p Rule>,
}

/// Finds what `frame` means; takes the request that it answers out of `pairing`.
pub(super) fn of<'p>(profile: &'p Profile, manner: Manner, frame: &Unnamed<'_>, pairing: &mut Pairing) -> Meaning<'p> {
    let rules = Matching::of(profile, frame);
    let plain = rules.plain.map(|rule| named(rule, TypeSource::Rule));
    let by_shape = || by_shape(profile, frame, &rules);
    // Most frames are no answers, and no more need be asked of them.
    if manner.has_answers && rules.answers.is_empty() {
        return plain.unwrap_or_else(by_shape);
    }
    let mut meaning = match rules.verdict(profile, manner, frame, pairing) {
        Verdict::Request(request, by) => {
            let label = pairing.label_of(request.label);
            let rule = rules.answers.iter().find(|rule| answers(rule, label));
            let meaning = rule.map(|rule| named(rule, TypeSource::Answer)).or(plain).unwrap_or_else(by_shape);
            Meaning { answers: Some(request.answered(frame.at, by)), is_answer: true, ..meaning }
        }
        Verdict::Doubtful(labels, unseen) => {
            let meaning = plain.or_else(|| rules.agreed(&labels, unseen, pairing)).unwrap_or_else(by_shape);
            Meaning { is_doubtful: true, is_answer: true, ..meaning }
        }
        Verdict::None => plain.unwrap_or_else(by_shape),
    };
    meaning.may_answer = !rules.answers.is_empty();
    meaning
}

impl<'p> Matching<'p> {
    fn of(profile: &'p Profile, frame: &Unnamed<'_>) -> Self {
        let mut rules = Self { answers: SmallVec::new(), plain: None };
        let matches = |rule: &&Rule| rule.matches(frame.direction, frame.header, frame.payload, frame.top);
        for rule in profile.rules.iter().filter(matches) {
            if !rule.is_answer() {
                rules.plain = Some(rule);
                break;
            }
            if fits(profile, rule, frame) && may_answer(profile, rule, frame.direction) {
                rules.answers.push(rule);
            }
        }
        rules
    }

    /// What is known of the request that the frame answers.
    fn verdict(&self, profile: &Profile, manner: Manner, frame: &Unnamed<'_>, pairing: &mut Pairing) -> Verdict {
        let sent = frame.sent();
        let is_answer =
            if manner.has_answers { !self.answers.is_empty() } else { frame.direction == Direction::ServerToClient };
        let may_answer =
            |label: Option<&str>| !manner.has_answers || self.answers.iter().any(|rule| answers(rule, label));
        let mut value = |which: usize| {
            let place = &profile.correlations.get(which)?.answer;
            let value = place.value(frame.header, frame.payload, frame.top);
            if let Some(of) = pairing.use_of(which) {
                of.answers.note(value.is_some());
            }
            value.zip(u8::try_from(which).ok())
        };
        // A rule says what request and answer share; so does the profile, for frames that no rule is for.
        let given = self.answers.iter().filter_map(|rule| rule.correlation);
        let given = given.chain(profile.correlation.filter(|_| !manner.has_answers && is_answer)).find_map(&mut value);
        if let Some((id, which)) = given {
            let value = Value { which, id, by: AnsweredBy::Match, is_count: false, is_only: false };
            return pairing.answer(frame.direction, &sent, By::Value(value), may_answer);
        }
        if let Some(studied) = frame.studied {
            let label = self.plain.map(|rule| &*rule.label);
            let value = |place: &Place| place.value(frame.header, frame.payload, frame.top);
            if let Some(found) = studied.found_for(frame.direction.reverse())
                && (is_answer || !manner.has_answers)
                && let Some(id) = value(&found.correlation.answer)
            {
                // Kinds that do not answer are what nobody asked for.
                if !found.answers(frame.header, label) {
                    return Verdict::None;
                }
                let (by, is_count, is_only) = (AnsweredBy::Found, found.is_count, found.has_one_answer);
                let by = By::Value(Value { which: Manner::FOUND, id, by, is_count, is_only });
                return pairing.answer(frame.direction, &sent, by, may_answer);
            }
            if !manner.has_answers {
                let asks =
                    |found: &Found| found.asks(frame.header, label) && value(&found.correlation.request).is_some();
                if studied.found_for(frame.direction).is_some_and(asks) {
                    return Verdict::None;
                }
                if studied.has_unasked {
                    pairing.lose_order(frame.direction.reverse());
                }
            }
        }
        // What may as well be no answer tells nothing of the order.
        if is_answer && (self.plain.is_none() || !manner.has_answers) {
            pairing.answer(frame.direction, &sent, By::Order, may_answer)
        } else {
            Verdict::None
        }
    }

    /// What an answer means to any of several requests, if it means the same to all.
    fn agreed(&self, labels: &[Option<u16>], unseen: Unseen, pairing: &Pairing) -> Option<Meaning<'p>> {
        let rule = |label: &Option<u16>| {
            let label = pairing.label_of(*label);
            self.answers.iter().position(|rule| answers(rule, label))
        };
        let mut rules = labels.iter().map(rule);
        let first = rules.next()??;
        let agree = rules.all(|rule| rule == Some(first)) && (unseen == Unseen::Impossible || self.answers.len() == 1);
        self.answers.get(first).filter(|_| agree).map(|rule| named(rule, TypeSource::Answer))
    }
}

/// What the bytes of a frame say it is, whatever came before it.
fn by_shape<'p>(profile: &'p Profile, frame: &Unnamed<'_>, rules: &Matching<'p>) -> Meaning<'p> {
    let has_shape = |rule: &&&Rule| has_shape(rule, frame.payload);
    let mut shapes = rules.answers.iter().filter(has_shape);
    let first = shapes.next().copied();
    // Where several answers look alike, the bytes do not say which one this is.
    match first.filter(|rule| shapes.next().is_none() || has_conditions(rule)) {
        Some(rule) => Meaning { is_answer: true, ..named(rule, TypeSource::Shape) },
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

/// Whether a rule is for answers to requests with this label, or without one.
fn answers(rule: &Rule, label: Option<&str>) -> bool {
    label.map_or_else(|| rule.answers_all(), |label| rule.answers(label))
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

/// Whether the requests of an answering rule go the other way, as far as the rules say. If neither the rule nor those
/// of its requests say a direction, answers are the server's.
fn may_answer(profile: &Profile, rule: &Rule, direction: Direction) -> bool {
    if rule.direction.is_some() {
        return true;
    }
    let requests = profile.rules.iter().filter(|request| !request.is_answer() && rule.answers(&request.label));
    let mut directions = requests.filter_map(|request| request.direction).peekable();
    match directions.peek() {
        None => direction == Direction::ServerToClient,
        Some(_) => directions.any(|request| request != direction),
    }
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
