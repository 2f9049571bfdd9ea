//! The `csv` report (RFC 4180): one row for each message, its content as JSON in the last column.

use super::content;
use super::text::safe;
use crate::header::HeaderField;
use crate::proto::json::Style;
use crate::record::{CONTINUE, CaptureFacts, MessageRecord, Sink, SinkResult, Summary, Wants};
use std::io::{self, Write};

/// Names of the columns in order, as `docs/output.md` describes them.
pub const COLUMNS: [&str; 20] = [
    "number",
    "time",
    "time_ns",
    "connection",
    "client",
    "server",
    "direction",
    "first_packet",
    "last_packet",
    "offset",
    "size",
    "len",
    "header",
    "label",
    "type",
    "answers",
    "latency_ns",
    "payload_kind",
    "answers_by",
    "content",
];

/// Writes CSV.
#[derive(Debug)]
pub struct Csv<W: Write> {
    out: csv::Writer<W>,
    content: Vec<u8>,
    style: Style,
    at_once: bool,
}

impl<W: Write> Csv<W> {
    /// A report that is written to `out`.
    pub fn new(out: W) -> Self {
        Self { out: csv::Writer::from_writer(out), content: Vec::new(), style: Style::default(), at_once: false }
    }

    /// Writes payloads in this style.
    #[must_use]
    pub fn with_style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// Hands each message on to `out` and whatever stands behind it as soon as it is written, for readers that wait.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }
}

impl<W: Write> Sink for Csv<W> {
    fn wants(&self) -> Wants {
        Wants::messages().with_json(self.style)
    }

    fn begin(&mut self, _facts: &CaptureFacts) -> SinkResult {
        self.out.write_record(COLUMNS).map_err(cause)?;
        CONTINUE
    }

    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        self.content.clear();
        content::push_json(&message.payload, self.style, &mut self.content);
        let fields = [
            message.number.to_string(),
            message.completed.time.to_string(),
            message.completed.time.ns().to_string(),
            message.connection.number.to_string(),
            message.connection.client.to_string(),
            message.connection.server.to_string(),
            message.direction.to_string(),
            message.first_packet.to_string(),
            message.completed.packet.to_string(),
            message.offset.to_string(),
            message.frame.len().to_string(),
            message.payload.bytes().len().to_string(),
            header(message.header),
            safe(message.label.unwrap_or_default()).into_owned(),
            safe(message.type_name.unwrap_or_default()).into_owned(),
            message.answers.map(|answer| answer.number.to_string()).unwrap_or_default(),
            message.answers.map(|answer| answer.latency_ns.to_string()).unwrap_or_default(),
            message.payload_kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            message.answers.map(|answer| answer.by.as_str().to_owned()).unwrap_or_default(),
        ];
        for field in fields {
            self.out.write_field(field).map_err(cause)?;
        }
        self.out.write_field(&self.content).map_err(cause)?;
        self.out.write_record(None::<&[u8]>).map_err(cause)?;
        if self.at_once {
            self.out.flush()?;
        }
        CONTINUE
    }

    fn end(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

/// The header fields as JSON.
fn header(fields: &[HeaderField<'_>]) -> String {
    let mut json = Vec::new();
    super::json::push_header(fields, &mut json);
    String::from_utf8_lossy(&json).into_owned()
}

/// The error of the output itself, so that a reader that has gone is known as such.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
