//! What is known at the end.

use super::{CapUse, CaptureFacts, Figures, FindingKind, LedgerRecord};
use crate::conversation::{TypeKey, TypeStatistics};
use crate::units::{Direction, Timestamp};
use std::sync::Arc;

/// Figures of one kind of message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TypeSummary {
    /// Label, if it has one.
    pub label: Option<Arc<str>>,
    /// Full name of the type, if it has one.
    pub type_name: Option<Arc<str>>,
    /// The type was identified by its bytes alone.
    pub guessed: bool,
    /// Which way.
    pub direction: Direction,
    /// Messages.
    pub messages: u64,
    /// Bytes of their frames.
    pub bytes: u64,
    /// Bytes of one frame.
    pub size: Option<Figures>,
    /// Nanoseconds from a request to its answer; of answers only.
    pub latency_ns: Option<Figures>,
    /// Nanoseconds from one heartbeat of a connection to its next; of heartbeats only.
    pub interval_ns: Option<Figures>,
}

impl From<(&TypeKey, &TypeStatistics)> for TypeSummary {
    fn from((key, kind): (&TypeKey, &TypeStatistics)) -> Self {
        Self {
            label: key.label.clone(),
            type_name: key.type_name.clone(),
            guessed: key.guessed,
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
    /// The label.
    pub label: Arc<str>,
    /// Connections that had it.
    pub connections: u64,
    /// Messages in it.
    pub messages: u64,
    /// Its first message anywhere.
    pub first: Timestamp,
    /// Its last message anywhere.
    pub last: Timestamp,
}

/// Everything that is known at the end of a run.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// The captures.
    pub capture: CaptureFacts,
    /// Packets that carry no TCP segment or cannot be read, by reason, most frequent first.
    pub unread: Vec<(String, u64)>,
    /// Packets with a TCP segment that was not followed, as it is not of the traffic that was asked for.
    pub filtered: u64,
    /// Connections, filters applied.
    pub connections: u64,
    /// Those of them whose frames could be split, by profile.
    pub profiles: Vec<(String, u64)>,
    /// Messages, filters applied.
    pub messages: u64,
    /// Messages that were passed to the report; fewer than `messages` if a limit was given.
    pub shown: u64,
    /// Figures of each kind of message.
    pub types: Vec<TypeSummary>,
    /// The profile's phases, in its order.
    pub phases: Vec<PhaseSummary>,
    /// Findings by kind, filters applied; gaps are among them.
    pub findings: Vec<(FindingKind, u64)>,
    /// Where the captured bytes of those connections went.
    pub ledger: LedgerRecord,
    /// How much of each cap on memory was used; of live captures only.
    pub caps: Vec<CapUse>,
    /// What the user might do next.
    pub hints: Vec<String>,
}
