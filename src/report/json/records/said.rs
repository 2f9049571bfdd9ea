//! What the `summary` record of the JSON reports says of the captures, apart from counts of packets.

use crate::record::{About, CaptureFacts, Comment, FileFacts, FileFormat, InterfaceFacts};
use serde::Serialize;
use std::net::IpAddr;

/// The `capture` part of the `summary` record.
#[derive(Serialize)]
pub(super) struct CaptureSummary<'a> {
    dropped_packets: u64,
    files: Vec<FileSummary<'a>>,
    interfaces: Vec<Interface<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    written_by: Vec<Writer<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<CommentRecord<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<Name<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    more_texts: u64,
}

#[derive(Serialize)]
struct FileSummary<'a> {
    name: &'a str,
    packets: u64,
    #[serde(skip_serializing_if = "is_zero")]
    sections: u64,
    #[serde(skip_serializing_if = "is_zero")]
    secrets: u64,
    #[serde(skip_serializing_if = "is_zero")]
    other_blocks: u64,
}

#[derive(Serialize)]
struct Interface<'a> {
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<&'a str>,
    link_type: u32,
    link: String,
    snap_len: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    fcs_len: Option<u8>,
    packets: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    received_packets: Option<u64>,
    dropped_packets: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped_by: Option<DroppedBy>,
}

/// Who dropped packets of a live capture.
#[derive(Serialize)]
struct DroppedBy {
    kernel: u64,
    interface: u64,
    program: u64,
}

#[derive(Serialize)]
struct Writer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hardware: Option<&'a str>,
}

#[derive(Serialize)]
struct CommentRecord<'a> {
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packet: Option<u64>,
    text: &'a str,
}

#[derive(Serialize)]
struct Name<'a> {
    address: IpAddr,
    name: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl<'a> CaptureSummary<'a> {
    pub(super) fn new(facts: &'a CaptureFacts) -> Self {
        let file_name = |index: usize| facts.files.get(index).map(|file| file.name.as_str());
        let files = facts.files.iter().map(|file| FileSummary {
            name: &file.name,
            packets: file.packets,
            sections: file.sections,
            secrets: file.secrets,
            other_blocks: file.other_blocks,
        });
        let writers = facts.written_by.iter().map(|writer| Writer {
            application: writer.application.as_deref(),
            system: writer.system.as_deref(),
            hardware: writer.hardware.as_deref(),
        });
        Self {
            dropped_packets: facts.dropped_packets(),
            files: files.collect(),
            interfaces: facts.interfaces.iter().map(|own| Interface::new(own, facts.files.get(own.file))).collect(),
            written_by: writers.collect(),
            comments: facts
                .comments
                .iter()
                .map(|comment| CommentRecord::new(comment, file_name(comment.file)))
                .collect(),
            names: facts.names.iter().map(|(address, name)| Name { address: *address, name }).collect(),
            more_texts: facts.more_texts,
        }
    }
}

impl<'a> Interface<'a> {
    fn new(facts: &'a InterfaceFacts, file: Option<&'a FileFacts>) -> Self {
        let is_live = file.is_some_and(|file| file.format == FileFormat::Live);
        Self {
            file: file.map(|file| file.name.as_str()),
            name: facts.name.as_deref(),
            description: facts.description.as_deref(),
            filter: facts.filter.as_deref(),
            link_type: facts.link.0,
            link: facts.link.to_string(),
            snap_len: facts.snap_len,
            fcs_len: facts.fcs_len,
            packets: facts.packets,
            received_packets: facts.statistics.and_then(|counted| counted.received),
            dropped_packets: facts.dropped_packets(),
            dropped_by: facts.statistics.filter(|_| is_live).map(|counted| DroppedBy {
                kernel: counted.dropped_by_system.unwrap_or(0),
                interface: counted.dropped_by_interface.unwrap_or(0),
                program: facts.dropped_by_program,
            }),
        }
    }
}

impl<'a> CommentRecord<'a> {
    fn new(comment: &'a Comment, file: Option<&'a str>) -> Self {
        let (mut section, mut interface, mut packet) = (None, None, None);
        match comment.about {
            About::Section(number) => section = Some(number),
            About::Interface(index) => interface = Some(index),
            About::Packet(number) => packet = Some(number),
        }
        Self { file, section, interface, packet, text: &comment.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::WrittenBy;
    use serde_json::json;

    #[test]
    fn absent_keys_are_what_the_file_does_not_say() {
        let facts = CaptureFacts {
            interfaces: vec![
                InterfaceFacts {
                    name: Some("eth0".into()),
                    dropped_between: 5,
                    packets: 2,
                    ..InterfaceFacts::default()
                },
                InterfaceFacts { fcs_len: Some(4), snap_len: 96, ..InterfaceFacts::default() },
            ],
            written_by: [WrittenBy { system: Some("a system".into()), ..WrittenBy::default() }].into(),
            comments: vec![Comment { file: 0, about: About::Packet(7), text: "why".into() }],
            names: [([10, 0, 0, 1].into(), "one".to_owned())].into(),
            ..CaptureFacts::default()
        };
        let link = json!({ "file": null, "link_type": 0, "link": "NULL/Loopback" });
        let mut expected = json!({
            "dropped_packets": 5,
            "files": [],
            "interfaces": [
                { "name": "eth0", "snap_len": 0, "packets": 2, "dropped_packets": 5 },
                { "fcs_len": 4, "snap_len": 96, "packets": 0, "dropped_packets": 0 },
            ],
            "written_by": [{ "system": "a system" }],
            "comments": [{ "file": null, "packet": 7, "text": "why" }],
            "names": [{ "address": "10.0.0.1", "name": "one" }],
        });
        for interface in expected["interfaces"].as_array_mut().unwrap() {
            interface.as_object_mut().unwrap().extend(link.as_object().unwrap().clone());
        }
        assert_eq!(serde_json::to_value(CaptureSummary::new(&facts)).unwrap(), expected);
        let silent = serde_json::to_value(CaptureSummary::new(&CaptureFacts::default())).unwrap();
        assert_eq!(silent, json!({ "dropped_packets": 0, "files": [], "interfaces": [] }));
    }
}
