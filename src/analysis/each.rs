//! A closure as a sink.

use crate::record::{MessageRecord, Sink, SinkResult};
use std::ops::ControlFlow;

/// Hands every message to a closure.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(&MessageRecord<'_>) -> ControlFlow<()>> Sink for Each<F> {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        Ok((self.0)(message))
    }
}
