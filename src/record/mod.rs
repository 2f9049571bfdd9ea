//! What was found, as plain data, and [`Sink`], which receives it: the waist of the hourglass.
//!
//! Every report is written from these records and from nothing else. Absent (`None`) means unknown or not applicable, as
//! each field says. Not responsible for any format.

mod bytes;
mod connection;
mod finding;
mod ledger;
mod message;
mod running;
mod single;
mod summary;

pub use bytes::BytesRecord;
pub use connection::{ConnectionName, ConnectionRecord, DirectionRecord};
pub use finding::{Finding, FindingKind};
pub use ledger::LedgerRecord;
pub use message::MessageRecord;
pub use running::{CapUse, SoFar};
pub use single::SingleRecord;
pub use summary::{PhaseSummary, Summary, TypeSummary};

pub use crate::capture::{About, CaptureFacts, Comment, FileFacts, FileFormat, InterfaceFacts, LinkType, WrittenBy};
pub use crate::conversation::{Answer, Distribution, Figures, Phase, TypeKey, TypeSource, TypeStatistics};
pub use crate::frame::SkipReason;
pub use crate::frame::layout::{FieldValue, Layout};
pub use crate::profile::SdLabels;

pub use crate::stream::{Completeness, DirectionFacts, State};
pub use crate::units::GapReason;

use crate::proto::json::Style;
use crate::units::{Direction, Origin, StreamOffset};
use std::io;

/// Bytes that were sent but are not in the capture.
#[derive(Clone, Debug)]
pub struct GapRecord {
    /// The connection.
    pub connection: ConnectionName,
    /// Which way they went.
    pub direction: Direction,
    /// Position of the first one.
    pub offset: StreamOffset,
    /// How many.
    pub len: u64,
    /// Why they are missing.
    pub reason: GapReason,
    /// The packet that showed it.
    pub seen: Origin,
}

/// Renders messages for a [`Sink`] that other threads read. What it renders of a message depends on that message alone.
pub trait Render: Send {
    /// Another one for another thread.
    fn another(&self) -> Box<dyn Render>;

    /// Appends the message to `out`.
    fn render(&mut self, message: &MessageRecord<'_>, out: &mut Vec<u8>);
}

/// A message that was rendered.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// What [`Render::render`] made of it; empty where the sink does not want messages.
    pub bytes: &'a [u8],
    /// What is wrong with it.
    pub findings: &'a [Finding],
}

/// Receives what was found, in capture order: first the capture, then messages, gaps, findings and closed connections
/// as they occur, last the summary.
///
/// An error of any of them ends the run.
#[expect(unused_variables, reason = "a report takes what it needs")]
pub trait Sink {
    /// What is known of the captures before their packets are read.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn begin(&mut self, facts: &CaptureFacts) -> io::Result<()> {
        Ok(())
    }

    /// Whether it wants messages that have no finding. A run that nobody wants them of need not read payloads to the end.
    fn wants_messages(&self) -> bool {
        true
    }

    /// How it wants payloads as JSON, [`MessageRecord::json`], if that does as well as a reading: it costs less.
    fn json_style(&self) -> Option<Style> {
        None
    }

    /// What renders messages away from the sink, on any thread; without it the sink wants them itself.
    fn renderer(&self) -> Option<Box<dyn Render>> {
        None
    }

    /// A message that [`Sink::renderer`] rendered, in place of [`Sink::message`].
    ///
    /// # Errors
    /// If the report cannot be written.
    fn rendered(&mut self, rendered: &Rendered<'_>) -> io::Result<()> {
        Ok(())
    }

    /// A message.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn message(&mut self, message: &MessageRecord<'_>) -> io::Result<()> {
        Ok(())
    }

    /// Captured bytes; told only where the setup of the run asks for them.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> io::Result<()> {
        Ok(())
    }

    /// Bytes that are missing.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn gap(&mut self, gap: &GapRecord) -> io::Result<()> {
        Ok(())
    }

    /// Something that is not as it should be, apart from gaps and from what is wrong inside a message.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        Ok(())
    }

    /// A connection about which nothing more will be said.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn connection(&mut self, connection: &ConnectionRecord) -> io::Result<()> {
        Ok(())
    }

    /// Time passes; told of live captures only, several times a second.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn time(&mut self, so_far: &SoFar<'_>) -> io::Result<()> {
        Ok(())
    }

    /// The summary of what is known so far, which was asked for.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn interim(&mut self, so_far: &SoFar<'_>, summary: &Summary) -> io::Result<()> {
        Ok(())
    }

    /// The end.
    ///
    /// # Errors
    /// If the report cannot be written.
    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        Ok(())
    }
}
