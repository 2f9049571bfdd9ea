//! Two network namespaces, and between them a network that loses packets or changes their order, so that real TCP sends
//! again.

use crate::diffusion::framing::Shape;
use crate::diffusion::service::serve;
use crate::rig::{Run, Sniffer, has, is_root, messages_of, sh};
use crate::service::speakers;
use nix::sched::{CloneFlags, setns};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tappers::{Interface, Tun};

/// Where the client and the service are.
const CLIENT: &str = "10.77.0.1";
const SERVICE: &str = "10.77.0.2";

const CLIENTS: usize = 8;
const HEARTBEATS: usize = 60;

/// Two namespaces, gone at the end of the test.
struct Net {
    here: String,
    there: String,
}

impl Net {
    fn new(name: &str) -> Self {
        // By process, so that two runs on one machine do not take each other's.
        let run = std::process::id();
        let net = Self { here: format!("df-{name}-here-{run}"), there: format!("df-{name}-there-{run}") };
        for namespace in [&net.here, &net.there] {
            sh(&format!("ip netns add {namespace} && ip -n {namespace} link set lo up"));
        }
        net
    }

    /// Gives the interfaces `here` and `there`, which are in the namespaces, their addresses.
    fn up(&self, here: &str, there: &str) {
        for (namespace, device, own, peer) in
            [(&self.here, here, CLIENT, SERVICE), (&self.there, there, SERVICE, CLIENT)]
        {
            sh(&format!(
                "ip -n {namespace} addr add {own} peer {peer} dev {device} && ip -n {namespace} link set {device} up"
            ));
        }
    }

    /// Runs the service there and clients here, which speak `shape`, while `sniff` runs in a namespace.
    fn converse(&self, shape: Shape, sniff: (&str, &[&str])) -> Run {
        let address: SocketAddr = (SERVICE.parse::<IpAddr>().unwrap(), 8001).into();
        let listener = in_namespace(&self.there, move || TcpListener::bind(address).unwrap()).join().unwrap();
        let service = in_namespace(&self.there, move || serve(&listener, shape, Some(CLIENTS)));
        let (namespace, args) = sniff;
        let sniffer = Sniffer::start_in(namespace, &[args, &["--json", "tcp port 8001"]].concat());
        let interval = Duration::from_millis(5);
        let clients = in_namespace(&self.here, move || speakers(address, shape, CLIENTS, HEARTBEATS, interval));
        clients.join().unwrap();
        service.join().unwrap().unwrap();
        sniffer.stop()
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for namespace in [&self.here, &self.there] {
            let _ = Command::new("ip").args(["netns", "del", namespace]).output();
        }
    }
}

/// Runs `work` on a thread that is in the namespace; threads that it starts are there too.
fn in_namespace<T: Send + 'static>(namespace: &str, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let namespace = File::open(Path::new("/run/netns").join(namespace)).unwrap();
    thread::spawn(move || {
        setns(namespace, CloneFlags::CLONE_NEWNET).unwrap();
        work()
    })
}

/// Every message of every connection is there, once, in its order and with its answer, and nothing is missing.
fn assert_complete(run: &Run, labels: &[&str]) {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let mut said: BTreeMap<(u64, String), Vec<Value>> = BTreeMap::new();
    for message in run.of_kind("message") {
        let key = (message["connection"].as_u64().unwrap(), message["direction"].as_str().unwrap().to_owned());
        said.entry(key).or_default().push(message);
    }
    let connections: Vec<u64> =
        said.keys().filter(|(_, direction)| direction == "client->server").map(|(number, _)| *number).collect();
    assert_eq!(connections.len(), CLIENTS);
    for number in connections {
        let [requests, answers] =
            ["client->server", "server->client"].map(|direction| &said[&(number, direction.to_owned())]);
        let asked: Vec<&str> = requests.iter().map(|message| message["label"].as_str().unwrap()).collect();
        assert_eq!(asked, labels, "connection {number}");
        let offsets: Vec<u64> = requests.iter().map(|message| message["offset"].as_u64().unwrap()).collect();
        assert!(offsets.is_sorted(), "connection {number}: {offsets:?}");
        let asked: Vec<&Value> = requests.iter().map(|message| &message["number"]).collect();
        let answered: Vec<&Value> = answers.iter().map(|message| &message["answers"]).collect();
        assert_eq!(asked, answered, "connection {number}");
    }
    let summary = run.summary();
    assert_eq!(summary["dropped_packets"], 0);
    for finding in ["gap", "resync", "damaged-frame", "late", "conflict"] {
        assert_eq!(summary["findings"].get(finding), None, "{}", summary["findings"]);
    }
}

/// A number of all directions of all connections.
fn sum(run: &Run, key: &str) -> u64 {
    let connections = run.of_kind("connection");
    let sides = connections.iter().flat_map(|connection| {
        ["client_to_server", "server_to_client"].map(|side| connection[side][key].as_u64().unwrap())
    });
    sides.sum()
}

