//! The service and its clients on loopback.

use crate::diffusion::framing::{Frame, Shape};
use crate::rig::{Sniffer, deframe, grown, is_root, messages_of};
use crate::service::{Service, clients, name};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

const CONNECTIONS: usize = 200;
const HEARTBEATS: usize = 3;

/// What a client asks for, in order.
fn labels() -> Vec<&'static str> {
    [&["Service Discovery", "Lobby Destinations", "Region Setup"][..], &["Heartbeat"; HEARTBEATS]].concat()
}

#[test]
fn all_messages_of_200_connections_at_once_come_in_order_and_in_pairs_and_the_file_has_the_same() {
    if !is_root("all_messages_of_200_connections_at_once") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let service = Service::start(CONNECTIONS);
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "-w", file.to_str().unwrap(), "tcp port", &service.port()]);
    let answers = clients(service.address, CONNECTIONS, HEARTBEATS, Duration::from_millis(1500));
    service.join();
    let run = sniffer.stop();

    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let summary = run.summary();
    assert_eq!(summary["dropped_packets"], 0, "{summary}");
    assert_eq!(summary["findings"], serde_json::json!({}));
    assert_eq!(summary["caps"][0]["peak"], CONNECTIONS, "all were there at once: {}", summary["caps"]);
    // On loopback libpcap counts what goes out and what comes in.
    assert!(summary["interfaces"][0]["received_packets"].as_u64() >= summary["packets"].as_u64());
    let messages = run.of_kind("message");
    assert_eq!(messages.len(), CONNECTIONS * 2 * labels().len());

    let mut by_connection: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for message in &messages {
        by_connection.entry(message["connection"].as_u64().unwrap()).or_default().push(message);
    }
    let mut clients = BTreeSet::new();
    for said in by_connection.values() {
        let name = said[0]["message"]["body"]["clientName"].as_str().unwrap_or_else(|| panic!("{}", said[0]));
        clients.insert(name.to_owned());
        let way = |direction| said.iter().filter(move |message| message["direction"] == direction);
        let requests: Vec<_> = way("client->server").collect();
        let asked: Vec<_> = requests.iter().map(|message| message["label"].as_str().unwrap()).collect();
        assert_eq!(asked, labels(), "{name}");
        let pairs: Vec<_> = way("server->client").map(|answer| (&answer["label"], &answer["answers"])).collect();
        let expected: Vec<_> = requests.iter().map(|request| (&request["label"], &request["number"])).collect();
        assert_eq!(pairs, expected, "{name}");
    }
    assert_eq!(clients, (0..CONNECTIONS).map(name).collect());
    assert_eq!(messages_of(&file, &[]), messages, "the file tells the same");

    // What the clients received, byte for byte and in order, by what the service called their session.
    let mut received: Vec<Vec<String>> = answers
        .iter()
        .map(|answers| {
            let encode = |answer| {
                let mut frame = Vec::new();
                Shape::StarNetwork.encode(answer, &mut frame).unwrap();
                hex::encode(frame)
            };
            answers.iter().map(encode).collect()
        })
        .collect();
    let sd: Vec<Value> = serde_json::from_str(&deframe(&["export", "-f", "sd", file.to_str().unwrap()])).unwrap();
    let mut captured: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for frame in sd.iter().filter(|frame| frame["direction"] == "server->client") {
        let hex = frame["hex_data"].as_str().unwrap().to_owned();
        captured.entry(frame["connection"].as_str().unwrap()).or_default().push(hex);
    }
    let mut captured: Vec<Vec<String>> = captured.into_values().collect();
    received.sort();
    captured.sort();
    assert!(received == captured, "every answer was captured as it was received");
}

#[test]
fn ctrl_c_in_the_middle_of_a_burst_tells_everything_up_to_then() {
    if !is_root("ctrl_c_in_the_middle_of_a_burst") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let service = Service::start(8);
    let port = service.port();
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "-w", file.to_str().unwrap(), "tcp port", &port]);
    let address = service.address;
    let burst = std::thread::spawn(move || clients(address, 8, 5000, Duration::ZERO));
    grown(&file, 200_000);
    sniffer.signal("INT");
    assert!(!burst.is_finished(), "the burst goes on");
    let run = sniffer.wait();
    burst.join().unwrap();
    service.join();

    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let messages = run.of_kind("message");
    assert!(messages.len() > 100, "{} messages", messages.len());
    assert_eq!(run.summary()["messages"], messages.len());
    let ledger = &run.summary()["ledger"];
    assert_eq!(ledger["framed"], messages.iter().map(|message| message["size"].as_u64().unwrap()).sum::<u64>());
    assert_eq!(messages_of(&file, &[]), messages, "the file ends where the report does");
    assert!(deframe(&["analyze", file.to_str().unwrap(), "--summary"]).contains("\nFindings\nnone\n"));
}

