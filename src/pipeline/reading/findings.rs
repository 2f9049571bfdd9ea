//! Findings in words.

use super::payloads::Missed;
use crate::capture::{CaptureFacts, FileFormat};
use crate::conversation::{Correlation, Doubt, Unanswered, Use};
use crate::frame::{SkipReason, Skipped};
use crate::learning::Surveys;
use crate::packet::{Decoder, UnreadReason};
use crate::payload::PayloadKind;
use crate::pipeline::event::{Event, FrameEvent};
use crate::pipeline::misfit::PortMisfit;
use crate::pipeline::packets::Gate;
use crate::proto::Problem;
use crate::record::{ConnectionRecord, Finding, FindingKind};
use crate::units::{Direction, StreamOffset};

/// A finding about the whole capture.
fn finding(kind: FindingKind, text: String) -> Finding {
    Finding { kind, text, connection: None, direction: None, offset: None, len: None, message: None, seen: None }
}

fn about(event: &Event<'_>, kind: FindingKind, text: String) -> Finding {
    let (connection, direction) = (Some(event.connection), Some(event.direction));
    Finding { connection, direction, seen: Some(event.at), ..finding(kind, text) }
}

/// The finding about bytes that are in no frame; none where that is as it should be.
pub(in crate::pipeline) fn skipped(event: &Event<'_>, skipped: &Skipped) -> Option<Finding> {
    let len = counted(skipped.len, "byte");
    let frame_len =
        skipped.frame_len.map_or_else(|| "a frame".to_owned(), |len| format!("a frame of {}", counted(len, "byte")));
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

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The finding about bytes of one direction that came too late to be delivered.
pub(in crate::pipeline) fn late(record: &ConnectionRecord, direction: Direction, len: u64) -> Finding {
    let text = format!("{} came after their place in the stream had been given up", counted(len, "byte"));
    let (connection, direction) = (Some(record.name), Some(direction));
    Finding { connection, direction, len: Some(len), ..finding(FindingKind::Late, text) }
}

/// The finding about answers of a connection of which nobody can tell which requests they are for, if there are any.
pub(in crate::pipeline) fn doubtful(record: &ConnectionRecord) -> Option<Finding> {
    let answers = record.doubtful_answers;
    let what = counted(answers, "answer");
    let began = match record.doubt {
        None | Some(Doubt::Gap) => "requests or answers may be among the bytes that are missing before them".to_owned(),
        Some(Doubt::Open(count)) => format!("{count} requests waited at once"),
        Some(Doubt::Unasked) => {
            let how = "several for one request, or some that nobody asked for";
            format!("the server sends more messages than it was asked for ({how})")
        }
        Some(Doubt::Value) => "more than one request may have had the value that they share".to_owned(),
    };
    let help = match record.doubt {
        // No promise holds where answers cannot be counted off against requests.
        Some(Doubt::Unasked) => "; a rule can name what they share (match)",
        // Where order is promised, or a value is named, nothing more can be said.
        Some(Doubt::Value) => "",
        _ if record.answers_in_order => "",
        _ => "; a rule can name what they share (match), or the profile can promise their order (answers_in_order)",
    };
    let why = format!("as {began}{help}");
    let text = format!("{what} could not be told apart, {why}");
    (answers > 0).then(|| Finding { connection: Some(record.name), ..finding(FindingKind::Pairing, text) })
}

/// The finding about a promise of answers in the order of requests that a whole connection did not keep, if it did not.
pub(in crate::pipeline) fn unanswered(record: &ConnectionRecord) -> Option<Finding> {
    let Unanswered { requests, of } = record.unanswered;
    let is_broken = requests > 0 && record.doubtful_answers == 0 && record.is_whole();
    let text = format!(
        "{requests} of {of} requests were never answered, though the profile promises answers in their order, so answers \
         may be for other requests than those told; rules can say which requests have an answer (answers)"
    );
    is_broken.then(|| Finding { connection: Some(record.name), ..finding(FindingKind::Pairing, text) })
}

/// The findings about ports at which two values go with requests and answers, and tell different pairs.
pub(in crate::pipeline) fn rivals(surveys: &Surveys) -> impl Iterator<Item = Finding> {
    surveys.all_rivals().map(|(port, (one, other))| {
        let text = format!(
            "port {port}: answers share {one}, and {other} as well, and these tell different pairs; match in a profile \
             can say which of the two is right"
        );
        finding(FindingKind::Pairing, text)
    })
}

/// Messages without a pair from which on it is said that what a profile names does not pair them.
const ENOUGH_UNPAIRED: u32 = 8;

/// The findings about values that a profile names, and that no message of a port has, or that do not tell requests.
pub(in crate::pipeline) fn useless_matches(matches: &[(u16, Correlation, Use)]) -> impl Iterator<Item = Finding> {
    matches.iter().flat_map(|(port, correlation, used)| {
        let sides = [(&correlation.request, used.requests, "request"), (&correlation.answer, used.answers, "answer")];
        let sides = sides.into_iter().filter(|(_, looked, _)| looked.any && looked.found == 0);
        let missing =
            sides.map(move |(place, _, what)| format!("match names {place}, which no {what} of port {port} has"));
        let useless =
            disagreement(used).map(|what| format!("match names {}, but {what} on port {port}", places(correlation)));
        missing.chain(useless).map(|text| finding(FindingKind::Pairing, text))
    })
}

/// What shows that a value that requests and answers have does not tell which of them go together, if anything does.
fn disagreement(used: &Use) -> Option<String> {
    let Use { requests, answers, agreed, values, answered } = *used;
    if requests.found.min(answers.found) < ENOUGH_UNPAIRED {
        None
    } else if agreed == 0 {
        Some(format!("none of {} answers has the value of a request that it can be for", answers.found))
    } else {
        let unanswered = values.saturating_sub(answered);
        let is_lopsided = answered > 0 && agreed.min(unanswered) / ENOUGH_UNPAIRED >= answered;
        let whose = if answered == 1 {
            "the value of one request".to_owned()
        } else {
            format!("the values of {answered} requests")
        };
        is_lopsided.then(|| format!("{agreed} answers have {whose}, and {unanswered} with other values have no answer"))
    }
}

/// The place of a correlation, or both if answers have it elsewhere than requests.
fn places(correlation: &Correlation) -> String {
    let Correlation { request, answer, .. } = correlation;
    if request == answer { request.to_string() } else { format!("{request} of requests and {answer} of answers") }
}

/// The findings about packets that could not be read though they may carry a segment.
pub(in crate::pipeline) fn unread(decoder: &Decoder) -> impl Iterator<Item = Finding> {
    let harmless = |reason| matches!(reason, UnreadReason::NotIp | UnreadReason::NotTcp);
    let details: Vec<_> = decoder.details().collect();
    let reasons = decoder.unread().filter(move |(reason, _)| !harmless(*reason));
    reasons.map(move |(reason, packets)| {
        let of_reason = details.iter().filter(|(of, ..)| *of == reason);
        let which: Vec<&str> = of_reason.map(|(_, what, _)| what.as_str()).collect();
        let which = if which.is_empty() { String::new() } else { format!(" ({})", which.join(", ")) };
        let packets = counted(packets, "packet");
        finding(FindingKind::Unread, format!("{packets} could not be read: {reason}{which}"))
    })
}

/// The findings about packets for which the expression of the filter means nothing.
pub(in crate::pipeline) fn refused(gate: &Gate) -> impl Iterator<Item = Finding> {
    gate.refused().map(|(link, error, packets)| {
        let packets = counted(packets, "packet");
        let why = error.message();
        finding(FindingKind::Filter, format!("{packets} of {link} left out, where --filter means nothing: {why}"))
    })
}

/// The findings about layouts that fit poorly.
pub(in crate::pipeline) fn misfits(misfits: &[PortMisfit]) -> impl Iterator<Item = Finding> {
    misfits.iter().map(|misfit| finding(FindingKind::Layout, misfit.to_string()))
}

/// The finding about a retransmission that differs from what came first.
pub(in crate::pipeline) fn conflict(event: &Event<'_>, offset: StreamOffset) -> Finding {
    let text = "a retransmission differs from the bytes that came first; those were kept".to_owned();
    Finding { offset: Some(offset), ..about(event, FindingKind::Conflict, text) }
}

/// The finding about a payload that is not what it should be.
pub(super) fn missed(event: &Event<'_>, frame: &FrameEvent<'_>, number: u64, missed: Missed) -> Finding {
    let name = match missed.kind {
        PayloadKind::Json => "a JSON object or array",
        PayloadKind::Text => "text",
        PayloadKind::Msgpack => "a MessagePack map or array",
        PayloadKind::Protobuf => "protobuf",
        PayloadKind::Opaque => "opaque",
    };
    let text = match missed.is_given {
        true => format!("the payload is said to be {name} and is not"),
        false => format!("the payload is not {name}, unlike others of its kind"),
    };
    let finding = about(event, FindingKind::Payload, text);
    let position = frame.offset.plus(frame.payload.start as u64);
    Finding { offset: Some(position), message: Some(number), ..finding }
}

/// The findings about a frame that is complete.
pub(in crate::pipeline) fn of_frame(
    findings: &mut Vec<Finding>,
    event: &Event<'_>,
    frame: &FrameEvent<'_>,
    number: u64,
    problems: &[Problem],
) {
    if let Some(sums) = frame.checksum.filter(|sums| sums.stored != sums.computed) {
        let text = format!("the trailer says {:08x}, the bytes give {:08x}", sums.stored, sums.computed);
        let finding = about(event, FindingKind::Checksum, text);
        findings.push(Finding { offset: Some(frame.offset), message: Some(number), ..finding });
    }
    for problem in problems {
        let position = frame.offset.plus((frame.payload.start + problem.offset) as u64);
        let finding = about(event, FindingKind::Payload, problem.to_string());
        findings.push(Finding { offset: Some(position), message: Some(number), ..finding });
    }
}

/// The findings about damage of the capture files.
pub(in crate::pipeline) fn of_capture(facts: &CaptureFacts) -> impl Iterator<Item = Finding> {
    facts.problems.iter().map(|problem| {
        let place = match facts.files.get(problem.file) {
            Some(interface) if interface.format == FileFormat::Live => interface.name.clone(),
            file => format!("{}, byte {}", file.map_or("?", |file| file.name.as_str()), problem.offset),
        };
        finding(FindingKind::Capture, format!("{place}: {}", problem.what))
    })
}
