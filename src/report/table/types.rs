//! One row for each kind of message, with its figures.

use super::connections::more;
use super::grid::{Align, render};
use crate::limits;
use crate::record::{Figures, TypeSummary};
use crate::report::text;

/// From this width on there is room for the type.
const WIDE: u16 = 120;

/// The section: sizes in bytes.
pub(super) fn section(types: &[TypeSummary], width: u16) -> String {
    if types.is_empty() {
        return String::new();
    }
    let wide = width >= WIDE;
    let intervals = types.iter().any(|kind| kind.interval_ns.is_some());
    let mut columns = vec![("label", Align::Left), (if wide { "direction" } else { "dir" }, Align::Left)];
    if wide {
        columns.push(("type", Align::Left));
    }
    columns.extend([("messages", Align::Right), ("size", Align::Right), ("latency", Align::Right)]);
    if intervals {
        columns.push(("every", Align::Right));
    }
    let rows = types.iter().take(limits::ROWS).map(|kind| {
        let short = kind.type_name.as_deref().map(|name| name.rsplit('.').next().unwrap_or(name));
        let name = kind.label.as_deref().or(if wide { None } else { short }).unwrap_or("-");
        let mut row = vec![
            text::safe(name).into_owned(),
            if wide { kind.direction.as_str() } else { super::short_direction(kind.direction) }.to_owned(),
        ];
        if wide {
            row.push(text::safe(short.unwrap_or("-")).into_owned());
        }
        row.extend([text::count(kind.messages), sizes(kind.size), times(kind.latency_ns)]);
        if intervals {
            row.push(kind.interval_ns.map_or_else(String::new, |figures| text::duration(signed(figures.median))));
        }
        row
    });
    let note = "Sizes and latencies: minimum / median / 99th percentile / maximum.\n";
    render(&columns, rows, width) + &more(types.len() as u64, types.len().min(limits::ROWS), "type") + note
}

fn sizes(figures: Option<Figures>) -> String {
    let Some(Figures { min, median, p99, max }) = figures else { return String::new() };
    if min == max { text::count(min) } else { [min, median, p99, max].map(text::count).join(" / ") }
}

fn times(figures: Option<Figures>) -> String {
    let Some(Figures { min, median, p99, max }) = figures else { return String::new() };
    if min == max { text::duration(signed(min)) } else { text::durations(&[min, median, p99, max].map(signed)) }
}

fn signed(ns: u64) -> i64 {
    i64::try_from(ns).unwrap_or(i64::MAX)
}
