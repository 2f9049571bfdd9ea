//! The labels of the `sd` export: told by what a payload contains, without decoding it.

use memchr::memmem;

/// Rules for the `type` of an `sd` record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SdLabels {
    /// Pairs of text and label; the first text that the payload contains decides.
    pub contains: Vec<(String, String)>,
    /// Label of payloads that contain none of the texts; without it the message's own label is used.
    pub other: Option<String>,
}

impl SdLabels {
    /// The `type` of a frame with this payload, or none where the message's own label is to be used.
    #[must_use]
    pub fn label(&self, payload: &[u8]) -> Option<&str> {
        let found = self.contains.iter().find(|(text, _)| memmem::find(payload, text.as_bytes()).is_some());
        found.map(|(_, label)| label.as_str()).or(self.other.as_deref())
    }
}
