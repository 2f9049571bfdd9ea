//! The packets of all interfaces, one after the other.
//!
//! In: batches from the queue. Out: packets with numbers, what was lost, and the time up to which that is all. Packets of
//! one interface keep their order; those of several come as they are handed over, at most the kernel's delay apart.

use super::batch::{Batch, Counts};
use super::control::Control;
use super::queue::{Closed, Exit};
use crate::capture::save::{SaveError, Saved};
use crate::capture::{CaptureFacts, Input, InterfaceStatistics, Packet, PacketSource, Problem};
use crate::units::Timestamp;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the end of the duration is looked for, and the time is told.
const TICK: Duration = Duration::from_millis(50);

/// What saving came to.
type Saving = JoinHandle<Result<Saved, SaveError>>;

/// A live capture.
pub struct Live {
    exit: Exit,
    facts: CaptureFacts,
    interfaces: Vec<Interface>,
    control: Control,
    deadline: Option<Instant>,
    saving: Option<Saving>,
    batch: Batch,
    /// 0-based index of the next packet in the batch.
    next: usize,
    /// Number of the last packet.
    number: u64,
    told: Option<(Instant, Timestamp)>,
}

/// What is known of an interface apart from its facts.
#[derive(Clone, Copy, Debug, Default)]
struct Interface {
    counts: Counts,
    /// Packets that were written to a file and then dropped.
    passed_over: u64,
    /// Number of the last packet when the counts were asked for.
    counted_at: u64,
    /// Packets are being lost since after this number; until the kernel's buffer is empty again.
    losing_since: Option<u64>,
    upto: Timestamp,
    is_over: bool,
}

impl Live {
    pub(super) fn new(
        exit: Exit,
        facts: CaptureFacts,
        interfaces: usize,
        control: Control,
        duration: Option<Duration>,
        saving: Option<Saving>,
    ) -> Self {
        Self {
            exit,
            facts,
            interfaces: vec![Interface::default(); interfaces],
            control,
            deadline: duration.and_then(|duration| Instant::now().checked_add(duration)),
            saving,
            batch: Batch::default(),
            next: 0,
            number: 0,
            told: None,
        }
    }

    /// What was saved; none if nothing was to be. To be called at the end.
    ///
    /// # Errors
    /// If a file could not be written.
    pub fn saved(&mut self) -> Result<Option<Saved>, SaveError> {
        // A thread that panicked has told so on standard error.
        self.saving.take().and_then(|saving| saving.join().ok()).transpose()
    }

    /// Takes the next batch from the queue. What the one before said of its interface is told first.
    fn advance(&mut self) -> Option<Step> {
        if let Some(lost) = self.close_batch() {
            return Some(Step::Say(lost));
        }
        if let Some(time) = self.due_time() {
            return Some(Step::Say(Input::Time(time)));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.control.stop();
        }
        match self.exit.take(TICK) {
            Ok(Some(batch)) => {
                self.number += batch.passed_over;
                (self.batch, self.next) = (batch, 0);
                if self.batch.passed_over > 0 {
                    let before = self.number - self.batch.passed_over;
                    return Some(Step::Say(Input::Lost { after: before, upto: self.number + 1 }));
                }
                Some(Step::Go)
            }
            Ok(None) => Some(Step::Go),
            Err(Closed) => None,
        }
    }

    /// Notes what the batch says apart from its packets, once they were given; tells of losses.
    fn close_batch(&mut self) -> Option<Input<'static>> {
        let batch = std::mem::take(&mut self.batch);
        self.next = 0;
        self.facts.peak_queue_bytes = self.exit.peak();
        let (interface, facts) =
            (self.interfaces.get_mut(batch.interface)?, self.facts.interfaces.get_mut(batch.interface)?);
        interface.upto = interface.upto.max(batch.upto);
        interface.passed_over += batch.passed_over;
        facts.dropped_by_program = interface.counts.queue_dropped + interface.passed_over;
        if let Some(counts) = batch.counts {
            if counts.lost() > interface.counts.lost() {
                interface.losing_since.get_or_insert(interface.counted_at);
            }
            (interface.counts, interface.counted_at) = (counts, self.number);
            facts.statistics = Some(InterfaceStatistics {
                received: Some(counts.received),
                dropped_by_interface: Some(counts.if_dropped),
                dropped_by_system: Some(counts.dropped),
            });
            facts.dropped_by_program = counts.queue_dropped + interface.passed_over;
        }
        if let Some(end) = batch.end {
            interface.is_over = true;
            if let Some(what) = end {
                self.facts.problems.push(Problem { file: batch.interface, offset: 0, what });
            }
        }
        let after = interface.losing_since?;
        if batch.is_drained || interface.is_over {
            interface.losing_since = None;
        }
        Some(Input::Lost { after, upto: self.number + 1 })
    }

    /// The time up to which all packets were given, if it is time to tell it.
    fn due_time(&mut self) -> Option<Timestamp> {
        let upto =
            self.interfaces.iter().filter(|interface| !interface.is_over).map(|interface| interface.upto).min()?;
        let is_due = |(at, time): (Instant, Timestamp)| upto > time && at.elapsed() >= TICK;
        if upto > Timestamp::default() && self.told.is_none_or(is_due) {
            self.told = Some((Instant::now(), upto));
            return Some(upto);
        }
        None
    }
}

/// What came of looking for the next batch.
enum Step {
    Say(Input<'static>),
    Go,
}

impl PacketSource for Live {
    fn next_input(&mut self) -> Option<Input<'_>> {
        while self.next == self.batch.len() {
            if self.control.is_over() {
                return None;
            }
            match self.advance()? {
                Step::Say(input) => return Some(input),
                Step::Go => {}
            }
        }
        if self.control.is_over() {
            return None;
        }
        let (head, data) = self.batch.packet(self.next)?;
        self.next += 1;
        self.number += 1;
        let interface = self.batch.interface;
        let link = self.facts.interfaces.get(interface)?.link;
        let packet = Packet { number: self.number, time: head.time, link, interface, len: head.len, fcs_len: 0, data };
        self.facts.count(interface, &packet);
        Some(Input::Packet(packet))
    }

    fn facts(&self) -> &CaptureFacts {
        &self.facts
    }
}
