//! Stands before the report: ends the run after so many messages, asks for what there was so far, draws the status
//! line.

use super::status::Status;
use crate::record::{
    CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, Sink, SinkResult, SoFar, Summary, Wants,
};
use crate::units::Timestamp;
use std::io;
use std::ops::ControlFlow;

/// A report that is watched.
pub(super) struct Watched<'r> {
    pub(super) report: &'r mut dyn Sink,
    pub(super) status: Status,
    /// Number of messages until the end, if they are counted.
    pub(super) left: Option<u64>,
    pub(super) every: Every,
}

/// When the next interim summary is due, by the time of the capture.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Every {
    interval_ns: Option<i64>,
    since: Option<Timestamp>,
}

impl Every {
    pub(super) fn new(interval: Option<std::time::Duration>) -> Self {
        let interval_ns = interval.map(|interval| i64::try_from(interval.as_nanos()).unwrap_or(i64::MAX));
        Self { interval_ns, since: None }
    }

    /// Whether the interval is over at `time`. The first one begins with the first time that is told.
    fn is_over(&mut self, time: Timestamp) -> bool {
        let Some(interval_ns) = self.interval_ns else { return false };
        let since = *self.since.get_or_insert(time);
        let is_over = time.since(since) >= interval_ns;
        if is_over {
            // Intervals stay where they were, however late one was noticed.
            let whole = time.since(since) / interval_ns * interval_ns;
            self.since = Some(Timestamp::from_ns(since.ns().saturating_add(whole)));
        }
        is_over
    }
}

impl Sink for Watched<'_> {
    fn wants(&self) -> Wants {
        self.report.wants()
    }

    fn begin(&mut self, facts: &CaptureFacts) -> SinkResult {
        self.report.begin(facts)
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.status.clear();
        let flow = self.report.message(message)?;
        let Some(left) = &mut self.left else { return Ok(flow) };
        *left = left.saturating_sub(1);
        Ok(if *left == 0 { ControlFlow::Break(()) } else { flow })
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        self.status.clear();
        self.report.gap(gap)
    }

    fn finding(&mut self, finding: &Finding) -> SinkResult {
        self.status.clear();
        self.report.finding(finding)
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        self.status.clear();
        self.report.connection(connection)
    }

    fn time(&mut self, so_far: &SoFar<'_>) -> SinkResult {
        if self.every.is_over(so_far.time) {
            self.status.clear();
            self.report.interim(so_far, &(so_far.summary)())?;
        }
        let flow = self.report.time(so_far)?;
        self.status.draw(so_far);
        Ok(flow)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.status.clear();
        self.report.end(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn intervals_do_not_drift_however_late_their_end_is_noticed() {
        let mut every = Every::new(Some(Duration::from_nanos(10)));
        let over: Vec<i64> = [100, 109, 111, 119, 120, 147, 150]
            .into_iter()
            .filter(|ns| every.is_over(Timestamp::from_ns(*ns)))
            .collect();
        assert_eq!(over, [111, 120, 147, 150]);
        assert!(!Every::new(None).is_over(Timestamp::from_ns(i64::MAX)));
    }
}
