//! When each phase of the protocol took place: for each connection, or for all together where there are many.

use super::grid::{Column, render};
use crate::limits;
use crate::record::{ConnectionRecord, Summary};
use crate::report::text;
use crate::units::Timestamp;

/// The section of the phases.
pub(super) fn section(connections: &[ConnectionRecord], summary: &Summary, width: u16) -> String {
    if summary.phases.is_empty() {
        return String::new();
    }
    let each: usize = connections.iter().map(|connection| connection.phases.len()).sum();
    let all_known = summary.connections == connections.len() as u64 && each <= limits::ROWS;
    let columns = [
        Column::number(if all_known { "conn" } else { "connections" }),
        Column::text("phase", 24),
        Column::word("first"),
        Column::word("last").optional(1),
        Column::number("duration"),
        Column::number("messages"),
    ];
    let row = |number: String, label: &str, first: Timestamp, last: Timestamp, messages: u64| {
        vec![
            number,
            text::safe(label).into_owned(),
            text::clock_after(summary.capture.first_time, first),
            text::clock_after(summary.capture.first_time, last),
            text::duration(last.since(first)),
            text::count(messages),
        ]
    };
    let rows: Vec<Vec<String>> = if all_known {
        let phases =
            connections.iter().flat_map(|connection| connection.phases.iter().map(move |phase| (connection, phase)));
        let number = |connection: &ConnectionRecord| connection.name.number.to_string();
        phases.map(|(connection, p)| row(number(connection), &p.label, p.first, p.last, p.messages)).collect()
    } else {
        let phases = summary.phases.iter();
        phases.map(|p| row(text::count(p.connections), &p.label, p.first, p.last, p.messages)).collect()
    };
    render(&columns, &rows, width)
}
