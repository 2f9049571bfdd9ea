//! Findings in words.

use super::event::{Event, FrameEvent};
use super::traffic::Gate;
use crate::capture::{CaptureFacts, FileFormat};
use crate::frame::{SkipReason, Skipped};
use crate::packet::{Decoder, UnreadReason};
use crate::proto::Reading;
use crate::record::{ConnectionRecord, Finding, FindingKind};
use crate::units::{Direction, StreamOffset};

fn about(event: &Event<'_>, kind: FindingKind, text: String) -> Finding {
    Finding {
        kind,
        text,
        connection: Some(event.connection),
        direction: Some(event.direction),
        offset: None,
        len: None,
        message: None,
        seen: Some(event.at),
    }
}

/// Bytes that are in no frame; none for those that are as they should be.
pub(super) fn skipped(event: &Event<'_>, skipped: &Skipped) -> Option<Finding> {
    let len = bytes(skipped.len);
    let frame_len = skipped.frame_len.map_or_else(|| "a frame".to_owned(), |len| format!("a frame of {}", bytes(len)));
    let (kind, text) = match skipped.reason {
        SkipReason::NoLayout | SkipReason::Prologue => return None,
        SkipReason::Damaged => {
            (FindingKind::DamagedFrame, format!("{len} of {frame_len} whose other bytes were not captured"))
        }
        SkipReason::BadHeader => (FindingKind::BadHeader, format!("{len} where a header should be and is not")),
        SkipReason::Resync => (FindingKind::Resync, format!("{len} passed over in search of a header")),
        SkipReason::Tail => (FindingKind::IncompleteFrame, format!("{len} of {frame_len} that the end cut off")),
    };
    Some(Finding { offset: Some(skipped.offset), len: Some(skipped.len), ..about(event, kind, text) })
}

fn bytes(len: u64) -> String {
    format!("{len} byte{}", if len == 1 { "" } else { "s" })
}

/// Bytes of one direction that came too late to be delivered.
pub(super) fn late(record: &ConnectionRecord, direction: Direction, len: u64) -> Finding {
    Finding {
        kind: FindingKind::Late,
        text: format!("{} came after their place in the stream had been given up", bytes(len)),
        connection: Some(record.name),
        direction: Some(direction),
        offset: None,
        len: Some(len),
        message: None,
        seen: None,
    }
}

/// Packets that could not be read though they may carry a segment.
pub(super) fn unread(decoder: &Decoder) -> impl Iterator<Item = Finding> {
    let harmless = |reason| matches!(reason, UnreadReason::NotIp | UnreadReason::NotTcp);
    let details: Vec<_> = decoder.details().collect();
    let reasons = decoder.unread().filter(move |(reason, _)| !harmless(*reason));
    let told = reasons.map(move |(reason, packets)| {
        let of_reason = details.iter().filter(|(of, ..)| *of == reason);
        let which: Vec<&str> = of_reason.map(|(_, what, _)| what.as_str()).collect();
        let which = if which.is_empty() { String::new() } else { format!(" ({})", which.join(", ")) };
        (format!("{reason}{which}"), packets)
    });
    told.map(|(why, packets)| Finding {
        kind: FindingKind::Unread,
        text: format!("{packets} packet{} could not be read: {why}", if packets == 1 { "" } else { "s" }),
        connection: None,
        direction: None,
        offset: None,
        len: None,
        message: None,
        seen: None,
    })
}

/// Packets that the expression of the filter means nothing for.
pub(super) fn refused(gate: &Gate<'_>) -> impl Iterator<Item = Finding> {
    gate.refused().map(|(link, error, packets)| Finding {
        kind: FindingKind::Filter,
        text: format!(
            "{packets} packet{} of {link} left out, where --filter means nothing: {}",
            if packets == 1 { "" } else { "s" },
            error.message()
        ),
        connection: None,
        direction: None,
        offset: None,
        len: None,
        message: None,
        seen: None,
    })
}

/// A retransmission that differs.
pub(super) fn conflict(event: &Event<'_>, offset: StreamOffset) -> Finding {
    let text = "a retransmission differs from the bytes that came first; those were kept".to_owned();
    Finding { offset: Some(offset), ..about(event, FindingKind::Conflict, text) }
}

/// What is wrong with a frame that is complete.
pub(super) fn of_frame(
    findings: &mut Vec<Finding>,
    event: &Event<'_>,
    frame: &FrameEvent<'_>,
    number: u64,
    reading: &Reading,
) {
    if let Some(sums) = frame.checksum.filter(|sums| sums.stored != sums.computed) {
        let text = format!("the trailer says {:08x}, the bytes give {:08x}", sums.stored, sums.computed);
        let finding = about(event, FindingKind::Checksum, text);
        findings.push(Finding { offset: Some(frame.offset), message: Some(number), ..finding });
    }
    for problem in &reading.problems {
        let position = frame.offset.plus((frame.payload.start + problem.offset) as u64);
        let finding = about(event, FindingKind::Payload, problem.to_string());
        findings.push(Finding { offset: Some(position), message: Some(number), ..finding });
    }
}

/// Damage of the capture files.
pub(super) fn of_capture(facts: &CaptureFacts) -> impl Iterator<Item = Finding> {
    facts.problems.iter().map(|problem| {
        let place = match facts.files.get(problem.file) {
            Some(interface) if interface.format == FileFormat::Live => interface.name.clone(),
            file => format!("{}, byte {}", file.map_or("?", |file| file.name.as_str()), problem.offset),
        };
        Finding {
            kind: FindingKind::Capture,
            text: format!("{place}: {}", problem.what),
            connection: None,
            direction: None,
            offset: None,
            len: None,
            message: None,
            seen: None,
        }
    })
}
