//! Pairs by a value that request and answer share.
//!
//! A request keeps its value until another has it, so that it may have several answers. Where a protocol uses a value
//! again, and bytes are missing in which that may have happened, the value says nothing any more. Values that were
//! given up for want of room are as if they had never been there.

use super::AnsweredBy;
use super::request::{Request, Sent, Unseen, Verdict};
use crate::limits;
use crate::profile::Id;
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};

/// Which correlation a value is for: its 0-based index among those of the connection.
pub(in crate::conversation) type Which = u8;

/// A value of a request, by which an answer may name it.
#[derive(Clone, Debug)]
pub(in crate::conversation) struct Named {
    pub which: Which,
    pub id: Id,
    /// Whether values of this kind are known not to be used again.
    pub is_fresh: bool,
}

/// A value of an answer.
#[derive(Clone, Debug)]
pub(in crate::conversation) struct Value {
    pub which: Which,
    pub id: Id,
    pub by: AnsweredBy,
    /// Whether both sides only count: then the value says nothing if the server had a later request too.
    pub is_count: bool,
    /// Whether a request has one answer at most.
    pub is_only: bool,
}

/// The requests of one direction by their values.
#[derive(Debug, Default)]
pub(super) struct Matched {
    asked: HashMap<(Which, Id), Asked, RandomState>,
    /// Values in the order of their requests, with the numbers of these.
    order: VecDeque<(Which, Id, u64)>,
    /// Whether values are used again.
    repeats: bool,
    is_fresh: bool,
    requests: u64,
    greatest: u64,
    lost_requests: u32,
    lost_answers: u32,
}

#[derive(Debug)]
struct Asked {
    request: Request,
    /// Whether an answer came.
    is_answered: bool,
    /// Whether an answer had the value, be it for this request or for one before.
    is_known: bool,
    /// Whether a request with the same value was waiting when this one came.
    is_twofold: bool,
    /// How often requests and answers had been lost when the request came.
    lost_before: (u32, u32),
}

impl Matched {
    /// Requests with values of their own after which values are taken to be fresh: a client that uses them again mostly
    /// takes one that has just become free.
    const FRESH: u64 = 16;

    /// Takes a request with its value; returns whether no other that is still known had it.
    pub(super) fn request(&mut self, Named { which, id, is_fresh }: Named, request: Request) -> bool {
        self.requests += 1;
        self.is_fresh = is_fresh;
        if let Id::Number(number) = id {
            self.greatest = self.greatest.max(number);
        }
        let before = self.asked.get(&(which, id.clone()));
        let is_new = before.is_none();
        self.repeats |= !is_new;
        let is_known = before.is_some_and(|asked| asked.is_known);
        let is_twofold = before.is_some_and(|asked| !self.may_be_over(asked));
        self.order.push_back((which, id.clone(), request.number));
        let lost_before = (self.lost_requests, self.lost_answers);
        self.asked.insert((which, id), Asked { request, is_answered: false, is_known, is_twofold, lost_before });
        if self.order.len() > limits::PENDING_REQUESTS
            && let Some((which, id, number)) = self.order.pop_front()
        {
            let key = (which, id);
            if self.asked.get(&key).is_some_and(|asked| asked.request.number == number) {
                self.asked.remove(&key);
            }
        }
        is_new
    }

    /// Takes note that requests are missing.
    pub(super) fn lose_requests(&mut self) {
        self.lost_requests = self.lost_requests.saturating_add(1);
    }

    /// Takes note that answers are missing.
    pub(super) fn lose_answers(&mut self) {
        self.lost_answers = self.lost_answers.saturating_add(1);
    }

    /// The request that has the value of a frame that was `sent`, if the frame `fits` its label, and whether it is the
    /// first frame with that value.
    pub(super) fn answer(
        &mut self,
        Value { which, id, by, is_count, is_only }: Value,
        sent: &Sent,
        fits: impl Fn(Option<u16>) -> bool,
    ) -> (Verdict, bool) {
        let key = (which, id);
        let Some(asked) = self.asked.get(&key) else { return (Verdict::None, false) };
        // The value was used before by a request that was not captured, and this is for that one.
        if !fits(asked.request.label) || !asked.request.may_be_answered_by(sent) {
            return (Verdict::None, false);
        }
        let may_be_reused = self.may_repeat()
            && self.may_be_over(asked)
            && (self.lost_requests > asked.lost_before.0 || sent.at.acked.has_missing());
        let may_be_counted = is_count && sent.at.acked.offset().is_none_or(|had| had.0 > asked.request.end());
        let is_another = is_only && asked.is_answered;
        let is_doubtful = asked.is_twofold || may_be_reused || may_be_counted || is_another;
        let (request, is_first) = (asked.request, !asked.is_known);
        if let Some(asked) = self.asked.get_mut(&key) {
            asked.is_known = true;
            asked.is_answered |= !is_doubtful;
        }
        let unseen = if may_be_reused || is_another { Unseen::Possible } else { Unseen::Impossible };
        let verdict = match is_doubtful {
            true => Verdict::Doubtful(vec![request.label], unseen),
            false => Verdict::Request(request, by),
        };
        (verdict, is_first)
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.asked.capacity() * size_of::<((Which, Id), Asked)>()
            + self.order.capacity() * size_of::<(Which, Id, u64)>()
    }

    /// Whether the client may have had the answer that it waited for, and use the value again.
    const fn may_be_over(&self, asked: &Asked) -> bool {
        asked.is_answered || self.lost_answers > asked.lost_before.1
    }

    /// Whether a value may be used again before long.
    const fn may_repeat(&self) -> bool {
        // A counter of one byte or of two may have come round by the time that as many again have passed.
        let (few, many) = (self.greatest <= 0xff && self.requests >= 0x80, self.requests >= 0x8000);
        let is_unknown = !self.is_fresh && (self.requests < Self::FRESH || few);
        self.repeats || is_unknown || self.greatest <= 0xffff && many
    }
}
