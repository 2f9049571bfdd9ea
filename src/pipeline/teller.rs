//! Counts what is told, and tells the sink, in capture order.
//!
//! In: what the events are. Out: calls of the sink, up to its first error. Invariant: nothing is told that the filter does
//! not accept.

use super::reader::Tell;
use super::setup::Setup;
use super::tell;
use super::totals::{Read, Totals};
use crate::conversation::Statistics;
use crate::proto::json::Style;
use crate::record::{
    BytesRecord, ConnectionRecord, Finding, FindingKind, GapRecord, MessageRecord, Render, Rendered, Sink, SoFar,
    Summary,
};
use crate::units::Timestamp;
use std::io;

pub(super) struct Teller<'s> {
    setup: &'s Setup,
    sink: &'s mut dyn Sink,
    /// Whether the sink wants messages without a finding.
    sink_wants_messages: bool,
    json_style: Option<Style>,
    totals: Totals,
    failed: Option<io::Error>,
}

impl<'s> Teller<'s> {
    pub(super) fn new(setup: &'s Setup, sink: &'s mut dyn Sink) -> Self {
        Self {
            setup,
            sink_wants_messages: sink.wants_messages(),
            json_style: sink.json_style(),
            sink,
            totals: Totals::default(),
            failed: None,
        }
    }

    /// Whether the sink still takes records.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// What renders messages for the sink away from it, if anything does.
    pub(super) fn renderer(&self) -> Option<Box<dyn Render>> {
        self.sink.renderer()
    }

    /// A message that was rendered elsewhere.
    pub(super) fn rendered(&mut self, rendered: &Rendered<'_>) {
        if self.count_message(rendered.findings) {
            self.tell(|sink| sink.rendered(rendered));
        }
    }

    /// Nothing comes up to `time`, when `open_connections` are followed.
    pub(super) fn time(
        &mut self,
        time: Timestamp,
        open_connections: usize,
        read: &Read<'_>,
        statistics: &Statistics,
    ) -> io::Result<()> {
        let Self { sink, totals, setup, .. } = self;
        let summary = || totals.summary(read, statistics, setup);
        let messages = totals.messages;
        sink.time(&SoFar { time, capture: read.capture, open_connections, messages, summary: &summary })
    }

    /// The end of all packets.
    pub(super) fn finish(mut self, read: &Read<'_>, statistics: &Statistics) -> io::Result<Summary> {
        for finding in tell::of_capture(read.capture).chain(tell::unread(read.decoder)).chain(tell::refused(read.gate))
        {
            self.finding(finding);
        }
        self.check()?;
        let summary = self.totals.summary(read, statistics, self.setup);
        self.sink.end(&summary)?;
        Ok(summary)
    }

    /// After the sink has failed, it is told nothing more.
    fn tell(&mut self, tell: impl FnOnce(&mut dyn Sink) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = tell(self.sink).err();
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
        is_shown && (self.sink_wants_messages || !findings.is_empty())
    }

    fn accepts_connection(&self, number: usize) -> bool {
        self.setup.filter.accepts_connection(number)
    }
}

impl Tell for Teller<'_> {
    fn wants_messages(&self) -> bool {
        self.sink_wants_messages && self.is_shown()
    }

    fn json_style(&self) -> Option<Style> {
        self.json_style
    }

    /// A live capture ends with the last message that is shown. What was decoded with it by then is nobody's.
    fn is_over(&self) -> bool {
        self.setup.live && !self.is_shown()
    }

    fn message(&mut self, message: &MessageRecord<'_>) {
        if self.count_message(message.findings) {
            self.tell(|sink| sink.message(message));
        }
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) {
        self.tell(|sink| sink.bytes(bytes));
    }

    fn gap(&mut self, gap: GapRecord) {
        if self.accepts_connection(gap.connection.number) {
            self.totals.finding(FindingKind::Gap);
            self.tell(|sink| sink.gap(&gap));
        }
    }

    fn finding(&mut self, finding: Finding) {
        if finding.connection.is_none_or(|connection| self.accepts_connection(connection.number)) {
            self.totals.finding(finding.kind);
            self.tell(|sink| sink.finding(&finding));
        }
    }

    fn closed(&mut self, connection: Box<ConnectionRecord>) {
        self.totals.hints.connection_exists();
        if !self.accepts_connection(connection.name.number) {
            return;
        }
        self.totals.connection(&connection);
        self.totals.hints.connection(&connection, self.setup);
        for (direction, side) in connection.directions.iter() {
            if side.facts.late > 0 {
                self.finding(tell::late(&connection, direction, side.facts.late));
            }
        }
        self.tell(|sink| sink.connection(&connection));
    }
}
