//! What is left of a packet from some header on: the captured bytes, and how many there were on the wire.

use super::UnreadReason;

/// The rest of a packet. Invariant: `bytes.len() <= wire_len`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer<'a> {
    bytes: &'a [u8],
    wire_len: usize,
}

impl<'a> Layer<'a> {
    /// A whole packet. One that claims to be shorter than what was captured of it was not cut.
    pub(super) fn new(bytes: &'a [u8], wire_len: usize) -> Self {
        Self { bytes, wire_len: wire_len.max(bytes.len()) }
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn wire_len(&self) -> usize {
        self.wire_len
    }

    /// The first `N` bytes and what follows them.
    pub(super) fn split<const N: usize>(self, bad: UnreadReason) -> Result<(&'a [u8; N], Self), UnreadReason> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or_else(|| self.too_short(N, bad))?;
        Ok((head, Self { bytes: rest, wire_len: self.wire_len - N }))
    }

    /// What follows the first `len` bytes.
    pub(super) fn after(self, len: usize, bad: UnreadReason) -> Result<Self, UnreadReason> {
        let bytes = self.bytes.get(len..).ok_or_else(|| self.too_short(len, bad))?;
        Ok(Self { bytes, wire_len: self.wire_len - len })
    }

    /// What follows the first `len` bytes, which need not have been captured.
    pub(super) fn beyond(self, len: usize, bad: UnreadReason) -> Result<Self, UnreadReason> {
        let wire_len = self.wire_len.checked_sub(len).ok_or(bad)?;
        Ok(Self { bytes: self.bytes.get(len..).unwrap_or_default(), wire_len })
    }

    /// All but the last `len` bytes.
    pub(super) fn without_last(self, len: usize) -> Self {
        self.trimmed(self.wire_len.saturating_sub(len))
    }

    /// The first `len` bytes: padding after them is cut off, and what was not captured of them stays missing.
    pub(super) fn trimmed(self, len: usize) -> Self {
        Self { bytes: self.bytes.get(..len).unwrap_or(self.bytes), wire_len: len }
    }

    /// Why there are not `needed` bytes: the snap length took them, or the packet is `bad`.
    pub(super) fn too_short(self, needed: usize, bad: UnreadReason) -> UnreadReason {
        if self.wire_len >= needed { UnreadReason::HeadersSnapped } else { bad }
    }
}
