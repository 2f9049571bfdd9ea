//! The packets of all interfaces, one after the other.
//!
//! In: batches from the queue. Out: packets with numbers, what was lost, and the time up to which that is all. Packets
//! of one interface keep their order; those of several come as they are handed over, at most the kernel's delay apart.

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

/// The thread that saves packets, and what that comes to.
type Saving = JoinHandle<Result<Saved, SaveError>>;

/// The packets of a live capture.
pub struct Live {
    exit: Exit,
    facts: CaptureFacts,
    interfaces: Vec<Interface>,
    control: Control,
    deadline: Option<Instant>,
    saving: Option<Saving>,
    /// The batch whose packets are given now; none once all of it was told.
    batch: Option<Batch>,
    /// 0-based index of the next packet in the batch.
    next: usize,
    /// 1-based number of the last packet that was given; 0 before the first.
    number: u64,
    told: Option<(Instant, Timestamp)>,
}

/// The state of an interface apart from its facts.
#[derive(Clone, Copy, Debug, Default)]
struct Interface {
    counts: Counts,
    /// Packets of the interface that were written to a file and then dropped.
    passed_over: u64,
    /// Number of the last packet when the counts were asked for.
    counted_at: u64,
    /// Number of the packet since which packets are being lost; none once the kernel's buffer is empty again.
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
            batch: None,
            next: 0,
            number: 0,
            told: None,
        }
    }

    /// Waits for what was saved; none if nothing was to be. To be called at the end.
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
                let (before, passed_over) = (self.number, batch.passed_over);
                self.number += passed_over;
                (self.batch, self.next) = (Some(batch), 0);
                let lost = Input::Lost { after: before, upto: self.number + 1 };
                Some(if passed_over > 0 { Step::Say(lost) } else { Step::Go })
            }
            Ok(None) => Some(Step::Go),
            Err(Closed) => None,
        }
    }

    /// Notes what the batch says apart from its packets, once they were given; tells of losses.
    fn close_batch(&mut self) -> Option<Input<'static>> {
        let batch = self.batch.take()?;
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

/// What looking for the next batch came to.
enum Step {
    Say(Input<'static>),
    Go,
}

impl PacketSource for Live {
    fn next_input(&mut self) -> Option<Input<'_>> {
        while self.next == self.batch.as_ref().map_or(0, Batch::len) {
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
        let batch = self.batch.as_ref()?;
        let (head, data) = batch.packet(self.next)?;
        self.next += 1;
        self.number += 1;
        let interface = batch.interface;
        let link = self.facts.interfaces.get(interface)?.link;
        let packet = Packet { number: self.number, time: head.time, link, interface, len: head.len, fcs_len: 0, data };
        self.facts.count(interface, &packet);
        Some(Input::Packet(packet))
    }

    fn facts(&self) -> &CaptureFacts {
        &self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::super::queue::{Entry, queue};
    use super::*;
    use crate::capture::{FileFacts, FileFormat, InterfaceFacts};

    /// A source of one interface, and where its batches come from.
    fn source() -> (Entry, Live) {
        let (entry, exit) = queue(1 << 20);
        let file = FileFacts::new("lo", FileFormat::Live, None);
        let facts =
            CaptureFacts { files: vec![file], interfaces: vec![InterfaceFacts::default()], ..CaptureFacts::default() };
        (entry, Live::new(exit, facts, 1, Control::default(), None, None))
    }

    fn batch(packets: i64, dropped: Option<u64>, is_drained: bool) -> Batch {
        let mut batch = Batch::default();
        (0..packets).for_each(|packet| batch.push(Timestamp::from_ns(packet), 1, b"x"));
        batch.counts = dropped.map(|dropped| Counts { dropped, ..Counts::default() });
        batch.is_drained = is_drained;
        batch
    }

    /// What the source says of these batches: packets by their number, losses as they are.
    fn said(batches: Vec<Batch>) -> Vec<String> {
        let (entry, mut source) = source();
        for batch in batches {
            entry.put(batch);
        }
        drop(entry);
        let mut said = Vec::new();
        while let Some(input) = source.next_input() {
            said.push(match input {
                Input::Packet(packet) => packet.number.to_string(),
                Input::Lost { after, upto } => format!("lost {after}..{upto}"),
                Input::Time(time) => format!("time {}", time.ns()),
            });
            assert!(said.len() < 100, "it says the same again and again: {said:?}");
        }
        said
    }

    #[test]
    fn a_loss_reaches_from_when_the_counters_were_asked_to_the_packet_behind_which_the_buffer_is_empty() {
        let batches = vec![
            batch(2, Some(0), true),
            batch(2, None, false),
            batch(1, Some(7), false),
            batch(1, None, false),
            batch(1, None, true),
            batch(1, Some(7), true),
        ];
        let expected =
            ["1", "2", "3", "4", "5", "lost 2..6", "6", "lost 2..7", "7", "lost 2..8", "8"].map(str::to_owned);
        assert_eq!(said(batches), expected);
    }

    #[test]
    fn packets_that_only_the_files_have_keep_their_numbers() {
        let mut later = batch(1, None, true);
        later.passed_over = 5;
        assert_eq!(said(vec![batch(1, None, true), later]), ["1", "lost 1..7", "7"]);
    }

    #[test]
    fn time_is_told_once_all_packets_before_it_were_given() {
        let mut idle = batch(1, None, true);
        idle.upto = Timestamp::from_ns(50);
        assert_eq!(said(vec![idle]), ["1", "time 50"]);
    }
}
