//! The bytes of `deframe decode`, however they are written.

use super::args::Encoding;
use super::failure::Failure;
use super::hexdump;
use crate::limits::SINGLE_FRAME_TEXT;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fs::File;
use std::io::{self, Read};

/// The bytes that the arguments describe, one after the other. Neighbouring arguments of text are one text.
pub(super) fn bytes(arguments: &[String], encoding: Encoding) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let is_text = |argument: &String| argument != "-" && !argument.starts_with('@');
    for group in arguments.chunk_by(|one, next| is_text(one) && is_text(next)) {
        bytes.extend(match group {
            [only] if only == "-" => content("standard input", io::stdin().lock(), encoding)?,
            [only] if let Some(path) = only.strip_prefix('@') => file(path, encoding)?,
            texts => of_text(texts, encoding)?,
        });
    }
    Ok(bytes)
}

fn file(path: &str, encoding: Encoding) -> Result<Vec<u8>, Failure> {
    let cannot = |error: io::Error| Failure::fatal(format!("cannot read {path}")).caused_by(error);
    let file = File::open(path).map_err(cannot)?;
    content(path, file, encoding)
}

/// The bytes that texts describe. Digits may be spread over arguments in any way; base64 is whole in each of them.
fn of_text(texts: &[String], encoding: Encoding) -> Result<Vec<u8>, Failure> {
    let text = texts.join(" ");
    let each = |failure: Failure| {
        let parts: Option<Vec<_>> = texts.iter().map(|text| parse(text, encoding).ok()).collect();
        parts.map(|parts| parts.concat()).ok_or(failure)
    };
    parse(&text, encoding).or_else(each).map_err(|failure| {
        if std::path::Path::new(&text).is_file() {
            failure.hint(format!("to read a file, give @{text}"))
        } else {
            failure
        }
    })
}

/// The content of a file: text if it is nothing but text, else the bytes themselves.
fn content(name: &str, source: impl Read, encoding: Encoding) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = source.take(SINGLE_FRAME_TEXT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::fatal(format!("cannot read {name}")).caused_by(error))?;
    if bytes.len() > SINGLE_FRAME_TEXT {
        return Err(Failure::fatal(format!("{name} has more than {} MB", SINGLE_FRAME_TEXT >> 20))
            .hint("decode is for single frames; for a capture take analyze"));
    }
    if let Some(kind) = capture_kind(&bytes).filter(|_| encoding == Encoding::Auto) {
        return Err(Failure::fatal(format!("{name} is a {kind} capture, not a frame"))
            .hint(format!("deframe analyze {name}, or --encoding binary if these are the bytes to decode")));
    }
    let is_text = |byte: &u8| matches!(byte, 0x20..=0x7e | b'\t' | b'\r' | b'\n');
    if encoding == Encoding::Binary || (encoding == Encoding::Auto && !bytes.iter().all(is_text)) {
        return Ok(bytes);
    }
    parse(&String::from_utf8_lossy(&bytes), encoding)
}

/// `pcap` or `pcapng`, if `bytes` start like a capture.
fn capture_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes.first_chunk()? {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0xa1, 0xb2, 0xc3, 0xd4] | [0x4d, 0x3c, 0xb2, 0xa1] | [0xa1, 0xb2, 0x3c, 0x4d] => {
            Some("pcap")
        }
        [0x0a, 0x0d, 0x0d, 0x0a] => Some("pcapng"),
        _ => None,
    }
}

fn parse(text: &str, encoding: Encoding) -> Result<Vec<u8>, Failure> {
    match encoding {
        Encoding::Hex => hex(text),
        Encoding::Base64 => base64(text),
        Encoding::Binary => Ok(text.as_bytes().to_vec()),
        Encoding::Auto => hex(text)
            .or_else(|failure| if looks_like_hex(text) { Err(failure) } else { base64(text).map_err(|_| failure) }),
    }
}

/// Whether most of the text is hex, so that a stray character is more likely a mistake than base64.
fn looks_like_hex(text: &str) -> bool {
    let (mut digits, mut others) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !is_separator(*c)) {
        *if c.is_ascii_hexdigit() { &mut digits } else { &mut others } += 1;
    }
    digits >= 4 * others
}

const fn is_separator(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, ':' | ',' | '-')
}

