//! Who receives what was found.
//!
//! In: records, in capture order. Out: a report, and whether the run goes on. Not responsible for any format.

use super::{BytesRecord, CaptureFacts, ConnectionRecord, Finding, GapRecord, MessageRecord, SoFar, Summary, Wants};
use std::io;
use std::ops::ControlFlow;

/// Whether the run goes on, if the report could be written.
pub type SinkResult = io::Result<ControlFlow<()>>;

/// The run goes on.
pub const CONTINUE: SinkResult = Ok(ControlFlow::Continue(()));

/// The sink has enough: no more packets are taken, what is open is closed and told, and the summary comes.
pub const BREAK: SinkResult = Ok(ControlFlow::Break(()));

/// Renders messages for a [`Sink`] that other threads read. What it renders of a message depends on that message alone.
pub trait Render: Send {
    /// Makes a renderer for another thread that renders alike.
    fn another(&self) -> Box<dyn Render>;

    /// Appends the message to `out`.
    fn render(&mut self, message: &MessageRecord<'_>, out: &mut Vec<u8>);
}

/// A message that was rendered.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// What [`Render::render`] made of the message; empty where the sink does not want messages.
    pub bytes: &'a [u8],
    /// What is wrong with the message.
    pub findings: &'a [Finding],
}

/// Receives what was found, in capture order: first the capture, then messages, gaps, findings and closed connections
/// as they occur, last the summary.
///
/// An error of any of them ends the run at once. A sink that has enough breaks: the run takes no more packets and tells
/// no more messages or bytes; what is open is closed and told as at the end of a capture, and the summary is of what
/// was read by then. Where several threads read, they may have read some packets more.
#[expect(unused_variables, reason = "a report takes what it needs")]
pub trait Sink {
    /// What the sink wants to be told; asked once, before anything else.
    fn wants(&self) -> Wants {
        Wants::default()
    }

    /// Begins the report with what is known of the captures before their packets are read.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn begin(&mut self, facts: &CaptureFacts) -> SinkResult {
        CONTINUE
    }

    /// What renders messages away from the sink, on any thread; without it the sink wants them itself.
    fn renderer(&self) -> Option<Box<dyn Render>> {
        None
    }

    /// Takes a message that [`Sink::renderer`] rendered, in place of [`Sink::message`].
    ///
    /// # Errors
    /// If the report cannot be written.
    fn rendered(&mut self, rendered: &Rendered<'_>) -> SinkResult {
        CONTINUE
    }

    /// Takes a message.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        CONTINUE
    }

    /// Takes captured bytes; called only for a sink that [wants](Wants::bytes) them.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        CONTINUE
    }

    /// Takes note of bytes that are missing.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        CONTINUE
    }

    /// Takes a finding, apart from gaps and from what is wrong inside a message.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn finding(&mut self, finding: &Finding) -> SinkResult {
        CONTINUE
    }

    /// Takes a connection about which nothing more will be said.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        CONTINUE
    }

    /// Takes note that time passes; called in live captures only, several times a second.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn time(&mut self, so_far: &SoFar<'_>) -> SinkResult {
        CONTINUE
    }

    /// Takes the summary of what is known so far, which was asked for.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn interim(&mut self, so_far: &SoFar<'_>, summary: &Summary) -> io::Result<()> {
        Ok(())
    }

    /// Ends the report with the summary of the run.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        Ok(())
    }
}
