//! Why an interface cannot be captured from.

use crate::capture::BpfError;
use std::error::Error;
use std::fmt;

/// An interface that cannot be captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveError {
    /// Name of the interface; empty where the error is about none.
    pub interface: String,
    /// Kind of the error.
    pub kind: LiveErrorKind,
    /// The words of libpcap.
    pub said: String,
    /// What is wrong with the BPF expression, if the error is about that.
    pub expression: Option<Box<BpfError>>,
}

/// Why an interface cannot be captured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LiveErrorKind {
    /// The process may not capture.
    NotPermitted,
    /// There is no such interface.
    NoSuchInterface,
    /// The interface is there but not up.
    Down,
    /// The BPF expression is wrong.
    Filter,
    /// Something else is in the way, in the words of libpcap.
    Other,
}

impl LiveErrorKind {
    /// The kind of the error in a few words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotPermitted => "not permitted",
            Self::NoSuchInterface => "not there",
            Self::Down => "not up",
            Self::Filter => "not with this filter",
            Self::Other => "not possible",
        }
    }
}

impl LiveError {
    /// The error of opening `interface`. The crate passes on libpcap's words only, so they are what tells the kinds
    /// apart; those are the same from libpcap 1.8 to 1.10.
    pub(super) fn opening(interface: &str, error: &pcap::Error) -> Self {
        let said = words(error);
        let has = |part: &str| said.to_ascii_lowercase().contains(part);
        let kind = if ["permission", "permitted", "cap_net_raw"].into_iter().any(has) {
            LiveErrorKind::NotPermitted
        } else if ["no such device", "doesn't exist", "not found"].into_iter().any(has) {
            LiveErrorKind::NoSuchInterface
        } else if ["not up", "is down"].into_iter().any(has) {
            LiveErrorKind::Down
        } else {
            LiveErrorKind::Other
        };
        Self { interface: interface.to_owned(), kind, said, expression: None }
    }

    /// The error of an expression that `interface` did not take.
    pub(super) fn filter(interface: &str, filter: &str, error: &pcap::Error) -> Self {
        let said = words(error);
        let expression = Some(Box::new(BpfError::wrong(filter, &said)));
        Self { interface: interface.to_owned(), kind: LiveErrorKind::Filter, said, expression }
    }
}

/// The words of libpcap, without the crate's introduction.
pub(super) fn words(error: &pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(said) => said.trim().to_owned(),
        other => other.to_string(),
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { interface, kind, .. } = self;
        match kind {
            LiveErrorKind::NotPermitted => write!(f, "not permitted to capture on {interface}"),
            LiveErrorKind::NoSuchInterface => write!(f, "there is no interface {interface}"),
            LiveErrorKind::Down => write!(f, "the interface {interface} is not up"),
            LiveErrorKind::Filter => write!(f, "the expression is no filter for {interface}"),
            LiveErrorKind::Other if interface.is_empty() => f.write_str("the interfaces cannot be listed"),
            LiveErrorKind::Other => write!(f, "cannot capture on {interface}"),
        }
    }
}

impl Error for LiveError {}
