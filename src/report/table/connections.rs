//! One row for each connection.

use super::super::json_records::state_name;
use super::grid::{Column, leaves_out, render};
use crate::record::{ConnectionRecord, DirectionFacts, LedgerRecord};
use crate::report::text;
use crate::report::wrap::{display_width, hanging};
use std::collections::BTreeSet;

/// The section.
pub(super) fn section(connections: &[ConnectionRecord], total: u64, width: u16) -> String {
    if connections.is_empty() {
        return String::new();
    }
    let rest = [
        Column::word("state").optional(5),
        Column::word("start").optional(4),
        Column::number("duration").optional(1),
        Column::number("sent"),
        Column::number("received"),
        Column::number("missing").optional(2),
        Column::number("messages"),
        Column::text("profile", 20).optional(3),
    ];
    let cells = |connection: &ConnectionRecord| {
        let [to_server, to_client] = &connection.directions;
        let profile = connection.profile.as_deref().unwrap_or("-");
        [
            state_name(connection.state).to_owned(),
            text::clock(connection.first.time),
            text::duration(connection.duration_ns()),
            text::count(payload(&to_server.ledger)),
            text::count(payload(&to_client.ledger)),
            text::count(to_server.facts.missing + to_client.facts.missing),
            text::count(connection.messages),
            text::safe(profile).into_owned(),
        ]
    };
    let (columns, rows) = with_endpoints(connections, &rest, cells, width);
    let mut out = render(&columns, &rows, width);
    if leaves_out(&columns, &rows, width, "profile") {
        out.push_str(&profiles(connections, width));
    }
    out + &more(total, connections.len(), "connection")
}

/// The columns of a table of connections, and its rows: number and endpoints, then `cells` for the columns `rest`.
/// Endpoints stand side by side if the table then has room for what it must show, else below each other.
pub(in crate::report) fn with_endpoints<const N: usize>(
    connections: &[ConnectionRecord],
    rest: &[Column; N],
    cells: impl Fn(&ConnectionRecord) -> [String; N],
    width: u16,
) -> (Vec<Column>, Vec<Vec<String>>) {
    let ends = connections.iter().map(|connection| (connection.name.client, connection.name.server));
    let widest = ends.map(|(client, server)| display_width(&format!("{client}  {server}"))).max().unwrap_or(0);
    let is_stacked = widest > usize::from(width) / 2;
    let mut columns = vec![Column::number("#")];
    if is_stacked {
        columns.push(Column::text("client and server", 50));
    } else {
        columns.extend([Column::word("client"), Column::word("server")]);
    }
    columns.extend(rest);
    let row = |connection: &ConnectionRecord| {
        let name = connection.name;
        let mut row = vec![name.number.to_string()];
        if is_stacked {
            row.push(format!("{}\n{}", name.client, name.server));
        } else {
            row.extend([name.client.to_string(), name.server.to_string()]);
        }
        row.extend(cells(connection));
        row
    };
    (columns, connections.iter().map(row).collect())
}

/// The profiles of the connections, in a line of their own.
fn profiles(connections: &[ConnectionRecord], width: u16) -> String {
    let names: BTreeSet<&str> = connections.iter().filter_map(|connection| connection.profile.as_deref()).collect();
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<_> = names.into_iter().map(text::safe).collect();
    let without = connections.iter().filter(|connection| connection.profile.is_none()).count() as u64;
    let without = match without {
        0 => String::new(),
        count => format!("; {} without one", text::plural(count, "connection")),
    };
    let noun = if names.len() == 1 { "Profile" } else { "Profiles" };
    hanging(&format!("{noun}: {}{without}.", names.join(", ")), width.into(), 2) + "\n"
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

/// The table of the `streams` report: connections as TCP saw them.
pub(in crate::report) fn streams(connections: &[ConnectionRecord], width: u16) -> String {
    let columns = [
        Column::word("state").optional(3),
        Column::number("duration").optional(4),
        Column::number("bytes"),
        Column::number("retransmitted").optional(6),
        Column::number("out of order").optional(5),
        Column::number("gaps").optional(1),
        Column::number("missing").optional(2),
    ];
    let cells = |connection: &ConnectionRecord| {
        let both = |pick: fn(&DirectionFacts) -> u64| {
            let [to_server, to_client] = &connection.directions;
            format!("{} / {}", text::count(pick(&to_server.facts)), text::count(pick(&to_client.facts)))
        };
        [
            state_name(connection.state).to_owned(),
            text::duration(connection.duration_ns()),
            both(|facts| facts.delivered),
            both(|facts| facts.retransmissions),
            both(|facts| facts.out_of_order),
            both(|facts| facts.gaps),
            both(|facts| facts.missing),
        ]
    };
    let (columns, rows) = with_endpoints(connections, &columns, cells, width);
    render(&columns, &rows, width)
}
