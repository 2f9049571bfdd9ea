//! Who receives what the events of a run are.

use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord, PayloadForm};

/// What is left out and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Omission {
    Message,
    Connection,
}

/// Receives records in the order of their events.
pub(in crate::pipeline) trait Records {
    /// The form in which the payload of the next message is wanted; none if a message is wanted only for its findings.
    fn wants_payload(&self) -> Option<PayloadForm>;
    /// Whether no more messages are taken.
    fn is_over(&self) -> bool {
        false
    }
    /// Takes note that something was left out that is not of what is asked for.
    fn left_out(&mut self, what: Omission);
    /// Takes a message that the filter accepts. Its header has fields if messages are wanted, or if it has a finding.
    fn message(&mut self, message: &MessageRecord<'_>);
    fn bytes(&mut self, bytes: &BytesRecord<'_>);
    fn gap(&mut self, gap: GapRecord);
    fn finding(&mut self, finding: Finding);
    fn closed(&mut self, connection: Box<ConnectionRecord>);
}
