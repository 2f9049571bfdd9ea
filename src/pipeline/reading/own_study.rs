//! What a connection finds out for itself about the values that its messages share, where no survey does.

use crate::conversation::{Manner, Meaning};
use crate::header::HeaderField;
use crate::learning::{Compared, Studied, Study};
use crate::pipeline::event::{Event, FrameEvent};
use crate::profile::Profile;

/// What is found out on a connection as it goes.
#[derive(Debug, Default)]
pub(super) struct OwnStudy {
    study: Study,
    pub(super) studied: Studied,
}

impl OwnStudy {
    /// Messages after which it is looked what they have in common, and again each time that they have doubled.
    const LOOK_AFTER: u32 = 64;

    pub(super) fn compare(&mut self, compared: &Compared<'_>) {
        if !self.studied.found.is_empty() || !self.study.is_open() {
            return;
        }
        self.study.compare(compared);
        let messages = self.study.messages();
        if messages >= Self::LOOK_AFTER && (messages.is_power_of_two() || !self.study.is_open()) {
            self.studied = self.study.conclude();
        }
    }
}

/// A message as something to compare with others.
pub(super) fn compared<'h>(
    event: &Event<'_>,
    (manner, profile): (Manner, &Profile),
    frame: &FrameEvent<'_>,
    meaning: &Meaning<'h>,
    (header, payload): (&'h [HeaderField<'h>], &'h [u8]),
) -> Compared<'h> {
    let (may_ask, may_answer) = manner.parts(profile, meaning.label, meaning.may_answer);
    Compared {
        id: event.id,
        direction: event.direction,
        start: frame.offset,
        end: frame.offset.plus(frame.bytes.len() as u64),
        packet: event.at.packet,
        acked: event.at.acked,
        may_ask,
        may_answer,
        // Where rules name answers, labels depend on pairs.
        label: meaning.label.filter(|_| !manner.has_answers()).map(|label| &**label),
        header,
        payload,
    }
}
