//! How much of each cap on memory was used.

use super::grid::{Column, render};
use crate::record::CapUse;
use crate::report::text;

/// The section of memory and its caps; empty if nothing is known.
pub(super) fn section(caps: &[CapUse], width: u16) -> String {
    if caps.is_empty() {
        return String::new();
    }
    let columns =
        [Column::word("cap"), Column::number("peak"), Column::number("limit"), Column::text("what", 40).optional(1)];
    let row = |cap: &CapUse| vec![name(cap).into(), text::count(cap.peak), text::count(cap.limit), what(cap).into()];
    render(&columns, &caps.iter().map(row).collect::<Vec<_>>(), width)
}

fn name(cap: &CapUse) -> &'static str {
    cap.name.strip_suffix("_bytes").unwrap_or(cap.name)
}

fn what(cap: &CapUse) -> &'static str {
    match cap.name {
        "connections" => "connections that were followed at once",
        "pending_bytes" => "bytes that waited behind holes",
        "held_bytes" => "bytes held of incomplete frames, of undecided connections, of requests",
        "order_bytes" => "bytes of messages that waited for older ones",
        "fragment_bytes" => "bytes of IP fragments that waited for others",
        "queue_bytes" => "bytes of packets that waited to be decoded",
        _ => "",
    }
}
