//! What was read: files, packets, time, and what could not be read.

use super::grid::plain;
use crate::limits;
use crate::record::{About, CaptureFacts, FileFormat, InterfaceFacts, LeftOut, Summary, WrittenBy};
use crate::report::text;
use std::collections::BTreeSet;

/// The section of the captures, the first of the report.
pub(super) fn section(summary: &Summary, width: u16) -> String {
    let facts = &summary.capture;
    let mut rows = Vec::new();
    for (index, file) in facts.files.iter().enumerate() {
        let links = facts.interfaces.iter().filter(|interface| interface.file == index);
        let (kind, format) = match file.format {
            FileFormat::Live => ("live", String::new()),
            format => ("file", format!("{}, ", format.as_str())),
        };
        let compression = file.compression.map_or_else(String::new, |name| format!("{name}, "));
        rows.push([
            kind.to_owned(),
            format!(
                "{} ({format}{compression}{}, {})",
                text::safe(&file.name),
                named(links),
                text::plural(file.packets, "packet")
            ),
        ]);
        if file.secrets > 0 {
            let blocks = text::plural(file.secrets, "block");
            rows.push(["secrets".to_owned(), format!("{blocks} of decryption secrets, which are not shown")]);
        }
    }
    rows.extend(some("written by", facts.written_by.iter().map(writer)));
    let is_live = |interface: &InterfaceFacts| {
        facts.files.get(interface.file).is_some_and(|file| file.format == FileFormat::Live)
    };
    let telling = facts.interfaces.iter().filter(|interface| is_telling(interface));
    rows.extend(some("interface", telling.map(|facts| interface(facts, is_live(facts)))));
    if let (Some(first), Some(last)) = (facts.first_time, facts.last_time) {
        let span = text::duration(last.since(first));
        rows.push([
            "time".to_owned(),
            format!("{} to {} UTC ({span})", text::date_and_clock(first), text::clock_after(Some(first), last)),
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
    if facts.dropped_packets() > 0 {
        let packets = text::plural(facts.dropped_packets(), "packet");
        rows.push(["dropped".to_owned(), format!("the capture itself lost {packets}")]);
    }
    for (name, connections) in &summary.profiles {
        let all = text::plural(summary.connections, "connection");
        rows.push(["profile".to_owned(), format!("{} for {} of {all}", text::safe(name), text::count(*connections))]);
    }
    if summary.filtered > 0 {
        let all = text::plural(facts.packets, "packet");
        rows.push(["filtered".to_owned(), format!("{} of {all} left out", text::count(summary.filtered))]);
    }
    if let Some(selected) = selected(summary) {
        rows.push(["selected".to_owned(), selected]);
    }
    if !summary.unread.is_empty() {
        let reasons = summary.unread.iter().map(|(reason, count)| format!("{} {reason}", text::count(*count)));
        rows.push(["unread".to_owned(), reasons.collect::<Vec<_>>().join(", ")]);
    }
    rows.extend(some(
        "comment",
        facts.comments.iter().map(|comment| format!("{}: {}", about(comment.about, facts), text::safe(&comment.text))),
    ));
    rows.extend(some("name", facts.names.iter().map(|(address, name)| format!("{address} is {}", text::safe(name)))));
    if facts.more_texts > 0 {
        rows.push(["texts".to_owned(), format!("{} more in the files are not kept", text::count(facts.more_texts))]);
    }
    format!("Capture\n{}", plain(&rows, width))
}

/// How much of what was followed the report is about, if that is not everything.
fn selected(summary: &Summary) -> Option<String> {
    let LeftOut { connections, messages, .. } = summary.left_out;
    let of = |told: u64, left_out: u64, thing| {
        let all = text::plural(told + left_out, thing);
        (told + left_out > 0).then(|| format!("{} of {all}", text::count(told)))
    };
    let parts = [of(summary.connections, connections, "connection"), of(summary.messages, messages, "message")];
    (connections + messages > 0).then(|| parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Names of the link types of `interfaces`, each once.
fn named<'a>(interfaces: impl Iterator<Item = &'a InterfaceFacts>) -> String {
    let names: BTreeSet<_> = interfaces.map(|interface| interface.link.name()).collect();
    let mut named: Vec<String> = names.iter().take(limits::LINKS_NAMED).map(|name| (*name).to_string()).collect();
    match names.len().saturating_sub(limits::LINKS_NAMED) {
        0 if named.is_empty() => named.push("no interface".to_owned()),
        0 => {}
        more => named.push(text::plural(more as u64, "more link type")),
    }
    named.join(" and ")
}

/// A row for each of the first things, and one for how many more there are.
fn some(title: &str, things: impl Iterator<Item = String>) -> impl Iterator<Item = [String; 2]> {
    let (mut shown, mut more) = (Vec::new(), 0);
    for thing in things {
        if shown.len() < limits::ROWS { shown.push(thing) } else { more += 1 }
    }
    let rest = (more > 0).then(|| format!("… and {} more", text::count(more)));
    shown.into_iter().chain(rest).map(move |thing| [title.to_owned(), thing])
}

/// What wrote a file: `Dumpcap 4.2 on Linux 6.8 (x86 64)`.
fn writer(writer: &WrittenBy) -> String {
    let application = writer.application.as_deref().unwrap_or("a program");
    let system = writer.system.as_ref().map_or_else(String::new, |system| format!(" on {system}"));
    let hardware = writer.hardware.as_ref().map_or_else(String::new, |hardware| format!(" ({hardware})"));
    text::safe(&format!("{application}{system}{hardware}")).into_owned()
}

/// Whether the file says more of an interface than its link type.
fn is_telling(interface: &InterfaceFacts) -> bool {
    let texts = [&interface.name, &interface.description, &interface.filter];
    texts.iter().any(|text| text.is_some()) || interface.dropped_packets() > 0
}

/// The line of an interface: `eth0 (Wired), filter tcp port 80: 12 packets, 3 dropped`.
fn interface(interface: &InterfaceFacts, is_live: bool) -> String {
    let mut line = interface.name.clone().unwrap_or_else(|| "without a name".to_owned());
    if let Some(description) = &interface.description {
        line.push_str(&format!(" ({description})"));
    }
    if let Some(filter) = &interface.filter {
        line.push_str(&format!(", filter {filter}"));
    }
    line.push_str(&format!(": {}", text::plural(interface.packets, "packet")));
    if let Some(counted) = interface.statistics.filter(|_| is_live) {
        let [received, kernel, driver] =
            [counted.received, counted.dropped_by_system, counted.dropped_by_interface].map(|count| count.unwrap_or(0));
        let program = interface.dropped_by_program;
        let [received, kernel, driver, program] = [received, kernel, driver, program].map(text::count);
        line.push_str(&format!(
            "; libpcap received {received}; dropped {kernel} by the kernel, {driver} by the interface, {program} by deframe"
        ));
    } else if interface.dropped_packets() > 0 {
        line.push_str(&format!(", {} dropped", text::count(interface.dropped_packets())));
    }
    text::safe(&line).into_owned()
}

/// What a comment is about: `packet 12`.
fn about(about: About, facts: &CaptureFacts) -> String {
    match about {
        About::Section(number) => format!("section {number}"),
        About::Packet(number) => format!("packet {number}"),
        About::Interface(index) => {
            let name = facts.interfaces.get(index).and_then(|interface| interface.name.as_deref());
            name.map_or_else(|| "an interface".to_owned(), |name| format!("interface {}", text::safe(name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Comment, LinkType};

    #[test]
    fn what_a_capture_says_is_shown_and_not_obeyed() {
        let interface = InterfaceFacts {
            name: Some("eth0".into()),
            description: Some("\u{202e}wired".into()),
            filter: Some("tcp port 80".into()),
            packets: 2,
            dropped_between: 1234,
            ..InterfaceFacts::default()
        };
        let comments = [
            (About::Section(1), "\u{1b}[2J"),
            (About::Interface(0), "slow"),
            (About::Interface(1), "no name"),
            (About::Packet(7), "line\nline"),
        ];
        let capture = CaptureFacts {
            interfaces: vec![interface, InterfaceFacts::default()],
            written_by: [WrittenBy { application: Some("sniff\u{7f}".into()), ..WrittenBy::default() }].into(),
            comments: comments.map(|(about, text)| Comment { file: 0, about, text: text.into() }).into(),
            names: [([10, 0, 0, 1].into(), "one.example\u{200b}".to_owned())].into(),
            more_texts: 3,
            ..CaptureFacts::default()
        };
        let shown = section(&Summary { capture, ..Summary::default() }, 100);
        assert_eq!(
            shown,
            r"Capture
written by  sniff\u{7f}
interface   eth0 (\u{202e}wired), filter tcp port 80: 2 packets, 1,234 dropped
packets     0 with 0 bytes
dropped     the capture itself lost 1,234 packets
comment     section 1: \u{1b}[2J
comment     interface eth0: slow
comment     an interface: no name
comment     packet 7: line\u{a}line
name        10.0.0.1 is one.example\u{200b}
texts       3 more in the files are not kept
"
        );
    }

    #[test]
    fn rows_past_the_limit_are_counted() {
        let rows: Vec<_> = some("name", (0..limits::ROWS + 5).map(|row| row.to_string())).collect();
        assert_eq!(rows.len(), limits::ROWS + 1);
        assert_eq!(rows.last().unwrap()[1], "… and 5 more");
    }

    #[test]
    fn the_link_types_of_a_file_are_named_once_and_not_without_end() {
        let interface = |number| InterfaceFacts { link: LinkType(number), ..InterfaceFacts::default() };
        let of = |numbers: &[u32]| named(numbers.iter().map(|number| interface(*number)).collect::<Vec<_>>().iter());
        assert_eq!(of(&[]), "no interface");
        assert_eq!(of(&[1, 0, 1, 0, 1]), "Ethernet and NULL/Loopback");
        assert!(of(&(1000..2000).collect::<Vec<_>>()).ends_with(" and link type 1007 and 992 more link types"));
    }
}
