//! What a sink wants of a run.

use crate::proto::json::Style;

/// What a sink wants to be told. A run asks once, before it begins, and does no work for what nobody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wants {
    /// Which messages.
    pub messages: WantedMessages,
    /// In which form their payloads.
    pub payload: PayloadForm,
    /// Whether the bytes of the streams, as [`BytesRecord`](super::BytesRecord)s.
    pub bytes: bool,
}

/// Which messages a sink wants. Those that it does not want are counted all the same, and so are their findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WantedMessages {
    /// None.
    Nothing,
    /// Those with a finding. Payloads without one are looked through and not read.
    WithFindings,
    /// Every message that the filter accepts.
    #[default]
    All,
}

/// In which form a sink wants payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadForm {
    /// As fields.
    #[default]
    Fields,
    /// As bytes: they are read only where something may be wrong with them.
    Bytes,
    /// As JSON in this style, where that can be written without making fields of it first, which costs less; else as fields.
    Json(Style),
}

impl Wants {
    /// Every message, with its payload as fields: what a sink wants that does not say.
    #[must_use]
    pub fn messages() -> Self {
        Self::default()
    }

    /// Of messages only those with a finding.
    #[must_use]
    pub fn findings() -> Self {
        Self { messages: WantedMessages::WithFindings, ..Self::default() }
    }

    /// No messages: connections, gaps, findings of streams, and the summary.
    #[must_use]
    pub fn connections() -> Self {
        Self { messages: WantedMessages::Nothing, ..Self::default() }
    }

    /// With payloads as JSON where that costs less.
    #[must_use]
    pub fn with_json(self, style: Style) -> Self {
        Self { payload: PayloadForm::Json(style), ..self }
    }

    /// With payloads as bytes, which costs least.
    #[must_use]
    pub fn with_payload_bytes(self) -> Self {
        Self { payload: PayloadForm::Bytes, ..self }
    }

    /// With the bytes of the streams.
    #[must_use]
    pub fn with_bytes(self) -> Self {
        Self { bytes: true, ..self }
    }
}
