//! The samples are what `samples/README.md` says they are, read without any of deframe's code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod diffusion;
mod faults;

use diffusion::framing::Shape;
use diffusion::{Plan, client, service};
use faults::packet::{FIN, Packet, SYN};
use faults::pcap::{self, ETHERNET, Format, Record};
use faults::report::{self, Sizes};
use faults::truth::{self, Stream};
use faults::{segmentation, transit, variants};
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use std::io::Read;
use std::path::Path;

fn sample(name: &str) -> Vec<Record> {
    pcap::decode(&std::fs::read(Path::new("samples").join(name)).unwrap()).unwrap()
}

/// The streams of a sample, client and server in turns.
fn streams(records: &[Record]) -> Vec<Stream> {
    truth::streams(ETHERNET, records, &[])
}

/// The frames of a stream, which have nothing between or after them.
fn frames(stream: &Stream) -> Frames {
    let bytes = stream.whole().expect("every byte is captured");
    let spans = stream.frames();
    let framed: u64 = spans.iter().map(|(_, len)| len).sum();
    assert_eq!(framed, bytes.len() as u64, "bytes outside of frames");
    let slice =
        |(at, len): &(u64, u64)| bytes[usize::try_from(*at).unwrap()..][..usize::try_from(*len).unwrap()].to_vec();
    spans.iter().map(slice).collect()
}

type Frames = Vec<Vec<u8>>;

