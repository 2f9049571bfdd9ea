//! What is left of a packet from some header on: the captured bytes, and how many there were on the wire.

use super::UnreadReason;

/// The rest of a packet, from one of its headers on. Invariant: `bytes.len() <= wire_len`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer<'a> {
    bytes: &'a [u8],
    wire_len: usize,
    /// Bytes at the end that are the link's frame check sequence and not the packet's.
    fcs_len: usize,
}

impl<'a> Layer<'a> {
    /// The whole of a packet. One that claims to be shorter than what was captured of it was not cut.
    pub(super) fn new(bytes: &'a [u8], wire_len: usize, fcs_len: u8) -> Self {
        Self { bytes, wire_len: wire_len.max(bytes.len()), fcs_len: fcs_len.into() }
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn wire_len(&self) -> usize {
        self.wire_len
    }

    /// Takes the first `N` bytes off.
    #[inline]
    pub(super) fn take<const N: usize>(&mut self, bad: UnreadReason) -> Result<&'a [u8; N], UnreadReason> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or_else(|| self.too_short(N, bad))?;
        self.bytes = rest;
        self.wire_len -= N;
        Ok(head)
    }

    /// Takes the first `len` bytes off.
    #[inline]
    pub(super) fn skip(&mut self, len: usize, bad: UnreadReason) -> Result<(), UnreadReason> {
        self.bytes = self.bytes.get(len..).ok_or_else(|| self.too_short(len, bad))?;
        self.wire_len -= len;
        Ok(())
    }

    /// Takes the first `len` bytes off, which need not have been captured.
    #[inline]
    pub(super) fn skip_uncaptured(&mut self, len: usize, bad: UnreadReason) -> Result<(), UnreadReason> {
        self.wire_len = self.wire_len.checked_sub(len).ok_or(bad)?;
        self.bytes = self.bytes.get(len..).unwrap_or_default();
        Ok(())
    }

    /// Leaves the first `len` bytes: padding after them is cut off, and what was not captured of them stays missing.
    #[inline]
    pub(super) fn trim(&mut self, len: usize) {
        self.bytes = self.bytes.get(..len).unwrap_or(self.bytes);
        self.wire_len = len;
        self.fcs_len = 0;
    }

    /// Leaves all but the frame check sequence.
    pub(super) fn trim_fcs(&mut self) {
        self.trim_end(self.fcs_len);
    }

    /// Leaves all but the last `len` bytes.
    pub(super) fn trim_end(&mut self, len: usize) {
        self.trim(self.wire_len.saturating_sub(len));
    }

    /// Why a header whose fields end at `ends` is not there: the first field that is not whole says it, as the packet
    /// may be both cut and too short for the others.
    #[cold]
    pub(super) fn ends_early(self, ends: &[usize], bad: UnreadReason) -> UnreadReason {
        let missing = ends.iter().find(|end| **end > self.bytes.len());
        self.too_short(missing.copied().unwrap_or_default(), bad)
    }

    /// Why there are not `needed` bytes: the snap length took them, or the packet is `bad`.
    #[cold]
    pub(super) fn too_short(self, needed: usize, bad: UnreadReason) -> UnreadReason {
        if self.wire_len >= needed { UnreadReason::HeadersSnapped } else { bad }
    }
}
