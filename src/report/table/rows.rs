//! One row for each message. Columns have fixed widths, because the widest cell is known only at the end; what does not
//! fit its column moves the rest of its row.

use super::direction::arrow;
use super::grid::push_padded;
use crate::header::{self, HeaderValue};
use crate::payload::PayloadKind;
use crate::record::{MessageRecord, TypeSource};
use crate::report::content::{SURE, push_line};
use crate::report::text;
use crate::report::wrap::{cut, display_width};
use crate::units::Timestamp;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Where the second line of a row begins, which it has if what is told of a message has no room in the first.
const INDENT: usize = 7;

/// Columns by name, width, and whether they hold numbers; behind them the message takes what is left.
type Columns = &'static [(&'static str, usize, bool)];

const COLUMNS: Columns = &[
    ("#", 5, true),
    ("time", 15, false),
    ("conn", 4, true),
    ("dir", 3, false),
    ("size", 6, true),
    ("latency", 8, true),
];

/// Spaces between two cells.
const GAP: &str = "  ";

/// Makes the rows of messages.
#[derive(Debug)]
pub(super) struct Rows {
    width: usize,
    /// Whether fields that are not there are shown with their defaults.
    pub(super) defaults: bool,
    /// Time of the last row: a new day gets a line of its own.
    last: Option<Timestamp>,
}

impl Rows {
    pub(super) const fn new(width: u16) -> Self {
        Self { width: width as usize, defaults: false, last: None }
    }

    /// The header and the line under it.
    pub(super) fn header(&self) -> String {
        let mut header = String::new();
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _, _)| *name).collect();
        push_cells(&mut header, COLUMNS, &names);
        header.push_str("message");
        format!("{}\n{}\n", cut(&header, self.width), "─".repeat(self.width))
    }

    /// The lines of a message.
    pub(super) fn message(&mut self, message: &MessageRecord<'_>) -> String {
        let mut line = String::new();
        let mut lines = self.day(message.completed.time);
        let time = text::clock(message.completed.time);
        let number = message.number.to_string();
        let connection = message.connection.number.to_string();
        let direction = arrow(message.direction);
        let size = message.frame.len().to_string();
        let latency = message.answers.map_or_else(String::new, |answer| text::duration(answer.latency_ns));
        let kind = short_type(message);
        push_cells(&mut line, COLUMNS, &[&number, &time, &connection, direction, &size, &latency]);
        let name = message.label.map_or_else(|| kind.clone(), text::safe);
        let left = self.width.saturating_sub(display_width(&line));
        let mut below = " ".repeat(INDENT);
        if display_width(&name) > left {
            let _ = write!(below, "{} ", cut(&name, self.width / 3));
        }
        // As much is told as the second line has room for; it stands in the first where all of it has room there.
        let mut told = if message.label.is_some() && !kind.is_empty() { format!("{kind} ") } else { String::new() };
        let room = self.width.saturating_sub(display_width(&below) + display_width(&told));
        told.push_str(&content(message, self.defaults, room));
        let told = told.trim_end();
        let gap = if name.is_empty() || told.is_empty() { "" } else { GAP };
        let fits = |text: &str, rest: &str| display_width(text) + display_width(rest) <= left;
        if name.is_empty() && told.is_empty() {
            line.push('-');
        } else if fits(&name, gap) && fits(&format!("{name}{gap}"), told) {
            let _ = write!(line, "{name}{gap}{told}");
        } else {
            let name = if name.is_empty() { "-" } else { &*name };
            let _ =
                if fits(name, "") { write!(line, "{name}\n{below}{told}") } else { write!(line, "\n{below}{told}") };
        }
        for line in line.lines() {
            let _ = writeln!(lines, "{}", cut(line.trim_end(), self.width));
        }
        lines
    }

    /// A line for something else that happened at `time`: the connection and direction that it is about, and what it
    /// is.
    pub(super) fn note(&mut self, time: Timestamp, [connection, direction]: [&str; 2], what: &str) -> String {
        let mut lines = self.day(time);
        let mut line = String::new();
        push_cells(&mut line, COLUMNS, &["!", &text::clock(time), connection, direction]);
        line.push_str(what);
        let _ = writeln!(lines, "{}", cut(&line, self.width));
        lines
    }

    /// A line for a new day.
    fn day(&mut self, time: Timestamp) -> String {
        let last = self.last.replace(time);
        match last {
            Some(last) if !text::is_same_day(last, time) => format!("{}\n", text::date(time)),
            _ => String::new(),
        }
    }
}

fn push_cells(line: &mut String, columns: Columns, cells: &[&str]) {
    for ((_, width, is_number), cell) in columns.iter().zip(cells) {
        push_padded(line, cell, *width, *is_number);
        line.push_str(GAP);
    }
}

/// The last part of a full type name, or what the payload is if it is no protobuf, with a `?` where it is a guess;
/// empty if there is neither.
fn short_type<'a>(message: &MessageRecord<'a>) -> Cow<'a, str> {
    if let Some(kind) = message.payload_kind.filter(|kind| *kind != PayloadKind::Protobuf) {
        let is_guess = message.payload_confidence.is_some_and(|confidence| confidence < SURE);
        return if is_guess { Cow::Owned(format!("{kind}?")) } else { Cow::Borrowed(kind.as_str()) };
    }
    let name = text::safe(message.type_name.unwrap_or_default());
    let short = match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.rsplit('.').next().unwrap_or(name)),
        Cow::Owned(name) => Cow::Owned(name.rsplit('.').next().unwrap_or(&name).to_owned()),
    };
    if message.type_source == Some(TypeSource::Identified) { Cow::Owned(format!("{short}?")) } else { short }
}

/// The header fields and the payload on one line.
fn content(message: &MessageRecord<'_>, defaults: bool, width: usize) -> String {
    let mut line = String::new();
    for field in header::of_message(message.header) {
        let _ = match field.value {
            HeaderValue::Number(number) => write!(line, "{}={number} ", field.name),
            HeaderValue::Bytes(bytes) => write!(line, "{}={} ", field.name, hex::encode(bytes)),
        };
    }
    let left = width.saturating_sub(display_width(&line));
    push_line(&message.payload, defaults, left, &mut line);
    // A line of so many characters can still be wider.
    cut(line.trim_end(), width).into_owned()
}
