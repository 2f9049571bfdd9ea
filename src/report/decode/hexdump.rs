//! Offset, hex, ASCII: the classic dump.

use crate::report::text;
use std::fmt::Write as _;

/// A hex dump of sixteen bytes a line, or eight where `width` is too small for that.
pub(super) fn hexdump(bytes: &[u8], width: u16) -> String {
    let per_line = if width >= 78 { 16 } else { 8 };
    let mut out = String::new();
    for (index, line) in bytes.chunks(per_line).enumerate() {
        let mut hex = String::new();
        for (column, byte) in line.iter().enumerate() {
            let gap = if column > 0 && column.is_multiple_of(8) { " " } else { "" };
            let _ = write!(hex, "{gap}{byte:02x} ");
        }
        let hex_width = per_line * 3 + per_line / 8 - 1;
        let _ = writeln!(out, "{:04x}  {hex:<hex_width$} {}", index * per_line, text::ascii(line));
    }
    out
}
