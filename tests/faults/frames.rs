//! Where the frames of a whole stream are, for the three framings of the samples.

/// Position and length of each frame of `stream`, header included, up to the first that is not whole. The server's
/// port says which framing it is: 8001 and 8000 Star Network, 8087 key-value, 9100 delimited; others have no frames.
pub(crate) fn frames(server_port: u16, stream: &[u8]) -> Vec<(u64, u64)> {
    let mut frames = Vec::new();
    let mut at = 0;
    while let Some(len) = frame_len(server_port, stream.get(at..).unwrap_or_default()) {
        if at + len > stream.len() {
            break;
        }
        frames.push((at as u64, len as u64));
        at += len;
    }
    frames
}

fn frame_len(server_port: u16, rest: &[u8]) -> Option<usize> {
    match (server_port, rest) {
        (8001 | 8000, [a, b, c, d, 0xef, 0xbe, 0xad, 0xde, ..]) => {
            Some(8 + u32::from_le_bytes([*a, *b, *c, *d]) as usize)
        }
        (8087, [a, b, c, d, ..]) => Some(4 + u32::from_be_bytes([*a, *b, *c, *d]) as usize),
        (9100, _) => {
            let header_len = 1 + rest.iter().take_while(|byte| **byte >= 0x80).count();
            let digits = rest.get(..header_len)?.iter().rev();
            Some(header_len + digits.fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f)))
        }
        _ => None,
    }
}
