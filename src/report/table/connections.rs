//! One row for each connection.

use super::grid::{Column, fits, render};
use crate::record::{ConnectionRecord, DirectionFacts, LedgerRecord, Summary};
use crate::report::text;
use crate::units::{Both, Timestamp};

/// The columns of a table and its rows.
type Content = (Vec<Column>, Vec<Vec<String>>);

/// A figure of a direction.
type Pick = fn(&DirectionFacts) -> u64;

/// Columns of the `streams` report up to this rank are shown before client and server stand side by side.
const WORTH_STACKING: u8 = 6;

/// Ranks of the columns of the `streams` report that are the first to go where all their figures are 0.
struct Ranks {
    resent: u8,
    out_of_order: u8,
}

/// The section of the connections.
pub(super) fn section(connections: &[ConnectionRecord], summary: &Summary, width: u16) -> String {
    if connections.is_empty() {
        return String::new();
    }
    let (columns, rows) = with_endpoints(connections, width, 0, |connection, is_stacked| {
        summary_of(connection, is_stacked, summary.capture.first_time)
    });
    render(&columns, &rows, width) + &more(summary.connections, connections.len(), "connection")
}

/// The table of the `streams` report: connections as TCP saw them.
pub(in crate::report) fn streams(connections: &[ConnectionRecord], width: u16) -> String {
    let any = |pick: Pick| {
        connections.iter().flat_map(|connection| connection.directions.values()).any(|it| pick(&it.facts) > 0)
    };
    let ranks = Ranks {
        resent: if any(|facts| facts.retransmissions) { 5 } else { 9 },
        out_of_order: if any(|facts| facts.out_of_order) { WORTH_STACKING } else { 8 },
    };
    let (columns, rows) = with_endpoints(connections, width, WORTH_STACKING, |connection, is_stacked| {
        stream_of(connection, is_stacked, &ranks)
    });
    render(&columns, &rows, width)
}

/// A table that starts with number and endpoints. Client and server stand side by side if there is room for that and
/// for all columns up to the rank `worth`, else below each other, and then so do the figures of the two directions.
/// `rest` gives the other columns of one connection; its second argument is whether endpoints are stacked.
fn with_endpoints(
    connections: &[ConnectionRecord],
    width: u16,
    worth: u8,
    rest: impl Fn(&ConnectionRecord, bool) -> Vec<(Column, String)>,
) -> Content {
    let content = |is_stacked: bool| -> Content {
        let row = |connection: &ConnectionRecord| {
            let name = connection.name;
            let mut row = vec![(Column::number("#"), name.number.to_string())];
            if is_stacked {
                row.push((Column::text("client, server", 47), format!("{}\n{}", name.client, name.server)));
            } else {
                row.push((Column::word("client"), name.client.to_string()));
                row.push((Column::word("server"), name.server.to_string()));
            }
            row.extend(rest(connection, is_stacked));
            row
        };
        let columns = connections.first().map(row).unwrap_or_default().into_iter().map(|(column, _)| column).collect();
        let cells = connections.iter().map(|connection| row(connection).into_iter().map(|(_, cell)| cell).collect());
        (columns, cells.collect())
    };
    let (columns, rows) = content(false);
    if fits(&columns, &rows, width, worth) { (columns, rows) } else { content(true) }
}

fn summary_of(connection: &ConnectionRecord, is_stacked: bool, day: Option<Timestamp>) -> Vec<(Column, String)> {
    let Both { to_server, to_client } = &connection.directions;
    let [sent, received] = [to_server, to_client].map(|direction| text::count(payload(&direction.ledger)));
    let missing = to_server.facts.missing + to_client.facts.missing;
    let profile = connection.profile.as_deref().unwrap_or("-");
    let mut row = vec![
        (Column::word("state").optional(5), connection.state.as_str().to_owned()),
        (Column::word("start").optional(4), text::clock_after(day, connection.first.time)),
        (Column::number("duration").optional(1), text::duration(connection.duration_ns())),
    ];
    if is_stacked {
        row.push((Column::number("sent"), format!("{sent}\n{received}")));
    } else {
        row.extend([(Column::number("sent"), sent), (Column::number("received"), received)]);
    }
    row.extend([
        (Column::number("missing").optional(2), text::count(missing)),
        (Column::number("messages"), text::count(connection.messages)),
        (Column::text("profile", 20).optional(3), text::safe(profile).into_owned()),
    ]);
    row
}

fn stream_of(connection: &ConnectionRecord, is_stacked: bool, ranks: &Ranks) -> Vec<(Column, String)> {
    let both = |pick: Pick| {
        let Both { to_server, to_client } = &connection.directions;
        let separator = if is_stacked { "\n" } else { " / " };
        format!("{}{separator}{}", text::count(pick(&to_server.facts)), text::count(pick(&to_client.facts)))
    };
    let completeness = connection.completeness;
    let completeness = format!("{} {}", completeness.bits(), completeness.as_str());
    vec![
        (Column::word("state").optional(3), connection.state.as_str().to_owned()),
        (Column::word("completeness").optional(4), completeness),
        (Column::number("duration").optional(7), text::duration(connection.duration_ns())),
        (Column::number("bytes"), both(|facts| facts.delivered)),
        (Column::number("resent").optional(ranks.resent), both(|facts| facts.retransmissions)),
        (Column::number("out of order").optional(ranks.out_of_order), both(|facts| facts.out_of_order)),
        (Column::number("gaps").optional(1), both(|facts| facts.gaps)),
        (Column::number("missing").optional(2), both(|facts| facts.missing)),
    ]
}

/// Bytes of the stream that were captured, each counted once.
const fn payload(ledger: &LedgerRecord) -> u64 {
    ledger.captured - ledger.duplicate
}

/// The line under a table that does not show everything.
pub(super) fn more(total: u64, shown: usize, thing: &str) -> String {
    match total.saturating_sub(shown as u64) {
        0 => String::new(),
        rest => format!("… and {}\n", text::plural(rest, &format!("more {thing}"))),
    }
}