#[test]
fn a_capture_ends_after_so_many_messages_or_so_much_time() {
    if !is_root("a_capture_ends_after_so_many_messages") {
        return;
    }
    let service = Service::start(1);
    let port = service.port();
    let counted = Sniffer::start(&["--json", "--count", "5", "--port", &port]);
    let timed = Sniffer::start(&["--json", "--duration", "4s", "--stats-every", "200ms", "--port", &port]);
    clients(service.address, 1, 2, Duration::from_millis(20));
    service.join();

    let run = counted.wait();
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 5), "{}", run.stderr);
    assert_eq!((&run.summary()["messages"], &run.summary()["shown"]), (&5.into(), &5.into()));
    assert!(run.stderr.contains("capturing on lo (Ethernet), as no -i was given"), "{}", run.stderr);

    let run = timed.wait();
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 10), "{}", run.stderr);
    let (last, interim) =
        run.of_kind("summary").split_last().map(|(last, rest)| (last.clone(), rest.to_vec())).unwrap();
    // When the traffic comes between them is up to the machine, and a busy one leaves some out.
    assert!((2..=20).contains(&interim.len()), "{} interim summaries in 4 s", interim.len());
    assert!(interim.iter().all(|summary| summary["interim"] == true) && last["interim"].is_null());
    let mut told = 0;
    for record in run.records() {
        told += u64::from(record["record"] == "message");
        assert!(record["record"] != "summary" || record["messages"] == told, "{told} were told: {record}");
    }
    let counts: Vec<u64> = interim.iter().map(|summary| summary["messages"].as_u64().unwrap()).collect();
    assert!(counts.last() == Some(&10), "{counts:?}");
    let types = interim.last().unwrap()["types"].as_array().unwrap().clone();
    assert!(
        types.iter().any(|kind| kind["label"] == "Heartbeat" && kind["latency_ns"]["median"].is_u64()),
        "{types:?}"
    );
}

#[test]
fn nothing_behind_the_last_message_that_was_asked_for_is_counted() {
    if !is_root("nothing_behind_the_last_message_that_was_asked_for_is_counted") {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let args = ["-i", "lo", "--json", "--count", "2", "--profile", "star-network", "--port", &port];
    let sniffer = Sniffer::start(&args);
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let mut frames = Vec::new();
    for _ in 0..5 {
        Shape::StarNetwork.encode(&Frame::new(b"\x0a\x05hello".to_vec()), &mut frames).unwrap();
    }
    client.write_all(&frames).unwrap();
    let run = sniffer.wait();
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 2), "{}", run.stderr);
    let summary = run.summary();
    assert_eq!((&summary["messages"], &summary["shown"]), (&2.into(), &2.into()));
    let counted = summary["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["messages"].as_u64().unwrap_or_default())
        .sum::<u64>();
    assert_eq!(counted, 2, "{}", summary["types"]);
    assert_eq!(run.of_kind("connection")[0]["messages"], 2);
}

#[test]
fn on_all_interfaces_loopback_is_seen_once() {
    if !is_root("on_all_interfaces_loopback_is_seen_once") {
        return;
    }
    let service = Service::start(1);
    let sniffer = Sniffer::start(&["-i", "any", "--json", "--immediate", "tcp port", &service.port()]);
    clients(service.address, 1, 1, Duration::from_millis(20));
    service.join();
    let run = sniffer.stop();
    assert_eq!((run.code, run.of_kind("message").len()), (Some(0), 8), "{}", run.stderr);
    let connection = &run.of_kind("connection")[0];
    assert_eq!(connection["client_to_server"]["retransmissions"], 0);
}

#[test]
fn any_beside_another_interface_is_told_to_bring_packets_twice() {
    if !is_root("any_beside_another_interface_is_told_to_bring_packets_twice") {
        return;
    }
    for (interfaces, is_told) in [(&["-i", "any", "-i", "lo"][..], true), (&["-i", "any"], false)] {
        let run = Sniffer::start(&[interfaces, &["--json", "tcp port 9"]].concat()).stop();
        assert_eq!(
            run.stderr.contains("hint: any has the packets of the other interfaces too"),
            is_told,
            "{}",
            run.stderr
        );
    }
}

#[test]
fn connections_and_gaps_are_told_while_nothing_comes() {
    if !is_root("connections_and_gaps_are_told_while_nothing_comes") {
        return;
    }
    // Of a connection whose first answer is not captured, all later ones wait; the last one, until time passes.
    let service = Service::start(1);
    let port = service.port();
    let filter = format!("tcp port {port} and not (src port {port} and greater 200)");
    let sniffer = Sniffer::start(&["-i", "lo", "--json", "--duration", "4s", "--stats-every", "2500ms", &filter]);
    clients(service.address, 1, 1, Duration::from_millis(10));
    service.join();
    let run = sniffer.wait();
    let gap = &run.of_kind("gap")[0];
    assert_eq!((&gap["direction"], &gap["reason"]), (&"server->client".into(), &"not-captured".into()));
    let messages = run.of_kind("message");
    assert_eq!(messages.len(), 7, "all but the first answer");
    let records = run.records();
    let place = |wanted: &dyn Fn(&Value) -> bool| records.iter().position(wanted).unwrap();
    let told = place(&|record| record["record"] == "gap");
    let later = place(&|record| record["interim"] == true && record["messages"] == 7);
    assert!(told < later, "the gap was told while the capture went on");
}
