//! What is known of a protocol: its ports, its layout, its schema, and the rules that name its messages.
//!
//! In: TOML (`docs/formats.md`, "Profile files") and what the command line adds. Out: [`Profile`], ready for use: every
//! layout parsed, every message type resolved. Invariant: a profile that loads cannot fail later. Not responsible for
//! choosing a profile for a connection, nor for pairing.

mod builtin;
mod correlation;
mod error;
mod file;
mod open;
mod rule;
mod sd;
mod source;
#[cfg(test)]
mod tests;
mod written;

pub use builtin::{BUILT_IN, BuiltIn};
pub use correlation::{Correlation, Id, Place};
#[cfg(feature = "cli")]
pub(crate) use error::COMMAND_LINE;
pub use error::ProfileError;
pub use file::{ProfileFile, message};
pub use rule::{Condition, Readings, Rule};
pub use sd::SdLabels;
pub use source::Source;

use crate::frame::layout::Layout;
use crate::payload::PayloadKind;
use crate::proto::learned::Given;
use crate::proto::path::FieldPath;
use crate::proto::{Schema, TypeId};
use crate::units::{Both, Direction};
use std::net::IpAddr;
use std::sync::Arc;

/// Everything that is known of one protocol.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Name of the profile, as `--profile` takes it.
    pub name: String,
    /// What the protocol is, in one line for people; may be empty.
    pub description: String,
    /// Where the profile comes from.
    pub source: Source,
    /// TCP ports of the server; empty means any.
    pub ports: Vec<u16>,
    /// Address of the server, if that is known; tells which interface to capture from.
    pub host: Option<IpAddr>,
    /// Layout of the frames of each direction.
    pub layouts: Both<Arc<Layout>>,
    /// Schema with the message types, if any.
    pub schema: Option<Arc<Schema>>,
    /// Type of every message that no rule gives a type (`--message`).
    pub default_message: Option<TypeId>,
    /// What the payloads are that have no message type, and of which no rule says it; none where that is found out.
    pub payload: Option<PayloadKind>,
    /// Rules in order; the first that matches a frame decides.
    pub rules: Vec<Rule>,
    /// What requests and answers have in common, as the profile and its rules say.
    pub correlations: Vec<Correlation>,
    /// 0-based index of the correlation of messages that no rule is for, if the profile says one.
    pub correlation: Option<usize>,
    /// Whether the protocol promises that answers come in the order of their requests.
    pub answers_in_order: bool,
    /// Types of fields of payloads that have no type; those of a rule go before them.
    pub readings: Readings,
    /// Labels that are phases of a connection, in the order in which they are expected.
    pub phases: Vec<Arc<str>>,
    /// Label of the messages that are sent at an interval.
    pub heartbeat: Option<Arc<str>>,
    /// Labels of the `sd` export.
    pub sd: Arc<SdLabels>,
}

impl Profile {
    /// A profile that says how frames look, in both directions alike, and nothing else. `name` is what reports call it.
    ///
    /// ```
    /// use deframe::frame::layout::Layout;
    /// use deframe::profile::Profile;
    ///
    /// let profile = Profile::of_layout("mine", Layout::parse("len:u32le magic:efbeadde payload")?);
    /// assert!(profile.ports.is_empty(), "it is for any port");
    /// # Ok::<(), deframe::frame::layout::LayoutError>(())
    /// ```
    #[must_use]
    pub fn of_layout(name: &str, layout: Layout) -> Self {
        Self::of_layouts(name, Both { to_server: layout.clone(), to_client: layout })
    }

    /// A profile that says how the frames of each direction look, and nothing else. `name` is what reports call it.
    #[must_use]
    pub fn of_layouts(name: &str, layouts: Both<Layout>) -> Self {
        Self {
            name: name.to_owned(),
            description: String::new(),
            source: Source::CommandLine,
            ports: Vec::new(),
            host: None,
            layouts: layouts.map(Arc::new),
            schema: None,
            default_message: None,
            payload: None,
            rules: Vec::new(),
            correlations: Vec::new(),
            correlation: None,
            answers_in_order: false,
            readings: Vec::new(),
            phases: Vec::new(),
            heartbeat: None,
            sd: Arc::default(),
        }
    }

    /// Layout of the frames of one direction.
    #[must_use]
    pub const fn layout(&self, direction: Direction) -> &Arc<Layout> {
        self.layouts.of(direction)
    }

    /// Whether `port` is one of the server's ports.
    #[must_use]
    pub fn has_port(&self, port: u16) -> bool {
        self.ports.contains(&port)
    }

    /// Whether some rule answers requests labelled `label`.
    #[must_use]
    pub fn expects_answer(&self, label: &str) -> bool {
        self.rules.iter().any(|rule| rule.answers(label))
    }

    /// The types of fields of payloads called `label`; the later ones go before the earlier ones.
    pub fn readings_of<'a>(&'a self, label: Option<&'a str>) -> impl Iterator<Item = &'a (FieldPath, Given)> {
        let rules = self.rules.iter().filter(move |rule| Some(&*rule.label) == label);
        self.readings.iter().chain(rules.flat_map(|rule| &rule.readings))
    }

    /// Whether the user says of any field what type it has.
    #[must_use]
    pub fn has_readings(&self) -> bool {
        !self.readings.is_empty() || self.rules.iter().any(|rule| !rule.readings.is_empty())
    }

    /// What the payloads called `label` are, if rule or profile say so. Those with a message type are protobuf.
    #[must_use]
    pub fn payload_of(&self, label: Option<&str>) -> Option<PayloadKind> {
        let mut of_label = self.rules.iter().filter(|rule| Some(&*rule.label) == label);
        of_label.find_map(|rule| rule.payload).or(self.payload)
    }

    /// Whether anything is said of what payloads are.
    #[must_use]
    pub fn has_payloads(&self) -> bool {
        self.payload.is_some() || self.rules.iter().any(|rule| rule.payload.is_some())
    }

    /// Whether a rule or a correlation asks for header fields.
    #[must_use]
    pub fn reads_header(&self) -> bool {
        self.rules.iter().any(Rule::reads_header) || self.correlations.iter().any(Correlation::reads_header)
    }

    /// Lets `readings` go before all others.
    pub fn set_readings(&mut self, readings: &[(FieldPath, Given)]) {
        self.readings.extend_from_slice(readings);
        for rule in &mut self.rules {
            rule.readings.extend_from_slice(readings);
        }
    }

    /// Says what payloads are that have no type of a rule.
    pub fn set_payload(&mut self, kind: PayloadKind) {
        self.payload = Some(kind);
        if kind != PayloadKind::Protobuf {
            self.default_message = None;
        }
    }

    /// Takes the schema away, for reading everything by its bytes alone.
    pub fn forget_schema(&mut self) {
        self.schema = None;
        self.default_message = None;
        for rule in &mut self.rules {
            rule.message = None;
        }
    }
}
