//! Counts what is told, and tells the sink, in capture order.
//!
//! In: what the events are that the filter accepts, and how many it does not. Out: calls of the sink, up to its first
//! error. Invariant: nothing is told that the sink does not want; once it has broken, no message is told or counted.

use super::intake::Intake;
use super::totals::Totals;
use crate::conversation::Statistics;
use crate::learning::Surveys;
use crate::pipeline::reading::{Omission, Records, findings};
use crate::pipeline::setup::Setup;
use crate::record::{
    BytesRecord, CONTINUE, ConnectionRecord, Finding, FindingKind, GapRecord, MessageRecord, PayloadForm, Render,
    Rendered, Sink, SinkResult, SoFar, Summary, WantedMessages, Wants,
};
use crate::units::Timestamp;
use std::io;
use std::ops::ControlFlow;

pub(in crate::pipeline) struct Recorder<'s> {
    setup: &'s Setup,
    surveys: &'s Surveys,
    sink: &'s mut dyn Sink,
    wants: Wants,
    totals: Totals,
    failed: Option<io::Error>,
    /// Whether the sink has failed, or has enough.
    has_enough: bool,
}

impl<'s> Recorder<'s> {
    pub(in crate::pipeline) fn new(
        setup: &'s Setup,
        surveys: &'s Surveys,
        wants: Wants,
        sink: &'s mut dyn Sink,
    ) -> Self {
        Self { setup, surveys, sink, wants, totals: Totals::default(), failed: None, has_enough: false }
    }

    /// Whether the sink takes more packets.
    pub(in crate::pipeline) fn check(&mut self) -> SinkResult {
        match self.failed.take() {
            Some(error) => Err(error),
            None if self.has_enough => Ok(ControlFlow::Break(())),
            None => CONTINUE,
        }
    }

    /// What renders messages for the sink on other threads, if it has such.
    pub(in crate::pipeline) fn renderer(&self) -> Option<Box<dyn Render>> {
        self.sink.renderer()
    }

    /// Takes a message that was rendered on another thread.
    pub(in crate::pipeline) fn rendered(&mut self, rendered: &Rendered<'_>) {
        if !self.has_enough && self.count_message(rendered.findings) {
            self.pass_on(|sink| sink.rendered(rendered));
        }
    }

    /// Tells that nothing comes up to `time`, when `open_connections` are followed.
    pub(in crate::pipeline) fn time(
        &mut self,
        time: Timestamp,
        open_connections: usize,
        read: &Intake<'_>,
        statistics: &Statistics,
    ) -> io::Result<()> {
        let Self { sink, totals, setup, surveys, .. } = self;
        let summary = || totals.summary(read, statistics, setup, surveys);
        let messages = totals.messages;
        let so_far = SoFar { time, capture: read.capture, open_connections, messages, summary: &summary };
        let has_enough = sink.time(&so_far)?.is_break();
        self.has_enough |= has_enough;
        Ok(())
    }

    /// Ends the run after all packets, and gives the summary.
    pub(in crate::pipeline) fn finish(mut self, read: &Intake<'_>, statistics: &Statistics) -> io::Result<Summary> {
        let packets = findings::unread(read.decoder).chain(findings::refused(read.gate));
        let pairing = findings::rivals(self.surveys).chain(findings::useless_matches(self.totals.matches()));
        let pairing: Vec<_> = pairing.collect();
        let whole = findings::of_capture(read.capture).chain(packets).chain(findings::misfits(&read.misfits));
        for finding in whole.chain(pairing) {
            self.finding(finding);
        }
        self.failed.take().map_or(Ok(()), Err)?;
        let summary = self.totals.summary(read, statistics, self.setup, self.surveys);
        self.sink.end(&summary)?;
        Ok(summary)
    }

    /// Passes a record on to the sink, which is told nothing more after it has failed.
    fn pass_on(&mut self, record: impl FnOnce(&mut dyn Sink) -> SinkResult) {
        if self.failed.is_none() {
            match record(self.sink) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => self.has_enough = true,
                Err(error) => self.failed = Some(error),
            }
        }
    }

    fn is_shown(&self) -> bool {
        self.setup.filter.limit.is_none_or(|limit| self.totals.shown < limit)
    }

    /// Counts a message; returns whether the sink wants it.
    fn count_message(&mut self, findings: &[Finding]) -> bool {
        for finding in findings {
            self.totals.finding(finding.kind);
        }
        self.totals.messages += 1;
        let is_shown = self.is_shown();
        self.totals.shown += u64::from(is_shown);
        is_shown
            && match self.wants.messages {
                WantedMessages::All => true,
                WantedMessages::WithFindings => !findings.is_empty(),
                WantedMessages::Nothing => false,
            }
    }
}

impl Records for Recorder<'_> {
    fn wants_payload(&self) -> Option<PayloadForm> {
        (self.wants.messages == WantedMessages::All && self.is_shown()).then_some(self.wants.payload)
    }

    fn is_over(&self) -> bool {
        self.has_enough
    }

    fn left_out(&mut self, what: Omission) {
        match what {
            Omission::Message if self.has_enough => {}
            Omission::Message => self.totals.left_out.messages += 1,
            Omission::Connection => self.totals.left_out.connections += 1,
        }
    }

    fn message(&mut self, message: &MessageRecord<'_>) {
        if self.count_message(message.findings) {
            self.pass_on(|sink| sink.message(message));
        }
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) {
        if self.has_enough {
            return;
        }
        self.pass_on(|sink| sink.bytes(bytes));
    }

    fn gap(&mut self, gap: GapRecord) {
        self.totals.finding(FindingKind::Gap);
        self.pass_on(|sink| sink.gap(&gap));
    }

    fn finding(&mut self, finding: Finding) {
        self.totals.finding(finding.kind);
        self.pass_on(|sink| sink.finding(&finding));
    }

    fn closed(&mut self, connection: Box<ConnectionRecord>) {
        self.totals.connection(&connection);
        self.totals.hints.connection(&connection, self.setup);
        self.totals.decisions.connection(&connection, self.setup);
        for (direction, side) in connection.directions.iter() {
            if side.facts.late > 0 {
                self.finding(findings::late(&connection, direction, side.facts.late));
            }
        }
        for finding in findings::doubtful(&connection).into_iter().chain(findings::unanswered(&connection)) {
            self.finding(finding);
        }
        self.pass_on(|sink| sink.connection(&connection));
    }
}
