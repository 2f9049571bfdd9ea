//! What a sink wants of a run.

use crate::proto::json::Style;

/// What a sink wants to be told. A run asks once, before it begins, and does no work for what nobody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wants {
    /// Messages that the sink wants.
    pub messages: WantedMessages,
    /// Form in which the sink wants payloads.
    pub payload: PayloadForm,
    /// Whether the sink wants the bytes of the streams, as [`BytesRecord`](super::BytesRecord)s.
    pub bytes: bool,
}

/// Which messages a sink wants. Those that it does not want are counted all the same, and so are their findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WantedMessages {
    /// No message is wanted.
    Nothing,
    /// Messages with a finding are wanted. Payloads without one are looked through and not read.
    WithFindings,
    /// Every message is wanted that the filter accepts.
    #[default]
    All,
}

/// In which form a sink wants payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadForm {
    /// Payloads are wanted as fields.
    #[default]
    Fields,
    /// Payloads are wanted as bytes: they are read only where something may be wrong with them.
    Bytes,
    /// Payloads are wanted as JSON in this style, where that can be written without making fields of it first,
    /// which costs less; else as fields.
    Json(Style),
}

impl Wants {
    /// Wants every message, with its payload as fields: what a sink wants that does not say.
    #[must_use]
    pub fn messages() -> Self {
        Self::default()
    }

    /// Wants only messages with a finding.
    #[must_use]
    pub fn findings() -> Self {
        Self { messages: WantedMessages::WithFindings, ..Self::default() }
    }

    /// Wants no messages: connections, gaps, findings of streams, and the summary.
    #[must_use]
    pub fn connections() -> Self {
        Self { messages: WantedMessages::Nothing, ..Self::default() }
    }

    /// Wants payloads as JSON where that costs less.
    #[must_use]
    pub fn with_json(self, style: Style) -> Self {
        Self { payload: PayloadForm::Json(style), ..self }
    }

    /// Wants payloads as bytes, which costs least.
    #[must_use]
    pub fn with_payload_bytes(self) -> Self {
        Self { payload: PayloadForm::Bytes, ..self }
    }

    /// Wants the bytes of the streams.
    #[must_use]
    pub fn with_bytes(self) -> Self {
        Self { bytes: true, ..self }
    }
}
