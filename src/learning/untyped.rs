//! A payload without a message type, and what is known around it.

use crate::header::{self, HeaderField, HeaderValue};
use crate::profile::Profile;
use crate::proto::learned::{Context, Paths};
use crate::stream::ConnectionId;
use crate::units::{Direction, Endpoint, Timestamp};
use std::sync::Arc;

/// A payload without a message type, borrowed from its frame.
#[derive(Clone, Copy, Debug)]
pub struct Untyped<'a> {
    /// Connection of the payload.
    pub id: ConnectionId,
    /// The side that opened the connection.
    pub client: Endpoint,
    /// The side that was listening.
    pub server: Endpoint,
    /// Direction in which the payload went.
    pub direction: Direction,
    /// Time of the packet that completed the frame.
    pub time: Timestamp,
    /// 0-based index of the profile among the candidates of the run.
    pub candidate: usize,
    /// Profile of the connection.
    pub profile: &'a Profile,
    /// Label of the message, if a rule gives it one.
    pub label: Option<&'a Arc<str>>,
    /// Header fields of the frame, among which a message code may be.
    pub header: &'a [HeaderField<'a>],
    /// Bytes of the payload.
    pub payload: &'a [u8],
}

impl Untyped<'_> {
    /// The numbers in the header that say something about the message.
    pub(super) fn codes(&self) -> impl Iterator<Item = u64> {
        header::of_message(self.header).filter_map(|field| match field.value {
            HeaderValue::Number(number) => Some(number),
            HeaderValue::Bytes(_) => None,
        })
    }

    /// Paths that know what the user says of the fields of such payloads, and nothing else.
    pub(super) fn given(&self) -> Paths {
        let mut paths = Paths::default();
        for (path, given) in self.profile.readings_of(self.label.map(|label| &**label)) {
            paths.give(path, *given);
        }
        paths
    }

    pub(super) fn context(&self) -> Context {
        Context { time: self.time, ends: [self.client, self.server] }
    }
}
