//! What all blocks have in common: a type, a content, and their length behind it.
//!
//! In: a whole block. Out: its content. Not responsible for what that says.

/// Block types (section 10.1 of the draft).
pub(super) const SECTION: u32 = 0x0a0d_0d0a;
pub(super) const INTERFACE: u32 = 1;
pub(super) const OBSOLETE_PACKET: u32 = 2;
pub(super) const SIMPLE_PACKET: u32 = 3;
pub(super) const NAMES: u32 = 4;
pub(super) const STATISTICS: u32 = 5;
pub(super) const ENHANCED_PACKET: u32 = 6;
pub(super) const SECRETS: u32 = 10;

/// Bytes of the length at the end of a block.
pub(super) const TRAILER: usize = 4;

/// What is wrong with the content of a block.
pub(super) type Wrong = String;

/// A block without its trailing length, which no field may reach into.
pub(super) fn content(block: &[u8]) -> &[u8] {
    block.get(..block.len().saturating_sub(TRAILER)).unwrap_or_default()
}
