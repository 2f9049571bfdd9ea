//! What a connection finds out for itself about the values that its messages share, where no survey does.

use crate::header::HeaderField;
use crate::learning::{Compared, Studied, Study};
use crate::pipeline::event::{Event, FrameEvent};

/// What is found out on a connection as it goes.
#[derive(Debug, Default)]
pub(super) struct OwnStudy {
    study: Study,
    pub(super) studied: Studied,
}

impl OwnStudy {
    /// Messages after which it is looked again what they have in common.
    const LOOK_AFTER: u32 = 64;

    pub(super) fn compare(
        &mut self,
        event: &Event<'_>,
        frame: &FrameEvent<'_>,
        header: &[HeaderField<'_>],
        payload: &[u8],
    ) {
        if self.studied.found.is_some() || !self.study.is_open() {
            return;
        }
        self.study.compare(&compared(event, frame, header, payload));
        if self.study.messages().is_multiple_of(Self::LOOK_AFTER) {
            self.studied = self.study.conclude();
        }
    }
}

/// A message as something to compare with others.
pub(super) fn compared<'h>(
    event: &Event<'_>,
    frame: &FrameEvent<'_>,
    header: &'h [HeaderField<'h>],
    payload: &'h [u8],
) -> Compared<'h> {
    Compared {
        id: event.id,
        direction: event.direction,
        start: frame.offset,
        end: frame.offset.plus(frame.bytes.len() as u64),
        acked: event.at.acked,
        header,
        payload,
    }
}
