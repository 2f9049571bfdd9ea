//! What a report shows of a payload: as JSON, or on one line. Every kind of payload has its arm here.

#[cfg(feature = "cli")]
use super::{text, wrap::cut};
#[cfg(feature = "cli")]
use crate::proto::compact;
use crate::proto::is_harmful;
use crate::proto::json::{self, Style};
use crate::record::Payload;

/// Appends the payload as one JSON value: as `docs/output.md` says of `message` and `fields`.
pub(super) fn push_json(payload: &Payload<'_>, style: Style, out: &mut Vec<u8>) {
    match payload {
        Payload::Protobuf(decoded) => json::write_message(decoded, style, out),
        Payload::Printed { json, .. } => out.extend_from_slice(json),
        Payload::Text(text) => json::push_string(out, text),
        Payload::Json(json) => push_without_space(json, out),
        Payload::Opaque(bytes) => json::write_opaque(bytes, out),
    }
}

/// Appends valid JSON without the white space between its tokens, so that it fits on a line, and with what is harmful
/// in its strings escaped.
fn push_without_space(json: &[u8], out: &mut Vec<u8>) {
    let (mut in_string, mut is_escaped) = (false, false);
    for char in String::from_utf8_lossy(json).chars() {
        match char {
            _ if in_string && is_harmful(char) => json::push_escape(out, char),
            _ if in_string || !char.is_ascii_whitespace() => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => {}
        }
        in_string ^= char == '"' && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
    }
}

/// Appends the payload on one line of at most `max_chars` characters; with `defaults`, also the fields that are not
/// there.
#[cfg(feature = "cli")]
pub(super) fn push_line(payload: &Payload<'_>, defaults: bool, max_chars: usize, out: &mut String) {
    match payload {
        Payload::Protobuf(decoded) => compact::write(decoded, defaults, max_chars, out),
        Payload::Printed { json, .. } => out.push_str(&cut(&text::safe(&String::from_utf8_lossy(json)), max_chars)),
        Payload::Text(shown) => out.push_str(&cut(&text::safe(shown), max_chars)),
        Payload::Json(json) => {
            let mut line = Vec::new();
            push_without_space(json, &mut line);
            out.push_str(&cut(&text::safe(&String::from_utf8_lossy(&line)), max_chars));
        }
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
        let text = shown(&Payload::Text("say \"hi\"\u{1b}"));
        assert_eq!(text.0, r#""say \"hi\"\u001b""#);
        assert!(!text.1.contains('\u{1b}') && text.1.starts_with(r#"say "hi""#), "{}", text.1);
        let sent = b"{ \"a \\\" b\" :\n [1, 2.50] }";
        let compact = r#"{"a \" b":[1,2.50]}"#.to_owned();
        assert_eq!(shown(&Payload::Json(sent)), (compact.clone(), compact));
        assert_eq!((Payload::Json(sent).bytes(), Payload::Text("hi").bytes()), (&sent[..], &b"hi"[..]));
        let opaque = shown(&Payload::Opaque(bytes));
        assert_eq!(opaque, (r#"{"unparsed":{"hex":"0807"}}"#.to_owned(), "unparsed:hex:0807".to_owned()));
        assert_eq!(shown(&Payload::Opaque(b"")), ("{}".to_owned(), String::new()));
    }
}
