//! The same captures read by Wireshark with a dissector of a page, `framed.lua`.

use super::table::captures;
use crate::faults::pcap::{self, Format};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::Command;

/// How the dissector finds frames, and whether `tcp.reassemble_out_of_order` is on.
const WAYS: [(&str, bool, bool); 4] = [
    ("documented", false, false),
    ("  reordering", false, true),
    ("magic search", true, false),
    ("  reordering", true, true),
];

/// Frames that TShark reports of each row of the table.
///
/// # Errors
/// TShark is not installed, or fails.
pub(crate) fn table(seed: u64) -> io::Result<String> {
    let mut out = String::from_utf8_lossy(&Command::new("tshark").arg("--version").output()?.stdout).into_owned();
    out.truncate(out.find('\n').unwrap_or(out.len()));
    let _ = write!(out, "\n\n{:<33}", "fault");
    for (name, ..) in WAYS {
        let _ = write!(out, "{name:>14}");
    }
    out.push('\n');
    for (row, records) in captures(seed) {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&pcap::encode(&records, Format::TCPDUMP))?;
        let _ = write!(out, "{:<33}", row.name);
        for (_, search, reorder) in WAYS {
            let mut command = Command::new("tshark");
            command.env_remove("FRAMED_SEARCH");
            if search {
                command.env("FRAMED_SEARCH", "1");
            }
            let preference = format!("tcp.reassemble_out_of_order:{}", if reorder { "TRUE" } else { "FALSE" });
            command.arg("-r").arg(file.path()).args(["-X", "lua_script:tests/loss/framed.lua", "-o", &preference]);
            let output = command.args(["-T", "fields", "-e", "framed.size"]).output()?;
            if !output.status.success() {
                return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
            }
            let sizes = String::from_utf8_lossy(&output.stdout);
            let frames = sizes.split([',', '\n']).filter(|size| !size.trim().is_empty()).count();
            let _ = write!(out, "{frames:>14}");
        }
        out.push('\n');
    }
    Ok(out)
}
