//! What a file that is not a capture seems to be, for the hint of an error.

use std::fmt::Write;

/// The first bytes of formats that people mistake for a capture, or that tools turn into one.
const KNOWN: [(&[u8], &str); 12] = [
    (b"PK\x03\x04", "this is a zip archive; unpack it first"),
    (b"BZh", "this is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ\0", "this is compressed with xz; unpack it first"),
    (b"\x04\x22\x4d\x18", "this is compressed with lz4; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "this is a 7-Zip archive; unpack it first"),
    (b"\x1f\x8b", "this is compressed twice; unpack it once"),
    (b"\x28\xb5\x2f\xfd", "this is compressed twice; unpack it once"),
    (b"snoop\0\0\0", "this is a snoop capture; convert it with editcap -F pcapng"),
    (b"GMBU", "this is a Network Monitor capture; convert it with editcap -F pcapng"),
    (b"RTSS", "this is a Network Monitor capture; convert it with editcap -F pcapng"),
    (b"XCP\0", "this is a NetXRay capture; convert it with editcap -F pcapng"),
    (b"TRSNIFF data", "this is a Sniffer capture; convert it with editcap -F pcapng"),
];

/// What a file that starts with `start` seems to be, and what to do about it.
pub(super) fn recognise(start: &[u8]) -> Option<&'static str> {
    if let Some((_, hint)) = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Some(hint);
    }
    let text = start.trim_ascii_start();
    if text.is_empty() || !text.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
        return None;
    }
    let is_hex = text.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    Some(match text {
        [b'{' | b'[', ..] => "this looks like JSON; only pcap and pcapng are read",
        _ if is_hex => "this looks like hex digits; deframe decode reads those",
        _ => "this looks like text; only pcap and pcapng are read",
    })
}

/// Bytes in hex with spaces between: `d4 c3 b2 a1`.
pub(super) fn spaced_hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        let space = if hex.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(hex, "{space}{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_mistake_for_a_capture_is_recognised() {
        assert!(recognise(b"PK\x03\x04\x14").unwrap().contains("zip"));
        assert!(recognise(b"  [\n {").unwrap().contains("JSON"));
        assert!(recognise(b"54000000efbe adde\n").unwrap().contains("hex digits"));
        assert!(recognise(b"# notes").unwrap().contains("text"));
        assert_eq!(recognise(b"\x7fELF"), None);
        assert_eq!(recognise(b" \n"), None);
    }

    #[test]
    fn hex_is_spaced() {
        assert_eq!(spaced_hex(&[0xd4, 0x03]), "d4 03");
        assert_eq!(spaced_hex(&[]), "");
    }
}
