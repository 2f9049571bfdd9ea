//! What was read: files, packets, time, and what could not be read.

use super::grid::plain;
use crate::record::Summary;
use crate::report::text;

/// The first section.
pub(super) fn section(summary: &Summary, width: u16) -> String {
    let facts = &summary.capture;
    let mut rows = Vec::new();
    for (index, file) in facts.files.iter().enumerate() {
        let links = facts.interfaces.iter().filter(|interface| interface.file == index);
        let mut names: Vec<String> = links.map(|interface| interface.link.name().to_string()).collect();
        names.dedup();
        let compression = file.compression.map_or_else(String::new, |name| format!(", {name}"));
        rows.push([
            "file".to_owned(),
            format!(
                "{} ({}{compression}, {}, {})",
                text::safe(&file.name),
                file.format.as_str(),
                names.join(" and "),
                text::plural(file.packets, "packet")
            ),
        ]);
    }
    if let (Some(first), Some(last)) = (facts.first_time, facts.last_time) {
        let span = text::duration(last.since(first));
        rows.push([
            "time".to_owned(),
            format!("{} to {} UTC ({span})", text::date_and_clock(first), text::clock(last)),
        ]);
    }
    let snapped = match facts.snapped_packets {
        0 => String::new(),
        packets => {
            let missing = facts.wire_bytes.saturating_sub(facts.captured_bytes);
            format!(", {} cut short by {} bytes", text::plural(packets, "packet"), text::count(missing))
        }
    };
    rows.push([
        "packets".to_owned(),
        format!("{} with {} bytes{snapped}", text::count(facts.packets), text::count(facts.captured_bytes)),
    ]);
    for (name, connections) in &summary.profiles {
        let all = text::plural(summary.connections, "connection");
        rows.push(["profile".to_owned(), format!("{} for {} of {all}", text::safe(name), text::count(*connections))]);
    }
    if summary.filtered > 0 {
        let all = text::plural(facts.packets, "packet");
        rows.push(["filtered".to_owned(), format!("{} of {all} left out", text::count(summary.filtered))]);
    }
    if !summary.unread.is_empty() {
        let reasons = summary.unread.iter().map(|(reason, count)| format!("{} {reason}", text::count(*count)));
        rows.push(["unread".to_owned(), reasons.collect::<Vec<_>>().join(", ")]);
    }
    format!("Capture\n{}", plain(&rows, width))
}
