//! Who receives what the events of a run are.

use crate::record::{BytesRecord, ConnectionRecord, Finding, GapRecord, MessageRecord, PayloadForm};

/// Receives records in the order of their events.
pub(in crate::pipeline) trait Records {
    /// The form in which the payload of the next message is wanted; none if a message is wanted only for its findings.
    fn wants_payload(&self) -> Option<PayloadForm>;
    /// Whether no more messages are taken.
    fn is_over(&self) -> bool {
        false
    }
    /// Takes a message that the filter accepts. Its header has fields if messages are wanted, or if it has a finding.
    fn message(&mut self, message: &MessageRecord<'_>);
    fn bytes(&mut self, bytes: &BytesRecord<'_>);
    fn gap(&mut self, gap: GapRecord);
    fn finding(&mut self, finding: Finding);
    fn closed(&mut self, connection: Box<ConnectionRecord>);
}
