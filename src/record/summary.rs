//! What is known at the end.

use super::{CapUse, CaptureFacts, Figures, FindingKind, LedgerRecord, Pairs};
use crate::conversation::{TypeKey, TypeStatistics};
use crate::payload::PayloadKind;
use crate::units::{Direction, Timestamp};
use std::sync::Arc;

/// Figures of one kind of message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TypeSummary {
    /// Label of the messages, if they have one.
    pub label: Option<Arc<str>>,
    /// Full name of the message type, if there is one.
    pub type_name: Option<Arc<str>>,
    /// Whether the type was identified by the bytes of payloads alone.
    pub guessed: bool,
    /// What the payloads are; [`PayloadKind::Protobuf`] too where nothing says it.
    pub payload_kind: PayloadKind,
    /// Direction of the messages.
    pub direction: Direction,
    /// Number of messages.
    pub messages: u64,
    /// Bytes of all frames, headers and trailers included.
    pub bytes: u64,
    /// Sizes of the frames, in bytes.
    pub size: Option<Figures>,
    /// Nanoseconds from a request to its answer; answers alone have them.
    pub latency_ns: Option<Figures>,
    /// Nanoseconds from one heartbeat of a connection to its next; heartbeats alone have them.
    pub interval_ns: Option<Figures>,
}

impl From<(&TypeKey, &TypeStatistics)> for TypeSummary {
    fn from((key, kind): (&TypeKey, &TypeStatistics)) -> Self {
        Self {
            label: key.label.clone(),
            type_name: key.type_name.clone(),
            guessed: key.guessed,
            payload_kind: key.payload_kind,
            direction: key.direction,
            messages: kind.messages,
            bytes: kind.bytes,
            size: kind.sizes.figures(),
            latency_ns: kind.latencies_ns.figures(),
            interval_ns: kind.intervals_ns.figures(),
        }
    }
}

/// A phase over all connections.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhaseSummary {
    /// Label of the phase.
    pub label: Arc<str>,
    /// Number of connections that had the phase.
    pub connections: u64,
    /// Number of messages in the phase.
    pub messages: u64,
    /// Time of the phase's first message on any connection.
    pub first: Timestamp,
    /// Time of the phase's last message on any connection.
    pub last: Timestamp,
}

/// How much was followed and is not told, as a [`Filter`](crate::pipeline::Filter) does not accept it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Number of connections.
    pub connections: u64,
    /// Number of messages.
    pub messages: u64,
}

/// Everything that is known at the end of a run.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Facts of the captures.
    pub capture: CaptureFacts,
    /// Packets that carry no TCP segment or cannot be read, by reason, most frequent first.
    pub unread: Vec<(String, u64)>,
    /// Packets that were not followed, as the expression for packets does not select them.
    pub filtered: u64,
    /// What was followed and is not told, as it is not asked for; all other counts are of what is told.
    pub left_out: LeftOut,
    /// Number of connections.
    pub connections: u64,
    /// Number of connections whose frames could be split, by name of the profile.
    pub profiles: Vec<(String, u64)>,
    /// Number of messages.
    pub messages: u64,
    /// Messages that were passed to the report; fewer than `messages` if a limit was given.
    pub shown: u64,
    /// Figures of each kind of message.
    pub types: Vec<TypeSummary>,
    /// What requests and answers were found to have in common where no profile says it, by server port.
    pub pairs: Vec<Pairs>,
    /// Phases over the connections, each with all of its messages, in the order of the profiles.
    pub phases: Vec<PhaseSummary>,
    /// Findings by kind; gaps are among them.
    pub findings: Vec<(FindingKind, u64)>,
    /// Ledger of the connections, from their first packets to their last, whatever time is asked for: where the
    /// captured bytes went.
    pub ledger: LedgerRecord,
    /// How much of each cap on memory was used.
    pub caps: Vec<CapUse>,
    /// How the run came to what it tells, in words: which profile connections were read with and why, what was learned.
    pub decisions: Vec<String>,
    /// What the user of the program might do next, in words, with its options.
    pub hints: Vec<String>,
}
