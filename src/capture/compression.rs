//! Which compression a file has, by its first bytes: names lie.

use super::gzip::Gzip;
use super::window::Window;
use super::zstandard::Zstandard;
use super::zstd_windows::Windows;
use std::io;

/// What Zstandard is called.
pub(super) const ZSTD: &str = "zstd";

/// Puts a decompressor over `source` if it starts like compressed data, and says which.
pub(super) fn decompressed(mut source: Window, windows: &Windows) -> io::Result<(Window, Option<&'static str>)> {
    source.fill(4);
    Ok(match source.view() {
        [0x1f, 0x8b, ..] => (Window::new(Box::new(Gzip::new(source))), Some("gzip")),
        // A frame, or a skippable frame (RFC 8878 section 3.1).
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            (Window::new(Box::new(Zstandard::new(source, windows)?)), Some(ZSTD))
        }
        _ => (source, None),
    })
}
