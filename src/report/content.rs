//! What a report shows of a payload: as JSON, or on one line. Every kind of payload has its arm here.

#[cfg(feature = "cli")]
use super::{text, wrap::cut};
#[cfg(feature = "cli")]
use crate::proto::compact;
use crate::proto::json::{self, Style};
use crate::record::Payload;

/// Appends the payload as one JSON value: as `docs/output.md` says of `message` and `fields`.
pub(super) fn push_json(payload: &Payload<'_>, style: Style, out: &mut Vec<u8>) {
    match payload {
        Payload::Protobuf(decoded) => json::write_message(decoded, style, out),
        Payload::Printed { json, .. } => out.extend_from_slice(json),
        Payload::Opaque(bytes) => json::write_opaque(bytes, out),
    }
}

/// Appends the payload on one line of at most `max_chars` characters; with `defaults`, also the fields that are not
/// there.
#[cfg(feature = "cli")]
pub(super) fn push_line(payload: &Payload<'_>, defaults: bool, max_chars: usize, out: &mut String) {
    match payload {
        Payload::Protobuf(decoded) => compact::write(decoded, defaults, max_chars, out),
        Payload::Printed { json, .. } => out.push_str(&cut(&text::safe(&String::from_utf8_lossy(json)), max_chars)),
        Payload::Opaque(bytes) => compact::write_opaque(bytes, max_chars, out),
    }
}

#[cfg(test)]
#[cfg(feature = "cli")]
mod tests {
    use super::*;
    use crate::proto::Reading;

    /// A payload as JSON, and on a line.
    fn shown(payload: &Payload<'_>) -> (String, String) {
        let (mut json, mut line) = (Vec::new(), String::new());
        push_json(payload, Style::default(), &mut json);
        push_line(payload, false, 20, &mut line);
        (String::from_utf8(json).unwrap(), line)
    }

    #[test]
    fn a_payload_is_shown_in_whichever_form_it_is_known() {
        let (bytes, mut reading) = (b"\x08\x07", Reading::default());
        reading.read_schemaless(bytes);
        let read = shown(&Payload::Protobuf(reading.of(bytes, None)));
        assert_eq!(read, (r#"{"1":7}"#.to_owned(), "1:7".to_owned()));
        let printed = shown(&Payload::Printed { bytes, json: br#"{"1":7}"# });
        assert_eq!(printed, (r#"{"1":7}"#.to_owned(), r#"{"1":7}"#.to_owned()));
        let opaque = shown(&Payload::Opaque(bytes));
        assert_eq!(opaque, (r#"{"unparsed":{"hex":"0807"}}"#.to_owned(), "unparsed:hex:0807".to_owned()));
        assert_eq!(shown(&Payload::Opaque(b"")), ("{}".to_owned(), String::new()));
    }
}
