//! Which bytes are text that people or programs wrote as text.

/// Whether a payload is text: UTF-8 whose only control characters are white space, escapes of terminals, and zero bytes
/// that end or part what is written, as in C. A number before a text, as binary protocols have it, makes it none.
#[must_use]
pub fn is_text(payload: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(payload) else { return false };
    let is_of_text = |char: char| !char.is_control() || matches!(char, '\t' | '\n' | '\x0c' | '\r' | '\x1b' | '\0');
    !text.starts_with('\0') && text.chars().all(is_of_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_numbers_in_front_of_it_and_may_end_in_zero_bytes() {
        for text in ["", "GET / HTTP/1.1\r\n", "naïve", "SELECT 1\0", "client_encoding\0UTF8\0", "\x1b[1mbold\x1b[0m"]
        {
            assert!(is_text(text.as_bytes()), "{text:?}");
        }
        for bytes in [&b"\x03SELECT 1"[..], b"\0\0\0\0hello", b"caf\xe9", b"a\x7f", b"\xc2\x9bz", b"\x05hello"] {
            assert!(!is_text(bytes), "{bytes:02x?}");
        }
    }
}
