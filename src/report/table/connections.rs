//! One row for each connection.

use super::super::json_records::state_name;
use super::grid::{Align, render};
use crate::record::{ConnectionRecord, LedgerRecord};
use crate::report::text;

/// From this width on there is room for start, state and profile.
const WIDE: u16 = 120;

/// The section.
pub(super) fn section(connections: &[ConnectionRecord], total: u64, width: u16) -> String {
    if connections.is_empty() {
        return String::new();
    }
    let mut columns = vec![("#", Align::Right), ("client", Align::Left), ("server", Align::Left)];
    if width >= WIDE {
        columns.extend([("state", Align::Left), ("start", Align::Left)]);
    }
    columns.extend([
        ("duration", Align::Right),
        ("sent", Align::Right),
        ("received", Align::Right),
        ("messages", Align::Right),
    ]);
    if width >= WIDE {
        columns.extend([("missing", Align::Right), ("profile", Align::Left)]);
    }
    let rows = connections.iter().map(|connection| {
        let [to_server, to_client] = &connection.directions;
        let mut row = vec![
            connection.name.number.to_string(),
            connection.name.client.to_string(),
            connection.name.server.to_string(),
        ];
        if width >= WIDE {
            row.extend([state_name(connection.state).to_owned(), text::clock(connection.first.time)]);
        }
        row.extend([
            text::duration(connection.duration_ns()),
            text::count(payload(&to_server.ledger)),
            text::count(payload(&to_client.ledger)),
            text::count(connection.messages),
        ]);
        if width >= WIDE {
            let missing = to_server.facts.missing + to_client.facts.missing;
            let profile = connection.profile.as_deref().unwrap_or("-");
            row.extend([text::count(missing), text::safe(profile).into_owned()]);
        }
        row
    });
    render(&columns, rows, width) + &more(total, connections.len(), "connection")
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

/// One row of the `streams` report: a connection as TCP saw it.
pub(in crate::report) fn stream_row(connection: &ConnectionRecord) -> Vec<String> {
    let both = |pick: fn(&crate::record::DirectionFacts) -> u64| {
        let [to_server, to_client] = &connection.directions;
        format!("{} / {}", text::count(pick(&to_server.facts)), text::count(pick(&to_client.facts)))
    };
    vec![
        connection.name.number.to_string(),
        connection.name.client.to_string(),
        connection.name.server.to_string(),
        state_name(connection.state).to_owned(),
        text::duration(connection.duration_ns()),
        both(|facts| facts.delivered),
        both(|facts| facts.retransmissions),
        both(|facts| facts.out_of_order),
        both(|facts| facts.gaps),
        both(|facts| facts.missing),
    ]
}