/// The messages of the file, whatever their order among connections: a live run waits for it only so long.
fn assert_same_in_file(run: &Run, file: &Path, profile: &[&str]) {
    let sorted = |messages: Vec<Value>| {
        let mut all: Vec<String> = messages
            .into_iter()
            .map(|message| {
                let keys = ["connection", "direction", "offset", "size", "time_ns", "first_packet", "label", "message"];
                keys.map(|key| message[key].to_string()).join(" ")
            })
            .collect();
        all.sort();
        all
    };
    assert!(sorted(messages_of(file, profile)) == sorted(run.of_kind("message")), "the file tells the same");
}

#[test]
fn where_the_network_loses_packets_tcp_sends_again_and_every_message_is_told() {
    let test = "where_the_network_loses_packets";
    if !is_root(test) || !has(test, "nft") {
        return;
    }
    let net = Net::new("loss");
    let (here, there) = (&net.here, &net.there);
    sh(&format!("ip link add df0 netns {here} type veth peer name df1 netns {there}"));
    net.up("df0", "df1");
    // Dropped on the far side: what is lost on the way there was seen here, what is lost on the way back was not.
    let rules = "table netdev loss {
        chain there { type filter hook ingress device df1 priority 0; tcp dport 8001 numgen random mod 100 < 6 drop; }
        chain back { type filter hook egress device df1 priority 0; tcp sport 8001 numgen random mod 100 < 6 drop; }
    }";
    let mut nft =
        Command::new("ip").args(["netns", "exec", there, "nft", "-f", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    nft.stdin.take().unwrap().write_all(rules.as_bytes()).unwrap();
    assert!(nft.wait().unwrap().success());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let run = net.converse(Shape::StarNetwork, (here, &["-i", "df0", "-w", file.to_str().unwrap()]));
    let setup = ["Service Discovery", "Lobby Destinations", "Region Setup"];
    assert_complete(&run, &[&setup[..], &["Heartbeat"; HEARTBEATS]].concat());
    assert!(sum(&run, "retransmissions") > 10, "what was sent again was seen: {}", sum(&run, "retransmissions"));
    assert_same_in_file(&run, &file, &[]);
}

/// Passes packets from one device to the other; of each eight, one waits until two others have gone.
fn relay(from: Arc<Tun>, to: Arc<Tun>) {
    thread::spawn(move || {
        let mut packet = vec![0; 65_536];
        let (mut count, mut held): (u64, Option<(Vec<u8>, u64)>) = (0, None);
        // It ends when the devices go with their namespaces, at the latest with the test.
        while let Ok(len) = from.recv(&mut packet) {
            count += 1;
            if count % 8 == 0 && held.is_none() {
                held = Some((packet[..len].to_vec(), count + 2));
                continue;
            }
            let _ = to.send(&packet[..len]);
            if let Some((late, _)) = held.take_if(|(_, until)| count >= *until) {
                let _ = to.send(&late);
            }
        }
    });
}

/// Segments of a file with a byte that an earlier one had, as `TShark` gives them, byte by byte.
fn sent_again(file: &Path) -> u64 {
    let fields = "-e ip.src -e tcp.srcport -e tcp.dstport -e tcp.seq -e tcp.len";
    let raw = "-o tcp.relative_sequence_numbers:false -Y 'tcp.len > 0' -T fields";
    let mut seen = BTreeMap::<Vec<String>, BTreeSet<u64>>::new();
    let mut again = 0;
    for line in sh(&format!("tshark -r {} {raw} {fields} 2>/dev/null", file.display())).lines() {
        let mut segment: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [seq, len] = [3, 4].map(|at| segment[at].parse::<u64>().unwrap());
        segment.truncate(3);
        let seen = seen.entry(segment).or_default();
        let old_bytes = (seq..seq + len).filter(|byte| !seen.insert(byte & 0xffff_ffff)).count();
        again += u64::from(old_bytes > 0);
    }
    again
}

#[test]
fn where_the_network_changes_the_order_of_packets_every_message_is_told_in_its_own() {
    let test = "where_the_network_changes_the_order_of_packets";
    if !is_root(test) || !has(test, "tshark") {
        return;
    }
    let net = Net::new("order");
    let tuns = [("dftun0", &net.here), ("dftun1", &net.there)].map(|(name, namespace)| {
        let tun = Tun::new_named(Interface::new(name).unwrap()).unwrap();
        sh(&format!("ip link set {name} netns {namespace}"));
        Arc::new(tun)
    });
    net.up("dftun0", "dftun1");
    let [here, there] = tuns;
    relay(Arc::clone(&here), Arc::clone(&there));
    relay(there, here);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    // Seen where the batches of several segments arrive.
    let profile = ["--profile", "samples/telemetry.toml", "--port", "8001"];
    let args = [&["-i", "dftun1", "-w", file.to_str().unwrap()][..], &profile].concat();
    let run = net.converse(Shape::Delimited, (&net.there, &args));
    assert_complete(&run, &["Batch"; HEARTBEATS]);
    assert_eq!(run.summary()["interfaces"][0]["link"], "Raw IP");
    assert!(sum(&run, "out_of_order") > 10, "packets came in another order: {}", sum(&run, "out_of_order"));
    // TCP takes some of them for lost in most runs, and in some runs none.
    assert_eq!(sum(&run, "retransmissions"), sent_again(&file), "segments with bytes that were there before");
    assert_same_in_file(&run, &file, &profile);
}
