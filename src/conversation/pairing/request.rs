//! Requests that wait, and what is known of the frame that may answer one.

use crate::units::{Acked, Origin, Timestamp};

/// The request that a message answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// 1-based number of the request's message.
    pub number: u64,
    /// Time from the request's completion to the answer's, in nanoseconds.
    pub latency_ns: i64,
    /// What tells that it is this request.
    pub by: AnsweredBy,
}

/// What tells which request a message answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnsweredBy {
    /// Both have the value that the profile's `match` names.
    Match,
    /// Both have a value that was found to go with requests and their answers.
    Found,
    /// No other request is possible: none other waits, or the protocol answers in order.
    Order,
}

impl AnsweredBy {
    /// Name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Found => "found",
            Self::Order => "order",
        }
    }
}

/// Where a frame stands in its direction, and what its sender had when it sent it.
#[derive(Clone, Copy, Debug)]
pub(in crate::conversation) struct Sent {
    /// Position of the frame's first byte.
    pub start: u64,
    /// Position behind the frame's last byte.
    pub end: u64,
    /// The packet that completed the frame.
    pub at: Origin,
}

/// A request that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::conversation) struct Request {
    pub number: u64,
    pub time: Timestamp,
    /// 0-based index of the request's label among those of the connection; none without a label.
    pub label: Option<u16>,
    /// Position behind the request in its direction.
    end: u64,
    /// Position in the other direction before which the client had everything when it sent the request: its answer
    /// cannot have begun before.
    had: u64,
}

impl Request {
    pub(in crate::conversation) fn new(number: u64, label: Option<u16>, sent: &Sent) -> Self {
        let had = sent.at.acked.offset().map_or(0, |offset| offset.0);
        Self { number, time: sent.at.time, label, end: sent.end, had }
    }

    /// Whether a frame that was `sent` the other way can answer the request: the sender had the request by then, and
    /// had not yet sent so far when the request came.
    pub(super) fn may_be_answered_by(&self, sent: &Sent) -> bool {
        self.had <= sent.start && self.was_had(sent.at.acked)
    }

    /// Position behind the request in its direction.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// Whether an answer to the request can stand before position `start`.
    pub(super) const fn may_be_answered_before(&self, start: u64) -> bool {
        self.had < start
    }

    /// Whether a sender who `acked` this much can have had the request.
    pub(super) fn was_had(&self, acked: Acked) -> bool {
        acked.offset().is_none_or(|offset| self.end <= offset.0)
    }

    pub(in crate::conversation) fn answered(&self, at: Origin, by: AnsweredBy) -> Answer {
        Answer { number: self.number, latency_ns: at.time.since(self.time), by }
    }
}

/// What is known of the request that a frame answers.
#[derive(Clone, Debug)]
pub(in crate::conversation) enum Verdict {
    /// The request, and what tells it.
    Request(Request, AnsweredBy),
    /// Several requests are possible, by their labels, and perhaps one that was not seen.
    Doubtful(Vec<Option<u16>>, Unseen),
    /// No request that was seen is possible.
    None,
}

/// Whether a request that was not seen may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::conversation) enum Unseen {
    Possible,
    Impossible,
}
