//! What TShark tells of a file.

use super::ours::Directions;
use std::path::Path;
use std::process::Command;

/// What TShark tells of the first `connections` streams of a file.
pub(super) fn tshark(path: &Path, connections: usize) -> Directions {
    let mut command = Command::new("tshark");
    command.args(["-n", "-q", "-o", "tcp.reassemble_out_of_order:TRUE", "-r"]).arg(path);
    for index in 0..connections {
        command.args(["-z", &format!("follow,tcp,raw,{index}")]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut directions = Directions::new();
    let mut nodes = [0, 0];
    for line in text.lines() {
        if let Some(node) = line.strip_prefix("Node ") {
            let index: usize = node[..1].parse().unwrap();
            nodes[index] = node.rsplit(':').next().unwrap().parse().unwrap();
        } else if let Some(bytes) = hex::decode(line.trim()).ok().filter(|bytes| !bytes.is_empty()) {
            let [first, second] = nodes;
            let ports = if line.starts_with('\t') { (second, first) } else { (first, second) };
            let cells = &mut directions.entry(ports).or_default().cells;
            match missing(&bytes) {
                Some(len) => cells.extend((0..len).map(|_| None)),
                None => cells.extend(bytes.into_iter().map(Some)),
            }
        }
    }
    directions
}

/// `[12 bytes missing in capture file]` and a zero stand for a hole of twelve.
fn missing(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix('[')?.strip_suffix(" bytes missing in capture file]\0")?.parse().ok()
}
