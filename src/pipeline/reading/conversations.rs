//! The conversations on the connections that are still there, and what each of their frames means in them.
//!
//! In: the events of some connections, each connection's in order. Out: the [`Meaning`] of each frame. Invariant: a
//! meaning depends on the frame's ticket and on the earlier events of connections in its shard, so it is found again by
//! whoever sees these events once more. Not responsible for reading payloads.

use super::own_study::{OwnStudy, compared};
use super::ticket::Ticket;
use crate::conversation::{Conversation, Manner, Meaning, Unnamed};
use crate::header::{HeaderField, HeaderFields};
use crate::learning::{Studied, Surveyed, Surveys, Untyped};
use crate::limits::{self, SHARDS};
use crate::payload::PayloadKind;
use crate::pipeline::event::{Event, FrameEvent};
use crate::pipeline::setup::Setup;
use crate::profile::Profile;
use crate::proto::{Schema, TopLevel, TypeId};
use crate::record::Pairs;
use crate::stream::{Slot, Slots};
use crate::units::StreamOffset;
use std::hint::black_box;
use std::sync::Arc;

/// The conversation of one connection, and how many messages it had.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Counted {
    pub conversation: Conversation,
    pub messages: u64,
    /// Memory that the conversation takes for requests, in bytes, after the last message.
    held_bytes: usize,
    /// What the connection's own messages show to have in common, where no survey does.
    own: Option<Box<OwnStudy>>,
}

/// The conversations that have not ended, in shards that share nothing.
#[derive(Debug)]
pub(in crate::pipeline) struct Conversations<'s> {
    shards: Vec<Shard>,
    /// For each candidate, how its requests and answers go together.
    manners: Vec<Manner>,
    /// What was found out beforehand; none while that is being found out.
    surveys: Option<&'s Surveys>,
}

/// Conversations of the connections whose slots are alike modulo [`SHARDS`].
#[derive(Debug, Default)]
struct Shard {
    by_slot: Slots<Counted>,
    held_bytes: usize,
    room: usize,
    /// Number of connections that find out for themselves.
    studies: usize,
}

/// A frame with its meaning.
#[derive(Debug)]
pub(in crate::pipeline) struct Named<'a> {
    pub profile: &'a Profile,
    pub payload: &'a [u8],
    pub meaning: Meaning<'a>,
}

impl<'s> Conversations<'s> {
    /// Starts without conversations. They remember requests in about as much memory as the setup allows; what is asked
    /// beyond that is not remembered.
    pub(in crate::pipeline) fn new(setup: &Setup, surveys: Option<&'s Surveys>) -> Self {
        let manners = setup.candidates.iter().map(|candidate| Manner::of(&candidate.profile)).collect();
        Self { manners, surveys, ..Self::with_room(setup.caps.request_bytes()) }
    }

    fn with_room(room: usize) -> Self {
        let shard = |_| Shard { room: room / SHARDS, ..Shard::default() };
        Self { shards: (0..SHARDS).map(shard).collect(), manners: Vec::new(), surveys: None }
    }

    /// How requests and answers of a candidate go together.
    pub(in crate::pipeline) fn manner(&self, candidate: usize) -> Manner {
        self.manners.get(candidate).copied().unwrap_or_default()
    }

    /// Gives a frame its meaning; `top` is the top level of its payload. Header fields come into
    /// `header` if it takes them.
    pub(in crate::pipeline) fn name<'a>(
        &mut self,
        setup: &'a Setup,
        event: &'a Event<'_>,
        frame: &'a FrameEvent<'_>,
        ticket: Ticket,
        top: &TopLevel,
        (header, spare): (&mut HeaderFields<'a>, &mut HeaderFields<'static>),
    ) -> Option<Named<'a>> {
        let profile = setup.profile(frame.profile)?;
        let payload = frame.bytes.get(frame.payload.clone())?;
        let manner = self.manner(frame.profile);
        let layout = || profile.layout(event.direction);
        let surveys = self.surveys.filter(|_| manner.is_studied());
        let port = event.connection.server.port;
        let studied = surveys.and_then(|surveys| surveys.studied(ticket.surveyed, frame.profile, port));
        let studies = surveys.is_some() && ticket.surveyed == Surveyed::Never;
        if manner.reads_header() || studies || studied.is_some_and(Studied::reads_header) {
            frame.fill((header, spare), layout());
        }
        let unnamed = Unnamed {
            number: ticket.number,
            direction: event.direction,
            offset: frame.offset,
            len: frame.bytes.len() as u64,
            start: frame.from_start.then(|| StreamOffset(layout().skip())),
            at: event.at,
            header,
            payload,
            top,
            guess: ticket.guess,
            studied,
        };
        let shard = self.shards.get_mut(shard_of(event.slot))?;
        let meaning = shard.message(event.slot, manner, studies, |kept, is_room| {
            let Counted { conversation, own, .. } = kept;
            let Some(own) = own else { return conversation.push(profile, manner, &unnamed, is_room) };
            let unnamed = Unnamed { studied: Some(&own.studied), ..unnamed };
            let meaning = conversation.push(profile, manner, &unnamed, is_room);
            own.compare(&compared(event, (manner, profile), frame, &meaning, (header, payload)));
            meaning
        });
        Some(Named { profile, payload, meaning })
    }

    /// Ends the conversation in `slot`, of which no more comes.
    pub(in crate::pipeline) fn end(&mut self, slot: Slot) -> Counted {
        self.shards.get_mut(shard_of(slot)).map(|shard| shard.end(slot)).unwrap_or_default()
    }

    /// Looks at every part of what is kept in a slot, so that all are in the processor's cache when a message comes.
    /// Where no cache holds what else is known of the connection, everything is waited for at once.
    pub(in crate::pipeline) fn fetch(&self, slot: Slot) {
        if let Some(kept) = self.shards.get(shard_of(slot)).and_then(|shard| shard.by_slot.at(within(slot))) {
            black_box(kept.messages);
            kept.conversation.fetch();
        }
    }
}

