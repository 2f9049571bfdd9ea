//! One row for each kind of message, with its figures.

use super::connections::more;
use super::direction::arrow;
use super::grid::{Column, leaves_out, render};
use crate::limits;
use crate::payload::PayloadKind;
use crate::record::{Figures, TypeSummary};
use crate::report::text;
use crate::report::wrap::wrap;

/// The section of the types of messages.
pub(super) fn section(types: &[TypeSummary], width: u16) -> String {
    if types.is_empty() {
        return String::new();
    }
    let answers = types.iter().any(|kind| kind.latency_ns.is_some());
    let beats = types.iter().any(|kind| kind.interval_ns.is_some());
    let named = types.iter().any(|kind| kind.label.is_some());
    let typed = types.iter().any(|kind| short_name(kind) != "-");
    let label = named || !typed;
    let rows: Vec<_> = types.iter().take(limits::ROWS).map(row).collect();
    let all = [
        (label, Column::text("label", 24)),
        (true, Column::word("dir")),
        (typed, Column::text("type", 32).optional(if named { 2 } else { 0 })),
        (true, Column::number("messages")),
        (true, Column::number("smallest").optional(5)),
        (true, Column::number("size")),
        (true, Column::number("p99 size").optional(6)),
        (true, Column::number("largest")),
        (answers, Column::number("fastest").optional(4)),
        (answers, Column::number("latency")),
        (answers, Column::number("p99 latency").optional(3)),
        (answers, Column::number("slowest").optional(1)),
        (beats, Column::number("every")),
    ];
    let columns: Vec<Column> = all.iter().filter(|(given, _)| *given).map(|(_, column)| *column).collect();
    let keep = |row: Vec<String>| -> Vec<String> {
        row.into_iter().zip(all).filter(|(_, (given, _))| *given).map(|(cell, _)| cell).collect()
    };
    let mut rows: Vec<Vec<String>> = rows.into_iter().map(keep).collect();
    if label && typed && leaves_out(&columns, &rows, width, "type") {
        // Messages without a label are still told apart.
        for (row, kind) in rows.iter_mut().zip(types) {
            if let (Some(cell), None) = (row.first_mut(), &kind.label) {
                *cell = short_name(kind);
            }
        }
    }
    let mut note = match (answers, beats) {
        (_, true) => "size, latency and every (the time from one to the next) are medians; sizes are in bytes.",
        (true, false) => "size and latency are medians; sizes are in bytes.",
        (false, false) => "size is the median, in bytes.",
    }
    .to_owned();
    if types.iter().any(|kind| kind.guessed) {
        note.push_str(" A type with a ? was found by the bytes of the payloads alone; --message names it for sure.");
    }
    let note = wrap(&note, width.into()).join("\n");
    let more = more(types.len() as u64, rows.len(), "type");
    format!("{}{more}{note}\n", render(&columns, &rows, width))
}

fn row(kind: &TypeSummary) -> Vec<String> {
    let figures = |figures: Option<Figures>, show: fn(u64) -> String| match figures {
        Some(Figures { min, median, p99, max }) => [min, median, p99, max].map(show),
        None => Default::default(),
    };
    let latencies = figures(kind.latency_ns, |ns| text::duration(signed(ns)));
    let label = kind.label.as_deref().unwrap_or("-");
    let mut row = vec![
        text::safe(label).into_owned(),
        arrow(kind.direction).to_owned(),
        short_name(kind),
        text::count(kind.messages),
    ];
    row.extend(figures(kind.size, text::count));
    row.extend(latencies);
    row.push(kind.interval_ns.map_or_else(String::new, |figures| text::duration(signed(figures.median))));
    row
}

/// The last part of the type's full name; without a type, what the payloads are if they are no protobuf.
fn short_name(kind: &TypeSummary) -> String {
    let other = if kind.payload_kind == PayloadKind::Protobuf { "-" } else { kind.payload_kind.as_str() };
    let name = kind.type_name.as_deref().map_or(other, |name| name.rsplit('.').next().unwrap_or(name));
    format!("{}{}", text::safe(name), if kind.guessed { "?" } else { "" })
}

fn signed(ns: u64) -> i64 {
    i64::try_from(ns).unwrap_or(i64::MAX)
}
