//! Values that are compressed data.
//!
//! In: a content. Out: in words, the format that its first bytes name, and what it inflates to. Never more than
//! [`limits::INFLATED_VALUE`] bytes are inflated. For people who look at one payload.

use crate::limits;
use crate::proto::Reading;
use crate::proto::Shape;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// What a compressed content holds, `gzip, inflates to 1234 bytes: 5 fields`; none if it does not start like compressed
/// data.
pub(super) fn described(content: &[u8]) -> Option<String> {
    let (name, inflated) = match content {
        [0x1f, 0x8b, 8, ..] => ("gzip", inflate(MultiGzDecoder::new(content))),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => ("zlib", inflate(ZlibDecoder::new(content))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("zstd", zstd::Decoder::with_buffer(content).ok().and_then(inflate)),
        [0x04, 0x22, 0x4d, 0x18, ..] => return Some("starts like lz4".to_owned()),
        _ => return None,
    };
    let Some((bytes, is_whole)) = inflated else { return Some(format!("starts like {name}, but does not inflate")) };
    let more = if is_whole { "" } else { "more than " };
    Some(format!("{name}, inflates to {more}{} bytes: {}", bytes.len(), kind(&bytes)))
}

/// The inflated bytes, and whether they are all.
fn inflate(source: impl Read) -> Option<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    source.take(limits::INFLATED_VALUE + 1).read_to_end(&mut bytes).ok()?;
    let is_whole = bytes.len() as u64 <= limits::INFLATED_VALUE;
    bytes.truncate(usize::try_from(limits::INFLATED_VALUE).unwrap_or(usize::MAX));
    Some((bytes, is_whole))
}

/// What the bytes look like, read as the content of a field.
fn kind(bytes: &[u8]) -> String {
    let mut field = vec![0x0a];
    let mut len = bytes.len();
    while len >= 0x80 {
        field.push(u8::try_from(len & 0x7f).unwrap_or_default() | 0x80);
        len >>= 7;
    }
    field.push(u8::try_from(len).unwrap_or_default());
    field.extend_from_slice(bytes);
    let mut reading = Reading::default();
    reading.read_schemaless(&field);
    match reading.nodes.first().map(|node| node.shape) {
        Some(Shape::Message) => format!("{} fields", reading.inside(0).count()),
        Some(Shape::Text) => "text".to_owned(),
        _ => "no fields and no text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::schemaless::samples::service_discovery;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_values_say_what_is_in_them() {
        let told = |content: &[u8]| described(content).unwrap();
        let payload = service_discovery();
        assert_eq!(told(&gzip(&payload)), format!("gzip, inflates to {} bytes: 3 fields", payload.len()));
        assert_eq!(told(&zlib(b"plain words, and more of them")), "zlib, inflates to 29 bytes: text");
        let zstd = zstd::encode_all(&[0xff; 50][..], 1).unwrap();
        assert_eq!(told(&zstd), "zstd, inflates to 50 bytes: no fields and no text");
        assert_eq!(described(b"plain"), None);
    }

    #[test]
    fn what_only_looks_compressed_is_told_as_such() {
        assert_eq!(described(b"\x1f\x8b\x08 and so on"), Some("starts like gzip, but does not inflate".to_owned()));
        let mut cut = gzip(&service_discovery());
        cut.truncate(cut.len() - 12);
        assert_eq!(described(&cut), Some("starts like gzip, but does not inflate".to_owned()));
    }

    #[test]
    fn a_bomb_is_inflated_to_the_cap_only() {
        let bomb = gzip(&vec![0; 64 << 20]);
        let cap = limits::INFLATED_VALUE;
        assert!(described(&bomb).unwrap().starts_with(&format!("gzip, inflates to more than {cap} bytes")));
    }
}