/// What the client and what the server sent in each connection.
fn conversations(name: &str) -> Vec<(Frames, Frames)> {
    let records = sample(name);
    let streams = streams(&records);
    assert!(streams.iter().step_by(2).all(|stream| stream.from_client), "{name}");
    streams.chunks(2).map(|pair| (frames(&pair[0]), frames(&pair[1]))).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn each_star_network_client_goes_through_the_whole_flow() {
    let conversations = conversations("star_network.pcap");
    assert_eq!(conversations.len(), 2);
    for (requests, answers) in conversations {
        let names = ["diff.service.online", "cmsg_ls_req_dests", "cmsg_set_region_id"];
        let of_answers = ["authentication_service", "persistent_universe", "Region is set"];
        assert_eq!((requests.len(), answers.len()), (3 + 8, 3 + 8));
        for index in 0..requests.len() {
            let (request, answer) = (&requests[index], &answers[index]);
            assert!(contains(request, names.get(index).unwrap_or(&"heartbeat")), "request {index}");
            assert!(contains(answer, of_answers.get(index).unwrap_or(&"heartbeat_ack")), "answer {index}");
        }
    }
}

#[test]
fn requests_have_explicit_zeros_and_ten_byte_negative_numbers() {
    let minus_one = "ffffffffffffffffff01";
    let lobby = "17000000efbeadde0a11636d73675f6c735f7265715f646573747312001800".to_owned();
    let region = "1e000000efbeadde0a12636d73675f7365745f726567696f6e5f696412060800100018001800".to_owned();
    let heartbeat = |len: &str, body: &str| format!("{len}000000efbeadde0a09686561727462656174{body}1800");
    let first = heartbeat("34", &format!("12250a23080010{minus_one}18{minus_one}20{minus_one}"));
    let later = heartbeat("2b", &format!("121c0a1a0804100018{minus_one}20{minus_one}"));
    for (requests, _) in conversations("star_network.pcap") {
        let hex: Vec<String> = requests.iter().map(hex::encode).collect();
        assert_eq!(hex[1..5], [lobby.clone(), region.clone(), first.clone(), later.clone()]);
        assert!(hex[5..].iter().all(|request| *request == later));
    }
}

#[test]
fn the_two_connections_of_each_capture_overlap_in_time() {
    for name in ["star_network.pcap", "kv.pcap", "telemetry.pcap"] {
        let records = sample(name);
        let flags: Vec<u8> =
            records.iter().map(|record| Packet::decode(ETHERNET, &record.data).unwrap().flags).collect();
        let last_syn = flags.iter().rposition(|flags| flags & SYN != 0).unwrap();
        let first_fin = flags.iter().position(|flags| flags & FIN != 0).unwrap();
        assert!(last_syn < first_fin, "{name}");
    }
}

/// `payload` is this message, and goes through JSON, which drops fields that the schema does not name, unchanged.
fn assert_is(pool: &DescriptorPool, name: &str, payload: &[u8]) {
    let descriptor = pool.get_message_by_name(name).unwrap();
    let message = DynamicMessage::decode(descriptor.clone(), payload).unwrap();
    let json = serde_json::to_value(message).unwrap();
    let again = DynamicMessage::deserialize(descriptor, json).unwrap();
    assert_eq!(hex::encode(again.encode_to_vec()), hex::encode(payload), "{name}");
}

#[test]
fn every_payload_is_what_the_schema_says() {
    let pool = |path: &str| DescriptorPool::from_file_descriptor_set(protox::compile([path], ["."]).unwrap()).unwrap();
    let star_network = pool("schemas/star_network.proto");
    for (requests, answers) in conversations("star_network.pcap") {
        let flow = ["ServiceDiscovery", "LobbyDestination", "RegionSetup", "Heartbeat"];
        for (index, (request, answer)) in requests.iter().zip(&answers).enumerate() {
            let name = flow[index.min(3)];
            assert_is(&star_network, &format!("star_network.{name}Request"), &request[8..]);
            assert_is(&star_network, "star_network.ClientEnvelope", &request[8..]);
            assert_is(&star_network, &format!("star_network.{name}Response"), &answer[8..]);
        }
    }
    let kv = pool("samples/kv.proto");
    for (requests, answers) in conversations("kv.pcap") {
        for frame in requests.iter().chain(&answers).filter(|frame| frame.len() > 5) {
            let names = [(0, "Error"), (9, "Get"), (10, "Get"), (11, "Put"), (12, "Put")];
            let name = names.iter().find(|(code, _)| *code == frame[4]).unwrap().1;
            let kind = if frame[4] % 2 == 1 { "Request" } else { "Response" };
            assert_is(&kv, &format!("kv.{name}{kind}"), &frame[5..]);
        }
    }
    let telemetry = pool("samples/telemetry.proto");
    let payload = |frame: &[u8]| frame[1 + frame.iter().take_while(|byte| **byte >= 0x80).count()..].to_vec();
    for (requests, answers) in conversations("telemetry.pcap") {
        requests.iter().for_each(|request| assert_is(&telemetry, "telemetry.Batch", &payload(request)));
        answers.iter().for_each(|answer| assert_is(&telemetry, "telemetry.Receipt", &payload(answer)));
    }
}

#[test]
fn key_value_requests_are_pipelined_and_answered_in_order() {
    let records = sample("kv.pcap");
    let several = |record: &Record| {
        let payload = Packet::decode(ETHERNET, &record.data).unwrap().payload;
        faults::frames::frames(8087, &payload).len() == 3
    };
    assert!(records.iter().filter(|record| several(record)).count() >= 12);
    for (requests, answers) in conversations("kv.pcap") {
        let codes = |frames: &[Vec<u8>]| frames.iter().map(|frame| frame[4]).collect::<Vec<u8>>();
        assert_eq!(codes(&requests), [&[1][..], &[11, 9, 9].repeat(6)].concat());
        assert_eq!(codes(&answers), [&[2][..], &[12, 10, 0].repeat(6)].concat());
    }
}

#[test]
fn telemetry_has_lengths_of_one_two_and_three_bytes() {
    for (batches, _) in conversations("telemetry.pcap") {
        let mut lens: Vec<usize> =
            batches.iter().map(|batch| 1 + batch.iter().take_while(|byte| **byte >= 0x80).count()).collect();
        lens.sort_unstable();
        lens.dedup();
        assert_eq!(lens, [1, 2, 3]);
    }
}

/// A file's content, decompressed if its name says that it is compressed: compressors differ between versions.
fn plain(name: &str, content: &[u8]) -> Vec<u8> {
    if name.ends_with(".gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(content).read_to_end(&mut plain).unwrap();
        plain
    } else if name.ends_with(".zst") {
        zstd::decode_all(content).unwrap()
    } else {
        content.to_vec()
    }
}

#[test]
fn variants_made_again_are_the_same() {
    let folder = Path::new("samples/faults");
    let made = variants::all(Path::new("samples/star_network.pcap")).unwrap();
    assert_eq!(made.len(), std::fs::read_dir(folder).unwrap().count(), "files that nothing makes");
    for (name, content) in made {
        let committed = std::fs::read(folder.join(&name)).unwrap();
        assert!(plain(&name, &committed) == plain(&name, &content), "{name} differs");
    }
}

#[test]
fn the_truth_names_the_frames_that_a_fault_costs() {
    let truth: serde_json::Value =
        serde_json::from_slice(&std::fs::read("samples/faults/truth.json").unwrap()).unwrap();
    assert_eq!(truth["frames"].as_array().unwrap().len(), 44);
    let cost = |file: &str| {
        let variants = truth["variants"].as_array().unwrap();
        let variant = variants.iter().find(|variant| variant["file"] == file).unwrap();
        variant["incomplete_frames"].as_array().unwrap().len()
    };
    assert_eq!([cost("lost.pcap"), cost("lost_split.pcap"), cost("all_faults.pcap")], [4, 4, 1]);
    assert!(cost("snaplen.pcap") > 0 && cost("cut.pcap") > 0 && cost("midstream.pcap") > 0 && cost("lossy.pcap") > 0);
    let harmless = ["split", "overlapping", "coalesced", "reordered", "reordered_split", "duplicated", "conflicting"];
    let others = ["keep_alives", "wrapped", "padded", "null", "vlan", "nanosecond", "bigendian"];
    for name in harmless.iter().chain(&others) {
        assert_eq!(cost(&format!("{name}.pcap")), 0, "{name}");
    }
}

#[test]
fn faults_that_lose_nothing_lose_nothing_whatever_the_seed() {
    let clean = sample("star_network.pcap");
    let before = streams(&clean);
    for seed in 0..20 {
        for fault in [
            segmentation::split,
            segmentation::overlapping,
            segmentation::coalesced,
            transit::reordered,
            transit::reordered_split,
            transit::duplicated,
            transit::conflicting,
            transit::keep_alives,
            transit::wrapped,
        ] {
            let records = fault(clean.clone(), seed);
            assert!(records.is_sorted_by_key(|record| record.time_ns), "time runs back");
            let after = streams(&records);
            assert!(before.iter().zip(&after).all(|(before, after)| before.bytes == after.bytes), "seed {seed}");
        }
    }
}

#[test]
fn a_midstream_capture_starts_inside_a_frame() {
    for seed in 0..20 {
        let records = transit::midstream(sample("star_network.pcap"), seed);
        let packets: Vec<Packet> =
            records.iter().map(|record| Packet::decode(ETHERNET, &record.data).unwrap()).collect();
        assert!(packets.iter().all(|packet| packet.flags & SYN == 0));
        let first = packets.iter().find(|packet| !packet.payload.is_empty()).unwrap();
        assert_ne!(first.payload.get(4..8), Some(&[0xef, 0xbe, 0xad, 0xde][..]), "seed {seed}");
    }
}

#[test]
fn a_capture_made_from_a_report_carries_its_frames() {
    let frame = |payload: &[u8]| {
        hex::encode([&[u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0xef, 0xbe, 0xad, 0xde], payload].concat())
    };
    let entry = |us: u32, direction: &str, payload: &[u8], port: u16| {
        serde_json::json!({
            "timestamp": format!("2025-01-02T03:04:05.{us:06}"), "direction": direction, "size": payload.len() + 8,
            "type": "", "hex_data": frame(payload), "ascii_data": "", "connection": format!("127.0.0.1:{port}"),
        })
    };
    let entries = [
        entry(100_000, "client->server", &[1; 200], 5001),
        entry(100_300, "server->client", &[2; 100], 5001),
        entry(100_400, "client->server", &[], 5002),
        entry(200_000, "client->server", &[3; 90], 5001),
    ];
    let sd = serde_json::to_vec(&entries).unwrap();
    for sizes in [Sizes::Fixed(vec![]), Sizes::Fixed(vec![3, 1, 50]), Sizes::Random(7)] {
        let records = report::packets(&sd, &sizes).unwrap();
        assert_eq!(pcap::decode(&pcap::encode(&records, Format::TCPDUMP)).unwrap(), records);
        let of_ports = |from: u16, to: u16| {
            let streams = streams(&records);
            let stream = streams.into_iter().find(|stream| stream.flow == (from, to)).unwrap();
            frames(&stream).iter().map(hex::encode).collect::<Vec<_>>()
        };
        assert_eq!(of_ports(5001, 8000), [frame(&[1; 200]), frame(&[3; 90])]);
        assert_eq!(of_ports(8000, 5001), [frame(&[2; 100])]);
        assert_eq!(of_ports(5002, 8000), [frame(&[])]);
        let is_last = |record: &&Record| Packet::decode(ETHERNET, &record.data).unwrap().payload.ends_with(&[3]);
        let last = records.iter().rfind(is_last).unwrap();
        assert_eq!(last.time_ns, 1_735_787_045_200_000_000);
    }
}

#[test]
fn every_request_of_every_shape_is_answered_by_the_service() {
    for shape in [Shape::StarNetwork, Shape::RiakLike, Shape::Delimited] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Plan { name: "test".to_owned(), heartbeats: 4, interval: std::time::Duration::ZERO };
        let service = std::thread::spawn(move || service::serve(&listener, shape, Some(1)));
        let answers = client::run(address, shape, &plan).unwrap();
        service.join().unwrap().unwrap();
        assert_eq!(
            answers.len(),
            match shape {
                Shape::StarNetwork => 3 + 4,
                Shape::RiakLike => 1 + 3 * 4,
                Shape::Delimited => 4,
            }
        );
    }
}
