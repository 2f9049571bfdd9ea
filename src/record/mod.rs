//! What was found, as plain data, and [`Sink`], which receives it: the waist of the hourglass.
//!
//! Every report is written from these records and from nothing else. Absent (`None`) means unknown or not applicable,
//! as each field says. Not responsible for any format.

mod bytes;
mod cap_use;
mod connection;
mod finding;
mod gap;
mod ledger;
mod message;
mod pairs;
mod payload;
mod running;
mod single;
mod sink;
mod summary;
mod wants;

pub use bytes::BytesRecord;
pub use cap_use::CapUse;
pub use connection::{ConnectionName, ConnectionRecord, DirectionRecord};
pub use finding::{Finding, FindingKind};
pub use gap::GapRecord;
pub use ledger::LedgerRecord;
pub use message::MessageRecord;
pub use pairs::Pairs;
pub use payload::Payload;
pub use running::SoFar;
pub use single::SingleRecord;
pub use sink::{BREAK, CONTINUE, Render, Rendered, Sink, SinkResult};
pub use summary::{LeftOut, PhaseSummary, Summary, TypeSummary};
pub use wants::{PayloadForm, WantedMessages, Wants};

// What a stage says in the words in which it is reported: plain data that stands in records as it is. A sink takes it
// from here, so that a report imports records and no stage.
pub use crate::capture::{About, CaptureFacts, Comment, FileFacts, FileFormat, InterfaceFacts, LinkType, WrittenBy};
pub use crate::conversation::{Answer, AnsweredBy, Doubt, Figures, Phase, TypeSource};
pub use crate::stream::{Completeness, DirectionFacts, State};
