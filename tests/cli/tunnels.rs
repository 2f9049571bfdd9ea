//! Every filter looks at the innermost packet: what it chooses does not depend on tags and tunnels around it.

use super::run::{Folder, deframe, line, sample, words};
use serde_json::Value;

const STAR: &str = "samples/star_network.pcap";

/// Puts an Ethernet frame into something.
type Way = (&'static str, fn(&[u8]) -> Vec<u8>);

/// The Ethernet frame of an IPv4 packet between machines whose addresses and ports no filter asks for.
fn outer(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() + 20) as u16;
    let mut frame = vec![2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 8, 0, 0x45, 0];
    frame.extend(len.to_be_bytes());
    frame.extend([0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    frame.extend(payload);
    frame
}

fn tagged(tags: &[u8], frame: &[u8]) -> Vec<u8> {
    [&frame[..12], tags, &frame[12..]].concat()
}

fn vxlan(frame: &[u8]) -> Vec<u8> {
    let len = (frame.len() + 16) as u16;
    let udp = [&[0xc0, 0, 0x12, 0xb5][..], &len.to_be_bytes(), &[0, 0]].concat();
    outer(17, &[&udp[..], &[8, 0, 0, 0, 0, 0, 77, 0], frame].concat())
}

fn gre(frame: &[u8]) -> Vec<u8> {
    outer(47, &[&[0, 0, 8, 0][..], &frame[14..]].concat())
}

const WAYS: [Way; 5] = [
    ("VLAN", |frame| tagged(&[0x81, 0, 0, 42], frame)),
    ("QinQ", |frame| tagged(&[0x88, 0xa8, 0, 42, 0x81, 0, 0, 7], frame)),
    ("VXLAN", vxlan),
    ("GRE", gre),
    ("VLAN in VXLAN in VLAN", |frame| tagged(&[0x81, 0, 0, 1], &vxlan(&tagged(&[0x81, 0, 0, 2], frame)))),
];

/// A little-endian pcap file with every packet put into something.
fn wrapped(file: &[u8], wrap: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (mut out, mut rest) = (file[..24].to_vec(), &file[24..]);
    while !rest.is_empty() {
        let len = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let packet = wrap(&rest[16..16 + len]);
        out.extend(&rest[..8]);
        out.extend([(packet.len() as u32).to_le_bytes(); 2].concat());
        out.extend(packet);
        rest = &rest[16 + len..];
    }
    out
}

fn records(path: &str, options: &str) -> Vec<Value> {
    let run = deframe(["export", path, "-f", "ndjson"].map(str::to_owned).into_iter().chain(words(options)));
    assert_eq!(run.code, 0, "{options}: {}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The messages, and how many were left out.
fn chosen(path: &str, options: &str) -> (Vec<Value>, u64) {
    let records = records(path, options);
    let left_out = records.last().unwrap()["left_out"]["messages"].as_u64().unwrap();
    (records.into_iter().filter(|record| record["record"] == "message").collect(), left_out)
}

#[test]
fn filters_choose_the_same_messages_in_tags_and_tunnels() {
    let folder = Folder::new();
    for (name, wrap) in WAYS {
        let path = folder.file("wrapped.pcap", wrapped(&sample("star_network.pcap"), wrap));
        for (options, messages, left_out) in [
            ("", 44, 0),
            ("--connection 2", 22, 22),
            ("--port 50534", 22, 22),
            ("--port 4789", 0, 44),
            ("--host 127.0.0.1 --port 50536", 22, 22),
            ("--host 192.0.2.0/24", 0, 44),
            ("--from 11:03:24.646234 --to +2 --port 8001", 24, 20),
            ("--from +0.3 --connection 1", 20, 24),
            ("--direction server --label heartbeat --connection 2 --to 2026-11-22T11:03:26Z", 3, 41),
        ] {
            let found = chosen(&path, options);
            assert_eq!(found, chosen(STAR, options), "{name} {options}");
            assert_eq!((found.0.len(), found.1), (messages, left_out), "{name} {options}");
        }
    }
}

#[test]
fn streams_are_filtered_inside_tunnels_too() {
    let folder = Folder::new();
    for (name, wrap) in WAYS {
        let path = folder.file("wrapped.pcap", wrapped(&sample("star_network.pcap"), wrap));
        for options in ["--port 50536", "--connection 2", "--follow 2 --as text", "--host 127.0.0.1 --to +1.5"] {
            let found = line(&format!("streams {path} {options}")).quiet();
            assert_eq!(found, line(&format!("streams {STAR} {options}")).quiet(), "{name} {options}");
        }
    }
}

#[test]
fn connections_of_two_networks_are_two_and_chosen_one_by_one() {
    let folder = Folder::new();
    let star = sample("star_network.pcap");
    let one = folder.file("one.pcap", wrapped(&star, |frame| tagged(&[0x81, 0, 0, 1], frame)));
    let two = folder.file("two.pcap", wrapped(&star, |frame| tagged(&[0x81, 0, 0, 2], frame)));
    let count = |options: &str| {
        let run = deframe(["export", &one, &two, "-f", "csv"].map(str::to_owned).into_iter().chain(words(options)));
        run.quiet().lines().count() - 1
    };
    assert_eq!((count(""), count("--port 50534"), count("--connection 3")), (88, 44, 22));
}
