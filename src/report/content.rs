//! What a report shows of a payload: as JSON, or on one line. Every kind of payload has its arm here.

#[cfg(feature = "cli")]
use super::{text, wrap::cut};
use crate::payload;
use crate::proto::Reading;
#[cfg(feature = "cli")]
use crate::proto::compact;
use crate::proto::json::{self, GivesBytes, Style};
use crate::record::Payload;

/// From how sure on the kind of a payload is told without saying how sure it is.
pub(super) const SURE: f32 = 0.99;

/// Appends the payload as one JSON value: as `docs/output.md` says of `message`, `fields`, `json`, `text`, `msgpack`
/// and `bytes`. Returns whether that value says which bytes the payload has.
pub(super) fn push_json(payload: &Payload<'_>, style: Style, out: &mut Vec<u8>) -> GivesBytes {
    let only_if = |gives_bytes| if gives_bytes { GivesBytes::ALL } else { GivesBytes::No };
    match payload {
        Payload::Protobuf(decoded) => {
            json::write_message(decoded, style, out);
            // Canonical JSON is of values, which a type gives their encoding and their order; not those that it lacks.
            if decoded.reading.message_type.is_none() {
                return json::gives_bytes(decoded.reading);
            }
            let Reading { nodes, problems, .. } = decoded.reading;
            return only_if(problems.is_empty() && nodes.iter().all(|node| node.field.is_some()));
        }
        Payload::Printed { json, gives_bytes, .. } => {
            out.extend_from_slice(json);
            return *gives_bytes;
        }
        Payload::Text(text) => json::push_string(out, text),
        Payload::Json([]) | Payload::Msgpack([]) => out.extend_from_slice(b"null"),
        Payload::Json(json) => {
            payload::json::push(json, out);
            return only_if(payload::json::is_verbatim(json));
        }
        Payload::Msgpack(bytes) => return only_if(payload::msgpack::push(bytes, out)),
        Payload::Opaque(bytes) => push_hex_of(bytes, out),
    }
    GivesBytes::ALL
}

/// Appends bytes as `{"hex": …}`.
pub(super) fn push_hex_of(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"hex\":");
    json::push_hex(out, bytes);
    out.push(b'}');
}

/// Appends the payload on one line of at most `max_chars` characters; with `defaults`, also the fields that are not
/// there.
#[cfg(feature = "cli")]
pub(super) fn push_line(payload: &Payload<'_>, defaults: bool, max_chars: usize, out: &mut String) {
    let cut_json = |json: &[u8]| cut(&text::safe(&String::from_utf8_lossy(json)), max_chars).into_owned();
    match payload {
        Payload::Protobuf(decoded) => compact::write(decoded, defaults, max_chars, out),
        Payload::Printed { json, .. } => out.push_str(&cut_json(json)),
        Payload::Text(shown) => out.push_str(&cut(&text::safe(shown), max_chars)),
        Payload::Json([]) | Payload::Msgpack([]) => {}
        Payload::Json(_) | Payload::Msgpack(_) => {
            let mut line = Vec::new();
            push_json(payload, Style::default(), &mut line);
            out.push_str(&cut_json(&line));
        }
        Payload::Opaque(bytes) => push_side_by_side(bytes, max_chars, out),
    }
}

/// Appends bytes as hex, and as text beside it with a dot for what is none; of bytes that have no room, the first.
#[cfg(feature = "cli")]
fn push_side_by_side(bytes: &[u8], max_chars: usize, out: &mut String) {
    const BETWEEN: &str = "  ";
    if bytes.is_empty() {
        return;
    }
    let is_whole = bytes.len().saturating_mul(3).saturating_add(BETWEEN.len()) <= max_chars;
    let room = if is_whole { bytes.len() } else { max_chars.saturating_sub(BETWEEN.len() + 2) / 3 };
    let shown = bytes.get(..room).unwrap_or(bytes);
    let more = if is_whole { "" } else { "…" };
    out.push_str(&cut(&format!("{}{more}{BETWEEN}{}{more}", hex::encode(shown), text::ascii(shown)), max_chars));
}

#[cfg(test)]
#[cfg(feature = "cli")]
mod tests {
    use super::*;

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
        let printed = shown(&Payload::Printed { bytes, json: br#"{"1":7}"#, gives_bytes: GivesBytes::ALL });
        assert_eq!(printed, (r#"{"1":7}"#.to_owned(), r#"{"1":7}"#.to_owned()));
        let text = shown(&Payload::Text("say \"hi\"\u{1b}"));
        assert_eq!(text.0, r#""say \"hi\"\u001b""#);
        assert!(!text.1.contains('\u{1b}') && text.1.starts_with(r#"say "hi""#), "{}", text.1);
        let sent = b"{ \"a \\\" b\" :\n [1, 2.50] }";
        let compact = r#"{"a \" b":[1,2.50]}"#.to_owned();
        assert_eq!(shown(&Payload::Json(sent)), (compact.clone(), compact));
        assert_eq!((Payload::Json(sent).bytes(), Payload::Text("hi").bytes()), (&sent[..], &b"hi"[..]));
        assert_eq!(shown(&Payload::Opaque(b"\x08hi")), (r#"{"hex":"086869"}"#.to_owned(), "086869  .hi".to_owned()));
        let long = shown(&Payload::Opaque(b"0123456789"));
        assert_eq!(long, (r#"{"hex":"30313233343536373839"}"#.to_owned(), "3031323334…  01234…".to_owned()));
        assert_eq!(shown(&Payload::Opaque(b"")), (r#"{"hex":""}"#.to_owned(), String::new()));
        let msgpack = shown(&Payload::Msgpack(b"\x82\xa1a\x01\xa1b\x92\xc0\xc3"));
        assert_eq!(msgpack, (r#"{"a":1,"b":[null,true]}"#.to_owned(), r#"{"a":1,"b":[null,tr…"#.to_owned()));
        assert_eq!(shown(&Payload::Json(b"")), ("null".to_owned(), String::new()));
    }
}
