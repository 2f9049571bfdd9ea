//! Where a packet lies in its file.
//!
//! Out: [`Record`], which the reader of each format gives. Not responsible for the bytes: they stay in the window.

use super::link_type::LinkType;
use crate::units::Timestamp;

/// The packet at the start of the window: what its headers say, and where it lies.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) time: Timestamp,
    pub(super) link: LinkType,
    pub(super) interface: usize,
    /// Length of the packet on the wire, in bytes.
    pub(super) len: u32,
    /// Bytes of the frame check sequence at the end of the packet.
    pub(super) fcs_len: u8,
    /// Whether the block of the packet has comments.
    pub(super) has_comments: bool,
    /// Bytes of the record before the packet.
    pub(super) data_at: usize,
    /// Captured bytes of the packet.
    pub(super) captured: usize,
    /// Bytes of the record with the packet and what follows it; all are in the window.
    pub(super) size: usize,
}