/// Reads a dump with offsets, or hexadecimal digits in pairs, of which separators and `0x` are ignored.
fn hex(text: &str) -> Result<Vec<u8>, Failure> {
    if let Some(bytes) = hexdump::bytes(text) {
        return Ok(bytes);
    }
    let mut digits: Vec<u32> = Vec::with_capacity(text.len());
    let mut chars = text.chars().enumerate().peekable();
    // Text may be broken into lines anywhere, but no byte reaches over another separator, and `0x` begins one.
    let mut at_start = true;
    while let Some((position, c)) = chars.next() {
        if is_separator(c) {
            if !c.is_ascii_whitespace() {
                whole_bytes(digits.len(), position)?;
            }
            at_start = true;
            continue;
        }
        if at_start && c == '0' && chars.next_if(|(_, next)| matches!(next, 'x' | 'X')).is_some() {
            whole_bytes(digits.len(), position)?;
            at_start = false;
            continue;
        }
        at_start = false;
        let Some(digit) = c.to_digit(16) else {
            let shown = crate::report::text::safe(&c.to_string()).into_owned();
            let around: String = text.chars().skip(position.saturating_sub(8)).take(17).collect();
            let around = crate::report::text::safe(&around).into_owned();
            return Err(Failure::fatal(format!("`{shown}` at position {} is not a hexadecimal digit", position + 1))
                .caused_by(format!("near `{around}`"))
                .hint(
                    "hex may have spaces, colons, commas and 0x, or be a dump with offsets; for other forms give --encoding base64, @FILE or -",
                ));
        };
        digits.push(digit);
    }
    whole_bytes(digits.len(), text.chars().count())?;
    let pairs = digits.chunks_exact(2);
    Ok(pairs.filter_map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()).collect())
}

/// Refuses an odd number of digits, as two make a byte; `position` is 0-based, behind the last of `count` digits.
fn whole_bytes(count: usize, position: usize) -> Result<(), Failure> {
    if count.is_multiple_of(2) {
        return Ok(());
    }
    Err(Failure::fatal(format!("{count} hexadecimal digits before position {} do not make whole bytes", position + 1))
        .hint("two digits make a byte; one is missing or one too many"))
}

/// Reads base64 (RFC 4648), standard or URL alphabet, padded or not, over several lines or not.
fn base64(text: &str) -> Result<Vec<u8>, Failure> {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bare = compact.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare));
    decoded.map_err(|error| Failure::fatal("the text is not base64").caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: [u8; 5] = [0x54, 0x00, 0x0e, 0xef, 0xbe];

    #[test]
    fn hex_may_have_spaces_colons_commas_and_0x() {
        for text in [
            "54000eefbe",
            "54 00 0E ef be",
            "54:00:0e:ef:be",
            "0x54,0x00,0x0e,0xef,0xbe",
            "0x54000eefbe\n",
            "54-00-0e-ef-be",
        ] {
            assert_eq!(parse(text, Encoding::Auto).unwrap(), BYTES, "{text}");
        }
    }

    #[test]
    fn base64_is_told_from_hex() {
        assert_eq!(parse("VAAO774=", Encoding::Auto).unwrap(), BYTES);
        assert_eq!(parse("VAAO774", Encoding::Auto).unwrap(), BYTES);
        assert_eq!(parse("_-8=", Encoding::Auto).unwrap(), [0xff, 0xef], "URL alphabet");
    }

    #[test]
    fn a_malformed_digit_is_named_with_its_position() {
        let failure = parse("54 00 0g ef be ad de", Encoding::Auto).unwrap_err().to_string();
        assert!(failure.starts_with("error: `g` at position 8 is not a hexadecimal digit"), "{failure}");
    }

    #[test]
    fn an_odd_number_of_digits_is_refused() {
        let failure = parse("54000", Encoding::Auto).unwrap_err().to_string();
        assert!(failure.contains("5 hexadecimal digits before position 6 do not make whole bytes"), "{failure}");
    }

    #[test]
    fn bytes_do_not_reach_over_a_separator_and_0x_only_begins_a_number() {
        for text in ["5400x000", "0x5 0x4", "5:4"] {
            assert!(parse(text, Encoding::Auto).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_with_text_is_parsed_and_one_with_bytes_is_taken_as_it_is() {
        assert_eq!(content("x", &b"54000eefbe\n"[..], Encoding::Auto).unwrap(), BYTES);
        assert_eq!(content("x", &BYTES[..], Encoding::Auto).unwrap(), BYTES);
        assert_eq!(content("x", &b"ab"[..], Encoding::Binary).unwrap(), b"ab");
    }
}