impl Counted {
    /// What the connection found out by itself, as the server's `port` has it.
    pub(in crate::pipeline) fn found(&self, port: u16) -> Vec<Pairs> {
        let found = self.own.iter().flat_map(|own| &own.studied.found);
        found.map(|found| Pairs::of(port, found.requests, &found.correlation, (found.answers, found.matched))).collect()
    }
}

impl<'a> Named<'a> {
    /// The payload as something to learn from, if it has no message type.
    pub(in crate::pipeline) fn untyped<'h>(
        &self,
        event: &Event<'_>,
        frame: &FrameEvent<'_>,
        header: &'h [HeaderField<'h>],
    ) -> Option<Untyped<'h>>
    where
        'a: 'h,
    {
        self.typed().is_none().then_some(Untyped {
            id: event.id,
            client: event.connection.client,
            server: event.connection.server,
            direction: event.direction,
            time: event.at.time,
            candidate: frame.profile,
            profile: self.profile,
            label: self.meaning.label,
            header,
            payload: self.payload,
        })
    }

    /// Message type of the payload, and the schema that has it.
    pub(in crate::pipeline) fn typed(&self) -> Option<(&'a Schema, TypeId)> {
        self.profile.schema.as_deref().zip(self.meaning.message_type)
    }

    /// Full name of the message type, if it is known.
    pub(super) fn type_name(&self) -> Option<&'a Arc<str>> {
        self.typed().and_then(|(schema, id)| schema.shared_name(id))
    }

    /// What the payload is, if rule or profile say so, and it has no type.
    pub(super) fn given_kind(&self) -> Option<PayloadKind> {
        self.profile.payload_of(self.label())
    }

    /// Label of the frame, if a rule gives it one.
    pub(in crate::pipeline) fn label(&self) -> Option<&'a str> {
        self.meaning.label.map(|label| &**label)
    }
}

impl Shard {
    fn end(&mut self, slot: Slot) -> Counted {
        let kept = self.by_slot.take(within(slot)).unwrap_or_default();
        self.held_bytes -= kept.held_bytes;
        self.studies -= usize::from(kept.own.is_some());
        kept
    }

    /// Takes a message on a connection, to which `mean` gives its meaning, told whether there is room for a request.
    /// A connection that `studies` finds out for itself what its messages have in common, if there is room for that.
    fn message<'p>(
        &mut self,
        slot: Slot,
        manner: Manner,
        studies: bool,
        mean: impl FnOnce(&mut Counted, bool) -> Meaning<'p>,
    ) -> Meaning<'p> {
        let begun = &mut self.studies;
        let begin = || {
            let own = (studies && *begun < limits::STUDIES / SHARDS).then(Box::default);
            *begun += usize::from(own.is_some());
            Counted { conversation: Conversation::new(manner), own, ..Counted::default() }
        };
        let kept = self.by_slot.at_or_insert_with(within(slot), begin);
        kept.messages += 1;
        let meaning = mean(kept, self.held_bytes < self.room);
        let before = std::mem::replace(&mut kept.held_bytes, kept.conversation.held_bytes());
        self.held_bytes = self.held_bytes - before + kept.held_bytes;
        meaning
    }
}

/// 0-based index of the shard of the connection in a slot.
pub(in crate::pipeline) const fn shard_of(slot: Slot) -> usize {
    slot.index() % SHARDS
}

/// Slot of a connection among those of its shard.
fn within(slot: Slot) -> Slot {
    Slot::new(slot.index() / SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_connection_in_a_slot_has_a_conversation_of_its_own() {
        let (mut conversations, slot, beside) =
            (Conversations::with_room(1000 * SHARDS), Slot::new(1), Slot::new(1 + SHARDS));
        let message = |conversations: &mut Conversations, slot| {
            conversations.shards[shard_of(slot)].message(slot, Manner::default(), false, |_, is_room| {
                assert!(is_room);
                Meaning::default()
            });
        };
        for slot in [slot, beside, slot] {
            message(&mut conversations, slot);
        }
        assert_eq!(conversations.end(slot).messages, 2);
        message(&mut conversations, slot);
        let ended = [slot, slot, beside].map(|slot| conversations.end(slot).messages);
        assert_eq!(ended, [1, 0, 1]);
    }
}
