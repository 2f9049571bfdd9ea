//! Findings in words.

use super::event::{Event, FrameEvent};
use crate::capture::CaptureFacts;
use crate::frame::{SkipReason, Skipped};
use crate::proto::Reading;
use crate::record::{Finding, FindingKind};
use crate::units::StreamOffset;

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
    let len = skipped.len;
    let frame_len = skipped.frame_len.map_or_else(|| "a frame".to_owned(), |len| format!("a frame of {len} bytes"));
    let (kind, text) = match skipped.reason {
        SkipReason::NoLayout | SkipReason::Prologue => return None,
        SkipReason::Damaged => {
            (FindingKind::DamagedFrame, format!("{len} bytes of {frame_len} whose other bytes were not captured"))
        }
        SkipReason::BadHeader => (FindingKind::BadHeader, format!("{len} bytes where a header should be and is not")),
        SkipReason::Resync => (FindingKind::Resync, format!("{len} bytes passed over in search of a header")),
        SkipReason::Tail => (FindingKind::IncompleteFrame, format!("{len} bytes of {frame_len} that the end cut off")),
    };
    Some(Finding { offset: Some(skipped.offset), len: Some(len), ..about(event, kind, text) })
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
        let file = facts.files.get(problem.file).map_or("?", |file| file.name.as_str());
        Finding {
            kind: FindingKind::Capture,
            text: format!("{file}, byte {}: {}", problem.offset, problem.what),
            connection: None,
            direction: None,
            offset: None,
            len: None,
            message: None,
            seen: None,
        }
    })
}
